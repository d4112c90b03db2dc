"""The demonstration district: fictional firms, people and cases, driven through the real engine on their own days.

Nothing here is reached in a real office. The accounts' password and second factor are public on purpose and shown
on the sign-in page of the demonstration district only.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, selectinload

from ..domain import clock
from ..domain.downstream import What
from ..domain.people import GRANT_TITLES, GrantKind
from ..models.case import Case
from ..models.party import GrantRow, Person, Subject, Unit
from ..models.sync import SyncTarget, SyncTask
from ..services import catalogue
from ..services.house import House
from ..services.lists import list_types
from ..services.people import accounts, grants, passwords, second_factor
from ..services.reports import reports
from ..services.rules import rulebooks
from ..services.sync import sync
from . import list_story, queue_story, record_story, repair_story, story, training_story

FOLDER = Path(__file__).parent
DEMO_PASSWORD = "Yanshi-2026-hedong"
DEMO_TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LISTS_SINCE = datetime(2026, 4, 1, 9, tzinfo=clock.LEGAL_ZONE)
"""The lists are adopted before anything of the demonstration happens."""


def code_now() -> str:
    """The six digits that the demonstration's second factor shows now."""
    return second_factor.current_code(DEMO_TOTP_SECRET, now=clock.now())


@dataclass(frozen=True)
class Shown:
    """An account as the sign-in page and the terminal show it; roles are (title of the grant, unit or subject)."""

    login: str
    name: str
    roles: tuple[tuple[str, str], ...]


def shown_accounts(session: Session, *, on: date) -> list[Shown]:
    """The accounts worth trying first that have a right in force, in the order they were made."""
    wanted = {row["login"] for row in _read("people.toml")["person"] if row.get("is_shown")}
    grants_of = selectinload(Person.grants)
    people = session.scalars(
        select(Person)
        .where(Person.login.in_(wanted), Person.disabled_at.is_(None))
        .options(grants_of.joinedload(GrantRow.unit), grants_of.joinedload(GrantRow.subject))
        .order_by(Person.id)
    )
    shown = [Shown(person.login, person.name, _roles(person, on=on)) for person in people]
    return [account for account in shown if account.roles]


def _roles(person: Person, *, on: date) -> tuple[tuple[str, str], ...]:
    in_force = [row for row in person.grants if accounts.is_in_force(row, on=on)]
    return tuple((GRANT_TITLES[GrantKind(row.kind)], accounts.place_of(row)) for row in in_force)


def load(session: Session, *, house: House, now: datetime, is_cheap: bool = False) -> int:
    """Load everything into an empty database. Returns the number of cases; 0 when the database is not empty."""
    if session.scalars(select(Unit.id).limit(1)).first() is not None:
        return 0
    session.add_all(Unit(**_without(row, "parent")) for row in _read("units.toml")["unit"])
    subjects = {row["key"]: _add_subject(session, row, now=now) for row in _read("subjects.toml")["subject"]}
    session.flush()
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    session.add_all(_target(row, units=units) for row in _read("targets.toml")["target"])
    hashed = passwords.hash_password(DEMO_PASSWORD, is_cheap=is_cheap)
    for row in _read("people.toml")["person"]:
        _add_person(session, row, hashed, units=units, subjects=subjects, now=now)
    catalogue.load_reasons(session)
    catalogue.load_items(session)
    session.flush()
    _adopt_lists(session, house=house)
    repairs, objections = _read("repairs.toml"), _read("objections.toml")
    rows = _read("records.toml")["record"] + repairs["record"] + objections["record"]
    record_story.tell(session, rows=rows, subjects=subjects, until=now, house=house)
    scripts = _read("cases.toml")["case"]
    story.tell(session, scripts, subjects=subjects, until=now, house=house)
    trainings = _read("training.toml")
    training_story.announce(session, trainings["announced"], until=now)
    training_story.tell(session, scripts=trainings["training"], subjects=subjects, until=now, house=house)
    numbers = {row["key"]: row["finding"]["decision_no"] for row in rows}
    applications = repairs["application"]
    repair_story.tell(session, scripts=applications, numbers=numbers, until=now, house=house)
    for row in objections["report"]:
        _hand_out(session, row, subjects[row["subject"]], house=house)
    story.tell(session, objections["case"], subjects=subjects, until=now, house=house)
    entries = _read("lists.toml")["entry"]
    list_story.tell(session, scripts=entries, subjects=subjects, until=now, house=house)
    queue_story.tell(session, until=now, house=house)
    _send_requests(session, house)
    return session.scalar(select(func.count()).select_from(Case)) or 0


def _add_person(
    session: Session,
    row: dict[str, Any],
    hashed: str,
    *,
    units: dict[str, Unit],
    subjects: dict[str, Subject],
    now: datetime,
) -> None:
    person = Person(
        login=row["login"],
        name=row["name"],
        mobile=row.get("mobile"),
        email=row.get("email"),
        password_hash=hashed,
        locale="zh_Hans_CN",
        created_at=now,
    )
    for grant in row.get("grant", ()):
        person.grants.append(
            GrantRow(
                kind=grant["kind"],
                unit=units[grant["unit"]] if "unit" in grant else None,
                subject=subjects[grant["subject"]] if "subject" in grant else None,
                workflows=grant.get("workflows"),
                may_sign=grant.get("may_sign", True),
                valid_from=grant["valid_from"],
                valid_to=grant.get("valid_to"),
                granted_at=now,
            )
        )
        if "unit" in grant:
            person.totp_secret = DEMO_TOTP_SECRET
    session.add(person)


def _add_subject(session: Session, row: dict[str, Any], *, now: datetime) -> Subject:
    subject = grants.subject_of(session, row["kind"], code=row["code"], name=row["name"], by=None, now=now)
    subject.legal_representative = row.get("legal_representative")
    subject.address = row.get("address")
    return subject


def _adopt_lists(session: Session, *, house: House) -> None:
    """Every list that comes built in, for the unit of this district that keeps it."""
    clerk, lead = (story.actor_of(session, f"{who}.xinyong", LISTS_SINCE) for who in ("clerk", "lead"))
    book = rulebooks.current(session, house)
    list_types.adopt_all(session, proposed_by=clerk, confirmed_by=lead, now=LISTS_SINCE, rulebook=book)


def _hand_out(session: Session, row: dict[str, Any], subject: Subject, *, house: House) -> None:
    """A credit report that the subject took to somebody before one of its records was corrected."""
    said = {name: row[name] for name in ("given_to", "purpose", "contact")}
    actor = story.actor_of(session, row["by"], row["at"])
    reports.issue(session, subject, **said, actor=actor, now=row["at"], house=house)


def _send_requests(session: Session, house: House) -> None:
    """Requests of earlier days went out on those days; the files themselves follow with the first delivery.

    What expired or was withdrawn without a case was confirmed by everybody but the third party, which keeps silent; marks
    of objections were put and taken away by everybody.
    """
    rulebook = rulebooks.current(session, house)
    by_itself = SyncTask.target.has(SyncTarget.deliverer != "hand")
    is_open = and_(SyncTask.sent_at.is_(None), SyncTask.confirmed_at.is_(None))
    for task in session.scalars(select(SyncTask).where(is_open, by_itself)).all():
        sync.sent(session, task, now=task.created_at, rulebook=rulebook)
        is_mark = task.what in (What.MARK, What.UNMARK, What.NOTE)
        if is_mark or (task.case_id is None and task.target.kind != "third_party"):
            told = task.created_at + timedelta(hours=3)
            sync.confirm(session, task, by_id=None, evidence="对方系统的回执", now=told, rulebook=rulebook)


def _target(row: dict[str, Any], *, units: dict[str, Unit]) -> SyncTarget:
    return SyncTarget(**_without(row, "unit"), unit=units[row["unit"]] if "unit" in row else None)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))


def _without(row: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != key}
