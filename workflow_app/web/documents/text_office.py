"""文书模板: every text with its versions, what a version changes, how it looks, and which one is used on a chosen day.

Read only. A new version is a file that is locked and delivered with the program (docs/documents.md), so nothing is changed
here and nothing on these pages is ever issued.
"""

from datetime import date

from flask import Blueprint, Response, request

from forms.text_office import OnDayForm

from ...domain import clock
from ...domain.refusals import NotYours
from ...extensions import db
from ...services.documents import text_changes, text_samples, text_versions, texts
from ...services.documents.text_versions import Entry, Version
from ...services.rules import rulebooks
from ..house import house
from ..pages import page

text_office = Blueprint("text_office", __name__, url_prefix="/office/texts")


@text_office.get("")
def index() -> Response:
    """Every text, with the version that is used on the chosen day."""
    form, day = asked_day()
    area = request.args.get("area", "")
    found = [entry for entry in text_versions.every(db.session(), today=today()) if area in ("", entry.area)]
    return page(
        "text_office/index.html", entries=found, form=form, on=day, areas=text_versions.AREAS, area=area,
        problems=texts.check_lock(),
    )  # fmt: skip


@text_office.get("/<text_id>")
def text(text_id: str) -> Response:
    """One text: its versions, what uses it, and how the next version is brought in."""
    form, day = asked_day()
    entry = one(text_id)
    items = text_versions.items(db.session(), text_id, today=today())
    return page("text_office/text.html", entry=entry, items=items, form=form, on=day, used=entry.on(day))


@text_office.get("/<text_id>/<int:number>")
def version(text_id: str, number: int) -> Response:
    """One version as the sheet it fills, with samples in place of facts."""
    entry = one(text_id)
    found = entry.version(number)
    book = rulebooks.current(db.session(), house())
    sheet = (
        text_samples.sheet(found.text, entry.kind, on=day_of(found), rulebook=book) if entry.kind else None
    )
    return page(
        "text_office/version.html", entry=entry, version=found, on=day_of(found), sheet=sheet,
        samples=text_samples.of(found.text), body=text_samples.body(found.text),
    )  # fmt: skip


@text_office.get("/<text_id>/changes")
def changes(text_id: str) -> Response:
    """What one version changes in another; the last two unless others are asked for."""
    entry = one(text_id)
    if len(entry.versions) < 2:
        raise NotYours
    newest = entry.versions[0].text.version
    new = entry.version(request.args.get("new", newest, type=int))
    old = entry.version(request.args.get("old", before(entry, new), type=int))
    found = text_changes.between(old.text, new.text)
    return page("text_office/changes.html", entry=entry, old=old, new=new, found=found)


def one(text_id: str) -> Entry:
    """The text of this address. Raises NotYours."""
    return text_versions.one(db.session(), text_id, today=today())


def before(entry: Entry, new: Version) -> int:
    """The version before this one; for the first one the next."""
    numbers = sorted(version.text.version for version in entry.versions)
    place = numbers.index(new.text.version)
    return numbers[place - 1 if place else 1]


def asked_day() -> tuple[OnDayForm, date]:
    """The form as it was sent, and its day; today when none was given or it can't be read."""
    form = OnDayForm(request.args if "on" in request.args else None, data={"on": today()})
    if "on" in request.args:
        form.validate()
    return form, form.on.data or today()


def day_of(found: Version) -> date:
    """The day on which the preview is dated: today if the version is used today, else its first day."""
    is_used = found.standing is text_versions.Standing.IN_FORCE
    return today() if is_used else found.text.in_force_from


def today() -> date:
    """The legal day of the request."""
    return clock.legal_day(clock.now())
