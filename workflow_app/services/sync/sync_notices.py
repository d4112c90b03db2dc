"""Telling people about tasks: a department that it is asked, the firm and the office that a target keeps silent.

Unlike the notices of a case these reach people who may not see the case itself; they name the record by its decision
number and lead to the page of the task.
"""

from datetime import date, datetime
from functools import partial

from sqlalchemy.orm import Session

from ...domain.downstream import WHATS, What
from ...domain.words import N_, Sentence
from ...models.sync import SyncTask
from ..delivery import notices

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


def tell_unit(session: Session, task: SyncTask, *, now: datetime) -> None:
    """Let the people of a department know what they are asked."""
    told, unit_id = _sentence(ASKED, task), task.target.unit_id
    notices.tell(session, f"sync/{task.id}/asked", told, to="unit", unit_id=unit_id, now=now)


def tell_silence(session: Session, task: SyncTask, *, now: datetime) -> None:
    """Let the firm, the office and a silent department know that the day passed; once for all requests of that day."""
    key = f"sync/silent/{task.record_id}/{task.case_id or 0}/{task.target_id}/{task.due_on}"
    told = partial(notices.tell, session, now=now, is_held=True)
    to_firm = _sentence(SILENT if task.case_id else SILENT_WITHOUT_CASE, task)
    told(f"{key}/firm", to_firm, to="subject", subject_id=task.record.subject_id, case_id=task.case_id)
    to_office = _sentence(SILENT_TO_OFFICE, task)
    told(f"{key}/office", to_office, to="lead")
    if task.target.unit_id is not None:
        told(f"{key}/unit", to_office, to="head", unit_id=task.target.unit_id)


def _sentence(text: str, task: SyncTask) -> Sentence:
    known: dict[str, str | date | Sentence] = {
        "target": task.target.name, "what": Sentence(WHATS[What(task.what)]),
        "decision": task.record.decision_no, "due": task.due_on,
    }  # fmt: skip
    return Sentence(text, **{name: value for name, value in known.items() if f"%({name})s" in text})
