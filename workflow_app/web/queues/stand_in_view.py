"""What the pages about absences are given. Reads; decides nothing."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import GRANT_TITLES, Actor, GrantKind
from ...domain.words import N_, Sentence
from ...models.party import Person
from ...models.queue import StandIn
from ...services.people import accounts, deputies, stand_in_lists, stand_ins

BY_RANK = (GrantKind.LEAD, GrantKind.HEAD, GrantKind.CLERK, GrantKind.HANDLER)


def index(session: Session, actor: Actor, *, today: date, before: int | None) -> dict[str, Any]:
    """What runs or is to come, unless one turned pages, and a page of what is over."""
    over = stand_in_lists.over(session, actor, today=today, before=before)
    shown = over[: stand_in_lists.PAGE]
    running = [] if before else stand_in_lists.running(session, actor, today=today)
    following = url_for("stand_ins.index", before=shown[-1].id) if len(over) > len(shown) else None
    return {
        "running": [row(each, actor, today=today) for each in running],
        "over": [row(each, actor, today=today) for each in shown],
        "absent_today": [absent.name for absent in actor.standing_in],
        "may_name": bool(stand_ins.handled_units(actor)),
        "next_url": following,
        "first_url": url_for("stand_ins.index") if before else None,
    }


def one(session: Session, found: StandIn, actor: Actor) -> dict[str, Any]:
    """One of them with everything this reader may know of it."""
    today = clock.legal_day(clock.now())
    ended_by = session.get(Person, found.ended_by_id) if found.ended_by_id else None
    return row(found, actor, today=today) | {
        "why": found.why if stand_in_lists.may_read_why(found, actor, on=today) else None,
        "ended_by": ended_by.name if ended_by else None,
        "may_end": deputies.may_end(found, actor, on=today) and not deputies.is_over(found, today=today),
        "has_begun": found.from_on <= today,
    }


def row(found: StandIn, actor: Actor, *, today: date) -> dict[str, Any]:
    """One line."""
    return {
        "found": found,
        "url": url_for("stand_ins.show", ref=found.ref),
        "standing": standing(found, today=today),
        "is_yours": actor.person_id == found.deputy_id and not deputies.is_over(found, today=today),
    }


def standing(found: StandIn, *, today: date) -> tuple[Sentence, str]:
    """How it stands on a legal day, in a word and a tone."""
    if found.ended_at is not None:
        has_begun = clock.legal_day(found.ended_at) >= found.from_on
        return Sentence(N_("已提前结束") if has_begun else N_("已取消")), "stop"
    if found.until_on < today:
        return Sentence(N_("已到期")), "draft"
    if found.from_on > today:
        return Sentence(N_("未开始")), "wait"
    return Sentence(N_("代办中")), "doing"


def choices(people: Iterable[Person]) -> list[tuple[int, Sentence]]:
    """People to choose from: the name and what they are, and the login where two bear the same name."""
    listed, today = tuple(people), clock.legal_day(clock.now())
    names = Counter(person.name for person in listed)
    return [(person.id, _called(person, is_alone=names[person.name] == 1, today=today)) for person in listed]


def _called(person: Person, *, is_alone: bool, today: date) -> Sentence:
    actor = accounts.load_actor(person, on=today)
    role = Sentence(GRANT_TITLES[next(kind for kind in BY_RANK if actor.holds(kind))])
    if is_alone:
        return Sentence(N_("%(name)s（%(role)s）"), name=person.name, role=role)
    text = N_("%(name)s（%(role)s，%(login)s）")
    return Sentence(text, name=person.name, role=role, login=person.login)
