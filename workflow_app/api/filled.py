"""A form of a page, filled in by a machine: JSON becomes what a browser would send, and the form tells its shape as JSON Schema.

Directed by the fields of the form alone; which form it is was decided before. What the form finds wrong is told under the
path of the JSON, such as `given.reasons.0.note`. Judges nothing by itself but the types.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date
from typing import Any

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import UnprocessableEntity
from wtforms import BooleanField, FormField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields import Field

from forms.fields import HouseForm, LegalDay
from forms.files import PREFIX
from forms.points import MOST, Numbered, Points
from forms.reasons import ReasonsForm

from ..domain.words import N_, Sentence
from .shapes import NO_DAY, NO_LIST, NO_NUMBER, NO_OBJECT, NO_TEXT, NO_TRUTH

REASONS = "reasons"
PARTS_OF_A_REASON = ("code", "target", "note")
NOT_ASKED = N_("现在不问这一项。可以填写的见办件的 given_schema 和 facts_schema。")
NO_SUCH_REASON = N_("现在没有这条原因，请从 given_schema 列出的编号中选择。")
TWICE = N_("这条原因已经写过一次，请合并成一条。")
TOO_MANY_POINTS = N_("最多 %(most)s 点，请合并。")
BIGGEST = 2**31 - 1
Said = Mapping[str, Any]
Pairs = Iterator[tuple[str, str]]


class Unfit(UnprocessableEntity):
    """What was sent does not fit. `wrong`: for each field the sentences, or the same for its parts."""

    def __init__(self, wrong: Mapping[str, Any]) -> None:
        super().__init__()
        self.data = {"messages": {"json": wrong}}


class Misread(ValueError):
    """One value is of a wrong type; `wrong` says where and why."""

    def __init__(self, wrong: Any) -> None:
        super().__init__()
        self.wrong = wrong


def misread(text: str, **values: Any) -> Misread:
    """One value that can't be read."""
    return Misread([Sentence(text, **values)])


def asked(form: HouseForm) -> list[Field]:
    """The fields that a machine fills in one by one: without files, and without those of coded reasons."""
    fields = form.besides if isinstance(form, ReasonsForm) else list(form)
    return [field for field in fields if not field.name.startswith(PREFIX)]


def read(form: HouseForm, said: Said, *, at: str) -> MultiDict[str, Any]:
    """What a browser would send for `said`. `form`: the same one, empty; `at`: under which name `said` was sent.

    Raises Unfit with a sentence for every name that is not asked and every value of another type.
    """
    known = {field.name: field for field in asked(form)}
    sent, wrong = MultiDict[str, Any](), dict[str, Any]()
    for name, value in said.items():
        try:
            if name == REASONS and isinstance(form, ReasonsForm):
                pairs = reasons_read(form, value)
            elif name in known:
                pairs = read_field(known[name], value)
            else:
                raise misread(NOT_ASKED)
            for key, text in pairs:
                sent.add(key, text)
        except Misread as found:
            wrong[name] = found.wrong
    if wrong:
        raise Unfit({at: wrong})
    return sent


def read_field(field: Field, value: Any) -> Pairs:
    """One field as a browser sends it; null is a field that was left blank."""
    if isinstance(field, FormField):
        yield from read_parts(field, value)
    elif isinstance(field, SelectMultipleField):
        for each in a_list(value):
            yield field.name, a_text(each)
    elif isinstance(field, BooleanField):
        if value is not None and not isinstance(value, bool):
            raise misread(NO_TRUTH)
        if value:
            yield field.name, "y"
    else:
        yield field.name, plain(field, value)


def plain(field: Field, value: Any) -> str:
    """A value without parts as text."""
    if value is None:
        return ""
    if isinstance(field, HiddenField):  # what a page carries along, a version
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= BIGGEST:
            raise misread(NO_NUMBER)
        return str(value)
    text = a_text(value)
    if isinstance(field, LegalDay) and text and not is_day(text):
        raise misread(NO_DAY)
    return text


def read_parts(field: FormField, value: Any) -> Pairs:
    """Points as a list, other parts as an object; parts that are not named are blank."""
    parts = parts_of(field)
    if isinstance(field, Points):
        texts = a_list(value)
        if len(texts) > MOST:
            raise misread(TOO_MANY_POINTS, most=MOST)
        value = {str(place): text for place, text in enumerate(texts, 1)}
    elif value is None:
        value = {}
    if not isinstance(value, Mapping):
        raise misread(NO_OBJECT)
    wrong = {name: [Sentence(NOT_ASKED)] for name in value if name not in parts}
    for name, part in parts.items():
        try:
            yield part.name, plain(part, value.get(name))
        except Misread as found:
            wrong[name] = found.wrong
    if wrong:
        raise Misread(wrong)


def parts_of(field: FormField) -> dict[str, Field]:
    """The parts by name. Of answers those to the points that were made."""
    counted = isinstance(field, Numbered) and not isinstance(field, Points)
    return {part.short_name: part for part in (field.shown if counted else field)}


def reasons_read(form: ReasonsForm, value: Any) -> Pairs:
    """Coded reasons, each an object with code, target and note."""
    codes, seen = {reason.code for reason in form.coded}, set[str]()
    wrong: dict[str, Any] = {}
    for place, reason in enumerate(a_list(value)):
        try:
            code, target, note = reason_read(reason)
            if code not in codes or code in seen:
                raise Misread({"code": [Sentence(TWICE if code in seen else NO_SUCH_REASON)]})
        except Misread as found:
            wrong[str(place)] = found.wrong
            continue
        seen.add(code)
        yield from ((f"tick_{code}", "y"), (f"target_{code}", target), (f"note_{code}", note))
    if wrong:
        raise Misread(wrong)


def reason_read(reason: Any) -> tuple[str, ...]:
    """One coded reason: code, target, note."""
    if not isinstance(reason, Mapping):
        raise misread(NO_OBJECT)
    wrong: dict[str, Any] = {name: [Sentence(NOT_ASKED)] for name in reason if name not in PARTS_OF_A_REASON}
    texts = []
    for name in PARTS_OF_A_REASON:
        value = reason.get(name)
        texts.append(value or "" if isinstance(value, str | None) else "")
        if not isinstance(value, str | None):
            wrong[name] = [Sentence(NO_TEXT)]
    if wrong:
        raise Misread(wrong)
    return tuple(texts)


def a_list(value: Any) -> list[Any]:
    """A list; nothing for null."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise misread(NO_LIST)
    return value


def a_text(value: Any) -> str:
    """A text."""
    if not isinstance(value, str):
        raise misread(NO_TEXT)
    return value


def is_day(text: str) -> bool:
    """Whether this is a day in ISO 8601, as the interface writes days."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def faults(
    form: HouseForm, said: Said, *, only: Callable[[Field], bool] = lambda field: True
) -> dict[str, Any]:
    """What the form found wrong, by the names of the JSON."""
    wrong = {field.name: fault_of(field) for field in asked(form) if field.errors and only(field)}
    if isinstance(form, ReasonsForm) and (of_reasons := reasons_at_fault(form, said)):
        wrong[REASONS] = of_reasons
    if form.form_errors:
        wrong[""] = list(form.form_errors)
    return wrong


def fault_of(field: Field) -> Any:
    """The sentences of a field, or of its parts where those are wrong."""
    if not isinstance(field, FormField):
        return list(field.errors)
    parts = {part.short_name: list(part.errors) for part in field if part.errors}
    return parts or list(field.errors)


def reasons_at_fault(form: ReasonsForm, said: Said) -> Any:
    """What is wrong with the coded reasons, each at its place in the list that was sent."""
    places = {reason["code"]: place for place, reason in enumerate(said.get(REASONS) or ())}
    wrong: dict[str, Any] = {}
    for code, place in places.items():
        parts = {name: form[f"{name}_{code}"].errors for name in ("target", "note")}
        if found := {name: list(errors) for name, errors in parts.items() if errors}:
            wrong[str(place)] = found
    ticks = [error for reason in form.coded for error in form[f"tick_{reason.code}"].errors]
    return wrong or ticks


def is_blank(value: Any) -> bool:
    """Whether a value says that a field is left blank."""
    return value is None or value is False or value in ("", [], {})


def choices_of(field: Field) -> Collection[tuple[str, Any]]:
    """What may be chosen, by value with its title; nothing for a field that is not chosen."""
    if isinstance(field, SelectField | RadioField | SelectMultipleField):
        return [(str(choice.value), choice.label) for choice in field.choices or ()]
    return ()
