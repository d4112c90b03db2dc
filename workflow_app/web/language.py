"""Words and days in the reader's language, as a page needs them hundreds of times: looked up in one step each.

The catalogue is the one of Flask-Babel, which also decides whose language it is; only the way there is shorter. What is
kept ready depends on nothing but the language.
"""

from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.support import NullTranslations
from flask import current_app, g
from flask_babel import get_locale, get_translations
from markupsafe import Markup

KEPT = 8192


def language() -> str:
    """The language that is spoken now: "zh" or "en"."""
    try:
        return str(g._flask_babel.babel_locale.language)  # where `get_locale` keeps what it found
    except AttributeError:
        return str(get_locale().language)


def translated(text: str) -> str:
    """A message in the reader's language; its `%(name)s` places are still open."""
    return str(_catalogue().gettext(text))


def in_page(text: str, /, **values: object) -> Markup:
    """A message of a template with its values, which are escaped, as Jinja's own `_` gives it."""
    if values:
        return Markup(translated(text)) % values
    return _fixed(_catalogue(), text)


@lru_cache(KEPT)
def day_in_words(day: date, pattern: str, locale: Locale) -> str:
    """A day as Babel tells it."""
    return format_date(day, pattern, locale=locale)


@lru_cache(KEPT)
def _fixed(catalogue: NullTranslations, text: str) -> Markup:
    return Markup(catalogue.gettext(text)) % {}


def _catalogue() -> NullTranslations:
    """The catalogue of the language that is spoken now, read once by each application of the process."""
    kept = current_app.extensions.setdefault("catalogues", {})
    spoken = language()
    found: NullTranslations | None = kept.get(spoken)
    if found is None:
        found = kept[spoken] = get_translations()
    return found
