"""Sentences that people read, before anybody knows in which language.

The source language is Chinese; a sentence is a gettext message id with named values. The layers below the
edge only build sentences, the edge says them in the reader's language. Never join translated parts: a
sentence is one message, because word order differs between languages.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, final

Value = str | int | date


def N_(text: str) -> str:
    """Mark `text` as a message for the translation catalogue and return it unchanged."""
    return text


@final
class Sentence:
    """A message id with `%(name)s` places and their values.

    A value is data (a string is shown as it stands), a number, a legal day, or another sentence.
    """

    __slots__ = ("text", "values")

    def __init__(self, text: str, **values: "Value | Sentence"):
        self.text = text
        self.values = values

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and (self.text, self.values) == (other.text, other.values)

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __str__(self) -> str:
        """The sentence in the source language; for logs and command lines."""
        return self.told(lambda text: text, lambda day: f"{day.year} 年 {day.month} 月 {day.day} 日")

    def told(self, translate: Callable[[str], str], tell_day: Callable[[date], str]) -> str:
        """The sentence in a language given by its translation and its way to write a day."""

        text = translate(self.text)
        if not self.values:
            return text
        told: dict[str, object] = {}
        for name, value in self.values.items():
            if type(value) is Sentence:
                told[name] = value.told(translate, tell_day)
            else:
                told[name] = tell_day(value) if isinstance(value, date) else value
        return text % told

    def as_json(self) -> dict[str, object]:
        """A JSON form that `from_json` reads back, for rows that keep a sentence until its reader comes."""

        values: dict[str, object] = dict(self.values)
        for name, value in values.items():
            if type(value) is Sentence:
                values[name] = {"sentence": value.as_json()}
            elif isinstance(value, date):
                values[name] = {"day": value.isoformat()}
        return {"text": self.text, "values": values}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Sentence":
        """The sentence that `as_json` stored."""

        values = dict(stored["values"])
        for name, value in values.items():
            if type(value) is dict:
                is_day = "day" in value
                values[name] = (
                    date.fromisoformat(value["day"]) if is_day else cls.from_json(value["sentence"])
                )
        return cls(stored["text"], **values)
