"""异议：信用主体认为公示的信息有误、超过期限、不应列入、不是自己的或者侵犯隐私的，提出异议，由信用办受理、信息提供单位核查，限期答复。

提出的当时就在这条信息上标注“异议处理中”，凡是显示它的地方都看得到；公示照常，明显有误的可以先行停止公示。信用办限期决定是否受理，
属于自己录入差错的直接核对，其余转交信息提供单位。信息提供单位逐项写明来源记载和核查结论。有误的更正、撤下或者停止公示，并通知每一个
收到过错误信息的地方，全部确认后才算办结；无误的说明理由；无法核实的在信息上注明。对处理结果不服的，可以申请一次复核，由没有参与过本件的人决定。
异议处理不收取任何费用。对处罚决定本身不服的，应当申请行政复议或者提起行政诉讼。

依据：国办发〔2025〕22号；《上海市社会信用条例》第三十六条等（本地规定待核实）；期限见规则表 OB-01 至 OB-15。
"""

from dataclasses import dataclass, field

from ..domain.people import GrantKind
from ..domain.words import N_
from .clock_steps import CLOCK_NOTICES, CLOCK_PAPERS, extendable, pausable
from .kit import Effect, Escalate, Guard, Span, State, Step, Take, Workflow
from .objection_words import FILLERS, FINDINGS, GROUNDS, LABELS, NOTICES, PAPERS, REMEDIES
from .roles import (
    AGENT,
    CLERK,
    CLERK_AT_WINDOW,
    CLOCK,
    HANDLER,
    HEAD,
    LEAD,
    OWNER,
    READERS,
    document,
    notice,
)
from .scope import DidNotTake


@dataclass(frozen=True)
class Facts:
    """What an objection remembers. `claims`, `source` and `difference` go by the field of the record."""

    ground: str = ""
    statement: str = ""
    claims: dict[str, str] = field(default_factory=dict)
    about_case: str = ""
    contact_name: str = ""
    contact_mobile: str = ""
    filled_by: str = "own"
    withdrawal_reason: str = ""
    provider: str = ""
    finding: str = ""
    remedy: str = ""
    source: dict[str, str] = field(default_factory=dict)
    difference: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    hide_reasons: str = ""
    decision_reasons: str = ""
    review_request: str = ""
    review_reasons: str = ""


NEEDS_CLAIMS = ("content", "privacy")
ABOUT_A_CASE = ("breach", "repair_result")

# Guards: facts, each with the sentence that is said when it does not hold.
GROUND_CHOSEN = Guard(N_("请先选择异议事由。"), lambda c: c.facts.ground in GROUNDS)
IS_CONCERNED = Guard(
    N_("这条信息不是贵方的。只有同名误挂可以对他人的信息提出异议。"),
    lambda c: c.record is not None and (c.record.is_own or c.facts.ground == "same_name"),
)
STATED = Guard(
    N_("请写明异议的事实和理由，并填写联系人和手机。"),
    lambda c: all((c.facts.statement, c.facts.contact_name, c.facts.contact_mobile)),
)
FIELDS_MARKED = Guard(
    N_("请至少标出一项有异议的内容，并写明应当是什么。"),
    lambda c: c.facts.ground not in NEEDS_CLAIMS or bool(c.facts.claims),
)
IDENTITY_THERE = Guard(
    N_("以同名误挂提出异议，请上传身份证明（营业执照或者身份证），以便与信息上的主体区分。"),
    lambda c: c.facts.ground != "same_name" or "identity_proof" in c.papers,
)
CASE_NAMED = Guard(
    N_("请从被拒绝的修复申请或者违诺认定的办件页面提出这项异议，系统会附上有异议的决定。"),
    lambda c: c.facts.ground not in ABOUT_A_CASE or bool(c.facts.about_case),
)
STILL_SHOWN = Guard(
    N_("这条信息已经停止公示，不存在公示超过期限的情况。对内容有异议的，请选择其他事由。"),
    lambda c: c.facts.ground != "period" or (c.record is not None and not c.record.is_over),
)
NONE_OPEN = Guard(
    N_("贵方已经以同一事由对这条信息提出异议，正在办理，不需要重复提出。有新的证据请在那一件中补充。"),
    lambda c: c.record is not None and not c.record.has_same_objection,
)
MARKED_PARTS_ANSWERED = Guard(
    N_("退回时标出的地方还没有全部修改。请逐项修改后再提交。"), lambda c: c.marked <= c.changed | c.new_papers
)
PROVIDER_CHOSEN = Guard(N_("请选择由哪个单位核查。"), lambda c: bool(c.facts.provider), needs_given=True)
REMEDY_CHOSEN = Guard(N_("请选择更正方式。"), lambda c: c.facts.remedy in REMEDIES, needs_given=True)
DIFFERENCE_STATED = Guard(
    N_("选择更正、补充内容的，请至少填写一项更正后的内容。"),
    lambda c: c.facts.remedy != "change" or bool(c.facts.difference),
    needs_given=True,
)
REDO_FITS = Guard(
    N_("只有对修复结果或者违诺认定的异议才能选择重新办理。"),
    lambda c: c.facts.remedy != "redo" or c.facts.ground in ABOUT_A_CASE,
    needs_given=True,
)
TO_CORRECT = (REMEDY_CHOSEN, DIFFERENCE_STATED, REDO_FITS)


def if_wrong(guard: Guard) -> Guard:
    """The guard, where it matters only when the finding is that the record is wrong."""
    return Guard(guard.sentence, lambda c: c.facts.finding != "wrong" or guard.holds(c), needs_given=True)


FOUND_WRONG = Guard(
    N_("核查结论不是信息有误，请按核查结论答复。"),
    lambda c: c.facts.finding == "wrong" or c.last_of("correct_own", "answer") == "correct_own",
)
FOUND_RIGHT = Guard(
    N_("核查结论不是信息无误，请按核查结论答复。"),
    lambda c: c.facts.finding == "right" and c.last_of("correct_own", "answer") == "answer",
)
FOUND_UNCLEAR = Guard(
    N_("核查结论不是无法核实，请按核查结论答复。"),
    lambda c: c.facts.finding == "unclear" and c.last_of("correct_own", "answer") == "answer",
)
NOT_HIDDEN = Guard(
    N_("这条信息现在没有在公示。"),
    lambda c: c.record is not None and not c.record.is_over and not c.record.is_hidden,
)
WAS_HIDDEN = Guard(N_("这条信息没有先行停止公示。"), lambda c: "hide_record" in c.taken)
ALL_CONFIRMED = Guard(
    N_("还有地方没有确认更正。全部确认后自动办结。"),
    lambda c: c.record is not None and not c.record.open_tasks,
)
DECIDED_TO_CORRECT = Guard(
    N_("复核决定维持原处理结果。"),
    lambda c: c.last_of("execute_correction", "review_correct", "review_maintain") != "review_maintain",
)
REVIEW_MAINTAINED = Guard(
    N_("复核没有维持原处理结果。"),
    lambda c: c.last_of("execute_correction", "review_correct", "review_maintain") == "review_maintain",
)
REVIEW_ONCE = Guard(
    N_("本件已经复核过。对复核决定不服的，可以依法申请行政复议或者提起行政诉讼，期限见复核决定书。"),
    lambda c: "request_review" not in c.taken,
)
REVIEW_IN_TIME = Guard(
    N_("申请复核的期限已经届满。仍有异议并有新的证据的，可以重新提出异议。"),
    lambda c: "review_window" not in c.over,
)

APPLICANTS = (OWNER, AGENT, CLERK_AT_WINDOW)
TO_SUBMIT = (
    GROUND_CHOSEN,
    IS_CONCERNED,
    STILL_SHOWN,
    CASE_NAMED,
    STATED,
    FIELDS_MARKED,
    IDENTITY_THERE,
    NONE_OPEN,
)
OTHER_CLERK = CLERK.but(
    DidNotTake(("correct_own",), N_("更正意见由您提出，须由另一位经办人执行（两人原则）。"))
)
EARLIER_STEPS = (
    "submit", "accept", "request_supplement", "refuse", "correct_own", "forward", "hand_over", "hide_record",
    "answer", "pause", "resume", "extend", "execute_correction", "maintain", "leave_open",
)  # fmt: skip
REVIEWER = LEAD.but(DidNotTake(EARLIER_STEPS, N_("您参与过本件的办理，复核须由没有参与过的人决定。")))

DRAFT = State(
    "draft",
    N_("草稿"),
    deadline="DR-01",
    expiry=Take("discard"),
    editors=APPLICANTS,
    main=True,
    remind=(7,),
    silence=N_("长期不修改，草稿会自动作废。"),
)
RECEIVED = State(
    "received",
    N_("已提出，待受理"),
    deadline="OB-02",
    expiry=Take("deem_accepted"),
    main=True,
    silence=N_("信用办逾期不决定的，视为受理。"),
)
SUPPLEMENT = State(
    "supplement",
    N_("待补正"),
    deadline="OB-03",
    expiry=Take("lapse"),
    editors=APPLICANTS,
    remind=(3, 1),
    silence=N_("逾期不补正，视为撤回，您可以重新提出。"),
)
CHECKING = State(
    "checking",
    N_("信用办核对中"),
    deadline="OB-04",
    expiry=Escalate((GrantKind.LEAD,)),
    main=True,
    silence=N_("逾期不核对，系统提醒信用办负责人督办。"),
)
VERIFYING = State(
    "verifying",
    N_("信息提供单位核查中"),
    deadline="OB-06",
    expiry=Escalate((GrantKind.HEAD, GrantKind.LEAD)),
    main=True,
    silence=N_("信息提供单位逾期不答复，系统提醒其负责人和信用办负责人，并列入逾期未答复名单。"),
)
ANSWERED = State(
    "answered",
    N_("已有核查结论，待答复"),
    deadline="OB-07",
    expiry=Escalate((GrantKind.LEAD,)),
    main=True,
    silence=N_("逾期不答复，系统提醒信用办负责人督办。"),
)
UNDOING = State(
    "undoing",
    N_("已答复，正在消除不良影响"),
    deadline="OB-14",
    expiry=Escalate((GrantKind.LEAD,)),
    main=True,
    silence=N_("逾期不确认的地方，在同步跟踪中标为逾期，由信用办督办。"),
    waits_for=N_("收到过错误信息的各处正在更正并确认"),
)
REVIEWING = State(
    "reviewing",
    N_("复核中"),
    deadline="OB-11",
    expiry=Escalate((GrantKind.LEAD,)),
    silence=N_("逾期不决定，系统提醒信用办负责人。"),
)
CORRECTED = State("corrected", N_("已更正"), ended=True, main=True)
MAINTAINED = State("maintained", N_("已答复，维持"), ended=True)
UNCLEAR = State("unclear", N_("无法核实，已注明"), ended=True)
REFUSED = State("refused", N_("已决定不予受理"), ended=True)
WITHDRAWN = State("withdrawn", N_("已撤回"), ended=True)
DISCARDED = State("discarded", N_("草稿已作废"), ended=True)

OVERALL = Span(
    State("overall", N_("答复异议人"), deadline="OB-09", expiry=Escalate((GrantKind.LEAD,))),
    over=(RECEIVED, SUPPLEMENT, CHECKING, VERIFYING, ANSWERED),
    paused_in=(SUPPLEMENT,),
    because=N_("等待异议人补正"),
)
REVIEW_WINDOW = Span(
    State("review_window", N_("申请复核"), deadline="OB-10"),
    over=(UNDOING, CORRECTED, MAINTAINED, UNCLEAR),
    once=True,
)


def tally(what: str) -> Effect:
    """Write what lists and figures of objections ask for."""
    return Effect("tally", what)


MARK = Effect("mark", "objection", "OB-01")
NOTE = Effect("mark", "unclear")
UNMARK = Effect("unmark", "objection")
SHOW_AGAIN = Effect("show_again", only_if=WAS_HIDDEN)
"""What was hidden while the objection ran is shown again with its answer, unless it came down for good."""
CORRECT = Effect("correct")

# fmt: off
STEPS = (
    Step("submit", N_("提出异议"), DRAFT, RECEIVED, APPLICANTS, TO_SUBMIT,
         (MARK, tally("received"), document("receipt"), notice("submitted", to="clerk"), notice("received", to="subject"))),
    Step("discard", N_("作废草稿"), DRAFT, DISCARDED, (*APPLICANTS, CLOCK), optional=True),
    Step("accept", N_("受理"), RECEIVED, CHECKING, (CLERK,), (),
         (notice("accepted", to="subject"), notice("announced", to="unit"))),
    Step("deem_accepted", N_("逾期未决定，视为受理"), RECEIVED, CHECKING, (CLOCK,), (),
         (notice("deemed", to="lead"), notice("accepted", to="subject"), notice("announced", to="unit")), optional=True),
    Step("request_supplement", N_("一次性告知补正"), RECEIVED, SUPPLEMENT, (CLERK,), (),
         (notice("supplement_requested", to="subject"),), coded=True),
    Step("refuse", N_("不予受理"), RECEIVED, REFUSED, (CLERK,), (),
         (UNMARK, tally("refused"), document("objection_refusal"), notice("refused", to="subject")), coded=True),
    Step("supplement", N_("提交补正"), SUPPLEMENT, CHECKING, APPLICANTS, (MARKED_PARTS_ANSWERED,),
         (notice("supplemented", to="clerk"), notice("announced", to="unit"))),
    Step("lapse", N_("逾期未补正，视为撤回"), SUPPLEMENT, WITHDRAWN, (CLOCK,), (),
         (UNMARK, tally("withdrawn"), document("objection_closure"), notice("lapsed", to="subject")), optional=True),
    *(Step("withdraw", N_("撤回异议"), state, WITHDRAWN, APPLICANTS, (),
           (SHOW_AGAIN, UNMARK, tally("withdrawn"), document("objection_closure"), *(notice("withdrawn", to=side) for side in sides)),
           asks=("withdrawal_reason",), optional=True)
      for state, sides in ((RECEIVED, ("clerk",)), (SUPPLEMENT, ("clerk",)), (CHECKING, ("clerk",)),
                           (VERIFYING, ("clerk", "handler")))),
    Step("correct_own", N_("属于本办差错，提出更正意见"), CHECKING, ANSWERED, (CLERK,), TO_CORRECT,
         (tally("answered"), notice("answered", to="clerk")),
         asks=("remedy", "source", "difference", "answer"), papers=("source_evidence",)),
    Step("forward", N_("转交信息提供单位"), CHECKING, VERIFYING, (CLERK,), (PROVIDER_CHOSEN,),
         (Effect("provider"), notice("forwarded", to="handler"), notice("forwarded", to="subject")), asks=("provider",)),
    Step("hand_over", N_("改由另一单位核查"), VERIFYING, VERIFYING, (CLERK, LEAD, CLOCK), (PROVIDER_CHOSEN,),
         (Effect("provider"), Effect("clock", "restart"), document("clock_notice"),
          notice("handed_over", to="handler"), notice("handed_over", to="subject")),
         asks=("provider",), says=("clock_reason",), optional=True),
    *(Step("hide_record", N_("先行停止公示"), state, state, (HEAD,), (NOT_HIDDEN,),
           (Effect("hide"), notice("hidden", to="subject"), notice("hidden", to="clerk")),
           asks=("hide_reasons",), optional=True) for state in (CHECKING, VERIFYING)),
    Step("answer", N_("答复核查结论"), VERIFYING, ANSWERED, (HANDLER,), tuple(if_wrong(guard) for guard in TO_CORRECT),
         (tally("answered"), notice("answered", to="clerk")),
         asks=("finding", "source", "remedy", "difference", "answer"), papers=("source_evidence",)),
    Step("execute_correction", N_("执行更正并答复"), ANSWERED, UNDOING, (OTHER_CLERK,), (FOUND_WRONG,),
         (CORRECT, SHOW_AGAIN, UNMARK, tally("corrected"), document("objection_result"), notice("corrected", to="subject"),
          notice("corrected", to="unit")), asks=("decision_reasons",)),
    Step("maintain", N_("答复信息无误"), ANSWERED, MAINTAINED, (OTHER_CLERK,), (FOUND_RIGHT,),
         (SHOW_AGAIN, UNMARK, tally("maintained"), document("objection_result"), notice("maintained", to="subject")),
         asks=("decision_reasons",)),
    Step("leave_open", N_("答复无法核实，并在信息上注明"), ANSWERED, UNCLEAR, (OTHER_CLERK,), (FOUND_UNCLEAR,),
         (SHOW_AGAIN, UNMARK, NOTE, tally("unclear"), document("objection_result"),
          notice("unclear", to="subject")), asks=("decision_reasons",)),
    Step("complete", N_("各处确认更正，办结"), UNDOING, CORRECTED, (CLOCK,), (ALL_CONFIRMED, DECIDED_TO_CORRECT),
         (notice("completed", to="subject"),), follows=True),
    Step("conclude", N_("复核维持，各处确认，办结"), UNDOING, MAINTAINED, (CLOCK,), (ALL_CONFIRMED, REVIEW_MAINTAINED),
         follows=True),
    *(Step("request_review", N_("申请复核"), state, REVIEWING, APPLICANTS, (REVIEW_ONCE, REVIEW_IN_TIME),
           (MARK, tally("review"), document("receipt"), notice("review_requested", to="lead")),
           asks=("review_request",), papers=("review_evidence",), optional=True)
      for state in (UNDOING, CORRECTED, MAINTAINED, UNCLEAR)),
    Step("review_correct", N_("改变原处理结果并更正"), REVIEWING, UNDOING, (REVIEWER,), TO_CORRECT,
         (CORRECT, UNMARK, tally("corrected"), document("objection_review"), notice("review_corrected", to="subject"),
          notice("review_corrected", to="unit")), asks=("remedy", "difference", "review_reasons")),
    Step("review_maintain", N_("维持原处理结果"), REVIEWING, UNDOING, (REVIEWER,), (),
         (UNMARK, document("objection_review"), notice("review_maintained", to="subject")),
         asks=("review_reasons",)),
    *pausable(VERIFYING, HANDLER),
    *extendable(VERIFYING, HEAD, rule="OB-06-EXT"),
)
# fmt: on

OBJECTION = Workflow(
    name="objection",
    title=N_("异议"),
    prefix="OB",
    story=__doc__,
    facts=Facts,
    labels=LABELS,
    fills=("statement", "claims", "contact_name", "contact_mobile"),
    readers=READERS,
    states=(
        DRAFT,
        RECEIVED,
        SUPPLEMENT,
        CHECKING,
        VERIFYING,
        ANSWERED,
        UNDOING,
        REVIEWING,
        CORRECTED,
        MAINTAINED,
        UNCLEAR,
        REFUSED,
        WITHDRAWN,
        DISCARDED,
    ),
    steps=STEPS,
    notices=NOTICES | CLOCK_NOTICES,
    spans=(OVERALL, REVIEW_WINDOW),
    papers=PAPERS | CLOCK_PAPERS,
    attaches=("evidence", "identity_proof", "authorisation"),
    choices={"ground": GROUNDS, "filled_by": FILLERS, "finding": FINDINGS, "remedy": REMEDIES},
)
