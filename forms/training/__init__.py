"""What is asked in the training workflow. Form classes are named after the steps; EditForm fills in a draft."""

from forms.fields import Email, HouseForm, Line, Mobile, OneOf, Paragraph, needed
from workflow_app.domain.words import N_
from workflow_app.workflows.training_words import LABELS, ROLES


class EditForm(HouseForm):
    """Who takes part; the class itself was chosen before."""

    trainee_name = Line(
        LABELS["trainee_name"], [needed(N_("请填写参加培训的人的姓名，证明上会写明。"))], most=50
    )
    trainee_role = OneOf(LABELS["trainee_role"], ROLES, N_("请选择参加培训的人的身份。"))
    contact_mobile = Mobile(
        LABELS["contact_mobile"], [needed(N_("请填写联系手机，开班和考试会通知到这个号码。"))]
    )
    contact_email = Email(LABELS["contact_email"])
    conduct = Paragraph(LABELS["conduct"], most=200)


class CancelForm(HouseForm):
    """Why somebody gives the place back, which helps to plan the next class."""

    cancellation_reason = Paragraph(
        LABELS["cancellation_reason"], [needed(N_("请写明取消的理由，例如时间冲突。"))], most=500
    )
