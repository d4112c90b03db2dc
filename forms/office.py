"""What is asked when an office keeps its catalogue of matters. Shape only: who may change what is the service's.

Lists are typed one entry a line, because that is how people copy them from their papers. `entry()` gives back
the values as the catalogue keeps them, `of_item()` the fields of an item that is there already.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, SelectMultipleField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from forms.fields import HouseForm, LegalDay, Line, Paragraph, matches, needed
from workflow_app.domain.record_words import KINDS as RECORD_KINDS
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.commitment import TYPES

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{2,39}")
PAPER_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
PAPERS = 6
PAPER_PARTS = ("field", "title", "title_en", "required")
LONGEST_TERM = {"months": 120, "days": 3650}
KINDS = {"legal": N_("法人及非法人组织"), "sole": N_("个体工商户"), "individual": N_("自然人")}
PUBLICATIONS = {
    "public": N_("向社会公示（隐去联系方式等个人信息）"),
    "limited": N_("只在有关机关之间共享"),
    "none": N_("不公开"),
}


def chosen(sentence: str) -> InputRequired:
    """One of the choices must be taken; `sentence` asks for it."""
    return InputRequired(Sentence(sentence))


def choices(titles: Mapping[str, str]) -> list[SelectChoice]:
    """Choices of a field with titles people read."""
    return [SelectChoice(name, Sentence(title)) for name, title in titles.items()]


def lines(text: str | None) -> list[str]:
    """The lines that hold something."""
    return [line.strip() for line in (text or "").splitlines() if line.strip()]


def or_empty(text: str | None) -> str:
    """The text, or an empty one."""
    return text or ""


KEPT_AS: dict[str, Callable[[Any], Any]] = {
    "needs_acceptance": lambda answer: answer == "yes",
    "conditions": lines,
    "basis": lines,
    "title_en": or_empty,
    "summary_en": or_empty,
    "at_end_en": or_empty,
    "phone": or_empty,
}


def number(text: object) -> int | str:
    """The id that a choice stands for; the empty choice stays empty."""
    return int(str(text)) if text else ""


def to_choose(offered: list[SelectChoice]) -> list[SelectChoice]:
    """The choices behind an empty one, so that nothing is chosen by nobody; a single choice needs none."""
    return [SelectChoice("", Sentence(N_("请选择"))), *offered] if len(offered) != 1 else offered


class Ticks(SelectMultipleField):
    """Several of a few, as boxes to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class ItemFields(HouseForm):
    """All fields of an item but its papers, which `ItemForm` adds as numbered rows."""

    code = Line(
        N_("事项编码"),
        [needed(N_("请填写事项编码，例如 SPTD-01。")), matches(CODE, N_("编码用大写字母、数字和连字符，3 至 40 位，例如 SPTD-01。"))],
        most=40, description=Sentence(N_("大写字母、数字和连字符，例如 SPTD-01。建立后出现在网址里，有办件后不能改。")),
    )  # fmt: skip
    type = SelectField(
        Sentence(N_("承诺类型")), [chosen(N_("请选择承诺类型。"))], choices=to_choose(choices(TYPES))
    )
    unit_id = SelectField(Sentence(N_("受理单位")), [chosen(N_("请选择受理单位。"))], coerce=number)
    title = Line(N_("事项名称"), [needed(N_("请填写事项名称。"))])
    title_en = Line(N_("事项名称（英文）"), most=300)
    summary = Paragraph(N_("一句话说明"), [needed(N_("请用一两句话说明承诺什么、能办成什么。"))], most=500)
    summary_en = Paragraph(N_("一句话说明（英文）"), most=800)
    open_to = Ticks(
        Sentence(N_("面向哪些主体")), [chosen(N_("请至少选择一类主体。"))], choices=choices(KINDS)
    )
    conditions = Paragraph(
        N_("承诺内容"), [needed(N_("请至少写一条承诺内容，一行一条。"))], most=3500,
        description=Sentence(N_("一行一条，原样印在承诺书上。")),
    )  # fmt: skip
    liability = Paragraph(N_("违诺责任"), [needed(N_("请写明违反承诺要承担的责任。"))])
    at_end = Paragraph(N_("期满怎样核查"), [needed(N_("请写明期满核查什么、要出示什么。"))], most=1000)
    at_end_en = Paragraph(N_("期满怎样核查（英文）"), most=1500)
    letter = SelectField(Sentence(N_("承诺书文本")), [chosen(N_("请选择承诺书文本。"))])
    needs_acceptance = RadioField(
        Sentence(N_("签署后怎样生效")), [chosen(N_("请选择签署后怎样生效。"))],
        choices=choices({"yes": N_("受理单位受理后生效"), "no": N_("签署后立即生效")}),
    )  # fmt: skip
    record_kind = SelectField(
        Sentence(N_("为修复哪一类失信信息签署")),
        [Optional()],
        choices=choices({"": N_("不限，或者不是信用修复承诺"), **RECORD_KINDS}),
        description=Sentence(N_("只有信用修复型承诺需要选择；申请修复时按记录的类别找到这份承诺书。")),
    )
    publication = RadioField(
        Sentence(N_("是否公示")), [chosen(N_("请选择是否公示。"))], choices=choices(PUBLICATIONS)
    )
    term = IntegerField(
        Sentence(N_("承诺期限最长")),
        [needed(N_("请填写承诺期限，至少为 1。"))],
        description=Sentence(N_("从签署之日起算。")),
    )
    term_unit = RadioField(
        Sentence(N_("期限的单位")),
        [chosen(N_("请选择期限的单位。"))],
        choices=choices({"months": N_("个月"), "days": N_("日")}),
    )
    term_is_chosen = BooleanField(Sentence(N_("可以由承诺人选择更早的最后一天")))
    phone = Line(N_("咨询电话"), most=40)
    basis = Paragraph(N_("依据"), most=1500, description=Sentence(N_("一行一个法规或文件名称。")))
    open_from = LegalDay(N_("启用日"), [needed(N_("请填写从哪一天起接受承诺。"))])
    open_until = LegalDay(
        N_("停用日"),
        [Optional()],
        description=Sentence(N_("从这一天起不再接受新的承诺，已有办件照常办理。不停用就不填。")),
    )

    def validate_term(self, field: IntegerField) -> None:
        """A term below one is none, one of centuries is a slip of the finger."""
        most = LONGEST_TERM.get(self.term_unit.data or "", 0)
        if field.data and field.data < 1:
            raise ValidationError(Sentence(N_("承诺期限至少为 1。")))
        if field.data and most and field.data > most:
            raise ValidationError(Sentence(N_("承诺期限最长 %(most)s，请核对数字和单位。"), most=most))

    def entry(self) -> dict[str, Any]:
        """The values as the catalogue keeps them; fields that the view took away are missing."""
        plain = {name: field.data for name, field in self._fields.items() if not name.startswith("paper_")}
        term, unit = plain.pop("term"), plain.pop("term_unit")
        return {name: KEPT_AS.get(name, lambda value: value)(value) for name, value in plain.items()} | {
            "term_months": term if unit == "months" else None,
            "term_days": term if unit == "days" else None,
            "papers": self.papers(),
        }

    def papers(self) -> list[dict[str, Any]]:
        """The papers that have a title; each keeps its field name, so that files stay with their paper."""
        found: dict[str, dict[str, Any]] = {}
        for row in range(1, PAPERS + 1):
            field, title, title_en, required = (self[f"paper_{row}_{part}"].data for part in PAPER_PARTS)
            if title:
                name = (
                    field
                    if field and PAPER_FIELD.fullmatch(field) and field not in found
                    else self._free_name(found)
                )
                found[name] = {
                    "field": name,
                    "title": title,
                    "title_en": title_en or title,
                    "required": bool(required),
                }
        return list(found.values())

    def _free_name(self, found: Mapping[str, object]) -> str:
        taken = {*found, *(self[f"paper_{row}_field"].data for row in range(1, PAPERS + 1))}
        return next(name for number in range(1, 100) if (name := f"paper_{number}") not in taken)


class ItemForm(ItemFields):
    """An item with its papers."""


for _row in range(1, PAPERS + 1):
    setattr(ItemForm, f"paper_{_row}_field", HiddenField(Sentence(N_("材料代号"))))
    setattr(ItemForm, f"paper_{_row}_title", Line(N_("材料名称"), most=100))
    setattr(ItemForm, f"paper_{_row}_title_en", Line(N_("材料名称（英文）"), most=160))
    setattr(ItemForm, f"paper_{_row}_required", BooleanField(Sentence(N_("必须提交"))))


def of_item(item: Any) -> dict[str, Any]:
    """The values of the form for an item that is there; English that only repeats the Chinese is left open."""
    values = {name: getattr(item, name) for name in ItemFields()._fields if hasattr(item, name)}
    english = {
        f"{name}_en": ""
        for name in ("title", "summary", "at_end")
        if getattr(item, f"{name}_en") == getattr(item, name)
    }
    for row, paper in enumerate(item.papers[:PAPERS], start=1):
        values |= {f"paper_{row}_{name}": paper[name] for name in ("field", "title", "required")}
        values[f"paper_{row}_title_en"] = "" if paper["title_en"] == paper["title"] else paper["title_en"]
    return (
        values
        | english
        | {
            "needs_acceptance": "yes" if item.needs_acceptance else "no",
            "conditions": "\n".join(item.conditions),
            "basis": "\n".join(item.basis),
            "term": item.term_months or item.term_days,
            "term_unit": "months" if item.term_months else "days",
        }
    )
