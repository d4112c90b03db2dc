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
    MARK = "mark"
    UNMARK = "unmark"
    NOTE = "note"
    CORRECT = "correct"
    RECHECK_MEASURES = "recheck_measures"
    TELL = "tell"


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
    What.MARK: N_("标注异议处理中"),
    What.UNMARK: N_("取消异议标注"),
    What.NOTE: N_("注明异议未能核实"),
    What.CORRECT: N_("更正内容"),
    What.RECHECK_MEASURES: N_("按更正后的内容复核惩戒措施"),
    What.TELL: N_("告知报告使用人"),
}
FACTS = {
    What.END_PUBLICITY: "publicity_ended_at",
    What.STOP_SHARING: "sharing_stopped_at",
    What.LIFT_MEASURES: "measures_lifted_at",
    What.UPDATE_EVALUATION: "evaluation_updated_at",
}
"""The column of a record that is set when every target confirmed this request."""

ASKED_OF_PUBLISHERS = (
    What.SHIELD,
    What.UNSHIELD,
    What.RESTORE,
    What.MARK,
    What.UNMARK,
    What.NOTE,
    What.CORRECT,
)
"""Requests that go to every target that ends publicity, whatever else it does."""

ASKED_OF_UNITS = (
    What.LIFT_MEASURES,
    What.SUSPEND_MEASURES,
    What.RESUME_MEASURES,
    What.RECHECK_MEASURES,
)
"""Requests that go to the units whose measures still stand, and to whoever lifts measures for them."""

_TAKING_AWAY = (What.END_PUBLICITY, What.SHIELD, What.SUSPEND_MEASURES)
_BRINGING_BACK = (What.UNSHIELD, What.RESTORE, What.RESUME_MEASURES)
UNDONE_BY = {
    **dict.fromkeys((*FACTS, *_TAKING_AWAY), _BRINGING_BACK),
    **dict.fromkeys(_BRINGING_BACK, _TAKING_AWAY),
    What.MARK: (What.UNMARK,),
    **dict.fromkeys((What.UNMARK, What.NOTE, What.CORRECT, What.RECHECK_MEASURES, What.TELL), (What.MARK,)),
}
"""What undoes or precedes a request: what was asked before that happened is asked anew after it."""

OF_OBJECTIONS = (What.MARK, What.UNMARK, What.NOTE, What.CORRECT, What.RECHECK_MEASURES, What.TELL)

KINDS = {
    "national": N_("国家公示网站"),
    "register": N_("市场监管系统"),
    "province": N_("省级平台"),
    "unit": N_("采取措施的部门"),
    "third_party": N_("第三方网站"),
    "report_user": N_("报告使用人"),
    "own": N_("本平台"),
}
"""The kinds of targets."""

BY_ITSELF = ("own", "report_user")
"""The kinds that nobody enters or changes: the platform, and whoever was given a report."""

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


def rule_for(kind: str, what: What) -> str:
    """The rule that says how long a target of this kind has.

    What an objection brings about OB-14; of a repair third parties RP-08, everybody else RP-07.
    """
    if what in OF_OBJECTIONS:
        return "OB-14"
    return "RP-08" if kind == "third_party" else "RP-07"
