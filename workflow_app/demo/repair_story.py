"""The applications for repair of the demonstration as a story: opened, handed in with a letter each, decided, followed.

Through the same services as the pages, each act on its own day. A place confirms when the story says so; one that is not
named keeps silent, and its tasks turn overdue by themselves.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from ..domain import clock
from ..models.case import Case
from ..models.repair import RepairApplication
from ..services.cases import agents, cases
from ..services.engine import perform
from ..services.house import House
from ..services.repair import applications, prefilling
from . import story

Opened = dict[str, RepairApplication]
Act = Callable[[Session, dict[str, Any], dict[str, Any], Opened, House], None]


def tell(
    session: Session,
    *,
    scripts: list[dict[str, Any]],
    numbers: dict[str, str],
    until: datetime,
    house: House,
) -> None:
    """Let every act happen up to `until`; `numbers` are the decision numbers of the records by their keys."""
    opened: Opened = {}
    for script in scripts:
        script["refs"] = {key: numbers[key] for key in script["records"]}
    for told, script, act in sorted(_acts(scripts), key=lambda one: one[0]["at"]):
        if told["at"] > until:
            break
        act(session, told, script, opened, house)
    story.let_time_pass(session, until=until, house=house)


def _acts(scripts: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any], Act]]:
    for script in scripts:
        yield script, script, _open
        if "handed_in_at" in script:
            yield {"at": script["handed_in_at"]}, script, _hand_in
        for step in script.get("step", ()):
            yield step, script, _take
        for answer in script.get("answer", ()):
            yield answer, script, _confirm


def _open(
    session: Session, told: dict[str, Any], script: dict[str, Any], opened: Opened, house: House
) -> None:
    """The draft, filled in from what is known, with what was typed and attached."""
    at, actor = told["at"], story.actor_of(session, script["by"], told["at"])
    rows = [story.record_of(session, number) for number in script["refs"].values()]
    known = prefilling.shared(session, rows, actor=actor, on=clock.legal_day(at)) | script.get("facts", {})
    application = applications.open_for(
        session, rows, filled_by="own", known=known, actor=actor, now=at, house=house
    )
    for case in applications.drafts_of(session, application):
        assert case.record is not None
        own = prefilling.own(case.record) | script.get("own", {})
        cases.save(session, case.address, own, version=case.version, actor=actor, now=at, house=house)
    for paper in script.get("papers", ()):
        content = story.paper_of(paper["lines"], made_at=at)
        applications.attach(
            session,
            application,
            paper["field"],
            content,
            name=paper["name"],
            actor=actor,
            now=at,
            house=house,
        )
    opened[script["key"]] = application


def _hand_in(
    session: Session, told: dict[str, Any], script: dict[str, Any], opened: Opened, house: House
) -> None:
    """A letter for each record, and all cases to the office."""
    at, actor = told["at"], story.actor_of(session, script["by"], told["at"])
    outcomes = applications.hand_in(
        session, opened[script["key"]], signing=story.SIGNING, actor=actor, now=at, house=house
    )
    refused = [str(outcome.refusal) for outcome in outcomes if outcome.refusal]
    if refused:
        raise ValueError(f"{script['key']}: {refused[0]}")
    agents.watch(session, [outcome.case for outcome in outcomes], now=at)


def _take(
    session: Session, told: dict[str, Any], script: dict[str, Any], opened: Opened, house: House
) -> None:
    """One step, in the case of one record or of all."""
    actor = story.actor_of(session, told["by"], told["at"])
    for case in _cases(session, told, script, opened):
        order = perform.Order(told["step"], dict(told.get("given", {})), None)
        perform.perform(session, case.address, order, actor=actor, now=told["at"], house=house)


def _confirm(
    session: Session, told: dict[str, Any], script: dict[str, Any], opened: Opened, house: House
) -> None:
    """These places say that they did what was asked of them; the last answer of all completes the case."""
    by_id = story.actor_of(session, told["by"], told["at"]).person_id if "by" in told else None
    for case in _cases(session, told, script, opened):
        story.confirm(session, case, told, by_id=by_id, house=house)


def _cases(session: Session, told: dict[str, Any], script: dict[str, Any], opened: Opened) -> list[Case]:
    """The cases that an act is about."""
    wanted = {script["refs"][key] for key in told.get("records", script["records"])}
    found = applications.cases_of(session, opened[script["key"]])
    return [case for case in found if case.record and case.record.decision_no in wanted]
