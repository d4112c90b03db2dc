"""A file of a target and a difference in it, for the table of who may open what."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.web.conftest import NOW
from workflow_app.models.api import Difference
from workflow_app.models.party import Unit
from workflow_app.models.record import CreditRecord
from workflow_app.models.sync import SyncTarget
from workflow_app.services.exchange import target_files
from workflow_app.services.house import House


def differing_of(session: Session, record: CreditRecord, house: House) -> dict[str, str]:
    """A file of the national site, and a difference in it that the unit of `elsewhere` owns; their ids."""
    target = session.scalars(select(SyncTarget).where(SyncTarget.key == "national")).one()
    sent = target_files.Sent("held.csv", b"held", NOW.date())
    file = target_files.take_in(session, target, sent, by_id=None, now=NOW, house=house)
    owner = session.scalars(select(Unit).where(Unit.key == "health")).one()
    row = Difference(
        target_id=target.id, file_id=file.id, key=f"{record.id}/", kind="missing_there", record_id=record.id,
        decision_no=record.decision_no, theirs="none", found_on=NOW.date(), unit_id=owner.id,
        due_on=NOW.date() + timedelta(days=5), explanation=[], note="",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return {"difference": str(row.id), "target_file": str(file.id)}
