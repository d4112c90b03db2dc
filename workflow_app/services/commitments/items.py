"""Keeping the catalogue of matters (承诺事项): a unit's head enters and changes items, its people read them.

What was promised must stay what it was: once a case stands on an item, its code, type, unit, letter, conditions,
liability, publication and acceptance are fixed. To promise something else, the item is ended by a day and a new
one entered. Nothing is ever deleted.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.catalogue import CommitmentItem
from ...models.party import Person, Unit
from ..documents import texts
from ..documents.texts import Text
from ..people.account_log import record

FIXED = ("code", "type", "unit_id", "letter", "conditions", "liability", "publication", "needs_acceptance")
SUPERVISING = (GrantKind.CLERK, GrantKind.LEAD)
IN_BOTH_LANGUAGES = ("title", "summary", "at_end")


@dataclass(frozen=True)
class Entry:
    """Everything an office says about an item. English left empty falls back to the Chinese."""

    code: str
    type: str
    title: str
    title_en: str
    summary: str
    summary_en: str
    unit_id: int
    needs_acceptance: bool
    term_days: int | None
    term_months: int | None
    term_is_chosen: bool
    publication: str
    open_to: list[str]
    conditions: list[str]
    liability: str
    at_end: str
    at_end_en: str
    papers: list[dict[str, object]]
    letter: str
    phone: str
    basis: list[str]
    record_kind: str
    open_from: date
    open_until: date | None


def readable(session: Session, actor: Actor) -> Sequence[CommitmentItem]:
    """The items of the units in which the actor handles or heads; all of them for the office that supervises."""
    wanted = select(CommitmentItem).options(joinedload(CommitmentItem.unit)).order_by(CommitmentItem.code)
    if not any(actor.holds(kind) for kind in SUPERVISING):
        wanted = wanted.where(CommitmentItem.unit_id.in_(_units_of(actor, GrantKind.HANDLER, GrantKind.HEAD)))
    return session.scalars(wanted).all()


def readable_item(session: Session, code: str, actor: Actor) -> CommitmentItem:
    """One of these items. Raises NotYours."""
    found = next((item for item in readable(session, actor) if item.code == code), None)
    if found is None:
        raise NotYours
    return found


def may_change(item: CommitmentItem, actor: Actor) -> bool:
    """Whether the actor heads the unit of the item."""
    return item.unit_id in _units_of(actor, GrantKind.HEAD)


def own_units(session: Session, actor: Actor, *, on: date) -> Sequence[Unit]:
    """The units for which the actor may enter items, as their head."""
    in_being = or_(Unit.ended_on.is_(None), Unit.ended_on > on)
    return session.scalars(
        select(Unit).where(Unit.id.in_(_units_of(actor, GrantKind.HEAD)), in_being).order_by(Unit.id)
    ).all()


def letters(*, on: date) -> list[Text]:
    """The letters that an item may use: the version in force on this day, or the first one to come."""
    found: dict[str, Text] = {}
    for text in texts.library():
        is_over = text.in_force_to is not None and text.in_force_to <= on
        if text.id.startswith("letter_") and not is_over and (text.id not in found or text.is_in_force(on)):
            found[text.id] = text
    return list(found.values())


def is_in_use(session: Session, item: CommitmentItem) -> bool:
    """Whether any case stands on the item, a draft too."""
    return bool(session.scalar(select(exists().where(Case.item_id == item.id))))


def enter(session: Session, entry: Entry, *, actor: Actor, now: datetime) -> CommitmentItem:
    """Enter a new item. Raises NotYours for another unit, Refused with the code of the field that is in the way."""
    _check(entry, actor)
    if session.scalar(select(CommitmentItem.id).where(CommitmentItem.code == entry.code)):
        message = N_("事项编码“%(code)s”已经有了。请换一个编码，或在目录里修改原来的事项。")
        raise Refused(Sentence(message, code=entry.code), code="code")
    item = CommitmentItem(**_columns(entry))
    session.add(item)
    _log(session, "item_entered", item, actor=actor, now=now, note=entry.code)
    session.flush()
    return item


def change(session: Session, item: CommitmentItem, entry: Entry, *, actor: Actor, now: datetime) -> list[str]:
    """Change an item; returns the columns that changed. Raises NotYours, or Refused for what is fixed."""
    if not may_change(item, actor):
        raise NotYours
    _check(entry, actor)
    changed = {name: value for name, value in _columns(entry).items() if getattr(item, name) != value}
    if is_in_use(session, item) and (fixed := [name for name in FIXED if name in changed]):
        message = N_("这个事项已有办件，这一项不能再改。请停用这个事项，另建一个新编码的事项。")
        raise Refused(Sentence(message), code=fixed[0])
    for name, value in changed.items():
        setattr(item, name, value)
    if changed:
        _log(session, "item_changed", item, actor=actor, now=now, note=f"{item.code}: {', '.join(changed)}")
    session.flush()
    return list(changed)


def entry_of(item: CommitmentItem) -> Entry:
    """What is said about an item now."""
    return Entry(**{field.name: getattr(item, field.name) for field in fields(Entry)})


def _columns(entry: Entry) -> dict[str, object]:
    columns = asdict(entry)
    for name in IN_BOTH_LANGUAGES:
        columns[f"{name}_en"] = columns[f"{name}_en"] or columns[name]
    return columns


def _check(entry: Entry, actor: Actor) -> None:
    if entry.unit_id not in _units_of(actor, GrantKind.HEAD):
        raise NotYours
    if entry.letter not in {text.id for text in texts.library()}:
        raise Refused(N_("没有这个承诺书文本。请从列表里选择。"), code="letter")
    if entry.open_until is not None and entry.open_until <= entry.open_from:
        raise Refused(N_("停用日应晚于启用日。请核对这两个日期。"), code="open_until")
    in_force = [
        text for text in texts.library() if text.id == entry.letter and text.is_in_force(entry.open_from)
    ]
    if not in_force:
        message = N_("所选承诺书在 %(day)s 还没有生效或已经停用。请改选文本，或推迟启用日。")
        raise Refused(Sentence(message, day=entry.open_from), code="letter")


def _units_of(actor: Actor, *kinds: GrantKind) -> frozenset[int]:
    return frozenset(
        grant.unit_id for grant in actor.grants if grant.kind in kinds and grant.unit_id is not None
    )


def _log(
    session: Session, what: str, item: CommitmentItem, *, actor: Actor, now: datetime, note: str
) -> None:
    """The auditor's log names what was changed, by whom; the values stand in the item."""
    by = session.get(Person, actor.person_id) if actor.person_id is not None else None
    record(session, what, person=None, by=by, now=now, note=note)
