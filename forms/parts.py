"""A field that holds several answers, each with a label, a description and errors of its own.

Inside it is a small form, so a part that can't be read never costs the others. What the parts are, and what goes in
and out of the field as a whole, is for those who build on it.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import Form, FormField

from workflow_app.domain.words import Sentence


class Parts(FormField):
    """A field of parts; `parts` is the form that holds them."""

    def __init__(self, label: str, parts: type[Form], **more: Any) -> None:
        super().__init__(parts, Sentence(label), **more)
        self.own_errors: list[Sentence | str] = []

    @property
    def errors(self) -> Sequence[Sentence | str]:
        """What is wrong with the field as a whole, then with each part."""
        return [*self.own_errors, *(error for part in self for error in part.errors)]

    @errors.setter
    def errors(self, told: Iterable[Sentence | str]) -> None:
        """A refusal of the service; those of the parts stay at their parts."""
        of_parts = [error for part in self for error in part.errors]
        self.own_errors = [error for error in told if error not in of_parts]
