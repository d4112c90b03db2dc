"""May repair be asked for a record, from which day, and why: judged from what is known, without a database.

Every sentence that says no also says the way out. The periods are never counted here but by `publicity_period`; whether
a duty was really performed is for the finding unit to establish, so a duty that nobody recorded yet keeps nobody from
asking (《信用修复管理办法》第二条: repair is a right of whoever meets the conditions).
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .publicity_period import Period
from .words import N_, Sentence


class Code(StrEnum):
    """What stands against an application."""

    NOT_REPAIRABLE = "not_repairable"
    ENDED = "ended"
    SHIELDED = "shielded"
    OPEN_REPAIR = "open_repair"
    BARRED = "barred"
    PERIOD = "period"
    DUTIES = "duties"


UNDATED = frozenset({Code.NOT_REPAIRABLE, Code.ENDED, Code.SHIELDED, Code.OPEN_REPAIR})
"""No day can be told on which these end by themselves."""


@dataclass(frozen=True)
class Blocker:
    """One thing that stands against an application, with the way out in its sentence."""

    code: Code
    sentence: Sentence


@dataclass(frozen=True)
class Repairability:
    """`from_on` is the first day on which repair may be asked for, None when no day can be told.

    `because` says why that day, beginning with the answer in one sentence; empty when no day can be told.
    """

    may_apply: bool
    from_on: date | None
    because: tuple[Sentence, ...]
    blocked_by: tuple[Blocker, ...]


@dataclass(frozen=True)
class Bar:
    """Nobody of this subject may apply before `until_on`; `basis` is the finding of falsehood."""

    from_on: date
    until_on: date
    basis: str


@dataclass(frozen=True)
class Standing:
    """What is known about one record. `open_repair` is the address of the application that runs already.

    `period` is None when the rules don't know the period of the time; `no_period` then says so. `is_performed` is what
    an application states about the duties, None before there is one. `is_restructuring`: a court approved a
    restructuring plan or recognised a settlement, so the repair asked for is temporary and waits for no period.
    """

    period: Period | None
    no_period: Sentence | None = None
    duties_done_on: date | None = None
    is_performed: bool | None = None
    is_restructuring: bool = False
    not_repairable_because: str = ""
    has_ended: bool = False
    ended_how: str = ""
    is_shielded: bool = False
    open_repair: str = ""
    bars: tuple[Bar, ...] = ()


ENDED_HOW = {
    "repaired": N_("这条信息已经修复，公示已经停止，不需要再申请。"),
    "expired": N_("这条信息的公示期已经届满，公示已经停止，不需要申请修复。"),
    "withdrawn": N_("作出认定的文书已经变更或者撤销，这条信息的公示已经撤回，不需要申请修复。"),
    "annulled": N_("这条信息已经更正或者删除，不再公示，不需要申请修复。"),
}
ENDED_OTHERWISE = N_("这条信息已经停止公示，不需要申请修复。")


def judge(standing: Standing, day: date) -> Repairability:
    """The answer for what is known. Needs no database."""
    blockers = tuple(_blockers(standing, day))
    if standing.period is None or UNDATED & {blocker.code for blocker in blockers}:
        return Repairability(False, None, (), blockers)
    period_from = day if standing.is_restructuring else standing.period.may_apply_from
    from_on = max([period_from, *(bar.until_on for bar in standing.bars)])
    return Repairability(not blockers, from_on, tuple(_because(standing, from_on, day)), blockers)


def _blockers(standing: Standing, day: date) -> list[Blocker]:
    """Everything that stands against an application; after what is final nothing else matters."""
    found: list[Blocker] = []

    def no(code: Code, text: str, **values: str | date) -> None:
        found.append(Blocker(code, Sentence(text, **values)))

    if standing.has_ended:
        return [Blocker(Code.ENDED, Sentence(ENDED_HOW.get(standing.ended_how, ENDED_OTHERWISE)))]
    if standing.not_repairable_because:
        no(Code.NOT_REPAIRABLE, NOT_REPAIRABLE, instrument=standing.not_repairable_because)
        return found
    if standing.is_shielded:
        no(Code.SHIELDED, SHIELDED)
    if standing.open_repair:
        no(Code.OPEN_REPAIR, OPEN_REPAIR, number=standing.open_repair)
    if standing.bars:
        longest = max(standing.bars, key=lambda bar: bar.until_on)
        no(Code.BARRED, BARRED, start=longest.from_on, until=longest.until_on, basis=longest.basis)
    if standing.period is None and standing.no_period is not None:
        found.append(Blocker(Code.PERIOD, standing.no_period))
    elif standing.period and day < standing.period.may_apply_from and not standing.is_restructuring:
        last_day = standing.period.shortest_end_on or standing.period.from_on
        no(Code.PERIOD, TOO_EARLY, end=last_day, day=standing.period.may_apply_from)
    if standing.is_performed is False and standing.duties_done_on is None:
        no(Code.DUTIES, DUTIES)
    return found


NOT_REPAIRABLE = N_(
    "依照%(instrument)s，这条信息不能修复，公示期届满后停止公示。认为信息有误的，可以向认定单位提出异议。"
)
SHIELDED = N_(
    "这条信息正因重整计划或者和解协议临时屏蔽，现在不公示。计划执行完毕后，请在原来的办件里提交法院裁定，转为正式修复。"
)
OPEN_REPAIR = N_("这条信息已经有一件修复申请正在办理（%(number)s），不用重复申请。请在那件办件里查看进度。")
BARRED = N_(
    "您自 %(start)s起暂时不能申请信用修复，原因：%(basis)s。%(until)s起可以再次申请；"
    "认为这项限制有误的，可以依法申请行政复议或者提起行政诉讼。"
)
TOO_EARLY = N_("最短公示期还没有届满，最后一日是 %(end)s。您可以从 %(day)s起申请，届时会提醒您。")
DUTIES = N_(
    "申请修复要先纠正失信行为、履行完文书要求的义务。请履行后再申请，并附上证明，或者请认定单位自行核实。"
)


def _because(standing: Standing, from_on: date, day: date) -> list[Sentence]:
    """Why the day is that day: the answer, what is known of the duties, and the whole reckoning of the period."""
    assert standing.period is not None
    return [_answer(standing, from_on, day), _duties(standing), *standing.period.explanation]


def _answer(standing: Standing, from_on: date, day: date) -> Sentence:
    period = standing.period
    assert period is not None
    if standing.bars:
        return Sentence(N_("您可以从 %(day)s起申请信用修复，因为在这以前您被限制申请。"), day=from_on)
    if standing.is_restructuring:
        return Sentence(
            N_(
                "您现在就可以申请临时修复，因为法院已经裁定批准重整计划或者认可和解协议，不必等最短公示期届满。"
            )
        )
    if period.shortest_end_on is None:
        return Sentence(
            N_("您现在就可以申请信用修复，因为轻微失信信息没有最短公示期，履行完义务就可以申请。")
        )
    text = (
        N_("您可以从 %(day)s起申请信用修复，因为最短公示期的最后一日是 %(end)s。")
        if day < from_on
        else N_("您现在就可以申请信用修复（从 %(day)s起），因为最短公示期的最后一日是 %(end)s。")
    )
    return Sentence(text, day=from_on, end=period.shortest_end_on)


def _duties(standing: Standing) -> Sentence:
    if standing.duties_done_on:
        return Sentence(
            N_("认定单位确认您在 %(day)s纠正了失信行为、履行完义务。"), day=standing.duties_done_on
        )
    return Sentence(
        N_(
            "认定单位还没有记录您履行完义务。申请时请附上已经纠正、履行的证明；认定单位自己能核实的，不用您交证明。"
        )
    )
