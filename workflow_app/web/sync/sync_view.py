"""What the pages of the tracker show: rows, tabs and one task, in words. Looks nothing up and decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import url_for

from ...domain import clock, due_words
from ...domain.calendar import Calendar
from ...domain.downstream import BY_ITSELF, DELIVERERS, KINDS, STANDINGS, TONES, WHATS, What
from ...domain.people import Actor
from ...domain.words import N_, Sentence
from ...models.sync import SyncTask
from ...services.delivery import signed_call
from ...services.sync import sync_lists

EMPTY = {
    "open": N_("没有未完成的任务"),
    "overdue": N_("没有超期的任务"),
    "dead": N_("没有发送失败的任务"),
    "confirmed": N_("没有等待核实的任务"),
    "seen": N_("还没有核实过的任务"),
    "all": N_("还没有同步任务"),
}


def listing(
    found: sync_lists.Page, asked: Mapping[str, str], *, is_first: bool, calendar: Calendar
) -> dict[str, Any]:
    """The values of one page of a tab."""
    today = clock.legal_day(clock.now())
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    chosen = asked["tab"]
    following = url_for("sync.tasks", before=found.following, **kept) if found.following else None
    return {
        "tabs": [tab(name, asked) for name in sync_lists.TABS],
        "rows": rows(found.tasks, today=today, calendar=calendar),
        "asked": asked,
        "empty": Sentence(EMPTY[chosen]),
        "next_url": following,
        "first_url": None if is_first else url_for("sync.tasks", **kept),
        "kinds": KINDS,
    }


def tab(name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    """One tab; the target that was chosen stays."""
    kept: dict[str, Any] = {"target": asked["target"]} if asked["target"] else {}
    return {
        "title": Sentence(sync_lists.TABS[name]),
        "url": url_for("sync.tasks", tab=name, **kept),
        "current": name == asked["tab"],
    }


def rows(tasks: Iterable[SyncTask], *, today: date, calendar: Calendar) -> list[dict[str, Any]]:
    """The lines of a list."""
    return [row(task, today=today, calendar=calendar) for task in tasks]


def row(task: SyncTask, *, today: date, calendar: Calendar) -> dict[str, Any]:
    """One task as a line: what, where, how it stands, until when."""
    standing = sync_lists.standing(task, today=today)
    due = None
    if task.confirmed_at is None:
        words = due_words.told(task.due_on, today=today, calendar=calendar)
        due = {"words": words, "provisional": not calendar.knows(task.due_on.year)}
    return {
        "task": task,
        "what": Sentence(WHATS[What(task.what)]),
        "standing": Sentence(STANDINGS[standing]),
        "tone": TONES[standing],
        "due": due,
    }


def one(task: SyncTask, *, actor: Actor, calendar: Calendar, site_url: str) -> dict[str, Any]:
    """Everything about one task."""
    is_open = task.confirmed_at is None
    may_send = sync_lists.may_send(actor)
    is_by_hand = task.target.deliverer == "hand" and task.target.unit_id is None
    return {
        **row(task, today=clock.legal_day(clock.now()), calendar=calendar),
        "kind": Sentence(KINDS[task.target.kind]),
        "deliverer": Sentence(DELIVERERS[task.target.deliverer]),
        "explanation": [Sentence.from_json(line) for line in task.explanation],
        "error": signed_call.told(task.error),
        "may_confirm": is_open and sync_lists.may_confirm(task, actor),
        "may_tell": is_open and may_send and is_by_hand and task.sent_at is None,
        "may_send": is_open and may_send and not is_by_hand and bool(task.sent_at or task.dead_at),
        "may_see": not is_open and may_send and task.target.kind not in BY_ITSELF,
        "confirm_address": f"{site_url}/api/v1/sync/tasks/{task.id}/confirm",
    }
