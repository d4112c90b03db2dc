"""The page that says: a colleague was quicker. What was typed is kept and can be copied, and the ways on are named.

Shown only for a case that somebody else has in hand, or that changed while one was typing; never holds a password.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import BooleanField, Field, HiddenField, PasswordField

from forms.fields import HouseForm

from ...domain import clock
from ...domain.refusals import Refused, Stale
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...services.engine import leases
from ...services.queues import assigning, colleagues
from ..addresses import address as url_for
from ..ui import say, tell_day
from . import case_hand
from .case_rows import Shown

WAIT = N_("到 %(until)s 对方没有继续办的，会自动释放。那时在这一页再提交一次即可。")
ASK_HOLDER = N_("急着办的，请直接联系%(name)s，请对方放回队列。")
ASK_HEAD = N_("需要换人办的，请%(names)s转办。")
SEND_AGAIN = N_("内容还适用的，核对最新情况后再提交一次；已经由别人办完的，不用再办。")


def of(
    session: Session, shown: Shown, form: HouseForm, *, refused: Refused, now: datetime
) -> dict[str, Any] | None:
    """The values of the conflict; None where the refusal is no conflict, or the reader is not staff of the case."""
    case, actor = shown.case, shown.actor
    is_taken = refused.code == leases.TAKEN
    if not case_hand.watches(case, actor) or not (
        is_taken or isinstance(refused, Stale) or refused.code == "moved"
    ):
        return None
    found = leases.standing(case, now=now)
    return {
        "changed": None if is_taken else case_hand.changed(session, case, now=now),
        "ways": ways(session, case, now=now) if is_taken and found else [Sentence(SEND_AGAIN)],
        "typed": typed(form),
        "assign_url": assign_url(case) if is_taken else None,
        "case_url": url_for("cases.show", address=case.address),
    }


def assign_url(case: Case) -> str | None:
    """The page on which this reader gives the case to somebody, the reader included."""
    may = assigning.why_not_given_by(case, current_user.actor) is None
    return url_for("claims.assign", address=case.address) if may else None


def ways(session: Session, case: Case, *, now: datetime) -> list[Sentence]:
    """How it can go on: by itself, through whoever has it, through whoever may give it to another."""
    found = leases.standing(case, now=now)
    assert found is not None, "somebody has it in hand"
    waits = [Sentence(WAIT, until=case_hand.told_at(found.until, now=now))] if found.until else []
    names = givers(session, case, on=clock.legal_day(now))
    asks = [Sentence(ASK_HEAD, names=names)] if names else []
    return [*waits, Sentence(ASK_HOLDER, name=found.name), *asks]


def givers(session: Session, case: Case, *, on: date) -> str:
    """The names of those who may give the case to another; empty where nobody is entered."""
    found = colleagues.holding(session, case, assigning.givers(case), on=on)
    return say(N_("、")).join(person.name for person in found)


def typed(form: HouseForm) -> str:
    """What was typed, field by field, as text to copy."""
    return "\n\n".join(f"{label}\n{text}" for label, text in _lines(form))


def _lines(form: HouseForm) -> Iterator[tuple[str, str]]:
    for field in form:
        if isinstance(field, PasswordField | HiddenField) or field.name in ("version", "csrf_token"):
            continue
        if text := _text(field):
            label = field.label.text
            yield say(label), text


def _text(field: Field) -> str:
    """One answer as text; empty for what nobody typed."""
    value = field.data
    if isinstance(field, BooleanField):
        return "✓" if value else ""
    if isinstance(value, date):
        return tell_day(value)
    if isinstance(value, Mapping):
        return "\n".join(f"{name}：{part}" for name, part in value.items() if part)
    if isinstance(value, list | tuple):
        return "\n".join(str(part) for part in value if isinstance(part, str) and part)
    return value.strip() if isinstance(value, str) else ""
