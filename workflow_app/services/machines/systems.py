"""Systems: accounts of departments' own systems. No password, no second factor; they act by tokens alone.

Opened by the security administrator. What rights they may hold stands in `people/grants.py`, the tokens in `tokens.py`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...models.party import GrantRow, Person
from ..people.account_log import record
from ..people.accounts import OF_SYSTEMS, refuse_taken

NO_PASSWORD = "!"
"""What is kept as the password: no hash, so that no password is ever right."""
NOT_OF_SYSTEMS = N_("系统账户的登录名应以“sys.”开头，例如 sys.zhifa。")


def create(session: Session, *, login: str, name: str, by: Person, now: datetime) -> Person:
    """Open the account of a system. Refused for a login that doesn't begin with sys., or that is taken."""
    login = login.lower()
    if not login.startswith(OF_SYSTEMS) or login == OF_SYSTEMS:
        raise Refused(NOT_OF_SYSTEMS, code="login")
    refuse_taken(session, login)
    system = Person(login=login, name=name, password_hash=NO_PASSWORD, is_system=True, created_at=now)
    session.add(system)
    record(session, "person_created", person=system, by=by, now=now)
    return system


def listed(session: Session) -> Sequence[Person]:
    """Every system by its login, with its rights."""
    places = selectinload(Person.grants)
    query = select(Person).where(Person.is_system).order_by(Person.login)
    return session.scalars(
        query.options(places.joinedload(GrantRow.unit), places.joinedload(GrantRow.subject))
    ).all()


def one(session: Session, person_id: int) -> Person:
    """The system with this id. Raises NotYours."""
    found = session.get(Person, person_id)
    if found is None or not found.is_system:
        raise NotYours
    return found
