"""Words and days in a language, as a page needs them hundreds of times: each found in one step.

Flask-Babel decides whose language it is and reads the catalogue; a `Tongue` only shortens the way there. What it keeps
ready depends on nothing but the language. Catalogues, and so tongues, belong to an application: a process may hold several.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, get_day_names
from babel.support import NullTranslations
from flask import current_app, g
from flask_babel import get_locale, get_translations
from markupsafe import Markup

from ..domain import clock
from ..domain.words import Sentence

KEPT = 8192
DAY = "EEE d MMM yyyy"
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


class Tongue:
    """One language of one application: what it says, and how it writes a day."""

    def __init__(self, locale: Locale, catalogue: NullTranslations) -> None:
        @lru_cache(KEPT, typed=True)
        def translated(text: str) -> str:
            return str(catalogue.gettext(text))

        self.locale, self._catalogue = locale, catalogue
        self.locale_name = str(locale)
        self.is_chinese = locale.language == "zh"
        self.translated = translated
        """A message in this language; its `%(name)s` places are still open."""

    def in_page(self, text: str, /, **values: object) -> Markup:
        """A message of a template with its values, which are escaped, as Jinja's own `_` gives it."""
        return Markup(self.translated(text)) % values

    def counted(self, one: str, many: str, num: int, /, **values: object) -> Markup:
        """A message of a template that depends on a number, as Jinja's own `ngettext` gives it."""
        return Markup(self._catalogue.ngettext(one, many, num)) % {"num": num, **values}

    def say(self, sentence: Sentence | str) -> str:
        """A sentence, or a message."""
        if type(sentence) is Sentence:
            return sentence.told(self.translated, self.day)
        return self.translated(sentence) if sentence else ""

    def said(self, words: object) -> object:
        """A sentence as it is said; what is no sentence, such as a name, as it stands."""
        return words.told(self.translated, self.day) if type(words) is Sentence else words

    def say_whole(self, sentence: Sentence) -> str:
        """A sentence with the year in every day: for what is kept, passed on, or spans years."""
        return sentence.told(self.translated, self.whole_day)

    def day(self, day: date | None) -> str:
        """A legal day in words: 2026 年 10 月 8 日（周四）; without the year when it is this year's."""
        if day is None:
            return "—"
        if self.is_chinese:
            return _in_chinese(day, clock.this_year())
        return _by_babel(day, DAY, self.locale)

    def whole_day(self, day: date) -> str:
        """A legal day with its year, also when it is this year's: for what is compared, printed or passed on."""
        if self.is_chinese:
            return _in_chinese(day, None)
        return _by_babel(day, DAY, self.locale)

    def month(self, day: date) -> str:
        """The month of a day, with its year."""
        if self.is_chinese:
            return f"{day.year} 年 {day.month} 月"
        return _by_babel(day, "MMMM yyyy", self.locale)

    def moment(self, instant: datetime | None) -> str:
        """An instant in legal time, to the minute."""
        if instant is None:
            return "—"
        there = instant.astimezone(clock.LEGAL_ZONE)
        return f"{self.day(there.date())} {there:%H:%M}"

    def weekday_names(self) -> list[str]:
        """The heads of a month sheet, from Monday."""
        names = get_day_names("abbreviated", locale=self.locale)
        return [names[weekday] for weekday in range(7)]

    def named(self, row: object, what: str = "title") -> str:
        """A text that a row or a mapping keeps in both languages; in the source language where no other is kept."""
        return (not self.is_chinese and _kept(row, f"{what}_en")) or _kept(row, what)


def spoken() -> Tongue:
    """The language that is spoken now."""
    tongues: dict[str, Tongue] = current_app.extensions.setdefault("tongues", {})
    name = language()
    found = tongues.get(name)
    if found is None:
        found = tongues[name] = Tongue(get_locale(), get_translations())
    return found


def language() -> str:
    """The name of the language that is spoken now: "zh" or "en"."""
    try:
        return str(g._flask_babel.babel_locale.language)  # where `get_locale` keeps what it found
    except AttributeError:
        return str(get_locale().language)


def _kept(row: object, name: str) -> str:
    return str(row.get(name) or "") if isinstance(row, Mapping) else getattr(row, name)


@lru_cache(KEPT)
def _in_chinese(day: date, present_year: int | None) -> str:
    year = "" if day.year == present_year else f"{day.year} 年 "
    return f"{year}{day.month} 月 {day.day} 日（{WEEKDAYS[day.weekday()]}）"


@lru_cache(KEPT)
def _by_babel(day: date, pattern: str, locale: Locale) -> str:
    return format_date(day, pattern, locale=locale)
