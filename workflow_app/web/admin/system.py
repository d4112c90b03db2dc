"""The system administrator's door: the units."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.admin import UnitForm

from ...domain import clock
from ...domain.refusals import Refused
from ...extensions import db
from ...services import units as verbs
from ..pages import page
from .room import admin


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


@admin.post("/units/<int:unit_id>/end")
def end_unit(unit_id: int) -> BaseResponse:
    """End a department as of today."""
    session, now = db.session(), clock.now()
    verbs.end_unit(
        session, verbs.unit(session, unit_id), on=clock.legal_day(now), by=current_user.person, now=now
    )
    flash(_("单位已撤销，在该单位的权限同时失效。"), "success")
    return redirect(url_for("admin.units"), 303)


def units_page(form: UnitForm, *, status: int = 200) -> Response:
    """The units with the form for a new one."""
    return page("admin/units.html", status=status, form=form, units=verbs.units(db.session()))
