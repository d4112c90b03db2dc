"""What a target holds against what should stand there by our records. Only reads; finds, and decides nothing.

What a target was asked and still has days for begins no difference (`is_asked`) and ends none; a record that reached us
on the day of the file is not missed yet.
Sites of third parties need not show everything, so only what they show is judged (docs/decisions/0017-exchange.md). A
value of a natural person leaves this module masked.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock, masking
from ...domain.downstream import What
from ...domain.identifiers import parse_uscc
from ...domain.intake.values import compact, key_of
from ...domain.publicity_period import ORDER_36_FROM
from ...domain.record_words import KINDS
from ...domain.refusals import Refused
from ...models.base import keyring
from ...models.party import Subject
from ...models.record import CreditRecord
from ...models.sync import SyncTarget, SyncTask
from ..people.grants import code_digest
from ..records import publication
from .target_rows import TargetRow

MISSING_THERE, MISSING_HERE, DIFFERS = "missing_there", "missing_here", "differs"
HOLD_EVERYTHING = ("national", "register", "province")
"""The kinds of targets where everything that is public should stand."""
AT_ONCE = 200
PRESENCE = (What.END_PUBLICITY, What.STOP_SHARING, What.SHIELD, What.UNSHIELD, What.RESTORE)
STARS = "*"


@dataclass(frozen=True)
class Finding:
    """One difference. `ours` and `theirs` are values of the field, or for a whole record why it is not shown."""

    key: str
    kind: str
    record_id: int | None
    decision_no: str
    unit_id: int
    field: str = ""
    ours: str = ""
    theirs: str = ""
    is_asked: bool = False


@dataclass(frozen=True)
class Ours:
    """A record of ours and whether the public sees it on the day of the file."""

    record: CreditRecord
    is_shown: bool


def find(
    session: Session, target: SyncTarget, rows: Sequence[TargetRow], *, day: date, office_id: int
) -> list[Finding]:
    """Everything that differs, in the order of the file; then what is missing there, in the order of our records."""
    asked = _still_asked(session, target, day=day)
    seen: set[int] = set()
    found: list[Finding] = []
    for start in range(0, len(rows), AT_ONCE):
        some = rows[start : start + AT_ONCE]
        known = _known(session, some, day=day)
        for row in some:
            ours = _match(row, known)
            if ours is None:
                found += [_unknown(row, office_id)] if row.is_shown else []
                continue
            seen.add(ours.record.id)
            found += _compared(row, ours, asked)
    if target.kind in HOLD_EVERYTHING:
        found += _missing(session, seen, asked, day=day)
    return found


def _still_asked(session: Session, target: SyncTarget, *, day: date) -> Mapping[int, frozenset[str]]:
    """What the target was asked of each record and has not confirmed though its days still run."""
    wanted = select(SyncTask.record_id, SyncTask.what).where(
        SyncTask.target_id == target.id, SyncTask.confirmed_at.is_(None), SyncTask.due_on >= day
    )
    asked: dict[int, frozenset[str]] = {}
    for record_id, what in session.execute(wanted):
        asked[record_id] = asked.get(record_id, frozenset()) | {what}
    return asked


def _known(session: Session, rows: Sequence[TargetRow], *, day: date) -> dict[str, list[Ours]]:
    """Our records that these rows may be about: by reference, by holder, or by the decision number as it is written."""
    refs = {row.record for row in rows if row.record}
    digests = {
        code_digest(row.holder_code) for row in rows if row.holder_code and STARS not in row.holder_code
    }
    numbers = {way for row in rows for way in _ways(row.decision_number)}
    is_theirs = or_(
        CreditRecord.ref.in_(refs),
        Subject.code_digest.in_(digests),
        (CreditRecord.kind.in_(KINDS) & CreditRecord.decision_no.in_(numbers)),
    )
    public = publication.is_public(today=day)
    wanted = (
        select(CreditRecord, public)
        .join(Subject)
        .where(is_theirs)
        .options(joinedload(CreditRecord.subject), joinedload(CreditRecord.unit))
        .order_by(CreditRecord.id)
    )
    known: dict[str, list[Ours]] = {}
    for record, is_shown in session.execute(wanted):
        for name in (f"ref {record.ref}", key_of(record.decision_no)):
            known.setdefault(name, []).append(Ours(record, bool(is_shown)))
    return known


def _ways(number: str) -> Iterator[str]:
    """A decision number with the brackets that people write."""
    plain = key_of(number)
    yield number
    for pair in ("〔〕", "[]", "（）", "()", "【】"):
        yield plain.replace("(", pair[0]).replace(")", pair[1])


def _match(row: TargetRow, known: Mapping[str, list[Ours]]) -> Ours | None:
    """Our record of a row: by its reference, else by number and holder; one in sight goes before one that is not."""
    by_ref = known.get(f"ref {row.record}") if row.record else None
    if by_ref:
        return by_ref[0]
    found = known.get(key_of(row.decision_number), [])
    if row.holder_code:
        same = [ours for ours in found if _is_holder(ours.record.subject, row.holder_code)]
        found = same or (found if len(found) == 1 else [])
    return max(found, key=lambda ours: ours.is_shown) if found else None


def _is_holder(subject: Subject, code: str) -> bool:
    return code in (subject.code, masking.mask_code(subject.kind, subject.code))


def _compared(row: TargetRow, ours: Ours, asked: Mapping[int, frozenset[str]]) -> Iterator[Finding]:
    record, waits = ours.record, asked.get(ours.record.id, frozenset())
    if row.is_shown != ours.is_shown:
        kind = MISSING_HERE if row.is_shown else MISSING_THERE
        theirs, is_asked = "shown" if row.is_shown else "hidden", not waits.isdisjoint(PRESENCE)
        yield _of_record(record, kind, theirs=theirs, is_asked=is_asked)
        return
    if not ours.is_shown:
        return
    mine = values(record)
    for field, theirs in row.said.items():
        if not _is_same(field, record, mine[field], theirs):
            yield _of_record(
                record, DIFFERS, field=field, ours=mine[field], theirs=theirs, is_asked=What.CORRECT in waits
            )


def values(record: CreditRecord) -> dict[str, str]:
    """What the public sees of a record, in the fields of the table."""
    subject = record.subject
    is_person = subject.kind == "individual"
    return {
        "kind": record.kind,
        "decided_by": record.unit.name,
        "decided_on": record.decided_on.isoformat(),
        "holder_name": masking.mask_name(subject.name) if is_person else subject.name,
        "holder_code": masking.mask_code(subject.kind, subject.code),
        "class": "" if record.decided_on < ORDER_36_FROM else record.class_,
        "shown_until": record.max_end_on.isoformat() if record.max_end_on else "",
    }


def _is_same(field: str, record: CreditRecord, ours: str, theirs: str) -> bool:
    """Whether two values say the same, however they are written; a unit may stand with its code."""
    if field == "decided_by":
        return compact(theirs) in (compact(ours), record.unit.code)
    if field == "holder_code":
        return _is_holder(record.subject, theirs)
    if field == "class" and not ours:
        return True  # there were no classes before Order 36
    return compact(ours) == compact(theirs)


def _missing(
    session: Session, seen: set[int], asked: Mapping[int, frozenset[str]], *, day: date
) -> Iterator[Finding]:
    """What the public sees here, saw here the day before already, and the file doesn't have."""
    before = clock.end_of(day - timedelta(days=1))
    shown = (
        publication.is_public(today=day),
        CreditRecord.publicity_from < day,
        CreditRecord.recorded_at < before,
    )
    columns = (CreditRecord.id, CreditRecord.decision_no, CreditRecord.unit_id)
    for record_id, number, unit_id in session.execute(
        select(*columns).join(Subject).where(*shown).order_by(CreditRecord.id)
    ):
        if record_id not in seen:
            is_asked = not asked.get(record_id, frozenset()).isdisjoint(PRESENCE)
            yield Finding(
                f"{record_id}/", MISSING_THERE, record_id, number, unit_id, theirs="none", is_asked=is_asked
            )


def _of_record(
    record: CreditRecord, kind: str, *, field: str = "", ours: str = "", theirs: str, is_asked: bool
) -> Finding:
    if kind == MISSING_HERE:
        ours = why_hidden(record)
    key, unit_id = f"{record.id}/{field}", record.unit_id
    return Finding(key, kind, record.id, record.decision_no, unit_id, field, ours, theirs, is_asked)


def why_hidden(record: CreditRecord) -> str:
    """Why the public doesn't see a record; the keys of `difference_words.WHY`."""
    if record.subject.kind == "individual":
        return "person"
    if record.publicity_ended_at is not None:
        return record.ended_how or "ended"
    if record.hidden_at is not None:
        return "hidden"
    return "expired" if record.scope == "public" else "limited"


def _unknown(row: TargetRow, office_id: int) -> Finding:
    """A row of which we know nothing: for the office. Of the holder nothing is kept that could be a person's."""
    name = f"{key_of(row.decision_number)}|{row.holder_code}|{row.record}"
    unit, code = row.said.get("decided_by", ""), row.holder_code
    try:
        code = parse_uscc(code) if code else ""
    except Refused:
        code = masking.mask_citizen_id(code)
    told = " ".join(filter(None, (unit, code)))
    return Finding(
        f"unknown/{keyring.digest(name)[:40]}", MISSING_HERE, None, row.decision_number, office_id,
        ours="unknown", theirs=told[:300],
    )  # fmt: skip
