"""What is asked for a hook. Shape only; which hosts may be told is for the services."""

from workflow_app.domain.hook_kinds import HOOK_TITLES, HookKind
from workflow_app.domain.words import N_, Sentence

from .fields import HouseForm, Line, Ticks, needed


class HookForm(HouseForm):
    """A new hook."""

    name = Line(
        N_("名称"),
        [needed(N_("请给网络通知起一个名称。"))],
        most=80,
        description=Sentence(N_("写明通知哪个系统，便于以后辨认，例如“执法系统对接”。")),
    )
    url = Line(
        N_("网址"),
        [needed(N_("请填写接收通知的网址。"))],
        most=500,
        description=Sentence(
            N_("以 https:// 开头，主机要在系统管理员允许的名单里，例如 https://gx.example.gov.cn/notify。")
        ),
    )
    kinds = Ticks(N_("通知什么"), [needed(N_("请至少勾选一项。"))])

    def offer(self) -> None:
        """Every kind, by its title, with the name that machines know it by."""
        titles = {str(kind): Sentence(title) for kind, title in HOOK_TITLES.items()}
        self.kinds.offer(titles, hints={name: name for name in titles}, is_required=True)

    @property
    def chosen(self) -> list[HookKind]:
        """The kinds that were ticked."""
        return [HookKind(each) for each in self.kinds.data or ()]
