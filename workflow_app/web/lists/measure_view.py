"""Joint measures in words: rows of the board, how units stand, one measure with its trail. Decides nothing about rights.

A row says unit, measure, stage and days and may be shown to the subject; who did it and what shows it stand on the page of
one measure alone, which only staff open.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain import clock, due_words
from ...domain.calendar import Calendar
from ...domain.masking import mask_code
from ...domain.people import Actor
from ...domain.words import N_, Sentence
from ...models.lists import JointMeasure
from ...services import keyset
from ...services.lists import joint_measures, measure_lists, measure_urging
from ...services.lists.measure_lists import Asked, Tally
from ..ui import named, say, unit_named

TONES = {
    "initiated": "wait", "answered": "doing", "executed": "done", "cannot": "draft", "lifting": "wait", "lifted": "done",
}  # fmt: skip
TITLES = {
    measure_lists.OPEN: N_("待办理"), "initiated": N_("待响应"), "answered": N_("待反馈"), "lifting": N_("待解除"),
    "executed": N_("已执行"), "cannot": N_("不予执行"), "lifted": N_("已解除"), measure_lists.ALL: N_("全部"),
}  # fmt: skip
"""The tabs, and without the first and the last one the columns of the units, in short words."""
COLUMNS = measure_lists.TABS[1:-1]
DAYS = (
    ("initiated", N_("%(day)s发起")), ("answered", N_("%(day)s响应")), ("executed", N_("%(day)s执行")),
    ("lift_asked", N_("%(day)s要求解除")), ("lifted", N_("%(day)s解除")),
)  # fmt: skip
TABLE_HEAD = (
    N_("名单"), N_("主体"), N_("统一社会信用代码"), N_("认定单位"), N_("执行单位"), N_("措施"), N_("依据"), N_("状态"), N_("到期日"),
    N_("是否超期"), N_("发起时间"), N_("响应时间"), N_("响应结果"), N_("响应说明"), N_("执行日期"), N_("执行凭据"), N_("要求解除时间"),
    N_("解除日期"), N_("解除凭据"),
)  # fmt: skip
ANSWERS = {"": "", "will": N_("执行"), "cannot": N_("不能执行")}
A_FILE = N_("有文件")


def board(
    session: Session,
    actor: Actor,
    wanted: Asked,
    *,
    after: keyset.Place | None,
    today: date,
    calendar: Calendar,
) -> dict[str, Any]:
    """The values of one page of the board."""
    found = measure_lists.page(session, actor, wanted, today=today, after=after)
    tallied = measure_lists.tallies(session, actor, list_key=wanted.list, today=today)
    urged = measure_urging.last_urged(session, found.measures, today=today)
    return {
        "asked": wanted,
        "kept": kept(wanted),
        "is_filtered": bool(wanted.list or wanted.unit or wanted.is_late),
        "tabs": tabs(wanted, tallied),
        "units": unit_rows(tallied, wanted, today=today, calendar=calendar),
        "silent": sum(1 for tally in tallied if tally.late),
        "lists": measure_lists.lists_of(session, actor),
        "rows": rows(found.measures, today=today, calendar=calendar, urged=urged),
        "stages": [Sentence(TITLES[name]) for name in COLUMNS],
        "today": today,
        **paging(wanted, found, is_first=after is None),
    }


def asked(args: Mapping[str, str]) -> Asked:
    """What an address asks for; what it can't ask for is left out."""
    stage = args.get("stage", "")
    return Asked(
        list=args.get("list", "")[:40], unit=args.get("unit", "")[:40],
        stage=stage if stage in measure_lists.TABS else measure_lists.OPEN, is_late=args.get("late") == "1",
    )  # fmt: skip


def kept(wanted: Asked, **changed: Any) -> dict[str, Any]:
    """What was asked for as values of an address, with some of it changed."""
    values = {
        "list": wanted.list, "unit": wanted.unit, "late": "1" if wanted.is_late else "",
        "stage": "" if wanted.stage == measure_lists.OPEN else wanted.stage,
    }  # fmt: skip
    return {name: value for name, value in (values | changed).items() if value}


def tabs(wanted: Asked, tallied: Sequence[Tally]) -> list[dict[str, Any]]:
    """The stages, each with how many measures stand there; what else was asked for stays."""
    counts = measure_lists.by_tab(tallied, unit=wanted.unit)
    return [
        {
            "title": Sentence(TITLES[name]), "current": name == wanted.stage, "count": counts[name],
            "url": url_for("measures.board", **kept(wanted, stage="" if name == measure_lists.OPEN else name)),
        }
        for name in measure_lists.TABS
    ]  # fmt: skip


def paging(wanted: Asked, found: measure_lists.Page, *, is_first: bool) -> dict[str, Any]:
    """Where the next page and the first one are."""
    after = keyset.written(found.following) if found.following else None
    return {
        "next_url": url_for("measures.board", **kept(wanted), after=after) if after else None,
        "first_url": None if is_first else url_for("measures.board", **kept(wanted)),
    }


def unit_rows(
    tallied: Iterable[Tally], wanted: Asked, *, today: date, calendar: Calendar
) -> list[dict[str, Any]]:
    """How each unit stands: what waits for it, how much is late, and for how many working days it is silent."""
    return [
        {
            "unit": tally.unit,
            "url": url_for("measures.board", **kept(wanted, unit=tally.unit.key, stage="", late="")),
            "is_chosen": tally.unit.key == wanted.unit,
            "stages": [tally.stages.get(name, 0) for name in COLUMNS],
            "late": tally.late,
            "silent_since": tally.silent_since,
            "days_silent": calendar.working_days_between(tally.silent_since, today)
            if tally.silent_since
            else 0,
        }
        for tally in tallied
    ]


def rows(
    measures: Iterable[JointMeasure],
    *,
    today: date,
    calendar: Calendar,
    urged: Mapping[int, date] | None = None,
) -> list[dict[str, Any]]:
    """Measures as lines, with a link to each; `urged` are the last days on which units were urged."""
    return [
        row(one, today=today, calendar=calendar)
        | {"url": url_for("measures.show", measure_id=one.id), "urged_on": (urged or {}).get(one.id)}
        for one in measures
    ]


def row(measure: JointMeasure, *, today: date, calendar: Calendar) -> dict[str, Any]:
    """One measure as a line without a link and without anybody's name."""
    stage = joint_measures.stage(measure)
    return {
        "measure": measure,
        "stage": Sentence(joint_measures.STAGES[stage]),
        "tone": TONES[stage],
        "is_late": joint_measures.is_late(measure, today=today),
        "due": due(measure, today=today, calendar=calendar),
        "days": days(measure),
        "url": None,
        "urged_on": None,
    }


def due(measure: JointMeasure, *, today: date, calendar: Calendar) -> dict[str, Any] | None:
    """Until when the unit has, in words; None when nothing waits for it."""
    if measure.due_on is None:
        return None
    words = due_words.told(measure.due_on, today=today, calendar=calendar)
    return {"words": words, "provisional": not calendar.knows(measure.due_on.year)}


def days(measure: JointMeasure) -> list[Sentence]:
    """The legal days of everything that happened so far."""
    known = {
        "initiated": clock.legal_day(measure.initiated_at),
        "answered": clock.legal_day(measure.answered_at) if measure.answered_at else None,
        "executed": measure.executed_on,
        "lift_asked": clock.legal_day(measure.lift_asked_at) if measure.lift_asked_at else None,
        "lifted": measure.lifted_on,
    }
    return [Sentence(text, day=day) for name, text in DAYS if (day := known[name]) is not None]


def table_head() -> list[str]:
    """The head of the table to keep."""
    return [say(title) for title in TABLE_HEAD]


def table_row(measure: JointMeasure, *, today: date) -> list[object]:
    """One measure as a line of the table to keep; the code of a natural person stays masked."""
    entry = measure.entry
    return [
        named(entry.type, "name"), entry.subject.name, mask_code(entry.subject.kind, entry.subject.code),
        unit_named(entry.unit.name), unit_named(measure.unit.name), measure.title, measure.basis,
        say(joint_measures.STAGES[joint_measures.stage(measure)]), measure.due_on,
        say(N_("已超期")) if joint_measures.is_late(measure, today=today) else "", moment(measure.initiated_at),
        moment(measure.answered_at), say(ANSWERS[measure.answer]), measure.answer_note, measure.executed_on,
        shown_by(measure.evidence, measure.evidence_key), moment(measure.lift_asked_at), measure.lifted_on,
        shown_by(measure.lift_evidence, measure.lift_evidence_key),
    ]  # fmt: skip


def moment(instant: Any) -> str:
    """An instant for a table; nothing where nothing happened."""
    return f"{instant.astimezone(clock.LEGAL_ZONE):%Y-%m-%d %H:%M}" if instant else ""


def shown_by(words: str, key: str | None) -> str:
    """What shows that it was done, in one cell."""
    return " ".join(part for part in (say(words), f"（{say(A_FILE)}）" if key else "") if part)
