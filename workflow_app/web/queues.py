"""The queue: what waits for the reader, for the unit, what is due or overdue. One page for everybody."""

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from ..domain import clock
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.case import Case
from ..services.cases import queues as lists
from ..services.engine import leases
from ..services.rules import rulebooks
from ..workflows import BY_NAME
from . import case_clocks, case_rows, case_view
from .house import house
from .pages import page

queues = Blueprint("queues", __name__)
EMPTY = {
    "mine": (N_("没有等您办的办件"), N_("新的办件到了会出现在这里，也会发消息给您。")),
    "due_soon": (N_("没有即将到期的办件"), N_("五天内到期的办件会出现在这里。")),
    "overdue": (N_("没有超期的办件"), N_("超过期限还没有办结的办件会出现在这里。")),
    "open": (N_("没有在办的办件"), N_("您可以看“全部”，或从“我要承诺”开始新的办件。")),
    "done": (N_("最近三十天没有办结的办件"), N_("办结以后三十天内可以在这里找到，更早的在“全部”里。")),
    "all": (N_("还没有办件"), N_("办过的事项都会列在这里。")),
}


@queues.get("/queue")
def show() -> Response:
    """One page of one tab, soonest due first."""
    tab = request.args.get("tab", "mine")
    tab = tab if tab in lists.TABS else "mine"
    search, cursor = request.args.get("q", "")[:100], request.args.get("cursor", "")
    today = clock.legal_day(clock.now())
    found = lists.page(
        db.session(),
        current_user.actor,
        tab=tab,
        today=today,
        wanted=lists.Wanted(
            search=search, division=house().division, workflow=request.args.get("workflow", "")
        ),
        cursor=cursor,
    )
    return page(
        "queue/page.html", panels=("queue",), **listing(found, tab, search=search, is_first=not cursor)
    )


def listing(found: lists.Page, tab: str, *, search: str, is_first: bool) -> dict[str, Any]:
    """The values of one page of a tab."""
    kept: dict[str, Any] = {"tab": tab} | ({"q": search} if search else {})
    calendar = rulebooks.current(db.session(), house()).calendar
    today = clock.legal_day(clock.now())
    due = case_clocks.told(db.session(), found.cases, today=today, calendar=calendar)
    return {
        "tabs": [tab_link(name, tab, search) for name in lists.TABS],
        "rows": [row(case, due.get(case.id)) for case in found.cases],
        "q": search,
        "tab": tab,
        "title": Sentence(N_("待办队列") if current_user.is_staff else N_("我的待办")),
        "empty": [Sentence(text) for text in EMPTY[tab]],
        "next_url": url_for("queues.show", cursor=found.following, **kept) if found.following else None,
        "first_url": None if is_first else url_for("queues.show", **kept),
    }


def tab_link(name: str, current: str, search: str) -> dict[str, Any]:
    """One tab; what was searched for stays."""
    kept: dict[str, Any] = {"q": search} if search else {}
    return {
        "title": Sentence(lists.TABS[name]),
        "url": url_for("queues.show", tab=name, **kept),
        "current": name == current,
    }


def row(case: Case, due: dict[str, Any] | None) -> dict[str, Any]:
    """One line of the queue."""
    workflow = BY_NAME[case.workflow]
    state = workflow.state(case.state)
    now = clock.now()
    return {
        "number": case.address,
        "url": url_for("cases.show", address=case.address),
        "title": case_rows.title_of(case, workflow),
        "subject": case.subject.name,
        "state": Sentence(state.title),
        "tone": case_view.tone(workflow, state),
        "due": due,
        "holder": leases.holder(case, now=now),
        "is_ended": state.ended,
        "is_mine": case.assignee_id == current_user.actor.person_id
        and leases.holder(case, now=now) is not None,
    }
