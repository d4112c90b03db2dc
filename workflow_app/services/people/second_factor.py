"""The second factor: six digits from an app (TOTP, RFC 6238), or one of ten recovery codes.

A code counts once: the step it belongs to is kept, and no step up to it is taken again. Staff must have one
before they see anything; for subjects it is their choice. Wrong codes are counted like wrong passwords.
"""

import hmac
import re
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from ...domain.words import N_, Sentence
from ...models.base import keyring
from ...models.party import Person, RecoveryCode, SignIn
from . import throttle
from .account_log import record
from .passwords import READABLE

STEPS_AROUND = 1
RECOVERY_CODES = 10

WRONG = N_("验证码不正确。请看一下手机时间是否准确，等下一个验证码出来再输入；手机不在身边可用恢复码。")
USED = N_("这个验证码已经用过，请等手机上出现下一个验证码再输入。")


def new_secret() -> str:
    """A secret for the app, in base 32."""
    return pyotp.random_base32()


def address_for_app(secret: str, *, login: str, site: str) -> str:
    """The otpauth: address that the QR code holds."""
    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=site)


def check_code(session: Session, person: Person, *, code: str, now: datetime, ip: str) -> Sentence | None:
    """None when the code is right, else the sentence why not. Uses the code up.

    Returned and not raised, because the failure must be counted.
    """
    key = throttle.account_key(person.login)
    if until := throttle.locked_until(session, (key,), now=now):
        return throttle.why_locked(until)
    session.refresh(person, with_for_update=True)
    refusal = _use_up(session, person, code=_bare(code), now=now, ip=ip)
    if refusal is None:
        throttle.forgive(session, key)
        return None
    record(session, "second_factor_failed", person=person, by=person, now=now, ip=ip)
    if throttle.failed(session, key, now=now):
        record(session, "locked", person=person, by=None, now=now, ip=ip)
        until = throttle.locked_until(session, (key,), now=now)
        return throttle.why_locked(until) if until else refusal
    return refusal


def fulfil(session: Session, row: SignIn, *, now: datetime) -> None:
    """The sign-in has its second factor. The edge gives it a new token."""
    row.second_factor_at = now
    record(session, "second_factor", person=row.person, by=row.person, now=now, ip=row.ip)


def set_up(session: Session, person: Person, *, secret: str, code: str, now: datetime) -> list[str] | None:
    """Take the secret into use when the app shows its code: the recovery codes, or None when it doesn't."""
    step = _step_of(secret, _bare(code), now=now)
    if step is None:
        return None
    person.totp_secret = secret
    person.totp_last_step = step
    record(session, "second_factor_set", person=person, by=person, now=now)
    return make_recovery_codes(session, person, now=now)


def reset(session: Session, person: Person, *, by: Person, now: datetime) -> None:
    """Take the second factor away, so that it can be set up again on another phone."""
    person.totp_secret = None
    person.totp_last_step = 0
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    record(session, "second_factor_reset", person=person, by=by, now=now)


def make_recovery_codes(session: Session, person: Person, *, now: datetime) -> list[str]:
    """Ten new recovery codes, shown once; the old ones are void."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [
        "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]
    session.add_all(RecoveryCode(person_id=person.id, digest=_digest(person, code)) for code in codes)
    record(session, "recovery_codes_made", person=person, by=person, now=now)
    return codes


def recovery_codes_left(session: Session, person: Person) -> int:
    """How many recovery codes are still good."""
    unused = select(func.count()).where(RecoveryCode.person_id == person.id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def current_code(secret: str, *, now: datetime) -> str:
    """The six digits the app shows now; only for the table of demo accounts and for tests."""
    return pyotp.TOTP(secret).at(now)


def _use_up(session: Session, person: Person, *, code: str, now: datetime, ip: str) -> Sentence | None:
    if person.totp_secret and (step := _step_of(person.totp_secret, code, now=now)) is not None:
        if step <= person.totp_last_step:
            return Sentence(USED)
        person.totp_last_step = step
        return None
    wanted = RecoveryCode.digest == _digest(person, code)
    kept = session.scalar(select(RecoveryCode).where(wanted, RecoveryCode.used_at.is_(None)))
    if kept is None:
        return Sentence(WRONG)
    kept.used_at = now
    record(session, "recovery_code_used", person=person, by=person, now=now, ip=ip)
    return None


def _step_of(secret: str, code: str, *, now: datetime) -> int | None:
    totp = pyotp.TOTP(secret)
    here = totp.timecode(now)
    found = None
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode()):
            found = step
    return found


def _bare(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()


def _digest(person: Person, code: str) -> str:
    return keyring.digest(f"recovery:{person.id}:{_bare(code)}")
