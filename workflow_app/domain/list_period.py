"""How long an entry on a list lasts, and from when early exit may be asked for: periods without a working day in them.

Like the publicity of a record both end on their very day, also on a day off, because nobody must act by then: rolling on
to a working day would only keep a firm on the list for longer (see publicity_period). Counts no clock of a case.
"""

from dataclasses import dataclass
from datetime import date

from .citing import cite
from .publicity_period import last_day
from .reckoning import ONE_DAY
from .rule import Rule
from .words import N_, Sentence

COUNTED_FROM = {
    "listing": N_("从列入名单的 %(day)s起算，当天不计入（《民法典》第二百零一条）。"),
    "correction": N_("从认定单位确认纠正并履行完义务的 %(day)s起算，当天不计入（《民法典》第二百零一条）。"),
    "publication": N_("从信息公布的 %(day)s起算，当天不计入（《民法典》第二百零一条）。"),
}
NOT_MOVED = N_(
    "按月、按年计算（《民法典》第二百零二条），最后一日是休息日的不顺延，以免在名单上的时间变长。这是平台设定，待核实。"
)


@dataclass(frozen=True)
class ListPeriod:
    """A period of an entry: its last legal day, and why."""

    last_on: date
    explanation: tuple[Sentence, ...]

    @property
    def over_from(self) -> date:
        """The first legal day after it."""
        return self.last_on + ONE_DAY


def term(rule: Rule, listed_on: date) -> ListPeriod:
    """How long an entry lasts. Raises ValueError for a rule that is no length of time."""
    last_on = last_day(rule, listed_on)
    told = Sentence(N_("在名单上的最后一日是 %(day)s，次日由系统移出。"), day=last_on)
    return _period(rule, "listing", listed_on, last_on, told)


def minimum(rule: Rule, since: str, starts_on: date) -> ListPeriod:
    """The least time before early exit; `since` says what it counts from, one of COUNTED_FROM. Raises ValueError."""
    last_on = last_day(rule, starts_on)
    told = Sentence(N_("从 %(day)s起可以申请提前移出。"), day=last_on + ONE_DAY)
    return _period(rule, since, starts_on, last_on, told)


def _period(rule: Rule, since: str, starts_on: date, last_on: date, told: Sentence) -> ListPeriod:
    start = Sentence(COUNTED_FROM[since], day=starts_on)
    version = Sentence(N_("规则表版本：%(version)s。"), version=rule.version)
    return ListPeriod(last_on, (start, *cite(rule), told, Sentence(NOT_MOVED), version))
