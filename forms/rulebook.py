"""What is asked when a rule is to be changed, and when somebody else decides on it.

Shape only: whether the row fits the rules in force is the service's to say, with the name of the field. `row()` gives
the whole row of the rules table, with what the form doesn't ask as it was.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from forms.fields import Flagged, HouseForm, LegalDay, Line, Paragraph, matches, needed, tidy_code
from workflow_app.domain.list_rules import SUFFIX, family_of, units_for
from workflow_app.domain.rule import EVIDENCE, UNITS, Rule
from workflow_app.domain.words import N_, Sentence


def in_capitals(text: str | None) -> str | None:
    """Small letters are beyond doubt meant as capitals."""
    return text.upper() if text is not None else None


IN_ROW = ("value", "unit", "place", "valid_from", "valid_to", "instrument", "article", "evidence", "note")


class RuleForm(HouseForm):
    """A change of one row. `seen` says of which values the reader saw the preview."""

    value = Line(N_("数值"), [Flagged()], most=10, filters=(tidy_code,))
    unit = SelectField(Sentence(N_("单位")), [Flagged()])
    valid_from = LegalDay(
        N_("生效日"),
        [needed(N_("请填写从哪一天起按新值。"))],
        description=Sentence(N_("从这一天起开始计时的办件按新值。和原来的生效日相同，就是更正原来那一条。")),
    )
    valid_to = LegalDay(
        N_("失效日"),
        [Optional()],
        description=Sentence(N_("从这一天起不再按这个值。一直有效就留空。")),
    )
    place = Line(
        N_("适用地区"),
        most=6,
        filters=(tidy_code,),
        description=Sentence(N_("六位行政区划代码，例如 120102。不限地区就留空。范围小的优先。")),
    )
    instrument = Line(
        N_("依据的文件"),
        [needed(N_("没有写明依据。请填写文件的名称和文号；由本平台自己设定的，写“平台设定值”。"))],
        most=300,
        description=Sentence(N_("地区的值和上级规定不同的，请写允许另行规定的文件。")),
    )
    article = Line(N_("条款"), most=100)
    evidence = SelectField(
        Sentence(N_("证据等级")),
        [Flagged()],
        choices=[SelectChoice(mark, Sentence(title)) for mark, title in EVIDENCE.items()],
        description=Sentence(N_("只有 V 和 V2 不标“待核实”。")),
    )
    note = Line(N_("说明"), most=300)
    reason = Paragraph(
        N_("修改理由"),
        [needed(N_("请写明理由，以后查阅时要看。"))],
        most=500,
        description=Sentence(N_("办件的期限因此变动时，会原样告诉当事人。")),
    )
    moves_running = BooleanField(Sentence(N_("正在计时的办件也改按新值")))
    seen = HiddenField(Sentence(N_("已经看过的预览")))

    def offer_units_like(self, rule: Rule) -> None:
        """Only the units a workflow can use for this rule."""
        self.unit.choices = [SelectChoice(unit.value, Sentence(UNITS[unit])) for unit in units_for(rule)]

    def row(self, base: Mapping[str, str]) -> dict[str, str]:
        """The whole row as text: what is asked here, and the rest of `base`."""
        return {**base, **{name: as_text(self[name].data) for name in IN_ROW}}

    def mark(self, row: Mapping[str, str]) -> str:
        """What tells these values from others, so that nobody sends what the preview didn't show."""
        values = {**row, "moves_running": as_text(self.moves_running.data)}
        return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:32]

    def field_of(self, column: str) -> str:
        """The field at which a refusal of a column is told."""
        return column if column in self else "value"


class OwnRuleForm(RuleForm):
    """A row that one list has to itself: everything is chosen anew, but for what happens at its start and its end."""

    suffix = Line(
        N_("编号的后半部分"),
        [
            needed(N_("请填写编号的后半部分，2 至 12 个大写字母或者数字。")),
            matches(SUFFIX, N_("编号的后半部分只能是 2 至 12 个大写字母或者数字，例如 PORT。请改好。")),
        ],
        most=12,
        filters=(tidy_code, in_capitals),
        description=Sentence(N_("2 至 12 个大写字母或者数字，最好取名单的简称，例如 PORT。")),
    )
    title = Line(
        N_("事项名称"),
        [needed(N_("请填写事项名称，别人在规则表里要凭它认出这条规则。"))],
        description=Sentence(N_("写明是哪个名单的什么期限，例如“港口经营严重失信名单期限”。")),
    )
    valid_from = LegalDay(
        N_("生效日"),
        [needed(N_("请填写这条规则从哪一天起有效。"))],
        description=Sentence(N_("一般是依据的文件施行的日期。从这一天起，名单才能选用这条规则。")),
    )
    reason = Paragraph(N_("新增理由"), [needed(N_("请写明理由，以后查阅时要看。"))], most=500)

    def row(self, base: Mapping[str, str]) -> dict[str, str]:
        """The same under an id and a title of its own."""
        named = {"id": f"{family_of(base['id'])}-{self.suffix.data}", "title": self.title.data or ""}
        return {**super().row(base), **named}

    def field_of(self, column: str) -> str:
        """The id is typed as its last part."""
        return "suffix" if column == "id" else super().field_of(column)


class DecisionForm(HouseForm):
    """The word of the second person."""

    reason = Paragraph(
        N_("决定的理由"), most=500, description=Sentence(N_("不同意时必须填写；同意时可以不填。"))
    )


def as_text(value: Any) -> str:
    """As the columns of a row keep it."""
    return "" if value is None else str(value)


def own_like(row: Mapping[str, str]) -> dict[str, Any]:
    """What the fields of an own row hold at first: only the unit. A source that nobody looked up is not taken over."""
    return {"unit": row["unit"], "evidence": "?"}


def of_row(row: Mapping[str, str]) -> dict[str, Any]:
    """What the fields hold before anything is typed. The day is to be chosen."""
    return {name: row[name] for name in IN_ROW if name not in ("valid_from", "valid_to")}
