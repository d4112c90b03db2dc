"""The conditions of a repair one by one, for the one it is about: each met, or what is missing and how to come by it.

Only words: what stands against an application is judged in `domain.repairability`.
"""

from datetime import date
from typing import Any

from ...domain.publicity_period import Period
from ...domain.repairability import Code
from ...domain.words import N_, Sentence
from ...models.record import CreditRecord
from ...services.reports.credit_file import Entry

OTHER = {
    Code.NOT_REPAIRABLE: N_("法律、政策允许修复"),
    Code.BARRED: N_("不在限制申请的期间"),
    Code.OPEN_REPAIR: N_("没有正在办理的申请"),
    Code.SHIELDED: N_("没有正在临时屏蔽"),
}


def conditions(entry: Entry, period: Period | None, *, today: date) -> list[dict[str, Any]]:
    """The conditions of a repair one by one (办法: 最短公示期、纠正并履行、公开承诺、其他), each met or what is missing."""
    against = {blocker.code: blocker.sentence for blocker in entry.repair.blocked_by}
    return [
        _period_condition(period, today),
        _duties_condition(entry.record),
        {
            "is_met": False,
            "title": Sentence(N_("公开作出信用承诺")),
            "told": Sentence(N_("申请时在线填写、在线签署，一条信息一份。")),
        },
        *(
            {"is_met": False, "title": Sentence(OTHER[code]), "told": sentence}
            for code, sentence in against.items()
            if code in OTHER
        ),
    ]


def _period_condition(period: Period | None, today: date) -> dict[str, Any]:
    title = Sentence(N_("最短公示期已经届满"))
    if period is None:
        told = Sentence(N_("规则表没有收录当时的公示期，请向认定单位核实。"))
        return {"is_met": False, "title": title, "told": told}
    if period.shortest_end_on is None:
        return {"is_met": True, "title": title, "told": Sentence(N_("轻微失信信息没有最短公示期。"))}
    is_met = today >= period.may_apply_from
    told = Sentence(
        N_("已经在 %(day)s届满。") if is_met else N_("最后一日是 %(day)s，还没有届满。"),
        day=period.shortest_end_on,
    )
    return {"is_met": is_met, "title": title, "told": told}


def _duties_condition(record: CreditRecord) -> dict[str, Any]:
    title = Sentence(N_("纠正失信行为、履行完义务"))
    if record.duties_done_on:
        told = Sentence(N_("认定单位确认您在 %(day)s履行完毕，不用再交证明。"), day=record.duties_done_on)
        return {"is_met": True, "title": title, "told": told}
    told = Sentence(
        N_("认定单位还没有记录。已经履行的，申请时附上缴款凭证、整改材料等证明，或者请认定单位自行核实。")
    )
    return {"is_met": False, "title": title, "told": told}
