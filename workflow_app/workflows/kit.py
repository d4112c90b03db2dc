"""The vocabulary of a workflow: states, steps, roles, guards, effects, and the table they make.

A workflow is data that a lawyer can almost read. The kit refuses a bad table at import, with a sentence, so
that no wrong table ever reaches a case. It knows nothing of rows, requests or files, and performs nothing:
`services.engine.perform` is the only reader that acts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from functools import cached_property
from typing import Any

from cattrs.preconf.json import make_converter
from transitions import Machine

from ..domain import rules
from ..domain.people import GRANT_TITLES, GrantKind
from .scope import Holds, Scope

SENTENCE_ENDS = ("。", "？", "！")


@dataclass(frozen=True)
class Role:
    """Somebody who may act: a kind of grant, a title people read, and the scope that says for which cases."""

    kind: GrantKind
    title: str
    scope: Scope

    def but(self, condition: Scope) -> "Role":
        """The same people, less those whom the condition leaves out."""
        return Role(self.kind, self.title, self.scope & condition)


CLOCK_ROLE = Role(GrantKind.CLOCK, GRANT_TITLES[GrantKind.CLOCK], Holds(GrantKind.CLOCK))


@dataclass(frozen=True)
class Guard:
    """A fact that must hold. `needs_given`: it judges what is handed in with the step, so it can't be asked ahead."""

    sentence: str
    holds: Callable[[Any], bool]
    needs_given: bool = False


@dataclass(frozen=True)
class Effect:
    """What follows, as a word that `services.engine.effects` knows, with what and to whom, and when not always."""

    kind: str
    what: str = ""
    to: str = ""
    only_if: Guard | None = None


@dataclass(frozen=True)
class Take:
    """On expiry the clock takes this step."""

    step: str


@dataclass(frozen=True)
class Escalate:
    """On expiry these grants of the case's unit or office are told, one after the other."""

    to: tuple[GrantKind, ...]


@dataclass(frozen=True)
class State:
    """How a case is. `deadline` is a rule id, the name of a fact that holds the last day (`fact:…`) or a rule id (`rule:…`).

    `room`: the endpoint of the pages in which the case goes on, where they are not its own page.

    `main`: the state lies on the main path that the page shows as a rail. `silence`: what happens when nobody
    acts, in one sentence. `waits_for`: what is going on where nobody has a step to take. `remind`: calendar days before the due day on which the waiting side is reminded.
    """

    name: str
    title: str
    deadline: str = ""
    expiry: Take | Escalate | None = None
    editors: tuple[Role, ...] = ()
    ended: bool = False
    main: bool = False
    silence: str = ""
    remind: tuple[int, ...] = ()
    waits_for: str = ""
    room: str = ""

    @property
    def deadline_fact(self) -> str:
        """The fact that holds the last day, when the deadline is a term and not a rule."""
        return self.deadline.removeprefix("fact:") if self.deadline.startswith("fact:") else ""

    @property
    def rule_fact(self) -> str:
        """The fact that names the rule, where what the case is about has a rule of its own, say each list another."""
        return self.deadline.removeprefix("rule:") if self.deadline.startswith("rule:") else ""

    def rule_of(self, facts: object) -> str:
        """The rule by which the clock goes in a case with these facts."""
        return str(getattr(facts, self.rule_fact)) if self.rule_fact else self.deadline


@dataclass(frozen=True)
class Step:
    """What someone does. `asks` are the facts it writes, `papers` the fields it may take files for.

    `says` is what is said with it and kept in its event alone. `coded`: it must name coded reasons. `optional`: the case does not wait for it, so it is in nobody's queue.
    `follows`: the clock takes it at once, in the same transaction, when its guards hold. `room`: the endpoint of the
    pages in which it is taken, where the general page of a step does not do.
    """

    name: str
    title: str
    source: State
    target: State
    who: tuple[Role, ...]
    only_if: tuple[Guard, ...] = ()
    then: tuple[Effect, ...] = ()
    asks: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    papers: tuple[str, ...] = ()
    coded: bool = False
    optional: bool = False
    follows: bool = False
    room: str = ""

    @cached_property
    def by_clock_alone(self) -> bool:
        """No person may take it."""
        return self.who == (CLOCK_ROLE,)


@dataclass(frozen=True)
class Span:
    """A clock that runs across states: from the step that enters one of `over` until the last of them is left.

    `clock` says its name, title, rule and what its end brings; it stands while the case is in one of `paused_in`, for
    the reason `because`. `once`: it does not begin a second time in a case.
    """

    clock: State
    over: tuple[State, ...]
    paused_in: tuple[State, ...] = ()
    because: str = ""
    once: bool = False


class BadTable(ValueError):
    """A workflow declaration that contradicts itself."""


_converter = make_converter(forbid_extra_keys=False)
_converter.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
_converter.register_unstructure_hook(date, date.isoformat)


@dataclass(frozen=True, eq=False)
class Workflow:
    """One workflow: its name, number prefix, facts, readers and step table.

    `facts` is a frozen dataclass of everything a case of this kind remembers, `labels` names each fact for
    people, `fills` what the subject may fill in while the case is a draft, `readers` is who may see a case at all,
    `notices` what is told to whom it concerns: sentences that may name %(subject)s, %(item)s, %(number)s, %(state)s and
    %(due)s. `spans` are the clocks that run across states. `papers` names the papers it may take, `attaches` those of a
    draft; `choices` names the values of a fact that is chosen from a list.
    """

    name: str
    title: str
    prefix: str
    story: str
    facts: type[Any]
    labels: dict[str, str]
    fills: tuple[str, ...]
    readers: Scope
    states: tuple[State, ...]
    steps: tuple[Step, ...]
    notices: dict[str, str]
    spans: tuple[Span, ...] = ()
    papers: dict[str, str] = field(default_factory=dict)
    attaches: tuple[str, ...] = ()
    choices: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check(self)

    @cached_property
    def machine(self) -> Machine:
        """The transitions machine; it moves throw-away tokens, never rows, so one serves the whole process."""
        machine = Machine(
            model=None,
            states=[state.name for state in self.states],
            initial=self.states[0].name,
            auto_transitions=False,
        )
        for step in self.steps:
            machine.add_transition(step.name, step.source.name, step.target.name)
        return machine

    def state(self, name: str) -> State:
        """The state of that name; KeyError when there is none."""
        return self._states[name]

    def clock(self, name: str) -> State:
        """What a clock of that name is about: a state, or a span across states."""
        return self._clocks[name]

    def step(self, name: str, state: str) -> Step | None:
        """The step of that name out of that state."""
        return self._steps.get((name, state))

    def steps_from(self, state: str) -> tuple[Step, ...]:
        """The steps out of a state, in the order of the table."""
        return self._leaving.get(state, ())

    @cached_property
    def rights(self) -> frozenset[str]:
        """The clocks that are the period of a right, say to ask for review, and no work: nothing follows when they end."""
        clocks = [*self.states, *(span.clock for span in self.spans)]
        return frozenset(clock.name for clock in clocks if clock.deadline and clock.expiry is None)

    @property
    def first(self) -> State:
        """The state in which every case begins."""
        return self.states[0]

    def load(self, stored: dict[str, Any]) -> Any:
        """Stored JSON as frozen facts; raises when it does not fit."""
        return _converter.structure(stored, self.facts)

    def dump(self, facts: object) -> dict[str, Any]:
        """Frozen facts as plain JSON."""
        plain: dict[str, Any] = _converter.unstructure(facts)
        return plain

    def plain(self, values: Mapping[str, object]) -> dict[str, Any]:
        """Some facts as plain JSON values, by name."""
        return {name: _converter.unstructure(value) for name, value in values.items()}

    @cached_property
    def _states(self) -> dict[str, State]:
        return {state.name: state for state in self.states}

    @cached_property
    def _clocks(self) -> dict[str, State]:
        return self._states | {span.clock.name: span.clock for span in self.spans}

    @cached_property
    def _leaving(self) -> dict[str, tuple[Step, ...]]:
        leaving: dict[str, tuple[Step, ...]] = {}
        for step in self.steps:
            leaving[step.source.name] = (*leaving.get(step.source.name, ()), step)
        return leaving

    @cached_property
    def _steps(self) -> dict[tuple[str, str], Step]:
        return {(step.name, step.source.name): step for step in self.steps}


def check(workflow: Workflow) -> None:
    """Refuse a table that contradicts itself. Raises BadTable with the sentence of the first contradiction."""
    for complaint in complaints(workflow):
        raise BadTable(f"{workflow.name}: {complaint}")


def complaints(workflow: Workflow) -> Iterator[str]:
    """Every contradiction of a table, as sentences."""
    names = [state.name for state in workflow.states]
    yield from (f"two states are called {name}" for name in set(names) if names.count(name) > 1)
    keys = [(step.name, step.source.name) for step in workflow.steps]
    yield from (
        f"{step} has two outcomes from {state}" for step, state in set(keys) if keys.count((step, state)) > 1
    )
    facts = {fact.name for fact in fields(workflow.facts)}
    yield from (f"fact {fact} has no label" for fact in sorted(facts - set(workflow.labels)))
    for step in workflow.steps:
        yield from _step_complaints(step, facts, workflow.notices)
    for state in workflow.states:
        yield from _state_complaints(workflow, state, facts)
    for span in workflow.spans:
        if span.clock.name in names:
            yield f"a span and a state are both called {span.clock.name}"
        yield from _deadline_complaints(workflow, span.clock, facts)


def _step_complaints(step: Step, facts: set[str], notices: dict[str, str]) -> Iterator[str]:
    if step.source.ended and not step.optional:
        yield f"{step.name} leaves the ended state {step.source.name}"
    yield from (f"{step.name} asks for the unknown fact {fact}" for fact in step.asks if fact not in facts)
    for guard in step.only_if:
        if not guard.sentence.endswith(SENTENCE_ENDS):
            yield f"{step.name} has a guard whose sentence is not a sentence: {guard.sentence}"
    yield from (
        f"{step.name} sends the unknown notice {e.what}"
        for e in step.then
        if e.kind == "notice" and e.what not in notices
    )
    yield from (f"{step.name} says {said}, which is a fact" for said in step.says if said in facts)
    yield from _clock_complaints(step)
    if step.follows and CLOCK_ROLE not in step.who:
        yield f"{step.name} follows by itself but is not the clock's"


def _clock_complaints(step: Step) -> Iterator[str]:
    for effect in step.then:
        if effect.kind == "clock" and step.source != step.target:
            yield f"{step.name} acts on the clock of a state that it leaves"
        if effect.kind == "clock" and effect.to and effect.to not in rules.built_in().ids:
            yield f"{step.name} goes by the unknown rule {effect.to}"


def _state_complaints(workflow: Workflow, state: State, facts: set[str]) -> Iterator[str]:
    entered = {step.target.name for step in workflow.steps if step.target != step.source}
    leaving = [step for step in workflow.steps_from(state.name) if step.target != state]
    if state != workflow.states[0] and state.name not in entered:
        yield f"state {state.name} is never entered"
    if not state.ended and not leaving:
        yield f"state {state.name} has no way out"
    if not state.ended and not state.deadline and not any(state in span.over for span in workflow.spans):
        yield f"state {state.name} has no deadline"
    yield from _deadline_complaints(workflow, state, facts)


def _deadline_complaints(workflow: Workflow, state: State, facts: set[str]) -> Iterator[str]:
    named = state.deadline_fact or state.rule_fact
    if named and named not in facts:
        yield f"state {state.name} ends by the unknown fact {named}"
    if state.deadline and not named and state.deadline not in rules.built_in().ids:
        yield f"state {state.name} names the unknown rule {state.deadline}"
    if isinstance(state.expiry, Escalate) and "overdue" not in workflow.notices:
        yield f"state {state.name} escalates but there is no notice overdue"
    if state.remind and "reminder" not in workflow.notices:
        yield f"state {state.name} reminds but there is no notice reminder"
    if not state.ended and "recounted" not in workflow.notices:
        yield f"state {state.name} has a clock but there is no notice recounted"
    if isinstance(state.expiry, Take):
        step = workflow_step(workflow, state.expiry.step, state)
        if step is None or CLOCK_ROLE not in step.who:
            yield f"on expiry {state.name} takes {state.expiry.step}, which is no step of the clock there"


def workflow_step(workflow: Workflow, name: str, state: State) -> Step | None:
    """The step of that name out of that state, looked up before the workflow's own index stands."""
    return next((s for s in workflow.steps if s.name == name and s.source == state), None)
