"""分办、转办、自动分办: to whom a case is given. Who may have it is asked of the same scopes as the gate, four eyes included.

A head gives what waits for the own department, a lead what waits for the credit office. A unit that shares out lets each
case that begins to wait for its handlers go to whoever has the fewest. The state of a case is never touched here.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.people import CLOCK, Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.party import Person, Unit
from ...models.queue import HandOver
from ...workflows import BY_NAME
from ...workflows.kit import Role, State, Workflow
from ...workflows.scope import Acted
from ..cases import matters
from ..delivery import notices
from ..engine import history, leases
from ..engine.moment import Moment
from ..people import account_log, accounts
from . import colleagues
from .colleagues import Colleague
from .lines import CaseLine

GIVEN_BY = {
    GrantKind.HANDLER: GrantKind.HEAD,
    GrantKind.HEAD: GrantKind.HEAD,
    GrantKind.CLERK: GrantKind.LEAD,
    GrantKind.LEAD: GrantKind.LEAD,
}
"""Whose work a case may be given to → who gives it."""
TITLES = {GrantKind.HEAD: N_("部门负责人"), GrantKind.LEAD: N_("信用办负责人")}
SHARED_OUT = (GrantKind.HANDLER, GrantKind.CLERK)

GIVEN = N_("“%(matter)s”（%(number)s）由%(by)s分办给您，请办理。说明：%(why)s")
TAKEN_AWAY = N_("“%(matter)s”（%(number)s）由%(by)s转给%(to)s办理，您不需要再办。说明：%(why)s")
SHARED = N_("“%(matter)s”（%(number)s）按自动分办轮到您，请办理。")
NOBODY = N_("这件办件现在没有等部门或信用办办理的步骤，不需要分办。")
NOT_GIVEN_BY_YOU = N_("分办由%(role)s办理。您可以领取这件办件，或请%(role)s分办。")
NOT_TO_THEM = N_("%(name)s不能办理这件办件的下一步：没有权限，或办过不能由同一人办理的步骤。请选择其他同事。")
AWAY = N_("%(name)s外出期间没有人代办，请选择其他同事。")


def roles(workflow: Workflow, state: State) -> tuple[Role, ...]:
    """The roles of staff for which a state waits."""
    duties = (step for step in workflow.steps_from(state.name) if not step.optional)
    return tuple(dict.fromkeys(role for step in duties for role in step.who if role.kind in GIVEN_BY))


def works_on(case: Case | CaseLine, actor: Actor) -> bool:
    """Whether the actor, in whatever capacity, works for the unit of the case, or in the office on what waits there."""
    if any(case.unit_id in capacity.unit_ids() for capacity in actor.capacities):
        return True
    workflow = BY_NAME[case.workflow]
    waited_for = roles(workflow, workflow.state(case.state))
    return any(role.scope.holds(case, capacity, {}) for role in waited_for for capacity in actor.capacities)


def givers(case: Case) -> tuple[GrantKind, ...]:
    """Whose it is to give the case to somebody, as it stands."""
    workflow = BY_NAME[case.workflow]
    waited_for = roles(workflow, workflow.state(case.state))
    return tuple(dict.fromkeys(GIVEN_BY[role.kind] for role in waited_for))


def why_not_given_by(case: Case, actor: Actor) -> Sentence | None:
    """Why this person can't assign the case; None when it may be done."""
    kinds = givers(case)
    if not kinds:
        return Sentence(NOBODY)
    if any(_gives(case, capacity, kind) for kind in kinds for capacity in actor.capacities):
        return None
    return Sentence(NOT_GIVEN_BY_YOU, role=Sentence(TITLES[kinds[0]]))


def _gives(case: Case, actor: Actor, kind: GrantKind) -> bool:
    """Whether the actor holds the grant that gives, a head's for the unit of the case."""
    own = (grant for grant in actor.grants if grant.kind is kind)
    return any(kind is GrantKind.LEAD or grant.counts_at("unit_id", case.unit_id) for grant in own)


def choice(session: Session, case: Case, actor: Actor, *, on: date) -> list[Colleague]:
    """The colleagues to whom this person may give the case, in the order in which it would be shared out."""
    acted = history.acted(history.events(session, case.id))
    workflow = BY_NAME[case.workflow]
    of_state = roles(workflow, workflow.state(case.state))
    wanted = [
        role
        for role in of_state
        if any(_gives(case, capacity, GIVEN_BY[role.kind]) for capacity in actor.capacities)
    ]
    return colleagues.of_roles(session, case, wanted, acted=acted, on=on)


def assign(session: Session, case: Case, actor: Actor, *, to: int, why: str, now: datetime) -> None:
    """Give the case to a colleague, whoever has it in hand, and tell both. To be called with the case locked.

    Raises NotYours for whoever may not see it, and Refused.
    """
    if not BY_NAME[case.workflow].readers.holds(case, actor, {}):
        raise NotYours
    if sentence := why_not_given_by(case, actor):
        raise Refused(sentence, code="assign")
    found = choice(session, case, actor, on=clock.legal_day(now))
    chosen = next((each for each in found if each.person.id == to), None)
    if chosen is None or not chosen.may_have_it:
        person = session.get(Person, to)
        text = AWAY if chosen else NOT_TO_THEM
        raise Refused(Sentence(text, name=person.name) if person else Sentence(NOBODY), code="to")
    row = leases.hand_over(session, case, "assigned", to=to, by=actor, now=now, why=why)
    said = {"matter": matters.of(case), "number": case.address, "by": actor.name, "why": why}
    _tell(session, row, to, Sentence(GIVEN, **said), now=now)
    if row.from_id is not None and row.from_id != to:
        _tell(session, row, row.from_id, Sentence(TAKEN_AWAY, **said, to=chosen.person.name), now=now)


def _tell(session: Session, row: HandOver, person_id: int, sentence: Sentence, *, now: datetime) -> None:
    key = f"{row.case_id}/hand-over/{row.id}/{person_id}"
    notices.tell_person(session, key, sentence, person_id=person_id, now=now, case_id=row.case_id)


def go_on(moment: Moment) -> None:
    """After a step that led into another state: who has the case in hand now.

    What was taken for a while is free again (`leases.ended_with_step`). What was assigned stays, also while the subject
    or a head has the turn, until the case ends or waits for handlers or clerks of whom the colleague is none, say because
    of four eyes.
    """
    case, workflow = moment.case, moment.workflow
    workers = [role for role in roles(workflow, moment.step.target) if role.kind in SHARED_OUT]
    is_assigned = case.assignee_id is not None and case.lease_until is None
    acted = history.acted(moment.told)
    if is_assigned and not moment.step.target.ended and _is_still_theirs(moment, workers, acted):
        return
    if case.assignee_id is not None:
        leases.lay_down(case)
    before = {role.kind for role in roles(workflow, moment.step.source)}
    if case.number is not None and (is_assigned or not before & {role.kind for role in workers}):
        share_out(moment.session, case, workers, acted=acted, now=moment.now)


def _is_still_theirs(moment: Moment, workers: Sequence[Role], acted: Acted) -> bool:
    if not workers:
        return True
    assert moment.case.assignee is not None, "assigned to somebody"
    theirs = accounts.load_actor(moment.case.assignee, on=moment.day)
    return any(role.scope.holds(moment.case, theirs, acted) for role in workers)


def share_out(
    session: Session, case: Case, wanted: Iterable[Role], *, acted: Acted, now: datetime
) -> Person | None:
    """Assign the case to whoever has least to do, in a unit that shares out. None when the unit doesn't, or nobody could.

    Two cases of one instant may go to the same colleague; the next ones make up for it.
    """
    sharing = [role for role in wanted if _shares_out(session, case, role.kind)]
    if not sharing:
        return None
    found = colleagues.of_roles(session, case, sharing, acted=acted, on=clock.legal_day(now))
    chosen = next((each.person for each in found if each.may_have_it), None)
    if chosen is None:
        return None
    row = leases.hand_over(session, case, "shared_out", to=chosen.id, by=CLOCK, now=now)
    _tell(session, row, chosen.id, Sentence(SHARED, matter=matters.of(case), number=case.address), now=now)
    return chosen


def _shares_out(session: Session, case: Case, kind: GrantKind) -> bool:
    if kind in colleagues.IN_A_DEPARTMENT:
        return case.unit is not None and case.unit.shares_out
    office = select(Unit.id).where(Unit.is_office, Unit.shares_out).limit(1)
    return session.scalar(office) is not None


def trail(session: Session, case: Case, *, most: int = 50) -> list[HandOver]:
    """Through whose hands the case went, newest first."""
    people = (joinedload(HandOver.from_person), joinedload(HandOver.to_person), joinedload(HandOver.by))
    wanted = select(HandOver).where(HandOver.case_id == case.id).options(*people)
    return list(session.scalars(wanted.order_by(HandOver.id.desc()).limit(most)))


def visible(session: Session, actor: Actor, addresses: Sequence[str]) -> list[Case]:
    """Those of these cases that the reader may see, each with whoever has it in hand."""
    numbered = select(Case).where(Case.number.in_(addresses)).options(joinedload(Case.assignee))
    return [
        case for case in session.scalars(numbered) if BY_NAME[case.workflow].readers.holds(case, actor, {})
    ]


def set_sharing(session: Session, unit: Unit, *, shares_out: bool, by: Person, now: datetime) -> None:
    """Let a unit share out what comes in, or no longer. Cases that were given stay where they are."""
    if unit.shares_out == shares_out:
        return
    unit.shares_out = shares_out
    note = f"{unit.name}：{'开' if shares_out else '关'}"
    account_log.record(session, "sharing_changed", person=None, by=by, now=now, note=note)
