"""The credit records of the demonstration as a story: entered by one person, confirmed by another, each on its own day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain import clock
from ..domain.people import Actor
from ..models.party import Person, Subject, Unit
from ..models.proposal import RecordProposal
from ..models.record import CreditRecord
from ..services.house import House
from ..services.people import accounts
from ..services.records import measures, record_proposals, record_watch, records
from ..services.records.findings import Finding
from ..services.rules import rulebooks

Happening = tuple[datetime, Callable[["Telling", datetime], None]]
MORNING = time(8, 0)


@dataclass
class Telling:
    """One record as it is told: where, by whom, and what stands of it already."""

    session: Session
    house: House
    row: dict[str, Any]
    subject: Subject
    units: dict[str, Unit]
    proposals: list[RecordProposal] = field(default_factory=list)
    records: list[CreditRecord] = field(default_factory=list)

    def actor(self, login: str, at: datetime) -> Actor:
        """A person with the rights of that day."""
        person = self.session.scalars(select(Person).where(Person.login == login)).one()
        return accounts.load_actor(person, on=clock.legal_day(at))

    def by(self, role: str, at: datetime) -> dict[str, Any]:
        """Handler or head of the unit at this moment, with the rules."""
        book = rulebooks.current(self.session, self.house)
        actor = self.actor(f"{role}.{self.row['by']}", at)
        return {"actor": actor, "now": at, "today": clock.legal_day(at), "rulebook": book}


def tell(
    session: Session,
    *,
    rows: list[dict[str, Any]],
    subjects: dict[str, Subject],
    until: datetime,
    house: House,
) -> None:
    """Let everything happen up to `until`, and the clock do its work on the days between."""
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    tellings = [Telling(session, house, row, subjects[row["subject"]], units) for row in rows]
    happenings = [(at, act, telling) for telling in tellings for at, act in _happenings(telling.row)]
    passed = min((at for at, _act, _telling in happenings), default=until)
    for at, act, telling in sorted(happenings, key=lambda one: one[0]):
        if at > until:
            break
        _let_time_pass(session, passed, at, house=house)
        act(telling, at)
        passed = at
    _let_time_pass(session, passed, until, house=house)


def _happenings(row: dict[str, Any]) -> Iterator[Happening]:
    yield row["at"], _propose
    if "confirmed_at" in row:
        yield row["confirmed_at"], _confirm
    for name, act in (("duties", _note_duties), ("mark", _mark)):
        if name in row:
            yield row[name]["at"], act
    for measure in row.get("measure", ()):
        yield measure["at"], partial(_start_measure, told=measure)
    if withdrawal := row.get("withdrawal"):
        yield withdrawal["at"], _withdraw
        yield withdrawal["confirmed_at"], _confirm


def _propose(telling: Telling, at: datetime) -> None:
    finding, unit = Finding.from_json(telling.row["finding"]), telling.units[telling.row["unit"]]
    made = record_proposals.propose_entry(
        telling.session, finding, telling.subject, unit_id=unit.id, **telling.by("handler", at)
    )
    telling.proposals.append(made)


def _confirm(telling: Telling, at: datetime) -> None:
    made = record_proposals.confirm(telling.session, telling.proposals[-1], **telling.by("head", at))
    telling.records.append(made)


def _note_duties(telling: Telling, at: datetime) -> None:
    told, how = telling.row["duties"], telling.by("handler", at)
    by_id = how.pop("actor").person_id
    records.establish_duties(
        telling.session, telling.records[0], told["done_on"], how=told["how"], by_id=by_id, **how
    )


def _mark(telling: Telling, at: datetime) -> None:
    told = telling.row["mark"]
    records.mark(telling.session, telling.records[0], told["kind"], note=told["note"], now=at)


def _start_measure(telling: Telling, at: datetime, *, told: dict[str, Any]) -> None:
    measures.start(
        telling.session, telling.records[0], unit_id=telling.units[told["unit"]].id, title=told["title"],
        basis=told["basis"], started_on=told["started_on"], actor=telling.actor(told["by"], at), now=at,
        today=clock.legal_day(at),
    )  # fmt: skip


def _withdraw(telling: Telling, at: datetime) -> None:
    told = telling.row["withdrawal"]
    made = record_proposals.propose_withdrawal(
        telling.session,
        telling.records[0],
        why=told["why"],
        known_on=told["known_on"],
        **telling.by("handler", at),
    )
    telling.proposals.append(made)


def _let_time_pass(session: Session, after: datetime, until: datetime, *, house: House) -> None:
    """Each morning in between, what stands to be done."""
    day = clock.legal_day(after) + timedelta(days=1)
    while day <= clock.legal_day(until):
        now = datetime.combine(day, MORNING, tzinfo=clock.LEGAL_ZONE)
        for todo in record_watch.waiting(session, today=day):
            record_watch.act(session, todo, now=min(now, until), house=house)
        day += timedelta(days=1)
