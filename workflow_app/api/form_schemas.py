"""A form of a page as JSON Schema (2020-12), said in the reader's language: what a machine may send, and what it must.

Read from the fields of the form as it is offered at this moment. What only guards know is not in it.
"""

from collections.abc import Iterable
from typing import Any

from wtforms import BooleanField, FormField, HiddenField, SelectMultipleField
from wtforms.fields import Field

from forms.fields import Email, HouseForm, LegalDay, Mobile
from forms.points import MOST, Answers, Points
from forms.reasons import ReasonsForm

from ..domain.words import N_, Sentence
from ..web.ui import say_whole
from .filled import BIGGEST, REASONS, asked, choices_of, parts_of

NOT_BLANK = r"\S"
OF_A_MOBILE = "^1[3-9][0-9]{9}$"
TITLES = "x-enum-titles"
REASONS_TITLE = N_("原因；请一次写全")
Schema = dict[str, Any]


def schema_of(form: HouseForm, *, is_partial: bool = False) -> Schema:
    """The object that may be sent. `is_partial`: nothing in it is required, because what is not sent stays as it is."""
    properties = {field.name: of_field(field) for field in asked(form)}
    required = [field.name for field in asked(form) if is_needed(field)]
    if isinstance(form, ReasonsForm):
        properties[REASONS] = of_reasons(form)
        required += [REASONS] if form.coded else []
    return an_object(properties, [] if is_partial else required)


def an_object(properties: Schema, required: list[str]) -> Schema:
    """An object without other names."""
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": required} if required else {})


def is_needed(field: Field) -> bool:
    """Whether the form does not go without it."""
    return bool(field.flags.required) or isinstance(field, Points | Answers)


def of_field(field: Field) -> Schema:
    """One field with its title and what is said under it."""
    told: Schema = {"title": words(field.label.text)}
    if description := words(field.description):
        told["description"] = description
    return told | shape_of(field)


def shape_of(field: Field) -> Schema:
    """The shape alone."""
    if isinstance(field, FormField):
        return of_parts(field)
    if isinstance(field, BooleanField):
        return {"type": "boolean"} | ({"const": True} if field.flags.required else {})
    if isinstance(field, HiddenField):
        known: Schema = {"const": field.data} if field.data else {}
        return {"type": "integer", "minimum": 0, "maximum": BIGGEST} | known
    if isinstance(field, SelectMultipleField):
        items = {"type": "string"} | of_choices(field)
        return {"type": "array", "items": items, "uniqueItems": True} | least(field)
    if isinstance(field, LegalDay):
        return {"type": "string", "format": "date"}
    return {"type": "string"} | of_choices(field) | of_text(field)


def least(field: Field) -> Schema:
    """At least one, where the form does not go without."""
    return {"minItems": 1} if field.flags.required else {}


def of_choices(field: Field) -> Schema:
    """The values with their titles."""
    found = choices_of(field)
    if not found:
        return {}
    return {
        "enum": [value for value, _label in found],
        TITLES: {value: words(label) for value, label in found},
    }


def of_text(field: Field) -> Schema:
    """How long a text may be, and of what kind."""
    if choices_of(field):
        return {}
    limits: Schema = {"maxLength": int(field.flags.maxlength)} if field.flags.maxlength else {}
    if isinstance(field, Mobile):
        limits["pattern"] = OF_A_MOBILE
    elif isinstance(field, Email):
        limits["format"] = "email"
    elif field.flags.required:
        limits |= {"minLength": 1, "pattern": NOT_BLANK}
    return limits


def of_parts(field: FormField) -> Schema:
    """Points as a list of texts, other parts as an object."""
    parts = parts_of(field)
    if isinstance(field, Points):
        text = {"type": "string", "minLength": 1, "pattern": NOT_BLANK} | of_text(next(iter(parts.values())))
        return {"type": "array", "items": text, "minItems": 1, "maxItems": MOST}
    properties = {name: of_field(part) for name, part in parts.items()}
    return an_object(properties, list(parts) if isinstance(field, Answers) else [])


def of_reasons(form: ReasonsForm) -> Schema:
    """Coded reasons: for each what it may point at, and what is special about this case."""
    one_of = []
    for reason in form.coded:
        title, target, note = (form[f"{part}_{reason.code}"] for part in ("tick", "target", "note"))
        properties = {"code": {"const": reason.code, "title": words(title.label.text)}}
        if choices_of(target):
            properties["target"] = of_field(target)
        properties["note"] = of_field(note) | {"minLength": 1, "pattern": NOT_BLANK}
        one_of.append(an_object(properties, ["code", "note"]))
    items: Schema = {"oneOf": one_of} if one_of else {"type": "object"}
    return {"title": words(REASONS_TITLE), "type": "array", "items": items, "minItems": 1 if one_of else 0}


def words(told: Any) -> str:
    """A label or description in the reader's language; several lines stay lines."""
    if isinstance(told, Sentence):
        return say_whole(told)
    if isinstance(told, str):
        return say_whole(Sentence(told)) if told else ""
    return "\n".join(map(words, told)) if isinstance(told, Iterable) else ""
