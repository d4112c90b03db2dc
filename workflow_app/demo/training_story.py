"""The trainings of the demonstration as a story: classes announced, people enrolled, lessons studied, exams sat.

Through the same services as the pages, each act on its own day. Study is counted and papers are drawn and marked as for
anybody; the story only says how long somebody stays and how many of the drawn questions are answered rightly.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain import clock
from ..models.case import Case
from ..models.party import Person, Subject, Unit
from ..models.training import TrainingClass
from ..services.cases import cases
from ..services.engine import perform
from ..services.house import House
from ..services.training import enrolling, exams, study, training, training_content
from . import story

THINKING = timedelta(minutes=12)
"""How long somebody sits over a paper."""


def announce(session: Session, told: dict[str, Any], *, until: datetime) -> None:
    """The built-in classes, published on their day, open until well after `until`; nothing before that day."""
    if told["at"] > until:
        return
    unit = session.scalars(select(Unit).where(Unit.key == told["unit"])).one()
    by = session.scalars(select(Person).where(Person.login == told["by"])).one()
    ends_on = max(told["ends_on"], clock.legal_day(until) + timedelta(days=told["lasts_days"]))
    for folder in training_content.built_in():
        training_content.load(
            session, folder, unit=unit, opens_on=told["opens_on"], ends_on=ends_on, created_by_id=by.id,
            now=told["at"], is_published=True,
        )  # fmt: skip


def tell(
    session: Session,
    *,
    scripts: list[dict[str, Any]],
    subjects: dict[str, Subject],
    until: datetime,
    house: House,
) -> None:
    """Let every act happen up to `until`, then let the clock do what it would have done by then."""
    opened: dict[int, Case] = {}
    for at, place, act in sorted(_acts(scripts), key=lambda one: one[:2]):
        if at > until:
            break
        script = scripts[place]
        if act is script:
            opened[place] = _open(session, script, subjects[script["subject"]], house=house)
        else:
            _take(session, opened[place], act, by=act.get("by", script["by"]), house=house)
    story.let_time_pass(session, until=until, house=house)


def _acts(scripts: list[dict[str, Any]]) -> Iterator[tuple[datetime, int, dict[str, Any]]]:
    for place, script in enumerate(scripts):
        yield script["at"], place, script
        for act in script.get("act", ()):
            yield act["at"], place, act


def _open(session: Session, script: dict[str, Any], subject: Subject, *, house: House) -> Case:
    """The draft with what is known, and what was typed."""
    at, actor = script["at"], story.actor_of(session, script["by"], script["at"])
    found = session.scalars(select(TrainingClass).where(TrainingClass.ref == script["class"])).one()
    case, _is_new = enrolling.open_for(session, found, subject.id, actor=actor, now=at, house=house)
    if facts := script.get("facts"):
        cases.save(session, case.address, facts, version=case.version, actor=actor, now=at, house=house)
    return case


def _take(session: Session, case: Case, act: dict[str, Any], *, by: str, house: House) -> None:
    if "study" in act:
        _study(session, case, act["study"], at=act["at"], house=house)
    elif "exam" in act:
        _sit(session, case, act["exam"], at=act["at"], by=by, house=house)
    else:
        actor = story.actor_of(session, by, act["at"])
        order = perform.Order(act["step"], dict(act.get("given", {})), None)
        perform.perform(session, case.address, order, actor=actor, now=act["at"], house=house)


def _study(session: Session, case: Case, places: list[int], *, at: datetime, house: House) -> None:
    """Stay with each of these lessons for its least time, one after the other."""
    for lesson in training.class_of(session, case).lessons:
        if lesson.position in places:
            tab, at = study.open_page(now=at), at + timedelta(seconds=lesson.least_seconds)
            study.beat(session, case, lesson, tab=tab, now=at, house=house, by_hand=True)


def _sit(session: Session, case: Case, right: int, *, at: datetime, by: str, house: House) -> None:
    """Sit the exam; the first `right` questions of the paper are answered rightly, the others not at all."""
    actor = story.actor_of(session, by, at)
    sat = exams.start(session, case, actor=actor, now=at, house=house)
    known = {str(place): posed.right for place, posed in enumerate(exams.paper(sat)[:right], start=1)}
    exams.hand_in(session, sat, known, actor=actor, now=at + THINKING, house=house)
