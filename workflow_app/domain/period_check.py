"""The system's own check of a record's publicity: is it shown longer than it may be, and if not, until when and why.

For objections on the ground that publicity is past its period (国办发〔2025〕22号: the publicity period may be objected to).
The period is never counted here but by `publicity_period`; whether the duties were really performed is for the finding
unit. After the longest end a record whose duties are done must be down (RP-11); one whose duties are not done stays, by
the rules of the finding unit (Order 36). What this finds decides nothing: a person answers the objection.
"""

from dataclasses import dataclass
from datetime import date

from .publicity_period import Period
from .reckoning import ONE_DAY
from .words import N_, Sentence


@dataclass(frozen=True)
class Shown:
    """What is known about the publicity of one record today; `scope` is public, limited or none.

    `ended_on` is the day on which publicity ended, None while it goes on; `is_hidden` while it stands still for a time.
    """

    scope: str
    duties_done_on: date | None = None
    ended_on: date | None = None
    is_hidden: bool = False
    is_repairable: bool = True


@dataclass(frozen=True)
class PeriodCheck:
    """`is_past`: the longest period is over. `is_too_long`: and the record is still shown though it must be down.

    `sentence` says the answer, its days and the way out; it speaks to nobody in particular, so that letters and pages of
    both sides may show it.
    """

    is_past: bool
    is_too_long: bool
    sentence: Sentence


def check(shown: Shown, day: date, *, period: Period) -> PeriodCheck:
    """The answer for the legal day `day`. Needs no database."""
    ends_on = period.longest_end_on
    is_past = day > ends_on
    if shown.ended_on is not None:
        return PeriodCheck(is_past, False, Sentence(ENDED, day=shown.ended_on, end=ends_on))
    if shown.scope == "none":
        return PeriodCheck(is_past, False, Sentence(NOT_SHOWN, end=ends_on))
    if not is_past:
        return PeriodCheck(False, False, _not_past(shown, day, period))
    if shown.duties_done_on is None or shown.duties_done_on > day:
        return PeriodCheck(True, False, Sentence(STAYS[shown.scope], end=ends_on))
    since = max(ends_on + ONE_DAY, shown.duties_done_on)
    if shown.is_hidden:
        return PeriodCheck(True, False, Sentence(HIDDEN_AND_PAST, end=ends_on, since=since))
    return PeriodCheck(
        True, True, Sentence(TOO_LONG[shown.scope], end=ends_on, done=shown.duties_done_on, since=since)
    )


def _not_past(shown: Shown, day: date, period: Period) -> Sentence:
    """Until when, and the shorter way if there is one: repair."""
    ends_on = period.longest_end_on
    if shown.is_hidden:
        return Sentence(HIDDEN, end=ends_on)
    until = Sentence(GOES_ON[shown.scope], end=ends_on)
    if not shown.is_repairable:
        return Sentence(CANNOT_BE_REPAIRED, until=until)
    if day < period.may_apply_from:
        return Sentence(REPAIR_LATER, until=until, day=period.may_apply_from)
    return Sentence(REPAIR_NOW if period.shortest_end_on else REPAIR_ANY_TIME, until=until)


ENDED = N_("这条信息的公示已经在 %(day)s停止，没有在公示。最长公示期的最后一日是 %(end)s。")
NOT_SHOWN = N_("这条信息不公示、不共享，所以没有公示超过期限的情形。最长公示期的最后一日是 %(end)s。")
HIDDEN = N_("这条信息现在已经暂停公示。最长公示期的最后一日是 %(end)s，还没有届满。")
HIDDEN_AND_PAST = N_(
    "最长公示期已经在 %(end)s届满，义务已经履行，从 %(since)s起应当停止公示。这条信息现在已经暂停公示。"
)
GOES_ON = {
    "public": N_("公示没有超过期限：最长公示期的最后一日是 %(end)s，还没有届满。"),
    "limited": N_(
        "这条信息不向社会公示，只在有关单位之间共享，没有超过期限：最后一日是 %(end)s，还没有届满。"
    ),
}
STAYS = {
    "public": N_(
        "最长公示期已经在 %(end)s届满，但是认定单位还没有确认失信行为已经纠正、义务已经履行，所以继续公示。"
        "把履行的证明交给认定单位，确认以后停止公示。"
    ),
    "limited": N_(
        "共享的期限已经在 %(end)s届满，但是认定单位还没有确认失信行为已经纠正、义务已经履行，所以继续共享。"
        "把履行的证明交给认定单位，确认以后停止共享。"
    ),
}
TOO_LONG = {
    "public": N_(
        "公示已经超过期限：最长公示期在 %(end)s届满，认定单位确认 %(done)s纠正并履行完义务，"
        "从 %(since)s起就应当停止公示。"
    ),
    "limited": N_(
        "共享已经超过期限：期限在 %(end)s届满，认定单位确认 %(done)s纠正并履行完义务，从 %(since)s起就应当停止共享。"
    ),
}
CANNOT_BE_REPAIRED = N_("%(until)s依照法律或者国家政策，这条信息不能修复，期限届满后停止公示。")
REPAIR_LATER = N_("%(until)s不必等到那一天：履行完义务的，从 %(day)s起可以申请信用修复，不收取任何费用。")
REPAIR_NOW = N_(
    "%(until)s不必等到那一天：最短公示期已满，履行完义务的现在就可以申请信用修复，不收取任何费用。"
)
REPAIR_ANY_TIME = N_(
    "%(until)s不必等到那一天：轻微失信信息没有最短公示期，履行完义务就可以申请信用修复，不收取任何费用。"
)
