"""How the edge speaks: the reader's language, dates in words people use, and what every template is given."""

from datetime import date, datetime
from functools import cache

from babel import Locale
from flask import Flask, current_app, g, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from htmx_flask import request as htmx_request
from markupsafe import Markup

from ..config import Settings
from ..domain import clock
from ..domain.people import ANYBODY
from ..domain.words import Sentence
from ..extensions import db
from ..services.people import units
from . import navigation
from .addresses import address, stamp
from .language import spoken

LOCALES = {name: Locale.parse(name) for name in ("zh_Hans_CN", "en")}
SOURCE = LOCALES["zh_Hans_CN"]
METRICS = "/metrics"


def bind(app: Flask) -> None:
    """Give the templates what they have in common; the words of each language come from its tongue."""
    app.jinja_env.filters.update(size=tell_size, unit=unit_named)
    app.jinja_env.globals.update(icon_named=icon, csrf_token=csrf_token)
    if not app.debug:  # where our own files change, and with them their addresses
        app.jinja_env.globals.update(url_for=address)
    app.context_processor(common)
    app.url_defaults(stamp)


def locale() -> Locale:
    """The reader's language: asked for on this browser, or kept with the account, or the source language.

    A machine asks for it with Accept-Language and has neither browser nor account.
    """
    if is_for_machines():
        return accepted_locale()
    chosen = request.cookies.get("locale") or getattr(current_user, "locale", None)
    return LOCALES.get(chosen or "", SOURCE)


def is_for_machines() -> bool:
    """Whether the request is one of the API, also at an address that does not exist, or for the figures of `metrics`.

    The API's page of documents is for people.
    """
    path = request.path
    return path == METRICS or (path.startswith("/api/") and path != "/api/docs")


def accepted_locale() -> Locale:
    """The first language of Accept-Language that is spoken here, whatever its region; else the source language."""
    spoken = {each.language: each for each in LOCALES.values()}
    wanted = (tag.partition("-")[0].lower() for tag, quality in request.accept_languages if quality)
    return next((spoken[tag] for tag in wanted if tag in spoken), SOURCE)


def is_chinese() -> bool:
    """Whether the page is in the source language."""
    return spoken().is_chinese


def say(sentence: Sentence | str) -> str:
    """A sentence in the reader's language."""
    return spoken().say(sentence)


def say_whole(sentence: Sentence) -> str:
    """A sentence with the year in every day: for what is kept, passed on, or spans years."""
    return spoken().say_whole(sentence)


def tell_day(day: date | None) -> str:
    """A legal day in words; without the year when it is this year's."""
    return spoken().day(day)


def tell_whole_day(day: date) -> str:
    """A legal day with its year, also when it is this year's: for what is compared, printed or passed on."""
    return spoken().whole_day(day)


def tell_month(day: date) -> str:
    """The month of a day, with its year."""
    return spoken().month(day)


def tell_moment(instant: datetime | None) -> str:
    """An instant in legal time, to the minute."""
    return spoken().moment(instant)


def named(row: object, what: str = "title") -> str:
    """A text that a row or a mapping keeps in both languages; in the source language where no other is kept."""
    return spoken().named(row, what)


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


def csrf_token() -> str:
    """The token of the reader's forms, made when the first one of a page asks for it."""
    return str(g.get("csrf_token") or generate_csrf())


def common() -> dict[str, object]:
    """What every template may use."""
    settings: Settings = current_app.extensions["settings"]
    reader = current_user._get_current_object()
    person = reader if reader.is_authenticated else None
    return {
        "site": {"name": say(settings.site_name), "is_demo": settings.is_demo, "division": settings.division},
        "person": person,
        "is_staff": person is not None and person.is_staff,
        "nav": lambda: navigation.drawn(person.actor if person else ANYBODY),
        "footer": navigation.footer,
        "htmx": bool(htmx_request.htmx),
        "today": clock.legal_day(clock.now()),
        "csrf_token": csrf_token,
    }
