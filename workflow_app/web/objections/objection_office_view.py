"""What the pages of the office's desk for objections show, in words. Looks nothing up and decides nothing."""

import csv
from collections.abc import Iterable
from datetime import date
from io import StringIO
from typing import Any

from flask import request, url_for

from ...domain.people import GRANT_TITLES
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...services.cases.mergers import HAND_OVER, Behind
from ...services.objections.objection_figures import Figures, Tally
from ...services.objections.silence import LEVELS, Silent
from ...workflows import BY_NAME
from ...workflows.objection_words import GROUNDS, REMEDIES
from ..ui import say, unit_named

ROOMS = {
    "silent": N_("逾期未答复"),
    "ended_units": N_("撤销单位的办件"),
    "figures": N_("统计"),
}
RESULTS = {
    "corrected": N_("更正"),
    "maintained": N_("维持"),
    "unclear": N_("无法核实"),
    "refused": N_("不予受理"),
    "withdrawn": N_("撤回"),
}
COLUMNS = (
    N_("分组"), N_("项目"), N_("收到"), N_("未有结果"), N_("更正"), N_("维持"), N_("无法核实"), N_("不予受理"), N_("撤回"),
    N_("用时中位数（工作日）"), N_("计算用时的件数"), N_("超期"), N_("判断超期的件数"), N_("经过复核"), N_("复核改变"),
)  # fmt: skip
BY_UNIT, BY_GROUND, BY_RESULT, BY_REMEDY = N_("按单位"), N_("按事由"), N_("按结果"), N_("按更正方式")
ALL = N_("全部")
GREATEST = 100


def tabs(*, is_office: bool, is_head: bool) -> list[dict[str, object]]:
    """The rooms, the present one marked."""
    may_enter = {"silent": is_office or is_head, "ended_units": is_office, "figures": True}
    return [
        {
            "title": Sentence(title),
            "url": url_for(f"objection_office.{name}"),
            "current": request.endpoint == f"objection_office.{name}",
        }
        for name, title in ROOMS.items()
        if may_enter[name]
    ]


def this_year(today: date) -> dict[str, date]:
    """From the first of January until today."""
    return {"since": date(today.year, 1, 1), "until": today}


def silent(found: tuple[Silent, ...], *, today: date, may_urge: bool) -> dict[str, Any]:
    """The units with their late answers."""
    return {
        "groups": found,
        "count": sum(len(one.waiting) for one in found),
        "told_by_level": [
            [Sentence(GRANT_TITLES[kind]) for kind in LEVELS[:count]] for count in range(len(LEVELS) + 1)
        ],
        "may_urge": may_urge,
    }


def left_behind(found: tuple[Behind, ...]) -> dict[str, Any]:
    """The open cases of ended units."""
    return {
        "groups": [(behind, [standing(case) for case in behind.cases]) for behind in found],
        "count": sum(len(behind.cases) for behind in found),
    }


def standing(case: Case) -> dict[str, Any]:
    """One case that stands at an ended unit, with the way out where there is one."""
    workflow = BY_NAME[case.workflow]
    is_movable = workflow.step(HAND_OVER, case.state) is not None
    return {
        "case": case,
        "workflow": Sentence(workflow.title),
        "state": Sentence(workflow.state(case.state).title),
        "move_url": url_for("cases.step", address=case.address, name=HAND_OVER) if is_movable else "",
    }


def figures(found: Figures) -> dict[str, Any]:
    """The tables of a period, each group with its name."""
    results = [(Sentence(RESULTS[name]), tally) for name, tally in found.by_result]
    return {
        "figures": found,
        "days": days,
        "rate": rate,
        "tables": [
            (Sentence(BY_UNIT), [(unit_named(unit.name), tally) for unit, tally in found.by_unit]),
            (Sentence(BY_GROUND), [(Sentence(GROUNDS[name]), tally) for name, tally in found.by_ground]),
        ],
        "results": [(name, tally, share(tally.received, found.all.received)) for name, tally in results],
        "remedies": [
            (Sentence(REMEDIES[name]), tally, share(tally.received, found.all.corrected))
            for name, tally in found.by_remedy
        ],
    }


def share(part: int, whole: int) -> int:
    """How many in a hundred, for a bar; the number itself stands beside it."""
    return round(GREATEST * part / whole) if whole else 0


def days(tally: Tally) -> str:
    """The median as people read it: 6 or 6.5; a dash of none."""
    return "—" if tally.median_days is None else f"{tally.median_days:g}"


def rate(tally: Tally) -> str:
    """The share of late ones; a dash of none."""
    return "—" if tally.late_per_mille is None else f"{tally.late_per_mille / 10:.1f}%"


def csv_of(found: Figures) -> str:
    """Every group in one table, with a mark at its beginning by which spreadsheets know the encoding."""
    held = StringIO()
    table = csv.writer(held, lineterminator="\r\n")
    table.writerow([say(Sentence(title)) for title in COLUMNS])
    table.writerow([say(Sentence(ALL)), f"{found.since}/{found.until}", *cells(found.all)])
    for group, name, tally in named(found):
        table.writerow([say(Sentence(group)), plain(name), *cells(tally)])
    return "\ufeff" + held.getvalue()


def named(found: Figures) -> Iterable[tuple[str, str, Tally]]:
    """Group, name and numbers of every line."""
    for unit, tally in found.by_unit:
        yield BY_UNIT, unit_named(unit.name), tally
    for group, titles, tallies in (
        (BY_GROUND, GROUNDS, found.by_ground),
        (BY_RESULT, RESULTS, found.by_result),
        (BY_REMEDY, REMEDIES, found.by_remedy),
    ):
        for name, tally in tallies:
            yield group, say(Sentence(titles[name])), tally


def cells(tally: Tally) -> list[object]:
    """The numbers of a line in the order of COLUMNS; empty where there is nothing to take them from."""
    return [
        tally.received, tally.still_open, tally.corrected, tally.maintained, tally.unclear, tally.refused,
        tally.withdrawn, "" if tally.median_days is None else f"{tally.median_days:g}", tally.timed, tally.late,
        tally.judged, tally.reviewed, tally.changed,
    ]  # fmt: skip


def plain(text: str) -> str:
    """A name that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in tuple("=+-@\t\r") else text
