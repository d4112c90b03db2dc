"""What is asked to narrow a list of cases, and the name under which what was asked is kept.

Shape only; which matters and officers there are is filled in at the edge. A pair of days in the wrong order is told.
"""

from collections.abc import Callable, Sequence

from wtforms import SelectField
from wtforms.fields import Field, SelectChoice
from wtforms.form import Form
from wtforms.validators import ValidationError

from forms.fields import HouseForm, LegalDay, Line, needed
from workflow_app.domain.words import N_, Sentence

WRONG_ORDER = N_("“到”的日期早于“从”的日期，请核对这两个日期。")


def not_before(first: str) -> Callable[[Form, Field], None]:
    """The day is not before the day in another field."""

    def check(form: Form, field: Field) -> None:
        begin = form[first].data
        if field.data and begin and field.data < begin:
            raise ValidationError(Sentence(WRONG_ORDER))

    return check


class FilterForm(HouseForm):
    """What a list is narrowed to. `matter` is a workflow, or a workflow and one of its states."""

    q = Line(N_("主体、代码、办件号或文号"), most=100, description=Sentence(N_("名称的一部分也可以。")))
    matter = SelectField(Sentence(N_("事项和状态")), choices=[], validate_choice=False, default="")
    officer = SelectField(Sentence(N_("承办人")), choices=[], validate_choice=False, default="")
    due_from = LegalDay(N_("到期日从"))
    due_until = LegalDay(N_("到期日到"), [not_before("due_from")])
    opened_from = LegalDay(N_("收件日从"))
    opened_until = LegalDay(N_("收件日到"), [not_before("opened_from")])

    def offer(self, officers: Sequence[tuple[int, str]]) -> None:
        """Whose cases may be asked for, by name. The matters are drawn by the page."""
        names = [SelectChoice(str(key), name) for key, name in officers]
        self.officer.choices = [SelectChoice("", Sentence(N_("全部承办人"))), *names]

    @property
    def words(self) -> dict[str, str]:
        """What was asked, as the words of an address."""
        workflow, _, state = (self.matter.data or "").partition(".")
        days = ("due_from", "due_until", "opened_from", "opened_until")
        asked = {
            "q": self.q.data or "",
            "workflow": workflow,
            "state": state,
            "officer": self.officer.data or "",
        }
        return asked | {name: self[name].data.isoformat() for name in days if self[name].data}


class ViewForm(HouseForm):
    """Under which name a list with its filters is kept."""

    name = Line(N_("常用筛选的名称"), [needed(N_("请给这组筛选起个名称，例如：本月到期的异议。"))], most=30)
