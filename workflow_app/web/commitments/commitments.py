"""Beginning a commitment: the catalogue of items, what an item asks, and the draft."""

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import Row, bindparam, select
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...extensions import db
from ...models.base import table
from ...models.party import Subject
from ...services import catalogue
from ...services.cases import cases
from ...services.engine import circumstances
from ...workflows.commitment import COMMITMENT, TYPES
from ..house import house
from ..pages import page

SUBJECT = table(Subject).c
NAMED = (
    select(SUBJECT.id, SUBJECT.name)
    .where(SUBJECT.id.in_(bindparam("ids", expanding=True)))
    .order_by(SUBJECT.name)
)
commitments = Blueprint("commitments", __name__, url_prefix="/items")


@commitments.get("/")
def items() -> Response:
    """The items on which one may commit oneself today."""
    search = request.args.get("q", "")[:100]
    found = catalogue.items(db.session(), on=clock.legal_day(clock.now()), search=search)
    return page("commitment/items.html", items=found, types=TYPES, q=search)


@commitments.get("/<code>")
def item(code: str) -> Response:
    """One item: what is promised, for how long, what is shown, what must be proven, and the way in."""
    found = catalogue.item(db.session(), code)
    day = clock.legal_day(clock.now())
    view = circumstances.item_on(found, day)
    return page("commitment/item.html", item=found, types=TYPES, view=view, subjects=subjects())


@commitments.post("/<code>/start")
def start(code: str) -> BaseResponse:
    """Open a draft for one of the reader's subjects."""
    case = cases.open_draft(
        db.session(),
        COMMITMENT,
        subject_id=request.form.get("subject_id", 0, type=int),
        item=catalogue.item(db.session(), code),
        actor=current_user.actor,
        now=clock.now(),
        house=house(),
    )
    return redirect(url_for("cases.edit", address=case.address), 303)


def subjects() -> Sequence[Row[int, str]]:
    """The subjects for which the reader may act in this workflow, by number and name."""
    if not current_user.is_authenticated:
        return ()
    ids = current_user.actor.subject_ids(workflow=COMMITMENT.name)
    return db.session.execute(NAMED, {"ids": sorted(ids)}).all()
