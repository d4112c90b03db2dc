"""The ways to an objection from other rooms: from how a repair or a commitment ended, and from a public record.

None while the room does not stand or the reader has nothing to do with it.
"""

from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...models.case import Case
from ...services.objections import objecting
from ..records.credit_rows import Way, way


def against(session: Session, case: Case, actor: Actor) -> Way | None:
    """The way to object to how this case ended, for the people of its subject."""
    record = objecting.disputed_record(session, case, actor)
    return way("objections.start", ref=record.ref, about=case.number) if record else None


def from_public(session: Session, ref: str, actor: Actor | None) -> Way | None:
    """What somebody does who finds a public record wrong: object, or write in without an account."""
    if actor is None:
        return way("petitions.new", ref=ref) or way("objections.start", ref=ref)
    return way("objections.start", ref=ref) if objecting.subjects(session, actor) else None
