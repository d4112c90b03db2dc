"""Many reviewers at work on the same cases at once, and what must be true afterwards: for the tests and `bench.races`.

Everybody reads a case, hesitates, and then acts on what was read, each in threads and transactions of their own, on a real
PostgreSQL. Time runs fast, so that leases end while others work. What each was told is kept and held against the database.
"""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import Engine, or_, select
from sqlalchemy.orm import Session

from tests.factories import GIVEN, NOW, TODAY, World, case_in, draft
from workflow_app import batching
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.domain.people import Actor, GrantKind
from workflow_app.domain.refusals import NotYours, Refused, Stale
from workflow_app.models.case import Case
from workflow_app.models.event import Event
from workflow_app.models.party import GrantRow, Person
from workflow_app.models.queue import Batch, BatchRow, StandIn
from workflow_app.services.cases import cases
from workflow_app.services.engine import history, leases, opened, perform
from workflow_app.services.house import House
from workflow_app.services.people import accounts, stand_ins
from workflow_app.services.queues import assigning, batches

HALF_AN_HOUR = 1.0
"""Seconds of the race in which half an hour of its clock passes."""
WAITING = 120.0
"""Seconds within which everybody is ready, or nobody begins."""
STATES = ("signed",) * 5 + ("checking", "breach_replied")
DECISIONS = {
    "signed": ("accept", "return_for_correction", "refuse"),
    "active": ("start_check",),
    "checking": ("confirm_fulfilled", "propose_breach"),
    "breach_proposed": ("drop_breach",),
    "breach_replied": ("accept_rectification", "decide_breach", "drop_breach"),
}
ACTS = ("claim", "decide", "release", "assign", "batch")
HANDLERS, HEADS = (5, 6, 1, 0, 1), (2, 4, 1, 4, 1)
"""How likely each act is."""
EVERY = 4
"""Of so many reviewers one is a head."""


@dataclass(frozen=True)
class Room:
    """Where a race is run: who reviews which cases, and the drafts that their owners fill in meanwhile."""

    engine: Engine
    house: House
    owners: tuple[Actor, ...]
    reviewers: tuple[Actor, ...]
    cases: tuple[str, ...]
    drafts: tuple[str, ...]

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A writing transaction, as the edge has it for one request."""
        with Session(self.engine) as session:
            begin_writing(session)
            yield session
            session.commit()


@dataclass(frozen=True)
class Did:
    """What somebody did to a case, and what they were told: empty when it was done, else the code of the refusal.

    `begun` and `ended` are of `time.monotonic`; by the clock of the race it was done not before `at` nor after `by`.
    """

    who: int
    what: str
    address: str
    told: str
    sentence: str
    begun: float
    ended: float
    at: datetime
    by: datetime


def room(engine: Engine, world: World, house: House, *, reviewers: int, wanted: int, drafts: int = 2) -> Room:
    """Founds a race: cases in several states, reviewers of their unit, the second of whom stands in for the first."""
    with Session(engine) as session:
        begin_writing(session)
        people = [_reviewer(session, world, number) for number in range(reviewers)]
        session.add(
            StandIn(
                ref="race", person_id=people[0].id, deputy_id=people[1].id, made_by_id=people[0].id, why="出差",
                made_at=NOW, from_on=TODAY, until_on=TODAY + timedelta(30),
            )
        )  # fmt: skip
        session.flush()
        made = [case_in(session, STATES[each % len(STATES)], world, house).address for each in range(wanted)]
        typed = [draft(session, world, house, reason="").address for _ in range(drafts)]
        session.commit()
    owners = tuple(world.actors[key] for key in ("owner", "agent"))
    return Room(
        engine, house, owners, actors(engine, [person.id for person in people]), tuple(made), tuple(typed)
    )


def _reviewer(session: Session, world: World, number: int) -> Person:
    kind = "head" if number % EVERY == EVERY - 1 else "handler"
    grant = GrantRow(kind=kind, unit_id=world.units["market"], valid_from=date(2026, 1, 1), granted_at=NOW)
    person = Person(
        login=f"race{number}", name=f"核验员{number}", email=f"race{number}@example.test", password_hash="none",
        created_at=NOW, grants=[grant],
    )  # fmt: skip
    session.add(person)
    session.flush()
    session.expire_on_commit = False
    return person


def actors(engine: Engine, ids: Sequence[int]) -> tuple[Actor, ...]:
    """These people as the rules see them, with those for whom they stand in."""
    with Session(engine) as session:
        loaded = [accounts.load_actor(accounts.with_grants(session, each), on=TODAY) for each in ids]
        return tuple(stand_ins.with_stand_ins(session, actor, on=TODAY) for actor in loaded)


@contextmanager
def fast_time(begun: float) -> Iterator[None]:
    """Lets the clock run fast, in every thread: half an hour a second, counted from an instant of `time.monotonic`."""
    over = threading.Event()

    def tick() -> None:
        with ExitStack() as ticks:
            while not over.is_set():
                passed = (time.monotonic() - begun) / HALF_AN_HOUR
                ticks.enter_context(clock.fixed(NOW + passed * leases.LEASE))
                over.wait(0.005)

    with clock.fixed(NOW):
        ticking = threading.Thread(target=tick)
        ticking.start()
        try:
            yield
        finally:
            over.set()
            ticking.join()


def run(room: Room, who: Sequence[int], *, acts: int, seed: int, until: float | None = None) -> list[Did]:
    """Lets these reviewers act so often, all at once, while the owners type; everything that anybody did.

    `until`, of `time.monotonic`: from then on nobody begins anything.
    """
    did: list[Did] = []
    together = threading.Barrier(len(who) + len(room.owners), timeout=WAITING)

    def work(actor: Actor, act: Callable[[Hand, int], None]) -> None:
        hand = Hand(room, actor, random.Random(f"{seed}/{actor.person_id}"), did)
        try:
            together.wait()
            for number in range(acts):
                if until is not None and time.monotonic() > until:
                    break
                act(hand, number)
        except Exception as error:  # whoever falls out of the race is missed
            hand.fall_out(error)

    def fill_in(hand: Hand, number: int) -> None:
        mark = f"〔{hand.actor.person_id}-{who[0]}-{number}〕"
        hand.type(room.drafts[number % len(room.drafts)], mark, until=until)

    jobs = [(room.reviewers[number], lambda hand, _: hand.act()) for number in who]
    jobs += [(owner, fill_in) for owner in room.owners]
    threads = [threading.Thread(target=work, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return did


@dataclass(frozen=True)
class Hand:
    """One person at work."""

    room: Room
    actor: Actor
    chance: random.Random
    did: list[Did]

    def act(self) -> None:
        """Read a case, hesitate, do something at random."""
        address = self.chance.choice(self.room.cases)
        what = self.chance.choices(ACTS, HEADS if self.actor.holds(GrantKind.HEAD) else HANDLERS)[0]
        state, version = self.read(address)
        time.sleep(self.chance.random() * 0.02)
        if what == "decide" and state in DECISIONS:
            self.decide(address, self.chance.choice(DECISIONS[state]), version)
        elif what in ("claim", "release"):
            getattr(self, what)(address)
        elif what == "assign":
            self.assign(address, self.chance.choice(self.room.reviewers).person_id or 0)
        elif what == "batch":
            self.batch(self.chance.sample(self.room.cases, 3))

    def read(self, address: str) -> tuple[str, int]:
        """State and version of a case, as a page shows them."""
        with Session(self.room.engine) as session:
            asked = select(Case.state, Case.version).where(opened.AT_ADDRESS)
            state, version = session.execute(asked, {"address": address}).one()
            return state, version

    def claim(self, address: str) -> None:
        """Take the case."""

        def work(session: Session, now: datetime) -> None:
            case = cases.claimable(session, address, self.actor)
            leases.claim(session, case, self.actor, now=now)

        self._try("claim", address, work)

    def release(self, address: str) -> None:
        """Give the case back, if it is one's own."""

        def work(session: Session, now: datetime) -> None:
            leases.release(session, perform.lock(session, address), self.actor, now=now)

        self._try("release", address, work)

    def assign(self, address: str, to: int) -> None:
        """Give the case to a colleague; for heads alone."""

        def work(session: Session, now: datetime) -> None:
            case = perform.lock(session, address)
            assigning.assign(session, case, self.actor, to=to, why="调整分工", now=now)

        self._try("assign", address, work)

    def decide(self, address: str, step: str, version: int) -> None:
        """Take a step on what was read."""
        order = perform.Order(step, GIVEN.get(step, {}), version)

        def work(session: Session, now: datetime) -> None:
            perform.perform(session, address, order, actor=self.actor, now=now, house=self.room.house)

        self._try(step, address, work)

    def type(self, address: str, mark: str, *, until: float | None = None) -> None:
        """Add something to a draft as it was read, as a page that saves by itself does; try again until it is kept."""

        def work(session: Session, now: datetime) -> None:
            cases.save(
                session, address, {"reason": read + mark}, version=version, actor=self.actor, now=now,
                house=self.room.house,
            )  # fmt: skip

        told = "stale"
        while told == "stale" and (until is None or time.monotonic() < until):
            with Session(self.room.engine) as session:
                asked = select(Case.facts, Case.version).where(Case.ref == address)
                facts, version = session.execute(asked).one()
            read = facts["reason"]
            time.sleep(self.chance.random() * 0.01)
            told = self._try(f"type {mark}", address, work)

    def batch(self, picked: Sequence[str]) -> None:
        """Claim, accept or confirm several cases at once."""
        act, step = self.chance.choice((("claim", ""), ("step", "accept"), ("step", "confirm_fulfilled")))
        given = {"workflow": "commitment", "step": step, "given": GIVEN.get(step, {})} if step else {}
        seen = [batches.Picked(address, self.read(address)[1]) for address in picked]
        time.sleep(self.chance.random() * 0.02)
        ref = f"R{self.chance.getrandbits(60):015x}"

        def work(session: Session, now: datetime) -> None:
            batch = batches.begin(session, ref, act, given, picked=seen, actor=self.actor, now=now)
            batching.carry(session, batch.id, self.room.house, goes_on=lambda: True)

        begun, before = time.monotonic(), clock.now()
        self._try("batch", ref, work)
        columns = (Case.number, BatchRow.outcome, BatchRow.done_at)
        asked = select(*columns).join(BatchRow.case).join(BatchRow.batch).where(Batch.ref == ref)
        with Session(self.room.engine) as session:
            for address, outcome, done_at in session.execute(asked):
                told = "" if outcome == "done" else outcome or "never done"
                self._keep(step or act, str(address), told, begun=begun, at=before, by=done_at or before)

    def _try(self, what: str, address: str, work: Callable[[Session, datetime], None]) -> str:
        """Do it as a request does, and keep what was told. Whatever is no refusal is kept by its name."""
        begun, at, told, sentence = time.monotonic(), clock.now(), "", ""
        try:
            with self.room.writing() as session:
                work(session, at)
        except Stale:
            told = "stale"
        except NotYours:
            told = "not yours"
        except Refused as refused:
            told, sentence = refused.code, str(refused.sentence)
        except Exception as error:  # the race goes on; whoever runs it looks for these
            told = f"BROKEN {type(error).__name__}: {error}"
        self._keep(what, address, told, sentence, begun=begun, at=at, by=at)
        return told

    def fall_out(self, error: Exception) -> None:
        """Note that this person could not go on."""
        now = clock.now()
        told = f"BROKEN {type(error).__name__}: {error}"
        self._keep("go on", "", told, begun=time.monotonic(), at=now, by=now)

    def _keep(
        self,
        what: str,
        address: str,
        told: str,
        sentence: str = "",
        *,
        begun: float,
        at: datetime,
        by: datetime,
    ) -> None:
        who, ended = self.actor.person_id or 0, time.monotonic()
        self.did.append(Did(who, what, address, told, sentence, begun, ended, at, by))


def faults(room: Room, did: Sequence[Did]) -> list[str]:
    """Everything that is not as it must be after a race. Empty when nobody was wronged."""
    found = [
        f"{each.what} of {each.address}: {each.told}"
        for each in did
        if each.told.startswith(("BROKEN", "never"))
    ]
    with Session(room.engine) as session:
        wanted = select(Case).where(or_(Case.number.in_(room.cases), Case.ref.in_(room.drafts)))
        for case in session.scalars(wanted):
            found += [f"{case.address}: {fault}" for fault in history.faults(session, case.id)]
            found += _decisions(session, case, did)
            found += _typed(case, did)
    return found + _overruled(room, did)


def _decisions(session: Session, case: Case, did: Sequence[Did]) -> list[str]:
    """Whatever was told to be done stands in the history once, nothing else does, and each step led on from the last."""
    told = history.events(session, case.id)
    ours = {each.who for each in did}
    steps = Counter((each.actor_id, each.step) for each in told if each.at > NOW and each.actor_id in ours)
    names = {step for steps_ in DECISIONS.values() for step in steps_}
    done = Counter(
        (e.who, e.what) for e in did if e.address == case.address and not e.told and e.what in names
    )
    found = (
        [f"{case.address}: told {done - steps} too much, wrote {steps - done} too much"]
        if steps != done
        else []
    )
    found += [
        f"{case.address}: {after.step} does not follow {before.step}"
        for before, after in pairwise(told)
        if after.source != before.target
    ]
    return found + [f"{case.address}: two eyes" for _ in [0] if not _four_eyes(told)]


def _four_eyes(told: Sequence[Event]) -> bool:
    """Whether no breach was decided in the hands that proposed it."""
    hands: dict[str, set[int | None]] = defaultdict(set)
    for event in told:
        hands[event.step] |= {event.actor_id, event.acted_for_id} - {None}
    return not hands["propose_breach"] & hands["decide_breach"]


def _typed(case: Case, did: Sequence[Did]) -> list[str]:
    """Whatever was told to be kept of a draft is there, once."""
    marks = [
        e.what.removeprefix("type ")
        for e in did
        if e.address == case.address and not e.told and e.what.startswith("type ")
    ]
    return [f"{case.address}: {mark} is lost" for mark in marks if case.facts["reason"].count(mark) != 1]


def _overruled(room: Room, did: Sequence[Did]) -> list[str]:
    """Cases that were decided or claimed while a colleague, who had been told so, held them.

    Told by intervals: the claim was over before the other began, its half hour was not, and nothing else that was
    done to the case lies between.
    """
    done: dict[str, list[Did]] = defaultdict(list)
    for each in did:
        if not each.told and not each.what.startswith(("type", "batch")):
            done[each.address].append(each)
    friends = {actor.person_id: actor.stands_for for actor in room.reviewers}
    found = []
    for acts in done.values():
        for claim, act in (
            (a, b) for a in acts for b in acts if a.what == "claim" and b.what not in ("assign", "release")
        ):
            if claim.who in friends[act.who] or claim.ended > act.begun or act.by >= claim.at + leases.LEASE:
                continue
            between = (
                e for e in acts if e not in (claim, act) and e.begun <= act.ended and e.ended >= claim.begun
            )
            if next(between, None) is None:
                found.append(f"{act.address}: {act.what} by {act.who} in the half hour of {claim.who}")
    return found


def tally(did: Sequence[Did]) -> Counter[tuple[str, str]]:
    """How often each act was done, or refused with which code."""
    acts = (replace(each, what="type") if each.what.startswith("type") else each for each in did)
    return Counter((each.what, each.told or "done") for each in acts)
