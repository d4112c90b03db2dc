"""The page of one joint measure in words: the four questions, what the unit may do now, and everything around them.

For staff alone. What a unit does next follows from the stage; whether the reader may do it is asked of `joint_measures`.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from forms.fields import HouseForm
from forms.measures import AnswerForm, ExecuteForm, LiftForm

from ...domain.masking import mask_code
from ...domain.people import Actor
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.lists import JointMeasure
from ...services.lists import joint_measures, measure_urging
from ...services.people import units
from ..kept_upload import KeptUpload
from ..records import credit_rows
from ..ui import unit_named
from . import measure_trail, measure_view

FORMS: dict[str, type[HouseForm]] = {"answer": AnswerForm, "execute": ExecuteForm, "lift": LiftForm}
NEXT = {"initiated": "answer", "answered": "execute", "lifting": "lift"}
"""What the unit does next in a stage."""
RAIL = (
    (N_("发起"), ("initiated",)),
    (N_("响应"), ("answered", "cannot")),
    (N_("反馈"), ("executed", "lifting")),
    (N_("解除"), ("lifted",)),
)
SILENCE = N_("到期没有办理的，系统先告诉单位负责人，再告诉信用办负责人。")
THEN = {
    "initiated": (N_("响应执行的，接着反馈执行情况；不能执行的，写明理由，就不再要求执行。"), SILENCE),
    "answered": (N_("反馈以后，措施一直执行到这条列入记录移出名单。"), SILENCE),
    "executed": (N_("移出名单的决定一作出，系统就通知单位解除并确认。"),),
    "cannot": (N_("不执行这项措施，移出名单时不用解除。"),),
    "lifting": (N_("所有单位都确认解除后，移出名单才算办结。"), SILENCE),
    "lifted": (N_("已经办结，不再变动。"),),
}
NOBODY = N_("没有等待办理的事")
UNIT_PEOPLE = N_("%(unit)s的经办或负责人")


@dataclass(frozen=True)
class Asking:
    """What the page asks of the unit: its form, the file that came with a form to be mended, why it was refused."""

    form: HouseForm | None
    upload: KeptUpload | None = None
    refusal: Sentence | None = None


def view(
    session: Session, measure: JointMeasure, actor: Actor, *, today: date, rulebook: Rulebook, asking: Asking
) -> dict[str, Any]:
    """The values of the page."""
    stage, entry = joint_measures.stage(measure), measure.entry
    is_own = joint_measures.is_own(measure, actor)
    urged = measure_urging.urged_on(session, measure, today=today)
    return {
        **measure_view.row(measure, today=today, calendar=rulebook.calendar),
        "entry": entry,
        "code": code(measure, is_own=is_own),
        "path": path(stage),
        "turn": turn(session, measure, today=today),
        "is_yours": is_own and stage in NEXT,
        "clock": running(measure, rulebook),
        "then": [Sentence(text) for text in THEN[stage]],
        "step": NEXT.get(stage, ""),
        "asking": asking if is_own else Asking(None),
        "trail": measure_trail.trail(session, measure, urged, actor),
        "urged": urged,
        "is_urged_today": today in urged,
        "case_url": measure_trail.case_url(entry.case, entry, actor),
        "entry_way": credit_rows.way("lists.entry", ref=entry.ref) if entry.type.scope == "public" else None,
    }


def form_for(measure: JointMeasure, sent: Any, *, today: date) -> HouseForm | None:
    """The form of what the unit does next, for today until another day is typed; None when nothing waits."""
    step = NEXT.get(joint_measures.stage(measure))
    return FORMS[step](sent or None, data={"executed_on": today, "lifted_on": today}) if step else None


def code(measure: JointMeasure, *, is_own: bool) -> str:
    """The code of the subject; of a natural person whole only for the unit that has to tell who it is, as long as it must."""
    subject = measure.entry.subject
    is_needed = is_own and joint_measures.stage(measure) not in ("cannot", "lifted")
    return subject.code if is_needed else mask_code(subject.kind, subject.code)


def path(stage: str) -> list[dict[str, Any]]:
    """发起—响应—反馈—解除, with where the measure is."""
    here = next(place for place, (_, stages) in enumerate(RAIL) if stage in stages)
    places = ["passed"] * here + ["here"] + ["to_come"] * (len(RAIL) - here - 1)
    return [
        {"title": Sentence(title), "place": place} for (title, _), place in zip(RAIL, places, strict=True)
    ]


def turn(session: Session, measure: JointMeasure, *, today: date) -> Sentence:
    """Whose turn it is: the unit's, or its successor's; nobody's when nothing waits."""
    if measure.due_on is None:
        return Sentence(NOBODY)
    unit = units.responsible(session, measure.unit, on=today) or measure.unit
    return Sentence(UNIT_PEOPLE, unit=unit_named(unit.name))


def running(measure: JointMeasure, rulebook: Rulebook) -> dict[str, Any] | None:
    """The last day with its explanation, as the clock of a case is told."""
    rule = joint_measures.rule_running(measure, rulebook)
    if measure.due_on is None or rule is None:
        return None
    return {
        "due_on": measure.due_on,
        "provisional": not rulebook.calendar.knows(measure.due_on.year),
        "explanation": [Sentence.from_json(line) for line in measure.explanation],
        "is_confirmed": rule.is_confirmed,
    }
