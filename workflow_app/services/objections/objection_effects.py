"""What an objection does: marks the record, hides it, gives the case to a provider, keeps the row that lists ask for.

Each is a word of the workflows (see `effects`). What is corrected, and where it has to be told, is for `corrections`.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update

from ...domain.downstream import What
from ...domain.refusals import Refused
from ...domain.words import N_
from ...models.deadline import Deadline
from ...models.objection import Objection
from ...models.party import Unit
from ...models.record import CreditRecord
from ...workflows.kit import Effect
from ..engine import clocks
from ..engine.moment import Moment
from ..records import records
from ..sync import sync
from . import corrections

HIDDEN = "hidden"
MARKED_BY = {"objection": What.MARK, "unclear": What.NOTE}
OVERALL = "overall"
REVIEWING = "reviewing"
HIDE = N_("异议核查期间先行停止公示")
SHOW_AGAIN = N_("异议办结，恢复公示")
NO_SUCH_PROVIDER = N_("这个单位已经撤销或者没有登记，请选择在册的单位。")


def mark(effect: Effect, moment: Moment) -> None:
    """Put the mark on the record, here and wherever it is shown; the limit for that is met at once (OB-01)."""
    record = _record(moment)
    records.mark(moment.session, record, effect.what, case_id=moment.case.id, now=moment.now)
    _ask(moment, record, MARKED_BY[effect.what])
    if effect.to:
        clocks.met_at_once(moment, effect.to)


def unmark(effect: Effect, moment: Moment) -> None:
    """Take the mark of this case away; those of other objections stay."""
    record = _record(moment)
    records.unmark(moment.session, record, effect.what, case_id=moment.case.id, now=moment.now)
    sync.no_longer(moment.session, What.MARK, case_id=moment.case.id, now=moment.now)
    _ask(moment, record, What.UNMARK)


def hide(effect: Effect, moment: Moment) -> None:
    """Stop publishing while the objection is looked into, because the error is plain."""
    record = _record(moment)
    records.mark(moment.session, record, HIDDEN, case_id=moment.case.id, now=moment.now)
    _change(moment, record, {"hidden_at": moment.now}, why=HIDE)
    _ask(moment, record, What.SHIELD)


def show_again(effect: Effect, moment: Moment) -> None:
    """Publish again what this objection had hidden; what a repair or a shielding hid since then stays hidden."""
    record, own = _record(moment), (HIDDEN, moment.case.id, None)
    hidden_at = next((row.since for row in record.marks if (row.kind, row.case_id, row.until) == own), None)
    records.unmark(moment.session, record, HIDDEN, case_id=moment.case.id, now=moment.now)
    if hidden_at is not None and record.hidden_at == hidden_at:
        _change(moment, record, {"hidden_at": None}, why=SHOW_AGAIN)
        _ask(moment, record, What.UNSHIELD)


def provider(effect: Effect, moment: Moment) -> None:
    """Give the case to the unit that holds the source. Refused when that unit is no more."""
    unit = moment.session.scalar(select(Unit).where(Unit.key == moment.facts.provider))
    if unit is None or (unit.ended_on is not None and unit.ended_on <= moment.day):
        raise Refused(NO_SUCH_PROVIDER, code="provider")
    moment.case.unit_id = unit.id
    _tally(moment, unit_id=unit.id)


def tally(effect: Effect, moment: Moment) -> None:
    """Keep the row of the objection: received, answered by the provider, reviewed, or its result."""
    if effect.what == "received":
        _open(moment)
    elif effect.what == "answered":
        _tally(moment, answered_on=moment.day)
    elif effect.what == "review":
        _tally(moment, was_reviewed=True)
    else:
        remedy = moment.facts.remedy if effect.what == "corrected" else ""
        _tally(moment, result=effect.what, remedy=remedy, was_changed=moment.step.source.name == REVIEWING)
        _end(moment)


def _open(moment: Moment) -> None:
    case, facts = moment.case, moment.facts
    moment.session.add(
        Objection(
            case_id=case.id, record_id=case.record_id, subject_id=case.subject_id, unit_id=case.unit_id,
            ground=facts.ground, received_on=moment.day, filled_by=facts.filled_by,
        )
    )  # fmt: skip
    moment.session.flush()


def _end(moment: Moment) -> None:
    """The first result ends the row; a review changes what came of it and not how long it took."""
    row = moment.session.get_one(Objection, moment.case.id, populate_existing=True)
    if row.ended_on is not None:
        return
    overall = moment.session.scalar(
        select(Deadline.due_on)
        .where(Deadline.case_id == row.case_id, Deadline.state == OVERALL)
        .order_by(Deadline.id.desc())
        .limit(1)
    )
    calendar = moment.rulebook.calendar
    _tally(
        moment,
        ended_on=moment.day,
        working_days=calendar.working_days_between(row.received_on, moment.day),
        is_late=overall is not None and overall < moment.day,
    )


def _tally(moment: Moment, **values: Any) -> None:
    moment.session.execute(update(Objection).where(Objection.case_id == moment.case.id).values(values))


def _ask(moment: Moment, record: CreditRecord, what: What) -> None:
    """Ask every place that shows the record; none shows one that is down."""
    if record.publicity_ended_at is None:
        sync.ask(
            moment.session, record, [what], case_id=moment.case.id, now=moment.now, rulebook=moment.rulebook
        )


def _change(moment: Moment, record: CreditRecord, values: dict[str, Any], *, why: str) -> None:
    records.change(
        moment.session, record, values, why=why, by_id=moment.actor.person_id, now=moment.now,
        rulebook=moment.rulebook, case_id=moment.case.id,
    )  # fmt: skip


def _record(moment: Moment) -> CreditRecord:
    assert moment.case.record is not None, "an objection is about a record"
    return moment.case.record


EFFECTS: dict[str, Callable[[Effect, Moment], None]] = {
    "mark": mark,
    "unmark": unmark,
    "hide": hide,
    "show_again": show_again,
    "provider": provider,
    "tally": tally,
    "correct": corrections.carry_out,
}
