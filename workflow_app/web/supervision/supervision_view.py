"""What the pages of supervision show, in words. Decides nothing."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from flask import request, url_for
from flask_login import current_user
from sqlalchemy.orm import Session

from ...domain.due_words import end_of
from ...domain.people import GRANT_TITLES, Actor, GrantKind
from ...domain.refusals import NotYours
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.queue import SecondLook
from ...services.house import House
from ...services.rules import rulebooks
from ...services.supervision import second_looks, urgings
from ...services.supervision.oversight import Place, Standing
from ...services.supervision.second_looks import REVIEWERS, VERDICTS, Month
from ...services.supervision.urgings import OF_A_UNIT, Line, Told
from ...workflows import BY_NAME
from ..cases import case_rows
from ..queues import queue_way
from ..ui import say

WHOLE = (GrantKind.CLERK, GrantKind.LEAD, GrantKind.AUDITOR)
OWED, LATE, ANSWERED, WENT_ON = N_("等答复"), N_("逾期没有答复"), N_("已答复"), N_("已经往下办理")
IS_LATE = N_("应在 %(due)s前办理，已经超过。")
ROOMS = {"board": N_("超期和催办"), "months": N_("抽查")}


def tabs(actor: Actor) -> list[dict[str, Any]]:
    """The rooms of supervision that the reader may enter."""
    may_look = any(map(actor.holds, WHOLE))
    return [
        {
            "title": Sentence(title),
            "url": url_for(f"supervision.{name}"),
            "current": request.endpoint == f"supervision.{name}",
        }
        for name, title in ROOMS.items()
        if name == "board" or may_look
    ]


def own_units(actor: Actor) -> Collection[int] | None:
    """The units that a department's person sees; None, every unit, for the office and the auditor."""
    if any(map(actor.holds, WHOLE)):
        return None
    grants = (grant for capacity in actor.capacities for grant in capacity.grants if grant.kind in OF_A_UNIT)
    return frozenset(place for grant in grants for place in grant.places("unit_id") if place is not None)


def board(
    found: Sequence[Standing], listed: Sequence[Line], *, is_whole: bool, today: date
) -> dict[str, Any]:
    """Every unit with what is late, and the first of the urgings that wait for an answer."""
    is_reader = any(map(current_user.actor.holds, (*OF_A_UNIT, GrantKind.CLERK, GrantKind.LEAD)))
    kinds = {(late.workflow, late.state) for one in found for late in one.late}
    states = {kind: state_of(*kind, is_reader=is_reader) for kind in kinds}
    units = [unit_row(one, states, is_whole=is_whole, today=today) for one in found]
    names = {one.unit.id: one.unit for one in found}
    return {
        "tabs": tabs(current_user.actor),
        "units": units,
        "owed": [owed_row(line, names[line.owed.unit_id], today=today) for line in listed],
        "all_owed": sum(row["owed"] for row in units),
        "is_whole": is_whole,
        "late": sum(row["cases"] for row in units),
        "silent": sum(row["silent"] for row in units),
    }


def state_of(workflow: str, state: str, *, is_reader: bool) -> dict[str, Any]:
    """A state in words, and the way into the queue narrowed to what is late in it, for whoever has one."""
    found, narrowed = BY_NAME[workflow], {"tab": "overdue", "workflow": workflow, "state": state}
    return {
        "workflow": say(found.title),
        "state": say(found.state(state).title),
        "url": queue_way.address(narrowed) if is_reader else None,
    }


def unit_row(
    one: Standing, states: Mapping[tuple[str, str], dict[str, Any]], *, is_whole: bool, today: date
) -> dict[str, Any]:
    """One unit; each state leads into the queue, narrowed to what the number counts."""
    place = f"&unit={one.unit.id}" if is_whole and not one.unit.is_office else ""
    return {
        "unit": one.unit,
        "cases": one.cases,
        "since": one.since,
        "states": [(states[late.workflow, late.state], late.cases) for late in one.late],
        "place": place,
        "owed": len(one.owed),
        "silent": one.silent(today=today),
    }


def owed_row(line: Line, unit: Place, *, today: date) -> dict[str, Any]:
    """One urging that waits for its answer."""
    standing, tone = (LATE, "stop") if line.owed.is_silent(today=today) else (OWED, "wait")
    url = url_for("supervision.urging", ref=line.ref)
    return {"line": line, "unit": unit, "url": url, "standing": Sentence(standing), "tone": tone}


def urging_row(told: Told, *, today: date) -> dict[str, Any]:
    """One urging with how it stands."""
    row = told.row
    standing, tone = (
        (ANSWERED, "done") if row.answered_at else (WENT_ON, "done") if not told.is_owed
        else (LATE, "stop") if told.is_silent(today=today) else (OWED, "wait")
    )  # fmt: skip
    return {
        "row": row,
        "url": url_for("supervision.urging", ref=row.ref),
        "as": Sentence(GRANT_TITLES[GrantKind(row.acting_as)]),
        "until": end_of(row.answer_by),
        "acted_at": told.acted_at,
        "standing": Sentence(standing),
        "tone": tone,
        "is_owed": told.is_owed,
    }


def one(told: Told, actor: Actor, *, today: date) -> dict[str, Any]:
    """One urging, with the way to its case for whoever may see it."""
    case, is_asked = told.row.case, told.row.answered_at is None and told.row.case.ended_at is None
    return {
        "urging": urging_row(told, today=today),
        "may_answer": is_asked and urgings.may_answer(told.row, actor),
        **matter(case, actor),
    }


def matter(case: Case, actor: Actor) -> dict[str, Any]:
    """What a case is about, how it stands, and the way to it."""
    workflow = BY_NAME[case.workflow]
    is_reader = workflow.readers.holds(case, actor, {})
    return {
        "case": case,
        "title": case_rows.title_of(case, workflow),
        "state": Sentence(workflow.state(case.state).title),
        "case_url": url_for("cases.show", address=case.address) if is_reader else None,
    }


def to_urge(case: Case, house: House, *, today: date) -> dict[str, Any]:
    """The case to be urged, and until when the answer would be due."""
    until = rulebooks.current(db.session(), house).due(urgings.INTERVAL, today).due_on
    return {"until": end_of(until), **matter(case, current_user.actor)}


def usual_why(case: Case, *, today: date) -> str:
    """Why a late case is urged, to begin with; nothing for one that is not late."""
    return say(Sentence(IS_LATE, due=end_of(case.due_on))) if case.due_on < today else ""


def panel(session: Session, shown: case_rows.Shown, *, today: date) -> dict[str, Any] | None:
    """The urgings of a case on its page, for staff; None where there are none and the reader can't urge."""
    if not shown.actor.is_staff:
        return None
    found = urgings.of_case(session, shown.case.id) if shown.file.has_urgings else ()
    rows = [urging_row(told, today=today) for told in found]
    may_urge = urgings.is_above(shown.case, shown.actor)
    way = url_for("supervision.urge", address=shown.case.address) if may_urge else None
    return {"rows": rows, "way": way} if rows or way else None


def months(found: Sequence[Month], actor: Actor, *, today: date) -> dict[str, Any]:
    """The months that were drawn from, and the one that can be."""
    return {
        "tabs": tabs(actor),
        "months": found,
        "last_month": second_looks.last_month(today),
        "may_draw": actor.holds(GrantKind.LEAD),
    }


def month_of(text: str) -> date:
    """The first day of a month as it stands in an address. Raises NotYours for anything else."""
    if not re.fullmatch("20[0-9]{2}-(0[1-9]|1[0-2])", text):
        raise NotYours
    return date.fromisoformat(f"{text}-01")


def drawn(rows: Sequence[SecondLook], month: date, actor: Actor) -> dict[str, Any]:
    """What was drawn, each with its place in the order, and what was found."""
    may_look = any(map(actor.holds, REVIEWERS))
    return {
        "month": month,
        "seed": rows[0].seed,
        "numbers_url": url_for("supervision.numbers", month=f"{month:%Y-%m}"),
        "rows": [
            {
                "row": row,
                "place": second_looks.place_of(row.seed, row.case.address)[:12],
                "title": Sentence(BY_NAME[row.case.workflow].title),
                "verdict": Sentence(VERDICTS[row.verdict]) if row.verdict else None,
                "url": url_for("supervision.look", month=f"{month:%Y-%m}", number=row.case.address)
                if may_look and not row.verdict
                else None,
            }
            for row in rows
        ],
    }


def look(row: SecondLook) -> dict[str, Any]:
    """The case to be looked at."""
    back = url_for("supervision.drawn", month=f"{row.month:%Y-%m}")
    return {"back": back, "month": row.month, **matter(row.case, current_user.actor)}
