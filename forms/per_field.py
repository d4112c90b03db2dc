"""A field that asks once for each field of a credit record: what it should say, what the source holds, the new value.

Inside it is a small form of its own, so every part has its own label, description and errors, and a part that can't be
read never costs the others. In and out goes a plain mapping from record field to text, days as ISO text and blank
parts left out, as the facts of a case keep it. Whether a value may stand in a record is for `domain.disputable`.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from wtforms import Form, SelectField
from wtforms.fields import Field, SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import ValidationError

from forms.fields import HouseForm, LegalDay, Line, Paragraph, fit_to_publish, tidy_code
from forms.parts import Parts
from workflow_app.domain.disputable import CHOICES, DAYS, FIELDS, FREE_TEXT, typed
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import N_, Sentence

LONGEST = {"decision_no": 128, "title": 300, "behaviour": 4000, "basis": 4000, "content": 4000}
"""How much a record can keep of each text."""
UNCHANGED = N_("不改")


def fit_for_a_record(form: Form, field: Field) -> None:
    """A record can take the value (see domain.disputable)."""
    try:
        typed({field.short_name: as_text(field.data)})
    except Refused as refused:
        raise ValidationError(refused.sentence) from None


def as_text(value: object) -> str:
    """What a part holds as text, as facts keep it."""
    return value.isoformat() if isinstance(value, date) else str(value or "")


class IsoDay(LegalDay):
    """A day that is stored as ISO text."""

    def process_data(self, value: Any) -> None:
        """Take the day from what is stored."""
        self.data = date.fromisoformat(value) if value else None


class AmountOfMoney(Line):
    """An amount in 万元; full-width digits are mended."""

    def __init__(self, label: str, **more: Any) -> None:
        super().__init__(label, [fit_for_a_record], most=20, filters=(tidy_code,), **more)


def told_freely(title: str) -> UnboundField:
    """A part in which anything may be said."""
    return Paragraph(title, most=1000)


def new_value(name: str, title: str) -> UnboundField:
    """A part that takes a new value of this record field, typed as the record keeps it."""
    field: Any
    if name in DAYS:
        field = IsoDay(title, [fit_for_a_record])
    elif name in CHOICES:
        offered = {"": UNCHANGED} | CHOICES[name]
        choices = [SelectChoice(code, Sentence(text)) for code, text in offered.items()]
        field = SelectField(
            Sentence(title), [fit_for_a_record], choices=choices, default="", validate_choice=False
        )
    elif name == "fine":
        field = AmountOfMoney(title)
    elif name in FREE_TEXT:
        field = Paragraph(title, [fit_for_a_record, fit_to_publish], most=LONGEST[name])
    else:
        field = Line(title, [fit_for_a_record], most=LONGEST[name])
    return field


FreeTexts = type("FreeTexts", (HouseForm,), {name: told_freely(title) for name, title in FIELDS.items()})
NewValues = type("NewValues", (HouseForm,), {name: new_value(name, title) for name, title in FIELDS.items()})


class PerField(Parts):
    """One part for each record field; `parts` is FreeTexts or NewValues.

    `spoken_of` are the parts to be shown open, `now` is what the record says, beside the name of a part that is closed.
    """

    spoken_of: Collection[str] = ()
    now: Mapping[str, Sentence | str] = {}

    def process(self, formdata: Any, data: Any = None, extra_filters: Sequence[Any] | None = None) -> None:
        """Read what was sent, over what is stored."""
        stored: Mapping[str, str] = data if isinstance(data, Mapping) else {}
        super().process(formdata, dict(stored), extra_filters)

    @property
    def data(self) -> dict[str, str]:
        """What the parts hold, by record field; blank ones are left out."""
        return {part.short_name: as_text(part.data) for part in self if part.data}

    @property
    def readable(self) -> dict[str, str]:
        """The same; where a part can't be read what was stored of it."""
        values = {
            part.short_name: self.object_data.get(part.short_name, "") if part.errors else as_text(part.data)
            for part in self
        }
        return {name: text for name, text in values.items() if text}

    def is_open(self, part: Field) -> bool:
        """Whether a part is shown open: something stands in it, is wrong with it or was said of that record field."""
        sent = any(text.strip() for text in part.raw_data or ())
        return bool(part.data or part.errors or sent or part.short_name in self.spoken_of)
