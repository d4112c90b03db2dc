"""What people read in the listing workflow beside its states, steps and guards: facts, choices, papers, notices."""

from ..domain.words import N_

KINDS = {
    "serious": N_("严重失信主体名单"),
    "abnormal": N_("异常名录"),
    "red": N_("守信激励名单"),
    "focus": N_("重点关注名单"),
}
ADVERSE = ("serious", "abnormal")
"""The kinds of list that stand against the subject: each entry is a credit record too."""
SERVED = {
    "handed": N_("直接送达（当面签收）"),
    "post": N_("邮寄送达"),
    "online": N_("电子送达（受送达人同意）"),
    "left": N_("留置送达"),
    "announced": N_("公告送达"),
}

LABELS = {
    "matter": N_("名单"),
    "list_key": N_("名单编号"),
    "kind": N_("名单种类"),
    "scope": N_("公开范围"),
    "reply_rule": N_("这个名单的陈述申辩期限"),
    "behaviour": N_("拟列入的事实和理由"),
    "basis": N_("列入的法律依据（写到条款）"),
    "evidence_no": N_("所依据的处罚决定书等文书的文号"),
    "measures": N_("列入后采取的管理措施"),
    "served_on": N_("告知书送达日期"),
    "served_how": N_("告知书送达方式"),
    "reply_points": N_("陈述申辩意见"),
    "answers": N_("对陈述申辩意见的逐点答复"),
    "drop_reasons": N_("不列入的理由"),
    "proposal": N_("处理建议和核实情况"),
    "send_back_note": N_("退回重新核实的意见"),
    "decision_reasons": N_("列入的理由"),
    "decision_served_on": N_("决定书送达日期"),
    "decision_served_how": N_("决定书送达方式"),
    "channel": N_("公布渠道"),
}

NOTICES = {
    "served": N_("贵方拟被列入“%(item)s”（%(number)s）。请阅读告知书，您有权在 %(due)s前陈述申辩。"),
    "service_proved": N_("列入“%(item)s”的告知书（%(number)s）已经送达。您有权在 %(due)s前陈述申辩。"),
    "replied": N_("%(subject)s对拟列入“%(item)s”（%(number)s）提出了陈述申辩，请在 %(due)s前核实并答复。"),
    "reply_entered": N_("您对拟列入“%(item)s”（%(number)s）的书面陈述申辩已经登记，单位将逐点核实答复。"),
    "dropped": N_("贵方不列入“%(item)s”（%(number)s）。理由见办件页面。"),
    "proposed": N_("%(subject)s列入“%(item)s”（%(number)s）已提出建议，请在 %(due)s前签发。"),
    "sent_back": N_("%(subject)s列入“%(item)s”（%(number)s）被退回重新核实，请在 %(due)s前再次提出建议。"),
    "decided": N_("已决定将贵方列入“%(item)s”（%(number)s）。理由、移出的条件和救济途径见决定书。"),
    "annulled": N_("列入“%(item)s”的决定（%(number)s）已经撤销，不再公布，视为自始未列入。"),
    "to_publish": N_("%(subject)s列入“%(item)s”的决定（%(number)s）已送达，请在 %(due)s前公布。"),
    "listed": N_(
        "贵方已被列入“%(item)s”（%(number)s）。期限届满、符合提前移出条件的，可以移出，不收取任何费用。"
    ),
    "reminder": N_("列入“%(item)s”（%(number)s）：%(state)s，截止 %(due)s。请及时办理。"),
    "overdue": N_("列入“%(item)s”（%(number)s）：%(state)s，已超过 %(due)s。请督促办理。"),
}
PAPERS = {
    "grounds_paper": N_("列入所依据的文书"),
    "service_proof": N_("告知书送达回证"),
    "reply_evidence": N_("陈述申辩证据"),
    "decision_service_proof": N_("决定书送达回证"),
}
