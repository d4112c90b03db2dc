"""接口令牌 of one's own: which there are and when they were last used, a new one, one in place of another, the end of one.

Making and replacing asks for the password once more, as signing does: whoever finds an open browser must not leave with a key.
"""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.tokens import RotateForm, TokenForm

from ...domain import clock
from ...extensions import db
from ...models.api import ApiToken
from ...services.machines import tokens as verbs
from ...services.machines.tokens import Made
from ..pages import page
from . import token_view
from .room import account


@account.get("/tokens")
def tokens() -> BaseResponse:
    """My tokens."""
    return tokens_page(token_view.form_for(current_user.person))


@account.post("/tokens")
def create_token() -> BaseResponse:
    """A new token; its text is shown by this answer only."""
    form = token_view.form_for(current_user.person, is_sent=True)
    made = token_view.made(current_user.person, form)
    if made is None:
        return tokens_page(form, status=422)
    return tokens_page(token_view.form_for(current_user.person), made=made)


@account.get("/tokens/<int:token_id>")
def token(token_id: int) -> BaseResponse:
    """One of my tokens."""
    return token_page(mine(token_id), RotateForm())


@account.post("/tokens/<int:token_id>/rotate")
def rotate_token(token_id: int) -> BaseResponse:
    """A new token in place of this one, which works one more day."""
    row, form = mine(token_id), RotateForm(request.form)
    made = token_view.rotated(row, form)
    if made is None:
        return token_page(row, form, status=422)
    return tokens_page(token_view.form_for(current_user.person), made=made, replaced=row)


@account.post("/tokens/<int:token_id>/end")
def end_token(token_id: int) -> BaseResponse:
    """End it at once."""
    verbs.end(db.session(), mine(token_id), by=current_user.person, now=clock.now())
    flash(_("令牌已停用，从现在起不能再用。"), "success")
    return redirect(url_for("account.tokens"), 303)


def mine(token_id: int) -> ApiToken:
    """A token of whoever sits there. Raises NotYours."""
    return verbs.one(db.session(), token_id, of=current_user.person)


def tokens_page(
    form: TokenForm, *, status: int = 200, made: Made | None = None, replaced: ApiToken | None = None
) -> Response:
    """The list with the form for a new one."""
    return page(
        "account/tokens.html",
        status=status,
        form=form,
        rows=token_view.listing(current_user.person),
        most=verbs.most_days(current_user.person),
        made=made,
        replaced=replaced,
    )


def token_page(row: ApiToken, form: RotateForm, *, status: int = 200) -> Response:
    """One token."""
    shown = token_view.shown(row, now=clock.now())
    return page("account/token.html", status=status, row=shown, form=form)
