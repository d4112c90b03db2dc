"""What is asked when somebody names a deputy: who is away, who stands in, from which day to which, and why.

Shape only: whether the days are free and the deputy may act is judged by `services.people.deputies`.
"""

from collections.abc import Sequence

from wtforms import SelectField
from wtforms.fields import SelectChoice

from forms.fields import HouseForm, LegalDay, Paragraph, needed
from workflow_app.domain.words import N_, Sentence

Choices = Sequence[tuple[int, Sentence]]


class StandInForm(HouseForm):
    """An absence. Whom one may choose is filled in at the edge with `offer`."""

    person = SelectField(Sentence(N_("外出的人")), [needed(N_("请选择谁外出。"))], choices=[], default="")
    deputy = SelectField(
        Sentence(N_("代办人")), [needed(N_("请选择由谁代办。"))], choices=[], default="",
        description=Sentence(N_("同一单位的同事。代办人只代办办件，不代管信息报送、名册和账户。")),
    )  # fmt: skip
    from_on = LegalDay(N_("第一天"), [needed(N_("请填写从哪一天起代办。"))])
    until_on = LegalDay(
        N_("最后一天"), [needed(N_("请填写代办到哪一天。"))],
        description=Sentence(N_("这一天 24:00 自动结束；提前回来的，可以随时结束。")),
    )  # fmt: skip
    why = Paragraph(
        N_("原因"), [needed(N_("请写明原因，例如外出培训、休假。"))], most=500,
        description=Sentence(N_("代办人、本单位负责人和审计管理员会看到，其他同事看不到。")),
    )  # fmt: skip

    def offer(self, absent: Choices, deputies: Choices) -> "StandInForm":
        """Who may be away, by id, and who may stand in. Where it can only be the reader who is away, nobody asks."""
        if len(absent) > 1:
            self.person.choices = [_choice(each) for each in absent]
        else:
            del self.person
            deputies = [each for each in deputies if each not in absent]
        first = SelectChoice("", Sentence(N_("请选择同事")))
        self.deputy.choices = [first, *(_choice(each) for each in deputies)]
        return self


def _choice(each: tuple[int, Sentence]) -> SelectChoice:
    return SelectChoice(str(each[0]), each[1])
