"""Lists of cases to take away: having one made, seeing how far it is, fetching it while it is kept. One's own alone."""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock, tables
from ...domain.refusals import Refused
from ...domain.words import Sentence
from ...extensions import db
from ...models.queue import TakenList
from ...services.queues import asked as words
from ...services.queues import queues as lists
from ...services.queues import taken_lists as taken
from ..house import house
from ..pages import page
from ..sync.sync import download
from . import queue_view

taken_lists = Blueprint("taken_lists", __name__, url_prefix="/queue/lists")


@taken_lists.get("/")
def index() -> Response:
    """One's own lists; looks again by itself while one is being made."""
    return index_page()


@taken_lists.post("/")
def order() -> Response | BaseResponse:
    """Have what is asked made into a file."""
    asked, format_ = words.tidy(request.form), request.form.get("format", "")
    try:
        taken.order(db.session(), current_user.actor, asked, format_, now=clock.now())
    except Refused as refused:
        return index_page(refusal=refused.sentence)
    flash(_("正在生成清单，好了可以在这里下载。"), "success")
    return redirect(url_for("taken_lists.index"), 303)


@taken_lists.get("/<ref>")
def fetch(ref: str) -> Response:
    """The file."""
    now = clock.now()
    row = taken.own(db.session(), current_user.actor, ref)
    try:
        content = taken.content(row, storage=house().storage, now=now)
    except Refused as refused:
        return index_page(refusal=refused.sentence)
    name = f"cases-{clock.legal_day(row.made_at)}-{row.asked['tab']}.{row.format}"
    return download(content, tables.TYPES[row.format], name)


def index_page(*, refusal: Sentence | None = None) -> Response:
    """The lists; 409 when something was refused."""
    found = taken.of(db.session(), current_user.actor)
    return page(
        "queue/lists.html",
        panels=("lists",),
        status=409 if refusal else 200,
        rows=[row(one) for one in found],
        is_running=any(one.done_at is None for one in found),
        days=taken.KEPT_FOR.days,
        most=taken.MOST,
        refusal=refusal,
    )


def row(one: TakenList) -> dict[str, Any]:
    """One list and how far it is."""
    asked, now = words.tidy(one.asked), clock.now()
    return {
        "title": Sentence(lists.TABS[asked["tab"]]),
        "asked": [chip["said"] for chip in queue_view.chips(asked, {})],
        "format": one.format.upper(),
        "made_at": one.made_at,
        "cases": one.cases,
        "is_done": one.done_at is not None,
        "is_whole": one.cases < taken.MOST,
        "url": url_for("taken_lists.fetch", ref=one.ref) if taken.is_kept(one, now=now) else None,
        "kept_until": one.made_at + taken.KEPT_FOR,
    }
