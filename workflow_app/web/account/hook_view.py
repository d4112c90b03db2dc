"""What the pages of hooks share, whosever hooks they are: reading the form, making, and the values shown.

The secret is in the answer that made it and in no other.
"""

from typing import Any

from flask import request
from flask_login import current_user

from forms.hooks import HookForm

from ...domain import clock
from ...domain.hook_kinds import HOOK_TITLES, HookKind
from ...domain.refusals import Refused
from ...domain.words import N_
from ...extensions import db
from ...models.api import Hook, HookCall
from ...models.party import Person
from ...services.delivery import signed_call
from ...services.machines import hook_calls, hooks
from ..house import house

WORKS, ENDED = (N_("有效"), "done"), (N_("已停用"), "stop")
SENT, WAITING, AGAIN, DEAD = (
    (N_("已送到"), "done"),
    (N_("等待发送"), "wait"),
    (N_("没有送到，会自动再试"), "wait"),
    (N_("发送失败"), "stop"),
)


def form_for(*, is_sent: bool = False) -> HookForm:
    """The form for a new hook."""
    form = HookForm(request.form) if is_sent else HookForm()
    form.offer()
    return form


def made(owner: Person, form: HookForm) -> Hook | None:
    """A new hook of this account, or None with the sentence at the field."""
    if not form.validate():
        return None
    wish = hooks.Wish(form.name.data or "", form.url.data or "", form.chosen)
    try:
        with db.session.begin_nested():
            return hooks.make(
                db.session(), owner, wish, by=current_user.person, now=clock.now(), house=house()
            )
    except Refused as refusal:
        form.refuse(refusal.code if refusal.code in form else "name", refusal.sentence)
        return None


def listing(owner: Person) -> list[dict[str, Any]]:
    """Every hook of this account in words; those that work come first."""
    return [shown(hook) for hook in hooks.of_person(db.session(), owner)]


def shown(hook: Hook) -> dict[str, Any]:
    """One hook in words."""
    state, tone = ENDED if hook.ended_at else WORKS
    kinds = [(HOOK_TITLES[HookKind(kind)], kind) for kind in hook.kinds]
    return {"hook": hook, "state": state, "tone": tone, "kinds": kinds, "is_open": hook.ended_at is None}


def calls(hook: Hook) -> list[dict[str, Any]]:
    """What it was told last and what could not be brought, in words."""
    carried = hook_calls.carried(db.session())
    latest = hook_calls.latest(db.session(), hook)
    return [called(row, is_dead=hook_calls.is_given_up(row, carried)) for row in latest]


def called(row: HookCall, *, is_dead: bool) -> dict[str, Any]:
    """One call in words."""
    state, tone = WAITING
    if is_dead:
        state, tone = DEAD
    elif row.sent_at:
        state, tone = SENT
    elif row.error:
        state, tone = AGAIN
    return {
        "call": row,
        "kind": HOOK_TITLES[HookKind(row.kind)],
        "state": state,
        "tone": tone,
        "error": signed_call.told(row.error),
        "is_dead": is_dead,
    }
