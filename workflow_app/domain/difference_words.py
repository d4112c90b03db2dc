"""The words of differences between what a target holds and our records: their kinds, fields, and why something is not shown."""

from .words import N_

KINDS = {
    "missing_there": N_("对方没有公示"),
    "missing_here": N_("对方还在公示"),
    "differs": N_("内容不同"),
}
FIELDS = {
    "kind": N_("信息类别"),
    "decided_by": N_("认定单位"),
    "decided_on": N_("决定日期"),
    "holder_name": N_("相对人名称"),
    "holder_code": N_("相对人代码"),
    "class": N_("失信程度"),
    "shown_until": N_("公示截止日"),
}
"""The fields of a target's file that are compared."""
WHY = {
    "repaired": N_("已经修复，停止公示"),
    "expired": N_("公示期满，停止公示"),
    "withdrawn": N_("认定依据被变更或撤销，已撤回"),
    "annulled": N_("经异议核查有误，已撤下"),
    "ended": N_("已经停止公示"),
    "hidden": N_("暂时不公示"),
    "limited": N_("不向社会公示"),
    "person": N_("自然人的信息，不向社会公示"),
    "unknown": N_("本平台没有这条信息"),
}
"""Why we don't show what the target shows."""
THEIRS = {
    "shown": N_("公示中"),
    "hidden": N_("未公示"),
    "none": N_("文件里没有这一条"),
}
"""What the target's file says of a whole record."""
VERDICTS = {
    "ours": N_("我方的对，请对方改"),
    "theirs": N_("对方的对，我方去更正"),
    "accepted": N_("情况属实，不需要改"),
}
"""What somebody found who looked."""
