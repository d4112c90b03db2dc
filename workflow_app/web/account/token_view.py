"""What the pages of tokens share, whosever tokens they are: reading the form, making, replacing, and the values shown.

The text of a token is in the answer that made it and in no other.
"""

from datetime import datetime
from typing import Any

from flask import request
from flask_login import current_user

from forms.tokens import RotateForm, TokenForm

from ...domain import clock
from ...domain.refusals import Refused
from ...domain.scopes import SCOPE_TITLES, TokenScope
from ...domain.words import N_
from ...extensions import db
from ...models.api import ApiToken
from ...models.party import Person
from ...services.machines import tokens
from ...services.machines.tokens import Made, State
from ...services.people import signin
from .room import caller

STATES = {
    State.OPEN: (N_("有效"), "done"),
    State.REPLACED: (N_("已更换，到期前旧的仍可用"), "wait"),
    State.EXPIRED: (N_("已到期"), "draft"),
    State.ENDED: (N_("已停用"), "stop"),
}


def form_for(owner: Person, *, is_sent: bool = False) -> TokenForm:
    """The form for a new token of this account."""
    most = tokens.most_days(owner)
    form = TokenForm(request.form) if is_sent else TokenForm(days=most)
    form.offer(is_system=owner.is_system)
    return form


def made(owner: Person, form: TokenForm) -> Made | None:
    """A new token of this account, or None with the sentence at the field."""
    if not form.validate() or not is_confirmed(form):
        return None
    wish = tokens.Wish(
        form.name.data or "", form.chosen, form.purpose.data or "", form.days.data or 0, form.networks_typed
    )
    try:
        with db.session.begin_nested():
            return tokens.make(db.session(), owner, wish, by=current_user.person, now=clock.now())
    except Refused as refusal:
        if refusal.code == "closed":
            raise
        form.refuse(refusal.code if refusal.code in form else "name", refusal.sentence)
        return None


def rotated(row: ApiToken, form: RotateForm) -> Made | None:
    """A token in place of this one, or None with the sentence at the field."""
    if not form.validate() or not is_confirmed(form):
        return None
    try:
        with db.session.begin_nested():
            return tokens.rotate(db.session(), row, by=current_user.person, now=clock.now())
    except Refused as refusal:
        form.refuse("password", refusal.sentence)
        return None


def is_confirmed(form: TokenForm | RotateForm) -> bool:
    """Whether the password of whoever sits there is right; wrong ones are counted. Puts the sentence at the field."""
    person, now = current_user.person, clock.now()
    if signin.confirm_identity(
        db.session(), person, password=form.password.data or "", now=now, ip=caller().ip
    ):
        return True
    form.refuse("password", signin.why_not_confirmed(db.session(), person, now=now))
    return False


def listing(owner: Person) -> list[dict[str, Any]]:
    """Every token of this account in words; those that work come first."""
    now = clock.now()
    rows = [shown(row, now=now) for row in tokens.of_person(db.session(), owner)]
    return sorted(rows, key=lambda row: not row["is_open"])


def shown(row: ApiToken, *, now: datetime) -> dict[str, Any]:
    """One token in words."""
    state = tokens.state_of(row, now=now)
    title, tone = STATES[state]
    return {
        "token": row,
        "state": title,
        "tone": tone,
        "is_open": state in (State.OPEN, State.REPLACED),
        "may_rotate": state is State.OPEN,
        "scopes": [(SCOPE_TITLES[TokenScope(scope)], scope) for scope in row.scopes],
    }
