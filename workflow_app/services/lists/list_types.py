"""The catalogue of lists (名单目录): one person of the office proposes a list, a lead who is somebody else confirms it.

A list that was confirmed never changes, because people stand on it under what it said: to change one, it is ended, and
another is proposed after it. Whoever stands on an ended list stays under its rules. Nothing is ever deleted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.list_plan import Measure, Plan
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.rulebook import Rulebook
from ...domain.words import N_
from ...models.lists import ListEntry, ListType
from ...models.party import Person, Unit
from ..engine import numbers
from ..people import account_log, units
from . import list_entries
from .built_in_lists import built_in, of_key
from .list_type_checks import check, is_taken

PROPOSERS = frozenset({GrantKind.CLERK, GrantKind.LEAD})
DECIDERS = frozenset({GrantKind.LEAD})
READERS = PROPOSERS | {GrantKind.HANDLER, GrantKind.HEAD, GrantKind.AUDITOR}
LONGEST_REASON = 500
STANDINGS = {
    "waiting": N_("等待确认"),
    "in_force": N_("正在使用"),
    "refused": N_("不同意"),
    "ended": N_("已停用"),
}
NOT_A_PROPOSER = N_("名单由信用办的经办或者负责人提出。请联系他们办理。")
NOT_A_DECIDER = N_("名单由信用办负责人确认。请联系负责人办理。")
FOUR_EYES = N_("这个名单由您提出，需要另一位信用办负责人确认。")
DECIDED = N_("这个名单已经有人办理，不用再办。请看下面的结果。")
NOT_IN_FORCE = N_("这个名单不在使用中，不用停用。")
NO_REASON = N_("请写明理由，以后查阅时要看。")


def all_types(session: Session) -> Sequence[ListType]:
    """Every list that was ever proposed, newest first."""
    wanted = select(ListType).options(joinedload(ListType.unit))
    return session.scalars(wanted.order_by(ListType.proposed_at.desc(), ListType.id.desc())).all()


def by_key(session: Session, key: str) -> ListType:
    """The list of this key. Raises NotYours."""
    found = session.scalar(select(ListType).where(ListType.key == key))
    if found is None:
        raise NotYours
    return found


def in_force(session: Session, *, on: date, unit_ids: Collection[int] | None = None) -> list[ListType]:
    """The lists that may be used on a legal day, of these units or of all, by kind and name."""
    found = (one for one in all_types(session) if list_entries.is_in_force(one, on=on))
    wanted = [one for one in found if unit_ids is None or one.unit_id in unit_ids]
    return sorted(wanted, key=lambda one: (one.kind, one.name, one.id))


def standing(found: ListType, *, on: date) -> str:
    """How far a list is on a legal day, one of STANDINGS."""
    if found.refused_at is not None:
        return "refused"
    if found.confirmed_at is None:
        return "waiting"
    return "in_force" if list_entries.is_in_force(found, on=on) else "ended"


def counts(session: Session) -> dict[int, int]:
    """How many stand on each list now, by its id."""
    wanted = select(ListEntry.type_id, func.count()).where(list_entries.STANDS).group_by(ListEntry.type_id)
    return {row[0]: row[1] for row in session.execute(wanted)}


def may_propose(actor: Actor) -> bool:
    """Whether this person may propose lists."""
    return any(map(actor.holds, PROPOSERS))


def may_decide(actor: Actor, found: ListType) -> bool:
    """Whether this person may confirm or refuse a list: a lead, and never the one who proposed it."""
    return may_end(actor) and actor.person_id != found.proposed_by_id


def may_end(actor: Actor) -> bool:
    """Whether this person may end a list."""
    return any(map(actor.holds, DECIDERS))


def adopt(
    session: Session,
    key: str,
    *,
    unit_id: int,
    units_of: Mapping[str, str],
    actor: Actor,
    now: datetime,
    rulebook: Rulebook,
) -> ListType:
    """Propose a built-in list for a unit. `units_of`: measure → key of the unit that takes it; what is left out is not taken."""
    plan = of_key(key).plan
    taken = tuple(replace(one, unit=units_of[one.key]) for one in plan.measures if units_of.get(one.key))
    chosen = replace(plan, unit_id=unit_id, measures=taken)
    _check_may_enter(session, chosen, actor=actor, now=now, rulebook=rulebook)
    return _enter(session, _free_key(session, key), chosen, actor=actor, now=now)


def propose(session: Session, plan: Plan, *, actor: Actor, now: datetime, rulebook: Rulebook) -> ListType:
    """Put a list before the second person. Raises Refused with the part of the plan that is in the way."""
    _check_may_enter(session, plan, actor=actor, now=now, rulebook=rulebook)
    year = clock.legal_day(now).year
    key = f"list-{year}-{numbers.next_serial(session, f'list-type-{year}'):02d}"
    return _enter(session, key, plan, actor=actor, now=now)


def confirm(session: Session, found: ListType, *, actor: Actor, now: datetime, rulebook: Rulebook) -> None:
    """From now on the list may be used. Refused where what it rests on no longer holds, or for the same person."""
    _check_may_decide(session, found, actor)
    check(session, plan_of(found), today=clock.legal_day(now), rulebook=rulebook, known=found)
    found.confirmed_by_id, found.confirmed_at = actor.person_id, now
    _log(session, "list_confirmed", found, actor=actor, now=now)


def refuse(session: Session, found: ListType, *, why: str, actor: Actor, now: datetime) -> None:
    """The list is not made; the proposal and the reason stay."""
    _check_may_decide(session, found, actor)
    found.refused_by_id, found.refused_at, found.refused_why = actor.person_id, now, _reason(why)
    _log(session, "list_refused", found, actor=actor, now=now)


def end(session: Session, found: ListType, *, why: str, actor: Actor, now: datetime) -> None:
    """From today on nobody is put on the list any more; whoever stands on it stays under its rules."""
    if not may_end(actor):
        raise Refused(NOT_A_DECIDER)
    session.refresh(found, with_for_update=True)
    today = clock.legal_day(now)
    if standing(found, on=today) != "in_force":
        raise Refused(NOT_IN_FORCE, code="ended")
    found.ended_by_id, found.ended_on, found.ended_why = actor.person_id, today, _reason(why)
    _log(session, "list_ended", found, actor=actor, now=now)


def adopt_all(
    session: Session, *, proposed_by: Actor, confirmed_by: Actor, now: datetime, rulebook: Rulebook
) -> list[ListType]:
    """Adopt every built-in list that its unit does not have yet, confirmed at once by the second person.

    Passed over are lists whose unit does not exist here; a measure of a unit that does not exist falls to the list's own.
    """
    in_being = {unit.key: unit for unit in units.units_in_being(session, on=clock.legal_day(now))}
    made = []
    for one in built_in():
        unit = in_being.get(one.unit)
        if unit is None or is_taken(session, unit_id=unit.id, name=one.plan.name):
            continue
        units_of = {item.key: item.unit if item.unit in in_being else unit.key for item in one.plan.measures}
        found = adopt(
            session, one.key, unit_id=unit.id, units_of=units_of, actor=proposed_by, now=now, rulebook=rulebook
        )  # fmt: skip
        confirm(session, found, actor=confirmed_by, now=now, rulebook=rulebook)
        made.append(found)
    return made


def plan_of(found: ListType) -> Plan:
    """What a list says now, as it was proposed."""
    known = {field.name: getattr(found, field.name) for field in fields(Plan)}
    known |= {name: tuple(known[name]) for name in ("basis", "exit_conditions")}
    return Plan(**known | {"measures": tuple(Measure(**one) for one in found.measures)})


def _check_may_enter(
    session: Session, plan: Plan, *, actor: Actor, now: datetime, rulebook: Rulebook
) -> None:
    if not may_propose(actor):
        raise Refused(NOT_A_PROPOSER)
    check(session, plan, today=clock.legal_day(now), rulebook=rulebook)


def _enter(session: Session, key: str, plan: Plan, *, actor: Actor, now: datetime) -> ListType:
    columns = asdict(plan) | {
        "basis": list(plan.basis), "exit_conditions": list(plan.exit_conditions),
        "measures": [asdict(one) for one in plan.measures], "name_en": plan.name_en or plan.name,
    }  # fmt: skip
    made = ListType(key=key, proposed_by_id=actor.person_id, proposed_at=now, **columns)
    session.add(made)
    _log(session, "list_proposed", made, actor=actor, now=now)
    return made


def _check_may_decide(session: Session, found: ListType, actor: Actor) -> None:
    """The unit's row is held while deciding, so that two of its lists are never confirmed at the same time."""
    session.scalars(select(Unit.id).where(Unit.id == found.unit_id).with_for_update()).one()
    session.refresh(found)
    if found.confirmed_at is not None or found.refused_at is not None:
        raise Refused(DECIDED, code="decided")
    if actor.person_id == found.proposed_by_id:
        raise Refused(FOUR_EYES, code="four_eyes")
    if not may_decide(actor, found):
        raise Refused(NOT_A_DECIDER)


def _free_key(session: Session, key: str) -> str:
    """The key of a built-in list, numbered when it was adopted before."""
    taken = set(session.scalars(select(ListType.key).where(ListType.key.startswith(key, autoescape=True))))
    numbered = (f"{key}-{n}" if n > 1 else key for n in range(1, len(taken) + 2))
    return next(one for one in numbered if one not in taken)


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(NO_REASON, code="why")
    return text.strip()[:LONGEST_REASON]


def _log(session: Session, what: str, found: ListType, *, actor: Actor, now: datetime) -> None:
    session.flush()
    by = session.get(Person, actor.person_id) if actor.person_id is not None else None
    unit = session.get_one(Unit, found.unit_id)
    account_log.record(
        session, what, person=None, by=by, now=now, note=f"{found.key} {unit.name}：{found.name}"
    )
