"""Two cases on one record: what it means for the one that the other runs or ended, by the names of both workflows.

Sentences for the page of the case; each says what goes on regardless and what follows when the other has its result.
"""

from ..domain.words import N_

RUNNING: dict[tuple[str, str], str] = {
    ("objection", "objection"): N_(
        "这条信息另有异议正在办理。各件分别核查、分别答复；标注到最后一件办结才取消。"
    ),
    ("objection", "repair"): N_(
        "这条信息同时在申请信用修复。两件分别办理，互不等待：修复先办结的，异议照常答复；异议先查明有误的，先更正，修复按更正后的内容办理。"
    ),
    ("repair", "objection"): N_(
        "这条信息有异议正在办理。修复照常办理，不等异议结果；异议查明认定有误的，这条信息会更正或者撤下。"
    ),
    ("list_exit", "objection"): N_(
        "列入名单的信息有异议正在办理。移出照常办理，不等异议结果；异议查明列入有误的，视为自始未列入。"
    ),
    ("objection", "list_exit"): N_(
        "这条信息同时在办理移出名单。两件分别办理，互不等待：先移出的，异议照常答复；异议先查明列入有误的，视为自始未列入。"
    ),
}
"""By this case's workflow and that of another case which runs on the same record."""

OVER: dict[tuple[str, str], str] = {
    ("objection", "repaired"): N_(
        "这条信息已于 %(day)s因信用修复停止公示。异议照常办理：查明有误的，仍会更正留存的内容，并告知收到过它的单位。"
    ),
    ("objection", "expired"): N_(
        "这条信息已于 %(day)s公示期满，停止公示。异议照常办理：查明有误的，仍会更正留存的内容，并告知收到过它的单位。"
    ),
    ("objection", "withdrawn"): N_(
        "这条信息的认定依据已经变更或者撤销，公示已于 %(day)s撤回。异议照常答复；已经达到目的的，可以撤回异议。"
    ),
    ("objection", "annulled"): N_("这条信息已于 %(day)s经异议核查撤下。本件仍会答复处理结果。"),
    ("repair", "expired"): N_("这条信息已于 %(day)s公示期满，停止公示。共享、措施和评价仍按修复申请办理。"),
    ("repair", "withdrawn"): N_(
        "这条信息的认定依据已经变更或者撤销，公示已于 %(day)s撤回，不需要再修复，可以撤回申请。"
    ),
    ("repair", "annulled"): N_(
        "这条信息已于 %(day)s经异议核查认定有误，已经撤下，不需要再修复，可以撤回申请。"
    ),
    ("list_exit", "withdrawn"): N_(
        "列入的认定依据已经变更或者撤销，公示已于 %(day)s撤回，不需要再申请移出，可以撤回申请。"
    ),
    ("list_exit", "annulled"): N_(
        "经异议核查，列入有误，已于 %(day)s撤下并由系统移出名单，不需要再申请，可以撤回申请。"
    ),
    ("list_exit", "expired"): N_(
        "列入名单的期限已于 %(day)s届满，由系统移出名单，不需要再申请，可以撤回申请。"
    ),
}
"""By a case's workflow and how the publicity of its record ended (`record_words.HOW_ENDED`), while the case runs."""

CHANGED: dict[str, str] = {
    "objection": N_("%(day)s，这条信息的“%(field)s”改成了新的内容。本件按改后的内容继续核查。"),
    "repair": N_("%(day)s，这条信息的“%(field)s”改成了新的内容。修复按改后的内容办理，期限也可能随之改变。"),
}
"""By a case's workflow: the record was changed outside the case since it was handed in."""
