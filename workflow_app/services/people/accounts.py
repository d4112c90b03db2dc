"""People: who may do what today, opening and closing accounts, and the first administrator.

Rights are granted in `grants.py`. Nobody acts on the own account here but to change the password: an
administrator who could help themself would make the three separate doors one.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, selectinload

from ...domain.clock import legal_day
from ...domain.people import GRANT_TITLES, Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.party import GrantRow, Person, SignIn, Unit
from ..machines import tokens
from . import identities, rights, second_factor, signin, throttle, units
from .account_log import record
from .passwords import check_password, hash_password, is_password, one_time_password
from .rights import Right

PAGE = 50
OF_SYSTEMS = "sys."
"""How the login of a department's own system begins, and nobody else's."""


@dataclass(frozen=True)
class OneTime:
    """An account with the password for its first sign-in, which is shown once."""

    person: Person
    password: str


def load_actor(person: Person, *, on: date) -> Actor:
    """The person with the grants in force on a legal day; those that ended or have not begun are in `ended`."""
    by_id = {row.unit_id: row.unit for row in person.grants if row.unit is not None}
    return rights.actor(
        person.id,
        person.name,
        map(_right, person.grants),
        on=on,
        took_over=lambda unit_id: units.took_over(by_id[unit_id], on=on),
    )


def is_in_force(row: GrantRow, *, on: date) -> bool:
    """Whether a grant holds on a legal day. `valid_to` is its last day, as people say it; a unit is gone on `ended_on`."""
    return _right(row).is_in_force(on)


def with_grants(session: Session, person_id: int) -> Person:
    """The person with grants and their places in one go. Raises NotYours when unknown."""
    places = selectinload(Person.grants)
    query = select(Person).where(Person.id == person_id)
    found = session.scalar(
        query.options(places.joinedload(GrantRow.unit), places.joinedload(GrantRow.subject))
    )
    if found is None:
        raise NotYours
    return found


def people(session: Session, *, search: str, after: str) -> list[Person]:
    """One page of people by login, found by a part of the login or the name; `after` is the login to go on from."""
    query = select(Person).options(selectinload(Person.grants)).order_by(Person.login).limit(PAGE + 1)
    if search:
        query = query.where(
            or_(
                Person.login.contains(search.lower(), autoescape=True),
                Person.name.contains(search, autoescape=True),
            )
        )
    return list(session.scalars(query.where(Person.login > after) if after else query))


def create_person(
    session: Session,
    *,
    login: str,
    name: str,
    by: Person,
    now: datetime,
    is_cheap: bool,
    mobile: str | None = None,
    email: str | None = None,
) -> OneTime:
    """Open an account with a one-time password that must be changed at once. Refused when the login is taken."""
    login = login.lower()
    if login.startswith(OF_SYSTEMS):
        raise Refused(N_("以“sys.”开头的登录名留给系统账户，请为此人换一个。"), code="login_taken")
    refuse_taken(session, login)
    password = one_time_password()
    person = Person(
        login=login,
        name=name,
        mobile=mobile or None,
        email=email or None,
        password_hash=hash_password(password, is_cheap=is_cheap),
        must_change_password=True,
        created_at=now,
    )
    session.add(person)
    record(session, "person_created", person=person, by=by, now=now)
    return OneTime(person, password)


def refuse_taken(session: Session, login: str) -> None:
    """Refused when an account has this login."""
    if session.scalar(select(Person.id).where(Person.login == login)):
        text = N_("登录名“%(login)s”已被使用，请换一个，或在人员列表里查找这个账户。")
        raise Refused(Sentence(text, login=login), code="login_taken")


def change_password(
    session: Session, row: SignIn, *, current: str, new: str, now: datetime, is_cheap: bool
) -> Sentence | None:
    """Change the own password: None, or the sentence when the current one is wrong (it is counted).

    Every other sign-in ends. Refused when the new password is easily guessed or the same.
    """
    person = row.person
    if not signin.confirm_identity(session, person, password=current, now=now, ip=row.ip):
        return signin.why_not_confirmed(session, person, now=now)
    check_password(new, login=person.login)
    if is_password(person.password_hash, new):
        raise Refused(N_("新密码和现在的密码一样，请换一个。"), code="password")
    person.password_hash = hash_password(new, is_cheap=is_cheap)
    person.must_change_password = False
    record(session, "password_changed", person=person, by=person, now=now, ip=row.ip)
    signin.end_all(session, person, keep=row, by=person, now=now)
    return None


def reset_password(session: Session, person: Person, *, by: Person, now: datetime, is_cheap: bool) -> OneTime:
    """A new one-time password for somebody who forgot theirs; ends every sign-in, every token and the lock.

    An identity bound under the old password goes too: whoever knew that password may have bound their own.
    """
    _refuse_own(person, by)
    _refuse_system(person)
    password = one_time_password()
    person.password_hash = hash_password(password, is_cheap=is_cheap)
    person.must_change_password = True
    throttle.forgive(session, throttle.account_key(person.login))
    signin.end_all(session, person, keep=None, by=by, now=now)
    identities.unbind(session, person, by=by, now=now)
    tokens.end_all(session, person, by=by, now=now)
    record(session, "password_reset", person=person, by=by, now=now)
    return OneTime(person, password)


def disable(session: Session, person: Person, *, by: Person, now: datetime) -> None:
    """Close an account; what it did stays. Ends every sign-in and every token."""
    _refuse_own(person, by)
    tokens.end_all(session, person, by=by, now=now)
    person.disabled_at = now
    signin.end_all(session, person, keep=None, by=by, now=now)
    record(session, "person_disabled", person=person, by=by, now=now)


def enable(session: Session, person: Person, *, by: Person, now: datetime) -> None:
    """Open a closed account again, with the grants it had."""
    _refuse_own(person, by)
    person.disabled_at = None
    record(session, "person_enabled", person=person, by=by, now=now)


def reset_second_factor(session: Session, person: Person, *, by: Person, now: datetime) -> None:
    """Let somebody who lost the phone set up the second factor anew; ends every sign-in."""
    _refuse_own(person, by)
    _refuse_system(person)
    second_factor.reset(session, person, by=by, now=now)
    signin.end_all(session, person, keep=None, by=by, now=now)


def unbind(session: Session, person: Person, *, by: Person, now: datetime) -> None:
    """Take the identity at the city's own sign-in off an account; ends every sign-in, for it may have been a stranger's."""
    _refuse_own(person, by)
    if identities.unbind(session, person, by=by, now=now):
        signin.end_all(session, person, keep=None, by=by, now=now)


def has_people(session: Session) -> bool:
    """Whether anybody has an account yet."""
    return session.scalar(select(Person.id).limit(1)) is not None


def first_administrator(
    session: Session, login: str, *, name: str, password: str, now: datetime, is_cheap: bool = False
) -> Person:
    """The first account of an empty house: a security administrator, who names all others.

    Refused when somebody has an account already, or the password is easily guessed.
    """
    if has_people(session):
        raise Refused(N_("已经有账户了。请用安全管理员账户登录，在“账户与权限”里开立其他账户。"))
    login = login.strip().lower()
    check_password(password, login=login)
    office = session.scalar(select(Unit).where(Unit.is_office, Unit.ended_on.is_(None)))
    if office is None:
        office = Unit(key="office", name="信用办", name_en="Credit office", code="", is_office=True)
        session.add(office)
    person = Person(
        login=login,
        name=name.strip(),
        password_hash=hash_password(password, is_cheap=is_cheap),
        created_at=now,
    )
    session.add(person)
    person.grants.append(
        GrantRow(kind=GrantKind.SECURITY_ADMIN.value, unit=office, valid_from=legal_day(now), granted_at=now)
    )
    record(session, "person_created", person=person, by=None, now=now)
    record(session, "granted", person=person, by=None, now=now, note=GRANT_TITLES[GrantKind.SECURITY_ADMIN])
    return person


def place_of(row: GrantRow) -> str:
    """The name of the unit or subject a grant is for."""
    if row.unit is not None:
        return row.unit.name
    return row.subject.name if row.subject is not None else ""


def _refuse_own(person: Person, by: Person) -> None:
    if person.id == by.id:
        raise Refused(N_("不能处理自己的账户，请让另一位安全管理员办理。"), code="own_account")


def _refuse_system(person: Person) -> None:
    if person.is_system:
        raise Refused(
            N_("系统账户没有密码和动态验证码，只用令牌。请在“系统账户”里更换它的令牌。"), code="system"
        )


def _right(row: GrantRow) -> Right:
    return Right(
        row.kind,
        unit_id=row.unit_id,
        subject_id=row.subject_id,
        workflows=row.workflows,
        may_sign=row.may_sign,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        ended_at=row.ended_at,
        unit_ended_on=row.unit.ended_on if row.unit is not None else None,
    )
