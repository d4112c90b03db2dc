"""What is known about a record's repair, gathered for `domain.repairability` to judge: for pages, guards and the API.

Asks the database the same few questions for one record as for a whole file, and writes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.refusals import Refused
from ...domain.repairability import Bar, Repairability, Standing, judge
from ...domain.rulebook import Rulebook
from ...models.case import Case
from ...models.record import CreditRecord, RecordMark
from ...models.repair import RepairBar
from ...workflows import BY_NAME
from ..records import records as kept

REPAIR = "repair"
SHIELD = "shield"
"""The mark of a record that is shielded for a restructuring; a record may be hidden for other reasons too."""


def repairability(
    session: Session,
    record: CreditRecord,
    *,
    day: date,
    rulebook: Rulebook,
    besides: int | None = None,
    is_performed: bool | None = None,
    is_restructuring: bool = False,
) -> Repairability:
    """Whether repair of this record may be asked for on `day`.

    `besides` is the id of the application that asks, which does not stand in its own way.
    """
    known = standings(session, [record], day=day, rulebook=rulebook, besides=besides)[record.id]
    stated = replace(known, is_performed=is_performed, is_restructuring=is_restructuring)
    return judge(stated, day)


def standings(
    session: Session,
    records: Sequence[CreditRecord],
    *,
    day: date,
    rulebook: Rulebook,
    besides: int | None = None,
) -> dict[int, Standing]:
    """What is known about each record, by its id; three questions to the database however many records there are."""
    ids = [record.id for record in records]
    running, shielded = _open_repairs(session, ids, besides), _shielded(session, ids)
    bars = _bars(session, {record.subject_id for record in records}, day)
    return {
        record.id: replace(
            _standing(record, rulebook),
            open_repair=running.get(record.id, ""),
            is_shielded=record.id in shielded,
            bars=bars.get(record.subject_id, ()),
        )
        for record in records
    }


def _standing(record: CreditRecord, rulebook: Rulebook) -> Standing:
    """What the record itself says."""
    period, no_period = None, None
    try:
        period = kept.period(record, rulebook)
    except Refused as refused:
        no_period = refused.sentence
    return Standing(
        period=period,
        no_period=no_period,
        duties_done_on=record.duties_done_on,
        not_repairable_because=record.not_repairable_because,
        has_ended=record.publicity_ended_at is not None,
        ended_how=record.ended_how,
    )


def _shielded(session: Session, record_ids: Sequence[int]) -> frozenset[int]:
    """Which of the records are shielded for a restructuring now."""
    wanted = select(RecordMark.record_id).where(
        RecordMark.record_id.in_(record_ids), RecordMark.kind == SHIELD, RecordMark.until.is_(None)
    )
    return frozenset(session.scalars(wanted))


def _open_repairs(session: Session, record_ids: Sequence[int], besides: int | None) -> dict[int, str]:
    """The address of the application that runs for each record; a draft is not one yet."""
    workflow = BY_NAME.get(REPAIR)
    if workflow is None:
        return {}
    running = [
        state.name for state in workflow.states if not state.ended and state.name != workflow.first.name
    ]
    wanted = select(Case).where(
        Case.record_id.in_(record_ids),
        Case.workflow == REPAIR,
        Case.state.in_(running),
        Case.id != (besides or 0),
    )
    return {case.record_id: case.address for case in session.scalars(wanted) if case.record_id}


def _bars(session: Session, subject_ids: set[int], day: date) -> dict[int, tuple[Bar, ...]]:
    """The bars of each subject that hold on `day`."""
    found: dict[int, tuple[Bar, ...]] = {}
    wanted = select(RepairBar).where(
        RepairBar.subject_id.in_(subject_ids),
        RepairBar.lifted_at.is_(None),
        RepairBar.from_on <= day,
        day < RepairBar.until_on,
    )
    for row in session.scalars(wanted.order_by(RepairBar.id)):
        bar = Bar(row.from_on, row.until_on, row.basis)
        found[row.subject_id] = (*found.get(row.subject_id, ()), bar)
    return found
