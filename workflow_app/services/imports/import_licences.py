"""Rows of licences: new, corrected, unchanged, or refused with what is in the way. A licence has no class and no repair."""

import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ...domain.intake.licences import LicenceRow
from ...domain.intake.values import key_of
from ...domain.words import N_, Sentence
from ...models.party import Unit
from ...models.record import Licence
from .import_rows import Does, Ground, Verdict, fault, judge_subject, judge_unit, rejected, settled, too_long

PREFIX, REF_BYTES = "XK", 9
COLUMNS = {
    "document_name": "XK_XKWS", "kind": "XK_XKLB", "certificate_name": "XK_XKZS", "certificate_no": "XK_XKBH",
    "content": "XK_NR",
}  # fmt: skip
LONGEST = {name: getattr(Licence, name).type.length for name in COLUMNS}


@dataclass(frozen=True)
class Known:
    """The licences that the subjects of a portion have, by subject and key of the number."""

    licences: dict[tuple[int, str], Licence]


def known_to(ground: Ground) -> Known:
    """Look up every licence of the subjects that are known."""
    ids = [subject.id for subject in ground.subjects.values()]
    found = ground.session.scalars(select(Licence).where(Licence.subject_id.in_(ids)))
    return Known({(licence.subject_id, key_of(licence.decision_no)): licence for licence in found})


def judge(ground: Ground, known: Known, row: LicenceRow) -> Verdict:
    """What the row would do; nothing is written."""
    unit, faults = judge_unit(ground, row)
    subject, of_subject = judge_subject(ground, row)
    values = _values(row)
    faults += of_subject + too_long(row, [(COLUMNS[n], n, values[n]) for n in COLUMNS], LONGEST)
    if faults or unit is None:
        return rejected(*faults)
    licence = known.licences.get((subject.id, key_of(row.decision_number))) if subject.id else None
    if licence is None:
        created = values | {"decision_no": row.decision_number}
        return Verdict(Does.CREATED, (), unit, subject, None, created)
    if licence.unit_id != unit.id:
        problem = Sentence(
            N_("这份决定已经由%(unit)s报送过。"), unit=ground.session.get_one(Unit, licence.unit_id).name
        )
        return rejected(
            fault(row, "XK_WSH", problem, N_("只有报送的单位能改它，请核对文号，或联系那个单位。"))
        )
    changed = {name: new for name, new in values.items() if getattr(licence, name) != new}
    does = Does.UPDATED if changed else Does.UNCHANGED
    return Verdict(does, (), unit, subject, licence, changed)


def carry_out(ground: Ground, verdict: Verdict, *, nth: int) -> None:
    """Write what was judged."""
    if verdict.does is Does.UPDATED:
        for name, new in verdict.values.items():
            setattr(verdict.found, name, new)
    if verdict.does is not Does.CREATED or verdict.subject is None or verdict.unit is None:
        return
    ground.session.add(
        Licence(
            ref=secrets.token_urlsafe(REF_BYTES),
            subject=settled(ground, verdict.subject),
            unit_id=verdict.unit.id,
            import_run_id=ground.order.run_id,
            recorded_at=ground.now,
            **verdict.values,
        )
    )


def _values(row: LicenceRow) -> dict[str, Any]:
    """The columns of a licence that a table may change."""
    return {
        "document_name": row.document_title, "kind": row.category, "certificate_name": row.certificate,
        "certificate_no": row.licence_number, "content": row.content, "decided_on": row.decided_on,
        "valid_from": row.valid_from, "valid_to": row.valid_until,
    }  # fmt: skip
