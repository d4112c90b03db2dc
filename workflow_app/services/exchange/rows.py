"""The rows of the files that go out: what was told of each commitment, repaired record and entry on a list, by field.

Natural persons stand masked: whoever fetches a file knows them by the decision number, and the law orders no more
(个人信息保护法第五条、第三十四条). Texts are searched for personal traces as before a publication. Values are those of
the field lists, in Chinese, whatever the reader's language; days are ISO 8601.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock, masking
from ...domain.intake.kinds import TITLES as PENALTIES
from ...domain.personal_traces import without_traces
from ...domain.record_words import KINDS as RECORD_KINDS
from ...models.case import Case
from ...models.commitment import CommitmentPublicity
from ...models.lists import ListEntry
from ...models.party import Subject, Unit
from ...models.record import CreditRecord, RecordChange
from ...workflows.commitment import TYPES
from ...workflows.list_exit_words import WAYS
from ...workflows.listing_words import KINDS as LIST_KINDS
from ...workflows.repair_words import BASES
from ..commitments.columns import STATUSES
from ..documents.wording import SUBJECT_KINDS
from .fields import STANDARD_TYPES

Row = dict[str, str]
FULFILLED = ("fulfilled", "breached_partly", "breached_not_at_all")
PUBLIC, IDENTITY_CARD = "可向社会公开", "居民身份证"
WITHDRAWN, ANNULLED = "已撤回", "视为自始未列入"


@dataclass(frozen=True)
class RepairCase:
    """The repair that a record was repaired by."""

    number: str
    how: str


def commitment(line: CommitmentPublicity) -> Row:
    """A commitment as it was published, already masked."""
    is_judged = line.status in FULFILLED
    return {
        "code": line.code,
        "subject_name": line.subject_name,
        "subject_category": line.subject_category,
        "subject_id": line.subject_code,
        "type": STANDARD_TYPES.get(line.type, TYPES[line.type]),
        "reason": line.reason,
        "content": line.content,
        "liability": line.liability,
        "commitment_date": line.made_on.isoformat(),
        "valid_until": line.valid_until.isoformat(),
        "accept_unit": line.unit_name,
        "accept_unit_uscc": line.unit_code,
        "publication": PUBLIC,
        "remarks": WITHDRAWN if line.status == "withdrawn" else "",
        "fulfil_status": STATUSES[line.status] if is_judged else "",
        "unperformed": line.unperformed,
        "liability_executed": line.liability_pursued,
        "confirm_date": _day(line.confirmed_on),
        "confirm_unit": line.unit_name if line.confirmed_on else "",
        "confirm_unit_uscc": line.unit_code if line.confirmed_on else "",
    }


def repair(record: CreditRecord, case: RepairCase, office: Unit) -> Row:
    """A repaired record, with the four facts of a repair as far as they are there (Order 36 art. 3)."""
    names = (record.subject.name,) if record.subject.kind == "individual" else ()
    facts = (
        record.publicity_ended_at,
        record.sharing_stopped_at,
        record.measures_lifted_at,
        record.evaluation_updated_at,
    )
    stood, shared, measures, evaluation = map(_day, facts)
    return holder(record.subject) | {
        "XF_LB": RECORD_KINDS[record.kind],
        "CF_WSH": record.decision_no,
        "CF_WFXW": without_traces(record.title, known_names=names),
        "CF_CFLB": "；".join(PENALTIES[kind] for kind in PENALTIES if kind in {i.kind for i in record.items}),
        "CF_NR": without_traces(record.content, known_names=names),
        "CF_JDRQ": record.decided_on.isoformat(),
        "CF_GSJZQ": _day(record.max_end_on),
        **_decided_by(record.unit),
        "XF_BH": case.number,
        "XF_FS": case.how,
        "XF_JDRQ": _day(record.repaired_at),
        "XF_GSRQ": stood,
        "XF_GXRQ": shared,
        "XF_CSRQ": measures,
        "XF_PJRQ": evaluation,
        "XF_WCRQ": max(stood, shared, measures, evaluation) if all(facts) else "",
        **_source(office),
    }


def list_entry(entry: ListEntry, office: Unit) -> Row:
    """An entry on a list."""
    names = (entry.subject.name,) if entry.subject.kind == "individual" else ()
    return _entry(entry) | {
        "CF_SY": without_traces(entry.behaviour, known_names=names),
        "CF_YJ": without_traces(entry.basis, known_names=names),
        "MD_CS": "；".join(
            measure["title"] for measure in entry.type.measures if measure["key"] in entry.measures
        ),
        "MD_JZRQ": _day(entry.ends_on),
        "MD_QD": entry.channel,
        **_source(office),
    }


def list_exit(entry: ListEntry, office: Unit) -> Row:
    """An entry that left its list; one that was annulled is told too, so that nobody goes on showing it."""
    return _entry(entry) | {
        "MD_YCRQ": _day(entry.exited_at),
        "MD_YCFS": WAYS[entry.exit_how],
        "MD_YCBH": (entry.exit_case.number or "") if entry.exit_case else "",
        "MD_WCQK": "是" if entry.is_exit_done else "否",
        **_source(office, note=ANNULLED if entry.exit_how == "annulled" else ""),
    }


def repair_cases(session: Session, records: Sequence[CreditRecord]) -> Mapping[int, RepairCase]:
    """The cases by which these records were repaired, the last where there were several."""
    wanted = (
        select(RecordChange.record_id, Case.number, Case.facts)
        .join(Case, Case.id == RecordChange.case_id)
        .where(RecordChange.field == "repaired_at", RecordChange.record_id.in_([row.id for row in records]))
        .order_by(RecordChange.id)
    )
    return {
        record_id: RepairCase(number or "", BASES.get(facts.get("basis", ""), ""))
        for record_id, number, facts in session.execute(wanted)
    }


def holder(subject: Subject) -> Row:
    """The columns of whoever a row is about; a natural person's are masked."""
    is_person = subject.kind == "individual"
    code = masking.mask_code(subject.kind, subject.code)
    return {
        "CF_XDR_MC": masking.mask_name(subject.name) if is_person else subject.name,
        "CF_XDR_LB": SUBJECT_KINDS[subject.kind],
        "CF_XDR_SHXYM": "" if is_person else code,
        "CF_XDR_ZJLX": IDENTITY_CARD if is_person else "",
        "CF_XDR_ZJHM": code if is_person else "",
    }


def _entry(entry: ListEntry) -> Row:
    return holder(entry.subject) | {
        "MD_MC": entry.type.name,
        "MD_LB": LIST_KINDS[entry.type.kind],
        "CF_WSH": entry.record.decision_no if entry.record else "",
        "CF_JDRQ": _day(entry.decided_on),
        **_decided_by(entry.unit),
        "MD_LRRQ": _day(entry.listed_on),
    }


def _decided_by(unit: Unit) -> Row:
    return {"CF_CFJG": unit.name, "CF_CFJGDM": unit.code}


def _source(office: Unit, *, note: str = "") -> Row:
    return {"CF_SJLY": office.name, "CF_SJLYDM": office.code, "BZ": note}


def _day(when: date | datetime | None) -> str:
    """The legal day in ISO 8601, or nothing."""
    if when is None:
        return ""
    return (clock.legal_day(when) if isinstance(when, datetime) else when).isoformat()
