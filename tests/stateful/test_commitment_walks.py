"""Random walks through the commitment workflow: whoever does whatever in any order, these things stay true."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests import factories
from tests.conftest import Database
from tests.factories import NOW, draft, paper, stored
from workflow_app.domain import clock
from workflow_app.domain.refusals import NotYours, Refused, Stale
from workflow_app.models.case import NO_DUE_DAY
from workflow_app.models.deadline import Deadline
from workflow_app.models.document import Document
from workflow_app.models.event import Event
from workflow_app.services.cases import cases
from workflow_app.services.engine import history, perform, sweep
from workflow_app.services.house import House
from workflow_app.workflows.commitment import COMMITMENT

WALKS, STEPS = 30, 20
NAMES = sorted({step.name for step in COMMITMENT.steps})
ACTORS = (
    "owner",
    "agent",
    "agent_without_signing",
    "handler",
    "head",
    "handler_and_head",
    "lead",
    "other_owner",
)


class Walk(RuleBasedStateMachine):
    """One case and everybody who may come across it; the transaction is undone at the end of the walk."""

    database: Database
    house: House

    def __init__(self) -> None:
        super().__init__()
        self.now, self.saves, self.number = NOW, 1, None
        self.writing = self.database.writing()
        self.session = self.writing.__enter__()
        self.address = draft(self.session, self.database.world, self.house).ref

    @property
    def case(self):
        """The case as it is stored."""
        return (
            stored(self.session, self.address) if self.number is None else stored(self.session, self.number)
        )

    @rule(step=st.sampled_from(NAMES), who=st.sampled_from(ACTORS), is_late=st.booleans())
    def somebody_tries_a_step(self, step, who, is_late):
        """Anybody tries anything; a late one still sees the version before."""
        self.attempt(step, who, is_late=is_late)

    @rule(choice=st.integers(min_value=0, max_value=99))
    def somebody_who_may_takes_a_step(self, choice):
        """One of the steps that lead on, by one who may, so that walks get somewhere."""
        open_steps = [s for s in COMMITMENT.steps_from(self.case.state) if not s.by_clock_alone]
        if open_steps:
            step = open_steps[choice % len(open_steps)]
            who = {"owner": "owner", "agent": "agent", "handler": "handler", "head": "head", "lead": "lead"}
            self.attempt(step.name, who[str(step.who[0].kind)], is_late=False)

    @rule(days=st.integers(min_value=1, max_value=40))
    def days_pass_and_the_clock_acts(self, days):
        """Some days later a worker sweeps."""
        self.now += timedelta(days=days)
        after, today = sweep.BEGINNING, clock.legal_day(self.now)
        while deadline := sweep.next_due(self.session, today=today, after=after):
            after = sweep.place_of(deadline)
            sweep.act(self.session, deadline, now=self.now, house=self.house)
        self.remember()

    @precondition(lambda self: self.case.state in ("draft", "returned"))
    @rule(words=st.text(alphabet="海河示范𠮷㛃<&'\"%", min_size=1, max_size=8))
    def the_firm_changes_what_it_may(self, words):
        """The parts that are open now."""
        case, owner = self.case, self.database.world.actors["owner"]
        parts = cases.editable(case, owner, lambda: history.events(self.session, case.id)) or frozenset()
        if "reason" in parts:
            values = {"reason": words}
            cases.save(
                self.session,
                case.address,
                values,
                version=case.version,
                actor=owner,
                now=self.now,
                house=self.house,
            )
            self.saves += 1

    def attempt(self, step, who, *, is_late):
        """Try a step; what is refused is undone."""
        case, actor = self.case, self.database.world.actors[who]
        trial = self.session.begin_nested()
        try:
            if step == "report_performance":
                paper(self.session, case, "performance_evidence", actor, now=self.now)
            order = perform.Order(step, factories.GIVEN.get(step, {}), case.version - is_late)
            perform.perform(self.session, case.address, order, actor=actor, now=self.now, house=self.house)
            trial.commit()
        except (Refused, Stale, NotYours):
            trial.rollback()
            self.session.expire_all()
        self.remember()

    def remember(self):
        """The number, from the moment it was given."""
        if self.number is None:
            self.number = stored(self.session, self.address).number
            self.address = self.number or self.address

    @invariant()
    def the_history_verifies_and_ends_in_the_state(self):
        """No fault, and the chain leads from state to state without a gap."""
        case = self.case
        assert history.faults(self.session, case.id) == []
        events = history.events(self.session, case.id)
        path = ["draft", *(event.target for event in events)]
        assert [event.source for event in events] == path[:-1]
        assert path[-1] == case.state

    @invariant()
    def the_version_counts_every_change(self):
        """A draft begins with 1; each save and each event is one more."""
        case = self.case
        assert case.version == 1 + self.saves + len(history.events(self.session, case.id))

    @invariant()
    def the_number_never_changes(self):
        """Given once, when the case is handed in."""
        case = self.case
        assert case.number == self.number
        assert (case.number is None) == (case.state in ("draft", "discarded"))

    @invariant()
    def one_clock_runs_while_the_case_is_open_and_none_afterwards(self):
        """And it is the clock of its state; the queue sorts by its day."""
        case = self.case
        running = self.session.scalars(
            select(Deadline).where(Deadline.case_id == case.id, Deadline.closed_seq.is_(None))
        ).all()
        is_ended = COMMITMENT.state(case.state).ended
        assert [deadline.state for deadline in running] == ([] if is_ended else [case.state])
        assert case.due_on == (NO_DUE_DAY if is_ended else running[0].due_on)

    @invariant()
    def the_facts_are_what_the_history_tells(self):
        """Where nothing can be typed any more."""
        case = self.case
        if not COMMITMENT.state(case.state).editors:
            empty = COMMITMENT.dump(COMMITMENT.facts())
            assert empty | history.recorded_facts(history.events(self.session, case.id)) == case.facts

    @invariant()
    def an_ended_case_that_was_handed_in_has_its_document(self):
        """Every end yields a document, made by the event that ended it."""
        case = self.case
        if COMMITMENT.state(case.state).ended and case.number:
            last = self.session.scalars(
                select(Event).where(Event.case_id == case.id).order_by(Event.seq.desc())
            ).first()
            kinds = self.session.scalars(
                select(Document.kind).where(Document.case_id == case.id, Document.event_seq == last.seq)
            ).all()
            assert len(kinds) == 1

    def teardown(self):
        """Undo the walk."""
        self.session.rollback()
        self.writing.__exit__(None, None, None)


def test_any_walk_through_the_commitment_keeps_the_books_right(sqlite, house):
    walk: Callable[[], Walk] = type("ThisWalk", (Walk,), {"database": sqlite, "house": house})
    run_state_machine_as_test(
        walk,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
