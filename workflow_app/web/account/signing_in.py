"""Signing in by password, signing out, and the language of the pages."""

from flask import Response, flash, redirect, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.account import SignInForm

from ... import demo
from ...domain import clock
from ...domain.words import Sentence
from ...extensions import db
from ...services.people import signin
from ..access import enter, leave, leave_for
from ..pages import page
from ..ui import say
from ..ways import safe_path
from .oidc import page_after_signing_out
from .provider import provider_name
from .room import account, caller, next_page, settings

LOCALES = {"zh": "zh_Hans_CN", "zh_Hans_CN": "zh_Hans_CN", "en": "en"}
YEAR = 365 * 24 * 60 * 60


@account.get("/sign-in")
def sign_in() -> BaseResponse:
    """The sign-in page."""
    if current_user.is_authenticated:
        return redirect(next_page(), 303)
    return sign_in_page(SignInForm())


@account.post("/sign-in")
def sign_in_with_password() -> BaseResponse:
    """Open a sign-in, or say why not."""
    form = SignInForm(request.form)
    if not form.validate():
        return sign_in_page(form, status=422)
    opened = signin.sign_in(
        db.session(),
        form.login.data,
        password=form.password.data,
        caller=caller(),
        now=clock.now(),
        is_cheap=settings().cheap_passwords,
    )
    if isinstance(opened, Sentence):
        return sign_in_page(form, status=422, sentences=(opened,))
    enter(opened)
    return leave_for(next_page())


@account.post("/sign-out")
def sign_out() -> BaseResponse:
    """End this sign-in."""
    way = page_after_signing_out(current_user.person)
    signin.end(db.session(), current_user.sign_in, now=clock.now(), ip=caller().ip)
    leave()
    if way == "/":
        flash(_("您已退出登录。"), "success")
    return redirect(way, 303)


@account.post("/sign-out-everywhere")
def sign_out_everywhere() -> BaseResponse:
    """End all other sign-ins of this person."""
    session, person = db.session(), current_user.person
    signin.end_all(session, person, keep=current_user.sign_in, by=person, now=clock.now())
    flash(_("其他设备上的登录都已退出。"), "success")
    return redirect(next_page(), 303)


@account.post("/language")
def language() -> BaseResponse:
    """Show the pages in another language from now on."""
    chosen = LOCALES.get(request.form.get("locale", ""), "zh_Hans_CN")
    if current_user.is_authenticated:
        current_user.person.locale = chosen
    response = redirect(safe_path(request.form.get("next"), otherwise="/"), 303)
    response.set_cookie(
        "locale", chosen, max_age=YEAR, httponly=True, samesite="Lax", secure=settings().is_https
    )
    return response


def sign_in_page(form: SignInForm, *, status: int = 200, sentences: tuple[Sentence, ...] = ()) -> Response:
    """The page, in a demo district with the accounts one can try."""
    today, shown = clock.legal_day(clock.now()), []
    if settings().is_demo:
        shown = demo.shown_accounts(db.session(), on=today)
    return page(
        "account/sign_in.html",
        status=status,
        form=form,
        sentences=sentences,
        next=safe_path(request.values.get("next"), otherwise=""),
        provider=say(provider_name()),
        demo_accounts=shown,
        demo_password=demo.DEMO_PASSWORD if shown else "",
        demo_code=demo.code_now() if shown else "",
    )
