"""The guide (办事指南) of a workflow, read from its declaration and the rules table.

Nothing about a workflow is written here a second time: who, what is checked, states, steps, clocks and the way
out come from the table that the engine runs, so the guide cannot promise what the engine doesn't do.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from ..domain.people import FOR_A_SUBJECT
from ..domain.rulebook import Rulebook
from ..domain.rules import Rule
from ..domain.words import N_, Sentence
from ..models.catalogue import CommitmentItem
from ..workflows.kit import Guard, Role, State, Step, Workflow
from . import catalogue

REMEDIES = ("RM-01", "RM-02")
CATALOGUES: dict[str, Callable[[Session, date], Sequence[CommitmentItem]]] = {
    "commitment": lambda session, on: catalogue.items(session, on=on),
}
"""The workflows whose matters stand in a catalogue."""


@dataclass(frozen=True)
class Clock:
    """How long a state may last: by the rule, or to the day that stands in the case itself, by what it is called there."""

    state: State
    rule: Rule | None
    stated: str = ""


@dataclass(frozen=True)
class Guide:
    """Everything a guide says. `beginning` are the steps by which a case is handed in."""

    workflow: Workflow
    story: tuple[str, ...]
    who: tuple[Role, ...]
    conditions: tuple[Guard, ...]
    path: tuple[State, ...]
    clocks: tuple[Clock, ...]
    ways_out: tuple[Step, ...]
    remedies: tuple[Rule, ...]
    items: Sequence[CommitmentItem]

    @property
    def title(self) -> str:
        """The title of the workflow, a message id."""
        return self.workflow.title


def guide(session: Session, workflow: Workflow, *, on: date, rulebook: Rulebook) -> Guide:
    """The guide of a workflow as the rules stand on a legal day."""
    beginning = [step for step in workflow.steps_from(workflow.first.name) if not step.target.ended]
    items = CATALOGUES.get(workflow.name, lambda session, on: ())(session, on)
    return Guide(
        workflow=workflow,
        story=paragraphs(workflow.story),
        who=tuple(dict.fromkeys(role for step in beginning for role in step.who)),
        conditions=tuple(dict.fromkeys(guard for step in beginning for guard in step.only_if)),
        path=tuple(state for state in workflow.states if state.main),
        clocks=tuple(
            _clock(workflow, state, on=on, rulebook=rulebook) for state in workflow.states if state.deadline
        ),
        ways_out=tuple(step for step in workflow.steps if is_way_out(step, workflow)),
        remedies=tuple(rulebook.pack.rule(rule_id, on=on, place=rulebook.place) for rule_id in REMEDIES),
        items=items,
    )


def paragraphs(story: str) -> tuple[str, ...]:
    """The paragraphs of a declaration's story, each one message: Chinese lines are joined without a blank."""
    blocks = (block.split("\n") for block in story.strip().split("\n\n"))
    return tuple("".join(line.strip() for line in lines) for lines in blocks)


def is_way_out(step: Step, workflow: Workflow) -> bool:
    """Whether the subject may end the matter or be heard by this step: withdrawing, replying."""
    by_subject = any(role.kind in FOR_A_SUBJECT for role in step.who)
    is_going_on = step.source in (workflow.first, step.target)
    return by_subject and not is_going_on and (step.target.ended or bool(step.papers))


def period(clock: Clock) -> Sentence:
    """How long, in words."""
    if clock.rule:
        return clock.rule.period
    return Sentence(N_("以办件载明的“%(fact)s”为准"), fact=Sentence(clock.stated))


def source(rule: Rule) -> Sentence:
    """Where the rule stands: the instrument and its article."""
    instrument = Sentence(rule.instrument)
    if not rule.article:
        return instrument
    return Sentence(N_("%(instrument)s%(article)s"), instrument=instrument, article=rule.article)


def _clock(workflow: Workflow, state: State, *, on: date, rulebook: Rulebook) -> Clock:
    if named := state.deadline_fact or state.rule_fact:
        return Clock(state, None, stated=workflow.labels[named])
    return Clock(state, rulebook.pack.rule(state.deadline, on=on, place=rulebook.place))
