"""信用承诺：信用主体就某一事项签署承诺书，受理单位受理、公示，期满核查履行情况，作出已履行或违诺的认定。

主体先起草并签署承诺书（文本按签署当日生效的版本固定下来）。需要受理的事项由受理单位受理、一次性退回补正或不予受理；
不需要受理的，签署后立即生效。生效后按目录规定公示。期限届满，系统自动转入核查。核查认为未履行的，先告知主体并听取陈述，
再由另一位负责人决定；提出违诺建议的人不能作出决定。每件办结的承诺都有文书，违诺决定可以提出异议，也可以依法修复。

依据：《信用修复管理办法》（国家发展改革委令第36号）、GB/T 46277-2025《经营主体信用承诺实施指南》；期限见规则表 CM-01 至 CM-07。
"""

from dataclasses import dataclass
from datetime import date

from ..domain.people import GrantKind
from ..domain.words import N_
from .clock_steps import CLOCK_NOTICES, CLOCK_PAPERS, extendable, pausable, restartable
from .kit import Effect, Escalate, Guard, State, Step, Take, Workflow
from .roles import (
    AGENT,
    ALL_SAID_THE_FIRST_TIME,
    CLOCK,
    HANDLER,
    HEAD,
    LEAD,
    OWNER,
    READERS,
    SIGNING_AGENT,
    SUBJECT_SIDE,
    WAS_RETURNED,
    document,
    notice,
    publicity,
    publish,
    write_record,
)
from .scope import DidNotTake

TYPES = {
    "SPTD": N_("审批替代型"),
    "RQSL": N_("容缺受理型"),
    "ZMTD": N_("证明替代型"),
    "XYXF": N_("信用修复型"),
    "HYZL": N_("行业自律型"),
    "ZDGS": N_("主动公示型"),
    "QT": N_("其他"),
}
CLOSED_AFTER_BREACH = ("SPTD", "ZMTD")
DEGREES = {"partly": N_("部分履行"), "not_at_all": N_("全部未履行")}


@dataclass(frozen=True)
class Facts:
    """What a commitment case remembers. Dates are legal days."""

    reason: str = ""
    statement: str = ""
    valid_until: date | None = None
    contact_name: str = ""
    contact_mobile: str = ""
    publication_consent: bool = False
    letter_version: int | None = None
    second_return_note: str = ""
    withdrawal_reason: str = ""
    performance_report: str = ""
    checked_what: str = ""
    unperformed: str = ""
    breach_facts: str = ""
    breach_basis: str = ""
    reply: str = ""
    rectified: str = ""
    drop_reasons: str = ""
    degree: str = ""
    liability_pursued: str = ""
    decision_reasons: str = ""


LABELS = {
    "reason": N_("承诺事由"),
    "statement": N_("补充承诺内容"),
    "valid_until": N_("承诺有效期至"),
    "contact_name": N_("联系人"),
    "contact_mobile": N_("联系手机"),
    "publication_consent": N_("同意公示承诺及履行情况"),
    "letter_version": N_("承诺书文本版本"),
    "second_return_note": N_("再次退回的理由"),
    "withdrawal_reason": N_("撤回理由"),
    "performance_report": N_("履行情况说明"),
    "checked_what": N_("核查内容与结果"),
    "unperformed": N_("未履行的承诺内容"),
    "breach_facts": N_("认定的事实"),
    "breach_basis": N_("认定依据"),
    "reply": N_("陈述申辩意见"),
    "rectified": N_("已整改的内容"),
    "drop_reasons": N_("不认定违诺的理由"),
    "degree": N_("履行程度"),
    "liability_pursued": N_("违诺责任追究内容"),
    "decision_reasons": N_("决定理由"),
}

# Guards: facts, each with the sentence that is said when it does not hold.
LETTER_COMPLETE = Guard(
    N_("承诺书还没有填完整。请补上承诺事由、承诺期限、联系人和联系手机。"),
    lambda c: all((c.facts.reason, c.facts.valid_until, c.facts.contact_name, c.facts.contact_mobile)),
)
ITEM_OPEN = Guard(
    N_("这个事项现在不接受新的承诺。请在承诺事项目录中另选，或向受理单位咨询普通办理程序。"),
    lambda c: c.item is not None and c.item.is_open and c.item.letter_version is not None,
)
TYPE_OPEN = Guard(
    N_(
        "贵方有尚未修复的违诺记录，暂不能使用审批替代型和证明替代型承诺。您可以按普通程序办理，或先申请信用修复。"
    ),
    lambda c: not (c.item and c.item.type in CLOSED_AFTER_BREACH and c.standing.unrepaired_breach),
)
TERM_FITS = Guard(
    N_("承诺期限不在这个事项允许的范围内。请修改承诺有效期。"),
    lambda c: (
        c.item is not None
        and c.facts.valid_until is not None
        and (c.item.earliest_end_on is None or c.facts.valid_until >= c.item.earliest_end_on)
        and (c.item.latest_end_on is None or c.facts.valid_until <= c.item.latest_end_on)
    ),
)
KIND_FITS = Guard(
    N_("这个事项不面向贵方这一类主体。请在承诺事项目录中另选，或向受理单位咨询。"),
    lambda c: c.item is not None and c.subject_kind in c.item.open_to,
)
PAPERS_COMPLETE = Guard(
    N_("还缺少这个事项要求的材料。请在“材料”一栏逐项上传后再签署。"),
    lambda c: c.item is not None and c.item.required_papers <= c.papers,
)
SAME_LETTER = Guard(
    N_("承诺书文本在您填写期间有了新的版本。您填写的内容都在，请重新阅读新文本后再签署。"),
    lambda c: c.item is not None and c.given["letter_version"] == c.item.letter_version,
    needs_given=True,
)
IDENTITY_CONFIRMED = Guard(
    N_("签署前需要再次确认您的身份。请输入登录密码。"),
    lambda c: bool(c.given["identity_confirmed"]),
    needs_given=True,
)
PUBLICATION_CONSENTED = Guard(
    N_("这个事项的承诺要向社会公示。请勾选同意公示后再签署；不同意的，可以选择普通办理程序。"),
    lambda c: c.item is None or c.item.publication != "public" or c.facts.publication_consent,
    needs_given=True,
)
MARKED_PARTS_ANSWERED = Guard(
    N_("退回时标出的地方还没有全部修改。请逐项修改后再提交。"), lambda c: c.marked <= c.changed | c.new_papers
)
NEEDS_ACCEPTANCE = Guard(
    N_("这个事项签署后自动生效，不需要受理。"), lambda c: bool(c.item and c.item.needs_acceptance)
)
NEEDS_NO_ACCEPTANCE = Guard(
    N_("这个事项需要受理单位受理。"), lambda c: bool(c.item and not c.item.needs_acceptance)
)
EVIDENCE_ATTACHED = Guard(
    N_("请至少上传一份证明履行情况的材料（PDF、JPG 或 PNG）。"),
    lambda c: "performance_evidence" in c.new_papers,
    needs_given=True,
)
REPLY_PERIOD_OVER = Guard(
    N_("陈述申辩期还没有届满，现在不能作出决定。期限届满或收到陈述申辩后可以决定。"),
    lambda c: c.period_is_over,
)

TO_SIGN = (
    LETTER_COMPLETE,
    ITEM_OPEN,
    KIND_FITS,
    TYPE_OPEN,
    TERM_FITS,
    PAPERS_COMPLETE,
    PUBLICATION_CONSENTED,
    SAME_LETTER,
    IDENTITY_CONFIRMED,
)
DECIDING_HEAD = HEAD.but(
    DidNotTake(("propose_breach",), N_("违诺认定由您提出建议，须由另一位负责人决定（两人原则）。"))
)

DRAFT = State(
    "draft",
    N_("草稿"),
    deadline="CM-01",
    expiry=Take("discard"),
    editors=SUBJECT_SIDE,
    main=True,
    remind=(7,),
    silence=N_("长期不修改，草稿会自动作废。"),
)
SIGNED = State(
    "signed",
    N_("已签署，待受理"),
    deadline="CM-02",
    expiry=Escalate((GrantKind.HEAD, GrantKind.LEAD)),
    main=True,
    silence=N_("受理单位逾期不办，系统提醒其负责人和信用办负责人督办。"),
)
RETURNED = State(
    "returned",
    N_("已退回补正"),
    deadline="CM-03",
    expiry=Take("lapse"),
    editors=SUBJECT_SIDE,
    silence=N_("逾期不补正，视为撤回本次承诺，您可以重新签署。"),
    remind=(3, 1),
)
ACTIVE = State(
    "active",
    N_("承诺生效，履行中"),
    deadline="fact:valid_until",
    expiry=Take("start_check"),
    main=True,
    silence=N_("期限届满，系统自动转入履行核查。"),
    waits_for=N_("%(subject)s履行承诺中"),
    remind=(30, 7, 1),
)
CHECKING = State(
    "checking",
    N_("履行核查中"),
    deadline="CM-05",
    expiry=Escalate((GrantKind.HEAD, GrantKind.LEAD)),
    main=True,
    silence=N_("受理单位逾期不核查，系统提醒其负责人和信用办负责人督办。"),
)
BREACH_PROPOSED = State(
    "breach_proposed",
    N_("拟认定违诺，等待陈述申辩"),
    deadline="CM-06",
    expiry=Escalate((GrantKind.HEAD,)),
    silence=N_("期限内没有陈述申辩的，受理单位负责人可以直接作出决定。"),
    remind=(1,),
)
BREACH_REPLIED = State(
    "breach_replied",
    N_("已陈述申辩，待决定"),
    deadline="CM-07",
    expiry=Escalate((GrantKind.HEAD, GrantKind.LEAD)),
    silence=N_("逾期不决定，系统提醒负责人和信用办负责人督办。"),
)
FULFILLED = State("fulfilled", N_("已履行"), ended=True, main=True)
BREACHED = State("breached", N_("已认定违诺"), ended=True)
REFUSED = State("refused", N_("已决定不予受理"), ended=True)
WITHDRAWN = State("withdrawn", N_("已撤回"), ended=True)
DISCARDED = State("discarded", N_("草稿已作废"), ended=True)

# fmt: off
STEPS = (
    Step("sign", N_("签署承诺书"), DRAFT, SIGNED, (OWNER, SIGNING_AGENT), TO_SIGN,
         (document("commitment_letter"), document("receipt"), notice("signed", to="handler", only_if=NEEDS_ACCEPTANCE)),
         asks=("publication_consent", "letter_version")),
    Step("sign", N_("补正后重新签署"), RETURNED, SIGNED, (OWNER, SIGNING_AGENT), (*TO_SIGN, MARKED_PARTS_ANSWERED),
         (document("commitment_letter"), document("receipt"), notice("signed", to="handler", only_if=NEEDS_ACCEPTANCE)),
         asks=("publication_consent", "letter_version")),
    Step("discard", N_("作废草稿"), DRAFT, DISCARDED, (OWNER, AGENT, CLOCK), optional=True),
    Step("take_effect", N_("承诺自动生效"), SIGNED, ACTIVE, (CLOCK,), (NEEDS_NO_ACCEPTANCE,),
         (publish("CM-04"), notice("took_effect", to="subject")), follows=True),
    Step("accept", N_("受理"), SIGNED, ACTIVE, (HANDLER,), (NEEDS_ACCEPTANCE,),
         (publish("CM-04"), notice("accepted", to="subject"))),
    Step("note_second_return", N_("说明再次退回的理由"), SIGNED, SIGNED, (HEAD, LEAD), (WAS_RETURNED,), (),
         asks=("second_return_note",), optional=True),
    Step("return_for_correction", N_("退回补正"), SIGNED, RETURNED, (HANDLER,), (ALL_SAID_THE_FIRST_TIME,),
         (notice("returned", to="subject"),), coded=True),
    Step("refuse", N_("不予受理"), SIGNED, REFUSED, (HANDLER,), (),
         (document("commitment_refusal"), notice("refused", to="subject")), coded=True),
    Step("withdraw", N_("撤回承诺"), SIGNED, WITHDRAWN, SUBJECT_SIDE, (),
         (document("commitment_closure"), notice("withdrawn", to="handler")),
         asks=("withdrawal_reason",), optional=True),
    Step("withdraw", N_("撤回承诺"), RETURNED, WITHDRAWN, SUBJECT_SIDE, (),
         (document("commitment_closure"), notice("withdrawn", to="handler")),
         asks=("withdrawal_reason",), optional=True),
    Step("withdraw", N_("撤回承诺"), ACTIVE, WITHDRAWN, SUBJECT_SIDE, (),
         (publicity("withdrawn"), document("commitment_closure"), notice("withdrawn", to="handler")),
         asks=("withdrawal_reason",), optional=True),
    Step("lapse", N_("逾期未补正，视为撤回"), RETURNED, WITHDRAWN, (CLOCK,), (),
         (document("commitment_closure"), notice("lapsed", to="subject")), optional=True),
    Step("report_performance", N_("报告履行情况"), ACTIVE, ACTIVE, SUBJECT_SIDE, (EVIDENCE_ATTACHED,),
         (notice("performance_reported", to="handler"),),
         asks=("performance_report",), papers=("performance_evidence",), optional=True),
    Step("start_check", N_("开始履行核查"), ACTIVE, CHECKING, (HANDLER, CLOCK), (),
         (notice("check_started", to="handler"), notice("check_started", to="subject")), optional=True),
    Step("confirm_fulfilled", N_("确认已履行"), CHECKING, FULFILLED, (HANDLER,), (),
         (publicity("fulfilled"), document("fulfilment_certificate"), notice("fulfilled", to="subject")),
         asks=("checked_what",)),
    Step("propose_breach", N_("建议认定违诺"), CHECKING, BREACH_PROPOSED, (HANDLER,), (),
         (notice("breach_proposed", to="subject"),),
         asks=("unperformed", "breach_facts", "breach_basis")),
    Step("reply", N_("陈述申辩"), BREACH_PROPOSED, BREACH_REPLIED, SUBJECT_SIDE, (),
         (notice("replied", to="head"), notice("replied", to="handler")),
         asks=("reply",), papers=("reply_evidence",)),
    Step("accept_rectification", N_("认可整改，重新核查"), BREACH_REPLIED, CHECKING, (HANDLER,), (),
         (notice("rectification_accepted", to="subject"),), asks=("rectified",)),
    Step("drop_breach", N_("不认定违诺"), BREACH_PROPOSED, FULFILLED, (HEAD,), (),
         (publicity("fulfilled"), document("fulfilment_certificate"), notice("breach_dropped", to="subject")),
         asks=("drop_reasons",), optional=True),
    Step("drop_breach", N_("不认定违诺"), BREACH_REPLIED, FULFILLED, (HEAD,), (),
         (publicity("fulfilled"), document("fulfilment_certificate"), notice("breach_dropped", to="subject")),
         asks=("drop_reasons",)),
    Step("decide_breach", N_("认定违诺"), BREACH_REPLIED, BREACHED, (DECIDING_HEAD,), (),
         (publicity("breached"), document("breach_decision"), write_record(), notice("breached", to="subject")),
         asks=("degree", "liability_pursued", "decision_reasons")),
    Step("decide_breach", N_("认定违诺"), BREACH_PROPOSED, BREACHED, (DECIDING_HEAD,), (REPLY_PERIOD_OVER,),
         (publicity("breached"), document("breach_decision"), write_record(), notice("breached", to="subject")),
         asks=("degree", "liability_pursued", "decision_reasons")),
    Step("set_aside", N_("经异议核查，撤销违诺认定，重新核查"), BREACHED, CHECKING, (CLOCK,), (),
         (publicity("active"), Effect("revoke_documents"), notice("set_aside", to="subject"),
          notice("set_aside", to="handler")), optional=True),
    *pausable(CHECKING, HANDLER),
    *extendable(CHECKING, HEAD, rule="CM-05-EXT"),
    *restartable(BREACH_PROPOSED, HANDLER),
)
# fmt: on

NOTICES = {
    "signed": N_("%(subject)s签署了“%(item)s”承诺书（%(number)s），请在 %(due)s 前受理。"),
    "took_effect": N_("“%(item)s”承诺（%(number)s）已生效，有效期至 %(due)s。"),
    "accepted": N_("“%(item)s”承诺（%(number)s）已受理并生效，有效期至 %(due)s。"),
    "returned": N_("“%(item)s”承诺（%(number)s）需要补正。请在 %(due)s 前只修改标出的地方，其余不必重填。"),
    "refused": N_("“%(item)s”承诺（%(number)s）未被受理。理由和救济途径见决定文书。"),
    "withdrawn": N_("%(subject)s撤回了“%(item)s”承诺（%(number)s）。"),
    "lapsed": N_("“%(item)s”承诺（%(number)s）逾期未补正，视为撤回。您可以重新签署。"),
    "performance_reported": N_("%(subject)s报告了“%(item)s”承诺（%(number)s）的履行情况，请核对。"),
    "check_started": N_("“%(item)s”承诺（%(number)s）转入履行核查，应在 %(due)s 前完成。"),
    "fulfilled": N_("“%(item)s”承诺（%(number)s）已确认履行，履行证明可以下载。"),
    "breach_proposed": N_("“%(item)s”承诺（%(number)s）拟认定违诺。您有权在 %(due)s 前陈述申辩。"),
    "replied": N_("%(subject)s对“%(item)s”承诺（%(number)s）提出了陈述申辩，请在 %(due)s 前决定。"),
    "rectification_accepted": N_("“%(item)s”承诺（%(number)s）的整改已被认可，重新核查。"),
    "breach_dropped": N_("“%(item)s”承诺（%(number)s）不认定违诺，履行证明可以下载。"),
    "breached": N_("“%(item)s”承诺（%(number)s）被认定违诺。理由、救济途径和信用修复办法见决定文书。"),
    "set_aside": N_("对“%(item)s”违诺认定（%(number)s）的异议成立，认定已经撤销，应在 %(due)s前重新核查。"),
    "reminder": N_("“%(item)s”承诺（%(number)s）：%(state)s，截止 %(due)s。请及时办理。"),
    "overdue": N_("“%(item)s”承诺（%(number)s）：%(state)s，已超过 %(due)s。请督促办理。"),
}

COMMITMENT = Workflow(
    name="commitment",
    title=N_("信用承诺"),
    prefix="CM",
    story=__doc__,
    facts=Facts,
    labels=LABELS,
    fills=("reason", "statement", "valid_until", "contact_name", "contact_mobile", "publication_consent"),
    readers=READERS,
    states=(
        DRAFT,
        SIGNED,
        RETURNED,
        ACTIVE,
        CHECKING,
        BREACH_PROPOSED,
        BREACH_REPLIED,
        FULFILLED,
        BREACHED,
        REFUSED,
        WITHDRAWN,
        DISCARDED,
    ),
    steps=STEPS,
    notices=NOTICES | CLOCK_NOTICES,
    papers=CLOCK_PAPERS | {"performance_evidence": N_("履行证明材料"), "reply_evidence": N_("陈述申辩证据")},
    choices={"degree": DEGREES},
)
