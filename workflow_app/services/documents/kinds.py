"""The kinds of documents: what their numbers begin with, how they are called, which sheet they take, how long they last."""

from dataclasses import dataclass
from datetime import date

from ...domain.rulebook import Rulebook
from ...domain.words import N_


@dataclass(frozen=True)
class Kind:
    """A kind of document: what its numbers begin with, how it is called and which sheet it takes.

    `is_personal`: whoever opened its case keeps it, whether or not they still act for the subject.
    `lasts`: the rule that says how long it may be relied on; without one it does not expire.
    `may_be_revoked`: two people may revoke it by itself, because no step of a workflow does. `dated`: the values of its
    text that are the day of issue itself, so that one that replaces it says its own.
    """

    prefix: str
    title: str
    layout: str
    is_personal: bool = False
    lasts: str = ""
    may_be_revoked: bool = False
    dated: tuple[str, ...] = ()

    @property
    def may_be_replaced(self) -> bool:
        """Whether one with what is true today may take its place (换发): a certificate, which decides nothing."""
        return self.may_be_revoked and self.layout == "certificate"


KINDS = {
    "commitment_letter": Kind("CL", N_("信用承诺书"), "letter"),
    "fulfilment_certificate": Kind("FC", N_("信用承诺履行证明"), "certificate", may_be_revoked=True),
    "commitment_refusal": Kind("RF", N_("信用承诺不予受理通知书"), "decision"),
    "commitment_closure": Kind("TN", N_("信用承诺终止办理通知书"), "decision"),
    "breach_decision": Kind("BD", N_("违反信用承诺认定书"), "decision"),
    "clock_notice": Kind("DN", N_("办理期限变更告知书"), "decision"),
    "repair_notice": Kind("NT", N_("信用修复告知书"), "notice", may_be_revoked=True),
    "repair_decision": Kind("RD", N_("信用修复决定书"), "decision"),
    "repair_rejection": Kind("RJ", N_("不予信用修复决定书"), "decision"),
    "repair_refusal": Kind("RN", N_("信用修复不予受理通知书"), "decision"),
    "repair_closure": Kind("RZ", N_("信用修复终止办理通知书"), "decision"),
    "repair_completion": Kind("XC", N_("信用修复完成证明"), "certificate", may_be_revoked=True),
    "repair_shielding": Kind("RS", N_("信用信息临时屏蔽决定书"), "decision"),
    "repair_restoration": Kind("RR", N_("恢复公示决定书"), "decision"),
    "repair_revocation": Kind("RV", N_("撤销信用修复决定书"), "decision"),
    "credit_report": Kind("PR", N_("公共信用报告"), "notice", lasts="DC-01", may_be_revoked=True),
    "objection_result": Kind("OR", N_("异议处理结果告知书"), "decision"),
    "objection_review": Kind("OV", N_("异议复核决定书"), "decision"),
    "objection_refusal": Kind("ON", N_("异议不予受理通知书"), "decision"),
    "objection_closure": Kind("OZ", N_("异议终止办理通知书"), "decision"),
    "training_certificate": Kind(
        "CT", N_("培训证明"), "certificate", is_personal=True, may_be_revoked=True, dated=("decided_on",)
    ),
    "listing_notice": Kind("LN", N_("拟列入名单告知书"), "decision"),
    "listing_decision": Kind("LD", N_("列入名单决定书"), "decision"),
    "list_exit_decision": Kind("ED", N_("移出名单决定书"), "decision"),
    "list_exit_rejection": Kind("EJ", N_("不予移出名单决定书"), "decision"),
    "list_exit_refusal": Kind("EN", N_("移出名单申请不予受理通知书"), "decision"),
    "list_exit_closure": Kind("EZ", N_("移出名单申请终止办理通知书"), "decision"),
    "list_exit_completion": Kind("EC", N_("移出名单完成证明"), "certificate", may_be_revoked=True),
    "list_exit_revocation": Kind("EV", N_("撤销移出名单决定书"), "decision"),
    "receipt": Kind("RC", N_("受理单"), "receipt"),
}


def expiry(kind: str, *, issued_on: date, rulebook: Rulebook) -> date | None:
    """The last day on which a document of this kind may be relied on; None where no rule of that day ends it."""
    lasts = KINDS[kind].lasts
    if not any(rule.is_in_force(issued_on) for rule in rulebook.pack.of(lasts)):
        return None
    return rulebook.due(lasts, issued_on).due_on
