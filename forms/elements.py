"""WTForms' own elements with their attributes written plainly: its formatter takes a hundred calls for each of them.

What is written is the same, letter by letter. Knows no field of ours.
"""

import re
from copy import copy
from functools import lru_cache
from typing import Any

from markupsafe import Markup, escape
from wtforms import Field, widgets
from wtforms.widgets.core import Input, clean_key

to_escape = re.compile("[&<>'\"]").search


def attributes(**said: Any) -> Markup:
    """The attributes of an element by name; what is true stands alone, and what is false not at all."""
    written = []
    for key in sorted(said):
        name, value = clean_key(key) if "_" in key else key, said[key]
        if value is True:
            written.append(name)
        elif value is not False:
            is_plain = type(value) is str and not to_escape(value)
            shown = value if is_plain else str(escape(value)).replace('"', "&quot;")
            written.append(f'{name}="{shown}"')
    return Markup(" ".join(written))


@lru_cache(256)
def plain(widget: Input) -> Input:
    """The same element, written with `attributes`. Kept, because fields of one kind share theirs."""
    own = copy(widget)
    own.html_params = attributes
    return own


class TextArea(widgets.TextArea):
    """Several lines, written with `attributes`."""

    def __call__(self, field: Field, **said: Any) -> Markup:
        """The element with what was typed."""
        flags = {
            name: getattr(field.flags, name) for name in dir(field.flags) if name in self.validation_attrs
        }
        own = attributes(**{"name": field.name, "id": field.id} | flags | said)
        return Markup(f"<textarea {own}>\r\n{escape(field._value())}</textarea>")
