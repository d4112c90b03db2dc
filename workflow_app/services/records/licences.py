"""What the public sees of licences (行政许可): those of organisations and sole traders, masked, the newest first."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session, joinedload

from ...domain import masking
from ...domain.personal_traces import without_traces
from ...models.party import Subject
from ...models.record import Licence
from .. import keyset
from ..people.grants import code_digest

PAGE = 20


@dataclass(frozen=True)
class Line:
    """A licence as the public may see it."""

    subject_name: str
    subject_code: str
    document_name: str
    decision_no: str
    kind: str
    content: str
    certificate: str
    decided_on: date
    valid_to: date | None
    unit_name: str


@dataclass(frozen=True)
class Page:
    """One page and the cursor of the next, or None at the end."""

    lines: tuple[Line, ...]
    following: str | None


def page(session: Session, text: str = "", *, cursor: str = "") -> Page:
    """One page of the licences whose name, whole code or number is asked for. A broken cursor shows the beginning."""
    query = select(Licence).join(Subject).where(Subject.kind.in_(masking.ORGANISATIONS))
    if text:
        code = code_digest("".join(text.upper().split()))
        named = Subject.name.contains(text, autoescape=True)
        query = query.where(or_(named, Subject.code_digest == code, Licence.decision_no == text))
    if before := keyset.read(cursor):
        query = query.where(tuple_(Licence.decided_on, Licence.id) < before)
    ordered = query.options(joinedload(Licence.subject), joinedload(Licence.unit)).order_by(
        Licence.decided_on.desc(), Licence.id.desc()
    )
    found = session.scalars(ordered.limit(PAGE + 1)).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(tuple(map(_line, found[:PAGE])), keyset.written((last.decided_on, last.id)) if last else None)


def _line(licence: Licence) -> Line:
    subject = licence.subject
    return Line(
        subject_name=subject.name,
        subject_code=masking.mask_code(subject.kind, subject.code),
        document_name=licence.document_name,
        decision_no=licence.decision_no,
        kind=licence.kind,
        content=without_traces(licence.content),
        certificate=" ".join(filter(None, (licence.certificate_name, licence.certificate_no))),
        decided_on=licence.decided_on,
        valid_to=licence.valid_to,
        unit_name=licence.unit.name,
    )
