"""Signing in by the city's own provider (OpenID Connect): whether the person it names may come in here.

The provider says who it is and nothing more: no account, name or right is ever taken from it. Failures are counted and
told like those of passwords. Whether its own second factor counts is for the settings to say, never for the provider.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from ...domain.clock import legal_day
from ...domain.words import N_, Sentence
from ...models.party import Person
from . import accounts, identities, second_factor, signin, throttle
from .account_log import record
from .signin import Caller, Opened

NOT_BOUND = N_(
    "您在“%(name)s”的身份还没有绑定本平台的账户。请先用登录名和密码登录，再到“我的账户”里绑定；还没有账户的，请联系安全管理员开立。"
)
CLOSED = N_("与您的身份绑定的账户已停用，不能登录。需要恢复的，请联系安全管理员。")
NOT_STAFF = N_("您的账户现在没有工作人员的权限，不能这样登录。请用登录名和密码登录，或联系安全管理员授权。")
NOTES = {NOT_BOUND: N_("身份没有绑定账户"), CLOSED: N_("账户已停用"), NOT_STAFF: N_("没有工作人员权限")}


@dataclass(frozen=True)
class Identified:
    """Whom the provider named, and how it made sure of it (`acr`, `amr` of OpenID Connect Core 1.0, section 2)."""

    issuer: str
    sub: str
    acr: str = ""
    amr: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trust:
    """What counts as a second factor of the provider; where both are empty, none does. `name` is how people know it."""

    name: str
    acr: Collection[str] = ()
    amr: Collection[str] = ()

    def is_second_factor(self, who: Identified) -> bool:
        """Whether the provider made sure by two factors, as far as this office trusts its word."""
        return who.acr in self.acr or any(one in self.amr for one in who.amr)


def sign_in(
    session: Session, who: Identified, *, trust: Trust, caller: Caller, now: datetime
) -> Opened | Sentence:
    """Open a sign-in for the account the identity is bound to, or the sentence why not (it is counted)."""
    person = identities.person_of(session, who.issuer, who.sub)
    keys = [throttle.address_key(caller.ip)]
    if person is not None:
        keys.append(throttle.account_key(person.login))
    if until := throttle.locked_until(session, tuple(keys), now=now):
        return throttle.why_locked(until)
    if person is None:
        return _refuse(session, NOT_BOUND, None, trust=trust, keys=keys, caller=caller, now=now)
    if why := _why_not(person, now=now):
        return _refuse(session, why, person, trust=trust, keys=keys, caller=caller, now=now)
    record(session, "sign_in", person=person, by=person, now=now, ip=caller.ip, note=trust.name)
    opened = signin.open_sign_in(session, person, caller=caller, now=now)
    if trust.is_second_factor(who):
        second_factor.fulfil(session, opened.row, now=now)
    return opened


def _why_not(person: Person, *, now: datetime) -> str:
    """Why this account may not come in by the provider; nothing when it may."""
    if person.disabled_at is not None:
        return CLOSED
    return (
        "" if accounts.load_actor(person, on=legal_day(now)).is_staff and not person.is_system else NOT_STAFF
    )


def _refuse(
    session: Session,
    why: str,
    person: Person | None,
    *,
    trust: Trust,
    keys: list[str],
    caller: Caller,
    now: datetime,
) -> Sentence:
    """Count and log the failure like a wrong password."""
    record(session, "sign_in_failed", person=person, by=None, now=now, ip=caller.ip, note=NOTES[why])
    is_locked = [throttle.failed(session, key, now=now) for key in keys]
    if any(is_locked):
        record(session, "locked", person=person, by=None, now=now, ip=caller.ip)
    return Sentence(why, name=Sentence(trust.name)) if why == NOT_BOUND else Sentence(why)
