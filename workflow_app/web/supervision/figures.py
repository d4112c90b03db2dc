"""Figures about cases (办件统计): for staff by unit and workflow, and the monthly page that anybody may read (统计月报).

The office and the auditor see every unit, a department itself. What was not counted yet is not counted here either.
"""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, Response, abort, request
from flask_login import current_user

from ...domain import tables
from ...extensions import db
from ...models.party import Unit
from ...services.people import units
from ...services.supervision import figures as counted
from ...services.supervision.figures import Month
from ...workflows import ALL, BY_NAME
from ..pages import page
from ..sync.sync import download
from . import figure_view, published_figures

figures = Blueprint("figures", __name__)


@figures.get("/figures/")
def show() -> Response:
    """A month and the year before it, of what the reader may see and asks for."""
    known, places = counted.counted(db.session()), units.units(db.session())
    first = figure_view.read_month(request.args.get("month", ""), known)
    asked, own = wanted(places), figure_view.own_units(current_user.actor)
    shown = found(first, asked, places) if first else []
    return page(
        "figures/page.html",
        is_whole=own is None,
        known=known,
        workflows=ALL,
        units=[unit for unit in places if own is None or unit.id in own],
        **(figure_view.staff(db.session(), shown, asked=asked) if shown else {"month": None, "asked": asked}),
    )


@figures.get("/figures/<month>.<any(csv, xlsx):format_>")
def table(month: str, format_: str) -> Response:
    """The lines of a month as a table to keep."""
    places = units.units(db.session())
    shown = found(known_month(month), wanted(places), places)[-1]
    lines = figure_view.table(db.session(), shown)
    content = tables.written(format_, figure_view.head(), lines)
    return download(content, tables.TYPES[format_], f"figures-{month}.{format_}")


@figures.get("/open/figures")
def published() -> Response:
    """The latest month that is over, for anybody."""
    known = counted.counted(db.session(), only_over=True)
    if not known:
        return page("figures/published.html", known=(), month=None)
    return published_page(known[0], known)


@figures.get("/open/figures/<month>")
def published_month(month: str) -> Response:
    """A month that is over, for anybody."""
    known = counted.counted(db.session(), only_over=True)
    return published_page(known_month(month, only_over=True), known)


@figures.get("/open/figures/<month>.<any(csv, xlsx):format_>")
def published_table(month: str, format_: str) -> Response:
    """What is public of a month, as a table to keep."""
    shown = over(known_month(month, only_over=True))[-1]
    lines = published_figures.table(db.session(), shown)
    content = tables.written(format_, published_figures.head(), lines)
    return download(content, tables.TYPES[format_], f"monthly-{month}.{format_}")


def published_page(first: date, known: tuple[date, ...]) -> Response:
    """The public page of one month."""
    return page("figures/published.html", known=known, **published_figures.page(db.session(), over(first)))


def over(first: date) -> list[Month]:
    """The months up to this one that may be published."""
    return [month for month in counted.months(db.session(), first) if month.is_over]


def known_month(text: str, *, only_over: bool = False) -> date:
    """The month that an address names; there is no page of one that was not counted."""
    known = counted.counted(db.session(), only_over=only_over)
    if text not in [f"{first:%Y-%m}" for first in known]:
        abort(404)
    return date.fromisoformat(f"{text}-01")


def wanted(places: Sequence[Unit]) -> dict[str, str]:
    """What the address asks for; what means nothing asks nothing."""
    unit, workflow = request.args.get("unit", ""), request.args.get("workflow", "")
    keys = {one.key for one in places}
    return {"unit": unit if unit in keys else "", "workflow": workflow if workflow in BY_NAME else ""}


def found(first: date, asked: dict[str, str], places: Sequence[Unit]) -> list[Month]:
    """The months up to this one, of what the reader may see, and of that what was asked for."""
    ids = {one.key: one.id for one in places}
    return figure_view.narrowed(
        counted.months(db.session(), first),
        own=figure_view.own_units(current_user.actor),
        unit_id=ids.get(asked["unit"]),
        workflow=asked["workflow"],
    )
