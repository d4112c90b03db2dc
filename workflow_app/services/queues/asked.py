"""The words in which somebody asks for a list of cases: those of its address, of a saved view and of a list taken away.

Whatever stands in an address is brought into one form here; what makes no sense asks nothing. A code is never kept: its
digest stands for it, so that no address, log or cookie tells whom somebody looked for.
"""

import re
from collections.abc import Mapping
from datetime import date

from ...models.base import keyring
from ...workflows import BY_NAME
from . import queues
from .orders import Wanted
from .search import CODE, DIGEST

DAYS = ("due_from", "due_until", "opened_from", "opened_until")
FILTERS = ("workflow", "state", "q", "officer", "unit", *DAYS)
LONGEST = 100
NUMBER = re.compile("[0-9]{1,9}")


def tidy(words: Mapping[str, str]) -> dict[str, str]:
    """These words in one form: a tab that exists, and each filter that makes sense and asks something."""
    tab = words.get("tab", "")
    asked = {name: _kept(name, words.get(name, "").strip(), words) for name in FILTERS}
    return {"tab": tab if tab in queues.TABS else "mine"} | {
        name: word for name, word in asked.items() if word
    }


def wanted(asked: Mapping[str, str], *, division: str) -> Wanted:
    """What tidy words ask of a list; `division` completes a number of which only the end was typed."""
    days = {name: date.fromisoformat(asked[name]) for name in DAYS if name in asked}
    return Wanted(
        workflow=asked.get("workflow", ""),
        state=asked.get("state", ""),
        search=asked.get("q", ""),
        division=division,
        officer_id=int(asked["officer"]) if "officer" in asked else None,
        unit_id=int(asked["unit"]) if "unit" in asked else None,
        due_from=days.get("due_from"),
        due_until=days.get("due_until"),
        opened_from=days.get("opened_from"),
        opened_until=days.get("opened_until"),
    )


def is_by_code(asked: Mapping[str, str]) -> bool:
    """Whether somebody is looked for by a code, of which only the digest is known."""
    return bool(DIGEST.fullmatch(asked.get("q", "")))


def _kept(name: str, word: str, words: Mapping[str, str]) -> str:
    """One filter as it is kept; empty when it makes no sense."""
    workflow = BY_NAME.get(words.get("workflow", ""))
    match name:
        case "workflow":
            return word if workflow else ""
        case "state":
            states = [state.name for state in workflow.states] if workflow else []
            return word if word in states else ""
        case "q":
            return _without_code(word[:LONGEST])
        case "officer" | "unit":
            return word if NUMBER.fullmatch(word) else ""
    try:
        return date.fromisoformat(word).isoformat()
    except ValueError:
        return ""


def _without_code(typed: str) -> str:
    """What was typed, or the digest of the code that it is."""
    code = re.sub(r"[\s-]", "", typed).upper()
    return f"#{keyring.digest(f'subject:{code}')}" if CODE.fullmatch(code) else typed
