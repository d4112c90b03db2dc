"""网络通知 of one's own: which there are, a new one, another secret, the end of one, what was told, and once more by hand."""

from flask import Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.hooks import HookForm

from ...domain import clock
from ...extensions import db
from ...models.api import Hook
from ...services.machines import hook_calls
from ...services.machines import hooks as verbs
from ..pages import page
from . import hook_view
from .room import account


@account.get("/hooks")
def hooks() -> BaseResponse:
    """My hooks."""
    return hooks_page(hook_view.form_for())


@account.post("/hooks")
def create_hook() -> BaseResponse:
    """A new hook; its secret is shown by this answer only."""
    form = hook_view.form_for(is_sent=True)
    made = hook_view.made(current_user.person, form)
    if made is None:
        return hooks_page(form, status=422)
    return hook_page(made, secret=made.secret)


@account.get("/hooks/<ref>")
def hook(ref: str) -> BaseResponse:
    """One of my hooks, and what it was told."""
    return hook_page(mine(ref))


@account.post("/hooks/<ref>/rotate")
def rotate_hook(ref: str) -> BaseResponse:
    """Another secret, shown by this answer only."""
    found = mine(ref)
    secret = verbs.rotate(db.session(), found, by=current_user.person, now=clock.now())
    return hook_page(found, secret=secret)


@account.post("/hooks/<ref>/end")
def end_hook(ref: str) -> BaseResponse:
    """End it at once."""
    verbs.end(db.session(), mine(ref), by=current_user.person, now=clock.now())
    flash(_("网络通知已停用，从现在起不再发送。"), "success")
    return redirect(url_for("account.hooks"), 303)


@account.post("/hooks/<ref>/calls/<int:call_id>/send")
def send_hook_call(ref: str, call_id: int) -> BaseResponse:
    """Send once more what could not be brought."""
    call = hook_calls.one(db.session(), call_id, of=mine(ref))
    hook_calls.send_again(db.session(), call, now=clock.now())
    flash(_("已安排再次发送，请稍候刷新本页看结果。"), "success")
    return redirect(url_for("account.hook", ref=ref), 303)


def mine(ref: str) -> Hook:
    """A hook of whoever sits there. Raises NotYours."""
    return verbs.one(db.session(), ref, of=current_user.person)


def hooks_page(form: HookForm, *, status: int = 200) -> Response:
    """The list with the form for a new one."""
    rows = hook_view.listing(current_user.person)
    return page("account/hooks.html", status=status, form=form, rows=rows)


def hook_page(found: Hook, *, secret: str = "") -> Response:
    """One hook; with its secret only where that was just made."""
    return page("account/hook.html", row=hook_view.shown(found), calls=hook_view.calls(found), secret=secret)
