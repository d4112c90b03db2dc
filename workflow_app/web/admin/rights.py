"""The security administrator's door: giving rights in units and for subjects, and taking them back."""

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.admin import SubjectGrantForm

from ...domain import clock
from ...domain.people import GrantKind
from ...domain.refusals import NotYours, Refused
from ...extensions import db
from ...models.party import GrantRow, Person
from ...services.people import accounts, grants, units
from .people import person_page, unit_grant_form
from .room import admin


@admin.post("/people/<int:person_id>/grants/unit")
def grant_in_unit(person_id: int) -> BaseResponse:
    """Give a right in a unit."""
    session, now = db.session(), clock.now()
    found, form = accounts.with_grants(session, person_id), unit_grant_form(request.form)
    if not form.validate():
        return person_page(found, status=422, unit_form=form)
    try:
        grants.grant_in_unit(
            session,
            found,
            kind=GrantKind(form.kind.data),
            unit=units.unit(session, form.unit_id.data),
            last_day=form.valid_to.data,
            by=current_user.person,
            now=now,
            on=clock.legal_day(now),
        )
    except Refused as refusal:
        form.refuse("valid_to" if refusal.code == "valid_to" else "kind", refusal.sentence)
        return person_page(found, status=422, unit_form=form)
    return granted(person_id)


@admin.post("/people/<int:person_id>/grants/subject")
def grant_for_subject(person_id: int) -> BaseResponse:
    """Make the person owner or bankruptcy administrator of a subject, entering the subject if it is new."""
    session = db.session()
    found = accounts.with_grants(session, person_id)
    form = SubjectGrantForm(request.form, prefix="subject-")
    if not form.validate():
        return person_page(found, status=422, subject_form=form)
    try:
        with session.begin_nested():
            carry_out(found, form)
    except Refused as refusal:
        form.refuse("valid_to" if refusal.code == "valid_to" else "kind", refusal.sentence)
        return person_page(found, status=422, subject_form=form)
    return granted(person_id)


@admin.post("/people/<int:person_id>/grants/<int:grant_id>/end")
def end_grant(person_id: int, grant_id: int) -> BaseResponse:
    """Take a right back."""
    row, now = db.session.get(GrantRow, grant_id), clock.now()
    if row is None or row.person_id != person_id:
        raise NotYours
    grants.end_grant(db.session(), row, by=current_user.person, now=now)
    flash(_("权限已收回，从现在起不再有效。"), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)


def carry_out(found: Person, form: SubjectGrantForm) -> None:
    """Find or enter the subject, then give the right."""
    session, now, by = db.session(), clock.now(), current_user.person
    subject = grants.subject_of(
        session, form.subject_kind.data, code=form.code.data, name=form.name.data, by=by, now=now
    )
    grants.grant_for_subject(
        session,
        found,
        kind=GrantKind(form.kind.data),
        subject=subject,
        last_day=form.valid_to.data,
        by=by,
        now=now,
        on=clock.legal_day(now),
    )


def granted(person_id: int) -> BaseResponse:
    """Back to the person, saying so."""
    flash(_("权限已授予，从今天起有效。"), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)
