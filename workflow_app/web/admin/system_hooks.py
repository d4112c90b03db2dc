"""网络通知 of systems: the security administrator makes and ends them, gives new secrets, and sends again by hand."""

from flask import Blueprint, Response, flash, redirect, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.hooks import HookForm

from ...domain import clock
from ...extensions import db
from ...models.api import Hook
from ...models.party import Person
from ...services.machines import hook_calls, systems
from ...services.machines import hooks as verbs
from ..account import hook_view
from ..pages import page

system_hooks = Blueprint("system_hooks", __name__, url_prefix="/admin/systems")


@system_hooks.get("/<int:person_id>/hooks")
def listed(person_id: int) -> BaseResponse:
    """The hooks of a system."""
    return hooks_page(systems.one(db.session(), person_id), hook_view.form_for())


@system_hooks.post("/<int:person_id>/hooks")
def create(person_id: int) -> BaseResponse:
    """A new hook of the system; its secret is shown by this answer only."""
    found, form = systems.one(db.session(), person_id), hook_view.form_for(is_sent=True)
    made = hook_view.made(found, form)
    if made is None:
        return hooks_page(found, form, status=422)
    return hook_page(found, made, secret=made.secret)


@system_hooks.get("/<int:person_id>/hooks/<ref>")
def show(person_id: int, ref: str) -> BaseResponse:
    """One hook of the system, and what it was told."""
    return hook_page(*of_system(person_id, ref))


@system_hooks.post("/<int:person_id>/hooks/<ref>/rotate")
def rotate(person_id: int, ref: str) -> BaseResponse:
    """Another secret, shown by this answer only."""
    found, row = of_system(person_id, ref)
    secret = verbs.rotate(db.session(), row, by=current_user.person, now=clock.now())
    return hook_page(found, row, secret=secret)


@system_hooks.post("/<int:person_id>/hooks/<ref>/end")
def end(person_id: int, ref: str) -> BaseResponse:
    """End it at once."""
    _found, row = of_system(person_id, ref)
    verbs.end(db.session(), row, by=current_user.person, now=clock.now())
    flash(_("网络通知已停用，从现在起不再发送。"), "success")
    return redirect(url_for("system_hooks.listed", person_id=person_id), 303)


@system_hooks.post("/<int:person_id>/hooks/<ref>/calls/<int:call_id>/send")
def send(person_id: int, ref: str, call_id: int) -> BaseResponse:
    """Send once more what could not be brought."""
    _found, row = of_system(person_id, ref)
    hook_calls.send_again(db.session(), hook_calls.one(db.session(), call_id, of=row), now=clock.now())
    flash(_("已安排再次发送，请稍候刷新本页看结果。"), "success")
    return redirect(url_for("system_hooks.show", person_id=person_id, ref=ref), 303)


def of_system(person_id: int, ref: str) -> tuple[Person, Hook]:
    """A system and one of its hooks. Raises NotYours."""
    found = systems.one(db.session(), person_id)
    return found, verbs.one(db.session(), ref, of=found)


def hooks_page(found: Person, form: HookForm, *, status: int = 200) -> Response:
    """The list with the form for a new one."""
    rows = hook_view.listing(found)
    return page("admin/system_hooks.html", status=status, found=found, form=form, rows=rows)


def hook_page(found: Person, row: Hook, *, secret: str = "") -> Response:
    """One hook; with its secret only where that was just made."""
    shown, calls = hook_view.shown(row), hook_view.calls(row)
    return page("admin/system_hook.html", found=found, row=shown, calls=calls, secret=secret)
