"""Which cases a person sees, in which list. The WHERE is read from the same scopes as the gate.

Lists are paged by (due day, id), soonest first, so that a page costs the same at the end as at the beginning.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, tuple_
from sqlalchemy.orm import Session, joinedload

from ...domain.people import Actor, Grant
from ...domain.words import N_
from ...models.case import Case
from ...models.deadline import Deadline
from ...models.event import Event
from ...models.party import Subject
from ...workflows import ALL, BY_NAME
from ...workflows.kit import Workflow
from ...workflows.scope import All, DidNotTake, Either, Holds, OpenedIt, Outside, Scope

TABS = {
    "mine": N_("等我办"),
    "open": N_("在办"),
    "due_soon": N_("即将到期"),
    "overdue": N_("已超期"),
    "all": N_("全部"),
}
PAGE = 25
SOON = timedelta(days=5)


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next, or None at the end."""

    cases: Sequence[Case]
    following: str | None


def where(scope: Scope, actor: Actor) -> ColumnElement[bool]:
    """The scope as a condition on the case table."""
    match scope:
        case Holds():
            return or_(false(), *(_of_grant(scope, grant) for grant in scope.grants(actor)))
        case DidNotTake(steps=steps):
            taken = select(Event.id).where(
                Event.case_id == Case.id, Event.step.in_(steps), Event.actor_id == actor.person_id
            )
            return ~taken.exists()
        case OpenedIt():
            return Case.opened_by_id == actor.person_id
        case Outside(states=states):
            return Case.state.not_in(states)
        case All(parts=parts):
            return and_(true(), *(where(part, actor) for part in parts))
        case Either(parts=parts):
            return or_(false(), *(where(part, actor) for part in parts))
    raise TypeError(f"unknown scope {scope!r}")


def _of_grant(scope: Holds, grant: Grant) -> ColumnElement[bool]:
    place = getattr(Case, scope.on).in_(grant.places(scope.on)) if scope.on else true()
    return place if grant.workflows is None else and_(place, Case.workflow.in_(sorted(grant.workflows)))


def readable(actor: Actor) -> ColumnElement[bool]:
    """Every case the actor may see."""
    return or_(*(and_(Case.workflow == workflow.name, where(workflow.readers, actor)) for workflow in ALL))


def waiting_for(actor: Actor) -> ColumnElement[bool]:
    """The cases that wait for a step which this person may take."""
    return or_(false(), *(condition for workflow in ALL for condition in _waiting_in(workflow, actor)))


def _waiting_in(workflow: Workflow, actor: Actor) -> list[ColumnElement[bool]]:
    conditions = []
    for state in workflow.states:
        scopes = {
            role.scope for step in workflow.steps_from(state.name) if not step.optional for role in step.who
        }
        in_state = and_(Case.workflow == workflow.name, Case.state == state.name)
        conditions += [and_(in_state, where(scope, actor)) for scope in scopes]
    return conditions


def still_open() -> ColumnElement[bool]:
    """Cases that have not ended."""
    return or_(
        *(
            and_(
                Case.workflow == workflow.name,
                Case.state.in_([s.name for s in workflow.states if not s.ended]),
            )
            for workflow in ALL
        )
    )


def page(
    session: Session,
    actor: Actor,
    *,
    tab: str,
    today: date,
    workflow: str = "",
    search: str = "",
    cursor: str = "",
) -> Page:
    """One page of a tab, soonest due first. An unknown tab or a broken cursor shows the beginning of the first tab."""
    wanted = listing(actor, tab=tab, today=today)
    if workflow:
        wanted = wanted.where(Case.workflow == workflow)
    if search:
        wanted = wanted.where(_matching(search))
    if after := _read_cursor(cursor):
        wanted = wanted.where(tuple_(Case.due_on, Case.id) > after)
    cases = session.scalars(wanted.order_by(Case.due_on, Case.id).limit(PAGE + 1)).unique().all()
    following = f"{cases[PAGE - 1].due_on.isoformat()}.{cases[PAGE - 1].id}" if len(cases) > PAGE else None
    return Page(cases[:PAGE], following)


def listing(actor: Actor, *, tab: str, today: date) -> Select[Case]:
    """The cases of one tab."""
    wanted = select(Case).options(
        joinedload(Case.subject), joinedload(Case.item), joinedload(Case.unit), joinedload(Case.assignee)
    )
    conditions = {
        "mine": waiting_for(actor),
        "open": and_(readable(actor), still_open()),
        "due_soon": and_(readable(actor), still_open(), Case.due_on >= today, Case.due_on <= today + SOON),
        "overdue": and_(readable(actor), still_open(), Case.due_on < today),
        "all": readable(actor),
    }
    return wanted.where(conditions.get(tab, conditions["mine"]))


def clocks(session: Session, cases: Iterable[Case]) -> dict[int, Deadline]:
    """The open clock that is told of each of these cases, by case id: the nearest that runs, else the one that stands.

    A right that runs out is nobody's work and is told on the page of the case alone.
    """
    workflows = {case.id: BY_NAME[case.workflow] for case in cases}
    last_wins = (Deadline.paused_on.is_(None), Deadline.due_on.desc(), Deadline.id.desc())
    wanted = select(Deadline).where(Deadline.case_id.in_(workflows), Deadline.closed_seq.is_(None))
    found = session.scalars(wanted.order_by(*last_wins))
    return {one.case_id: one for one in found if one.state not in workflows[one.case_id].rights}


def _matching(search: str) -> ColumnElement[bool]:
    """Number or part of it, or part of the subject's name."""
    typed = search.replace("\0", "").strip()  # PostgreSQL refuses a text with NUL
    escaped = typed.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    like = f"%{escaped}%"
    return or_(
        Case.number.ilike(like, escape="\\"),
        Case.subject_id.in_(select(Subject.id).where(Subject.name.like(like, escape="\\"))),
    )


def _read_cursor(cursor: str) -> tuple[date, int] | None:
    day, _, number = cursor.partition(".")
    if not re.fullmatch("[0-9]{1,9}", number):
        return None
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        return None
