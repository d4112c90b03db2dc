"""How the edge speaks: the reader's language, dates in words people use, and what every template is given."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache

from babel.dates import get_day_names
from flask import Flask, current_app, g, request
from flask_babel import get_locale
from flask_login import current_user
from htmx_flask import request as htmx_request
from markupsafe import Markup

from ..domain import clock
from ..domain.people import ANYBODY
from ..domain.words import Sentence
from ..extensions import db
from ..services.people import units
from . import navigation
from .addresses import address, stamp
from .language import day_in_words, in_page, language, translated

LOCALES = ("zh_Hans_CN", "en")
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def bind(app: Flask) -> None:
    """Give the templates their filters and their common values."""
    app.jinja_env.filters.update(
        say=say, say_whole=say_whole, day=tell_day, whole_day=tell_whole_day, month=tell_month, moment=tell_moment, size=tell_size,
        named=named, unit=unit_named,
    )  # fmt: skip
    app.jinja_env.globals.update(_=in_page, gettext=in_page, url_for=address, icon_named=icon)
    app.context_processor(common)
    app.url_defaults(stamp)
    app.jinja_env.globals.update(locale_name=lambda: str(get_locale()), weekday_names=weekday_names)


def locale() -> str:
    """The reader's language: asked for on this browser, or kept with the account, or the source language.

    A machine asks for it with Accept-Language and has neither browser nor account.
    """
    if is_for_machines():
        return accepted_locale()
    chosen = request.cookies.get("locale") or getattr(current_user, "locale", None)
    return chosen if chosen in LOCALES else LOCALES[0]


def is_for_machines() -> bool:
    """Whether the request is one of the API, also at an address that does not exist. Its page of documents is for people."""
    return request.path.startswith("/api/") and request.path != "/api/docs"


def accepted_locale() -> str:
    """The first language of Accept-Language that is spoken here, whatever its region; else the source language."""
    spoken = {name.partition("_")[0]: name for name in LOCALES}
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((spoken[tag] for tag in wanted if tag in spoken), LOCALES[0])


def is_chinese() -> bool:
    """Whether the page is in the source language."""
    return language() == "zh"


def say(sentence: Sentence | str) -> str:
    """A sentence in the reader's language."""
    return (
        sentence.told(translated, tell_day)
        if isinstance(sentence, Sentence)
        else translated(sentence)
        if sentence
        else ""
    )


def say_whole(sentence: Sentence) -> str:
    """A sentence with the year in every day: for what is kept, passed on, or spans years."""
    return sentence.told(translated, tell_whole_day)


def tell_day(day: date | None) -> str:
    """A legal day in words: 2026 年 10 月 8 日（周四）; without the year when it is this year's."""
    if day is None:
        return "—"
    if not is_chinese():
        return day_in_words(day, "EEE d MMM yyyy", get_locale())
    whole = tell_whole_day(day)
    return whole.partition(" 年 ")[2] if day.year == clock.legal_day(clock.now()).year else whole


def tell_whole_day(day: date) -> str:
    """A legal day with its year, also when it is this year's: for what is compared, printed or passed on."""
    if not is_chinese():
        return day_in_words(day, "EEE d MMM yyyy", get_locale())
    return f"{day.year} 年 {day.month} 月 {day.day} 日（{WEEKDAYS[day.weekday()]}）"


def tell_month(day: date) -> str:
    """The month of a day, with its year."""
    return f"{day.year} 年 {day.month} 月" if is_chinese() else day_in_words(day, "MMMM yyyy", get_locale())


def weekday_names() -> list[str]:
    """The heads of a month sheet, from Monday."""
    names = get_day_names("abbreviated", locale=get_locale())
    return [names[weekday] for weekday in range(7)]


def tell_moment(instant: datetime | None) -> str:
    """An instant in legal time, to the minute."""
    if instant is None:
        return "—"
    there = instant.astimezone(clock.LEGAL_ZONE)
    return f"{tell_day(there.date())} {there:%H:%M}"


def named(row: object, what: str = "title") -> str:
    """A text that a row or a mapping keeps in both languages; in the source language where no other is kept."""

    def kept(name: str) -> str:
        return str(row.get(name) or "") if isinstance(row, Mapping) else getattr(row, name)

    return (not is_chinese() and kept(f"{what}_en")) or kept(what)


def unit_named(name: str) -> str:
    """A unit's kept name in the reader's language; as it stands where no unit bears it, as with a subject's."""
    if is_chinese():
        return name
    if "english_units" not in g:
        g.english_units = units.english_names(db.session())
    return str(g.english_units.get(name, name))


def icon(name: str) -> Markup:
    """A symbol of static/icons.svg, beside words."""
    return _icon(address("static", filename="icons.svg"), name)


@cache
def _icon(sprite: str, name: str) -> Markup:
    text = '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>'
    return Markup(text).format(sprite, name)


def tell_size(size: int) -> str:
    """A file size in the unit people use."""
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 else f"{max(1, size // 1024)} KB"


def common() -> dict[str, object]:
    """What every template may use."""
    settings = current_app.extensions["settings"]
    person = current_user if current_user.is_authenticated else None
    return {
        "site": {"name": say(settings.site_name), "is_demo": settings.is_demo, "division": settings.division},
        "person": person,
        "is_staff": person is not None and person.is_staff,
        "nav": lambda: navigation.drawn(person.actor if person else ANYBODY),
        "footer_links": navigation.FOOTER,
        "htmx": bool(htmx_request.htmx),
        "today": g.get("today") or clock.legal_day(clock.now()),
    }
