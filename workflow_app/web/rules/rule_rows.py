"""What the pages of the rulebook show in their tables: the rules as they stand, and the clocks a change would touch.

Subjects are not named: whoever may open the case finds them there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from ...domain.people import Actor, GrantKind
from ...domain.rulebook import Rulebook
from ...domain.rules import Rule
from ...services.engine.recount import Move, Preview
from ...workflows import BY_NAME

MOST_SHOWN = 200
READS_CASES = (GrantKind.CLERK, GrantKind.LEAD)


@dataclass(frozen=True)
class Line:
    """One clock of a preview: the case (no address for who may not open it), both days, and whether they stand firm."""

    number: str | None
    address: str | None
    unit: object | None
    state_title: str
    old_on: date
    new_on: date
    is_provisional: bool


@dataclass(frozen=True)
class Touched:
    """A preview as its reader sees it: the first lines, how many there are, and how many clocks were looked at."""

    lines: tuple[Line, ...]
    moved: int
    looked_at: int
    is_complete: bool


def touched(found: Preview, actor: Actor) -> Touched:
    """The preview for this reader."""
    may_open = any(map(actor.holds, READS_CASES))
    lines = tuple(_line(move, may_open) for move in found.moves[:MOST_SHOWN])
    return Touched(lines, len(found.moves), found.looked_at, found.is_complete)


def _line(move: Move, may_open: bool) -> Line:
    case = move.case
    return Line(
        number=case.number,
        address=case.number if may_open else None,
        unit=case.unit,
        state_title=BY_NAME[case.workflow].clock(move.deadline.state).title,
        old_on=move.deadline.due_on,
        new_on=move.reckoned.due_on,
        is_provisional=move.reckoned.provisional,
    )


@dataclass(frozen=True)
class Row:
    """A rule as the list shows it; one that holds elsewhere only is not of force here."""

    rule: Rule
    is_here: bool


def listed(book: Rulebook, *, on: date, area: str) -> Sequence[Row]:
    """One row of each id of this part of the work: that in force here today, else any other."""
    here = {rule.id: rule for rule in book.pack.in_force(on=on, place=book.place)}
    ids = sorted({rule.id for rule in book.pack.rules if area in ("", rule.workflow)})
    return [Row(here.get(each) or book.pack.of(each)[0], each in here) for each in ids]
