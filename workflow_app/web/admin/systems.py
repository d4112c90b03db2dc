"""系统账户: the security administrator opens accounts of departments' own systems and looks after their tokens.

What a system may do is granted on the page of its account, like anybody's; the services refuse what needs eyes.
"""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.tokens import RotateForm, SystemForm, TokenForm

from ...domain import clock
from ...domain.people import GRANT_TITLES, GrantKind
from ...domain.refusals import Refused
from ...extensions import db
from ...models.api import ApiToken
from ...models.party import Person
from ...services.machines import systems as verbs
from ...services.machines import tokens
from ...services.machines.tokens import Made
from ...services.people import accounts
from ..account import token_view
from ..pages import page
from .room import admin


@admin.get("/systems")
def systems() -> BaseResponse:
    """The systems."""
    return systems_page(SystemForm())


@admin.post("/systems")
def create_system() -> BaseResponse:
    """Open the account of a system."""
    form = SystemForm(request.form)
    if not form.validate():
        return systems_page(form, status=422)
    try:
        made = verbs.create(
            db.session(), login=form.login.data, name=form.name.data, by=current_user.person, now=clock.now()
        )
    except Refused as refusal:
        form.refuse("login", refusal.sentence)
        return systems_page(form, status=422)
    db.session.flush()
    flash(_("系统账户已开立。请先授予权限，再新建令牌。"), "success")
    return redirect(url_for("admin.system", person_id=made.id), 303)


@admin.get("/systems/<int:person_id>")
def system(person_id: int) -> BaseResponse:
    """One system: what it may do, and its tokens."""
    found = verbs.one(db.session(), person_id)
    return system_page(found, token_view.form_for(found))


@admin.post("/systems/<int:person_id>/tokens")
def create_system_token(person_id: int) -> BaseResponse:
    """A new token of the system; its text is shown by this answer only."""
    found = verbs.one(db.session(), person_id)
    form = token_view.form_for(found, is_sent=True)
    made = token_view.made(found, form)
    if made is None:
        return system_page(found, form, status=422)
    return system_page(found, token_view.form_for(found), made=made)


@admin.get("/systems/<int:person_id>/tokens/<int:token_id>")
def system_token(person_id: int, token_id: int) -> BaseResponse:
    """One token of the system."""
    found = verbs.one(db.session(), person_id)
    return token_page(found, tokens.one(db.session(), token_id, of=found), RotateForm())


@admin.post("/systems/<int:person_id>/tokens/<int:token_id>/rotate")
def rotate_system_token(person_id: int, token_id: int) -> BaseResponse:
    """A new token in place of this one, which works one more day."""
    found, form = verbs.one(db.session(), person_id), RotateForm(request.form)
    row = tokens.one(db.session(), token_id, of=found)
    made = token_view.rotated(row, form)
    if made is None:
        return token_page(found, row, form, status=422)
    return system_page(found, token_view.form_for(found), made=made, replaced=row)


@admin.post("/systems/<int:person_id>/tokens/<int:token_id>/end")
def end_system_token(person_id: int, token_id: int) -> BaseResponse:
    """End it at once."""
    found = verbs.one(db.session(), person_id)
    tokens.end(
        db.session(), tokens.one(db.session(), token_id, of=found), by=current_user.person, now=clock.now()
    )
    flash(_("令牌已停用，从现在起不能再用。"), "success")
    return redirect(url_for("admin.system", person_id=person_id), 303)


def systems_page(form: SystemForm, *, status: int = 200) -> Response:
    """The list with the form for a new account."""
    session, now = db.session(), clock.now()
    today = clock.legal_day(now)
    open_tokens: dict[int, int] = {}
    for row in tokens.all_open(session, now=now):
        open_tokens[row.person_id] = open_tokens.get(row.person_id, 0) + 1
    rows = [
        (one, accounts.load_actor(one, on=today).grants, open_tokens.get(one.id, 0))
        for one in verbs.listed(session)
    ]
    return page("admin/systems.html", status=status, form=form, rows=rows, titles=GRANT_TITLES)


def system_page(
    found: Person,
    form: TokenForm,
    *,
    status: int = 200,
    made: Made | None = None,
    replaced: ApiToken | None = None,
) -> Response:
    """One system with the form for a new token."""
    today = clock.legal_day(clock.now())
    rights = [row for row in found.grants if accounts.is_in_force(row, on=today)]
    return page(
        "admin/system.html",
        status=status,
        found=found,
        form=form,
        rights=[(GRANT_TITLES[GrantKind(row.kind)], accounts.place_of(row), row.valid_to) for row in rights],
        rows=token_view.listing(found),
        most=tokens.most_days(found),
        made=made,
        replaced=replaced,
    )


def token_page(found: Person, row: ApiToken, form: RotateForm, *, status: int = 200) -> Response:
    """One token of a system."""
    shown = token_view.shown(row, now=clock.now())
    return page("admin/system_token.html", status=status, found=found, row=shown, form=form)
