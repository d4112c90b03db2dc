"""What is asked to begin an objection: the ground. Which grounds fit is only known when the record is."""

from collections.abc import Sequence

from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from forms.fields import HouseForm
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.objection_words import GROUNDS, LABELS

TOLD = {
    "content": N_("写错了、漏写了，或者与文书不一致，例如金额、日期、事实。下一步逐项标出。"),
    "period": N_("最长公示期已经届满，还没有停止公示。"),
    "listing": N_("不应当列入名单，或者已经符合移出的条件却没有移出。"),
    "same_name": N_("说的是另一个名称相同、相近的企业或者个人。需要身份证明。"),
    "privacy": N_("公开了个人隐私、个人信息或者商业秘密。"),
    "breach": N_("认为自己没有违反承诺，或者认定的事实、程度不对。"),
    "repair_result": N_("申请修复没有被受理，或者决定不予修复，您不同意。"),
}
"""Each ground in one line."""


class StartForm(HouseForm):
    """The ground, which does not change once the draft is open."""

    ground = RadioField(
        Sentence(LABELS["ground"]), [InputRequired(Sentence(N_("请选择异议事由。")))], choices=[]
    )


def form_of(grounds: Sequence[str]) -> type[StartForm]:
    """The form with these grounds to choose from; where there is only one it stands chosen."""
    choices = [SelectChoice(ground, Sentence(GROUNDS[ground])) for ground in grounds]
    only = grounds[0] if len(grounds) == 1 else None
    field = RadioField(
        Sentence(LABELS["ground"]),
        [InputRequired(Sentence(N_("请选择异议事由。")))],
        choices=choices,
        default=only,
    )
    return type("GroundForm", (StartForm,), {"ground": field})
