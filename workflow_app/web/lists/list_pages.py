"""The public pages of lists in words: the overview, one list with its parts, one entry. Decides nothing about rights.

An entry reaches these words masked; only what `inside` says is for the subject, the deciding unit and the office.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import Actor
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.lists import ListEntry, ListType
from ...services.lists import joint_measures, leaving, list_lists
from ...services.lists.list_lines import KINDS, LEFT, PARTS, PROPOSED, RED, STANDING, TOLD_FOR, Line
from ...services.lists.list_lists import Listed
from ...workflows import BY_NAME
from ...workflows.listing_words import KINDS as TITLES
from ..public_view import pages
from ..records.credit_rows import way
from . import list_exit_view, list_rows, measure_view

STORIES = {
    "serious": N_("依法认定的严重失信主体；期限届满的自动移出，符合条件的可以申请提前移出。"),
    "abnormal": N_("没有履行法定义务、履行后就可以移出的主体。"),
    "red": N_("诚实守信、依法给予激励的主体，列入前公示名称征求意见。"),
}
LEFT_HOW = {
    "early": N_("%(day)s提前移出"),
    "ex_officio": N_("%(day)s依职权移出"),
    "expired": N_("期限届满，%(day)s移出"),
}
GONE = {
    "early": N_("已在 %(day)s经申请提前移出“%(list)s”，请不要再引用这条列入信息。"),
    "ex_officio": N_("认定单位已在 %(day)s依职权移出“%(list)s”，请不要再引用这条列入信息。"),
    "expired": N_("列入期限届满，已在 %(day)s移出“%(list)s”，请不要再引用这条列入信息。"),
}
COMMENTS = N_("%(day)s24:00 前可以提意见")
FOR_THE_SUBJECT = ("own", "mandate")
"""In what capacity somebody is spoken to as the one who is on the list; others read the same page."""
COMMENTS_OVER = N_("征求意见已在 %(day)s截止，正在核实、决定")


def groups(found: Iterable[Listed]) -> list[dict[str, Any]]:
    """The lists by kind; a kind without a list is left out."""
    known = list(found)
    rows = {kind: [overview_row(one) for one in known if one.type.kind == kind] for kind in KINDS}
    return [
        {"kind": kind, "title": Sentence(TITLES[kind]), "story": Sentence(STORIES[kind]), "rows": rows[kind]}
        for kind in KINDS
        if rows[kind]
    ]


def overview_row(listed: Listed) -> dict[str, Any]:
    """A list in the overview."""
    return {
        "name": list_rows.named(listed.type),
        "unit": listed.type.unit,
        "basis": listed.type.basis[0],
        "count": listed.count,
        "is_ended": listed.is_ended,
        "url": url_for("lists.show", key=listed.type.key),
    }


def parts(
    session: Session, kept: ListType, asked: dict[str, str], *, today: date, cursor: str
) -> list[dict[str, Any]]:
    """The parts of a list's page: all with the first lines of each, or one alone when it was asked for or paged through."""
    wanted = asked["part"] if asked["part"] in PARTS else ""
    is_alone = bool(wanted or cursor)
    names = (wanted or STANDING,) if is_alone else (PROPOSED, STANDING, LEFT)
    return [
        part(session, kept, name, asked["text"], today=today, cursor=cursor, is_alone=is_alone)
        for name in names
        if name != PROPOSED or kept.kind == RED
    ]


def part(
    session: Session, kept: ListType, name: str, text: str, *, today: date, cursor: str, is_alone: bool
) -> dict[str, Any]:  # fmt: skip
    """One part with its rows and the ways on."""
    found = list_lists.page(session, name, kept, text=text, today=today, cursor=cursor)
    place = {"key": kept.key, "text": text, "part": "" if name == STANDING else name}
    ways = pages("lists.show", place, cursor=cursor, following=found.following)
    rows = [line_row(line, today=today) for line in found.lines]
    all_url = url_for("lists.show", key=kept.key, part=name, text=text or None)
    return {"name": name, "rows": rows, "is_alone": is_alone, "all_url": all_url, **ways}


def line_row(line: Line, *, today: date) -> dict[str, Any]:
    """An entry in a list, or as the head of its own page."""
    return {
        "line": line,
        "list_name": list_rows.named(line.type),
        "list_url": url_for("lists.show", key=line.type.key),
        "url": url_for("lists.entry", ref=line.ref),
        "record_url": url_for("publicity.show", ref=line.record_ref) if line.record_ref else None,
        "kind": Sentence(TITLES[line.type.kind]),
        "is_red": line.type.kind == RED,
        "left_how": Sentence(LEFT_HOW[line.exit_how], day=line.exited_on) if line.exited_on else None,
        "comments": comments(line, today=today),
    }


def comments(line: Line, *, today: date) -> Sentence | None:
    """Until when something may be said to a proposed name."""
    until = line.comments_until
    if until is None:
        return None
    return Sentence(COMMENTS if today <= until else COMMENTS_OVER, day=until)


def gone(line: Line) -> Sentence | None:
    """That an entry is off its list, and how; nothing of why it was on it."""
    if line.exited_on is None:
        return None
    return Sentence(GONE[line.exit_how], day=line.exited_on, list=list_rows.named(line.type))


def told_for() -> Sentence:
    """How long an exit is told."""
    text = N_(
        "移出的消息在这里公告 %(days)s 日，之后不再显示；只说明何时、怎样移出，不重复列入的事由。经异议核查列入有误的，"
        "视为自始未列入，这里不留记录，只在更正公告里说明。"
    )
    return Sentence(text, days=TOLD_FOR.days)


def inside(
    session: Session, entry: ListEntry, actor: Actor, *, today: date, rulebook: Rulebook
) -> dict[str, Any]:
    """What else those see who may see the whole of an entry: days and why, its cases, its measures, the way off."""
    state, tone = list_exit_view.state_of(entry, today=today) if entry.listed_on else proposal(entry)
    found = list_exit_view.dates(entry, rulebook, today=today) if entry.listed_on else []
    measures = joint_measures.of_entry(session, entry.id)
    is_own = leaving.may_start(entry, actor) if entry.listed_on else ""
    return {
        "state": state,
        "tone": tone,
        "scope": Sentence(list_rows.SCOPES[shown_to(entry)]),
        "answer": list_exit_view.answer(entry, today=today) if is_own in FOR_THE_SUBJECT else None,
        "term": list_exit_view.term(entry, today=today) if entry.listed_on else [],
        "explanation": [Sentence.from_json(line) for line in entry.explanation],
        "dates": found,
        "differ": list_exit_view.differ(found),
        "review_on": entry.review_on if entry.exited_at is None else None,
        "cases": [case_row(case) for case in (entry.case, entry.exit_case) if may_open(case, actor)],
        "measures": [measure_view.row(one, today=today, calendar=rulebook.calendar) for one in measures],
        "exit_way": way("list_exits.start", entry=entry.ref) if is_own else None,
    }


def proposal(entry: ListEntry) -> tuple[Sentence, str]:
    """How an entry is before it is on the list."""
    case = entry.case
    return Sentence(BY_NAME[case.workflow].state(case.state).title), "draft" if entry.dropped_at else "wait"


def shown_to(entry: ListEntry) -> str:
    """Who may see the entry."""
    return entry.record.scope if entry.record else str(entry.case.facts.get("scope") or entry.type.scope)


def may_open(case: Case | None, actor: Actor) -> bool:
    """Whether there is a case that this person may open."""
    return case is not None and BY_NAME[case.workflow].readers.holds(case, actor, {})


def case_row(case: Case | None) -> dict[str, Any]:
    """The case by which an entry came or left."""
    assert case is not None, "asked by `may_open`"
    workflow = BY_NAME[case.workflow]
    return {
        "title": Sentence(workflow.title),
        "number": case.address,
        "state": Sentence(workflow.state(case.state).title),
        "url": url_for("cases.show", address=case.address),
        "on": clock.legal_day(case.updated_at),
    }
