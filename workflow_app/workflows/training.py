"""修复培训：公益培训班，免费、自愿参加，不是信用修复的条件。学完课程、考试合格的，发给培训证明，自动附到正在办理的修复申请里，供审核时参考。

信用办审核报名，逾期没有审核的自动通过。每门课程有最少学习时间，由服务器计时；课程全部学完，考试自动开放。考试从题库随机抽题，
有时间限制和次数限制，达到合格分数线即通过，当场发给证明，每人每班一份。到培训班结束日没有通过的，可以报名下一期。

依据：《信用修复管理办法》第五章（鼓励开展诚信教育）；报名审核、考试次数和发证期限由平台设定，见规则表 TR-01 至 TR-04。
"""

from dataclasses import dataclass
from datetime import date

from ..domain.people import GrantKind
from ..domain.words import N_
from .kit import Effect, Escalate, Guard, State, Step, Take, Workflow
from .roles import AGENT, CLERK, CLOCK, OWNER, READERS, document, notice
from .scope import OpenedIt
from .training_words import LABELS, NOTICES, ROLES


@dataclass(frozen=True)
class Facts:
    """What a training case remembers. `matter` is the title of the class, `ends_on` its last day."""

    matter: str = ""
    class_ref: str = ""
    ends_on: date | None = None
    trainee_name: str = ""
    trainee_role: str = ""
    contact_mobile: str = ""
    contact_email: str = ""
    conduct: str = ""
    cancellation_reason: str = ""


# Guards read `around`: what `services.training.training` knows of the class, the lessons and the attempts.
STATED = Guard(
    N_("请填写参加培训的人的姓名、身份和联系手机。"),
    lambda c: all((c.facts.trainee_name, c.facts.trainee_role, c.facts.contact_mobile)),
)
CLASS_OPEN = Guard(
    N_("这个培训班现在不接受报名。请看看其他培训班，或者等下一期。"), lambda c: c.around["is_open"]
)
SEAT_LEFT = Guard(
    N_("这个培训班已经报满。有人取消时会空出名额，也可以报名下一期。"), lambda c: c.around["seats_left"] > 0
)
ONE_PLACE = Guard(N_("您已经报名了这个培训班，不需要重复报名。"), lambda c: not c.around["has_other_place"])
LESSONS_DONE = Guard(
    N_("还有课程没有学满最少时间。全部学完后考试自动开放。"), lambda c: c.around["lessons_left"] == 0
)
HANDED_IN = Guard(
    N_("没有已经交卷的答卷。请进入考场答题并交卷。"),
    lambda c: c.around["untold_attempts"] > 0,
    needs_given=True,
)
REACHED_MARK = Guard(
    N_("还没有达到合格分数线。"),
    lambda c: c.around["best_score"] is not None and c.around["best_score"] >= c.around["pass_mark"],
)
NO_ATTEMPT_LEFT = Guard(
    N_("还有考试机会。"), lambda c: c.around["attempts_left"] == 0 and not c.around["is_sitting"]
)
NOT_PASSED = Guard(N_("已经达到合格分数线。"), lambda c: not REACHED_MARK.holds(c))

IN_PERSON = N_("培训和考试由报名的人本人参加，别人不能代办。需要时请用自己的账户报名。")
TRAINEE = tuple(role.but(OpenedIt(IN_PERSON)) for role in (OWNER, AGENT))
"""The one who enrolled learns and sits the exam; nobody does it for somebody else."""

DRAFT = State(
    "draft",
    N_("草稿"),
    deadline="DR-01",
    expiry=Take("discard"),
    editors=TRAINEE,
    main=True,
    remind=(7,),
    silence=N_("长期不修改，草稿会自动作废。"),
)
APPLIED = State(
    "applied",
    N_("已报名，待审核"),
    deadline="TR-02",
    expiry=Take("approve"),
    main=True,
    silence=N_("信用办逾期没有审核的，报名自动通过。"),
)
LEARNING = State(
    "learning",
    N_("学习中"),
    deadline="fact:ends_on",
    expiry=Take("close"),
    main=True,
    remind=(7, 1),
    silence=N_("到培训班结束日没有学完的，本期结束，可以报名下一期。"),
    waits_for=N_("学员正在学习课程"),
    room="training.lessons",
)
EXAM_OPEN = State(
    "exam_open",
    N_("可以考试"),
    deadline="fact:ends_on",
    expiry=Take("close"),
    main=True,
    remind=(7, 1),
    silence=N_("到培训班结束日没有通过考试的，本期结束，可以报名下一期。"),
    room="exams.show",
)
PASSED = State(
    "passed",
    N_("考试合格，发放证明"),
    deadline="TR-04",
    expiry=Escalate((GrantKind.LEAD,)),
    silence=N_("证明由系统自动发放；没有发出的，系统提醒信用办负责人。"),
    waits_for=N_("系统正在发放培训证明"),
)
CERTIFIED = State("certified", N_("已结业"), ended=True, main=True)
DECLINED = State("declined", N_("报名未通过"), ended=True)
CANCELLED = State("cancelled", N_("已取消"), ended=True)
FAILED = State("failed", N_("考试未通过"), ended=True)
INCOMPLETE = State("incomplete", N_("本期未完成"), ended=True)
DISCARDED = State("discarded", N_("草稿已作废"), ended=True)

# fmt: off
STEPS = (
    Step("apply", N_("提交报名"), DRAFT, APPLIED, TRAINEE, (CLASS_OPEN, STATED, ONE_PLACE, SEAT_LEFT),
         (Effect("enrol"), document("receipt"), notice("applied", to="clerk"), notice("received", to="subject"))),
    Step("discard", N_("作废草稿"), DRAFT, DISCARDED, (*TRAINEE, CLOCK), optional=True),
    Step("approve", N_("通过报名"), APPLIED, LEARNING, (CLERK, CLOCK), (), (notice("approved", to="subject"),)),
    Step("reject", N_("不通过报名"), APPLIED, DECLINED, (CLERK,), (), (Effect("leave"), notice("declined", to="subject")), coded=True),
    *(Step("cancel", N_("取消培训"), state, CANCELLED, TRAINEE, (), (Effect("leave"), notice("cancelled", to="clerk")),
           asks=("cancellation_reason",), optional=True) for state in (APPLIED, LEARNING)),
    Step("open_exam", N_("课程学完，开放考试"), LEARNING, EXAM_OPEN, (CLOCK,), (LESSONS_DONE,),
         (notice("exam_opened", to="subject"),), follows=True),
    Step("attempt", N_("参加考试"), EXAM_OPEN, EXAM_OPEN, (*TRAINEE, CLOCK), (HANDED_IN,), (Effect("take_note"),), room="exams.show"),
    Step("pass", N_("考试合格"), EXAM_OPEN, PASSED, (CLOCK,), (REACHED_MARK,), follows=True),
    Step("fail", N_("考试机会用完"), EXAM_OPEN, FAILED, (CLOCK,), (NO_ATTEMPT_LEFT, NOT_PASSED),
         (notice("failed", to="subject"),), follows=True),
    Step("certify", N_("发放培训证明"), PASSED, CERTIFIED, (CLOCK,), (),
         (document("training_certificate"), Effect("stand_as_evidence", "training_certificate"),
          notice("certified", to="subject")), follows=True),
    *(Step("close", N_("本期结束"), state, INCOMPLETE, (CLOCK,), (), (notice("closed", to="subject"),), optional=True)
      for state in (LEARNING, EXAM_OPEN)),
)
# fmt: on

TRAINING = Workflow(
    name="training",
    title=N_("修复培训"),
    prefix="TR",
    story=__doc__,
    facts=Facts,
    labels=LABELS,
    fills=("trainee_name", "trainee_role", "contact_mobile", "contact_email", "conduct"),
    readers=READERS,
    states=(
        DRAFT,
        APPLIED,
        LEARNING,
        EXAM_OPEN,
        PASSED,
        CERTIFIED,
        DECLINED,
        CANCELLED,
        FAILED,
        INCOMPLETE,
        DISCARDED,
    ),
    steps=STEPS,
    notices=NOTICES,
    choices={"trainee_role": ROLES},
)
