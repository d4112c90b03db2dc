"""The fields and validators that every form shares: what a line, a day, a mobile number or a code looks like.

They check shape and mend what is beyond doubt (blanks, full-width digits); the law is checked by guards. Every
error is a Sentence that says how to put it right, because WTForms' own messages say only what is wrong. Nothing
here sees the session, a row or the request.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from markupsafe import Markup
from wtforms import Form, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields import DateField, Field, PasswordField, SelectChoice
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, StopValidation, ValidationError
from wtforms.widgets import CheckboxInput, Input, ListWidget

from forms import elements
from workflow_app.domain.identifiers import parse_citizen_id, parse_uscc
from workflow_app.domain.personal_traces import TITLES, traces
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import N_, Sentence

# What nobody means to type: controls, marks that turn the direction of text round (a name could then read
# differently on the certificate than in the row), noncharacters, and the mark of bytes that were not UTF-8.
_HARMFUL = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffd-\uffff"
HARMFUL_IN_PARAGRAPH = re.compile(f"[{_HARMFUL}\U000e0000-\U000e007f]")
HARMFUL_IN_LINE = re.compile(f"[{_HARMFUL}\t\n\r\u2028\u2029\U000e0000-\U000e007f]")
INVISIBLE = re.compile("[\u200b-\u200d\u2060\ufeff]")

MOBILE = re.compile(r"1[3-9][0-9]{9}")
EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
LOGIN = re.compile(r"[a-z0-9][a-z0-9._@-]{2,79}")
HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}

DAY_SHAPES = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")
FIRST_YEAR, LAST_YEAR = 1900, 2199

Checks = Sequence[Callable[[Form, Field], None]]
Tidiers = Sequence[Callable[[str | None], str | None]]

BUILT_IN = {
    "Not a valid choice.": N_("这一项不在可选范围内，请从列出的选项中重新选择。"),
    "Not a valid choice": N_("这一项不在可选范围内，请从列出的选项中重新选择。"),
    "Not a valid integer value.": N_("请填写整数，不要带小数点和单位。"),
    "Not a valid decimal value.": N_("请填写数字，不要带单位和汉字。"),
    "Invalid Choice: could not coerce.": N_("这一项不在可选范围内，请从列出的选项中重新选择。"),
    "Invalid choice(s): one or more data inputs could not be coerced.": N_(
        "所选内容不在可选范围内，请从列出的选项中重新选择。"
    ),
    "This field is required.": N_("这一项必须填写，请补上。"),
}


class HouseWords:
    """WTForms' own messages as our sentences."""

    def gettext(self, text: str) -> Sentence | str:
        """The sentence for a message of the library; unknown ones stay as they are."""
        return Sentence(BUILT_IN[text]) if text in BUILT_IN else text

    def ngettext(self, one: str, many: str, count: int) -> Sentence | str:
        """The same for messages with a plural."""
        return self.gettext(one if count == 1 else many)


class HouseForm(Form):
    """The base of every form. CSRF is checked at the edge, before any form is made.

    `is_for_many`: one answer may hold for many cases at once, because nothing it asks is judged case by case.
    """

    is_for_many: ClassVar[bool] = False

    class Meta(DefaultMeta):
        def get_translations(self, form: Form) -> HouseWords:
            """Every message is one of ours."""
            return HouseWords()

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Markup:
            """The element as the library has it, written plainly."""
            if isinstance(field.widget, Input):
                field.widget = elements.plain(field.widget)
            return super().render_field(field, render_kw)

    def fit(self, facts: Any) -> None:
        """Take out what a case with these facts has no use for; most forms ask the same of every case."""

    @property
    def wants_more(self) -> bool:
        """Whether it was sent only to get more boxes to fill in (see forms.points)."""
        return any(getattr(field, "wants_more", False) for field in self)

    def refuse(self, name: str, sentence: Sentence | str) -> None:
        """Put a refusal of the service at the field it is about."""
        field = self[name]
        field.errors = [*field.errors, sentence if isinstance(sentence, Sentence) else Sentence(sentence)]


class Flagged:
    """Marks a field as required on the page; whether it is filled in is judged elsewhere, with more than the field."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Form, field: Field) -> None:
        """Nothing to judge here."""


def needed(sentence: str) -> Callable[[Form, Field], None]:
    """The field must be filled in; `sentence` says what to write there."""

    def check(form: Form, field: Field) -> None:
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            if field.errors:
                raise StopValidation
            raise StopValidation(Sentence(sentence))

    check.field_flags = {"required": True}  # type: ignore[attr-defined]
    return check


def at_most(count: int) -> Callable[[Form, Field], None]:
    """The field holds at most so many characters."""

    def check(form: Form, field: Field) -> None:
        if field.data and len(field.data) > count:
            text = N_("“%(label)s”最多 %(most)s 个字，现在有 %(count)s 个，请删去 %(over)s 个字。")
            values = {"most": count, "count": len(field.data), "over": len(field.data) - count}
            raise ValidationError(Sentence(text, label=label_of(field), **values))

    check.field_flags = {"maxlength": count}  # type: ignore[attr-defined]
    return check


def without(harmful: re.Pattern[str]) -> Callable[[Form, Field], None]:
    """The field holds no character that can't be seen or that turns text round."""

    def check(form: Form, field: Field) -> None:
        if field.data and (found := harmful.search(field.data)):
            text = N_("“%(label)s”的第 %(place)s 个字符看不见或无法识别，请删去它前后的内容重新输入。")
            raise StopValidation(Sentence(text, label=label_of(field), place=found.start() + 1))

    return check


def fit_to_publish(form: Form, field: Field) -> None:
    """What is filled in will be published and holds no trace of a natural person's data (see domain.personal_traces)."""
    found = traces(field.data or "")
    if found:
        text = N_("“%(label)s”从第 %(place)s 个字起像是%(what)s，会向社会公示。请删去，姓名可以写成“张某”。")
        what = Sentence(TITLES[found[0].kind])
        raise ValidationError(Sentence(text, label=label_of(field), place=found[0].start + 1, what=what))


def matches(shape: re.Pattern[str], sentence: str) -> Callable[[Form, Field], None]:
    """What is filled in has this shape as a whole."""

    def check(form: Form, field: Field) -> None:
        if field.data and not shape.fullmatch(field.data):
            raise ValidationError(Sentence(sentence))

    return check


def label_of(field: Field) -> Sentence | str:
    """The label as a part of a sentence, so that it is said in the reader's language too."""
    text = field.label.text
    return text if isinstance(text, Sentence) else Sentence(text)


def tidy_line(text: str | None) -> str | None:
    """Without blanks at the ends and without marks that have no width."""
    return INVISIBLE.sub("", text).strip() if text is not None else None


def tidy_paragraph(text: str | None) -> str | None:
    """The same, with one kind of line end."""
    return tidy_line(text.replace("\r\n", "\n").replace("\r", "\n")) if text is not None else None


def tidy_code(text: str | None) -> str | None:
    """Half-width and without any blank."""
    return re.sub(r"\s", "", tidy_line(text) or "").translate(HALF_WIDTH) if text is not None else None


class Line(StringField):
    """One line of text, 200 characters unless told. Names keep rare characters as they were typed."""

    def __init__(
        self,
        label: str,
        validators: Checks = (),
        *,
        most: int = 200,
        filters: Tidiers = (tidy_line,),
        **more: Any,
    ) -> None:
        checks = [*validators, without(HARMFUL_IN_LINE), at_most(most)]
        super().__init__(Sentence(label), checks, filters=filters, **more)


class Paragraph(TextAreaField):
    """Text of several lines, 2,000 characters unless told."""

    widget = elements.TextArea()

    def __init__(self, label: str, validators: Checks = (), *, most: int = 2000, **more: Any) -> None:
        checks = [*validators, without(HARMFUL_IN_PARAGRAPH), at_most(most)]
        super().__init__(Sentence(label), checks, filters=(tidy_paragraph,), **more)


class OneOf(RadioField):
    """One of the values that a fact may have, by its title; `sentence` says what to choose."""

    def __init__(self, label: str, titles: Mapping[str, str], sentence: str, **more: Any) -> None:
        choices = [SelectChoice(code, Sentence(title)) for code, title in titles.items()]
        super().__init__(Sentence(label), [InputRequired(Sentence(sentence))], choices=choices, **more)


class Ticks(SelectMultipleField):
    """Any of several, each a box to tick, kept as a tuple. Which there are is filled in at the edge with `offer`."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(Sentence(label), list(validators), choices=[], default=(), **more)
        self.hints: Mapping[str, Sentence | str] = {}

    def offer(
        self,
        titles: Mapping[str, Sentence | str],
        *,
        hints: Mapping[str, Sentence | str],
        is_required: bool,
    ) -> None:
        """What may be ticked, by key and title, with a line under it; whether something should be is marked only."""
        self.choices = [SelectChoice(key, title) for key, title in titles.items()]
        self.hints = hints
        self.flags.required = is_required

    def process_data(self, value: Any) -> None:
        """What is stored."""
        self.data = tuple(value or ())

    def process_formdata(self, valuelist: list[str]) -> None:
        """What was ticked, each once."""
        self.data = tuple(dict.fromkeys(valuelist))

    def pre_validate(self, form: Form) -> None:
        """Only what was offered can be ticked."""
        if not set(self.data) <= {choice.value for choice in self.choices}:
            raise ValidationError(Sentence(BUILT_IN["Not a valid choice"]))


class Secret(PasswordField):
    """A password: never tidied, never sent back to the page."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(Sentence(label), [*validators, at_most(128)], **more)


class OneTimeCode(Line):
    """A code of the second factor, or a recovery code; blanks and hyphens don't matter."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(label, validators, most=40, filters=(tidy_code,), **more)


class LegalDay(DateField):
    """A day. Besides what browsers send it reads 2026/9/18, 2026.9.18, 2026年9月18日 and 20260918."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(Sentence(label), list(validators), **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the day. ValueError carries the sentence."""
        self.data = None
        typed = tidy_code(valuelist[0]) if valuelist else ""
        if not typed:
            return
        self.data = read_day(typed)
        if self.data is None:
            text = N_("“%(typed)s”不是一个存在的日期。请按“2026-09-18”的样子填写年、月、日。")
            raise ValueError(Sentence(text, typed=typed[:20]))
        if not FIRST_YEAR <= self.data.year <= LAST_YEAR:
            self.data = None
            raise ValueError(Sentence(N_("年份不在 1900 至 2199 之间，请核对年份的四位数字。")))


class Mobile(Line):
    """A mobile number of the mainland, stored as 11 digits."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        sentence = N_("手机号应为 11 位数字，以 13 至 19 开头，请核对是否多写或漏写。")
        super().__init__(
            label, [*validators, matches(MOBILE, sentence)], most=30, filters=(tidy_mobile,), **more
        )


class Email(Line):
    """A mail address."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        sentence = N_("电子邮箱的格式不对，应类似 name@example.com，请核对。")
        super().__init__(label, [*validators, matches(EMAIL, sentence)], most=120, **more)


class Login(Line):
    """A login name; capitals don't matter."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(label, validators, most=80, filters=(tidy_login,), **more)


class CreditCode(Line):
    """A unified social credit code with its check character (GB 32100-2015)."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(label, [*validators, parsed_by(parse_uscc)], most=60, **more)


class CitizenNumber(Line):
    """A citizen identity number with its check character (GB 11643-1999)."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(label, [*validators, parsed_by(parse_citizen_id)], most=60, **more)


class UnitChoice(SelectField):
    """A unit, kept by its key. Which units there are is filled in at the edge with `offer`; a form sees no row."""

    def __init__(self, label: str, validators: Checks = (), **more: Any) -> None:
        super().__init__(Sentence(label), list(validators), choices=[], default="", **more)

    def offer(self, units: Sequence[tuple[str, str]], *, likely: str = "") -> None:
        """The units by key and name. The likely one is chosen until the reader has chosen."""
        is_offered = likely in dict(units)
        first = [] if is_offered else [SelectChoice("", Sentence(N_("请选择单位")))]
        self.choices = [*first, *(SelectChoice(key, name) for key, name in units)]
        if is_offered and not self.raw_data:
            self.data = likely


def parsed_by(parse: Callable[[str], str]) -> Callable[[Form, Field], None]:
    """The field holds what `parse` accepts, and afterwards the plain form of it."""

    def check(form: Form, field: Field) -> None:
        if not field.data:
            return
        try:
            field.data = parse(field.data)
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from None

    return check


def tidy_mobile(text: str | None) -> str | None:
    """Digits alone, without the country code."""
    digits = re.sub(r"[-+()]", "", tidy_code(text) or "")
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def tidy_login(text: str | None) -> str | None:
    """Half-width and lower case."""
    return (tidy_code(text) or "").lower() if text is not None else None


def read_day(typed: str) -> date | None:
    """The day in one of the shapes people write, or None."""
    for shape in DAY_SHAPES:
        try:
            # A form carries a day and no zone: the legal day is what is written.
            return datetime.strptime(typed, shape).date()  # noqa: DTZ007
        except ValueError:
            continue
    return None
