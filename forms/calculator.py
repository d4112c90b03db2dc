"""What the public deadline calculator asks, on its page and over the API: a day, a length and a unit.

Shape and limits only; how days are counted is the calendar's business. Errors are put at the field they belong to,
and what was typed stays as it was typed.
"""

from collections.abc import Mapping
from datetime import date

from wtforms import BooleanField, IntegerField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from forms.fields import HouseForm, LegalDay, needed
from forms.office import Ticks
from workflow_app.domain.publicity_period import NAMES, ORDER_36_FROM, RecordClass
from workflow_app.domain.rules import Unit
from workflow_app.domain.words import N_, Sentence

FIRST_YEAR, LAST_YEAR = 2004, 2100
"""The first holiday notice that is built in is the one of 2004."""

UNITS = {
    "working": Unit.WORKING_DAY,
    "calendar": Unit.CALENDAR_DAY,
    "month": Unit.MONTH,
    "year": Unit.YEAR,
}
ENOUGH_DIGITS = 9
MOST = {Unit.WORKING_DAY: 3650, Unit.CALENDAR_DAY: 3650, Unit.MONTH: 240, Unit.YEAR: 20}

START = N_("起算日")
START_NEEDED = N_("请填写起算日，也就是收到、送达或作出决定的那一天。")
LENGTH_NEEDED = N_("请填写期限的长度，例如 5。")
UNIT_NEEDED = N_("请选择期限按什么单位计算。")
UNIT_OF_API = N_("请写明单位 unit：working（工作日）或 calendar（自然日）。")
WHOLE_NUMBER = N_("“%(typed)s”不是整数。请只填数字，不要带小数点和单位。")
TOO_LONG = N_("这个单位最多可以算到 %(most)s，最少为 0。请核对数字和单位。")
OUTSIDE_YEARS = N_("可以计算 %(first)s 年至 %(last)s 年的日期，请核对年份。")


class CountedDay(LegalDay):
    """A day within the years that can be counted; shown again in the shape that browsers can show."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day and check its year. ValueError carries the sentence."""
        super().process_formdata(valuelist)
        if self.data is None:
            return
        if not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(Sentence(OUTSIDE_YEARS, first=FIRST_YEAR, last=LAST_YEAR))
        self.raw_data = [self.data.isoformat()]


class Length(IntegerField):
    """How many units; the sentence quotes what is no number."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number. ValueError carries the sentence."""
        typed = valuelist[0].strip() if valuelist else ""
        if typed.isdecimal() and len(typed) > ENOUGH_DIGITS:
            typed = typed[:ENOUGH_DIGITS]  # Too long in any case, and Python reads no endless number.
        try:
            super().process_formdata([typed] if typed else [])
        except ValueError:
            raise ValueError(Sentence(WHOLE_NUMBER, typed=typed[:20])) from None


def choices(titles: Mapping[str, str]) -> list[SelectChoice]:
    """Titles people read as choices."""
    return [SelectChoice(name, Sentence(title)) for name, title in titles.items()]


class DueForm(HouseForm):
    """The question of the page."""

    starts_on = CountedDay(
        START, [needed(START_NEEDED)], name="from", description=Sentence(N_("收到、送达或作出决定的那一天，当天不计入。"))
    )  # fmt: skip
    length = Length(Sentence(N_("期限有多长")), [InputRequired(Sentence(LENGTH_NEEDED))])
    unit = SelectField(
        Sentence(N_("单位")), [InputRequired(Sentence(UNIT_NEEDED))], default="working",
        choices=choices({"working": N_("工作日"), "calendar": N_("自然日"), "month": N_("个月"), "year": N_("年")}),
    )  # fmt: skip

    def asked(self) -> tuple[int, Unit, date]:
        """How many of what after which day, once the form is valid."""
        assert self.length.data is not None
        assert self.starts_on.data is not None
        return self.length.data, UNITS[self.unit.data], self.starts_on.data

    def validate_length(self, field: Length) -> None:
        """Longer periods are slips of the finger; a period never runs backwards."""
        most = MOST[UNITS.get(self.unit.data, Unit.CALENDAR_DAY)]
        if field.data is not None and not 0 <= field.data <= most:
            raise ValidationError(Sentence(TOO_LONG, most=most))


class DueQuery(DueForm):
    """The question of the API: days alone, and the unit must be said."""

    length = Length(Sentence(N_("天数")), [InputRequired(Sentence(LENGTH_NEEDED))], name="days")
    unit = SelectField(
        Sentence(N_("单位")),
        [InputRequired(Sentence(UNIT_OF_API))],
        choices=choices({"working": N_("工作日"), "calendar": N_("自然日")}),
        validate_choice=False,
    )

    def validate_unit(self, field: SelectField) -> None:
        """One of the two words of the API."""
        if field.data not in ("working", "calendar"):
            raise ValidationError(Sentence(UNIT_OF_API))


class PublicityForm(HouseForm):
    """How long is a record public: the day of its document, and what the document finds."""

    decided_on = CountedDay(
        N_("文书作出日"), [needed(N_("请填写决定书或者认定文书上的日期。"))],
        description=Sentence(N_("决定书或者认定文书上的日期，一般在最后一页右下角。")),
    )  # fmt: skip
    classes = Ticks(
        Sentence(N_("失信信息的类别")),
        choices=choices({str(kind): name for kind, name in NAMES.items()}),
        description=Sentence(
            N_("%(day)s 起作出的文书要选，由认定单位写在文书或者告知书里；一份文书有几类的，都选上。"),
            day=ORDER_36_FROM.isoformat(),
        ),
        validate_choice=False,
    )
    is_special_field = BooleanField(
        Sentence(N_("属于特种设备、安全生产、消防、食品、药品领域")),
        description=Sentence(N_("只影响 %(day)s 以前作出的文书。"), day=ORDER_36_FROM.isoformat()),
    )

    def validate_classes(self, field: Ticks) -> None:
        """The library would refuse in its own words."""
        if set(field.data or ()) - set(RecordClass):
            raise ValidationError(Sentence(N_("没有这个类别，请从轻微、一般、严重中选择。")))

    def chosen(self) -> list[RecordClass]:
        """The classes that were ticked."""
        return [RecordClass(name) for name in self.classes.data or ()]


def first_errors(form: HouseForm) -> dict[str, Sentence]:
    """The first sentence of each field that is wrong, by the name under which it was sent."""
    return {field.name: field.errors[0] for field in form if field.errors}
