"""The queue: what waits for the reader, for the unit, what is due or overdue. One page for everybody.

What is asked is sent as a form and answered by the way to an address, because a code that was typed must not stand in one.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.queue import FilterForm, ViewForm

from ...domain import clock
from ...domain.refusals import Refused
from ...extensions import db
from ...services.cases import cases
from ...services.queues import asked as words
from ...services.queues import following, saved_views
from ...services.queues import queues as lists
from ..house import house
from ..pages import is_for_panel, page
from . import queue_view, queue_way

queues = Blueprint("queues", __name__)


@queues.get("/queue")
def show() -> Response:
    """One page of one tab in its order."""
    asked, cursor = words.tidy(request.args), request.args.get("cursor", "")
    return list_page(asked, cursor=cursor, form=queue_view.filled(asked))


@queues.post("/queue")
def ask() -> Response | BaseResponse:
    """Narrow a list; the answer is the way to its address."""
    form, tab = FilterForm(request.form), request.form.get("tab", "")
    if not form.validate():
        return list_page(words.tidy({"tab": tab}), form=form, status=422)
    kept = {"tab": tab, "unit": request.form.get("unit", "")}
    return redirect(queue_way.address(words.tidy({**kept, **form.words})), 303)


@queues.get("/queue/next/<address>")
def following_one(address: str) -> BaseResponse:
    """The case that comes after this one in the list that was looked at last."""
    seen = queue_way.seen()
    if seen is None:
        return redirect(url_for("queues.show"), 303)
    last = cases.visible(db.session(), address, current_user.actor).id
    case, found = following.after(db.session(), current_user.actor, seen, last=last, now=clock.now())
    if case is None:
        flash(_("这个列表后面没有等着办的办件了。"), "info")
        return redirect(queue_way.list_url(), 303)
    if found is not None:
        queue_way.go_on(found)
    return redirect(url_for("cases.show", address=case.address), 303)


@queues.post("/queue/views")
def keep_view() -> Response | BaseResponse:
    """Keep a list with its filters under a name."""
    form, asked = ViewForm(request.form), words.tidy(request.form)
    if form.validate():
        name = form["name"].data or ""
        try:
            saved_views.keep(db.session(), current_user.actor, name, asked, now=clock.now())
        except Refused as refused:
            form.refuse(refused.code, refused.sentence)
        else:
            flash(_("已存为常用筛选“%(name)s”。", name=name), "success")
            return redirect(queue_way.address(asked), 303)
    return list_page(asked, form=queue_view.filled(asked), view_form=form, status=422)


@queues.post("/queue/views/<int:view_id>/drop")
def drop_view(view_id: int) -> BaseResponse:
    """Delete a saved view."""
    name = saved_views.drop(db.session(), current_user.actor, view_id)
    flash(_("已删除常用筛选“%(name)s”。", name=name), "success")
    return redirect(queue_way.list_url(), 303)


def list_page(
    asked: dict[str, str],
    *,
    form: FilterForm,
    cursor: str = "",
    view_form: ViewForm | None = None,
    status: int = 200,
) -> Response:
    """A page of a list; the browser remembers it as the way back."""
    today = clock.legal_day(clock.now())
    found = lists.page(
        db.session(),
        current_user.actor,
        tab=asked["tab"],
        today=today,
        wanted=words.wanted(asked, division=house().division),
        cursor=cursor,
    )
    if not is_for_panel():
        queue_way.keep(asked, found, cursor=cursor)
    values = queue_view.listing(found, asked, form=form, is_first=not cursor)
    return page(
        "queue/page.html", panels=("queue",), status=status, view_form=view_form or ViewForm(), **values
    )
