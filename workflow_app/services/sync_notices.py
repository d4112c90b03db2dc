"""Telling people about tasks: a department that it is asked, the firm and the office that a target keeps silent.

Unlike the notices of a case these reach people who may not see the case itself; they name the record by its decision
number and lead to the page of the task.
"""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy.orm import Session

from ..domain import clock
from ..domain.downstream import WHATS, What
from ..domain.words import N_, Sentence
from ..models.outbox import Notice
from ..models.party import Person
from ..models.sync import SyncTask
from . import notices, outbox

ASKED = N_("请对决定书 %(decision)s 办理：%(what)s。办好后请在“同步任务”里确认，最迟 %(due)s。")
SILENT = N_(
    "“%(target)s”过了 %(due)s 还没有确认全部办理（决定书 %(decision)s）。您可以下载证据包，凭它要求对方改正。"
)
SILENT_WITHOUT_CASE = N_(
    "“%(target)s”过了 %(due)s 还没有确认全部办理（决定书 %(decision)s）。信用办已收到提醒，会督促对方，您不用办理任何手续。"
)
SILENT_TO_OFFICE = N_(
    "“%(target)s”过了 %(due)s 还没有确认全部办理（决定书 %(decision)s）。请督促，并按规定报告授权机构。"
)
REPAIR = "repair"


def tell_unit(session: Session, task: SyncTask, *, now: datetime) -> None:
    """Let the people of a department know what they are asked."""
    today, unit_id = clock.legal_day(now), task.target.unit_id
    people = [*_side(session, "handler", unit_id, on=today), *_side(session, "head", unit_id, on=today)]
    _put(session, people, _sentence(ASKED, task), f"sync/{task.id}/asked", case_id=None, now=now)


def tell_silence(session: Session, task: SyncTask, *, now: datetime) -> None:
    """Let the firm, the office and a silent department know that the day passed; once for all requests of that day."""
    today = clock.legal_day(now)
    key = f"sync/silent/{task.record_id}/{task.case_id or 0}/{task.target_id}/{task.due_on}"
    subject_id = task.record.subject_id
    firm = notices.on_side(session, "subject", subject_id=subject_id, unit_id=None, workflow=REPAIR, on=today)
    told_firm = _sentence(SILENT if task.case_id else SILENT_WITHOUT_CASE, task)
    _put(session, firm, told_firm, f"{key}/firm", case_id=task.case_id, now=now)
    office = _side(session, "lead", None, on=today)
    if task.target.unit_id is not None:
        office += _side(session, "head", task.target.unit_id, on=today)
    told = _sentence(SILENT_TO_OFFICE, task)
    _put(session, office, told, f"{key}/office", case_id=None, now=now)


def _side(session: Session, side: str, unit_id: int | None, *, on: date) -> list[Person]:
    found = notices.on_side(session, side, subject_id=None, unit_id=unit_id, workflow=REPAIR, on=on)
    return list(found)


def _sentence(text: str, task: SyncTask) -> Sentence:
    known: dict[str, str | date | Sentence] = {
        "target": task.target.name, "what": Sentence(WHATS[What(task.what)]),
        "decision": task.record.decision_no, "due": task.due_on,
    }  # fmt: skip
    return Sentence(text, **{name: value for name, value in known.items() if f"%({name})s" in text})


def _put(
    session: Session, people: Iterable[Person], sentence: Sentence, key: str, *, case_id: int | None, now: datetime
) -> None:  # fmt: skip
    """A notice and a mail for each, once per key."""
    for person in people:
        own_key = f"{key}/{person.id}"
        if outbox.exists(session, own_key):
            continue
        notice = Notice(person_id=person.id, case_id=case_id, sentence=sentence.as_json(), created_at=now)
        session.add(notice)
        session.flush()
        mail = {"person_id": person.id, "notice_id": notice.id}
        outbox.put(session, own_key, "mail", mail, now=now)
