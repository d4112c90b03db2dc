"""What somebody may do on a legal day, worked out from rights as they are kept: whoever reads them, it is decided here.

Reads nothing. `accounts.load_actor` brings the rights from rows that are at hand, `presence.find` those of whoever is at
the browser.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import NamedTuple

from ...domain.people import Actor, Grant, GrantKind

OF_A_DEPARTMENT = frozenset({GrantKind.HANDLER, GrantKind.HEAD})


class Right(NamedTuple):
    """One right as it is kept, in force or not, with the day on which its unit ended."""

    kind: str
    unit_id: int | None
    subject_id: int | None
    workflows: Collection[str] | None
    may_sign: bool
    valid_from: date
    valid_to: date | None
    ended_at: datetime | None
    unit_ended_on: date | None

    def is_in_force(self, on: date) -> bool:
        """Whether it holds on a legal day. `valid_to` is its last day, as people say it; a unit is gone on `ended_on`."""
        if self.ended_at is not None or on < self.valid_from:
            return False
        if self.valid_to is not None and on > self.valid_to:
            return False
        return self.unit_ended_on is None or on < self.unit_ended_on

    def grant(self, took_over: Callable[[int], frozenset[int]]) -> Grant:
        """As the workflows see it. `took_over` tells of a department for which ended ones it answers."""
        return Grant(
            GrantKind(self.kind),
            unit_id=self.unit_id,
            subject_id=self.subject_id,
            workflows=frozenset(self.workflows) if self.workflows is not None else None,
            may_sign=self.may_sign,
            ends_on=self.valid_to,
            took_over=took_over(self.unit_id)
            if self.unit_id and self.kind in OF_A_DEPARTMENT
            else frozenset(),
        )


def actor(
    person_id: int,
    name: str,
    rights: Iterable[Right],
    *,
    on: date,
    took_over: Callable[[int], frozenset[int]],
) -> Actor:
    """Somebody with the rights in force on a legal day; those that ended or have not begun are in `ended`."""
    in_force: list[Grant] = []
    ended: list[Grant] = []
    for right in rights:
        (in_force if right.is_in_force(on) else ended).append(right.grant(took_over))
    return Actor(person_id, name, tuple(in_force), tuple(ended))
