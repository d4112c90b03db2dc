"""What is asked when the office makes a list: all of it, or only who adopts one that comes built in; confirming, refusing, ending.

Shape only: whether a list has what it needs is judged by `list_type_checks`, with the name of the field. The form sees no
row; units and rules are offered at the edge.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from wtforms import BooleanField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from forms.fields import Flagged, HouseForm, LegalDay, Line, OneOf, Paragraph, UnitChoice, needed
from workflow_app.domain.list_plan import COUNTED_FROM, LEVELS, SCOPES, Measure, Plan
from workflow_app.domain.rule import EVIDENCE, Rule
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.listing_words import KINDS

ROWS = 8
LONGEST_LINE = 300
UNIT_OF = "unit_of_"
OFFERED = N_("%(id)s %(title)s：%(period)s")
OFFERED_UNCONFIRMED = N_("%(id)s %(title)s：%(period)s（待核实）")
NONE = {
    "term_rule": N_("没有期限，履行义务后移出"),
    "early_rule": N_("没有最短期限"),
    "review_rule": N_("不定期复查"),
}
NOT_TAKEN = N_("不采取这项措施")


class ListTypeForm(HouseForm):
    """A list with all its parameters. The rows of measures are added below."""

    name = Line(N_("名单名称"), [needed(N_("请填写名单名称，和依据的文件里的名称一致。"))])
    name_en = Line(N_("名单名称（英文）"), most=300)
    kind = OneOf(N_("名单种类"), KINDS, N_("请选择名单种类。"))
    unit_id = SelectField(Sentence(N_("认定单位")), [needed(N_("请选择认定单位。"))], choices=[])
    level = OneOf(
        N_("依据的层级"),
        LEVELS,
        N_("请选择依据的层级。"),
        description=Sentence(
            N_(
                "国办发〔2020〕49号：没有依据不能设名单，区县和部门不能自行设立；只在本地实施的，要有地方性法规。"
            )
        ),
    )
    basis = Paragraph(
        N_("依据的文件"),
        [Flagged()],
        description=Sentence(
            N_("每行一个，写名称和文号，名称用书名号，例如“《某某管理办法》（某某令第 1 号）第五条”。")
        ),
    )
    evidence = SelectField(
        Sentence(N_("证据等级")),
        [Flagged()],
        choices=[SelectChoice(mark, Sentence(title)) for mark, title in EVIDENCE.items()],
        description=Sentence(N_("以最弱的一项为准。只有 V 和 V2 不标“待核实”。")),
    )
    note = Paragraph(
        N_("待核实的内容和说明"), most=1000, description=Sentence(N_("哪些参数没有核对到原文，请写在这里。"))
    )
    consulted_from = LegalDay(
        N_("公布征求意见稿的日期"),
        [Optional()],
        description=Sentence(N_("依据地方性法规的必须填写：标准要公开征求意见，期限见规则 LE-11。")),
    )
    standard = Paragraph(
        N_("列入标准"), [Flagged()], most=4000, description=Sentence(N_("什么行为、什么程度，列入这个名单。"))
    )
    exit_conditions = Paragraph(
        N_("移出条件"), [Flagged()], description=Sentence(N_("每行一个条件。必须写明。"))
    )
    scope = OneOf(N_("公开范围"), SCOPES, N_("请选择公开范围。"))
    term_rule = SelectField(Sentence(N_("期限")), choices=[])
    early_rule = SelectField(Sentence(N_("提前移出的最短期限")), choices=[])
    early_from = OneOf(
        N_("最短期限从哪一天起算"), COUNTED_FROM, N_("请选择从哪一天起算。"), default="listing"
    )
    reply_rule = SelectField(Sentence(N_("陈述申辩或者公示期限")), [Flagged()], choices=[])
    review_rule = SelectField(Sentence(N_("复查间隔")), choices=[])

    def offer(self, units: Sequence[tuple[str, str, str]], rules: Mapping[str, Sequence[Rule]]) -> None:
        """The units (id, key, name) that there are, and the rules that each parameter may name."""
        first = SelectChoice("", Sentence(N_("请选择单位")))
        self.unit_id.choices = [first, *(SelectChoice(number, name) for number, _key, name in units)]
        for row in range(1, ROWS + 1):
            self[f"measure_{row}_unit"].offer([(key, name) for _number, key, name in units])
        for name, offered in rules.items():
            empty = [SelectChoice("", Sentence(NONE[name]))] if name in NONE else []
            self[name].choices = [*empty, *(SelectChoice(rule.id, _told(rule)) for rule in offered)]

    def plan(self) -> Plan:
        """What was said."""
        plain = [name for name in self._fields if not name.startswith("measure_")]
        said: dict[str, Any] = {name: self[name].data or "" for name in plain}
        said |= {name: tuple(_lines(said[name])) for name in ("basis", "exit_conditions")}
        said |= {"unit_id": int(said["unit_id"] or 0), "consulted_from": self.consulted_from.data}
        return Plan(**said, measures=tuple(self._measures()))

    def _measures(self) -> Iterator[Measure]:
        for row in range(1, ROWS + 1):
            said = {part: self[f"measure_{row}_{part}"].data or "" for part in ("title", "basis", "unit")}
            if said["title"] or said["basis"]:
                yield Measure(key=f"m{row}", **said)


# Each row of a measure has a label of its own for those who don't see the heading.
TITLES = (
    N_("措施 1"), N_("措施 2"), N_("措施 3"), N_("措施 4"), N_("措施 5"), N_("措施 6"), N_("措施 7"), N_("措施 8"),
)  # fmt: skip
for _row, _title in enumerate(TITLES, 1):
    setattr(ListTypeForm, f"measure_{_row}_title", Line(_title, most=LONGEST_LINE))
    setattr(ListTypeForm, f"measure_{_row}_basis", Line(N_("这项措施依据的文件"), most=LONGEST_LINE))
    setattr(ListTypeForm, f"measure_{_row}_unit", UnitChoice(N_("执行这项措施的单位")))


class AdoptForm(HouseForm):
    """Who adopts a built-in list; which unit takes each measure is added by `adopting`."""

    unit_id = SelectField(Sentence(N_("认定单位")), [needed(N_("请选择认定单位。"))], choices=[])

    def offer(self, units: Sequence[tuple[str, str, str]], *, likely: str) -> None:
        """The units (id, key, name); `likely` is the key of the one that usually keeps the list."""
        first = SelectChoice("", Sentence(N_("请选择单位")))
        self.unit_id.choices = [first, *(SelectChoice(number, name) for number, _key, name in units)]
        by_key = {key: number for number, key, _name in units}
        if not self.unit_id.raw_data and not self.unit_id.data:
            self.unit_id.data = by_key.get(likely, "")
        for field in self:
            if field.name.startswith(UNIT_OF):
                empty = SelectChoice("", Sentence(NOT_TAKEN))
                field.choices = [empty, *(SelectChoice(key, name) for _number, key, name in units)]

    def units_of(self) -> dict[str, str]:
        """Measure → key of the unit that takes it, empty where it is not taken."""
        return {
            field.name.removeprefix(UNIT_OF): field.data or ""
            for field in self
            if field.name.startswith(UNIT_OF)
        }


def adopting(plan: Plan) -> type[AdoptForm]:
    """The form for one built-in list, with a choice of unit for each of its measures."""
    fields: dict[str, Any] = {
        f"{UNIT_OF}{one.key}": SelectField(one.title, choices=[], default=one.unit) for one in plan.measures
    }
    return type("AdoptForm", (AdoptForm,), fields)


class ConfirmForm(HouseForm):
    """The word of the second person who looked at the instruments."""

    is_checked = BooleanField(
        Sentence(N_("我已对照文件原文，核对了依据的层级、列入标准、期限、措施和移出条件。")),
        [needed(N_("请先对照文件原文核对，再勾选。没有核对到的，请不要确认。"))],
    )


class WhyForm(HouseForm):
    """Why a list is refused, or ended."""

    why = Paragraph(N_("理由"), [needed(N_("请写明理由，以后查阅时要看。"))], most=500)


def first_values(plan: Plan) -> dict[str, Any]:
    """The values of the form for a list like another one; its unit is chosen anew where none is known."""
    values = asdict(plan) | {
        "basis": "\n".join(plan.basis),
        "exit_conditions": "\n".join(plan.exit_conditions),
        "unit_id": str(plan.unit_id or ""),
        "consulted_from": plan.consulted_from,
    }
    for row, measure in enumerate(plan.measures[:ROWS], 1):
        values |= {f"measure_{row}_{part}": getattr(measure, part) for part in ("title", "basis", "unit")}
    return values


def field_of(code: str, form: HouseForm) -> str:
    """The field at which a refusal is told."""
    return "measure_1_title" if code == "measures" and "measure_1_title" in form else code


def _told(rule: Rule) -> Sentence:
    shape = OFFERED if rule.is_confirmed else OFFERED_UNCONFIRMED
    return Sentence(shape, id=rule.id, title=Sentence(rule.title), period=rule.period)


def _lines(text: str) -> Iterator[str]:
    return (line.strip() for line in text.splitlines() if line.strip())
