"""Telling people: which of them a notice reaches, what they read in the application, and what goes into a mail.

Every notice has a mail message of its own, and the first one that is delivered takes along whatever else was not
mailed yet; those that come after it find nothing left to do. So nobody gets a hundred mails, and none gets lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.due_words import end_of
from ...domain.people import GrantKind
from ...domain.words import N_, Sentence
from ...models.case import NO_DUE_DAY, Case
from ...models.deadline import Deadline
from ...models.outbox import Notice
from ...models.party import GrantRow, Person, Unit
from ...workflows import BY_NAME
from ...workflows.kit import Workflow
from ..cases import matters
from ..engine import clocks, ledger
from ..people import accounts, stand_ins, units
from . import outbox

SIDES = {
    "subject": (GrantKind.OWNER, GrantKind.AGENT, GrantKind.ADMINISTRATOR),
    "handler": (GrantKind.HANDLER,),
    "head": (GrantKind.HEAD,),
    "unit": (GrantKind.HANDLER, GrantKind.HEAD),
    "clerk": (GrantKind.CLERK,),
    "lead": (GrantKind.LEAD,),
    "owner": (GrantKind.OWNER,),
}
"""A side of a case → the grants that belong to it. `lead` is the office's, for every case; `owner` is the subject itself
without whoever acts for it."""

FOR_SOMEBODY_AWAY = N_("代%(absent)s：%(told)s")
"""What a deputy reads."""
OF_THE_LEDGER = ("old_due", "on", "reason")
"""What a notice says of the last entry in the ledger of a clock."""
RECORDS = "repair"
"""A mandate for repairs reaches what is told about records outside any case."""
HELD = timedelta(minutes=5)
"""How long the mail about something that time brought about waits for others like it: a sweep after a week's outage
and a recount are through by then, and whoever reads it still has the day."""
TAKEN_ALONG = timedelta(days=7)
"""What is older and was never mailed (no address then, or given up) is no news any more."""


@dataclass(frozen=True)
class Line:
    """One notice as it stands in a mail: what is said, and the address of the case it is about."""

    sentence: Sentence
    case: str


def announce(
    session: Session,
    case: Case,
    key: str,
    *,
    what: str,
    to: str,
    now: datetime,
    is_held: bool = False,
    about: Deadline | None = None,
) -> None:
    """Let a side of the case be told; the words are those of now, whenever they are delivered. Once per key.

    `is_held`: time brought it about and not a person, so its mail may wait for others like it. `about`: the clock
    it is about; else the nearest.
    """
    sentence = wording(session, case, what, about)
    outbox.put_all(session, [letter(key, sentence, case_id=case.id, to=to, is_held=is_held)], now=now)


def letter(key: str, sentence: Sentence, *, case_id: int, to: str, is_held: bool = False) -> outbox.Letter:
    """The message by which a side of a case is told."""
    payload = {"case_id": case_id, "sentence": sentence.as_json(), "to": to, "is_held": is_held}
    return outbox.Letter(key, "notice", payload)


def tell(
    session: Session,
    key: str,
    sentence: Sentence,
    *,
    to: str,
    now: datetime,
    subject_id: int | None = None,
    unit_id: int | None = None,
    case_id: int | None = None,
    is_held: bool = False,
) -> None:
    """Let a side of a subject or a unit, or of a case, be told a sentence of no workflow. Once per key."""
    place = {"subject_id": subject_id, "unit_id": unit_id, "case_id": case_id}
    payload = place | {"sentence": sentence.as_json(), "to": to, "is_held": is_held}
    outbox.put(session, key, "notice", payload, now=now)


def tell_person(
    session: Session,
    key: str,
    sentence: Sentence,
    *,
    person_id: int | None,
    now: datetime,
    case_id: int | None = None,
) -> None:
    """Let one person be told a sentence that is theirs whatever they are allowed to do today. Once per key."""
    payload = {"person_id": person_id, "case_id": case_id, "sentence": sentence.as_json()}
    outbox.put(session, key, "notice", payload, now=now)


def deliver(session: Session, message_key: str, payload: dict[str, Any], *, now: datetime) -> None:
    """Turn one notice message into a notice and a mail for each person it reaches on the day of delivery."""
    case_id, sentence = payload.get("case_id"), Sentence.from_json(payload["sentence"])
    not_before = now + HELD if payload.get("is_held") else now
    for person, told in _readers(session, payload, sentence, on=clock.legal_day(now)):
        key = f"{message_key}/{person.id}"
        if outbox.exists(session, key):
            continue
        notice = Notice(person_id=person.id, case_id=case_id, sentence=told.as_json(), created_at=now)
        session.add(notice)
        session.flush()
        mail = {"person_id": person.id, "notice_id": notice.id}
        outbox.put(session, key, "mail", mail, now=now, not_before=not_before)


def _readers(
    session: Session, payload: dict[str, Any], sentence: Sentence, *, on: date
) -> list[tuple[Person, Sentence]]:
    """Whom a notice reaches on this day and in which words; about a case also the deputies of officials who are away."""
    side, case_id = payload.get("to", ""), payload.get("case_id")
    if payload.get("person_id") is not None:
        people: Sequence[Person] = _if_enabled(session, payload["person_id"])
    elif case_id is not None:
        people = reached(session, session.get_one(Case, case_id), side, on=on)
    else:
        place = {name: payload[name] for name in ("subject_id", "unit_id")}
        people = on_side(session, side, workflow=RECORDS, on=on, **place)
    told = {person.id: (person, sentence) for person in people}
    if case_id is not None and stand_ins.PASSED_ON.issuperset(SIDES.get(side, ())):
        for absent, deputy in stand_ins.deputies(session, tuple(told), on=on).items():
            in_stead = Sentence(FOR_SOMEBODY_AWAY, absent=told[absent][0].name, told=sentence)
            told.setdefault(deputy.id, (deputy, in_stead))
    return list(told.values())


def _if_enabled(session: Session, person_id: int) -> Sequence[Person]:
    wanted = select(Person).where(Person.id == person_id, Person.disabled_at.is_(None))
    return session.scalars(wanted).all()


def claim(session: Session, payload: dict[str, Any], *, now: datetime) -> list[int] | None:
    """Take what goes into this mail, so that no other mail takes it too; None when another mail took this notice.

    What a mail took before its worker was killed stays its own, so that the repeat says exactly the same. A mail that
    was written before mails took each other's notices along has none.
    """
    if "notice_id" not in payload or "taken" in payload:
        return list(payload.get("taken", ()))
    is_news = or_(Notice.id == payload["notice_id"], Notice.created_at > now - TAKEN_ALONG)
    free = select(Notice.id).where(
        Notice.person_id == payload["person_id"], Notice.mailed_at.is_(None), is_news
    )
    taken = list(session.scalars(free.order_by(Notice.id).with_for_update()))
    if payload["notice_id"] not in taken:
        return None
    session.execute(update(Notice).where(Notice.id.in_(taken)).values(mailed_at=now))
    return taken


def release(session: Session, taken: Sequence[int]) -> None:
    """The mail did not go out; whichever goes out next takes these along."""
    session.execute(update(Notice).where(Notice.id.in_(taken)).values(mailed_at=None))


def lines(session: Session, payload: dict[str, Any]) -> tuple[Line, ...]:
    """What a mail says about the notices that it took, oldest first."""
    if "sentence" in payload:
        return (Line(Sentence.from_json(payload["sentence"]), payload["case"]),)
    address = func.coalesce(Case.number, Case.ref, "")
    wanted = select(Notice.sentence, address).outerjoin(Case, Case.id == Notice.case_id)
    found = session.execute(wanted.where(Notice.id.in_(payload["taken"])).order_by(Notice.id))
    return tuple(Line(Sentence.from_json(sentence), case) for sentence, case in found)


def wording(session: Session, case: Case, what: str, about: Deadline | None = None) -> Sentence:
    """The sentence of a notice, with its values as they are now; `due` is that of this clock, else of the nearest."""
    workflow = BY_NAME[case.workflow]
    text = workflow.notices[what]
    known: dict[str, str | date | Sentence] = {
        "subject": case.subject.name,
        "item": matters.of(case),
        "number": case.address,
        "state": Sentence(workflow.state(case.state).title),
    }
    if "%(due)s" in text:
        known["due"] = end_of(about.due_on if about else _due(session, case, workflow))
    if any(f"%({name})s" in text for name in OF_THE_LEDGER) and (entry := ledger.last(session, case.id)):
        known |= {"old_due": end_of(entry.old_due_on), "on": entry.on, "reason": entry.reason}
    return Sentence(text, **{name: value for name, value in known.items() if f"%({name})s" in text})


def _due(session: Session, case: Case, workflow: Workflow) -> date:
    """The end of the nearest clock; where a case has but one at a time, the row of the case says it while it runs."""
    if not workflow.spans and not workflow.rights and case.due_on != NO_DUE_DAY:
        return case.due_on
    running = clocks.in_short(session, case.id)
    return running[0].due_on if running else clock.legal_day(case.updated_at)


def reached(session: Session, case: Case, side: str, *, on: date) -> Sequence[Person]:
    """The people of one side of the case whose grants are in force on this day."""
    place = {"subject_id": case.subject_id, "unit_id": case.unit_id}
    return on_side(session, side, workflow=case.workflow, on=on, **place)


def on_side(
    session: Session, side: str, *, subject_id: int | None, unit_id: int | None, workflow: str, on: date
) -> Sequence[Person]:
    """The people on one side of a subject, a unit or the office whose grants reach this workflow on this day.

    For a unit that ended those of the unit that took over.
    """
    kinds = SIDES[side]
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    answering = units.responsible(session, unit, on=on) if unit is not None else None
    place = {
        "subject": GrantRow.subject_id == subject_id,
        "owner": GrantRow.subject_id == subject_id,
        "clerk": GrantRow.unit_id.is_not(None),
        "lead": GrantRow.unit_id.is_not(None),
    }.get(side, GrantRow.unit_id == (answering.id if answering else unit_id))
    wanted = (
        select(Person, GrantRow)
        .join(GrantRow, GrantRow.person_id == Person.id)
        .where(GrantRow.kind.in_(kinds), place, Person.disabled_at.is_(None))
        .order_by(Person.id)
    )
    found = {
        person.id: person
        for person, grant in session.execute(wanted)
        if accounts.is_in_force(grant, on=on) and (grant.workflows is None or workflow in grant.workflows)
    }
    return list(found.values())


UNREAD = (
    select(func.count())
    .select_from(Notice)
    .where(Notice.person_id == bindparam("reader"), Notice.read_at.is_(None))
)


def unread(session: Session, person_id: int) -> int:
    """How many notices a person has not read yet."""
    return session.scalar(UNREAD, {"reader": person_id}) or 0


def latest(session: Session, person_id: int, *, most: int = 50) -> Sequence[Notice]:
    """A person's newest notices."""
    wanted = select(Notice).where(Notice.person_id == person_id).order_by(Notice.id.desc()).limit(most)
    return session.scalars(wanted).all()


def mark_read(session: Session, person_id: int, *, now: datetime) -> None:
    """The person has seen all notices."""
    session.execute(
        update(Notice).where(Notice.person_id == person_id, Notice.read_at.is_(None)).values(read_at=now)
    )
