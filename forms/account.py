"""What the account room asks: signing in, the second factor, a new password, a mandate.

Shape only. Whether a password is right or a mandate may be given is decided by the services.
"""

from datetime import date

from wtforms import BooleanField, SelectMultipleField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows import ALL

from .fields import HouseForm, LegalDay, Line, Login, Mobile, OneTimeCode, Secret, needed


class SignInForm(HouseForm):
    """Login and password."""

    login = Login(N_("登录名"), [needed(N_("请填写登录名。"))])
    password = Secret(N_("密码"), [needed(N_("请填写密码。"))])


class CodeForm(HouseForm):
    """The second factor."""

    code = OneTimeCode(N_("动态验证码"), [needed(N_("请填写手机验证器上显示的 6 位验证码，或一个恢复码。"))])


class SetUpForm(CodeForm):
    """The first code of a new app, and the password again."""

    password = Secret(N_("登录密码"), [needed(N_("请填写登录密码，用来确认是您本人。"))])


class PasswordForm(HouseForm):
    """A new password, twice, and the old one."""

    current_password = Secret(N_("现在的密码"), [needed(N_("请填写现在的密码，用来确认是您本人。"))])
    new_password = Secret(N_("新密码"), [needed(N_("请填写新密码，至少 12 个字符。"))])
    again_password = Secret(N_("再输一次新密码"), [needed(N_("请再输一次新密码。"))])

    def validate_again_password(self, field: Field) -> None:
        """Both must be the same."""
        if field.data != self.new_password.data:
            raise ValidationError(Sentence(N_("两次输入的新密码不一样，请重新输入。")))


class ConfirmForm(HouseForm):
    """The password once more, before something that can't be taken back."""

    password = Secret(N_("密码"), [needed(N_("请填写密码，用来确认是您本人。"))])


class MandateForm(HouseForm):
    """Who may act for the subject, in what, and for how long."""

    login = Login(N_("经办人的登录名"), [needed(N_("请填写经办人的登录名；还没有账户的，请先起一个。"))])
    name = Line(N_("经办人姓名"), most=100, description=Sentence(N_("只有新开账户时才需要填写。")))
    mobile = Mobile(N_("经办人手机号"), description=Sentence(N_("只有新开账户时才需要填写。")))
    workflows = SelectMultipleField(
        Sentence(N_("可以办理的事项")),
        [needed(N_("请至少勾选一类事项。"))],
        choices=[SelectChoice(workflow.name, Sentence(workflow.title)) for workflow in ALL],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    may_sign = BooleanField(Sentence(N_("可以代主体签署承诺书")))
    valid_from = LegalDay(N_("从哪一天起"), [needed(N_("请填写授权开始的日期。"))])
    valid_to = LegalDay(N_("到哪一天止（含当天）"), [needed(N_("请填写授权截止的日期。"))])

    def validate_valid_to(self, field: Field) -> None:
        """The last day can't be before the first."""
        if field.data and self.valid_from.data and field.data < self.valid_from.data:
            raise ValidationError(Sentence(N_("截止日期早于开始日期，请把两个日期核对一遍。")))

    def days(self) -> tuple[date, date]:
        """First and last day of a valid form. Raises ValueError before it is valid."""
        if self.valid_from.data is None or self.valid_to.data is None:
            raise ValueError("the days of a mandate are needed")
        return self.valid_from.data, self.valid_to.data
