"""The steps that act on the clock of a state: pause, resume, extend, start anew. The same for every workflow.

A workflow says which of its states may be paused, extended or started anew, by whom and under which rule; each act has
a reason, an author and a paper, and the people concerned get a letter with the old date, the new date and why. Only the
engine's effect writes the ledger; the due day then follows from it (`domain.deadlines`).
"""

from ..domain.words import N_
from .kit import Effect, Guard, Role, State, Step
from .roles import document, notice

RUNS = Guard(N_("计时已经暂停，请先恢复计时。"), lambda c: not c.clock_is_paused)
STANDS = Guard(N_("计时没有暂停，不需要恢复。"), lambda c: c.clock_is_paused)
NOT_OVER = Guard(N_("期限已经届满，不能再暂停计时。请尽快办理。"), lambda c: not c.period_is_over)
ONCE = Guard(N_("这个期限已经延长过一次，不能再次延长。"), lambda c: not c.clock_was_extended)
IN_ADVANCE = Guard(
    N_("期限已经届满，不能再延长。延长应当在期限届满前决定并告知当事人。"), lambda c: not c.period_is_over
)
WITH_PAPER = Guard(
    N_("请上传作为依据的材料（例如委托检测、鉴定的文书，或重新送达的回证）。"),
    lambda c: "clock_paper" in c.new_papers,
    needs_given=True,
)

CLOCK_PAPERS = {"clock_paper": N_("暂停、恢复、延长或重新起算的依据材料")}
CLOCK_NOTICES = {
    "clock_paused": N_("“%(item)s”（%(number)s）自 %(on)s起暂停计时：%(reason)s。恢复计时后会告知新的期限。"),
    "clock_resumed": N_("“%(item)s”（%(number)s）已恢复计时：%(reason)s。期限由 %(old_due)s改为 %(due)s。"),
    "clock_extended": N_("“%(item)s”（%(number)s）延长办理：%(reason)s。期限由 %(old_due)s改为 %(due)s。"),
    "clock_restarted": N_(
        "“%(item)s”（%(number)s）重新起算期限：%(reason)s。期限由 %(old_due)s改为 %(due)s。"
    ),
    "recounted": N_("“%(item)s”（%(number)s）的期限由 %(old_due)s改为 %(due)s：%(reason)s。"),
}


def pausable(state: State, *who: Role) -> tuple[Step, Step]:
    """The clock of the state may be paused, with the paper that is waited for, and resumed."""
    return (
        _act("pause", N_("暂停计时"), state, who, (RUNS, NOT_OVER, WITH_PAPER), "clock_paused"),
        _act("resume", N_("恢复计时"), state, who, (STANDS,), "clock_resumed"),
    )


def extendable(state: State, *who: Role, rule: str) -> tuple[Step, ...]:
    """The clock may be extended once by a rule, while it still runs, so that those concerned know in advance."""
    return (_act("extend", N_("延长办理期限"), state, who, (ONCE, IN_ADVANCE), "clock_extended", rule=rule),)


def restartable(state: State, *who: Role) -> tuple[Step, ...]:
    """The clock starts anew because what started it was done again, say a notice that was served a second time."""
    return (_act("restart", N_("重新起算期限"), state, who, (WITH_PAPER,), "clock_restarted"),)


def _act(
    name: str,
    title: str,
    state: State,
    who: tuple[Role, ...],
    only_if: tuple[Guard, ...],
    told: str,
    *,
    rule: str = "",
) -> Step:
    return Step(
        name, title, state, state, who, only_if,
        (Effect("clock", name, rule), document("clock_notice"), notice(told, to="subject")),
        says=("clock_reason",), papers=("clock_paper",), optional=True,
    )  # fmt: skip
