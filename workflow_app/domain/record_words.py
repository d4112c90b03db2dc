"""The words of credit records: their kinds, the marks they may bear, and the ways in which their publicity ends."""

from .words import N_

KINDS = {
    "penalty": N_("行政处罚信息"),
    "serious_list": N_("严重失信主体名单信息"),
    "abnormal_list": N_("异常名录信息"),
    "other": N_("其他失信信息"),
}
"""The four kinds of Order 36 art. 4."""
MARKS = {
    "objection": N_("异议处理中"),
    "review": N_("行政复议中"),
    "lawsuit": N_("行政诉讼中"),
    "shield": N_("重整期间临时屏蔽"),
    "unclear": N_("异议未能核实"),
    "hidden": N_("异议核查期间停止公示"),
}
SCOPES = {
    "public": N_("向社会公示"),
    "limited": N_("不向社会公示，在有关单位之间共享"),
    "none": N_("不公示、不共享"),
}
"""Who may see a record."""
OWN_MARKS = ("review", "lawsuit")
"""What a unit marks by hand; the other marks come and go with their cases."""
HOW_ENDED = {
    "repaired": N_("信用修复，停止公示"),
    "expired": N_("最长公示期满，停止公示"),
    "withdrawn": N_("认定依据被变更或撤销，撤回公示"),
    "annulled": N_("经异议核查认定有误，撤下"),
}
