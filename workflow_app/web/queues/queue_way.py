"""The way back from a case to the list it was opened from, and on to the next case of that list.

The last list somebody looked at stands in the signed cookie of the browser: what was asked, the cases of the page in
order and where the next page begins. So the way is kept through forms and decisions, without a script and without a row.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import session

from ...domain.words import Sentence
from ...models.case import Case
from ...services.queues import asked as words
from ...services.queues import queues as lists
from ...services.queues.following import Seen
from ..addresses import address as room
from ..house import house

KEPT = "queue"
SAFE = "!$'()*,/:;?@"
"""What Flask leaves as it is in the question of an address."""
MOST_WRITTEN = 1024


def address(asked: Mapping[str, str], cursor: str | None = "") -> str:
    """Where a list stands that is asked for in these words."""
    kept = {**asked, "cursor": cursor} if cursor else asked
    return f"{room('queues.show')}?{_written(tuple(kept.items()))}" if kept else room("queues.show")


@lru_cache(MOST_WRITTEN)
def _written(words: tuple[tuple[str, str], ...]) -> str:
    return urlencode(words, safe=SAFE)


def keep(asked: dict[str, str], found: lists.Page, *, cursor: str) -> None:
    """Remember this page of a list."""
    session[KEPT] = {"asked": asked, "rows": _rows(found), "cursor": cursor, "next": found.following}


def _rows(found: lists.Page) -> str:
    """The cases of a page as one text: whatever a cookie holds is wrapped value by value on each request."""
    return " ".join(str(case.id) for case in found.cases)


def seen() -> Seen | None:
    """The page of a list that was looked at last."""
    kept = session.get(KEPT)
    if not kept:
        return None
    asked = words.tidy(kept["asked"])
    wanted = words.wanted(asked, division=house().division)
    rows = tuple(map(int, kept["rows"].split()))
    return Seen(tab=asked["tab"], wanted=wanted, rows=rows, cursor=kept["next"])


def go_on(found: lists.Page) -> None:
    """The reader went on to another page of the same list."""
    kept = session[KEPT]
    session[KEPT] = kept | {"rows": _rows(found), "cursor": kept["next"], "next": found.following}


def list_url() -> str:
    """The list that was looked at last, where it was left."""
    kept = session.get(KEPT)
    if not kept:
        return room("queues.show")
    return address(words.tidy(kept["asked"]), kept["cursor"])


def of_case(case: Case) -> dict[str, Any] | None:
    """The way back and on from a case; None when it was not opened from a list."""
    kept = session.get(KEPT)
    if not kept or str(case.id) not in kept["rows"].split():
        return None
    tab = words.tidy(kept["asked"])["tab"]
    return {
        "list_url": list_url(),
        "list_title": Sentence(lists.TABS[tab]),
        "next_url": room("queues.following_one", address=case.address),
    }
