"""An entry on a list in plain words: until when, from when it may be left and why, what is missing, what to do now.

Plain values only, for the credit file, the rooms of list exits and the page of a case. Days and rights come from the
services; which of two minimums counts where they differ is the unit's to choose and is only shown here.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.reckoning import ONE_DAY
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.lists import ListEntry
from ...services.lists import leaving, list_entries, list_restrictions
from ...services.records import records
from ...workflows.list_exit import BY_APPLICATION
from ...workflows.list_exit_words import WAYS
from ...workflows.listing_words import ADVERSE, KINDS
from ..ui import is_chinese, tell_whole_day, unit_named

OWN_MINIMUM = N_("名单规定的最短期限")
ORDER_36 = N_("《信用修复管理办法》的最短期限")
NO_MINIMUM = N_("这个名单没有最短期限，符合条件就可以申请移出。")
DIFFER = N_(
    "两个最短期限不一样长。从较早的日期起就可以申请；适用哪一个由认定单位选择并写明依据，适用较晚的，会告知您从哪一天起再次申请。"
)


def name_of(entry: ListEntry) -> str:
    """The name of the list in the reader's language."""
    return entry.type.name if is_chinese() else entry.type.name_en


def unit_of(entry: ListEntry) -> str:
    """The unit that decided the entry."""
    return unit_named(entry.unit.name)


def row(entry: ListEntry, *, today: date) -> dict[str, Any]:
    """An entry in a list of entries."""
    state, tone = state_of(entry, today=today)
    return {
        "title": name_of(entry),
        "subject": entry.subject.name,
        "kind": Sentence(KINDS[entry.type.kind]),
        "unit": unit_of(entry),
        "listed_on": entry.listed_on,
        "ends_on": entry.ends_on if entry.exited_at is None else None,
        "early_on": entry.early_on if entry.exited_at is None and entry.type.kind in ADVERSE else None,
        "state": state,
        "tone": tone,
        "answer": answer(entry, today=today),
        "is_shown": entry.record.scope == "public" if entry.record else entry.type.scope == "public",
        "url": url_for("list_exits.start", entry=entry.ref),
    }


def state_of(entry: ListEntry, *, today: date) -> tuple[Sentence, str]:
    """How the entry is, in a word and a tone."""
    if entry.exited_at is not None:
        way = Sentence(WAYS[entry.exit_how])
        if entry.is_exit_done:
            return way, "done"
        return Sentence(N_("%(way)s，正在解除措施"), way=way), "doing"
    if leaving.open_exit(entry) is not None:
        return Sentence(N_("移出办理中")), "wait"
    if entry.type.kind not in ADVERSE:
        return Sentence(N_("在名单上")), "done"
    if entry.early_on is not None and entry.early_on <= today:
        return Sentence(N_("可以申请移出")), "doing"
    return Sentence(N_("在名单上")), "wait"


def answer(entry: ListEntry, *, today: date) -> Sentence:
    """What may be done, in one sentence."""
    if entry.exited_at is not None:
        day = clock.legal_day(entry.exited_at)
        if entry.is_exit_done:
            return Sentence(N_("已在 %(day)s移出名单，各处均已确认。您不用再做什么。"), day=day)
        return Sentence(N_("已在 %(day)s决定移出，各处正在停止公示、解除措施。您不用再做什么。"), day=day)
    if leaving.open_exit(entry) is not None:
        return Sentence(N_("移出申请正在办理。"))
    if entry.type.kind == "focus":
        return Sentence(BY_APPLICATION.sentence)
    if entry.type.kind not in ADVERSE:
        return Sentence(N_("不想留在名单上的，随时可以申请移出，不需要理由。"))
    if entry.early_on is None:
        return Sentence(leaving.NOT_COUNTED)
    if entry.early_on <= today:
        return Sentence(N_("现在就可以申请提前移出，不收取任何费用。"))
    return Sentence(leaving.TOO_EARLY, day=entry.early_on)


def term(entry: ListEntry, *, today: date) -> list[Sentence]:
    """Until when the entry stands if nobody does anything."""
    if entry.exited_at is not None:
        return []
    if entry.ends_on is None:
        return [Sentence(N_("这个名单没有固定的期限，符合移出条件时移出。"))]
    told = [Sentence(N_("最迟到 %(day)s期限届满，次日由系统自动移出，不用申请。"), day=entry.ends_on)]
    if list_restrictions.is_restricted(entry, day=max(today, entry.ends_on + ONE_DAY)):
        told = [
            Sentence(N_("期限到 %(day)s届满，限制期满的次日由系统自动移出，不用申请。"), day=entry.ends_on)
        ]
    if entry.restricted_until is not None and list_restrictions.is_restricted(entry, day=today):
        because = N_("法律规定的限制到 %(day)s为止：%(why)s")
        told.append(Sentence(because, day=entry.restricted_until, why=entry.restricted_because))
    return told


def dates(entry: ListEntry, rulebook: Rulebook, *, today: date) -> list[dict[str, Any]]:
    """The first day by the list's own minimum and by that of Order 36, each with its explanation."""
    if entry.type.kind not in ADVERSE:
        return []
    least = list_entries.minimum(entry, rulebook)
    if least is not None:
        own = _date(OWN_MINIMUM, least.over_from, least.explanation, today=today)
    else:
        told = Sentence(leaving.NOT_COUNTED if entry.type.early_rule else NO_MINIMUM)
        own = _date(OWN_MINIMUM, entry.early_on, (), today=today) | {"told": told}
    order_36 = list_entries.order_36_from(entry)
    if order_36 is None or entry.record is None:
        return [own]
    return [own, _date(ORDER_36, order_36, _explained(entry, rulebook), today=today)]


def differ(found: Sequence[dict[str, Any]]) -> Sentence | None:
    """What follows where the two minimums do not end on one day."""
    days = {one["on"] for one in found}
    return Sentence(DIFFER) if len(days) > 1 and None not in days else None


def _date(title: str, on: date | None, explanation: Sequence[Sentence], *, today: date) -> dict[str, Any]:
    return {
        "title": Sentence(title),
        "on": on,
        "is_met": on is not None and on <= today,
        "told": None,
        "explanation": explanation,
    }


def _explained(entry: ListEntry, rulebook: Rulebook) -> Sequence[Sentence]:
    assert entry.record is not None
    try:
        return records.period(entry.record, rulebook).explanation
    except Refused as refused:
        return (refused.sentence,)


def conditions(session: Session, entry: ListEntry, *, today: date) -> list[dict[str, Any]]:
    """What an early exit takes, for the one it is about: each met, or what is missing and how to come by it."""
    if entry.type.kind not in ADVERSE:
        return []
    is_reached = entry.early_on is not None and entry.early_on <= today
    reached = Sentence(N_("已经届满。")) if is_reached else answer(entry, today=today)
    has_letter = leaving.has_letter(session, entry)
    signed = N_("已经签署，不用再签。") if has_letter else N_("为这条列入记录签一份，在线签署当场生效。")
    judged = N_("由认定单位核对，申请时写明怎样消除的；有证明的一并上传。")
    return [
        _condition(is_reached, N_("最短期限已经届满"), reached),
        _duties(entry),
        _condition(None, N_("危害后果和不良影响已经消除"), Sentence(judged)),
        _condition(has_letter, N_("签署守信承诺书"), Sentence(signed)),
        _none_again(session, entry),
    ]


def _duties(entry: ListEntry) -> dict[str, Any]:
    title = N_("纠正失信行为、履行完义务")
    if entry.record is not None and entry.record.duties_done_on is not None:
        told = Sentence(N_("认定单位确认在 %(day)s履行完毕，不用再交证明。"), day=entry.record.duties_done_on)
        return _condition(True, title, told)
    return _condition(None, title, Sentence(N_("认定单位还没有记录。申请时附上证明，或者请认定单位核对。")))


def _none_again(session: Session, entry: ListEntry) -> dict[str, Any]:
    """New penalties since the listing are counted; whether one is a heavier one is for the unit to judge."""
    title = N_("列入期间没有再次受到较重行政处罚")
    since = [
        record
        for record in records.of_subject(session, entry.subject_id)
        if record.kind == "penalty" and entry.listed_on is not None and record.decided_on >= entry.listed_on
    ]
    if not since:
        return _condition(True, title, Sentence(N_("列入以后，本平台没有新的行政处罚记录。")))
    told = Sentence(
        N_("列入以后，本平台有 %(count)s 条新的行政处罚记录，是否属于较重由认定单位判断。"), count=len(since)
    )
    return _condition(None, title, told)


def _condition(is_met: bool | None, title: str, told: Sentence) -> dict[str, Any]:
    """`is_met` None: not known here, the unit looks at it."""
    return {"is_met": is_met, "title": Sentence(title), "told": told}


def whole_day(day: date | None) -> str:
    """A day with its year; nothing for none."""
    return str(tell_whole_day(day)) if day is not None else ""
