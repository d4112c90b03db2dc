"""Rights: given, ended, never changed. In a unit or for a subject by the security administrator; a mandate for
an agent by the owner of the subject.

Nobody grants to themself, and configuration, rights and audit stay with three different people who take part in
no case (separation of duties). Every grant and every end is in the account log.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain.people import FOR_A_SUBJECT, FOR_MACHINES, GRANT_TITLES, STAFF, Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.base import keyring
from ...models.party import GrantRow, Person, Subject, Unit
from . import accounts
from .account_log import record

SEPARATE = (GrantKind.SYSTEM_ADMIN, GrantKind.SECURITY_ADMIN, GrantKind.AUDITOR)
NO_EYES = N_(
    "“%(kind)s”要由人来看、来定，系统账户不能担任。系统账户只能担任部门经办、信用办经办、主体管理员或经办人。"
)
OF_THE_OFFICE = frozenset({*SEPARATE, GrantKind.CLERK, GrantKind.LEAD})


@dataclass(frozen=True)
class Mandate:
    """What an owner gives an agent: the workflows, whether signing is included, first and last day."""

    workflows: tuple[str, ...]
    may_sign: bool
    first_day: date
    last_day: date


def code_digest(code: str) -> str:
    """What finds a subject by its code; the code itself is sealed."""
    return keyring.digest(f"subject:{code}")


def subject_of(
    session: Session, kind: str, *, code: str, name: str, by: Person | None, now: datetime
) -> Subject:
    """The subject with this checked code; entered under `name` when it is new."""
    found = session.scalar(select(Subject).where(Subject.code_digest == code_digest(code)))
    if found is not None:
        return found
    subject = Subject(kind=kind, name=name, code=code, code_digest=code_digest(code))
    session.add(subject)
    record(session, "subject_created", person=None, by=by, now=now, note=name)
    return subject


def grant_in_unit(
    session: Session,
    person: Person,
    *,
    kind: GrantKind,
    unit: Unit,
    last_day: date | None,
    by: Person,
    now: datetime,
    on: date,
) -> GrantRow:
    """Give a right in a unit, from the legal day `on`. Refused to oneself and where duties must stay apart."""
    if kind not in STAFF:
        raise Refused(N_("这项权限属于信用主体，不能授在单位上。请改用“主体权限”。"))
    if kind in OF_THE_OFFICE and not unit.is_office:
        raise Refused(Sentence(N_("“%(kind)s”只能授在信用办，请改选单位。"), kind=_title(kind)))
    if unit.ended_on is not None and unit.ended_on <= on:
        raise Refused(Sentence(N_("“%(unit)s”已撤销，请改选承接其职能的单位。"), unit=unit.name))
    _refuse_mixed_duties(person, kind, on=on)
    row = GrantRow(kind=kind.value, unit=unit, valid_from=on, valid_to=last_day)
    return _give(session, person, row=row, by=by, now=now, what="granted")


def grant_for_subject(
    session: Session,
    person: Person,
    *,
    kind: GrantKind,
    subject: Subject,
    last_day: date | None,
    by: Person,
    now: datetime,
    on: date,
) -> GrantRow:
    """Make somebody owner of a subject, or its bankruptcy administrator. Agents are named by the owner."""
    if kind not in FOR_A_SUBJECT or kind is GrantKind.AGENT:
        raise Refused(N_("这里只能授主体管理员和破产管理人；经办人由主体管理员自己授权。"))
    row = GrantRow(kind=kind.value, subject=subject, valid_from=on, valid_to=last_day)
    return _give(session, person, row=row, by=by, now=now, what="granted")


def end_grant(session: Session, row: GrantRow, *, by: Person, now: datetime) -> None:
    """Take a right back at once. Never one's own, so that there is always somebody left who can grant."""
    if row.person_id == by.id:
        raise Refused(N_("不能收回自己的权限，请让另一位安全管理员办理。"), code="own_account")
    if row.ended_at is not None:
        raise Refused(N_("这项权限已经收回，无需再办。"))
    row.ended_at = now
    record(session, "grant_ended", person=row.person, by=by, now=now, note=_note(row))


def subjects_owned(session: Session, actor: Actor) -> list[Subject]:
    """The subjects this person may name agents for."""
    owned = [grant.subject_id for grant in actor.grants if grant.kind is GrantKind.OWNER]
    return list(session.scalars(select(Subject).where(Subject.id.in_(owned)).order_by(Subject.id)))


def agent_for(session: Session, login: str) -> Person | None:
    """The account an owner names by its login, if there is one. Nothing about it is told to the owner."""
    return session.scalar(select(Person).where(Person.login == login.lower(), Person.disabled_at.is_(None)))


def give_mandate(
    session: Session,
    actor: Actor,
    *,
    subject: Subject,
    agent: Person,
    mandate: Mandate,
    by: Person,
    now: datetime,
    on: date,
) -> GrantRow:
    """Let an agent act for the subject. Refused to oneself, for days that are over, and beyond three years."""
    _require_owner(actor, subject.id)
    if mandate.last_day < on:
        raise Refused(N_("授权截止日期已经过去，请填写今天或以后的日期。"), code="valid_to")
    if mandate.last_day >= _years_after(mandate.first_day, 3):
        raise Refused(N_("一次授权最长三年，请把截止日期提前；到期后可以再次授权。"), code="valid_to")
    row = GrantRow(
        kind=GrantKind.AGENT.value,
        subject=subject,
        workflows=list(mandate.workflows),
        may_sign=mandate.may_sign,
        valid_from=mandate.first_day,
        valid_to=mandate.last_day,
    )
    return _give(session, agent, row=row, by=by, now=now, what="mandate_given")


def end_mandate(session: Session, actor: Actor, *, grant_id: int, by: Person, now: datetime) -> GrantRow:
    """End a mandate at once: by the owner of the subject, or by the agent who gives it back."""
    row = session.get(GrantRow, grant_id)
    if row is None or row.kind != GrantKind.AGENT or row.subject_id is None:
        raise NotYours
    if row.person_id != by.id:
        _require_owner(actor, row.subject_id)
    if row.ended_at is not None:
        raise Refused(N_("这项授权已经终止，无需再办。"))
    row.ended_at = now
    record(session, "mandate_ended", person=row.person, by=by, now=now, note=_note(row))
    return row


def mandates_for(session: Session, subject_ids: frozenset[int]) -> list[GrantRow]:
    """The mandates given for these subjects, newest first."""
    query = select(GrantRow).where(
        GrantRow.kind == GrantKind.AGENT.value, GrantRow.subject_id.in_(subject_ids)
    )
    return list(
        session.scalars(
            query.options(joinedload(GrantRow.person), joinedload(GrantRow.subject)).order_by(
                GrantRow.id.desc()
            )
        )
    )


def mandates_of(session: Session, person: Person) -> list[GrantRow]:
    """The mandates this person holds or held, newest first."""
    query = select(GrantRow).where(GrantRow.kind == GrantKind.AGENT.value, GrantRow.person_id == person.id)
    return list(session.scalars(query.options(joinedload(GrantRow.subject)).order_by(GrantRow.id.desc())))


def _give(
    session: Session, person: Person, *, row: GrantRow, by: Person, now: datetime, what: str
) -> GrantRow:
    session.flush()
    if person.id == by.id:
        raise Refused(N_("不能给自己授权，请让另一位有权的人办理。"), code="own_account")
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise Refused(N_("截止日期已经过去，请填写今天或以后的日期。"), code="valid_to")
    if person.is_system and row.kind not in FOR_MACHINES:
        raise Refused(Sentence(NO_EYES, kind=_title(GrantKind(row.kind))), code="system")
    row.person, row.granted_by_id, row.granted_at = person, by.id, now
    session.add(row)
    record(session, what, person=person, by=by, now=now, note=_note(row))
    return row


def _refuse_mixed_duties(person: Person, kind: GrantKind, *, on: date) -> None:
    held = {GrantKind(row.kind) for row in person.grants if accounts.is_in_force(row, on=on)} & STAFF - {kind}
    clashing = held if kind in SEPARATE else held & frozenset(SEPARATE)
    if clashing:
        text = N_(
            "此人已是“%(held)s”。系统、安全、审计管理员须由不同的人担任，也不能办件；请另选一人或先收回。"
        )
        raise Refused(Sentence(text, held=_title(min(clashing))), code="duties")


def _require_owner(actor: Actor, subject_id: int) -> None:
    if not any(grant.kind is GrantKind.OWNER and grant.subject_id == subject_id for grant in actor.grants):
        raise NotYours


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _title(kind: GrantKind) -> Sentence:
    return Sentence(GRANT_TITLES[kind])


def _note(row: GrantRow) -> str:
    return f"{GRANT_TITLES[GrantKind(row.kind)]} · {accounts.place_of(row)}"[:300]
