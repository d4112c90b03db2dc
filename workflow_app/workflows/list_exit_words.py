"""What people read in the list exit workflow beside its states, steps and guards: facts, choices, papers, notices."""

from ..domain.words import N_
from .listing_words import KINDS
from .repair_words import FILLERS, PROOFS

WAYS = {
    "early": N_("提前移出"),
    "ex_officio": N_("依职权移出"),
    "expired": N_("期限届满移出"),
    "annulled": N_("经异议核查撤销列入"),
}
"""How an entry ends; each leaves a trace of its own."""
MINIMUMS = {
    "both": N_("名单规定和《信用修复管理办法》的最短期限都已届满"),
    "list_rule": N_("适用名单规定的最短期限（短于《信用修复管理办法》的一年）"),
    "order_36": N_("适用《信用修复管理办法》第二条严重失信信息的最短期限"),
}
"""Which least time the deciding unit holds to where the two differ; how they relate is not settled."""

LABELS = {
    "matter": N_("名单"),
    "entry_ref": N_("列入记录编号"),
    "kind": N_("名单种类"),
    "way": N_("移出方式"),
    "correction": N_("纠正失信行为的情况"),
    "duties": N_("履行义务、消除危害后果的情况"),
    "proof_source": N_("证明材料的来源"),
    "contact_name": N_("联系人"),
    "contact_mobile": N_("联系手机"),
    "filled_by": N_("填写人"),
    "second_return_note": N_("再次退回的理由"),
    "withdrawal_reason": N_("撤回理由"),
    "grounds": N_("依职权移出的事实和理由"),
    "duties_performed": N_("义务已全部履行"),
    "harm_removed": N_("危害后果和不良影响已消除"),
    "commitment_made": N_("已公开作出守信承诺"),
    "none_again": N_("列入期间没有再次受到较重行政处罚"),
    "minimum": N_("最短期限的适用"),
    "minimum_basis": N_("适用这一最短期限的依据"),
    "finding": N_("逐项核对的情况"),
    "next_possible_on": N_("可以再次申请的日期"),
    "send_back_note": N_("退回重新核对的意见"),
    "decision_reasons": N_("决定理由"),
    "revocation_facts": N_("拟撤销移出的事实"),
    "revocation_basis": N_("拟撤销移出的依据"),
    "reply": N_("陈述申辩意见"),
    "drop_reasons": N_("不撤销移出的理由"),
}
NOTICES = {
    "submitted": N_("%(subject)s申请移出“%(item)s”（%(number)s），请在 %(due)s前转交认定单位。"),
    "received": N_("移出“%(item)s”的申请（%(number)s）已收到，将转交认定单位。移出名单不收取任何费用。"),
    "forwarded": N_("移出“%(item)s”的申请（%(number)s）已转交认定单位，应在 %(due)s前决定是否受理。"),
    "supplement_requested": N_(
        "移出“%(item)s”的申请（%(number)s）需要补正。请在 %(due)s前只修改标出的地方。"
    ),
    "supplemented": N_("%(subject)s补正了移出“%(item)s”的申请（%(number)s），请核对后转交。"),
    "lapsed": N_("移出“%(item)s”的申请（%(number)s）逾期未补正，视为撤回。您可以重新申请。"),
    "accepted": N_("移出“%(item)s”的申请（%(number)s）已受理，应在 %(due)s前作出决定。"),
    "refused": N_("移出“%(item)s”的申请（%(number)s）未被受理。理由和救济途径见文书。"),
    "withdrawn": N_("%(subject)s撤回了移出“%(item)s”的申请（%(number)s）。"),
    "closed": N_("贵方已经移出“%(item)s”，移出申请（%(number)s）不需要再办理，终止办理。您不用再做什么。"),
    "proposed": N_("移出“%(item)s”（%(number)s）已提出处理建议，请在 %(due)s前签发。"),
    "sent_back": N_("移出“%(item)s”（%(number)s）被退回重新核对，请在 %(due)s前再次提出建议。"),
    "approved": N_("已决定将贵方移出“%(item)s”（%(number)s），正在停止公示、解除措施，应在 %(due)s前完成。"),
    "expired": N_(
        "贵方列入“%(item)s”的期限已经届满，自动移出（%(number)s），应在 %(due)s前停止公示、解除措施。您不用再做什么。"
    ),
    "annulled": N_(
        "经异议核查，列入“%(item)s”有误，视为自始未列入（%(number)s），应在 %(due)s前撤下、解除措施。"
    ),
    "rejected": N_("移出“%(item)s”的申请（%(number)s）未获同意。理由、可以再次申请的日期和救济途径见文书。"),
    "exited": N_("贵方已移出“%(item)s”（%(number)s），各处均已确认，移出完成证明可以下载。"),
    "revocation_proposed": N_("贵方移出“%(item)s”的决定（%(number)s）拟被撤销。您有权在 %(due)s前陈述申辩。"),
    "replied": N_("%(subject)s对拟撤销移出“%(item)s”（%(number)s）提出了陈述申辩，请在 %(due)s前决定。"),
    "revocation_dropped": N_("移出“%(item)s”的决定（%(number)s）不撤销，继续有效。"),
    "revoked": N_(
        "移出“%(item)s”的决定（%(number)s）已被撤销，恢复列入，期限重新计算。理由和救济途径见文书。"
    ),
    "reminder": N_("移出“%(item)s”（%(number)s）：%(state)s，截止 %(due)s。请及时办理。"),
    "overdue": N_("移出“%(item)s”（%(number)s）：%(state)s，已超过 %(due)s。请督促办理。"),
}
PAPERS = {
    "correction_proof": N_("履行义务、消除危害后果的证明材料"),
    "paper_letter": N_("在窗口签署的守信承诺书"),
    "other_proof": N_("名单规定要求的其他材料"),
    "reply_evidence": N_("陈述申辩证据"),
}
CHOICES = {"proof_source": PROOFS, "filled_by": FILLERS, "kind": KINDS, "way": WAYS, "minimum": MINIMUMS}
