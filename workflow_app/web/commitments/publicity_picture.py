"""The publicity of a record as a picture: a bar from its first to its last day, with the days that matter on it.

Only where things stand: along the bar in per cent, across it in pixels, so that the words keep their size on every
screen. The words of a day never overlap those of another; a day that has no room moves one row down. Draws nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from ...domain.publicity_period import Period
from ...domain.words import N_, Sentence

LABEL = 34.0  # per cent of the bar that the words of a day take on a narrow phone, with room around them
WORDS = 28.0  # the same without that room
ABOVE, BAR, THICK, BELOW, ROW = 14, 44, 20, 92, 44  # pixels
LEFT, RIGHT = 17.0, 83.0


@dataclass(frozen=True)
class Mark:
    """A day on the bar. `at` in per cent; `anchor` is start, middle or end; `row` 0 stands above the bar."""

    look: str
    title: Sentence
    on: date
    at: float = 0.0
    anchor: str = "middle"
    row: int = 1
    is_tied: bool = True

    @property
    def title_y(self) -> int:
        """Where the words stand; the day stands below them."""
        return ABOVE if self.row == 0 else BELOW + (self.row - 1) * ROW

    @property
    def line(self) -> tuple[int, int]:
        """From where to where a line ties the words to the bar; it ends early rather than run through other words."""
        if self.row == 0:
            return ABOVE + 22, BAR + THICK
        return BAR, self.title_y - 14 if self.is_tied else BAR + THICK + 6


@dataclass(frozen=True)
class Stretch:
    """A part of the bar: `wait` is the shortest period, `open` the time in which repair may be asked for.

    `kept` is the whole period of a record that can't be repaired.
    """

    look: str
    at: float
    width: float


@dataclass(frozen=True)
class Picture:
    """The whole picture; `marks` are in the order of their days."""

    marks: tuple[Mark, ...]
    stretches: tuple[Stretch, ...]
    bar_y: int = BAR
    thick: int = THICK

    @property
    def height(self) -> int:
        """In pixels."""
        return BELOW + max(mark.row for mark in self.marks) * ROW - 14


def picture(period: Period, *, today: date, may_apply_from: date | None, ended_on: date | None) -> Picture:
    """The picture of a period as of today; when the publicity ended, of the day on which it did.

    `may_apply_from` is None for a record that can't be repaired.
    """
    marks = [
        Mark("from", Sentence(N_("公示起算")), period.from_on),
        Mark("end", Sentence(N_("最长公示期满")), period.longest_end_on),
    ]
    if may_apply_from and period.from_on < may_apply_from <= period.longest_end_on:
        marks.append(Mark("earliest", Sentence(N_("最早可申请修复")), may_apply_from))
    now = Mark("today", Sentence(N_("今天")), today)
    marks.append(Mark("ended", Sentence(N_("已停止公示")), ended_on) if ended_on else now)
    first, last = min(mark.on for mark in marks), max(mark.on for mark in marks)
    placed = [replace(mark, at=_per_cent(mark.on, first, last)) for mark in marks]
    return Picture(_without_overlap(placed), _stretches(period, first, last, may_apply_from is not None))


def _per_cent(day: date, first: date, last: date) -> float:
    whole = (last - first).days
    return round(100 * (day - first).days / whole, 2) if whole else 0.0


def _stretches(period: Period, first: date, last: date, is_repairable: bool) -> tuple[Stretch, ...]:
    begin, end = (_per_cent(day, first, last) for day in (period.from_on, period.longest_end_on))
    if not is_repairable:
        return (Stretch("kept", begin, round(end - begin, 2)),)
    turn = _per_cent(period.may_apply_from, first, last)
    parts = [Stretch("wait", begin, round(turn - begin, 2)), Stretch("open", turn, round(end - turn, 2))]
    return tuple(part for part in parts if part.width > 0)


def _without_overlap(marks: Sequence[Mark]) -> tuple[Mark, ...]:
    """Give each day its row: today above the bar, the others below it, the ends of the bar first."""
    taken: dict[int, list[float]] = {}
    placed = []
    for mark in marks:
        anchor = "start" if mark.at < LEFT else "end" if mark.at > RIGHT else "middle"
        left = mark.at - {"start": 0.0, "middle": LABEL / 2, "end": LABEL}[anchor]
        row = 0 if mark.look in ("today", "ended") else 1
        while any(left < other + LABEL and other < left + LABEL for other in taken.get(row, ())):
            row += 1
        is_tied = row < 2 or not any(other <= mark.at <= other + WORDS for other in taken.get(1, ()))
        taken.setdefault(row, []).append(left)
        placed.append(replace(mark, anchor=anchor, row=row, is_tied=is_tied))
    return tuple(sorted(placed, key=lambda mark: (mark.on, mark.look)))
