"""What of the figures is published (统计月报): months that are over, without the numbers that say too much of one case.

Everything shown is a number of at least five or a sum of such numbers, so nothing hidden can be computed from it.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from ...domain import small_numbers
from ...domain.small_numbers import Column
from ...domain.words import N_, Sentence
from ...services.supervision.figures import Month, Tally
from ...workflows import ALL
from ..ui import say, tell_month
from . import charts, figure_view

FEW = N_("少于 5 件")
FEW_IN_TIME = N_("按期的少于 5 件")
REST = N_("其他单位合计")
FINDING = N_("%(month)s：各单位共收到 %(received)d 件，办结 %(ended)d 件。")
COLUMNS = (
    N_("月份"),
    N_("事项"),
    N_("单位"),
    N_("收到"),
    N_("办结"),
    N_("用时中位数（工作日）"),
    N_("超期率"),
)
Row = tuple[str, str, str, str, str]
"""Unit, received, ended, median, late: as they are read."""


def page(session: Session, shown: Sequence[Month]) -> dict[str, Any]:
    """The values of the public page; `shown` are months that are over, in their order."""
    last = shown[-1]
    totals = [(month, total(month, "received"), total(month, "ended")) for month in shown]
    _, received, ended = totals[-1]
    return {
        "month": last,
        "finding": Sentence(FINDING, month=tell_month(last.first), received=received, ended=ended),
        "came": charts.pairs(
            [one.first.month for one in shown], [one[1] for one in totals], [one[2] for one in totals]
        ),
        "trend": totals,
        "groups": groups(session, last),
    }


def groups(session: Session, month: Month) -> list[tuple[Sentence, list[Row], int, int]]:
    """Each workflow with its units, and what came and ended in all that is shown of it."""
    found = []
    for workflow in ALL:
        named = figure_view.rows(session, month.of(workflow=workflow.name).lines)
        received, ended = (column([tally for _, _, tally in named], what) for what in ("received", "ended"))
        kept = [
            row(unit, tally, come, gone)
            for (unit, _, tally), come, gone in zip(named, received.cells, ended.cells, strict=True)
            if (come, gone) != (None, None)
        ]
        if received.rest is not None or ended.rest is not None:
            kept.append((say(Sentence(REST)), rest(received), rest(ended), "—", "—"))
        if kept:
            found.append((Sentence(workflow.title), kept, received.total, ended.total))
    return found


def column(tallies: Sequence[Tally], what: str) -> Column:
    """One number of every unit in a workflow, as it may be shown."""
    return small_numbers.column([getattr(tally, what) for tally in tallies])


def total(month: Month, what: str) -> int:
    """The sum of everything that is shown of a month."""
    lines = [month.of(workflow=workflow.name).lines for workflow in ALL]
    return small_numbers.total(column([line.tally for line in group], what) for group in lines)


def row(unit: str, tally: Tally, received: int | None, ended: int | None) -> Row:
    """One unit; a median and a share are told only of those whose cases are shown."""
    is_enough = ended is not None and small_numbers.shown(tally.timed) is not None
    median = figure_view.days(tally) if is_enough else "—"
    return unit, told(received), told(ended), median, late(tally) if is_enough else "—"


def late(tally: Tally) -> str:
    """The share of late ones in whole per cent; in words where late ones, or those in time, are fewer than five."""
    if small_numbers.shown(tally.late) is None:
        return say(Sentence(FEW))
    if small_numbers.shown(tally.timed - tally.late) is None:
        return say(Sentence(FEW_IN_TIME))
    return f"{round(100 * tally.late / tally.timed)}%"


def told(number: int | None) -> str:
    """A number, or that it is too small to be shown."""
    return say(Sentence(FEW)) if number is None else f"{number}"


def rest(of: Column) -> str:
    """The rest of a column; a dash where it is not shown."""
    return "—" if of.rest is None else f"{of.rest}"


def table(session: Session, month: Month) -> list[list[object]]:
    """The public lines as a table to keep."""
    return [
        [f"{month.first:%Y-%m}", say(title), *line]
        for title, lines, _, _ in groups(session, month)
        for line in lines
    ]


def head() -> list[str]:
    """The heads of its columns."""
    return [say(Sentence(title)) for title in COLUMNS]
