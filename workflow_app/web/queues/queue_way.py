"""The way back from a case to the list it was opened from, and on to the next case of that list.

The last list somebody looked at stands in the signed cookie of the browser: what was asked, the cases of the page in
order and where the next page begins. So the way is kept through forms and decisions, without a script and without a row.
"""

from collections.abc import Mapping
from typing import Any

from flask import session, url_for

from ...domain.words import Sentence
from ...models.case import Case
from ...services.queues import asked as words
from ...services.queues import queues as lists
from ...services.queues.following import Seen
from ..house import house

KEPT = "list"


def address(asked: Mapping[str, str], cursor: str | None = "") -> str:
    """Where a list stands that is asked for in these words."""
    kept: dict[str, Any] = {**asked, **({"cursor": cursor} if cursor else {})}
    return url_for("queues.show", **kept)


def keep(asked: dict[str, str], found: lists.Page, *, cursor: str) -> None:
    """Remember this page of a list."""
    rows = [case.id for case in found.cases]
    session[KEPT] = {"asked": asked, "rows": rows, "cursor": cursor, "next": found.following}


def seen() -> Seen | None:
    """The page of a list that was looked at last."""
    kept = session.get(KEPT)
    if not kept:
        return None
    asked = words.tidy(kept["asked"])
    wanted = words.wanted(asked, division=house().division)
    return Seen(tab=asked["tab"], wanted=wanted, rows=tuple(kept["rows"]), cursor=kept["next"])


def go_on(found: lists.Page) -> None:
    """The reader went on to another page of the same list."""
    kept = session[KEPT]
    rows = [case.id for case in found.cases]
    session[KEPT] = kept | {"rows": rows, "cursor": kept["next"], "next": found.following}


def list_url() -> str:
    """The list that was looked at last, where it was left."""
    kept = session.get(KEPT)
    if not kept:
        return url_for("queues.show")
    return address(words.tidy(kept["asked"]), kept["cursor"])


def of_case(case: Case) -> dict[str, Any] | None:
    """The way back and on from a case; None when it was not opened from a list."""
    kept = session.get(KEPT)
    if not kept or case.id not in kept["rows"]:
        return None
    tab = words.tidy(kept["asked"])["tab"]
    return {
        "list_url": list_url(),
        "list_title": Sentence(lists.TABS[tab]),
        "next_url": url_for("queues.following_one", address=case.address),
    }
