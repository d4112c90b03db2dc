"""What was ticked in a list of cases: addresses, each with the version that the reader saw, as they stand in an address."""

import re
from collections.abc import Iterable

from ...domain.people import Actor, GrantKind
from ...services.queues.batches import MOST, Picked

HANDLING = frozenset({GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD})
SHAPE = re.compile(r"([A-Za-z0-9-]{1,40}):([0-9]{1,9})")


def may_pick(actor: Actor) -> bool:
    """Whether this reader may act on several cases at once: whoever handles cases."""
    return any(actor.holds(kind) for kind in HANDLING)


def read(values: Iterable[str]) -> list[Picked]:
    """What was ticked, each case once; what is broken is left out, and what is too much."""
    found = (SHAPE.fullmatch(value) for value in values)
    picked = {one[1]: Picked(one[1], int(one[2])) for one in found if one}
    return list(picked.values())[:MOST]


def written(address: str, version: int) -> str:
    """The same, as a value of a field or an address."""
    return f"{address}:{version}"
