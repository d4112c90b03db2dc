"""Files that go out to other systems, for the office and the departments. Each one that is taken is kept in the account log."""

from datetime import timedelta

from flask import Blueprint, Response, request
from flask_login import current_user

from forms.exchange import TakeForm
from forms.office import choices

from ...domain import clock
from ...domain.refusals import Refused
from ...extensions import db
from ...services.exchange import fields, out, written
from ..pages import page

exchange = Blueprint("exchange", __name__, url_prefix="/exchange")
DAYS = 6
"""How many days before today the form begins with: a week."""


@exchange.get("")
def index() -> Response:
    """What there is, for the last week."""
    today = clock.legal_day(clock.now())
    return form_page(
        TakeForm(data={"from_on": today - timedelta(days=DAYS), "to_on": today, "format": "xlsx"})
    )


@exchange.post("")
def take() -> Response:
    """The file."""
    form = TakeForm(request.form)
    form.kind.choices = choices(fields.KINDS)
    if form.validate() and form.from_on.data and form.to_on.data:
        asked, format_ = out.Asked(form.kind.data, form.from_on.data, form.to_on.data), form.format.data
        try:
            out.check(asked)
            return file(asked, format_)
        except Refused as refused:
            place = {"from": "from_on", "to": "to_on"}.get(refused.code, "to_on")
            form.refuse(place, refused.sentence)
    return form_page(form, status=422)


def file(asked: out.Asked, format_: str) -> Response:
    """The file as a download, noted with who took it. Raises Refused when there is too much."""
    made = out.file(db.session(), current_user.actor, asked, format_)
    out.note(db.session(), asked, format_, made.count, by=current_user.person, now=clock.now())
    response = Response(written.pieces(made.content), mimetype=written.FORMATS[format_])
    response.headers.set("Content-Disposition", "attachment", filename=out.name_of(asked, format_))
    response.headers["Cache-Control"] = "private, no-store"
    return response


def form_page(form: TakeForm, *, status: int = 200) -> Response:
    """The page."""
    form.kind.choices = choices(fields.KINDS)
    return page("sync/exchange.html", status=status, form=form, kinds=fields.KINDS, fields=fields.FIELDS)
