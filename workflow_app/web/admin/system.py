"""The system administrator's door: the units, their end and who takes over.

What stands open at a unit is shown as numbers only: a system administrator takes part in no case.
"""

from collections import Counter

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.admin import SuccessorForm, UnitForm

from ...domain import clock
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.party import Unit
from ...services.cases import mergers
from ...services.people import units as verbs
from ...workflows import BY_NAME
from ..pages import page
from ..ui import unit_named
from .room import admin

NOBODY = N_("没有单位接手")
CHOOSE = N_("请选择继任单位。")


@admin.get("/units")
def units() -> BaseResponse:
    """The units."""
    return units_page(UnitForm())


@admin.post("/units")
def create_unit() -> BaseResponse:
    """Enter a department."""
    form = UnitForm(request.form)
    if not form.validate():
        return units_page(form, status=422)
    try:
        verbs.create_unit(
            db.session(),
            name=form.name.data,
            name_en=form.name_en.data,
            code=form.code.data,
            by=current_user.person,
            now=clock.now(),
        )
    except Refused as refusal:
        form.refuse("code", refusal.sentence)
        return units_page(form, status=422)
    flash(_("单位已新增。"), "success")
    return redirect(url_for("admin.units"), 303)


@admin.get("/units/<int:unit_id>/end")
def ending(unit_id: int) -> BaseResponse:
    """Ask who takes over, and say what becomes of what stands open."""
    found = verbs.unit(db.session(), unit_id)
    verbs.refuse_if_settled(found)
    return ending_page(found, successor_form(found))


@admin.post("/units/<int:unit_id>/end")
def end_unit(unit_id: int) -> BaseResponse:
    """End a department as of today, or say of an ended one who took over."""
    session, now = db.session(), clock.now()
    found = verbs.unit(session, unit_id)
    verbs.refuse_if_settled(found)
    form = successor_form(found, is_sent=True)
    if not form.validate() or not is_closed(found, form):
        return ending_page(found, form)
    moved = mergers.follow_up(session, found, now=now)
    handed_over = _("已登记。%(count)s 件等待核查的异议会自动改由继任单位核查。", count=moved)
    flash(handed_over if moved else _("已登记。"), "success")
    return redirect(url_for("admin.units"), 303)


def is_closed(found: Unit, form: SuccessorForm) -> bool:
    """Whether the unit could be ended, with the refusal at the field when the successor can't be one."""
    try:
        with db.session.begin_nested():
            close(found, form)
    except Refused as refusal:
        if refusal.code != "successor":
            raise
        form.refuse("successor", refusal.sentence)
        return False
    return True


def close(found: Unit, form: SuccessorForm) -> None:
    """End the unit with its successor, or name the successor of one that was ended. Raises Refused."""
    session, now = db.session(), clock.now()
    on, by, key = clock.legal_day(now), current_user.person, form.successor.data
    successor = next((unit for unit in verbs.units(session) if unit.key == key), None) if key else None
    if found.ended_on is None:
        verbs.end_unit(session, found, on=on, by=by, now=now, successor=successor)
    elif successor is None:
        raise Refused(CHOOSE, code="successor")
    else:
        verbs.name_successor(session, found, successor, on=on, by=by, now=now)


def successor_form(found: Unit, *, is_sent: bool = False) -> SuccessorForm:
    """The form with the departments that may take over."""
    form = SuccessorForm(request.form if is_sent else None)
    in_being = verbs.units_in_being(db.session(), on=clock.legal_day(clock.now()))
    others = [
        (unit.key, unit_named(unit.name)) for unit in in_being if unit.id != found.id and not unit.is_office
    ]
    form.offer(others, nobody=NOBODY if found.ended_on is None else "")
    return form


def units_page(form: UnitForm, *, status: int = 200) -> Response:
    """The units with the form for a new one."""
    session = db.session()
    rows = verbs.units(session)
    left = {unit.id: len(mergers.open_cases_of(session, unit)) for unit in rows if unit.ended_on is not None}
    return page(
        "admin/units.html",
        status=status,
        form=form,
        units=rows,
        left=left,
        names={unit.id: unit for unit in rows},
    )


def ending_page(found: Unit, form: SuccessorForm) -> Response:
    """One unit before its end, with how many cases of which kind stand open there."""
    counted = Counter(case.workflow for case in mergers.open_cases_of(db.session(), found))
    kinds = [(Sentence(BY_NAME[name].title), count) for name, count in counted.most_common()]
    status = 422 if form.errors else 200
    return page("admin/end_unit.html", status=status, unit=found, form=form, kinds=kinds)
