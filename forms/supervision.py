"""What supervision asks: why somebody urges, the answer, how many cases to draw, and what a second look found.

Shape only: who may say it, and when, is the services' to judge.
"""

from wtforms import IntegerField

from forms.fields import HouseForm, OneOf, Paragraph, needed
from forms.training_classes import between
from workflow_app.domain.words import N_, Sentence

VERDICTS = {"sound": N_("没有问题"), "flawed": N_("有问题")}


class UrgeForm(HouseForm):
    """Why the case is urged."""

    why = Paragraph(
        N_("催办原因"), [needed(N_("请写明为什么催办，1000 字以内。"))], most=1000,
        description=Sentence(N_("例如：申请人来电询问进展；离到期还有两天。经办人和负责人会看到。")),
    )  # fmt: skip


class AnswerForm(HouseForm):
    """How the case goes on."""

    answer = Paragraph(
        N_("进展和打算"), [needed(N_("请写明进展或者原因，1000 字以内。"))], most=1000,
        description=Sentence(N_("例如：已约 9 月 22 日现场核查，当天办结。直接办理下一步也算答复。")),
    )  # fmt: skip


class DrawForm(HouseForm):
    """How many cases are drawn."""

    count = IntegerField(Sentence(N_("抽几件")), [between(1, 50)])


class LookForm(HouseForm):
    """What a second look found."""

    verdict = OneOf(N_("抽查结果"), VERDICTS, N_("请选择抽查结果。"))
    note = Paragraph(
        N_("说明"), most=1000, description=Sentence(N_("有问题的必须写明问题在哪里、怎么改；会发给部门负责人。"))
    )  # fmt: skip
