"""Which identity at the city's own sign-in (OpenID Connect) belongs to which account.

An identity is bound once, by the person who is signed in with password and second factor, and never by signing in with
it. One account has at most one identity of a provider, and one identity one account.
"""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from ...domain.refusals import Refused
from ...domain.words import N_
from ...models.api import OidcIdentity
from ...models.party import Person
from .account_log import record

LONGEST_SUB = 255
TAKEN = N_(
    "这个身份已经绑定了本平台的另一个账户，没有绑定。请确认登录的是您本人的身份，或联系安全管理员解除原来的绑定。"
)
HAS_ONE = N_("您的账户已经绑定了一个身份。要换一个，请先解除现在的绑定。")


def person_of(session: Session, issuer: str, sub: str) -> Person | None:
    """Whose account an identity is bound to, open or closed; None when it is bound to none."""
    wanted = select(OidcIdentity).where(OidcIdentity.issuer == issuer, OidcIdentity.sub == sub)
    found = session.scalar(wanted)
    return found.person if found else None


def of_person(session: Session, person: Person, *, issuer: str = "") -> OidcIdentity | None:
    """The identity bound to an account: at one provider, or the newest at any."""
    wanted = select(OidcIdentity).where(OidcIdentity.person_id == person.id)
    if issuer:
        wanted = wanted.where(OidcIdentity.issuer == issuer)
    return session.scalars(wanted.order_by(OidcIdentity.id.desc())).first()


def bind(session: Session, person: Person, *, issuer: str, sub: str, now: datetime, ip: str) -> OidcIdentity:
    """Bind an identity to the account of the person who proved both. Refused when either is bound already."""
    if of_person(session, person, issuer=issuer) is not None:
        raise Refused(HAS_ONE, code="already_bound")
    row = OidcIdentity(person=person, issuer=issuer, sub=sub, bound_at=now, bound_by_id=person.id)
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        raise Refused(TAKEN, code="identity_taken") from None
    record(session, "identity_bound", person=person, by=person, now=now, ip=ip)
    return row


def unbind(session: Session, person: Person, *, by: Person, now: datetime, ip: str = "") -> bool:
    """Take every identity off an account; whether there was one. Signing in goes by password from now on."""
    taken = delete(OidcIdentity).where(OidcIdentity.person_id == person.id).returning(OidcIdentity.id)
    if not session.scalars(taken).all():
        return False
    record(session, "identity_unbound", person=person, by=by, now=now, ip=ip)
    return True
