"""移出名单：列入的主体符合提前移出条件时申请移出；期限届满当日之后系统自动移出；经异议查明列入有误的，视为自始未列入。

申请由信用办接收、转交作出列入决定的单位，该单位逐项核对移出条件并提出建议，由另一位负责人签发。名单规定的最短期限短于《信用修复管理办法》的，
两个日期都告知当事人，由认定单位选择适用并写明依据。守信激励、重点关注名单可以由认定单位依职权启动移出。
移出后沿原公布渠道公告，每个采取措施的单位逐一确认解除，全部确认后才算办结。发现弄虚作假的，告知并听取陈述申辩后可以撤销移出，
恢复列入，期限重新计算。培训不是移出的条件。移出名单不收取任何费用。

依据：国办发〔2020〕49号；《信用修复管理办法》；各名单的规定；期限见规则表 LE-04 至 LE-07、LE-12。
"""

from dataclasses import dataclass
from datetime import date

from ..domain.people import GrantKind
from ..domain.words import N_
from .clock_steps import CLOCK_NOTICES, CLOCK_PAPERS, pausable, restartable
from .kit import Effect, Escalate, Guard, Span, State, Step, Take, Workflow
from .list_exit_words import CHOICES, LABELS, NOTICES, PAPERS
from .listing_words import ADVERSE
from .repair import APPLICANTS, MARKED_PARTS_ANSWERED, NOT_BARRED, REPLY_PERIOD_OVER
from .roles import (
    ALL_SAID_THE_FIRST_TIME,
    CLERK,
    CLERK_AT_WINDOW,
    CLOCK,
    HANDLER,
    HEAD,
    LEAD,
    READERS,
    WAS_RETURNED,
    bring_evidence,
    document,
    notice,
)
from .scope import DidNotTake, Holds, OpenedIt


@dataclass(frozen=True)
class Facts:
    """What a list exit remembers. Dates are legal days."""

    matter: str = ""
    entry_ref: str = ""
    kind: str = ""
    way: str = "early"
    correction: str = ""
    duties: str = ""
    proof_source: str = "uploaded"
    contact_name: str = ""
    contact_mobile: str = ""
    filled_by: str = "own"
    second_return_note: str = ""
    withdrawal_reason: str = ""
    grounds: str = ""
    duties_performed: bool = False
    harm_removed: bool = False
    commitment_made: bool = False
    none_again: bool = False
    minimum: str = ""
    minimum_basis: str = ""
    finding: str = ""
    next_possible_on: date | None = None
    send_back_note: str = ""
    decision_reasons: str = ""
    revocation_facts: str = ""
    revocation_basis: str = ""
    reply: str = ""
    drop_reasons: str = ""


# Guards: facts, each with the sentence that is said when it does not hold. `around` is services.lists.
BY_APPLICATION = Guard(
    N_("这条列入记录由认定单位复查后依职权移出，不需要申请。"),
    lambda c: c.facts.way == "early" and c.facts.kind != "focus",
)
STANDS = Guard(N_("这条列入记录已经移出，不需要再办理移出。"), lambda c: c.around["stands"])
NONE_OPEN = Guard(
    N_("这条列入记录已经有一件正在办理的移出，不需要重复办理。"), lambda c: not c.around["has_open_exit"]
)
MINIMUM_REACHED = Guard(
    N_("名单规定的最短期限还没有届满，现在不能申请提前移出。可以申请的日期见信用档案，届时会提醒您。"),
    lambda c: c.around["early_from"] is not None and c.day >= c.around["early_from"],
)
DUTIES_STATED = Guard(
    N_("请写明怎样纠正了失信行为、怎样履行了义务和消除了危害后果，并填写联系人和手机。"),
    lambda c: (
        bool(c.facts.contact_name and c.facts.contact_mobile)
        and (c.facts.kind not in ADVERSE or bool(c.facts.correction and c.facts.duties))
    ),
)
PROOF_THERE = Guard(
    N_("请上传履行义务、消除危害后果的证明材料，或者选择由认定单位核对。"),
    lambda c: (
        c.facts.kind not in ADVERSE or c.facts.proof_source == "fetched" or "correction_proof" in c.papers
    ),
)
LETTER_SIGNED = Guard(
    N_("申请提前移出前，请先为这条列入记录签署守信承诺书。在窗口办理的，请上传签好的承诺书。"),
    lambda c: (
        c.facts.kind not in ADVERSE
        or (c.record is not None and c.record.has_letter)
        or "paper_letter" in c.papers
    ),
)
TERM_OVER = Guard(N_("列入名单的期限还没有届满。"), lambda c: c.around["is_term_over"])
NO_RESTRICTION = Guard(
    N_("仍在法律规定的限制期间，限制期满以前不能移出。"), lambda c: not c.around["is_restricted"]
)
FOUND_WRONG = Guard(N_("没有查明列入有误的异议。"), lambda c: c.around["was_annulled"])
MAY_BE_STARTED = Guard(
    N_("失信名单的移出由当事人申请，或者期限届满自动移出。只有守信激励、重点关注名单可以依职权移出。"),
    lambda c: c.facts.kind not in ADVERSE,
)
CONDITIONS_MET = Guard(
    N_("建议移出失信名单，各项条件都要逐项核对并勾选；有一项不符合的，请建议不予移出。"),
    lambda c: (
        c.facts.kind not in ADVERSE
        or all((c.facts.duties_performed, c.facts.harm_removed, c.facts.commitment_made, c.facts.none_again))
    ),
    needs_given=True,
)
MINIMUM_CHOSEN = Guard(
    N_(
        "名单规定的最短期限已满，但《信用修复管理办法》的最短期限未满：请选择适用哪一个，并写明依据；适用后者的，请建议不予移出。"
    ),
    lambda c: (
        c.around["order_36_reached"] or (c.facts.minimum == "list_rule" and bool(c.facts.minimum_basis))
    ),
    needs_given=True,
)
IS_ADVERSE = Guard(N_("这个名单不是失信名单。"), lambda c: c.facts.kind in ADVERSE)
EXIT_PROPOSED = Guard(
    N_("经办的建议是不予移出，请按这一建议签发，或者退回重新核对。"),
    lambda c: c.last_of("propose_approval", "propose_rejection") == "propose_approval",
)
STAY_PROPOSED = Guard(
    N_("经办的建议是移出，请按这一建议签发，或者退回重新核对。"),
    lambda c: c.last_of("propose_approval", "propose_rejection") == "propose_rejection",
)
LEFT_EARLY = Guard(
    N_("只有经申请提前移出的才能撤销；期限届满、依职权移出和经异议撤销的不适用。"),
    lambda c: c.facts.way == "early",
)
NOT_LISTED_ANEW = Guard(
    N_("这个主体后来又被列入这个名单，不能再恢复这一次列入。请决定不撤销移出，按后一次列入办理。"),
    lambda c: not c.around["is_listed_anew"],
)
OVERTAKEN = Guard(N_("这条列入记录还在名单上。"), lambda c: not c.around["stands"])
ALL_CONFIRMED = Guard(
    N_("还有单位没有确认停止公示或者解除措施。全部确认后自动办结。"),
    lambda c: not c.around["measures_left"] and (c.record is None or c.record.is_synced),
)

TO_SUBMIT = (
    BY_APPLICATION, STANDS, NONE_OPEN, NOT_BARRED, MINIMUM_REACHED, NO_RESTRICTION, DUTIES_STATED, PROOF_THERE, LETTER_SIGNED,
)  # fmt: skip
NOT_THE_PROPOSER = N_("处理建议由您提出，须由另一位负责人签发（两人原则）。")
SIGNING_HEAD = HEAD.but(DidNotTake(("propose_approval", "propose_rejection"), NOT_THE_PROPOSER))
REVOKING_HEAD = HEAD.but(DidNotTake(("propose_revocation",), NOT_THE_PROPOSER))
INITIATOR = HANDLER.but(OpenedIt())
UP = Escalate((GrantKind.HEAD, GrantKind.LEAD))

DRAFT = State(
    "draft",
    N_("草稿"),
    deadline="DR-01",
    expiry=Take("discard"),
    editors=(*APPLICANTS, CLERK_AT_WINDOW, INITIATOR, CLOCK),
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
    deadline="LE-12",
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
    N_("已决定移出，正在停止公示、解除措施"),
    deadline="LE-07",
    expiry=Escalate((GrantKind.LEAD,)),
    main=True,
    silence=N_("逾期不确认的单位在措施看板上标为超期，系统提醒其负责人和信用办负责人督办。"),
    waits_for=N_("各处正在停止公示，采取措施的单位正在逐一确认解除"),
)
REVOCATION_PROPOSED = State(
    "revocation_proposed",
    N_("拟撤销移出，等待陈述申辩"),
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
EXITED = State("exited", N_("已移出名单"), ended=True, main=True)
NOT_ACCEPTED = State("not_accepted", N_("已决定不予受理"), ended=True)
REJECTED = State("rejected", N_("已决定不予移出"), ended=True)
REVOKED = State("revoked", N_("移出已被撤销"), ended=True)
WITHDRAWN = State("withdrawn", N_("已撤回"), ended=True)
DISCARDED = State("discarded", N_("草稿已作废"), ended=True)

DECISION = Span(
    State("decision", N_("认定单位作出决定"), deadline="LE-06", expiry=UP),
    over=(REVIEWING, AWAITING_SIGNATURE),
)
EVERYWHERE = Effect("sync", "end_publicity stop_sharing lift_measures update_evaluation", only_if=IS_ADVERSE)
LEAVE = (Effect("entry", "ask"), Effect("entry", "exit"), EVERYWHERE, Effect("lift"))

# fmt: off
STEPS = (
    Step("submit", N_("提交移出申请"), DRAFT, RECEIVED, (*APPLICANTS, CLERK_AT_WINDOW), TO_SUBMIT,
         (Effect("entry", "ask"), document("receipt"), bring_evidence("training_certificate"), notice("submitted", to="clerk"), notice("received", to="subject"))),
    Step("initiate", N_("依职权启动移出"), DRAFT, REVIEWING, (INITIATOR,), (STANDS, NONE_OPEN, MAY_BE_STARTED), (Effect("entry", "ask"),),
         asks=("grounds",)),
    Step("expire", N_("期限届满，移出名单"), DRAFT, SYNCING, (CLOCK,), (STANDS, TERM_OVER, NO_RESTRICTION),
         (*LEAVE, document("list_exit_decision"), notice("expired", to="subject"))),
    Step("annul", N_("经异议核查，撤销列入"), DRAFT, SYNCING, (CLOCK,), (FOUND_WRONG,),
         (Effect("entry", "ask"), Effect("entry", "exit"), Effect("lift"), document("list_exit_decision"), notice("annulled", to="subject"))),
    Step("discard", N_("作废草稿"), DRAFT, DISCARDED, (*APPLICANTS, CLERK_AT_WINDOW, INITIATOR, CLOCK), optional=True),
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
         (document("list_exit_closure"), notice("lapsed", to="subject")), optional=True),
    Step("accept", N_("受理"), FORWARDED, REVIEWING, (HANDLER,), (), (notice("accepted", to="subject"),)),
    Step("refuse", N_("不予受理"), FORWARDED, NOT_ACCEPTED, (HANDLER,), (),
         (document("list_exit_refusal"), notice("refused", to="subject")), coded=True),
    *(Step("withdraw", N_("撤回申请"), state, WITHDRAWN, APPLICANTS, (),
           (document("list_exit_closure"), notice("withdrawn", to=side)), asks=("withdrawal_reason",), optional=True)
      for state, side in ((RECEIVED, "clerk"), (SUPPLEMENT, "clerk"), (FORWARDED, "handler"), (REVIEWING, "handler"))),
    *(Step("close", N_("已经移出，终止办理"), state, WITHDRAWN, (CLOCK,), (OVERTAKEN,),
           (document("list_exit_closure"), notice("closed", to="subject")), optional=True, follows=True)
      for state in (RECEIVED, SUPPLEMENT, FORWARDED, REVIEWING, AWAITING_SIGNATURE)),
    Step("propose_approval", N_("建议移出"), REVIEWING, AWAITING_SIGNATURE, (HANDLER,), (CONDITIONS_MET, MINIMUM_CHOSEN),
         (notice("proposed", to="head"),),
         asks=("duties_performed", "harm_removed", "commitment_made", "none_again", "minimum", "minimum_basis", "finding")),
    Step("propose_rejection", N_("建议不予移出"), REVIEWING, AWAITING_SIGNATURE, (HANDLER,), (),
         (notice("proposed", to="head"),), asks=("next_possible_on",), coded=True),
    Step("send_back", N_("退回重新核对"), AWAITING_SIGNATURE, REVIEWING, (HEAD,), (),
         (notice("sent_back", to="handler"),), asks=("send_back_note",), optional=True),
    Step("approve", N_("决定移出"), AWAITING_SIGNATURE, SYNCING, (SIGNING_HEAD,), (STANDS, NO_RESTRICTION, EXIT_PROPOSED),
         (*LEAVE, document("list_exit_decision"), notice("approved", to="subject")), asks=("decision_reasons",)),
    Step("reject", N_("决定不予移出"), AWAITING_SIGNATURE, REJECTED, (SIGNING_HEAD,), (STAY_PROPOSED,),
         (document("list_exit_rejection"), notice("rejected", to="subject")), asks=("decision_reasons",)),
    Step("complete", N_("各处均已确认，办结"), SYNCING, EXITED, (CLOCK,), (ALL_CONFIRMED,),
         (Effect("entry", "done"), document("list_exit_completion"), notice("exited", to="subject")), follows=True),
    Step("propose_revocation", N_("建议撤销移出"), EXITED, REVOCATION_PROPOSED, (HANDLER,), (LEFT_EARLY,),
         (notice("revocation_proposed", to="subject"),), asks=("revocation_facts", "revocation_basis"), optional=True),
    Step("reply", N_("陈述申辩"), REVOCATION_PROPOSED, REVOCATION_REPLIED, APPLICANTS, (),
         (notice("replied", to="head"), notice("replied", to="handler")), asks=("reply",), papers=("reply_evidence",)),
    Step("drop_revocation", N_("不撤销移出"), REVOCATION_PROPOSED, EXITED, (HEAD,), (),
         (notice("revocation_dropped", to="subject"),), asks=("drop_reasons",), optional=True),
    Step("drop_revocation", N_("不撤销移出"), REVOCATION_REPLIED, EXITED, (HEAD,), (),
         (notice("revocation_dropped", to="subject"),), asks=("drop_reasons",)),
    *(Step("revoke", N_("撤销移出"), state, REVOKED, (REVOKING_HEAD,), guards,
           (Effect("entry", "restore"), Effect("sync", "restore", only_if=IS_ADVERSE), Effect("bar", "RP-10"), Effect("revoke_documents"),
            document("list_exit_revocation"), notice("revoked", to="subject")), asks=("decision_reasons",))
      for state, guards in ((REVOCATION_REPLIED, (NOT_LISTED_ANEW,)), (REVOCATION_PROPOSED, (REPLY_PERIOD_OVER, NOT_LISTED_ANEW)))),
    *pausable(REVIEWING, HANDLER),
    *restartable(REVOCATION_PROPOSED, HANDLER),
)
# fmt: on

LIST_EXIT = Workflow(
    name="list_exit",
    title=N_("移出名单"),
    prefix="LE",
    story=__doc__,
    facts=Facts,
    labels=LABELS,
    fills=("correction", "duties", "proof_source", "contact_name", "contact_mobile", "filled_by"),
    readers=READERS | (Holds(GrantKind.HANDLER, on="unit_id") & OpenedIt()),
    states=(
        DRAFT,
        RECEIVED,
        SUPPLEMENT,
        FORWARDED,
        REVIEWING,
        AWAITING_SIGNATURE,
        SYNCING,
        REVOCATION_PROPOSED,
        REVOCATION_REPLIED,
        EXITED,
        NOT_ACCEPTED,
        REJECTED,
        REVOKED,
        WITHDRAWN,
        DISCARDED,
    ),
    steps=STEPS,
    notices=NOTICES | CLOCK_NOTICES,
    spans=(DECISION,),
    papers=PAPERS | CLOCK_PAPERS,
    attaches=("correction_proof", "paper_letter", "other_proof"),
    choices=CHOICES,
)
