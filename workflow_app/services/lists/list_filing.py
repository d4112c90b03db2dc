"""The way into a listing: the lists a handler may use, the one subject meant by a code and a name, and the draft.

Nobody is put on a list by a name alone: the code is typed and checked, and the name must be the one that is registered
under it (同名误挂). Whether the listing may go on is for the guards of the workflow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain.identifiers import parse_code
from ...domain.intake.values import key_of
from ...domain.people import Actor, GrantKind
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.lists import ListEntry, ListType
from ...models.party import Subject
from ...workflows.listing import LISTING, NOT_LISTED
from ..cases import cases
from ..house import House
from ..people.grants import code_digest
from . import list_entries

NO_SUCH_LIST = N_("请从列出的名单中选择一个。只能使用本单位已经确认、正在使用的名单。")
UNKNOWN = N_(
    "平台上还没有这个代码的主体，不能凭名称列入。请核对代码；代码没有写错的，先在“信息报送”中报送它的处罚或者许可信息，再回来办理。"
)
OTHER_NAME = N_(
    "这个代码登记的名称是“%(known)s”，您填写的是“%(written)s”。请照营业执照核对：写错名称的改名称，写错代码的改代码；企业改过名的，请先联系信用办更正登记的名称。"
)
OTHER_PERSON = N_("这个证件号码登记的姓名和您填写的不一样。请照身份证件核对姓名和号码，改正以后再办理。")


@dataclass(frozen=True)
class Asked:
    """What was typed to begin a listing: the key of the list, the code and the name of the subject."""

    list_key: str
    code: str
    name: str


def usable(session: Session, actor: Actor, *, today: date) -> list[ListType]:
    """The lists in force of the units for which this person is the handler, by name."""
    units = {grant.unit_id for grant in actor.grants if grant.kind is GrantKind.HANDLER}
    wanted = select(ListType).where(ListType.unit_id.in_(units)).options(joinedload(ListType.unit))
    found = session.scalars(wanted.order_by(ListType.name, ListType.id))
    return [one for one in found if list_entries.is_in_force(one, on=today)]


def subject_meant(session: Session, code: str, name: str) -> Subject:
    """The one subject with this code, if it bears this name. Raises Refused, at `code` or at `name`.

    Whoever has only the number of a citizen does not learn the name.
    """
    found = session.scalar(select(Subject).where(Subject.code_digest == code_digest(parse_code(code))))
    if found is None:
        raise Refused(UNKNOWN, code="code")
    if key_of(found.name) == key_of(name):
        return found
    if found.kind == "individual":
        raise Refused(OTHER_PERSON, code="name")
    raise Refused(Sentence(OTHER_NAME, known=found.name, written=name), code="name")


def open_for(
    session: Session, asked: Asked, *, actor: Actor, now: datetime, today: date, house: House
) -> tuple[Case, bool]:  # fmt: skip
    """The draft of this listing, and whether it is a new one. Raises Refused; its code is the name of the field."""
    type_ = next((one for one in usable(session, actor, today=today) if one.key == asked.list_key), None)
    if type_ is None:
        raise Refused(NO_SUCH_LIST, code="list_key")
    subject = subject_meant(session, asked.code, asked.name)
    for case in drafts(session, type_, subject):
        return case, False
    if stands(session, type_, subject):
        raise Refused(NOT_LISTED.sentence, code="code")
    facts = {
        "matter": type_.name,
        "list_key": type_.key,
        "kind": type_.kind,
        "scope": list_entries.scope_for(type_, subject),
        "reply_rule": type_.reply_rule,
    }
    opened = cases.open_draft(
        session, LISTING, subject_id=subject.id, unit_id=type_.unit_id, facts=facts, actor=actor, now=now, house=house
    )  # fmt: skip
    return opened, True


def drafts(session: Session, type_: ListType, subject: Subject) -> Sequence[Case]:
    """The listings of this subject on this list of which it was not told yet, the newest first."""
    wanted = select(Case).where(
        Case.workflow == LISTING.name, Case.state == LISTING.first.name,
        Case.subject_id == subject.id, Case.unit_id == type_.unit_id,
    )  # fmt: skip
    found = session.scalars(wanted.order_by(Case.id.desc()))
    return [case for case in found if case.facts["list_key"] == type_.key]


def stands(session: Session, type_: ListType, subject: Subject) -> bool:
    """Whether the subject is on the list or about to be."""
    wanted = select(ListEntry.id).where(
        ListEntry.type_id == type_.id, ListEntry.subject_id == subject.id, ListEntry.exited_at.is_(None),
        ListEntry.dropped_at.is_(None),
    )  # fmt: skip
    return session.scalar(wanted.limit(1)) is not None
