"""信用修复：信用主体纠正失信行为、履行完义务后，申请终止公示、停止共享和使用失信信息，并解除管理措施。

一次申请可以包含多条失信记录，每条记录是一件独立的办件，转给作出认定的单位（谁认定、谁修复）；信用办只接收、核对材料是否齐全、
转交、督办和同步，不作修复决定。认定单位经办逐项核对条件并提出建议，由另一位负责人签发。同意修复的，各同步对象逐一停止公示、停止共享、
解除措施、更新评价，全部确认后才算办结。重整、和解期间可以临时屏蔽，计划执行完毕转为正式修复，失败则恢复公示。发现弄虚作假的，
告知并听取陈述申辩后可以撤销修复，恢复公示，并在规定期限内不得再次申请。信用修复不收取任何费用，不需要培训证明和信用报告。

依据：《信用修复管理办法》（国家发展改革委令第36号）、国办发〔2025〕22号；期限见规则表 RP-01 至 RP-17。
"""

from dataclasses import dataclass
from datetime import date

from ..domain.people import GrantKind
from ..domain.words import N_
from .circumstances import Circumstances
from .clock_steps import CLOCK_NOTICES, CLOCK_PAPERS, extendable, pausable, restartable
from .kit import Effect, Escalate, Guard, Role, Span, State, Step, Take, Workflow
from .repair_words import BASES, FILLERS, LABELS, NOTICES, PAPERS, PROOFS
from .roles import (
    ADMINISTRATOR,
    AGENT,
    ALL_SAID_THE_FIRST_TIME,
    CLERK,
    CLERK_AT_WINDOW,
    CLOCK,
    HANDLER,
    HEAD,
    LEAD,
    OWNER,
    READERS,
    WAS_RETURNED,
    bring_evidence,
    document,
    notice,
    on_record,
    sync,
)
from .scope import DidNotTake


@dataclass(frozen=True)
class Facts:
    """What a repair case remembers. Dates are legal days."""

    basis: str = "completed"
    correction: str = ""
    duties: str = ""
    proof_source: str = "uploaded"
    ruling_no: str = ""
    plan_ends_on: date | None = None
    contact_name: str = ""
    contact_mobile: str = ""
    filled_by: str = "own"
    second_return_note: str = ""
    withdrawal_reason: str = ""
    period_reached: bool = False
    duties_performed: bool = False
    commitment_made: bool = False
    other_conditions: bool = False
    finding: str = ""
    next_possible_on: date | None = None
    send_back_note: str = ""
    decision_reasons: str = ""
    plan_performed: str = ""
    plan_failed: str = ""
    revocation_facts: str = ""
    revocation_basis: str = ""
    reply: str = ""
    drop_reasons: str = ""


def is_temporary(c: Circumstances) -> bool:
    """Whether the plan that the application rests on is still being carried out."""
    return getattr(c.facts, "basis", "") == "restructuring" and not c.last_of("finalise")


# Guards: facts, each with the sentence that is said when it does not hold.
REPAIRABLE = Guard(
    N_("法律、行政法规或者党中央、国务院政策文件规定这条记录不可修复。对记录本身有异议的，可以提出异议。"),
    lambda c: c.record is not None and c.record.is_repairable,
)
NOT_OVER = Guard(
    N_("这条记录已经停止公示，不需要申请修复。"), lambda c: c.record is not None and not c.record.is_over
)
NOT_BARRED = Guard(
    N_("因为在以前的修复申请中弄虚作假，现在还不能申请。可以再次申请的日期见信用档案。"),
    lambda c: c.standing.barred_until is None or c.day >= c.standing.barred_until,
)
PERIOD_REACHED = Guard(
    N_("最短公示期还没有届满，现在不能申请。可以申请的日期见信用档案，届时会提醒您。"),
    lambda c: c.record is not None and (c.facts.basis == "restructuring" or c.day >= c.record.may_apply_from),
)
DUTIES_STATED = Guard(
    N_("请写明怎样纠正了失信行为、怎样履行了决定书上的义务，并填写联系人和手机。"),
    lambda c: all((c.facts.correction, c.facts.duties, c.facts.contact_name, c.facts.contact_mobile)),
)
PROOF_THERE = Guard(
    N_("请上传纠正和履行的证明材料（例如缴款凭证、整改报告），或者选择由认定单位核对。"),
    lambda c: c.facts.proof_source == "fetched" or "correction_proof" in c.papers,
)
RULING_THERE = Guard(
    N_("重整、和解期间申请临时修复，请填写裁定书文号、执行期限届满日，并上传裁定书。"),
    lambda c: (
        c.facts.basis != "restructuring"
        or (bool(c.facts.ruling_no) and c.facts.plan_ends_on is not None and "ruling" in c.papers)
    ),
)
LETTER_SIGNED = Guard(
    N_("申请修复前，请先为这条记录签署信用修复承诺书；一条记录签一份。在窗口办理的，请上传签好的承诺书。"),
    lambda c: (c.record is not None and c.record.has_letter) or "paper_letter" in c.papers,
)
NONE_OPEN = Guard(
    N_("这条记录已经有一件正在办理的修复申请，不需要重复申请。"),
    lambda c: c.record is not None and not c.record.has_open_repair,
)
MARKED_PARTS_ANSWERED = Guard(
    N_("退回时标出的地方还没有全部修改。请逐项修改后再提交。"), lambda c: c.marked <= c.changed | c.new_papers
)
CONDITIONS_MET = Guard(
    N_(
        "建议同意修复，四项条件都要逐项核对并勾选；有一项不符合的，请建议不予修复。"
        "重整、和解期间的临时修复，不要求前两项。"
    ),
    lambda c: (
        c.facts.commitment_made
        and c.facts.other_conditions
        and (is_temporary(c) or (c.facts.period_reached and c.facts.duties_performed))
    ),
    needs_given=True,
)
APPROVAL_PROPOSED = Guard(
    N_("经办的建议是不予修复，请按这一建议签发，或者退回重新核对。"),
    lambda c: c.last_of("propose_approval", "propose_rejection") == "propose_approval",
)
REJECTION_PROPOSED = Guard(
    N_("经办的建议是同意修复，请按这一建议签发，或者退回重新核对。"),
    lambda c: c.last_of("propose_approval", "propose_rejection") == "propose_rejection",
)
PLAN_IS_RUNNING = Guard(
    N_("这件申请不是在重整、和解期间提出的，不适用临时屏蔽。"),
    is_temporary,
)
NO_PLAN_IS_RUNNING = Guard(
    N_("这件申请依据的计划或者协议还在执行，只能临时屏蔽，执行完毕后再正式修复。"),
    lambda c: not is_temporary(c),
)
ALL_CONFIRMED = Guard(
    N_("还有同步对象没有确认。全部确认后自动办结。"),
    lambda c: c.record is not None and c.record.is_synced,
)
RULING_ATTACHED = Guard(
    N_("请上传法院确认执行完毕的裁定书。"), lambda c: "plan_ruling" in c.new_papers, needs_given=True
)
FAILURE_ATTACHED = Guard(
    N_("请上传计划或者协议未能执行的证明材料。"), lambda c: "plan_ruling" in c.new_papers, needs_given=True
)
REPLY_PERIOD_OVER = Guard(
    N_("陈述申辩期还没有届满，现在不能作出决定。期限届满或收到陈述申辩后可以决定。"),
    lambda c: c.period_is_over,
)

APPLICANTS = (OWNER, AGENT, ADMINISTRATOR)
TO_SUBMIT = (
    REPAIRABLE,
    NOT_OVER,
    NOT_BARRED,
    PERIOD_REACHED,
    NONE_OPEN,
    DUTIES_STATED,
    PROOF_THERE,
    RULING_THERE,
    LETTER_SIGNED,
)
NOT_THE_PROPOSER = N_("处理建议由您提出，须由另一位负责人签发（两人原则）。")


def deciding_head(*proposals: str) -> Role:
    """The head of the finding unit, less whoever proposed."""
    return HEAD.but(DidNotTake(proposals, NOT_THE_PROPOSER))


SIGNING_HEAD = deciding_head("propose_approval", "propose_rejection")
REVOKING_HEAD = deciding_head("propose_revocation")
UP = Escalate((GrantKind.HEAD, GrantKind.LEAD))

DRAFT = State(
    "draft",
    N_("草稿"),
    deadline="DR-01",
    expiry=Take("discard"),
    editors=(*APPLICANTS, CLERK_AT_WINDOW),
    main=True,
    remind=(7,),
    silence=N_("长期不修改，草稿会自动作废。"),
)
RECEIVED = State(
    "received",
    N_("已提交，待转交认定单位"),
    deadline="RP-01",
    expiry=Take("forward"),
    main=True,
    silence=N_("信用办逾期不转交，系统自动转交认定单位。"),
)
SUPPLEMENT = State(
    "supplement",
    N_("待补正"),
    deadline="RP-03",
    expiry=Take("lapse"),
    editors=APPLICANTS,
    remind=(3, 1),
    silence=N_("逾期不补正，视为撤回申请，您可以重新申请。"),
)
FORWARDED = State(
    "forwarded",
    N_("已转交，待认定单位受理"),
    deadline="RP-02",
    expiry=UP,
    main=True,
    silence=N_("认定单位逾期不决定，系统提醒其负责人和信用办负责人督办。"),
)
REVIEWING = State(
    "reviewing", N_("认定单位审核中"), main=True, silence=N_("逾期不办，系统提醒负责人和信用办负责人督办。")
)
AWAITING_SIGNATURE = State(
    "awaiting_signature",
    N_("已提出建议，待负责人签发"),
    main=True,
    silence=N_("逾期不签发，系统提醒负责人和信用办负责人督办。"),
)
SYNCING = State(
    "syncing",
    N_("已同意修复，正在同步"),
    deadline="RP-08",
    expiry=Escalate((GrantKind.LEAD,)),
    main=True,
    silence=N_("同步对象逾期不确认的，在同步跟踪中标为逾期，您可以下载证据包。"),
    waits_for=N_("各同步对象正在停止公示、停止共享、解除措施和更新评价"),
)
SHIELDED = State(
    "shielded",
    N_("已临时屏蔽"),
    deadline="fact:plan_ends_on",
    expiry=Escalate((GrantKind.HEAD,)),
    remind=(30, 7),
    silence=N_("执行期限届满没有提交裁定书的，系统提醒认定单位负责人处理。"),
)
REVOCATION_PROPOSED = State(
    "revocation_proposed",
    N_("拟撤销修复，等待陈述申辩"),
    deadline="RP-16",
    expiry=Escalate((GrantKind.HEAD,)),
    remind=(1,),
    silence=N_("期限内没有陈述申辩的，认定单位负责人可以直接作出决定。"),
)
REVOCATION_REPLIED = State(
    "revocation_replied",
    N_("已陈述申辩，待决定是否撤销"),
    deadline="RP-17",
    expiry=UP,
    silence=N_("逾期不决定，系统提醒负责人和信用办负责人督办。"),
)
REPAIRED = State("repaired", N_("已修复"), ended=True, main=True)
NOT_ACCEPTED = State("not_accepted", N_("已决定不予受理"), ended=True)
REJECTED = State("rejected", N_("已决定不予修复"), ended=True)
RESTORED = State("restored", N_("已恢复公示"), ended=True)
REVOKED = State("revoked", N_("修复已被撤销"), ended=True)
WITHDRAWN = State("withdrawn", N_("已撤回"), ended=True)
DISCARDED = State("discarded", N_("草稿已作废"), ended=True)

OVERALL = Span(
    State("overall", N_("向申请人反馈结果"), deadline="RP-05", expiry=Escalate((GrantKind.LEAD,))),
    over=(RECEIVED, SUPPLEMENT, FORWARDED, REVIEWING, AWAITING_SIGNATURE),
    paused_in=(SUPPLEMENT,),
    because=N_("等待申请人补正"),
)
DECISION = Span(
    State("decision", N_("认定单位作出决定"), deadline="RP-04", expiry=UP),
    over=(REVIEWING, AWAITING_SIGNATURE),
)
EVERYWHERE = sync("end_publicity", "stop_sharing", "lift_measures", "update_evaluation")

# fmt: off
STEPS = (
    Step("submit", N_("提交修复申请"), DRAFT, RECEIVED, (*APPLICANTS, CLERK_AT_WINDOW), TO_SUBMIT,
         (document("receipt"), bring_evidence("training_certificate"), notice("submitted", to="clerk"), notice("received", to="subject"))),
    Step("discard", N_("作废草稿"), DRAFT, DISCARDED, (*APPLICANTS, CLERK_AT_WINDOW, CLOCK), optional=True),
    Step("forward", N_("转交认定单位"), RECEIVED, FORWARDED, (CLERK, CLOCK), (),
         (notice("forwarded", to="handler"), notice("forwarded", to="subject"))),
    Step("note_second_return", N_("说明再次要求补正的理由"), RECEIVED, RECEIVED, (LEAD,), (WAS_RETURNED,), (),
         asks=("second_return_note",), optional=True),
    Step("note_second_return", N_("说明再次要求补正的理由"), FORWARDED, FORWARDED, (HEAD, LEAD), (WAS_RETURNED,), (),
         asks=("second_return_note",), optional=True),
    Step("request_supplement", N_("一次性告知补正"), RECEIVED, SUPPLEMENT, (CLERK,), (ALL_SAID_THE_FIRST_TIME,),
         (notice("supplement_requested", to="subject"),), coded=True),
    Step("request_supplement", N_("一次性告知补正"), FORWARDED, SUPPLEMENT, (HANDLER,), (ALL_SAID_THE_FIRST_TIME,),
         (notice("supplement_requested", to="subject"),), coded=True),
    Step("supplement", N_("提交补正"), SUPPLEMENT, RECEIVED, APPLICANTS, (MARKED_PARTS_ANSWERED,),
         (notice("supplemented", to="clerk"),)),
    Step("lapse", N_("逾期未补正，视为撤回"), SUPPLEMENT, WITHDRAWN, (CLOCK,), (),
         (document("repair_closure"), notice("lapsed", to="subject")), optional=True),
    Step("accept", N_("受理"), FORWARDED, REVIEWING, (HANDLER,), (), (notice("accepted", to="subject"),)),
    Step("refuse", N_("不予受理"), FORWARDED, NOT_ACCEPTED, (HANDLER,), (),
         (document("repair_refusal"), notice("refused", to="subject")), coded=True),
    *(Step("withdraw", N_("撤回申请"), state, WITHDRAWN, APPLICANTS, (),
           (document("repair_closure"), notice("withdrawn", to=side)), asks=("withdrawal_reason",), optional=True)
      for state, side in ((RECEIVED, "clerk"), (SUPPLEMENT, "clerk"), (FORWARDED, "handler"), (REVIEWING, "handler"))),
    Step("propose_approval", N_("建议同意修复"), REVIEWING, AWAITING_SIGNATURE, (HANDLER,), (CONDITIONS_MET,),
         (notice("proposed", to="head"),),
         asks=("period_reached", "duties_performed", "commitment_made", "other_conditions", "finding")),
    Step("propose_rejection", N_("建议不予修复"), REVIEWING, AWAITING_SIGNATURE, (HANDLER,), (),
         (notice("proposed", to="head"),), asks=("next_possible_on",), coded=True),
    Step("send_back", N_("退回重新核对"), AWAITING_SIGNATURE, REVIEWING, (HEAD,), (),
         (notice("sent_back", to="handler"),), asks=("send_back_note",), optional=True),
    Step("approve", N_("同意修复"), AWAITING_SIGNATURE, SYNCING, (SIGNING_HEAD,), (APPROVAL_PROPOSED, NO_PLAN_IS_RUNNING),
         (on_record("hide"), EVERYWHERE, document("repair_decision"), notice("approved", to="subject")),
         asks=("decision_reasons",)),
    Step("reject", N_("不予修复"), AWAITING_SIGNATURE, REJECTED, (SIGNING_HEAD,), (REJECTION_PROPOSED,),
         (document("repair_rejection"), notice("rejected", to="subject")), asks=("decision_reasons",)),
    Step("complete", N_("同步完成，办结"), SYNCING, REPAIRED, (CLOCK,), (ALL_CONFIRMED,),
         (on_record("repaired"), document("repair_completion"), notice("repaired", to="subject")), follows=True),
    Step("shield", N_("同意临时屏蔽"), AWAITING_SIGNATURE, SHIELDED, (SIGNING_HEAD,), (APPROVAL_PROPOSED, PLAN_IS_RUNNING),
         (on_record("shield"), sync("shield", "suspend_measures"), document("repair_shielding"), notice("shielded", to="subject")),
         asks=("decision_reasons",)),
    Step("finalise", N_("申请转为正式修复"), SHIELDED, REVIEWING, (OWNER, ADMINISTRATOR), (RULING_ATTACHED,),
         (notice("finalised", to="handler"),), asks=("plan_performed",), papers=("plan_ruling",)),
    Step("restore", N_("恢复公示"), SHIELDED, RESTORED, (HEAD,), (FAILURE_ATTACHED,),
         (on_record("show"), sync("unshield", "resume_measures"), document("repair_restoration"), notice("restored", to="subject")),
         asks=("plan_failed",), papers=("plan_ruling",), optional=True),
    Step("propose_revocation", N_("建议撤销修复"), REPAIRED, REVOCATION_PROPOSED, (HANDLER,), (),
         (notice("revocation_proposed", to="subject"),), asks=("revocation_facts", "revocation_basis"), optional=True),
    Step("reply", N_("陈述申辩"), REVOCATION_PROPOSED, REVOCATION_REPLIED, APPLICANTS, (),
         (notice("replied", to="head"), notice("replied", to="handler")), asks=("reply",), papers=("reply_evidence",)),
    Step("drop_revocation", N_("不撤销修复"), REVOCATION_PROPOSED, REPAIRED, (HEAD,), (),
         (notice("revocation_dropped", to="subject"),), asks=("drop_reasons",), optional=True),
    Step("drop_revocation", N_("不撤销修复"), REVOCATION_REPLIED, REPAIRED, (HEAD,), (),
         (notice("revocation_dropped", to="subject"),), asks=("drop_reasons",)),
    *(Step("revoke", N_("撤销修复"), state, REVOKED, (REVOKING_HEAD,), guards,
           (on_record("revoked"), sync("restore"), Effect("bar", "RP-10"), Effect("revoke_documents"),
            document("repair_revocation"), notice("revoked", to="subject")), asks=("decision_reasons",))
      for state, guards in ((REVOCATION_REPLIED, ()), (REVOCATION_PROPOSED, (REPLY_PERIOD_OVER,)))),
    *(Step("reopen", N_("经异议核查，重新办理"), state, again, (CLOCK,), (NONE_OPEN,),
           (Effect("revoke_documents"), bring_evidence("training_certificate"), notice("reopened", to="handler"), notice("reopened", to="subject")), optional=True)
      for state, again in ((REJECTED, REVIEWING), (NOT_ACCEPTED, FORWARDED))),
    *pausable(REVIEWING, HANDLER),
    *extendable(REVIEWING, HEAD, rule="RP-06"),
    *extendable(AWAITING_SIGNATURE, HEAD, rule="RP-06"),
    *restartable(REVOCATION_PROPOSED, HANDLER),
)
# fmt: on

REPAIR = Workflow(
    name="repair",
    title=N_("信用修复"),
    prefix="RP",
    story=__doc__,
    facts=Facts,
    labels=LABELS,
    fills=(
        "basis",
        "correction",
        "duties",
        "proof_source",
        "ruling_no",
        "plan_ends_on",
        "contact_name",
        "contact_mobile",
        "filled_by",
    ),
    readers=READERS,
    states=(
        DRAFT,
        RECEIVED,
        SUPPLEMENT,
        FORWARDED,
        REVIEWING,
        AWAITING_SIGNATURE,
        SYNCING,
        SHIELDED,
        REVOCATION_PROPOSED,
        REVOCATION_REPLIED,
        REPAIRED,
        NOT_ACCEPTED,
        REJECTED,
        RESTORED,
        REVOKED,
        WITHDRAWN,
        DISCARDED,
    ),
    steps=STEPS,
    notices=NOTICES | CLOCK_NOTICES,
    spans=(OVERALL, DECISION),
    papers=PAPERS | CLOCK_PAPERS,
    attaches=("correction_proof", "ruling", "paper_letter", "other_proof"),
    choices={"basis": BASES, "proof_source": PROOFS, "filled_by": FILLERS},
)
