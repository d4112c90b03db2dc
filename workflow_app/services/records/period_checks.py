"""What is known about the publicity of a stored record, for `domain.period_check` to judge: letters, start page, case page."""

from datetime import date

from ...domain import clock
from ...domain.period_check import PeriodCheck, Shown, check
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...models.record import CreditRecord
from . import records


def of(record: CreditRecord, *, day: date, rulebook: Rulebook, is_as_if_shown: bool = False) -> PeriodCheck:
    """The system's own check of the record's publicity on a legal day. Where the rules know no period, it says so.

    `is_as_if_shown` judges a record that was just taken down or hidden as it stood before, for the letter that says why.
    """
    try:
        period = records.period(record, rulebook)
    except Refused as refused:
        return PeriodCheck(False, False, refused.sentence)
    ended_at = None if is_as_if_shown else record.publicity_ended_at
    shown = Shown(
        record.scope,
        duties_done_on=record.duties_done_on,
        ended_on=clock.legal_day(ended_at) if ended_at else None,
        is_hidden=record.hidden_at is not None and not is_as_if_shown,
        is_repairable=not record.not_repairable_because,
    )
    return check(shown, day, period=period)
