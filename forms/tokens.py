"""What is asked for a token, and for the account of a system. Shape only; how long a token may live is for the services."""

import re

from wtforms import IntegerField
from wtforms.validators import InputRequired

from workflow_app.domain.scopes import SCOPE_TITLES, TokenScope, offered
from workflow_app.domain.words import N_, Sentence

from .fields import LOGIN, HouseForm, Line, Login, Paragraph, Secret, Ticks, matches, needed

LOGIN_SHAPE = N_("登录名为 3 至 80 个字母、数字或 . _ @ -，以字母或数字开头，请修改。")
IS_YOU = N_("请填写您的登录密码，用来确认是您本人。")


class TokenForm(HouseForm):
    """A new token. `days` is filled with the longest time at the edge."""

    name = Line(
        N_("名称"),
        [needed(N_("请给令牌起一个名称。"))],
        most=80,
        description=Sentence(N_("写明哪个系统在用，便于以后辨认，例如“执法系统对接”。")),
    )
    scopes = Ticks(N_("范围"), [needed(N_("请至少勾选一项。"))])
    purpose = Line(
        N_("读取数据的用途"),
        [needed(N_("请写明用这个令牌读取的数据作什么用。"))],
        description=Sentence(N_("读取自然人的信息时，用途连同调用记录一起供审计管理员查看。")),
    )
    days = IntegerField(
        Sentence(N_("有效天数")), [InputRequired(Sentence(N_("请填写令牌可用多少天，填整数。")))]
    )
    networks = Paragraph(
        N_("来源网段"),
        description=Sentence(
            N_("只允许从这些地址使用，每行一个，例如 10.20.0.0/16。不填表示不限，建议填写。")
        ),
    )
    password = Secret(N_("您的登录密码"), [needed(IS_YOU)])

    def offer(self, *, is_system: bool) -> None:
        """Every scope of such an account, by its title, with the name that machines know it by."""
        titles = {str(scope): Sentence(SCOPE_TITLES[scope]) for scope in offered(is_system=is_system)}
        self.scopes.offer(titles, hints={name: name for name in titles}, is_required=True)

    @property
    def chosen(self) -> list[TokenScope]:
        """The scopes that were ticked."""
        return [TokenScope(each) for each in self.scopes.data or ()]

    @property
    def networks_typed(self) -> list[str]:
        """The networks, one of each line; commas part them, too."""
        return [each for each in re.split(r"[\s,，;；、]+", self.networks.data or "") if each]


class RotateForm(HouseForm):
    """The password, before a token is replaced."""

    password = Secret(N_("您的登录密码"), [needed(IS_YOU)])


class SystemForm(HouseForm):
    """The account of a department's own system."""

    login = Login(
        N_("登录名"),
        [needed(N_("请起一个登录名，以“sys.”开头。")), matches(LOGIN, LOGIN_SHAPE)],
        description=Sentence(N_("以“sys.”开头，例如 sys.zhifa。")),
    )
    name = Line(
        N_("系统名称"),
        [needed(N_("请填写系统名称。"))],
        most=100,
        description=Sentence(N_("写明是哪个单位的什么系统，例如“市场监管局执法系统”。")),
    )
