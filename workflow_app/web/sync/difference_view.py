"""What the pages of differences show: rows, values and tabs in words. Looks nothing up and decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import url_for

from ...domain import due_words
from ...domain.calendar import Calendar
from ...domain.difference_words import FIELDS, KINDS, THEIRS, VERDICTS, WHY
from ...domain.publicity_period import NAMES, RecordClass
from ...domain.record_words import KINDS as RECORD_KINDS
from ...domain.words import N_, Sentence
from ...models.api import Difference, TargetFile
from ...services.exchange import difference_lists, target_files
from ...services.imports import import_file
from ..ui import say, unit_named

EMPTY = {
    "open": N_("没有待核对的差异"),
    "overdue": N_("没有超期的差异"),
    "settled": N_("还没有核对过的差异"),
    "gone": N_("还没有已经一致的差异"),
    "all": N_("还没有对出差异"),
}
STAGES = {
    "waiting": (N_("等待对账"), "wait"),
    "unreadable": (N_("读不出来，没有对账"), "stop"),
    "compared": (N_("已对账"), "done"),
}
SHOWN_HERE = N_("公示中")
HEAD = (
    N_("同步对象"), N_("决定书文号"), N_("差异"), N_("项目"), N_("我方"), N_("对方"), N_("核对单位"), N_("发现日期"),
    N_("最迟"), N_("状态"), N_("理由"),
)  # fmt: skip


def listing(
    found: difference_lists.Page, asked: Mapping[str, str], *, today: date, calendar: Calendar, is_first: bool
) -> dict[str, Any]:
    """The values of one page of a tab."""
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return {
        "tabs": [_tab(name, asked) for name in difference_lists.TABS],
        "rows": rows(found.rows, today=today, calendar=calendar),
        "asked": asked,
        "empty": Sentence(EMPTY[asked["tab"]]),
        "kinds": {name: Sentence(title) for name, title in KINDS.items()},
        "csv_url": url_for("differences.as_csv", **kept),
        "next_url": url_for("differences.index", after=found.following, **kept) if found.following else None,
        "first_url": None if is_first else url_for("differences.index", **kept),
    }


def _tab(name: str, asked: Mapping[str, str]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: value for key, value in asked.items() if value and key != "tab"}
    return {
        "title": Sentence(difference_lists.TABS[name]),
        "url": url_for("differences.index", tab=name, **kept),
        "current": name == asked["tab"],
    }


def rows(found: Iterable[Difference], *, today: date, calendar: Calendar) -> list[dict[str, Any]]:
    """The lines of a list."""
    return [row(difference, today=today, calendar=calendar) for difference in found]


def row(found: Difference, *, today: date, calendar: Calendar) -> dict[str, Any]:
    """One difference in words."""
    is_open = found.settled_at is None and found.gone_on is None
    words = due_words.told(found.due_on, today=today, calendar=calendar) if is_open else None
    standing, tone = _standing(found, today)
    return {
        "difference": found,
        "url": url_for("differences.show", number=found.id),
        "kind": Sentence(KINDS[found.kind]),
        "field": Sentence(FIELDS[found.field]) if found.field else None,
        "ours": ours(found),
        "theirs": theirs(found),
        "standing": standing,
        "tone": tone,
        "due": {"words": words, "provisional": not calendar.knows(found.due_on.year)} if words else None,
    }


def _standing(found: Difference, today: date) -> tuple[Sentence, str]:
    if found.gone_on is not None:
        return Sentence(difference_lists.TABS["gone"]), "done"
    if found.settled_at is not None:
        return Sentence(VERDICTS[found.verdict]), "doing"
    is_late = found.due_on < today
    return Sentence(difference_lists.TABS["overdue" if is_late else "open"]), "stop" if is_late else "wait"


def ours(found: Difference) -> Sentence | str:
    """What stands here."""
    if found.kind == "missing_there":
        return Sentence(SHOWN_HERE)
    return _value(found.field, found.ours) if found.field else Sentence(WHY[found.ours])


def theirs(found: Difference) -> Sentence | str:
    """What the target's file says."""
    if found.field:
        return _value(found.field, found.theirs)
    return Sentence(THEIRS[found.theirs]) if found.theirs in THEIRS else found.theirs


def _value(field: str, value: str) -> Sentence | str:
    if field == "kind" and value in RECORD_KINDS:
        return Sentence(RECORD_KINDS[value])
    if field == "class" and value in list(RecordClass):
        return Sentence(NAMES[RecordClass(value)])
    return unit_named(value) if field == "decided_by" else value


def cells(found: Difference, *, today: date) -> tuple[str, ...]:
    """One difference as a line of a file."""
    said = [text if isinstance(text, str) else say(text) for text in (ours(found), theirs(found))]
    return (
        found.target.name,
        found.decision_no,
        say(Sentence(KINDS[found.kind])),
        say(Sentence(FIELDS[found.field])) if found.field else "",
        *said,
        unit_named(found.unit.name),
        found.found_on.isoformat(),
        found.due_on.isoformat(),
        say(_standing(found, today)[0]),
        found.note,
    )


def file_row(file: TargetFile) -> dict[str, Any]:
    """A file that was handed in and where it is."""
    stage = target_files.stage(file)
    title, tone = STAGES[stage]
    return {
        "file": file,
        "stage": stage,
        "title": Sentence(title),
        "tone": tone,
        "url": url_for("differences.file", file_id=file.id),
        "faults": [import_file.fault_from_json(stored) for stored in file.unreadable],
    }
