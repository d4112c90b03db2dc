"""What anybody may read of lists (名单公示): which there are, who stands on each, who left lately, one entry.

Shows lines of `services.lists.list_lists` only, which are masked. The whole of an entry is for its subject, the deciding
unit and the office, at the same address.
"""

from typing import Any

from flask import Blueprint, Response, request
from flask_login import current_user
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import Actor
from ...extensions import db
from ...models.lists import ListEntry
from ...services.cases import lookup
from ...services.lists import list_lists
from ...services.rules import rulebooks
from ..commitments.publicity import MEANINGS
from ..house import house
from ..objections import objection_ways
from ..pages import page
from . import list_pages, list_rows

lists = Blueprint("lists", __name__, url_prefix="/lists")


@lists.get("/")
def index() -> Response:
    """The public lists by kind."""
    found = list_lists.lists(db.session(), today=clock.legal_day(clock.now()))
    return page("lists/index.html", groups=list_pages.groups(found))


@lists.get("/<key>")
def show(key: str) -> Response:
    """One list: who stands on it, who is proposed, who left lately, and what it rests on."""
    session, today = db.session(), clock.legal_day(clock.now())
    kept = list_lists.one(session, key)
    asked = {name: lookup.tidy(request.args.get(name, "")) for name in ("text", "part")}
    cursor, rulebook = request.args.get("after", ""), rulebooks.current(session, house())
    taken = [measure["key"] for measure in kept.measures]
    ground = list_rows.ground(session, kept, chosen=taken, scope=kept.scope, today=today, rulebook=rulebook)
    parts = list_pages.parts(session, kept, asked, today=today, cursor=cursor)
    return page(
        "lists/show.html",
        list=kept,
        list_ground=ground,
        asked=asked,
        parts=parts,
        told_for=list_pages.told_for(),
    )


@lists.get("/entries/<ref>")
def entry(ref: str) -> Response:
    """One entry: what everybody may read of it, and all of it for those whom it concerns."""
    session, today = db.session(), clock.legal_day(clock.now())
    actor = current_user.actor if current_user.is_authenticated else None
    kept = list_lists.whole(session, ref, actor)
    line = list_lists.seen_inside(kept) if kept else list_lists.line(session, ref, today=today)
    known = inside(session, kept, actor) if kept and actor else None
    response = page(
        "lists/entry.html",
        inside=known, gone=list_pages.gone(line), told_for=list_pages.told_for(), meanings=MEANINGS,
        objection_way=objection_ways.from_public(session, line.record_ref, actor) if line.record_ref else None,
        **list_pages.line_row(line, today=today),
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def inside(session: Session, kept: ListEntry, actor: Actor) -> dict[str, Any]:
    """What is for the subject, the unit and the office alone."""
    rulebook = rulebooks.current(session, house())
    return list_pages.inside(session, kept, actor, today=clock.legal_day(clock.now()), rulebook=rulebook)
