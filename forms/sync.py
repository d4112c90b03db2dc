"""What is asked when a task is confirmed or looked at, and when the office keeps its list of targets.

Shape only: whether a task may be confirmed and whether an address may be used is the service's to say.
"""

import re
from typing import Any

from wtforms import FileField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from forms.fields import HouseForm, LegalDay, Line, Paragraph, matches, needed, tidy_login
from forms.office import Ticks, choices, chosen, number
from workflow_app.domain.downstream import BY_ITSELF, DELIVERERS, FACTS, KINDS, WHATS
from workflow_app.domain.words import N_, Sentence

KEY = re.compile(r"[a-z][a-z0-9-]{1,39}")
PAGE_ADDRESS = re.compile(r"https?://[^\s<>\"]{4,490}")
FILES = ".pdf,.jpg,.jpeg,.png"
HINT = N_("PDF、JPG 或 PNG，不超过 10 MB。")


class ConfirmForm(HouseForm):
    """The target did it; words or a file show it."""

    evidence = Paragraph(
        N_("凭什么确认"), most=1000, description=Sentence(N_("例如：对方回函文号、回执号、电话记录（谁、何时）。写文字或上传凭据，至少一样。"))
    )  # fmt: skip
    evidence_file = FileField(Sentence(N_("凭据")), description=Sentence(HINT), render_kw={"accept": FILES})


class SeenForm(HouseForm):
    """Somebody looked at the public page."""

    note = Paragraph(
        N_("在公示页上看到了什么"), [needed(N_("请写明在公示页上看到了什么。"))], most=1000,
        description=Sentence(N_("例如：按统一社会信用代码查询，没有这条信息。")),
    )  # fmt: skip
    picture = FileField(Sentence(N_("截图")), description=Sentence(HINT), render_kw={"accept": FILES})


class TargetForm(HouseForm):
    """A place that holds copies of records."""

    key = Line(
        N_("代号"), [needed(N_("请填写代号。")), matches(KEY, N_("代号用小写字母开头，可以有数字和连字符，例如 province。"))],
        most=40, filters=(tidy_login,), description=Sentence(N_("小写字母、数字和连字符，建立后不能改。")),
    )  # fmt: skip
    name = Line(N_("名称"), [needed(N_("请填写名称。"))])
    name_en = Line(N_("英文名称"))
    kind = RadioField(
        Sentence(N_("是什么地方")), [chosen(N_("请选择是什么地方。"))],
        choices=choices({name: title for name, title in KINDS.items() if name not in BY_ITSELF}),
    )  # fmt: skip
    unit_id = SelectField(
        Sentence(N_("哪个部门")), [Optional()], coerce=number, description=Sentence(N_("只有采取措施的部门才选。")),
    )  # fmt: skip
    deliverer = RadioField(
        Sentence(N_("怎样通知")), [chosen(N_("请选择怎样通知。"))], choices=choices(DELIVERERS)
    )
    address = Line(
        N_("网址或文件夹"), most=500,
        description=Sentence(N_("网络通知填网址，文件交换填文件夹名称，人工告知不用填。")),
    )  # fmt: skip
    does = Ticks(
        Sentence(N_("要对方办理什么")), [chosen(N_("请至少选择一项要对方办理的事。"))],
        choices=choices({what: WHATS[what] for what in FACTS}),
    )  # fmt: skip
    page_url = Line(
        N_("对方的公示页"), [matches(PAGE_ADDRESS, N_("网址的格式不对，应类似 https://example.com/search。"))], most=500,
        description=Sentence(N_("核实时从这里打开，看信息是否还在。")),
    )  # fmt: skip
    ended_on = LegalDay(
        N_("停用日"), [Optional()], description=Sentence(N_("从这一天起不再通知，已有任务照常办理。不停用就不填。"))
    )  # fmt: skip

    def offer_units(self, units: list[SelectChoice]) -> None:
        """The departments to choose from."""
        self.unit_id.choices = [SelectChoice("", Sentence(N_("不是部门"))), *units]

    def entry(self) -> dict[str, Any]:
        """The values as the list of targets keeps them."""
        return {
            "name": self.name.data or "",
            "name_en": self.name_en.data or self.name.data or "",
            "kind": self.kind.data,
            "unit_id": self.unit_id.data or None,
            "deliverer": self.deliverer.data,
            "address": self.address.data or "",
            "does": tuple(self.does.data or ()),
            "page_url": self.page_url.data or "",
            "ended_on": self.ended_on.data,
        }
