"""来件: an objection of somebody who has no account here, taken in, and confirmed or sent back by a clerk.

A petition is no case. Nothing of it touches a record before a clerk has confirmed who it comes from, because otherwise
anybody could have somebody's record marked without saying who they are. Confirming opens the case, hands it in and so
marks the record, in one transaction. How its author asks about it is in `petition_standing`.
"""

from base64 import b32encode
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from ...domain import clock
from ...domain.deadlines import Due
from ...domain.due_words import end_of
from ...domain.people import Actor, GrantKind
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.base import keyring
from ...models.case import Case
from ...models.party import Person, Subject
from ...models.petition import Petition
from ...models.record import CreditRecord
from ...workflows.objection import OBJECTION
from ..cases import attachments, cases
from ..delivery import notices
from ..engine import perform
from ..engine.numbers import next_serial
from ..house import House
from ..people import grants, throttle
from ..records import publication
from ..rules import rulebooks

WAITING, CONFIRMED, RETURNED = "", "confirmed", "returned"
CLOCK = "OB-01"
"""A record with an objection against it is to be marked within this rule's term, so a petition waits no longer."""
SAME_NAME = "same_name"
READERS = frozenset({GrantKind.CLERK, GrantKind.LEAD})
"""Who reads the list; what was typed and uploaded is for clerks alone."""
MOST_FILES = 10
GROUP, GROUPS = 4, 3
"""A code of 12 characters has 60 bits, and who guesses is stopped after ten."""


@dataclass(frozen=True)
class Said:
    """What was typed. `kind` and `code` are of the subject that objects; a code that was checked for its shape."""

    name: str
    kind: str
    code: str
    contact_name: str
    contact_mobile: str
    statement: str
    claims: dict[str, str]


@dataclass(frozen=True)
class Upload:
    """A file that was sent for one of the papers of an objection."""

    field: str
    name: str
    stream: BinaryIO


@dataclass(frozen=True)
class Taken:
    """A petition that was kept, and the code that its author is told once."""

    petition: Petition
    code: str


class BadFiles(Refused):
    """Some of the files can't be taken: each with its field and what is wrong with it."""

    def __init__(self, faults: Sequence[tuple[str, Sentence]]):
        super().__init__(faults[0][1], code="files")
        self.faults = tuple(faults)


def take_in(
    session: Session,
    record_ref: str,
    ground: str,
    said: Said,
    *,
    files: Sequence[Upload],
    ticket: str,
    ip: str,
    now: datetime,
    house: House,
) -> Taken:
    """Keep a petition against a public record and tell the clerks. The same ticket again gives the same answer.

    Raises NotYours for a record that isn't public, as for one that there isn't; Refused; BadFiles. Keeps nothing then.
    """
    publication.line(session, record_ref, today=clock.legal_day(now))
    code = code_of(ticket)
    if known := _known(session, code):
        return Taken(known, grouped(code))
    _refuse_too_many(session, ip, now=now)
    examined = _examined(files, house=house)
    # Locked only now, so that looking at files holds up nobody, and the second of two clicks finds what the first kept.
    wanted = select(CreditRecord).where(CreditRecord.ref == record_ref)
    record = session.scalars(wanted.with_for_update()).one()
    _refuse_strangers(record, ground, said)
    if known := _known(session, code):
        return Taken(known, grouped(code))
    throttle.failed(session, petition_key(ip), now=now)
    kept = [{"field": field, **asdict(attachments.keep(each, house=house))} for field, each in examined]
    petition = Petition(
        ref=_number(session, now=now), code_digest=digest(code), record_id=record.id, ground=ground,
        said=asdict(said), files=kept, received_at=now,
    )  # fmt: skip
    session.add(petition)
    session.flush()
    _tell_clerks(session, petition, now=now, house=house)
    return Taken(petition, grouped(code))


def waiting(session: Session, actor: Actor) -> Sequence[Petition]:
    """The petitions on which nobody has decided, the oldest first. Raises NotYours for others than clerks and leads."""
    if not any(map(actor.holds, READERS)):
        raise NotYours
    wanted = select(Petition).where(Petition.decision == WAITING).order_by(Petition.id)
    return session.scalars(wanted.options(joinedload(Petition.record).joinedload(CreditRecord.subject))).all()


def by_ref(session: Session, ref: str, actor: Actor, *, is_locked: bool = False) -> Petition:
    """The petition of this number, for a clerk. Raises NotYours."""
    _check_clerk(actor)
    wanted = select(Petition).where(Petition.ref == ref.replace("\0", ""))
    if is_locked:
        wanted = wanted.with_for_update(of=Petition)
    found = session.scalars(wanted, execution_options={"populate_existing": True}).first()
    if found is None:
        raise NotYours
    return found


def confirm(session: Session, ref: str, *, actor: Actor, now: datetime, house: House) -> Case:
    """Somebody of the window knows who it is: open the case, hand it in for them, and so mark the record.

    Raises NotYours, Refused, or what the workflow says against the objection; then nothing was written.
    """
    petition = _locked(session, ref, actor)
    said, record = read(petition), petition.record
    _refuse_strangers(record, petition.ground, said)
    by = session.get(Person, actor.person_id)
    subject = grants.subject_of(session, said.kind, code=said.code, name=said.name, by=by, now=now)
    session.flush()
    facts = {
        "ground": petition.ground, "statement": said.statement, "claims": said.claims,
        "contact_name": said.contact_name, "contact_mobile": said.contact_mobile, "filled_by": "window",
    }  # fmt: skip
    case = cases.open_draft(
        session, OBJECTION, subject_id=subject.id, record=record, facts=facts, actor=actor, now=now, house=house
    )  # fmt: skip
    for file in petition.files:
        columns = {name: value for name, value in file.items() if name != "field"}
        attachments.enter(session, case, file["field"], attachments.Kept(**columns), actor=actor, now=now)
    order = perform.Order("submit", {}, case.version)
    perform.perform(session, case.address, order, actor=actor, now=now, house=house)
    _decide(petition, CONFIRMED, actor, now=now)
    petition.case_id = case.id
    session.flush()
    return case


def send_back(session: Session, ref: str, *, why: str, actor: Actor, now: datetime) -> Petition:
    """Who it is could not be confirmed; its author reads why. Raises NotYours, Refused. Touches no record."""
    if not why.strip():
        raise Refused(N_("退回时请写明理由和怎样补齐，来件人会看到。"), code="why")
    petition = _locked(session, ref, actor)
    petition.decision_why = why.strip()
    _decide(petition, RETURNED, actor, now=now)
    session.flush()
    return petition


def read(petition: Petition) -> Said:
    """What its author typed."""
    return Said(**petition.said)


def due(session: Session, petition: Petition, *, house: House) -> Due:
    """Until when a petition is to be decided on, with the reckoning."""
    return due_from(session, clock.legal_day(petition.received_at), house=house)


def due_from(session: Session, day: date, *, house: House) -> Due:
    """Until when one that comes in on this day is to be decided on."""
    return rulebooks.current(session, house).due(CLOCK, day)


def is_the_subject(petition: Petition) -> bool:
    """Whether it comes from the very subject of the record, by its code."""
    return read(petition).code == petition.record.subject.code


def known_as(session: Session, petition: Petition) -> str | None:
    """Under which other name the code that was typed is known here; None when it is unknown or the name is the same."""
    said = read(petition)
    name = session.scalar(select(Subject.name).where(Subject.code_digest == grants.code_digest(said.code)))
    return None if name == said.name else name


def code_of(ticket: str) -> str:
    """The code that belongs to the ticket of a form, which nobody can find out without the key of the house."""
    drawn = b32encode(bytes.fromhex(keyring.digest(f"petition-code:{ticket}"))).decode()
    return drawn[: GROUP * GROUPS]


def digest(code: str) -> str:
    """What is kept of a code, with or without its hyphens."""
    return keyring.digest(f"petition:{code.replace('-', '').upper()}")


def grouped(code: str) -> str:
    """A code as it is shown, to be written down: ABCD-EFGH-IJKL."""
    return "-".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def petition_key(ip: str) -> str:
    """The key under which the petitions of an address are counted."""
    return f"petition:{ip}"[:120]


def _refuse_too_many(session: Session, ip: str, *, now: datetime) -> None:
    until = throttle.locked_until(session, (petition_key(ip),), now=now)
    if until is not None:
        text = N_("从您这个网络地址来的件太多了，请在 %(time)s 之后再提交，或者到窗口办理。")
        raise Refused(Sentence(text, time=throttle.over_at(until)), code="too_many")


def _refuse_strangers(record: CreditRecord, ground: str, said: Said) -> None:
    if ground != SAME_NAME and said.code != record.subject.code:
        text = N_(
            "您填写的代码和这条信息上的不一致。如果这条信息说的不是您，请选“同名误挂”；如果是您的，请核对代码。"
        )
        raise Refused(text, code="ground")


def _known(session: Session, code: str) -> Petition | None:
    return session.scalars(select(Petition).where(Petition.code_digest == digest(code))).first()


def _examined(files: Sequence[Upload], *, house: House) -> list[tuple[str, attachments.Examined]]:
    """All files are looked at before the first of them is stored."""
    if len(files) > MOST_FILES:
        text = Sentence(N_("一次最多上传 %(most)s 个文件，请合并扫描件。"), most=MOST_FILES)
        raise BadFiles([(files[-1].field, text)])
    examined, faults = [], []
    for file in files:
        try:
            examined.append((file.field, attachments.examine(file.stream, name=file.name, house=house)))
        except Refused as refused:
            faults.append((file.field, refused.sentence))
    if faults:
        raise BadFiles(faults)
    return examined


def _number(session: Session, *, now: datetime) -> str:
    day = clock.legal_day(now)
    return f"PT-{day:%Y%m%d}-{next_serial(session, f'PT-{day:%Y%m%d}'):06d}"


def _tell_clerks(session: Session, petition: Petition, *, now: datetime, house: House) -> None:
    text = N_("收到没有账户的人提交的异议来件（%(ref)s）。请在 %(due)s前核对来件人的身份。")
    sentence = Sentence(text, ref=petition.ref, due=end_of(due(session, petition, house=house).due_on))
    notices.tell(session, f"petition/{petition.ref}/received", sentence, to="clerk", now=now)


def _locked(session: Session, ref: str, actor: Actor) -> Petition:
    petition = by_ref(session, ref, actor, is_locked=True)
    if petition.decision != WAITING:
        raise Refused(N_("这件来件已经有人办理了。请看下面的最新情况。"), code="decided")
    return petition


def _decide(petition: Petition, decision: str, actor: Actor, *, now: datetime) -> None:
    petition.decision, petition.decided_by_id, petition.decided_at = decision, actor.person_id, now


def _check_clerk(actor: Actor) -> None:
    if not actor.holds(GrantKind.CLERK):
        raise NotYours
