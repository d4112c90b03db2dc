"""What people read in the repair workflow beside its states, steps and guards: facts, choices, papers, notices."""

from ..domain.words import N_

BASES = {
    "completed": N_("已经纠正并履行完全部义务"),
    "restructuring": N_("法院裁定批准重整计划或者认可和解协议"),
}
PROOFS = {"uploaded": N_("由我方上传证明材料"), "fetched": N_("请认定单位从自己的系统中核对")}
FILLERS = {
    "own": N_("本单位自己填写"),
    "mandate": N_("受委托的经办人填写"),
    "window": N_("信用办窗口代为填写"),
}

LABELS = {
    "basis": N_("申请依据"),
    "correction": N_("纠正失信行为的情况"),
    "duties": N_("履行决定书义务的情况"),
    "proof_source": N_("证明材料的来源"),
    "ruling_no": N_("法院裁定书文号"),
    "plan_ends_on": N_("计划或者协议执行期限届满日"),
    "contact_name": N_("联系人"),
    "contact_mobile": N_("联系手机"),
    "filled_by": N_("填写人"),
    "second_return_note": N_("再次退回的理由"),
    "withdrawal_reason": N_("撤回理由"),
    "period_reached": N_("最短公示期已满"),
    "duties_performed": N_("失信行为已纠正，义务已全部履行"),
    "commitment_made": N_("已公开作出信用承诺"),
    "other_conditions": N_("符合法律、行政法规和部门规章规定的其他条件"),
    "finding": N_("逐项核对的情况"),
    "next_possible_on": N_("可以再次申请的日期"),
    "send_back_note": N_("退回重新核对的意见"),
    "decision_reasons": N_("决定理由"),
    "plan_performed": N_("计划或者协议执行完毕的情况"),
    "plan_failed": N_("计划或者协议未能执行的情况"),
    "revocation_facts": N_("拟撤销修复的事实"),
    "revocation_basis": N_("拟撤销修复的依据"),
    "reply": N_("陈述申辩意见"),
    "drop_reasons": N_("不撤销修复的理由"),
}

NOTICES = {
    "submitted": N_("%(subject)s申请修复“%(item)s”（%(number)s），请核对材料并在 %(due)s前转交认定单位。"),
    "received": N_("“%(item)s”修复申请（%(number)s）已收到，将转交认定单位。信用修复不收取任何费用。"),
    "forwarded": N_("“%(item)s”修复申请（%(number)s）已转交认定单位，应在 %(due)s前决定是否受理。"),
    "supplement_requested": N_("“%(item)s”修复申请（%(number)s）需要补正。请在 %(due)s前只修改标出的地方。"),
    "supplemented": N_("%(subject)s补正了“%(item)s”修复申请（%(number)s），请核对后转交。"),
    "lapsed": N_("“%(item)s”修复申请（%(number)s）逾期未补正，视为撤回。您可以重新申请。"),
    "accepted": N_("“%(item)s”修复申请（%(number)s）已受理，应在 %(due)s前作出决定。"),
    "refused": N_("“%(item)s”修复申请（%(number)s）未被受理。理由和救济途径见文书。"),
    "withdrawn": N_("%(subject)s撤回了“%(item)s”修复申请（%(number)s）。"),
    "proposed": N_("“%(item)s”修复申请（%(number)s）已提出处理建议，请在 %(due)s前签发。"),
    "sent_back": N_("“%(item)s”修复申请（%(number)s）被退回重新核对，请在 %(due)s前再次提出建议。"),
    "approved": N_("“%(item)s”修复申请（%(number)s）已同意，正在通知各处停止公示，应在 %(due)s前完成。"),
    "rejected": N_("“%(item)s”修复申请（%(number)s）未获同意。理由、可以再次申请的日期和救济途径见文书。"),
    "repaired": N_("“%(item)s”（%(number)s）已完成修复，修复完成证明可以下载。"),
    "shielded": N_(
        "“%(item)s”（%(number)s）已临时屏蔽，期限至 %(due)s。执行完毕后请提交裁定书转为正式修复。"
    ),
    "finalised": N_("%(subject)s提交了执行完毕的裁定书（%(number)s），请在 %(due)s前审核。"),
    "restored": N_("“%(item)s”（%(number)s）已恢复公示。理由和救济途径见文书。"),
    "revocation_proposed": N_("“%(item)s”的修复（%(number)s）拟被撤销。您有权在 %(due)s前陈述申辩。"),
    "replied": N_("%(subject)s对拟撤销“%(item)s”的修复（%(number)s）提出了陈述申辩，请在 %(due)s前决定。"),
    "revocation_dropped": N_("“%(item)s”的修复（%(number)s）不撤销，继续有效。"),
    "revoked": N_("“%(item)s”的修复（%(number)s）已被撤销，恢复公示。理由和救济途径见文书。"),
    "reopened": N_("对“%(item)s”修复结果（%(number)s）的异议成立，原决定已经撤销，应在 %(due)s前重新办理。"),
    "reminder": N_("“%(item)s”修复申请（%(number)s）：%(state)s，截止 %(due)s。请及时办理。"),
    "overdue": N_("“%(item)s”修复申请（%(number)s）：%(state)s，已超过 %(due)s。请督促办理。"),
}
PAPERS = {
    "correction_proof": N_("纠正和履行义务的证明材料"),
    "ruling": N_("批准重整计划或者认可和解协议的裁定书"),
    "paper_letter": N_("在窗口签署的信用修复承诺书"),
    "other_proof": N_("法律、行政法规、部门规章要求的其他材料"),
    "plan_ruling": N_("执行完毕或者未能执行的裁定书、证明材料"),
    "reply_evidence": N_("陈述申辩证据"),
}
