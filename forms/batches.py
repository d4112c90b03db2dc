"""What is asked once for many cases: the form of a step that may be taken for many, and those of giving and of urging.

A step may be taken for many when it asks for nothing, or when its form says that one answer holds for all. A reason that
must be judged case by case, a letter that is signed, and what the subject has to do are never asked for many.
"""

from collections.abc import Mapping

from wtforms import SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from forms import form_for
from forms.fields import HouseForm, Paragraph, needed
from workflow_app.domain.people import STAFF
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.kit import Step, Workflow


def step_form_for_many(workflow: Workflow, step: Step) -> type[HouseForm] | None:
    """The form by which this step is asked for many cases; None when it may only be taken for one."""
    is_of_staff = any(role.kind in STAFF for role in step.who) and step.source != workflow.first
    if not is_of_staff or step.source.editors or step.coded or step.room:
        return None
    form = form_for(workflow.name, step.name)
    if form is None:
        return None if step.papers or step.asks or step.says else HouseForm
    return form if issubclass(form, HouseForm) and form.is_for_many else None


class AssignManyForm(HouseForm):
    """To whom the cases are given, and why."""

    to = SelectField(
        Sentence(N_("分办给")), [InputRequired(Sentence(N_("请选择一位同事。")))], coerce=int, choices=[]
    )
    why = Paragraph(N_("说明（双方会看到）"), [needed(N_("请写明为什么分办或转办。"))], most=500)

    def offer(self, colleagues: Mapping[int, Sentence]) -> None:
        """Who may be chosen, by id."""
        self["to"].choices = [SelectChoice(number, title) for number, title in colleagues.items()]


class UrgeManyForm(HouseForm):
    """Why the units are urged."""

    why = Paragraph(
        N_("催办的理由（被催办的单位会看到）"), [needed(N_("请写明为什么催办，1000 字以内。"))], most=1000
    )
