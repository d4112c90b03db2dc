"""Acting on the clock of a case: pause, resume, extend. Each is a step like any other; the answer is the ledger."""

from datetime import datetime
from typing import Any

from ..domain import clock
from ..domain.refusals import Refused
from ..domain.scopes import TokenScope
from ..domain.words import N_, Sentence
from ..services.engine import ledger, perform
from ..web.cases import taking
from ..web.cases.case_rows import Shown
from ..web.house import house
from ..web.ui import say
from . import case_told, filled, shapes, steps
from .room import Room
from .showing import says

case_clocks = Room("clocks_api", __name__, title=N_("计时"))
ACTIONS = ("pause", "resume", "extend")
NOT_BY_HAND = N_("延长几日由规则定：这一步延长 %(days)s 日。请写这个数，或者不写 days。")
ONLY_FOR_EXTENDING = N_("只有延长才写 days。")
MORE = N_(
    "暂停要先上传依据材料（field 为 clock_paper），由规则规定谁可以办理。延长的日数由规则定，days 只用来核对。"
    "每次都通知当事人，并写进期限的记录。"
)


class Acting(shapes.Shape):
    """What is done to the clock, and why."""

    version = shapes.Whole(required=True, metadata=says(N_("读到的版本"), 3))
    action = shapes.Text(
        required=True, validate=shapes.one_of(ACTIONS),
        metadata=says(N_("pause 暂停，resume 恢复，extend 延长"), "extend") | {"enum": list(ACTIONS)},
    )  # fmt: skip
    reason = shapes.Text(
        required=True, validate=[shapes.filled_in, shapes.most(500)],
        metadata=says(N_("理由，当事人会看到"), "需要向原审批机关调取档案。"),
    )  # fmt: skip
    days = shapes.Whole(validate=shapes.between(1, 3650), metadata=says(N_("延长几日；只用来核对"), 10))


class EntryShape(shapes.Shape):
    """What was written into the ledger."""

    rule = shapes.Text(required=True, metadata=says(N_("哪一条规则的期限"), "OB-03"))
    action = shapes.Text(required=True, metadata=says(N_("做了什么"), "extend"))
    title = shapes.Text(required=True, metadata=says(N_("标题"), "延长办理期限"))
    on = shapes.Day(required=True, metadata=says(N_("哪一天"), "2026-11-20"))
    reason = shapes.Text(required=True, metadata=says(N_("理由"), "需要向原审批机关调取档案。"))
    old_due_on = shapes.Day(required=True, allow_none=True, metadata=says(N_("原来的到期日"), "2026-11-27"))
    new_due_on = shapes.Day(
        required=True, allow_none=True, metadata=says(N_("新的到期日；暂停时为 null"), "2026-12-11")
    )


class ClockShape(shapes.Shape):
    """The clocks after it."""

    number = shapes.Text(required=True, metadata=says(N_("办件的编号"), "OB-120102-20261112-000001"))
    version = shapes.Whole(required=True, metadata=says(N_("新的版本"), 4))
    due_on = shapes.Day(
        required=True, allow_none=True, metadata=says(N_("最近的到期日；暂停时为 null"), "2026-12-11")
    )
    deadlines = shapes.Listed(
        shapes.Part(case_told.DeadlineShape), required=True, metadata=says(N_("正在计算的期限，早到期的在前"))
    )
    ledger = shapes.Listed(
        shapes.Part(EntryShape), required=True, metadata=says(N_("记进期限的全部事项，早的在前"))
    )


@case_clocks.call(
    "POST", "/cases/<address>/clock", N_("暂停、恢复或者延长计时"), scope=TokenScope.CASES_WRITE, more=MORE
)
@case_clocks.arguments(Acting)
@case_clocks.response(200, ClockShape)
def act(sent: dict[str, Any], address: str) -> dict[str, Any]:
    """Act on the clock."""
    now = clock.now()
    shown = case_told.opened(address, now=now, version=sent["version"], is_locked=True)
    refuse_other_days(shown, sent, now=now)
    if shown.workflow.step(sent["action"], shown.case.state) is None:
        raise Refused(perform.not_in_this_state(shown.workflow, shown.case), code="moved")
    taken = steps.take_step(shown, sent["action"], {"clock_reason": sent["reason"]}, now=now)
    return told(case_told.reopened(taken, now=now), now=now)


def refuse_other_days(shown: Shown, sent: dict[str, Any], *, now: datetime) -> None:
    """How long an extension is stands in the rules. Raises Unfit for another number, to whoever may extend."""
    offer = taking.offered(shown, sent["action"])
    if "days" not in sent or offer is None or not offer.is_allowed:
        return
    rules = [effect.to for effect in offer.step.then if effect.kind == "clock" and effect.to]
    if not rules:
        raise filled.Unfit({"days": [Sentence(ONLY_FOR_EXTENDING)]})
    book = shown.file.rulebook(house())
    for rule_id in rules:
        days = book.pack.rule(rule_id, on=clock.legal_day(now), place=book.place).value
        if days is not None and days != sent["days"]:
            raise filled.Unfit({"days": [Sentence(NOT_BY_HAND, days=days)]})


def told(shown: Shown, *, now: datetime) -> dict[str, Any]:
    """Every clock that runs, and what was written into all of them."""
    running = case_told.deadlines(shown, now=now)
    due_days = [each["due_on"] for each in running if not each["paused"]]
    written = [
        (row, found.rule_id) for found in shown.file.clocks for row in shown.file.entries.get(found.id, ())
    ]
    return {
        "number": shown.case.address,
        "version": shown.case.version,
        "due_on": min(due_days, default=None),
        "deadlines": running,
        "ledger": [
            {
                "rule": rule,
                "action": row.kind,
                "title": say(ledger.ACTS[row.kind]),
                "on": row.on,
                "reason": row.reason,
                "old_due_on": row.old_due_on,
                "new_due_on": None if row.kind == "pause" else row.new_due_on,
            }
            for row, rule in sorted(written, key=lambda each: each[0].id)
        ],
    }
