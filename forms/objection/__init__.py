"""What is asked in the objection workflow. Form classes are named after the steps; EditForm fills in a draft.

Shape only: whether a ground needs a field to be marked, a finding a correction or a file is for the guards.
"""

from wtforms import SelectField
from wtforms.fields import SelectChoice

from forms.clock import reason
from forms.fields import HouseForm, Line, Mobile, OneOf, Paragraph, UnitChoice, needed
from forms.per_field import FreeTexts, NewValues, PerField
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.objection_words import FINDINGS, LABELS, REMEDIES

NEW_VALUES = N_("只填要改的栏目，写更正后的完整内容。更正的内容可能向社会公示，不要写个人信息。")
OF_SOURCE = N_("逐栏照抄原件或者系统里的记载；没有核对到的栏目留空。")


def told(name: str, sentence: str, *, most: int = 2000) -> Paragraph:
    """A fact that has to be written out; `sentence` says what to write."""
    return Paragraph(LABELS[name], [needed(sentence)], most=most)


def in_the_source() -> PerField:
    """What the files of the source hold, field by field."""
    return PerField(LABELS["source"], FreeTexts, description=Sentence(OF_SOURCE))


def new_values() -> PerField:
    """What the record will say, field by field."""
    return PerField(LABELS["difference"], NewValues, description=Sentence(NEW_VALUES))


def remedy() -> OneOf:
    """What is done about a wrong record."""
    return OneOf(LABELS["remedy"], REMEDIES, N_("请选择更正方式。"))


def provider() -> UnitChoice:
    """The unit that answers for the record."""
    return UnitChoice(LABELS["provider"], [needed(N_("请选择由哪个单位核查。"))])


class EditForm(HouseForm):
    """What the subject says about one record; the ground was chosen when the draft was opened."""

    claims = PerField(
        N_("您的主张"),
        FreeTexts,
        description=Sentence(N_("只打开有问题的栏目，写明应当是什么；没有问题的栏目不用填。")),
    )
    statement = told("statement", N_("请写明哪里不对、为什么、有什么证据。写不全也可以先保存。"))
    contact_name = Line(LABELS["contact_name"], [needed(N_("请填写联系人姓名。"))], most=50)
    contact_mobile = Mobile(
        LABELS["contact_mobile"], [needed(N_("请填写联系人的手机号，办理进度会通知到这个号码。"))]
    )


class WithdrawForm(HouseForm):
    """Withdrawing needs a reason; nothing that was handed in is destroyed."""

    withdrawal_reason = told("withdrawal_reason", N_("请写明撤回的理由。"), most=1000)


class CorrectOwnForm(HouseForm):
    """The office itself finds the error in its own files."""

    source = in_the_source()
    remedy = remedy()
    difference = new_values()
    answer = told("answer", N_("请写明核对了什么材料、哪里有误、怎样更正。异议人会看到。"))


class ForwardForm(HouseForm):
    """Which unit is to check."""

    provider = provider()


class HandOverForm(HouseForm):
    """Another unit is to check, and why."""

    provider = provider()
    clock_reason = reason(N_("请写明为什么改由这个单位核查，例如原单位已经合并、职责已经划转。"))


class HideRecordForm(HouseForm):
    """Why the record is taken from sight before the check is done."""

    hide_reasons = told("hide_reasons", N_("请写明错误为什么明显、继续公示会造成什么损害。"), most=1000)


class AnswerForm(HouseForm):
    """What the provider found, field by field, and what follows from it."""

    finding = OneOf(
        LABELS["finding"], FINDINGS, N_("请选择核查结论。原件已经找不到、查不清楚的，选“无法核实”。")
    )
    source = in_the_source()
    remedy = SelectField(
        Sentence(LABELS["remedy"]),
        choices=[
            SelectChoice("", Sentence(N_("不更正（信息无误或者无法核实）"))),
            *(SelectChoice(code, Sentence(title)) for code, title in REMEDIES.items()),
        ],
        default="",
    )
    difference = new_values()
    answer = told("answer", N_("请写明核对了什么材料、查明的情况和理由。异议人会看到。"))


class ExecuteCorrectionForm(HouseForm):
    """What the subject is told with the correction."""

    decision_reasons = told("decision_reasons", N_("请写明更正了什么、理由是什么、会通知哪些地方。"))


class MaintainForm(HouseForm):
    """Why nothing is changed."""

    decision_reasons = told("decision_reasons", N_("请逐点回应异议人的主张，写明为什么信息无误。"))


class LeaveOpenForm(HouseForm):
    """Why the matter could not be cleared up."""

    decision_reasons = told(
        "decision_reasons", N_("请写明查过哪里、为什么查不清楚；有了新证据可以怎样再提出。")
    )


class RequestReviewForm(HouseForm):
    """What the subject thinks is wrong with the result."""

    review_request = told("review_request", N_("请写明不同意哪一点、为什么；有新证据的，请一并上传。"))


class ReviewCorrectForm(HouseForm):
    """The result is changed."""

    remedy = remedy()
    difference = new_values()
    review_reasons = told("review_reasons", N_("请写明原处理结果哪里不对、依据什么改变。"))


class ReviewMaintainForm(HouseForm):
    """The result stands."""

    review_reasons = told("review_reasons", N_("请逐点回应复核申请，写明为什么维持原处理结果。"))
