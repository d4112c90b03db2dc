"""更正公告: what had been published and was wrong is told where it had been published (消除不良影响).

Made safe when it is written: only fields that the public saw, personal fields masked, nothing at all of a natural person
or of a record that was never public. Read through `page` and `of_record` alone: what a notice says of the content is
shown only as long as the record itself is public, so that no notice outlives a repair; that something was taken down
stays told, without a name.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from ...domain import masking
from ...domain.disputable import PUBLISHED
from ...domain.personal_traces import without_traces
from ...models.objection import CorrectionNotice, Objection
from ...models.party import Subject
from ...models.record import CreditRecord
from ..records import publication, records

REF_BYTES = 9
PAGE = 20
CHANGED, REMOVED, ENDED = HOWS = ("changed", "removed", "ended")
PUBLIC = "public"
PRIVATE_GROUND = "privacy"
"""Of what was taken out because it infringed privacy or a trade secret, a notice must not repeat a word."""


@dataclass(frozen=True)
class Correction:
    """One field: what it said and what it says now, as the history of a record keeps values. `old` may be left out."""

    field: str
    old: str
    new: str


@dataclass(frozen=True)
class Notice:
    """A notice as the public reads it. Of what was taken down there is no name, no address and no content."""

    ref: str
    how: str
    decision_no: str
    unit_name: str
    published_at: datetime
    corrections: tuple[Correction, ...]
    record_ref: str
    subject_name: str


@dataclass(frozen=True)
class Page:
    """One page and the cursor of the next, or None at the end."""

    notices: tuple[Notice, ...]
    following: str | None


def publish(
    session: Session,
    record: CreditRecord,
    case_id: int,
    *,
    how: str,
    lines: Iterable[Mapping[str, Any]],
    now: datetime,
) -> CorrectionNotice | None:
    """Write the notice of a correction that was just carried out; None when the public never saw what was wrong.

    `how` is changed, removed or ended. `lines` are field, old and new of everything that changed; of what was removed
    or ended, or may no longer be public, nothing is repeated.
    """
    if how not in HOWS:
        raise ValueError(f"a record is not corrected by {how}")
    changed = [
        Correction(line["field"], records.told(line["old"]), records.told(line["new"])) for line in lines
    ]
    scope = next((line for line in changed if line.field == "scope"), None)
    if not _was_seen(session, record) or (scope is not None and scope.old != PUBLIC):
        return None
    if how == CHANGED and scope is not None:
        how = ENDED
    kept = _safe(changed, is_private=_is_private(session, case_id)) if how == CHANGED else []
    if how == CHANGED and not (kept and record.publicity_ended_at is None):
        return None
    notice = CorrectionNotice(
        ref=secrets.token_urlsafe(REF_BYTES), record_id=record.id, case_id=case_id, how=how,
        decision_no=without_traces(record.decision_no), lines=kept, published_at=now,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    return notice


def page(session: Session, cursor: str = "", *, today: date) -> Page:
    """One page of the notices, the newest first. A broken cursor shows the beginning."""
    wanted = _told(today)
    if cursor.isascii() and cursor.isdigit() and 0 < int(cursor) < 2**31:
        wanted = wanted.where(CorrectionNotice.id < int(cursor))
    found = session.scalars(wanted.order_by(CorrectionNotice.id.desc()).limit(PAGE + 1)).all()
    following = str(found[PAGE - 1].id) if len(found) > PAGE else None
    return Page(tuple(map(told, found[:PAGE])), following)


def of_record(session: Session, ref: str, *, today: date) -> tuple[Notice, ...]:
    """What was corrected in the public record of this address, the newest first."""
    wanted = _told(today).where(CreditRecord.ref == ref, CorrectionNotice.how == CHANGED)
    return tuple(map(told, session.scalars(wanted.order_by(CorrectionNotice.id.desc()))))


def of_cases(session: Session, case_ids: Iterable[int], *, today: date) -> Sequence[CorrectionNotice]:
    """The notices of these cases that may be told today, in the order in which they were published."""
    wanted = _told(today).where(CorrectionNotice.case_id.in_(tuple(case_ids)))
    return session.scalars(wanted.order_by(CorrectionNotice.id)).all()


def corrections(notice: CorrectionNotice) -> tuple[Correction, ...]:
    """What a notice says of each field."""
    return tuple(Correction(line["field"], line["old"], line["new"]) for line in notice.lines)


def told(notice: CorrectionNotice) -> Notice:
    """A kept notice as the public reads it."""
    record, is_shown = notice.record, notice.how == CHANGED
    return Notice(
        ref=notice.ref,
        how=notice.how,
        decision_no=notice.decision_no,
        unit_name=record.unit.name,
        published_at=notice.published_at,
        corrections=corrections(notice),
        record_ref=record.ref if is_shown else "",
        subject_name=record.subject.name if is_shown else "",
    )


def _told(today: date) -> Select[CorrectionNotice]:
    may_be_told = or_(CorrectionNotice.how != CHANGED, publication.is_public(today=today))
    parts = joinedload(CorrectionNotice.record)
    return (
        select(CorrectionNotice)
        .join(CorrectionNotice.record)
        .join(CreditRecord.subject)
        .where(may_be_told)
        .options(parts.joinedload(CreditRecord.subject), parts.joinedload(CreditRecord.unit))
    )


def _safe(changed: Iterable[Correction], *, is_private: bool) -> list[dict[str, str]]:
    """The lines of published fields, in the order of the page, without traces of people."""
    given = {line.field: line for line in changed if line.old != line.new}
    return [
        {
            "field": name,
            "old": "" if is_private else without_traces(given[name].old),
            "new": without_traces(given[name].new),
        }
        for name in PUBLISHED
        if name in given
    ]


def _is_private(session: Session, case_id: int) -> bool:
    objection = session.get(Objection, case_id)
    return objection is not None and objection.ground == PRIVATE_GROUND


def _was_seen(session: Session, record: CreditRecord) -> bool:
    """Whether the public ever saw the record, whatever became of it since."""
    wanted = select(CreditRecord.id).join(Subject).where(CreditRecord.id == record.id)
    wanted = wanted.where(publication.was_public(), Subject.kind.in_(masking.ORGANISATIONS))
    return session.scalar(wanted) is not None
