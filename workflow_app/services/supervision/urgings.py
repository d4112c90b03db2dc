"""催办、督办: asking a unit to go on with a case, which it answers by words or by the next step.

A logged act that changes nothing of the case: who urged, in which capacity, why, and until when the unit answers (rule
ES-01). Once per case and legal day, whoever urges; nobody urges those who stand beside or above.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.due_words import end_of
from ...domain.people import GRANT_TITLES, Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.event import Event
from ...models.party import Person, Unit
from ...models.queue import Urging
from ...workflows import BY_NAME
from ..delivery import notices, outbox
from ..engine import perform
from ..house import House
from ..people import units
from ..rules import rulebooks

INTERVAL = "ES-01"
LONGEST = 1000
MOST_OPEN = 2000
OF_A_UNIT = (GrantKind.HANDLER, GrantKind.HEAD)
OF_THE_OFFICE = (GrantKind.CLERK, GrantKind.LEAD)
STAFF = OF_A_UNIT + OF_THE_OFFICE
ABOVE = {
    GrantKind.HANDLER: (GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD),
    GrantKind.HEAD: (GrantKind.CLERK, GrantKind.LEAD),
    GrantKind.CLERK: (GrantKind.LEAD,),
}
"""Whom a case waits for → who may urge; nobody stands above the office's lead."""
URGED = N_("%(by)s（%(as)s）催办%(number)s：%(why)s请在 %(until)s前办理或者答复，说明进展。")
ANSWERED = N_("%(number)s的催办已有答复（%(by)s）：%(answer)s")
ENDED = N_("这件办件已经办结，不需要催办。")
WAITS_FOR_SUBJECT = N_("这件办件现在不等单位办理，没有可以催办的人。可以打开办件，看它在等谁。")
NOT_ABOVE = N_("这件办件由%(who)s办理，您不能催办。请联系信用办负责人。")
TODAY_ALREADY = N_("这件办件今天已经催办过，明天可以再催。")
NOBODY_LEFT = N_("负责的单位已经撤销，没有人能收到催办。请先把办件改由另一单位办理。")
NO_WHY = N_("请写明为什么催办，1000 字以内。")
NO_ANSWER = N_("请写明进展或者原因，1000 字以内。")
IS_ANSWERED = N_("这次催办已经有答复了，请看办件页上的记录。")


@dataclass(frozen=True)
class Told:
    """An urging as it stands: answered in words, or by a step of the staff since (`acted_at`), or owed."""

    row: Urging
    acted_at: datetime | None

    @property
    def is_owed(self) -> bool:
        """Whether the unit still owes an answer; of a case that ended meanwhile nobody asks any more."""
        return self.row.answered_at is None and self.acted_at is None and self.row.case.ended_at is None

    def is_silent(self, *, today: date) -> bool:
        """Whether the day of the answer is over and none came."""
        return self.is_owed and self.row.answer_by < today


class Owed(NamedTuple):
    """An urging that still waits for an answer: of which unit, and until when."""

    id: int
    unit_id: int
    answer_by: date

    def is_silent(self, *, today: date) -> bool:
        """Whether the day of the answer is over."""
        return self.answer_by < today


class Line(NamedTuple):
    """The same with what a list tells of it."""

    owed: Owed
    ref: str
    number: str
    by: str
    at: datetime
    why: str


def refusal(session: Session, case: Case, actor: Actor, *, today: date) -> Sentence | None:
    """Why this person can't urge in this case now; None when they can."""
    if case.ended_at is not None:
        return Sentence(ENDED)
    waited = waited_for(case)
    if not waited:
        return Sentence(WAITS_FOR_SUBJECT)
    if _capacity(case, actor, waited) is None:
        return Sentence(NOT_ABOVE, who=Sentence(GRANT_TITLES[waited[0]]))
    if _answering(session, case, waited, on=today) is None:
        return Sentence(NOBODY_LEFT)
    return Sentence(TODAY_ALREADY) if outbox.exists(session, key_of(case.id, today)) else None


def urge(session: Session, address: str, why: str, *, actor: Actor, now: datetime, house: House) -> Urging:
    """Urge whoever the case waits for. Raises NotYours, or Refused with why it can't be done; then nothing was written."""
    case = perform.lock(session, address)
    if not BY_NAME[case.workflow].readers.holds(case, actor, {}):
        raise NotYours
    today, why = clock.legal_day(now), why.replace("\0", "").strip()
    if sentence := refusal(session, case, actor, today=today):
        raise Refused(sentence)
    if not why or len(why) > LONGEST:
        raise Refused(NO_WHY, code="why")
    waited = waited_for(case)
    found, unit = _capacity(case, actor, waited), _answering(session, case, waited, on=today)
    assert found is not None
    assert unit is not None
    kind, capacity = found
    row = Urging(
        ref=secrets.token_urlsafe(9), case=case, unit=unit, by_id=actor.person_id, acting_as=kind,
        acted_for_id=capacity.acts_for.person_id if capacity.acts_for else None, at=now, why=why,
        answer_by=rulebooks.current(session, house).due(INTERVAL, today).due_on,
    )  # fmt: skip
    session.add(row)
    session.flush()
    _tell(session, row, actor.name, waited, now=now)
    return row


def answer(session: Session, ref: str, text: str, *, actor: Actor, now: datetime) -> Urging:
    """Say how the case goes on, for the urged unit; told to whoever urged. Raises NotYours or Refused."""
    wanted = select(Urging).where(Urging.ref == ref.replace("\0", "")).with_for_update(of=Urging)
    row = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if row is None or not may_answer(row, actor):
        raise NotYours
    if row.answered_at is not None:
        raise Refused(IS_ANSWERED)
    text = text.replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        raise Refused(NO_ANSWER, code="answer")
    row.answer, row.answered_by_id, row.answered_at = text, actor.person_id, now
    told = Sentence(ANSWERED, number=row.case.address, by=actor.name, answer=text)
    notices.tell_person(session, f"urging/{row.id}/answered", told, person_id=row.by_id, now=now)
    session.flush()
    return row


def may_answer(row: Urging, actor: Actor) -> bool:
    """Whether this person answers for the urged unit, in the own name or in somebody's stead."""
    kinds = OF_THE_OFFICE if row.unit.is_office else OF_A_UNIT
    grants = (grant for capacity in actor.capacities for grant in capacity.grants if grant.kind in kinds)
    return any(row.unit_id in grant.places("unit_id") for grant in grants)


def one(session: Session, ref: str, actor: Actor) -> Told:
    """One urging, for whoever sees the case or answers for the unit. Raises NotYours."""
    found = _told(session, Urging.ref == ref.replace("\0", ""))
    if not found:
        raise NotYours
    row = found[0].row
    if not may_answer(row, actor) and not BY_NAME[row.case.workflow].readers.holds(row.case, actor, {}):
        raise NotYours
    return found[0]


def is_above(case: Case, actor: Actor) -> bool:
    """Whether the person may urge in this case at all, on any day; reads nothing."""
    return case.ended_at is None and _capacity(case, actor, waited_for(case)) is not None


def of_case(session: Session, case_id: int) -> tuple[Told, ...]:
    """Every urging of a case, newest first."""
    return _told(session, Urging.case_id == case_id)


def owed(session: Session, unit_ids: Iterable[int] | None = None) -> tuple[Owed, ...]:
    """Every urging that still waits for an answer, the one due first on top; `unit_ids` None means every unit."""
    wanted = OWED if unit_ids is None else OWED.where(Urging.unit_id.in_(tuple(unit_ids)))
    return tuple(Owed(*row) for row in session.execute(wanted))


def lines(session: Session, owed: Sequence[Owed]) -> tuple[Line, ...]:
    """These urgings as a list tells them."""
    said = (Urging.ref, func.coalesce(Case.number, Case.ref), Person.name, Urging.at, Urging.why)
    wanted = select(Urging.id, *said).join(Urging.case).join(Urging.by)
    rows = session.execute(wanted.where(Urging.id.in_([one.id for one in owed])))
    found = {row.id: row[1:] for row in rows}
    return tuple(Line(one, *found[one.id]) for one in owed)


def waited_for(case: Case) -> tuple[GrantKind, ...]:
    """The staff that a case waits for, lowest rank first; none where it waits for the subject or for time alone."""
    return waited_in(case.workflow, case.state)


def waited_in(workflow: str, state: str) -> tuple[GrantKind, ...]:
    """The same for every case of a workflow in this state."""
    steps = BY_NAME[workflow].steps_from(state)
    kinds = {role.kind for step in steps if not step.optional for role in step.who}
    return tuple(kind for kind in STAFF if kind in kinds)


def key_of(case_id: int, day: date) -> str:
    """The key of the urging of one case on one legal day, for everybody who urges."""
    return f"urge/{case_id}/{day}"


def _capacity(case: Case, actor: Actor, waited: Sequence[GrantKind]) -> tuple[GrantKind, Actor] | None:
    """In which capacity somebody urges: a head for the own unit, the office everywhere."""
    above = [kind for one in waited for kind in ABOVE.get(one, ())]
    for capacity in actor.capacities:
        for grant in capacity.grants:
            is_near = grant.kind in OF_THE_OFFICE or case.unit_id in grant.places("unit_id")
            if grant.kind in above and is_near and grant.covers(case.workflow):
                return grant.kind, capacity
    return None


def _answering(session: Session, case: Case, waited: Sequence[GrantKind], *, on: date) -> Unit | None:
    """The unit that has to go on: the case's own, or the one that took over; else the office."""
    if case.unit is not None and any(kind in OF_A_UNIT for kind in waited):
        return units.responsible(session, case.unit, on=on)
    return session.scalars(select(Unit).where(Unit.is_office).order_by(Unit.id).limit(1)).first()


def _tell(session: Session, row: Urging, by: str, waited: Sequence[GrantKind], *, now: datetime) -> None:
    """The unit hears of it: its handlers and heads, or the office's clerks, else its lead."""
    side = "unit" if waited[0] in OF_A_UNIT else str(waited[0])
    told = Sentence(
        URGED, **{"as": Sentence(GRANT_TITLES[GrantKind(row.acting_as)])}, by=by, number=row.case.address,
        why=row.why if row.why.endswith(("。", "！", "？")) else f"{row.why}。", until=end_of(row.answer_by),
    )  # fmt: skip
    notices.tell(
        session, key_of(row.case_id, clock.legal_day(now)), told, to=side, case_id=row.case_id, now=now
    )


def _told(session: Session, asked: ColumnElement[bool]) -> tuple[Told, ...]:
    """Urgings, newest first, each with the first step of the staff that came after it."""
    shown = (joinedload(Urging.case), joinedload(Urging.unit), joinedload(Urging.by))
    behind = (joinedload(Urging.acted_for), joinedload(Urging.answered_by))
    wanted = select(Urging).where(asked).options(*shown, *behind).order_by(Urging.id.desc()).limit(MOST_OPEN)
    rows = session.scalars(wanted).all()
    acted = _acted(session, rows)
    return tuple(Told(row, acted.get(row.id)) for row in rows)


def _acted(session: Session, rows: Sequence[Urging]) -> Mapping[int, datetime]:
    """Urging → when the staff first took a step in its case since."""
    if not rows:
        return {}
    since = (Event.case_id == Urging.case_id, Event.at > Urging.at, Event.acting_as.in_(STAFF))
    asked = select(Urging.id, Event.at).join(Event, since[0]).where(*since[1:])
    found = session.execute(
        asked.where(Urging.id.in_([row.id for row in rows])).order_by(Urging.id, Event.seq)
    )
    return {number: next(group).at for number, group in groupby(found, key=lambda one: one.id)}


_ACTED = exists().where(Event.case_id == Urging.case_id, Event.at > Urging.at, Event.acting_as.in_(STAFF))
_IS_OPEN = exists().where(Case.id == Urging.case_id, Case.ended_at.is_(None))
OWED = (
    select(Urging.id, Urging.unit_id, Urging.answer_by)
    .where(Urging.answered_at.is_(None), ~_ACTED, _IS_OPEN)
    .order_by(Urging.answer_by, Urging.id)
)
"""Urgings without an answer in words or by a step."""
