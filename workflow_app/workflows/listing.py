"""列入名单：有法律依据的名单（严重失信主体名单、异常名录、守信激励名单、重点关注名单）把一个主体列入的过程。

认定单位查清事实后先送达告知书，写明事实、理由、依据、拟采取的管理措施、移出的条件和程序；当事人可以在期限内陈述申辩，
认定单位逐点核实答复。经办提出建议，由另一位负责人决定；决定书写明理由、移出条件和救济途径，送达后由信用办公布，
管理措施由各单位逐项响应。没有法律依据的名单不能建立；只有名称、没有核对代码的，不能列入。
守信激励名单列入前向社会公示；重点关注名单只供内部监督，从不公开。

依据：国办发〔2020〕49号；《市场监督管理严重违法失信名单管理办法》等各名单的规定；期限见规则表 LE-01 至 LE-03、LE-08。
"""

from dataclasses import dataclass, field
from datetime import date

from ..domain.people import GrantKind
from ..domain.words import N_
from .clock_steps import CLOCK_NOTICES, CLOCK_PAPERS, restartable
from .kit import Effect, Escalate, Guard, Span, State, Step, Take, Workflow
from .listing_words import ADVERSE, KINDS, LABELS, NOTICES, PAPERS, SERVED
from .roles import (
    ADMINISTRATOR,
    AGENT,
    CLERK,
    CLOCK,
    HANDLER,
    HEAD,
    OWNER,
    document,
    notice,
)
from .scope import DidNotTake, Holds, Outside


@dataclass(frozen=True)
class Facts:
    """What a listing case remembers. `answers` go by the place of the point they answer, first is 1."""

    matter: str = ""
    list_key: str = ""
    kind: str = ""
    scope: str = ""
    reply_rule: str = "LE-01"
    behaviour: str = ""
    basis: str = ""
    evidence_no: str = ""
    measures: tuple[str, ...] = ()
    served_on: date | None = None
    served_how: str = ""
    reply_points: tuple[str, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    drop_reasons: str = ""
    proposal: str = ""
    send_back_note: str = ""
    decision_reasons: str = ""
    decision_served_on: date | None = None
    decision_served_how: str = ""
    channel: str = ""


# Guards: facts, each with the sentence that is said when it does not hold. `around` is services.lists.
HAS_LEGAL_BASIS = Guard(
    N_("这个名单没有登记法律依据，或者还没有经第二人确认、已经停用，不能用来列入。请先在名单目录中办理。"),
    lambda c: c.around["is_in_force"],
)
CODE_MATCHES = Guard(
    N_("只有名称、代码没有核对一致的，不能列入名单。请核对统一社会信用代码（身份证号码）后重新办理。"),
    lambda c: c.around["is_code_checked"],
)
NOT_LISTED = Guard(
    N_("这个主体已经在这个名单上，或者另有一件正在办理，不能重复列入。"),
    lambda c: not c.around["stands_already"],
)
STATED = Guard(
    N_("请写明拟列入的事实和理由，以及写到条款的法律依据。"),
    lambda c: bool(c.facts.behaviour and c.facts.basis),
)
MEASURES_CHOSEN = Guard(
    N_("请勾选列入后采取的管理措施；只能采取名单目录中登记了依据的措施。"),
    lambda c: (
        c.facts.kind == "focus" or (bool(c.facts.measures) and set(c.facts.measures) <= c.around["measures"])
    ),
)
SERVICE_PROVED = Guard(
    N_(
        "告知书还没有送达的证明。请先登记送达日期、方式并上传送达回证；当事人在线签收或者已经陈述申辩的，不用再登记。"
    ),
    lambda c: bool(c.last_of("prove_service", "sign_for", "reply", "enter_reply")),
)
NOT_SERVED = Guard(N_("告知书已经送达，不需要再签收。"), lambda c: not c.last_of("prove_service", "sign_for"))
PROOF_ATTACHED = Guard(
    N_("请上传送达回证（签收单、邮寄回执、留置送达记录或者公告）。"),
    lambda c: bool(c.new_papers & {"service_proof", "decision_service_proof"}),
    needs_given=True,
)
SERVED_BY_TODAY = Guard(
    N_("送达日期不能晚于今天，也不能早于告知。请核对回证。"),
    lambda c: c.facts.served_on is not None and c.around["noticed_on"] <= c.facts.served_on <= c.day,
    needs_given=True,
)
DECISION_SERVED_BY_TODAY = Guard(
    N_("送达日期不能晚于今天，也不能早于决定。请核对回证。"),
    lambda c: (
        c.facts.decision_served_on is not None
        and c.around["decided_on"] <= c.facts.decision_served_on <= c.day
    ),
    needs_given=True,
)
POINTS_MADE = Guard(N_("请至少写明一点意见。"), lambda c: bool(c.facts.reply_points), needs_given=True)
REPLY_ATTACHED = Guard(
    N_("请上传当事人签名或者盖章的书面意见，或者当面、电话陈述的笔录。"),
    lambda c: "reply_evidence" in c.new_papers,
    needs_given=True,
)
EACH_POINT_ANSWERED = Guard(
    N_("陈述申辩意见要逐点答复：采纳的写明怎样采纳，不采纳的写明理由。"),
    lambda c: all(c.facts.answers.get(str(place)) for place in range(1, len(c.facts.reply_points) + 1)),
    needs_given=True,
)
REPLY_PERIOD_OVER = Guard(
    N_("陈述申辩期还没有届满，现在不能提出建议。期限届满或者收到陈述申辩后可以办理。"),
    lambda c: c.period_is_over,
)
DECISION_SERVED = Guard(
    N_("决定书还没有送达的证明，不能公布。请认定单位先登记送达。"),
    lambda c: "prove_decision_service" in c.taken,
)
TAKEN_DOWN = Guard(N_("列入的记录没有撤下。"), lambda c: c.record is not None and c.record.is_over)
NOT_TAKEN_DOWN = Guard(
    N_("列入的记录已经撤下（经异议核查有误，或者认定依据被撤销），不能公布。"),
    lambda c: c.record is None or not c.record.is_over,
)
IS_ADVERSE = Guard(N_("这个名单不是失信名单。"), lambda c: c.facts.kind in ADVERSE)

NOT_THE_PROPOSER = N_("列入的建议由您提出，须由另一位负责人决定（两人原则）。")
DECIDING_HEAD = HEAD.but(DidNotTake(("propose_decision",), NOT_THE_PROPOSER))
LISTED_SIDE = (OWNER, AGENT, ADMINISTRATOR)
UP = Escalate((GrantKind.HEAD, GrantKind.LEAD))

READERS = (
    Holds(GrantKind.HANDLER, on="unit_id")
    | Holds(GrantKind.HEAD, on="unit_id")
    | (
        Outside(("draft", "discarded"))
        & (
            Holds(GrantKind.OWNER, on="subject_id")
            | Holds(GrantKind.AGENT, on="subject_id")
            | Holds(GrantKind.ADMINISTRATOR, on="subject_id")
            | Holds(GrantKind.CLERK)
            | Holds(GrantKind.LEAD)
            | Holds(GrantKind.AUDITOR)
        )
    )
)
"""The deciding unit always; the subject and the office from the day on which the subject is told."""

DRAFT = State(
    "draft",
    N_("草稿，尚未告知"),
    deadline="DR-01",
    expiry=Take("discard"),
    editors=(HANDLER,),
    main=True,
    silence=N_("长期不修改，草稿会自动作废。"),
)
NOTICED = State(
    "noticed",
    N_("已告知，等待陈述申辩"),
    deadline="rule:reply_rule",
    expiry=Escalate((GrantKind.HEAD,)),
    main=True,
    remind=(1,),
    silence=N_("期限内没有陈述申辩的，认定单位可以直接提出列入的建议。"),
)
REPLIED = State(
    "replied", N_("正在核实答复"), main=True, silence=N_("逾期不答复，系统提醒负责人和信用办负责人督办。")
)
AWAITING_SIGNATURE = State(
    "awaiting_signature",
    N_("已提出建议，待负责人决定"),
    main=True,
    silence=N_("逾期不决定，系统提醒负责人和信用办负责人督办。"),
)
DECIDED = State(
    "decided",
    N_("已决定列入，待送达和公布"),
    deadline="LE-03",
    expiry=UP,
    main=True,
    silence=N_("逾期不公布，系统提醒负责人和信用办负责人督办。"),
)
LISTED = State("listed", N_("已列入名单"), ended=True, main=True)
DROPPED = State("dropped", N_("已决定不列入"), ended=True)
DISCARDED = State("discarded", N_("草稿已作废"), ended=True)

ANSWER = Span(
    State("answer", N_("核实陈述申辩并提出、签发意见"), deadline="LE-02", expiry=UP),
    over=(REPLIED, AWAITING_SIGNATURE),
)

# fmt: off
STEPS = (
    Step("serve_notice", N_("告知当事人"), DRAFT, NOTICED, (HANDLER,),
         (HAS_LEGAL_BASIS, CODE_MATCHES, NOT_LISTED, STATED, MEASURES_CHOSEN),
         (Effect("list", "propose"), document("listing_notice"), notice("served", to="subject"))),
    Step("discard", N_("作废草稿"), DRAFT, DISCARDED, (HANDLER, CLOCK), optional=True),
    Step("prove_service", N_("登记告知书送达"), NOTICED, NOTICED, (HANDLER,), (PROOF_ATTACHED, SERVED_BY_TODAY),
         (Effect("served"), notice("service_proved", to="subject")), asks=("served_on", "served_how"), papers=("service_proof",),
         optional=True),
    Step("sign_for", N_("签收告知书"), NOTICED, NOTICED, LISTED_SIDE, (NOT_SERVED,),
         (Effect("served"), notice("service_proved", to="handler")), optional=True),
    Step("enter_reply", N_("登记书面陈述申辩"), NOTICED, REPLIED, (HANDLER, CLERK), (POINTS_MADE, REPLY_ATTACHED),
         (notice("replied", to="handler"), notice("replied", to="head"), notice("reply_entered", to="subject")),
         asks=("reply_points",), papers=("reply_evidence",), optional=True),
    Step("reply", N_("陈述申辩"), NOTICED, REPLIED, LISTED_SIDE, (POINTS_MADE,),
         (notice("replied", to="handler"), notice("replied", to="head")), asks=("reply_points",), papers=("reply_evidence",)),
    *(Step("drop", N_("决定不列入"), state, DROPPED, (HANDLER,), (), (Effect("list", "drop"), notice("dropped", to="subject")),
           asks=("drop_reasons",), optional=True) for state in (NOTICED, REPLIED)),
    *(Step("propose_decision", N_("建议列入"), state, AWAITING_SIGNATURE, (HANDLER,), guards, (notice("proposed", to="head"),),
           asks=("answers", "proposal"))
      for state, guards in ((REPLIED, (EACH_POINT_ANSWERED,)), (NOTICED, (SERVICE_PROVED, REPLY_PERIOD_OVER)))),
    Step("send_back", N_("退回重新核实"), AWAITING_SIGNATURE, REPLIED, (HEAD,), (),
         (notice("sent_back", to="handler"),), asks=("send_back_note",), optional=True),
    Step("decide", N_("决定列入"), AWAITING_SIGNATURE, DECIDED, (DECIDING_HEAD,), (),
         (Effect("list", "decide"), document("listing_decision"), Effect("repair_notice", only_if=IS_ADVERSE),
          notice("decided", to="subject")), asks=("decision_reasons",)),
    Step("prove_decision_service", N_("登记决定书送达"), DECIDED, DECIDED, (HANDLER,), (PROOF_ATTACHED, DECISION_SERVED_BY_TODAY),
         (notice("to_publish", to="clerk"),), asks=("decision_served_on", "decision_served_how"),
         papers=("decision_service_proof",)),
    Step("annul", N_("撤销列入决定"), DECIDED, DROPPED, (CLOCK,), (TAKEN_DOWN,),
         (Effect("list", "drop"), Effect("revoke_documents"), notice("annulled", to="subject"), notice("annulled", to="handler")),
         optional=True, follows=True),
    Step("publish", N_("公布并启动管理措施"), DECIDED, LISTED, (CLERK,), (NOT_TAKEN_DOWN, DECISION_SERVED),
         (Effect("list", "begin"), notice("listed", to="subject")), asks=("channel",)),
    *restartable(NOTICED, HANDLER),
)
# fmt: on

LISTING = Workflow(
    name="listing",
    title=N_("列入名单"),
    prefix="LS",
    story=__doc__,
    facts=Facts,
    labels=LABELS,
    fills=("behaviour", "basis", "evidence_no", "measures"),
    readers=READERS,
    states=(DRAFT, NOTICED, REPLIED, AWAITING_SIGNATURE, DECIDED, LISTED, DROPPED, DISCARDED),
    steps=STEPS,
    notices=NOTICES | CLOCK_NOTICES,
    spans=(ANSWER,),
    papers=PAPERS | CLOCK_PAPERS,
    attaches=("grounds_paper",),
    choices={"kind": KINDS, "served_how": SERVED, "decision_served_how": SERVED},
)
