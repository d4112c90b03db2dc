"""A credit record in plain words for the one it is about: what it is, what may be done, what is missing, what changed.

Decides nothing: whether repair may be asked for comes from `services.reports.credit_file`. Officials are not named to the subject.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, url_for

from ...domain import clock
from ...domain.intake.kinds import TITLES as PENALTIES
from ...domain.intake.kinds import PenaltyKind
from ...domain.publicity_period import NAMES, ORDER_36_FROM, RecordClass
from ...domain.record_words import SCOPES
from ...domain.repairability import Code
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.record import CreditRecord, PenaltyItem, RecordChange
from ...services.records import marks, records
from ...services.reports.credit_file import Entry
from ...workflows.commitment import DEGREES
from ..ui import is_chinese, say, tell_moment, tell_whole_day

FACTS = (
    ("publicity_ended_at", N_("各网站停止公示"), N_("各信用网站不再公示这条信息。")),
    ("sharing_stopped_at", N_("停止共享和使用"), N_("不再提供给行政机关和第三方机构使用。")),
    ("measures_lifted_at", N_("解除惩戒措施"), N_("因这条信息采取的限制、重点监管等措施全部解除。")),
    ("evaluation_updated_at", N_("更新信用评价"), N_("信用评价不再受这条信息影响。")),
)
"""The four facts of a whole repair (办法第三条), in the order in which they are read."""
WHY_CLASS = {
    "minor": N_("类别决定公示多久。轻微的公示时间最短，履行完义务就可以申请修复。"),
    "general": N_("类别决定公示多久。一般的，最短公示期届满后可以申请修复。"),
    "serious": N_("类别决定公示多久。严重的，最短公示期和最长公示期都最长。"),
}
OLD_CLASS = N_("这份文书适用旧办法，公示期不分轻微、一般、严重。")
ENDED = {"repaired": N_("已修复"), "expired": N_("期满停止公示"), "withdrawn": N_("已撤回")}
FIELDS = {
    "title": N_("事由"), "behaviour": N_("失信行为"), "basis": N_("认定依据"), "content": N_("处理内容"),
    "fine": N_("罚款金额（万元）"), "degree": N_("履行程度"), "class_": N_("类别"), "class_standard": N_("分类标准"), "scope": N_("公示范围"),
    "decided_on": N_("认定日期"), "publicity_from": N_("公示起算"), "duties_done_on": N_("履行完义务的日期"),
    "not_repairable_because": N_("不能修复的依据"), "hidden_at": N_("临时屏蔽"), "ended_how": N_("停止公示的原因"),
    "repaired_at": N_("完成修复"), "is_special_field": N_("特定领域"), "items": N_("处罚种类"), "unit_id": N_("认定单位"),
    "decision_no": N_("文书号"), "kind": N_("信息种类"), "flagged_at": N_("期满未纠正标记"), "personal": N_("个人信息"),
    **{name: title for name, title, _ in FACTS},
}  # fmt: skip
UNTOLD = frozenset({"personal", "unit_id", "reminded_on", "flagged_at"})
"""What changes inside the office or must not be repeated; only that it changed is told, or nothing."""


@dataclass(frozen=True)
class Way:
    """Where a button leads; one that changes something is sent as a form."""

    url: str
    is_post: bool


def way(endpoint: str, **values: Any) -> Way | None:
    """The way to a room, for instance for the record of an address, or None while that room does not stand."""
    rules = current_app.url_map.iter_rules(endpoint) if endpoint in current_app.view_functions else ()
    for rule in rules:
        return Way(url_for(endpoint, **values), "GET" not in (rule.methods or ()))
    return None


def state(entry: Entry, *, today: date) -> tuple[Sentence, str]:
    """How the record is, in a word and a tone."""
    record, codes = entry.record, {blocker.code for blocker in entry.repair.blocked_by}
    if entry.has_ended:
        return Sentence(ENDED.get(record.ended_how, N_("已停止公示"))), "done"
    if Code.SHIELDED in codes:
        return Sentence(N_("临时屏蔽中")), "wait"
    if Code.OPEN_REPAIR in codes:
        return Sentence(N_("修复办理中")), "wait"
    if entry.repair.may_apply:
        return Sentence(N_("可以申请修复")), "doing"
    if record.max_end_on and record.max_end_on < today:
        return Sentence(N_("公示期满，待处理")), "stop"
    return Sentence(N_("公示中") if record.scope == "public" else N_("不公示")), "wait"


def answer(entry: Entry) -> Sentence:
    """What may be done, in one sentence."""
    if entry.repair.blocked_by and not (entry.repair.because and entry.repair.from_on):
        return entry.repair.blocked_by[0].sentence
    return entry.repair.because[0]


def overrun(record: CreditRecord, *, today: date) -> Sentence | None:
    """Why a record is still there after its longest period, and the way out; None while that isn't so."""
    if record.publicity_ended_at is not None or record.max_end_on is None or today <= record.max_end_on:
        return None
    return Sentence(
        N_(
            "最长公示期已经在 %(day)s届满。认定单位还没有记录您已经纠正、履行义务，所以还没有停止公示。"
            "已经履行的，请申请修复，或者把证明交给认定单位核实。"
        ),
        day=record.max_end_on,
    )


def row(entry: Entry, *, today: date) -> dict[str, Any]:
    """A record as the file lists it."""
    said, tone = state(entry, today=today)
    record = entry.record
    return {
        "record": record,
        "kind": Sentence(records.KINDS[record.kind]),
        "class": class_name(record),
        "unit": unit_name(record),
        "state": said,
        "tone": tone,
        "answer": answer(entry),
        "marks": marks.inside(record),
        "url": url_for("credit_file.show", ref=record.ref),
    }


def unit_name(record: CreditRecord) -> str:
    """The finding unit in the reader's language."""
    return record.unit.name if is_chinese() else record.unit.name_en


def class_name(record: CreditRecord) -> Sentence | None:
    """The class; None for a record of the time in which there were none."""
    return None if record.decided_on < ORDER_36_FROM else Sentence(NAMES[RecordClass(record.class_)])


def particulars(record: CreditRecord) -> list[dict[str, Any]]:
    """What was found, by whom, and why its class matters."""
    named = class_name(record)
    penalties = [penalty(item) for item in record.items]
    rows: list[tuple[str, Any, str]] = [
        (N_("信息种类"), Sentence(records.KINDS[record.kind]), ""),
        (N_("认定单位"), unit_name(record), ""),
        (N_("文书号"), record.decision_no, ""),
        (N_("认定日期"), tell_whole_day(record.decided_on), ""),
        (N_("类别"), named or "", WHY_CLASS[record.class_] if named else OLD_CLASS),
        (N_("分类标准"), record.class_standard, ""),
        (N_("失信行为"), record.behaviour, ""),
        (N_("认定依据"), record.basis, ""),
        (N_("处理内容"), record.content, ""),
        (N_("处罚种类"), "；".join(penalties), ""),
        (N_("履行程度"), Sentence(DEGREES[record.degree]) if record.degree in DEGREES else record.degree, ""),
        (N_("公示范围"), Sentence(SCOPES[record.scope]), ""),
    ]
    return [
        {"title": Sentence(title), "value": value, "note": Sentence(note) if note else ""}
        for title, value, note in rows
        if value or note
    ]


def penalty(item: PenaltyItem) -> str:
    """One kind of penalty with its amount, or what it touches."""
    kind = Sentence(PENALTIES[PenaltyKind(item.kind)])
    if item.amount is None:
        return f"{say(kind)} {item.what}".strip()
    amount = f"{item.amount.normalize():f}"
    return say(Sentence(N_("%(kind)s %(amount)s 万元"), kind=kind, amount=amount))


def facts(record: CreditRecord) -> list[dict[str, Any]]:
    """The four completion facts with their days."""
    return [
        {"title": Sentence(title), "told": Sentence(told), "at": getattr(record, name)}
        for name, title, told in FACTS
    ]


def measures(record: CreditRecord) -> list[dict[str, Any]]:
    """What units did because of the record, and since when they stopped."""
    return [
        {
            "title": measure.title,
            "unit": measure.unit.name if is_chinese() else measure.unit.name_en,
            "basis": measure.basis,
            "started_on": measure.started_on,
            "lifted_on": measure.lifted_on,
        }
        for measure in sorted(record.measures, key=lambda one: (one.lifted_on is not None, one.unit_id, one.id))
    ]  # fmt: skip


def case_row(case: Case, title: Sentence) -> dict[str, Any]:
    """An application for the repair of the record; a draft is gone on with where it is filled in."""
    filling = way("repairs.show", ref=case.application.ref) if case.application and not case.number else None
    return {
        "url": filling.url if filling else url_for("cases.show", address=case.address),
        "number": case.number,
        "state": title,
        "at": case.updated_at,
    }


def changes(found: Iterable[RecordChange]) -> list[dict[str, Any]]:
    """What changed, from what to what, why. Whoever works for a unit is not named to the subject."""
    return [
        {
            "title": Sentence(
                N_("%(field)s有变动"), field=Sentence(FIELDS.get(change.field, N_("其他内容")))
            ),
            "old": value_told(change.field, change.old) if change.old else "",
            "new": value_told(change.field, change.new),
            "who": Sentence(N_("工作人员") if change.by_id else N_("系统时钟")),
            "why": Sentence(change.why),
            "at": change.at,
        }
        for change in found
        if change.field not in UNTOLD
    ]


def value_told(field: str, value: str) -> str:
    """A kept value in words; a dash where there was none."""
    named = {"class_": NAMES, "scope": SCOPES, "ended_how": records.HOW_ENDED, "kind": records.KINDS}
    if field in named and value in named[field]:  # type: ignore[operator]
        return say(Sentence(named[field][value]))  # type: ignore[index]
    if field == "is_special_field":
        return say(Sentence(N_("是") if value == "True" else N_("否")))
    if not value:
        return "—"
    if field.endswith("_at"):
        return tell_moment(datetime.fromisoformat(value))
    return tell_whole_day(date.fromisoformat(value)) if field.endswith("_on") else value


def ended_on(record: CreditRecord) -> date | None:
    """The legal day on which the publicity ended."""
    return clock.legal_day(record.publicity_ended_at) if record.publicity_ended_at else None


def heading(entries: Sequence[Entry]) -> Sentence:
    """The file in one sentence."""
    standing = [entry for entry in entries if not entry.has_ended]
    ready = [entry for entry in standing if entry.repair.may_apply]
    if not standing:
        return Sentence(N_("现在没有公示中的失信信息。"))
    if ready:
        text = N_("有 %(standing)s 条失信信息还没有修复，其中 %(ready)s 条现在就可以申请。")
        return Sentence(text, standing=len(standing), ready=len(ready))
    days = [entry.repair.from_on for entry in standing if entry.repair.from_on]
    if days:
        text = N_("有 %(standing)s 条失信信息还没有修复，最早从 %(day)s起可以申请。")
        return Sentence(text, standing=len(standing), day=min(days))
    return Sentence(
        N_("有 %(standing)s 条失信信息还没有修复，下面写明每一条现在能做什么。"), standing=len(standing)
    )
