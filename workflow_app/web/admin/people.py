"""The security administrator's door: people, opening and closing accounts, one-time passwords.

A one-time password is shown by the answer that made it and never again.
"""

from flask import Response, current_app, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields import SelectChoice

from forms.admin import GRANTED_ON_UNITS, PersonForm, SubjectGrantForm, UnitGrantForm

from ...domain import clock, masking
from ...domain.people import GRANT_TITLES, GrantKind
from ...domain.refusals import Refused
from ...extensions import db
from ...models.party import Person
from ...services.people import accounts, identities, units
from ..account.provider import provider_name
from ..pages import page
from ..ui import say
from .room import admin


@admin.get("/people")
def people() -> BaseResponse:
    """The list of people, searched by login or name."""
    return people_page(PersonForm())


@admin.post("/people")
def create_person() -> BaseResponse:
    """Open an account."""
    form = PersonForm(request.form)
    if not form.validate():
        return people_page(form, status=422)
    try:
        opened = accounts.create_person(
            db.session(),
            login=form.login.data,
            name=form.name.data,
            mobile=form.mobile.data,
            email=form.email.data,
            by=current_user.person,
            now=clock.now(),
            is_cheap=is_cheap(),
        )
    except Refused as refusal:
        form.refuse("login", refusal.sentence)
        return people_page(form, status=422)
    db.session.flush()
    return person_page(opened.person, opened=opened)


@admin.get("/people/<int:person_id>")
def person(person_id: int) -> BaseResponse:
    """One person: account and rights."""
    return person_page(accounts.with_grants(db.session(), person_id))


@admin.post("/people/<int:person_id>/disable")
def disable(person_id: int) -> BaseResponse:
    """Close the account."""
    found = accounts.with_grants(db.session(), person_id)
    accounts.disable(db.session(), found, by=current_user.person, now=clock.now())
    flash(_("账户已停用，此人的登录都已退出。"), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@admin.post("/people/<int:person_id>/enable")
def enable(person_id: int) -> BaseResponse:
    """Open the account again."""
    found = accounts.with_grants(db.session(), person_id)
    accounts.enable(db.session(), found, by=current_user.person, now=clock.now())
    flash(_("账户已恢复。"), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@admin.post("/people/<int:person_id>/reset-second-factor")
def reset_second_factor(person_id: int) -> BaseResponse:
    """Let the person set up the second factor anew."""
    found = accounts.with_grants(db.session(), person_id)
    accounts.reset_second_factor(db.session(), found, by=current_user.person, now=clock.now())
    flash(_("动态验证码已重置，此人下次登录时重新开通。"), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@admin.post("/people/<int:person_id>/unbind")
def unbind(person_id: int) -> BaseResponse:
    """Take the identity at the city's own sign-in off the account."""
    found = accounts.with_grants(db.session(), person_id)
    accounts.unbind(db.session(), found, by=current_user.person, now=clock.now())
    flash(_("统一身份的绑定已解除，此人今后用登录名和密码登录。"), "success")
    return redirect(url_for("admin.person", person_id=person_id), 303)


@admin.post("/people/<int:person_id>/reset-password")
def reset_password(person_id: int) -> BaseResponse:
    """Give a new one-time password."""
    found = accounts.with_grants(db.session(), person_id)
    opened = accounts.reset_password(
        db.session(), found, by=current_user.person, now=clock.now(), is_cheap=is_cheap()
    )
    return person_page(found, opened=opened)


def people_page(form: PersonForm, *, status: int = 200) -> Response:
    """The list with the form for a new account."""
    search = request.args.get("q", "").strip()[:100]
    found = accounts.people(db.session(), search=search, after=request.args.get("after", "")[:80])
    shown, today = found[: accounts.PAGE], clock.legal_day(clock.now())
    return page(
        "admin/people.html",
        status=status,
        form=form,
        search=search,
        rows=[(one, accounts.load_actor(one, on=today).grants) for one in shown],
        titles=GRANT_TITLES,
        more=shown[-1].login if len(found) > len(shown) else None,
    )


def person_page(
    found: Person,
    *,
    status: int = 200,
    opened: accounts.OneTime | None = None,
    unit_form: UnitGrantForm | None = None,
    subject_form: SubjectGrantForm | None = None,
) -> Response:
    """One person, with the forms for further rights."""
    today = clock.legal_day(clock.now())
    return page(
        "admin/person.html",
        status=status,
        found=found,
        is_self=found.id == current_user.person_id,
        mobile=masking.mask_mobile(found.mobile or ""),
        email=masking.mask_email(found.email or ""),
        grants=[
            (
                row,
                GRANT_TITLES[GrantKind(row.kind)],
                accounts.place_of(row),
                accounts.is_in_force(row, on=today),
            )
            for row in sorted(found.grants, key=lambda row: -row.id)
        ],
        bound=identities.of_person(db.session(), found),
        has_provider=bool(provider_name()),
        opened=opened,
        unit_form=unit_form or unit_grant_form(),
        subject_form=subject_form or SubjectGrantForm(prefix="subject-"),
    )


def unit_grant_form(typed: MultiDict[str, str] | None = None) -> UnitGrantForm:
    """The form for a right in a unit, with the units in being to choose from."""
    form = UnitGrantForm(typed, prefix="unit-")
    in_being = units.units_in_being(db.session(), on=clock.legal_day(clock.now()))
    form.kind.choices = [SelectChoice(kind.value, say(GRANT_TITLES[kind])) for kind in GRANTED_ON_UNITS]
    form.unit_id.choices = [SelectChoice(str(unit.id), unit.name) for unit in in_being]
    return form


def is_cheap() -> bool:
    """Whether this installation takes the cheap password profile of the tests."""
    return current_app.extensions["settings"].cheap_passwords
