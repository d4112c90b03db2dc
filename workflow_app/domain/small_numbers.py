"""Numbers that may be published: one below five says too much about a single case, so it is not shown.

What is hidden can't be computed either: no sum is taken of anything that is not shown itself. Several hidden numbers may
be shown together as one rest, if that rest leaves each of them open. Knows nothing of what is counted.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST = 5
"""The smallest number that is shown, zero included: whether there was nobody is told of nobody either."""


@dataclass(frozen=True)
class Column:
    """Numbers as they may be shown: None is hidden; `rest` is the sum of the hidden ones, None where it is hidden too.

    `total` is the sum of everything shown, never of more.
    """

    cells: tuple[int | None, ...]
    rest: int | None

    @property
    def total(self) -> int:
        """The sum of what is shown."""
        return sum(cell for cell in self.cells if cell is not None) + (self.rest or 0)


def shown(number: int) -> int | None:
    """The number, or None for one that is too small."""
    return number if number >= LEAST else None


def column(numbers: Sequence[int]) -> Column:
    """A column of numbers that are counted apart from each other.

    The rest is shown when it is no small number and each hidden number could be another: it must be neither the least
    that its parts can be together (one each) nor the most (four each).
    """
    small = [number for number in numbers if 0 < number < LEAST]
    rest, parts = sum(small), len(small)
    is_open = rest >= LEAST and parts < rest < parts * (LEAST - 1)
    return Column(tuple(shown(number) for number in numbers), rest if is_open else None)


def total(columns: Iterable[Column]) -> int:
    """The sum of what several columns show."""
    return sum(one.total for one in columns)
