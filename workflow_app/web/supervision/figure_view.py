"""What the pages of figures (办件统计) show, in words. Looks nothing up that was not counted, and opens no case."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.people import Actor, GrantKind
from ...domain.words import N_, Sentence
from ...models.catalogue import Reason
from ...models.party import Unit
from ...services.people import units
from ...services.records.records import units_of
from ...services.supervision.figures import Line, Month, Tally
from ...workflows import ALL, BY_NAME
from ..ui import named, say, tell_month, unit_named
from . import charts

WHOLE = (GrantKind.CLERK, GrantKind.LEAD, GrantKind.AUDITOR)
MOST_REASONS = 10
LEAST_LATE = 100
"""Thousandths that the picture of late ones shows at least, so that one per cent does not look like a catastrophe."""
OFFICE = N_("信用办直接办理")
COLUMNS = (
    N_("月份"), N_("统计到"), N_("单位"), N_("事项"), N_("收到"), N_("办结"), N_("其中撤回"), N_("用时中位数（工作日）"), N_("计算用时的件数"),
    N_("超期"), N_("退回补正"), N_("再次退回"), N_("催办"), N_("退回原因"),
)  # fmt: skip
TOTAL = N_("合计")
UP = N_(
    "%(month)s：收到 %(received)d 件，办结 %(ended)d 件，按期办结率 %(rate)s，较上月升 %(points)s 个百分点。"
)
DOWN = N_(
    "%(month)s：收到 %(received)d 件，办结 %(ended)d 件，按期办结率 %(rate)s，较上月降 %(points)s 个百分点。"
)
LEVEL = N_("%(month)s：收到 %(received)d 件，办结 %(ended)d 件，按期办结率 %(rate)s，与上月持平。")
ALONE = N_("%(month)s：收到 %(received)d 件，办结 %(ended)d 件，按期办结率 %(rate)s。")
WITHOUT = N_("%(month)s：收到 %(received)d 件，办结 %(ended)d 件。")


def own_units(actor: Actor) -> Collection[int] | None:
    """The units whose figures the reader sees; None, every unit, for the office and the auditor."""
    return None if any(map(actor.holds, WHOLE)) else units_of(actor, GrantKind.HANDLER, GrantKind.HEAD)


def read_month(text: str, known: Sequence[date]) -> date | None:
    """The month that an address names such as 2026-09; the latest one if it names none that was counted."""
    return next((first for first in known if f"{first:%Y-%m}" == text), known[0] if known else None)


def staff(session: Session, shown: Sequence[Month], *, asked: dict[str, str]) -> dict[str, Any]:
    """The values of the page: `shown` are months in their order, of the units and workflow asked for."""
    last, tallies = shown[-1], [month.all for month in shown]
    names = [month.first.month for month in shown]
    return {
        "month": last,
        "finding": finding(shown),
        "all": tallies[-1],
        "came": charts.pairs(names, [one.received for one in tallies], [one.ended for one in tallies]),
        "late": charts.line(names, [one.late_per_mille for one in tallies], least_most=LEAST_LATE),
        "trend": list(zip(shown, tallies, strict=True)),
        "rows": rows(session, last.lines),
        "reasons": reasons(session, tallies[-1]),
        "days": days,
        "rate": rate,
        "asked": asked,
    }


def finding(shown: Sequence[Month]) -> Sentence:
    """What the last month says, beside the month before it."""
    now, before = shown[-1].all, shown[-2].all.late_per_mille if len(shown) > 1 else None
    told: dict[str, str | int] = {
        "month": tell_month(shown[-1].first),
        "received": now.received,
        "ended": now.ended,
    }
    late = now.late_per_mille
    if late is None:
        return Sentence(WITHOUT, **told)
    told["rate"] = rate(1000 - late)
    if before is None:
        return Sentence(ALONE, **told)
    if late == before:
        return Sentence(LEVEL, **told)
    return Sentence(UP if late < before else DOWN, **told, points=f"{abs(before - late) / 10:.1f}")


def rows(session: Session, lines: Iterable[Line]) -> list[tuple[str, Sentence, Tally]]:
    """The lines of a month with unit and workflow by name, in the order of the register of units."""
    register = {unit.id: (place, unit) for place, unit in enumerate(units.units(session))}
    order = {workflow.name: place for place, workflow in enumerate(ALL)}

    def place(line: Line) -> tuple[int, int]:
        return (register[line.unit_id][0] if line.unit_id else -1, order[line.workflow])

    return [
        (
            unit_name(register[line.unit_id][1] if line.unit_id else None),
            Sentence(BY_NAME[line.workflow].title),
            line.tally,
        )
        for line in sorted(lines, key=place)
    ]


def unit_name(unit: Unit | None) -> str:
    """The unit's name for the reader; cases of no unit are the office's own."""
    return unit_named(unit.name) if unit else say(Sentence(OFFICE))


def reasons(session: Session, tally: Tally) -> list[tuple[str, str, int, int]]:
    """The reasons named most: code, title, in how many cases, and of a hundred cases that were returned."""
    most = sorted(tally.reasons.items(), key=lambda one: (-one[1], one[0]))[:MOST_REASONS]
    known = {row.code: row for row in session.scalars(select(Reason).where(Reason.code.in_(dict(most))))}
    return [
        (code, named(known[code]) if code in known else code, many, round(100 * many / tally.returned))
        for code, many in most
    ]


def days(tally: Tally) -> str:
    """The median as people read it: 6 or 6.5; a dash of none."""
    return "—" if tally.median_days is None else f"{tally.median_days:g}"


def rate(per_mille: int | None) -> str:
    """Thousandths as people read them; a dash of none."""
    return "—" if per_mille is None else f"{per_mille / 10:.1f}%"


def table(session: Session, month: Month) -> list[list[object]]:
    """Every line of a month in the order of COLUMNS, the sum of all last."""
    lines = [cells(month, unit, say(title), tally) for unit, title, tally in rows(session, month.lines)]
    return [*lines, cells(month, say(Sentence(TOTAL)), "", month.all)]


def cells(month: Month, unit: str, workflow: str, tally: Tally) -> list[object]:
    """One line as it is taken along; empty where there is nothing to take a number from."""
    named_reasons = sorted(tally.reasons.items(), key=lambda one: (-one[1], one[0]))
    return [
        f"{month.first:%Y-%m}", month.until.isoformat(), unit, workflow, tally.received, tally.ended, tally.withdrawn,
        "" if tally.median_days is None else f"{tally.median_days:g}", tally.timed, tally.late, tally.returned,
        tally.returned_again, tally.urged, " ".join(f"{code}:{many}" for code, many in named_reasons),
    ]  # fmt: skip


def head() -> list[str]:
    """The heads of the columns."""
    return [say(Sentence(title)) for title in COLUMNS]


def narrowed(
    months: Iterable[Month], *, own: Collection[int] | None, unit_id: int | None, workflow: str
) -> list[Month]:
    """The months of what the reader may see, and of that what was asked for."""
    seen = [month.of(unit_ids=own, workflow=workflow) for month in months]
    return seen if unit_id is None else [month.of(unit_ids=frozenset({unit_id})) for month in seen]
