"""Documents of a case: numbered in the step's transaction, produced once by the worker, the same bytes for ever.

Number, text version and values are frozen when the step is taken; what the text needs is proven there and then,
so a step never commits whose paper could not be printed. The bytes are made, signed and stored later and never
made again: a second delivery finds them and does nothing.
"""

import secrets
from base64 import b32encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from io import BytesIO

from markupsafe import Markup
from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.identifiers import document_number
from ...domain.people import Actor
from ...domain.refusals import NotYours
from ...domain.rulebook import Rulebook
from ...models.base import table
from ...models.case import Case
from ...models.document import Document
from ...models.party import Subject
from ...models.record import CreditRecord
from ...models.training import CaseEvidence
from ...workflows import BY_NAME
from ...workflows.roles import READERS
from ..engine.numbers import next_serials
from ..storage import Storage
from . import detached, printing, sealing, sheets, texts
from .kinds import KINDS, expiry
from .payload import Payload, day, key_of, pack, read
from .signing import Signer
from .texts import Plain, Text

PAYLOAD_FILE, SIGNATURE_FILE = "payload.json", "payload.jws"
CODE_BYTES = 15  # 120 bits, 24 characters: cannot be guessed, and prints in groups of four
NEW = insert(table(Document)).returning(table(Document).c.id, sort_by_parameter_order=True)
RenderPdf = Callable[..., bytes]
"""`printing.render_pdf`, here or in the print process."""


@dataclass(frozen=True)
class Particulars:
    """What every document says about itself on its verify page, and what stands beside its text.

    `holder_code` is masked by the caller. `record` is the signing record, label and value, printed under the seal place.
    `leads_to` is an address printed as a second QR, where the holder can do at once what the text tells.
    """

    holder_name: str
    holder_code: str
    unit_name: str
    matter: str
    result: str
    record: tuple[tuple[str, str], ...] = ()
    leads_to: str = ""


@dataclass(frozen=True)
class Paper:
    """A document before it has a number: what it is, its text, what that may name, and what it says about itself."""

    kind: str
    text: Text
    values: Mapping[str, Plain]
    particulars: Particulars


@dataclass
class OfRecord:
    """A paper about a credit record or a subject, as scopes see it: read by those who could read a repair of that record.

    A paper about a subject belongs to no unit: its own people and the office read it.
    """

    subject_id: int
    unit_id: int | None
    workflow: str = "repair"
    state: str = "of_record"
    opened_by_id: int | None = None


def number_document(
    session: Session,
    *,
    kind: str,
    case: Case | CreditRecord | Subject,
    event_seq: int,
    text: Text,
    values: dict[str, Plain],
    particulars: Particulars,
    rulebook: Rulebook,
    now: datetime,
) -> Document:
    """Number one document (see `number_documents`), for whoever goes on with its row."""
    paper = Paper(kind, text, values, particulars)
    made = number_documents(session, (paper,), case=case, event_seq=event_seq, rulebook=rulebook, now=now)
    return session.get_one(Document, made[0])


def number_documents(
    session: Session,
    papers: Sequence[Paper],
    *,
    case: Case | CreditRecord | Subject,
    event_seq: int,
    rulebook: Rulebook,
    now: datetime,
) -> Sequence[int]:
    """Give documents of one step their numbers and freeze all that they will say. Part of the step's transaction.

    `case` is what they belong to; a paper about a credit record belongs to the record where no case runs, a report to the
    subject, and its `event_seq` is 0. The rulebook says under which rules they were issued and how long they last. `number`
    is added to the values. Returns the ids of the rows, in the order of the papers. Refused names a character that can't be
    printed; ValueError a value that the text lacks. The bytes follow: the caller queues `produce_document`.
    """
    issued_on = clock.legal_day(now)
    of_all = {
        "case_id": case.id if isinstance(case, Case) else None,
        "record_id": case.id if isinstance(case, CreditRecord) else None,
        "event_seq": event_seq,
        "subject_id": case.id if isinstance(case, Subject) else case.subject_id,
        "unit_id": None if isinstance(case, Subject) else case.unit_id,
        "rules_version": rulebook.pack.version,
        "issued_on": issued_on,
        "issued_at": now,
        "status": "valid",
    }
    series = [f"{KINDS[paper.kind].prefix}-{rulebook.place}-{issued_on:%Y%m%d}" for paper in papers]
    serials = next_serials(session, series)
    rows = [
        of_all | _row(paper, serial, issued_on=issued_on, rulebook=rulebook)
        for paper, serial in zip(papers, serials, strict=True)
    ]
    return session.execute(NEW, rows).scalars().all()


def _row(paper: Paper, serial: int, *, issued_on: date, rulebook: Rulebook) -> dict[str, object]:
    """What one document has for itself, proven to be printable."""
    kind, text = paper.kind, paper.text
    number = document_number(KINDS[kind].prefix, rulebook.place, issued_on, serial)
    known = {**paper.values, "number": number}
    stated = {name: known[name] for name in text.placeholders if name in known}
    bare = sheet(kind, text=text, values=stated, particulars=paper.particulars, issued_on=issued_on)
    printing.check_characters(bare.characters)
    return {
        "number": number,
        "kind": kind,
        "title": text.title,
        "facts": {"values": frozen(stated), "particulars": vars(paper.particulars)},
        "text_id": text.id,
        "text_version": text.version,
        "expires_on": expiry(kind, issued_on=issued_on, rulebook=rulebook),
        "verify_code": b32encode(secrets.token_bytes(CODE_BYTES)).decode(),
    }


@dataclass(frozen=True)
class Made:
    """The signed bytes of a document and what they say of it: the canonical payload, its signature, the key, the seal's name."""

    content: bytes
    payload: Payload
    signature: str
    key_id: str
    sealed_by: str = ""


def produce(
    session: Session, document: Document, *, storage: Storage, signer: Signer, site_url: str, now: datetime
) -> None:
    """Print, sign and store a document that was numbered. Does nothing if it was produced before."""
    if document.produced_at is None:
        keep(session, document, made(document, signer=signer, site_url=site_url), storage=storage, now=now)


def made(
    document: Document, *, signer: Signer, site_url: str, render_pdf: RenderPdf = printing.render_pdf
) -> Made:
    """The signed bytes of a numbered document. Takes part of a second; needs no transaction.

    `render_pdf` prints here or in a process of its own; the bytes are the same.
    """
    payload = payload_of(document, key=key_of(signer.key_id))
    signature = detached.sign(signer, payload.canonical)
    seal = signer.seal if KINDS[document.kind].layout != "letter" else None  # a letter is its holder's word
    sheet = replace(
        sheet_of(document, site_url=site_url, signed=pack(payload, signature)),
        sealed_by=seal.name if seal else "",
    )
    pdf = render_pdf(sheets.page(sheet), made_at=document.issued_at, attachments=attached(payload, signature))
    if seal:
        pdf = sealing.sealed(pdf, seal, number=payload.number, unit=payload.unit)
    plainly = f"已由{seal.name}加盖电子印章" if seal else "系统认证确认，未加盖法定电子印章"
    reason = f"{document.title}，{plainly}；签名内容 SHA-256 {payload.sha256}"
    signed = signer.sign(pdf, reason=reason, name=payload.unit)
    return Made(signed, payload, signature, signer.key_id, sheet.sealed_by)


def attached(payload: Payload, signature: str) -> dict[str, bytes]:
    """What machines read in the file: the payload as it is signed, and its signature."""
    return {PAYLOAD_FILE: payload.canonical, SIGNATURE_FILE: signature.encode()}


def keep(session: Session, document: Document, made: Made, *, storage: Storage, now: datetime) -> None:
    """Store the bytes for ever; of two workers the first wins, because what was handed out must not change."""
    session.refresh(document, with_for_update=True)
    if document.produced_at is not None:
        return
    stored = storage.put(BytesIO(made.content))
    document.storage_key, document.sha256, document.size = stored.key, stored.sha256, stored.size
    document.payload, document.signature = made.payload.canonical.decode(), made.signature
    document.key_id, document.sealed_by = made.key_id, made.sealed_by
    document.produced_at = now
    session.flush()


def payload_of(document: Document, *, key: str) -> Payload:
    """What a document says of itself, signed with this key; of a produced one what was signed."""
    return read(document.payload) if document.payload is not None else payload_of_row(document, key=key)


def payload_of_row(document: Document, *, key: str) -> Payload:
    """What the row of a document says now, as a payload; what was signed is not asked."""
    about = particulars_of(document)
    return Payload(
        number=document.number,
        kind=document.kind,
        title=document.title,
        holder=about.holder_name,
        holder_code=about.holder_code,
        matter=about.matter,
        result=about.result,
        unit=about.unit_name,
        issued_on=day(document.issued_on),
        expires_on=day(document.expires_on),
        law=texts.get(document.text_id, document.text_version).law,
        rules=document.rules_version,
        text=f"{document.text_id} v{document.text_version}",
        code=document.verify_code,
        key=key,
    )


def for_reader(session: Session, number: str, *, actor: Actor) -> Document:
    """The document of that number; NotYours if there is none or the reader may not see what it belongs to."""
    document = session.scalar(select(Document).where(Document.number == number))
    if document is None or not may_read(session, document, actor):
        raise NotYours
    return document


def may_read(session: Session, document: Document, actor: Actor) -> bool:
    """Whether this reader may see the case, the credit record or the subject that the document belongs to.

    Or a case with which it stands as evidence; what is personal is also read by whom it is about.
    """
    if document.case_id is None:
        return READERS.holds(OfRecord(document.subject_id, document.unit_id), actor, {})
    beside = select(CaseEvidence.case_id).where(CaseEvidence.document_id == document.id)
    found = session.scalars(select(Case).where(or_(Case.id == document.case_id, Case.id.in_(beside)))).all()
    if any(BY_NAME[case.workflow].readers.holds(case, actor, {}) for case in found):
        return True
    if not KINDS[document.kind].is_personal or actor.person_id is None:
        return False
    return any(case.id == document.case_id and case.opened_by_id == actor.person_id for case in found)


def preview(kind: str, *, text: Text, values: dict[str, Plain], particulars: Particulars, on: date) -> Markup:
    """The sheet as it will print if it is issued on that day, for a page that loads `paper.css`."""
    return sheets.article(sheet(kind, text=text, values=values, particulars=particulars, issued_on=on))


def sheet_of(document: Document, *, site_url: str, signed: str = "") -> sheets.Sheet:
    """The sheet of a numbered document, made of its frozen values and its own text version, with its packed payload."""
    bare = sheet(
        document.kind,
        text=texts.get(document.text_id, document.text_version),
        values=thawed(document.facts["values"]),
        particulars=particulars_of(document),
        issued_on=document.issued_on,
    )
    return replace(
        bare,
        number=document.number,
        verify_code=document.verify_code,
        verify_url=verify_address(document, site_url),
        expires_on=document.expires_on,
        signed=signed,
    )


def sheet(
    kind: str, *, text: Text, values: dict[str, Plain], particulars: Particulars, issued_on: date
) -> sheets.Sheet:
    """The sheet of a text with its values. A letter is its holder's word, everything else is the unit's."""
    layout = KINDS[kind].layout
    return sheets.Sheet(
        layout=layout,
        title=text.title,
        body=texts.render(text, values),
        issuer_name=particulars.holder_name if layout == "letter" else particulars.unit_name,
        issued_on=issued_on,
        text_label=text.label,
        law=text.law,
        record=particulars.record,
        leads_to=particulars.leads_to,
    )


def particulars_of(document: Document) -> Particulars:
    """The frozen particulars of a document."""
    stored = document.facts["particulars"]
    return Particulars(**{**stored, "record": tuple((label, value) for label, value in stored["record"])})


def verify_address(document: Document, site_url: str) -> str:
    """The public address that answers for this document; it stays the same for its whole life."""
    return f"{site_url}/verify/{document.verify_code}"


def frozen(values: dict[str, Plain]) -> dict[str, object]:
    """Values as JSON: a day becomes {"day": …}, the rest is plain already."""

    def freeze(value: object) -> object:
        if isinstance(value, date):
            return {"day": value.isoformat()}
        return [freeze(each) for each in value] if isinstance(value, list | tuple) else value

    return {name: freeze(value) for name, value in values.items()}


def thawed(stored: dict[str, object]) -> dict[str, Plain]:
    """The values that `frozen` stored."""

    def thaw(value: object) -> Plain:
        if isinstance(value, dict):
            return date.fromisoformat(value["day"])
        return tuple(thaw(each) for each in value) if isinstance(value, list) else value  # type: ignore[return-value]

    return {name: thaw(value) for name, value in stored.items()}
