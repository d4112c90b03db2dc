"""A list of cases as its page shows it: tabs with counts, what it is narrowed to, its rows, and the ways on."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask_login import current_user

from forms.queue import FilterForm

from ...domain import clock
from ...domain.people import Actor
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.party import Unit
from ...services.queues import asked as words
from ...services.queues import assigning, beside
from ...services.queues import queues as lists
from ...services.queues.lines import CaseLine
from ...services.queues.saved_views import View
from ...services.rules import rulebooks
from ...workflows import BY_NAME
from ..addresses import address as room
from ..cases import case_clocks, case_hand, case_rows, case_view
from ..house import house
from ..ui import named, tell_day
from . import matters, picking
from .queue_way import address

Asked = Mapping[str, str]
EMPTY = {
    "mine": (N_("没有等您办的办件"), N_("新的办件到了会出现在这里，也会发消息给您。")),
    "due_soon": (N_("没有即将到期的办件"), N_("五天内到期的办件会出现在这里。")),
    "overdue": (N_("没有超期的办件"), N_("超过期限还没有办结的办件会出现在这里。")),
    "open": (N_("没有在办的办件"), N_("您可以看“全部”，或从“我要承诺”开始新的办件。")),
    "done": (N_("最近三十天没有办结的办件"), N_("办结以后三十天内可以在这里找到，更早的在“全部”里。")),
    "all": (N_("还没有办件"), N_("办过的事项都会列在这里。")),
}
ORDERED = {"done": N_("最近办结的在前"), "all": N_("最新的在前")}
BY_DUE_DAY = N_("按到期日从近到远")
MOST_TOLD = 99
BY_CODE = N_("按代码查找（地址里不显示代码）")
DAYS = {
    "due_from": N_("%(day)s起到期"),
    "due_until": N_("%(day)s前到期（含当天）"),
    "opened_from": N_("%(day)s起收件"),
    "opened_until": N_("%(day)s前收件（含当天）"),
}


def listing(found: lists.Page, asked: Asked, *, form: FilterForm, is_first: bool) -> dict[str, Any]:
    """The values of one page of a tab."""
    actor, now = current_user.actor, clock.now()
    today, tab = clock.legal_day(now), asked["tab"]
    around = beside.read(db.session(), actor, today=today)
    form.offer([(officer.id, officer.name) for officer in around.officers])
    return {
        "tabs": [tab_link(name, asked, around.counts.get(name)) for name in lists.TABS],
        "rows": rows(found.cases, around.versions, now=now),
        "form": form,
        "matters": matters.options(form.matter.data),
        "asked": asked,
        "tab": tab,
        "chips": chips(asked, {str(officer.id): officer.name for officer in around.officers}),
        "views": [view_link(view, asked) for view in around.views],
        "may_pick": picking.may_pick(actor),
        "title": Sentence(N_("待办队列") if current_user.is_staff else N_("我的待办")),
        "ordered": Sentence(ORDERED.get(tab, BY_DUE_DAY)),
        "empty": [Sentence(text) for text in EMPTY[tab]],
        "next_url": address(asked, found.following) if found.following else None,
        "first_url": None if is_first else address(asked),
        "clear_url": address({"tab": tab}),
    }


def filled(asked: Asked) -> FilterForm:
    """The filters as they stand; a code that was looked for is not shown again."""
    matter = ".".join(filter(None, (asked.get("workflow"), asked.get("state"))))
    days = {name: date.fromisoformat(asked[name]) for name in words.DAYS if name in asked}
    search = "" if words.is_by_code(asked) else asked.get("q", "")
    return FilterForm(data={"q": search, "matter": matter, "officer": asked.get("officer", ""), **days})


def tab_link(name: str, asked: Asked, count: int | None) -> dict[str, Any]:
    """One tab; what the list is narrowed to stays. Counts are those of the whole tab."""
    return {
        "title": Sentence(lists.TABS[name]),
        "url": address({**asked, "tab": name}),
        "current": name == asked["tab"],
        "count": f"{MOST_TOLD}+" if count is not None and count > MOST_TOLD else count,
    }


def chips(asked: Asked, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the list is narrowed to, each with the way to drop it."""
    found = []
    for name in words.FILTERS:
        if name in asked and not (name == "workflow" and "state" in asked):
            rest = {key: word for key, word in asked.items() if key != name}
            if name == "state":
                rest.pop("workflow")
            found.append({"said": told(name, asked, names), "url": address(rest)})
    return found


def told(name: str, asked: Asked, names: Mapping[str, str]) -> Sentence:
    """One filter in words."""
    word = asked[name]
    if name in DAYS:
        return Sentence(DAYS[name], day=tell_day(date.fromisoformat(word)))
    if name == "officer":
        return Sentence(N_("承办人：%(name)s"), name=names.get(word, "—"))
    if name == "unit":
        unit = db.session().get(Unit, int(word))
        return Sentence(N_("单位：%(name)s"), name=named(unit, "name") if unit else "—")
    if name == "q":
        return Sentence(BY_CODE) if words.is_by_code(asked) else Sentence(N_("查找：%(typed)s"), typed=word)
    workflow = BY_NAME[asked["workflow"]]
    if name == "workflow":
        return Sentence(workflow.title)
    state = Sentence(workflow.state(word).title)
    return Sentence(N_("%(workflow)s：%(matter)s"), workflow=Sentence(workflow.title), matter=state)


def view_link(view: View, asked: Asked) -> dict[str, Any]:
    """A saved view as a link."""
    kept = words.tidy(view.asked)
    url = address(kept)
    return {"id": view.id, "name": view.name, "url": url, "current": kept == asked}


def rows(cases: Sequence[CaseLine], versions: Sequence[Any], *, now: datetime) -> list[dict[str, Any]]:
    """The lines of a list, each with its clock."""
    if not cases:
        return []
    calendar = rulebooks.of_versions(db.session(), house(), versions).calendar
    due = case_clocks.told(db.session(), cases, today=clock.legal_day(now), calendar=calendar)
    actor = current_user.actor
    return [row(case, due.get(case.id), actor, now=now) for case in cases]


def row(case: CaseLine, due: dict[str, Any] | None, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """One line of the queue."""
    workflow, number = BY_NAME[case.workflow], case.address
    state = workflow.state(case.state)
    hand = case_hand.of_row(case, actor, now=now)
    may_claim = hand["text"] is None and not state.ended and assigning.works_on(case, actor)
    return {
        "number": number,
        "version": case.version,
        "url": room("cases.show", address=number),
        "claim_url": room("cases.claim", address=number) if may_claim else None,
        "title": case_rows.title_of(case, workflow),
        "subject": case.subject.name,
        "state": Sentence(state.title),
        "tone": case_view.tone(workflow, state),
        "due": due,
        "hand": hand,
        "is_ended": state.ended,
    }
