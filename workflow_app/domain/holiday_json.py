"""The JSON form of a holiday file, with the line of every day, because a fault without its line helps nobody.

Only the shape is judged here; what the values mean is the same as in CSV (holiday_file.py). The files of the open
holiday-cn data (`date`, `isOffDay`, `papers`) are read as they are.
"""

import json
import re
from typing import Any

from .holiday_faults import BadFile, Fault
from .holiday_sheet import Row, Sheet
from .words import N_, Sentence

HEADS = {"year": "year", "source": "source", "papers": "source"}
CELLS = {"day": "day", "date": "day", "kind": "kind", "isOffDay": "kind", "name": "name"}
UNREAD = {"$schema", "$id", "days"}
KIND_OF = {True: "off", False: "working"}
DAYS = re.compile(r'"days"\s*:\s*\[')
BETWEEN = re.compile(r"[\s,]*")


def rows_of(text: str) -> Sheet:
    """What stands in a JSON file. Raises BadFile when it is no JSON, or no object with a list of days."""
    whole = _loaded(text)
    if not isinstance(whole, dict) or not isinstance(whole.get("days"), list):
        message = N_("JSON 应是一个对象，写明 year、source 和 days（日子的列表）。请按说明里的例子修改。")
        raise BadFile([Fault(1, Sentence(message))])
    told = Sheet()
    for key, value in whole.items():
        line = text.count("\n", 0, max(text.find(f'"{key}"'), 0)) + 1
        if key in HEADS:
            told.heads[HEADS[key]] = (line, _plain(value))
        elif key not in UNREAD:
            told.faults.append(_unknown(line, key))
    for line, one in zip(_lines(text), whole["days"], strict=True):
        _row(told, line, one)
    return told


def _row(told: Sheet, line: int, one: Any) -> None:
    if not isinstance(one, dict):
        message = N_('days 里的每一项都应写成 {"day": …, "kind": …, "name": …}。')
        told.faults.append(Fault(line, Sentence(message)))
        return
    told.faults += [_unknown(line, key) for key in one if key not in CELLS]
    told.rows.append(Row(line, **{CELLS[key]: _plain(one[key]) for key in one if key in CELLS}))


def _unknown(line: int, key: str) -> Fault:
    message = N_("不认识的栏目“%(cell)s”。可以用的有 year、source、days，以及每天的 day、kind、name。")
    return Fault(line, Sentence(message, cell=key[:40]))


def _plain(value: Any) -> str:
    """A value as it would stand in CSV; what has no such form is left for the checks to refuse."""
    if isinstance(value, bool):
        return KIND_OF[value]
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return "" if value is None else str(value).strip()


def _loaded(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        message = N_("从这里起不是 JSON。请检查引号、逗号和括号是否成对，最后一项后面不要逗号。")
        raise BadFile([Fault(getattr(error, "lineno", 1), Sentence(message))]) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object in which each key stands once."""
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise BadFile([Fault(0, Sentence(N_("“%(name)s”写了两次。请只留一行。"), name=twice[:40]))])
    return found


def _lines(text: str) -> list[int]:
    """The line on which each element of `days` begins."""
    start = DAYS.search(text)
    assert start is not None
    lines, place, decoder = [], start.end(), json.JSONDecoder()
    while text[place := BETWEEN.match(text, place).end()] != "]":  # type: ignore[union-attr]
        lines.append(text.count("\n", 0, place) + 1)
        _, place = decoder.raw_decode(text, place)
    return lines
