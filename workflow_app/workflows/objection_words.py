"""What people read in the objection workflow beside its states, steps and guards: facts, choices, papers, notices."""

from ..domain.words import N_

GROUNDS = {
    "content": N_("内容有误或者遗漏"),
    "period": N_("公示超过期限"),
    "listing": N_("错误列入，或者应当移出没有移出"),
    "same_name": N_("同名误挂，不是我的信息"),
    "privacy": N_("侵犯个人隐私或者商业秘密"),
    "breach": N_("违诺认定有误"),
    "repair_result": N_("对信用修复的结果有异议"),
}
"""The grounds of the ordinances (上海 36、河南 41、山东 39、浙江 30、深圳 48) and of 国办发〔2025〕22号."""
FINDINGS = {"wrong": N_("信息有误"), "right": N_("信息无误"), "unclear": N_("无法核实")}
REMEDIES = {
    "change": N_("更正、补充内容"),
    "remove": N_("撤下这条信息"),
    "end": N_("停止公示"),
    "redo": N_("重新办理"),
}
"""The outcomes of 浙江 31 and 深圳 52; `redo` is for the result of a repair and for a breach."""
FILLERS = {
    "own": N_("本单位或者本人填写"),
    "mandate": N_("受委托的经办人填写"),
    "window": N_("信用办窗口代为填写"),
}

LABELS = {
    "ground": N_("异议事由"),
    "statement": N_("事实和理由"),
    "claims": N_("申请人主张"),
    "about_case": N_("有异议的办件"),
    "contact_name": N_("联系人"),
    "contact_mobile": N_("联系手机"),
    "filled_by": N_("填写人"),
    "withdrawal_reason": N_("撤回理由"),
    "provider": N_("信息提供单位"),
    "finding": N_("核查结论"),
    "remedy": N_("更正方式"),
    "source": N_("信息来源的记载"),
    "difference": N_("更正后的内容"),
    "answer": N_("核查情况和理由"),
    "hide_reasons": N_("先行停止公示的理由"),
    "decision_reasons": N_("答复的说明"),
    "review_request": N_("申请复核的理由"),
    "review_reasons": N_("复核决定的理由"),
}

NOTICES = {
    "submitted": N_("%(subject)s对“%(item)s”提出异议（%(number)s），请在 %(due)s前决定是否受理。"),
    "received": N_(
        "“%(item)s”异议（%(number)s）已收到，这条信息已经标注“异议处理中”。异议处理不收取任何费用。"
    ),
    "accepted": N_("“%(item)s”异议（%(number)s）已受理，正在核对。"),
    "announced": N_(
        "%(subject)s对“%(item)s”的异议（%(number)s）已受理，可能需要贵单位核查，请准备有关材料。"
    ),
    "deemed": N_("“%(item)s”异议（%(number)s）逾期没有决定是否受理，已视为受理。请督促办理。"),
    "supplement_requested": N_("“%(item)s”异议（%(number)s）需要补正。请在 %(due)s前只修改标出的地方。"),
    "supplemented": N_("%(subject)s补正了“%(item)s”异议（%(number)s），请在 %(due)s前核对。"),
    "lapsed": N_("“%(item)s”异议（%(number)s）逾期未补正，视为撤回，标注已经取消。您可以重新提出。"),
    "refused": N_("“%(item)s”异议（%(number)s）未被受理，标注已经取消。理由和救济途径见文书。"),
    "withdrawn": N_("%(subject)s撤回了“%(item)s”异议（%(number)s），标注已经取消。"),
    "forwarded": N_("“%(item)s”异议（%(number)s）已转交信息提供单位，应在 %(due)s前核查答复。"),
    "handed_over": N_("“%(item)s”异议（%(number)s）改由另一单位核查，应在 %(due)s前答复：%(reason)s。"),
    "hidden": N_("“%(item)s”（%(number)s）先行停止公示，等待核查结果。"),
    "answered": N_("“%(item)s”异议（%(number)s）已有核查结论，请在 %(due)s前执行并答复异议人。"),
    "corrected": N_("“%(item)s”异议（%(number)s）：信息有误，已经更正，正在通知各处。文书可以下载。"),
    "maintained": N_(
        "“%(item)s”异议（%(number)s）：经核查信息无误，标注已经取消。理由、复核和救济途径见文书。"
    ),
    "unclear": N_("“%(item)s”异议（%(number)s）：无法核实，已在信息上注明。理由、复核和救济途径见文书。"),
    "completed": N_("“%(item)s”异议（%(number)s）：各处都已确认更正，本件办结。"),
    "review_requested": N_(
        "%(subject)s对“%(item)s”异议（%(number)s）的处理结果申请复核，请在 %(due)s前决定。"
    ),
    "review_corrected": N_(
        "“%(item)s”异议（%(number)s）复核：改变原处理结果，已经更正。复核决定书可以下载。"
    ),
    "review_maintained": N_("“%(item)s”异议（%(number)s）复核：维持原处理结果。理由和救济途径见复核决定书。"),
    "reminder": N_("“%(item)s”异议（%(number)s）：%(state)s，截止 %(due)s。请及时办理。"),
    "overdue": N_("“%(item)s”异议（%(number)s）：%(state)s，已超过 %(due)s。请督促办理。"),
}
PAPERS = {
    "evidence": N_("证据材料"),
    "identity_proof": N_("身份证明（营业执照或者身份证）"),
    "authorisation": N_("授权委托书"),
    "source_evidence": N_("信息来源的原件或者核查材料"),
    "review_evidence": N_("申请复核的新证据"),
}
