"""The public commitments column (承诺公示): its columns are those of the national collection list, masked by rule.

Masking happens here, before anything is written, so that no unmasked value can ever be shown.
"""

from typing import Any

from ...domain import clock, masking
from ..documents.wording import SUBJECT_KINDS
from ..engine.moment import Moment


def line(moment: Moment) -> dict[str, Any]:
    """The line as it is published on the day the commitment takes effect."""
    case, facts, subject = moment.case, moment.facts, moment.case.subject
    signed_at = next(event.at for event in reversed(moment.told) if event.step == "sign")
    is_person = subject.kind == "individual"
    assert case.item is not None
    assert case.unit is not None
    assert case.number is not None
    return {
        "case_id": case.id,
        "code": case.number.removeprefix(f"{moment.workflow.prefix}-").replace("-", ""),
        "subject_name": masking.mask_name(subject.name) if is_person else subject.name,
        "subject_category": SUBJECT_KINDS[subject.kind],
        "subject_code": masking.mask_code(subject.kind, subject.code),
        "type": case.item.type,
        "reason": facts.reason,
        "content": "\n".join([*case.item.conditions, facts.statement]).strip(),
        "liability": case.item.liability,
        "made_on": clock.legal_day(signed_at),
        "valid_until": facts.valid_until,
        "unit_name": case.unit.name,
        "unit_code": case.unit.code,
        "status": "active",
        "published_at": moment.now,
    }


def change(status: str, moment: Moment) -> dict[str, Any]:
    """What changes on the line when the commitment ends so."""
    changed: dict[str, Any] = {"status": status, "changed_at": moment.now}
    if status == "breached":
        changed |= {
            "status": f"breached_{moment.facts.degree}",
            "unperformed": moment.facts.unperformed,
            "liability_pursued": moment.facts.liability_pursued,
        }
    if status == "active":
        changed |= {"unperformed": "", "liability_pursued": "", "confirmed_on": None}
    if status in ("fulfilled", "breached"):
        changed["confirmed_on"] = clock.legal_day(moment.now)
    return changed
