"""The demonstration cases as a story: every move of every case in the order of time, through the real engine."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any

from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..domain import clock
from ..domain.people import Actor
from ..models.case import Case
from ..models.party import Person, Subject
from ..models.record import CreditRecord
from ..models.sync import SyncTask
from ..services import catalogue
from ..services.cases import attachments, cases
from ..services.documents import printing, texts
from ..services.engine import perform, sweep
from ..services.house import House
from ..services.people import accounts
from ..services.rules import rulebooks
from ..services.sync import sync
from ..workflows import BY_NAME

SIGNING = {
    "method": "登录密码再次核验",
    "ip": "127.0.0.1",
    "user_agent": "demonstration",
    "sign_in": 0,
    "intent": "",
}


@dataclass(frozen=True)
class Move:
    """One thing that somebody did in one case at one moment; `step` is empty for opening it."""

    at: datetime
    order: int
    key: str
    step: str
    by: str
    told: dict[str, Any]


def tell(
    session: Session,
    scripts: list[dict[str, Any]],
    *,
    subjects: dict[str, Subject],
    until: datetime,
    house: House,
) -> None:
    """Play every move up to `until`, then let the clock do what it would have done by then."""
    opened: dict[str, Case] = {}
    for move in sorted(_moves(scripts), key=lambda move: (move.at, move.order)):
        if move.at > until:
            break
        if not move.step:
            opened[move.key] = _open(session, move, subjects=subjects, house=house)
        elif move.step == "clock":
            let_time_pass(session, until=move.at, house=house)
        else:
            take(session, opened[move.key], move, house=house)
    let_time_pass(session, until=until, house=house)


def _moves(scripts: list[dict[str, Any]]) -> Iterator[Move]:
    for script in scripts:
        yield Move(script["at"], -1, script["key"], "", script["by"], script)
        for order, step in enumerate(script.get("step", ())):
            if not step.get("follows"):
                name = "clock" if step["by"] == "clock" else step["step"]
                yield Move(step["at"], order, script["key"], name, step["by"], step)


def _open(session: Session, move: Move, *, subjects: dict[str, Subject], house: House) -> Case:
    script = move.told
    actor = actor_of(session, move.by, move.at)
    case = cases.open_draft(
        session,
        BY_NAME[script.get("workflow", "commitment")],
        subject_id=subjects[script["subject"]].id,
        item=catalogue.item(session, script["item"]) if "item" in script else None,
        record=record_of(session, script["record"]) if "record" in script else None,
        facts=script.get("opens_with"),
        actor=actor,
        now=move.at,
        house=house,
    )
    _fill_in(session, case, move, actor=actor, house=house)
    return case


def take(session: Session, case: Case, move: Move, *, house: House) -> None:
    """Take one step of a case with what was typed and attached before it."""
    actor = actor_of(session, move.by, move.at)
    if move.step == "confirm":
        confirm(session, case, move.told, by_id=actor.person_id, house=house)
        return
    _fill_in(session, case, move, actor=actor, house=house)
    given = dict(move.told.get("given", {}))
    if move.step == "sign":
        assert case.item is not None
        version = texts.current(case.item.letter, on=clock.legal_day(move.at)).version
        consent = case.facts["publication_consent"]
        given = {
            "letter_version": version,
            "publication_consent": consent,
            "identity_confirmed": True,
            "signing": SIGNING,
        }
    order = perform.Order(move.step, given, None)
    perform.perform(session, case.address, order, actor=actor, now=move.at, house=house)


def _fill_in(session: Session, case: Case, move: Move, *, actor: Actor, house: House) -> None:
    """What was typed and attached before the move."""
    if facts := move.told.get("facts"):
        cases.save(session, case.address, facts, version=case.version, actor=actor, now=move.at, house=house)
    for paper in move.told.get("papers", ()):
        pdf = BytesIO(paper_of(paper["lines"], made_at=move.at))
        attachments.attach(
            session, case, paper["field"], pdf, name=paper["name"], actor=actor, now=move.at, house=house
        )


def confirm(session: Session, case: Case, told: dict[str, Any], *, by_id: int | None, house: House) -> None:
    """These places say that they did what was asked of them; the last answer of all lets the case go on."""
    book = rulebooks.current(session, house)
    asked = select(SyncTask).where(SyncTask.case_id == case.id, SyncTask.confirmed_at.is_(None))
    for task in session.scalars(asked.order_by(SyncTask.id)).all():
        if task.sent_at is None:
            sync.sent(session, task, now=task.created_at, rulebook=book)
        if task.target.key in told["places"] or told["places"] == ["all"]:
            sync.confirm(session, task, by_id=by_id, evidence=told["evidence"], now=told["at"], rulebook=book)
    perform.follow(session, case.id, now=told["at"], house=house)


def record_of(session: Session, number: str) -> CreditRecord:
    """The record of a decision."""
    return session.scalars(select(CreditRecord).where(CreditRecord.decision_no == number)).one()


def paper_of(lines: list[str], *, made_at: datetime) -> bytes:
    """A one-page PDF with these lines, standing for a scan."""
    body = "".join(f"<p>{escape(line)}</p>" for line in lines)
    page = f'<html lang="zh-CN"><head><title>{escape(lines[0])}</title></head><body class="paper">{body}</body></html>'
    return printing.render_pdf(page, made_at=made_at)


def let_time_pass(session: Session, *, until: datetime, house: House) -> None:
    after = sweep.BEGINNING
    while deadline := sweep.next_due(session, today=clock.legal_day(until), after=after):
        after = sweep.place_of(deadline)
        sweep.act(session, deadline, now=until, house=house)


def actor_of(session: Session, login: str, at: datetime) -> Actor:
    person = session.scalars(select(Person).where(Person.login == login)).one()
    return accounts.load_actor(person, on=clock.legal_day(at))
