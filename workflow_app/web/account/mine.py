"""My account: who I am here, where I am signed in, a new password."""

from flask import Response, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.account import ConfirmForm, PasswordForm

from ...domain import clock
from ...domain.people import GRANT_TITLES, GrantKind
from ...domain.refusals import Refused
from ...extensions import db
from ...services.people import accounts, second_factor, signin
from ...services.training import training
from ..cases import case_rows
from ..pages import page
from ..ui import say
from .provider import provider_name
from .room import account, next_page, settings


@account.get("")
def show() -> BaseResponse:
    """My account."""
    session, person, now = db.session(), current_user.person, clock.now()
    today = clock.legal_day(now)
    rows = [row for row in person.grants if accounts.is_in_force(row, on=today)]
    return page(
        "account/show.html",
        certificates=[
            case_rows.certificate_card(row) for row in training.certificates_of(session, person.id)
        ],
        grants=[(GRANT_TITLES[GrantKind(row.kind)], accounts.place_of(row), row.valid_to) for row in rows],
        sign_ins=signin.open_sign_ins(session, person, now=now),
        here=current_user.sign_in.id,
        has_second_factor=person.totp_secret is not None,
        codes_left=second_factor.recovery_codes_left(session, person),
        confirm=ConfirmForm(),
        provider=say(provider_name()) if current_user.is_staff else "",
    )


@account.get("/password")
def password() -> BaseResponse:
    """Ask for a new password."""
    return password_page(PasswordForm())


@account.post("/password")
def change_password() -> BaseResponse:
    """Change the password; every other device is signed out."""
    form, way = PasswordForm(request.form), next_page()
    if not form.validate():
        return password_page(form, status=422)
    try:
        wrong = accounts.change_password(
            db.session(),
            current_user.sign_in,
            current=form.current_password.data,
            new=form.new_password.data,
            now=clock.now(),
            is_cheap=settings().cheap_passwords,
        )
    except Refused as refusal:
        form.refuse("new_password", refusal.sentence)
        return password_page(form, status=422)
    if wrong is not None:
        form.refuse("current_password", wrong)
        return password_page(form, status=422)
    flash(_("密码已修改，其他设备上的登录都已退出。"), "success")
    return redirect(way, 303)


def password_page(form: PasswordForm, *, status: int = 200) -> Response:
    """The page for a new password; after a one-time password it says why."""
    must = current_user.person.must_change_password
    return page("account/password.html", status=status, form=form, must=must, next=next_page())
