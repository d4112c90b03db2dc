"""The second factor: entering a code, setting the app up, new recovery codes.

The secret that is not confirmed yet travels sealed in the signed cookie. Codes are shown by the very answer that
made them and never again.
"""

import segno
from cryptography.fernet import InvalidToken
from flask import Response, redirect, request, session
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from forms.account import CodeForm, ConfirmForm, SetUpForm

from ...domain import clock
from ...domain.words import N_
from ...extensions import db
from ...models.base import keyring
from ...services.people import second_factor as factor
from ...services.people import signin
from ..access import enter
from ..pages import page
from .room import account, caller, next_page, settings

PENDING = "pending_totp"
NOT_SHOWN = N_("验证码不正确。请确认手机时间准确、扫的是本页的二维码，再输入最新的 6 位验证码。")


@account.get("/second-factor")
def second_factor() -> BaseResponse:
    """Ask for the code."""
    if current_user.is_second_factor_done or current_user.person.totp_secret is None:
        return redirect(next_page(), 303)
    return page("account/second_factor.html", form=CodeForm(), next=next_page())


@account.post("/second-factor")
def check_second_factor() -> BaseResponse:
    """Take the code; the sign-in goes on under a new token."""
    form = CodeForm(request.form)
    if current_user.person.totp_secret is None:
        return redirect(next_page(), 303)
    if form.validate():
        now, way = clock.now(), next_page()
        refusal = factor.check_code(
            db.session(), current_user.person, code=form.code.data, now=now, ip=caller().ip
        )
        if refusal is None:
            pass_second_factor()
            return redirect(way, 303)
        form.refuse("code", refusal)
    return page("account/second_factor.html", status=422, form=form, next=next_page())


@account.get("/second-factor/set-up")
def set_up_second_factor() -> BaseResponse:
    """Show the QR code for the app."""
    session[PENDING] = keyring.seal(factor.new_secret())
    return set_up_page(set_up_form())


@account.post("/second-factor/set-up")
def confirm_second_factor() -> BaseResponse:
    """Take the secret into use once the app shows its code, and show the recovery codes."""
    form = set_up_form(request.form)
    if pending_secret() is None:
        return redirect(request.full_path, 303)
    if not form.validate() or not is_confirmed(form):
        return set_up_page(form, status=422)
    person, way = current_user.person, next_page()
    codes = factor.set_up(
        db.session(), person, secret=pending_secret() or "", code=form.code.data, now=clock.now()
    )
    if codes is None:
        form.refuse("code", NOT_SHOWN)
        return set_up_page(form, status=422)
    signin.end_all(db.session(), person, keep=current_user.sign_in, by=person, now=clock.now())
    pass_second_factor()
    return page("account/recovery_codes.html", codes=codes, next=way)


@account.post("/recovery-codes")
def recovery_codes() -> BaseResponse:
    """Ten new recovery codes; the old ones are void."""
    form, person, now = ConfirmForm(request.form), current_user.person, clock.now()
    if person.totp_secret is None:
        return redirect(next_page(), 303)
    if not form.validate() or not signin.confirm_identity(
        db.session(), person, password=form.password.data, now=now, ip=caller().ip
    ):
        if not form.errors:
            form.refuse("password", signin.why_not_confirmed(db.session(), person, now=now))
        return page("account/confirm.html", status=422, form=form)
    codes = factor.make_recovery_codes(db.session(), person, now=now)
    return page("account/recovery_codes.html", codes=codes, next=next_page())


def pass_second_factor() -> None:
    """The sign-in has its second factor from now on; its token is new."""
    now, row = clock.now(), current_user.sign_in
    factor.fulfil(db.session(), row, now=now)
    enter(signin.rotate(row, now=now))


def asks_password() -> bool:
    """Whether the password is asked again: not of staff who came here straight from signing in."""
    return current_user.person.totp_secret is not None or not current_user.is_staff


def set_up_form(typed: MultiDict[str, str] | None = None) -> CodeForm:
    """The form that sets the app up: with the password where it is asked again."""
    return SetUpForm(typed) if asks_password() else CodeForm(typed)


def is_confirmed(form: CodeForm) -> bool:
    """Whether the person is who signed in, where that is asked. Puts the sentence at the field."""
    if not isinstance(form, SetUpForm):
        return True
    person, now = current_user.person, clock.now()
    if signin.confirm_identity(
        db.session(), person, password=form.password.data or "", now=now, ip=caller().ip
    ):
        return True
    form.refuse("password", signin.why_not_confirmed(db.session(), person, now=now))
    return False


def pending_secret() -> str | None:
    """The secret that this browser was shown, if it was."""
    try:
        return keyring.open(session[PENDING])
    except (KeyError, InvalidToken):
        return None


def set_up_page(form: CodeForm, *, status: int = 200) -> Response:
    """The page with the QR code and the secret in plain for those who can't scan."""
    secret = pending_secret() or ""
    address = factor.address_for_app(secret, login=current_user.person.login, site=settings().site_name)
    return page(
        "account/set_up_second_factor.html",
        status=status,
        form=form,
        qr=segno.make(address, micro=False).svg_data_uri(scale=5, border=2),
        secret=" ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        is_staff_here=current_user.is_staff,
        next=next_page(),
    )
