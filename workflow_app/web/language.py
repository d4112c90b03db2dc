"""Words and days in the reader's language, as a page needs them hundreds of times: looked up in one step each.

The catalogue is the one of Flask-Babel, which also decides whose language it is; only the way there is shorter. What is
kept ready depends on nothing but the language.
"""

from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.support import NullTranslations
from flask import g
from flask_babel import get_locale, get_translations
from markupsafe import Markup

KEPT = 8192
SOURCE = "zh"
"""The language of the messages themselves, which has no catalogue."""
_catalogues: dict[str, NullTranslations] = {}


def language() -> str:
    """The language that is spoken now: "zh" or "en"."""
    try:
        return str(g._flask_babel.babel_locale.language)  # where `get_locale` keeps what it found
    except AttributeError:
        return str(get_locale().language)


def translated(text: str) -> str:
    """A message in the reader's language; its `%(name)s` places are still open."""
    return str(_catalogue(language()).gettext(text))


def in_page(text: str, /, **values: object) -> Markup:
    """A message of a template with its values, which are escaped, as Jinja's own `_` gives it."""
    if values:
        return Markup(translated(text)) % values
    spoken = language()
    return _fixed(spoken, text) if spoken in _catalogues else Markup(translated(text)) % {}


@lru_cache(KEPT)
def day_in_words(day: date, pattern: str, locale: Locale) -> str:
    """A day as Babel tells it."""
    return format_date(day, pattern, locale=locale)


@lru_cache(KEPT)
def _fixed(spoken: str, text: str) -> Markup:
    return Markup(_catalogue(spoken).gettext(text)) % {}


def _catalogue(spoken: str) -> NullTranslations:
    """The catalogue of the language that is spoken now, read once a process."""
    found = _catalogues.get(spoken)
    if found is None:
        found = get_translations()
        if (
            spoken == SOURCE or type(found) is not NullTranslations
        ):  # an application without catalogues must not silence the next one
            _catalogues[spoken] = found
    return found
