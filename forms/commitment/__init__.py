"""What is asked in the commitment workflow. Form classes are named after the steps; EditForm fills in a draft."""

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from forms.fields import HouseForm, LegalDay, Line, Mobile, Paragraph, Secret, fit_to_publish, needed
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.commitment import DEGREES, LABELS


class EditForm(HouseForm):
    """The parts of the letter that the subject fills in."""

    reason = Paragraph(
        LABELS["reason"],
        [needed(N_("请写明为哪一件具体业务作出承诺，例如许可证号、项目名称或地址。"))],
        most=512,
    )
    statement = Paragraph(LABELS["statement"], most=2000)
    valid_until = LegalDay(LABELS["valid_until"], [needed(N_("请填写承诺有效期的最后一天。"))])
    contact_name = Line(LABELS["contact_name"], [needed(N_("请填写联系人姓名。"))], most=50)
    contact_mobile = Mobile(
        LABELS["contact_mobile"], [needed(N_("请填写联系人的手机号，办理进度会通知到这个号码。"))]
    )


class SignForm(HouseForm):
    """Signing: the text that was read, consent to publication, and the identity confirmed again."""

    letter_version = HiddenField(
        Sentence(LABELS["letter_version"]), filters=(lambda v: int(v) if v and v.isdigit() else 0,)
    )
    has_read = BooleanField(
        Sentence(N_("我已阅读承诺书全文，内容由我方自愿作出，愿意承担违反承诺的责任。")),
        [needed(N_("请阅读承诺书全文，并勾选确认。"))],
    )
    publication_consent = BooleanField(
        Sentence(N_("同意向社会公示本承诺及履行情况（公示时隐去联系方式等个人信息）。"))
    )
    password = Secret(N_("登录密码"), [needed(N_("签署前需要再次确认您的身份。请输入登录密码。"))])


class NoteSecondReturnForm(HouseForm):
    """Why there may be a further return for reasons that the first did not name."""

    second_return_note = Paragraph(
        LABELS["second_return_note"],
        [needed(N_("请写明为什么第一次退回时没有提出、现在必须提出。"))],
        most=500,
    )


class WithdrawForm(HouseForm):
    """Withdrawing needs a reason; nothing that was handed in is destroyed."""

    withdrawal_reason = Paragraph(LABELS["withdrawal_reason"], [needed(N_("请写明撤回的理由。"))], most=1000)


class ReportPerformanceForm(HouseForm):
    """What was done to keep the commitment; evidence goes with it as files."""

    performance_report = Paragraph(
        LABELS["performance_report"], [needed(N_("请写明已经履行了哪些承诺、何时履行。"))]
    )


class ConfirmFulfilledForm(HouseForm):
    """What was checked and with what result; many may be found kept by one comparison of registers."""

    is_for_many = True

    checked_what = Paragraph(LABELS["checked_what"], [needed(N_("请写明核查了什么、怎样核查、结果如何。"))])


class ProposeBreachForm(HouseForm):
    """What was not kept, the facts and the basis."""

    unperformed = Paragraph(
        LABELS["unperformed"], [needed(N_("请逐项写明没有履行的承诺内容。")), fit_to_publish]
    )
    breach_facts = Paragraph(LABELS["breach_facts"], [needed(N_("请写明认定的事实和证据。"))])
    breach_basis = Paragraph(
        LABELS["breach_basis"], [needed(N_("请写明认定依据的规定或承诺条款。")), fit_to_publish]
    )


class ReplyForm(HouseForm):
    """The subject's own account."""

    reply = Paragraph(
        LABELS["reply"], [needed(N_("请写明您的陈述申辩意见；有证据的，请一并上传。"))], most=4000
    )


class AcceptRectificationForm(HouseForm):
    """What was put right."""

    rectified = Paragraph(LABELS["rectified"], [needed(N_("请写明主体已经整改的内容和核实情况。"))])


class DropBreachForm(HouseForm):
    """Why no breach is found."""

    drop_reasons = Paragraph(LABELS["drop_reasons"], [needed(N_("请写明不认定违诺的理由。"))])


class DecideBreachForm(HouseForm):
    """How far the commitment was kept, the liability, and the reasons that answer the reply."""

    degree = RadioField(
        Sentence(LABELS["degree"]),
        [InputRequired(Sentence(N_("请选择履行程度。")))],
        choices=[SelectChoice(code, Sentence(title)) for code, title in DEGREES.items()],
    )
    liability_pursued = Paragraph(
        LABELS["liability_pursued"],
        [needed(N_("请写明追究的责任；不追究的写“无”并说明理由。")), fit_to_publish],
    )
    decision_reasons = Paragraph(
        LABELS["decision_reasons"], [needed(N_("请写明理由，并逐点答复陈述申辩意见。"))]
    )
