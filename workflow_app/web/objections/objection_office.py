"""The office's desk for objections (异议督办): silent providers, what ended units left behind, figures.

The office sees every unit, a department itself. A view decides nothing: who is late and what counts is the services'.
"""

from collections.abc import Collection
from datetime import date

from flask import Blueprint, Response, request
from flask_login import current_user

from forms.objection_office import PeriodForm

from ...domain import clock
from ...domain.people import GrantKind
from ...extensions import db
from ...services.cases import mergers
from ...services.objections import objection_figures, silence
from ...services.records.records import units_of
from ...services.rules import rulebooks
from ..house import house
from ..pages import page
from . import objection_office_view as view

objection_office = Blueprint("objection_office", __name__, url_prefix="/objections-office")
URGERS = (GrantKind.CLERK, GrantKind.LEAD)


@objection_office.get("/silent")
def silent() -> Response:
    """The units that owe an answer for longer than they may."""
    calendar = rulebooks.current(db.session(), house()).calendar
    found = silence.silent_providers(
        db.session(), today=today(), calendar=calendar, unit_ids=own_units(GrantKind.HEAD)
    )
    shown = view.silent(found, today=today(), may_urge=is_office())
    return page("objection_office/silent.html", tabs=tabs(), **shown)


@objection_office.get("/ended-units")
def ended_units() -> Response:
    """The open cases at units that are no more."""
    found = mergers.left_behind(db.session(), on=today())
    return page("objection_office/ended_units.html", tabs=tabs(), **view.left_behind(found))


@objection_office.get("/figures")
def figures() -> Response:
    """The figures of a period; this year until today when none is asked for."""
    form = PeriodForm(request.args) if request.args else PeriodForm(data=view.this_year(today()))
    found = counted(form) if not request.args or form.validate() else None
    shown = view.figures(found) if found else {"figures": None}
    is_whole = own_units(GrantKind.HANDLER, GrantKind.HEAD) is None
    return page(
        "objection_office/figures.html",
        status=422 if form.errors else 200,
        tabs=tabs(),
        form=form,
        is_whole=is_whole,
        **shown,
    )


@objection_office.get("/figures.csv")
def figures_csv() -> Response:
    """The same figures as a table to keep; this year until today when no readable period is asked for."""
    form = PeriodForm(request.args)
    if not form.validate():
        form = PeriodForm(data=view.this_year(today()))
    found = counted(form)
    response = Response(view.csv_of(found), mimetype="text/csv")
    name = f"objections-{found.since}-{found.until}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    response.headers["Cache-Control"] = "no-store"
    return response


def counted(form: PeriodForm) -> objection_figures.Figures:
    """The figures of the asked period that this reader may see."""
    unit_ids = own_units(GrantKind.HANDLER, GrantKind.HEAD)
    since, until = form.since.data, form.until.data
    assert since is not None
    assert until is not None
    return objection_figures.figures(db.session(), since=since, until=until, unit_ids=unit_ids)


def own_units(*kinds: GrantKind) -> Collection[int] | None:
    """The units that a department's person sees; None, every unit, for the office."""
    return None if is_office() else units_of(current_user.actor, *kinds)


def is_office() -> bool:
    """Whether the reader works for the office with cases."""
    return any(map(current_user.actor.holds, URGERS))


def tabs() -> list[dict[str, object]]:
    """The rooms of this desk that the reader may enter."""
    return view.tabs(is_office=is_office(), is_head=current_user.actor.holds(GrantKind.HEAD))


def today() -> date:
    """The legal day of this request."""
    return clock.legal_day(clock.now())
