"""What the pages of batch import show, as plain values. Decides nothing."""

import re
from datetime import date, timedelta
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms.fields import SelectChoice

from forms.imports import SEVERAL, FileForm

from ...domain.people import Actor, GrantKind
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.record import ImportRun
from ...services.imports import import_decisions, import_file, import_lists
from ...services.imports import imports as verbs
from ...services.records import punctuality as figures
from ...services.records import records
from ..ui import unit_named

PAGE = 30
STAGES = {
    "checking": (N_("正在检查"), "doing"),
    "waiting": (N_("等待复核"), "wait"),
    "writing": (N_("正在写入"), "doing"),
    "done": (N_("已办完"), "done"),
    "refused": (N_("整份没有收"), "stop"),
    "rejected": (N_("没有通过复核"), "stop"),
    "taken_back": (N_("已收回"), "draft"),
}
MONTH = re.compile(r"(20\d\d)-(0[1-9]|1[0-2])")
FROM = date(2021, 1, 1)
"""The first month for which there is a rule everywhere (SG-01)."""


def file_form(session: Session, actor: Actor, sent: MultiDict[str, str] | None = None) -> FileForm:
    """The form with the units that this person may choose."""
    form = FileForm(sent)
    choices = [SelectChoice(unit.id, unit_named(unit.name)) for unit in import_lists.units(session, actor)]
    if actor.holds(GrantKind.CLERK):
        choices.append(SelectChoice(SEVERAL, Sentence(N_("几个单位的：看每一行的机关代码"))))
    form.unit_id.choices = choices
    return form


def listed(session: Session, actor: Actor, *, before: int | None) -> dict[str, Any]:
    """The list of runs and whether this reader may hand one in."""
    found = import_lists.page(session, actor, before=before, most=PAGE)
    more = url_for("imports.index", before=found[PAGE - 1].id) if len(found) > PAGE else None
    return {
        "runs": [{"run": run, **stage_of(run)} for run in found[:PAGE]],
        "next_url": more,
        "first_url": url_for("imports.index") if before else None,
        "may_hand_in": bool(import_lists.units(session, actor)),
        "kinds": verbs.KINDS,
    }


def stage_of(run: ImportRun) -> dict[str, Any]:
    """Where a run is, in words."""
    stage = verbs.stage(run)
    title, tone = STAGES[stage]
    return {"stage": stage, "stage_title": Sentence(title), "tone": tone}


def shown(session: Session, run: ImportRun, *, actor: Actor) -> dict[str, Any]:
    """One run with its tally, its faults and what this reader may do with it."""
    layout = import_file.LAYOUTS[run.kind]
    faults = [_fault(stored, layout) for stored in run.faults]
    at = stage_of(run)
    is_waiting = at["stage"] == "waiting"
    return {
        "run": run,
        **at,
        "kind_title": Sentence(verbs.KINDS[run.kind]),
        "reached": sum(getattr(run, name) for name in verbs.TALLY),
        "is_running": at["stage"] in ("checking", "writing"),
        "refusal": Sentence.from_json(run.refusal) if run.refusal else None,
        "faults": [fault for fault in faults if not fault["is_warning"]],
        "warnings": [fault for fault in faults if fault["is_warning"]],
        "may_decide": import_decisions.may_decide(run, actor),
        "may_take_back": is_waiting and actor.person_id == run.by_id,
        "same": import_lists.same_before(session, run),
        "older": import_lists.older_than_order_36(session, run),
    }


def _fault(stored: dict[str, Any], layout: Any) -> dict[str, Any]:
    fault = import_file.fault_from_json(stored)
    column = layout.by_code.get(fault.column)
    return {
        "line": fault.line,
        "column": column.title if column else "",
        "problem": fault.problem,
        "mend": fault.mend,
        "is_warning": stored["is_warning"],
    }


def punctuality(
    session: Session, asked: str, *, actor: Actor, today: date, rulebook: Rulebook
) -> dict[str, Any]:
    """The month asked for, else this one; a unit's people see their unit, the office every unit."""
    found = MONTH.fullmatch(asked)
    first = date(int(found[1]), int(found[2]), 1) if found else today.replace(day=1)
    first = min(max(first, FROM), today.replace(day=1))
    is_office = any(actor.holds(kind) for kind in records.OFFICE)
    unit_ids = None if is_office else records.units_of(actor)
    previous, following = (
        (first - timedelta(days=1)).replace(day=1),
        (first + timedelta(days=31)).replace(day=1),
    )
    return {
        "month": figures.month(session, first, unit_ids=unit_ids, rulebook=rulebook),
        "kinds": verbs.KINDS,
        "previous_url": _month_url(previous) if previous >= FROM else None,
        "following_url": _month_url(following) if following <= today else None,
    }


def _month_url(first: date) -> str:
    return url_for("imports.punctuality", month=f"{first:%Y-%m}")
