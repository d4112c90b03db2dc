"""What places that hold copies of a record are asked to do, which fact each request proves, and how a task stands.

Order 36 art. 3: a repair is real when publicity ended, sharing stopped, measures were lifted and evaluations were updated.
Whether a task is overdue is a question about today and never stored.
"""

from enum import StrEnum

from .words import N_


class What(StrEnum):
    """What a target is asked to do; the Chinese titles are in `WHATS`."""

    END_PUBLICITY = "end_publicity"
    STOP_SHARING = "stop_sharing"
    LIFT_MEASURES = "lift_measures"
    UPDATE_EVALUATION = "update_evaluation"
    SUSPEND_MEASURES = "suspend_measures"
    RESUME_MEASURES = "resume_measures"
    SHIELD = "shield"
    UNSHIELD = "unshield"
    RESTORE = "restore"


WHATS = {
    What.END_PUBLICITY: N_("停止公示"),
    What.STOP_SHARING: N_("停止共享和使用"),
    What.LIFT_MEASURES: N_("解除惩戒措施"),
    What.UPDATE_EVALUATION: N_("更新信用评价"),
    What.SUSPEND_MEASURES: N_("临时解除惩戒措施"),
    What.RESUME_MEASURES: N_("恢复惩戒措施"),
    What.SHIELD: N_("临时屏蔽"),
    What.UNSHIELD: N_("解除临时屏蔽"),
    What.RESTORE: N_("恢复公示"),
}
FACTS = {
    What.END_PUBLICITY: "publicity_ended_at",
    What.STOP_SHARING: "sharing_stopped_at",
    What.LIFT_MEASURES: "measures_lifted_at",
    What.UPDATE_EVALUATION: "evaluation_updated_at",
}
"""The column of a record that is set when every target confirmed this request."""

ASKED_OF_PUBLISHERS = (What.SHIELD, What.UNSHIELD, What.RESTORE)
"""Requests that go to every target that ends publicity, whatever else it does."""

ASKED_OF_UNITS = (What.LIFT_MEASURES, What.SUSPEND_MEASURES, What.RESUME_MEASURES)
"""Requests that go to the units whose measures still stand, and to whoever lifts measures for them."""

ENDING = (What.END_PUBLICITY, What.SHIELD, What.SUSPEND_MEASURES)
RESTORING = (What.UNSHIELD, What.RESTORE, What.RESUME_MEASURES)
"""Requests that take a record away, and those that bring it back: what was asked before one is asked anew after it."""

KINDS = {
    "national": N_("国家公示网站"),
    "register": N_("市场监管系统"),
    "province": N_("省级平台"),
    "unit": N_("采取措施的部门"),
    "third_party": N_("第三方网站"),
    "own": N_("本平台"),
}
"""The kinds of targets."""

DELIVERERS = {
    "webhook": N_("签名的网络通知"),
    "file": N_("文件交换"),
    "hand": N_("人工告知"),
}
"""How a target is told."""

STANDINGS = {
    "waiting": N_("待发送"),
    "sent": N_("已发送"),
    "overdue": N_("已超期"),
    "dead": N_("发送失败"),
    "confirmed": N_("已确认"),
    "seen": N_("已核实"),
}
"""How a task stands today."""

TONES = {
    "waiting": "draft", "sent": "wait", "overdue": "stop", "dead": "stop", "confirmed": "doing", "seen": "done",
}  # fmt: skip


def rule_for(kind: str) -> str:
    """The rule that says how long a target of this kind has: third parties RP-08, everybody else RP-07."""
    return "RP-08" if kind == "third_party" else "RP-07"
