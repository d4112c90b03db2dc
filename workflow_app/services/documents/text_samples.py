"""What a text looks like before anything is issued under it: plain names for its placeholders, and a sheet with samples.

The samples are typed by hand in forms/catalogue/text_samples.toml and are plainly samples; a preview has no number, no
verification code and no signature. Reads the texts only, never a case.
"""

import tomllib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from markupsafe import Markup

from ...domain.rulebook import Rulebook
from . import documents, sheets, texts
from .documents import Particulars
from .kinds import expiry
from .texts import FORMS, Plain, Text

FILE = FORMS / "catalogue" / "text_samples.toml"
EMPTY = "（空）"
RECORD = (("签署方式", "（签署时写入）"),)


@dataclass(frozen=True)
class Sample:
    """A placeholder as people call it, and what stands in its place in the preview."""

    name: str
    label: str
    value: Plain

    @property
    def in_words(self) -> str:
        """The sample as the list beside the preview says it."""
        return _told(self.value)


def of(text: Text) -> tuple[Sample, ...]:
    """The placeholders of a text in the order it declares them. KeyError names one that has no sample."""
    named, general = labels(text.id), stated()["placeholders"]
    own = stated()["texts"].get(text.id, {})
    return tuple(Sample(name, named[name], own.get(name, general[name][1])) for name in text.placeholders)


def labels(text_id: str) -> dict[str, str]:
    """What each placeholder is called in this text, by its name."""
    general = {name: label for name, (label, _) in stated()["placeholders"].items()}
    return general | stated()["names"].get(text_id, {})


def sheet(text: Text, kind: str, *, on: date, rulebook: Rulebook) -> Markup:
    """The whole sheet of a kind of document, as issued on this day but for number, code and signature."""
    values = {sample.name: sample.value for sample in of(text)}
    is_letter = kind == "commitment_letter"
    particulars = Particulars(
        holder_name=str(values["subject_name"]),
        holder_code=str(values["subject_code"]),
        unit_name=str(values.get("unit_name") or _default("unit_name")),
        matter="",
        result="",
        record=RECORD if is_letter else (),
        leads_to=str(values.get("apply_address", "")),
    )
    bare = documents.sheet(kind, text=text, values=values, particulars=particulars, issued_on=on)
    return sheets.article(replace(bare, expires_on=expiry(kind, issued_on=on, rulebook=rulebook)))


def body(text: Text) -> Markup:
    """The filled text alone, for a text that is no document of its own."""
    return texts.render(text, {sample.name: sample.value for sample in of(text)})


def _told(value: object) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "；".join(map(_told, value)) or EMPTY
    return texts.in_words(value) if value != "" else EMPTY


def _default(name: str) -> object:
    return stated()["placeholders"][name][1]


@cache
def stated() -> dict[str, Any]:
    """The file of samples: `placeholders` by name, `names` and `texts` with what only fits one text."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))
