"""Is this document genuine? Answered to anybody, without signing in, with every field that was issued.

A page that only says "valid" would let a name or a result in the file be edited unnoticed, so the answer
repeats all of them. Asked by the random code of a document, never by its number, which can be guessed; or by
the file itself, which is compared and not kept.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.words import N_, Sentence
from ...models.document import Document
from . import texts
from .documents import particulars_of
from .signing import Signer

MAX_FILE = 20 * 1024 * 1024  # bytes; our own documents have less than 1 MB
LOOKALIKES = str.maketrans("018", "OIB")  # a printed code has neither 0 nor 1 nor 8
NOT_IN_CODES = re.compile("[^A-Z2-7]+")
LONGEST_CODE = 40


class Outcome(StrEnum):
    """The answers, each its own."""

    VALID = "valid"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"
    ALTERED = "altered"
    FOREIGN = "foreign"


PLAINLY = {
    Outcome.VALID: N_("这份文书有效。请把下面每一项与您手上的文书逐项核对，有一项不同，就不是同一份文书。"),
    Outcome.REVOKED: N_("这份文书已被撤销，不能再使用。请向出具单位了解原因。"),
    Outcome.SUPERSEDED: N_("这份文书已被新的文书代替，请以新文书为准。"),
    Outcome.UNKNOWN: N_(
        "没有找到这个验真码对应的文书。请对照文书末页的验真码逐位核对，或扫描文书上的二维码。"
    ),
    Outcome.ALTERED: N_(
        "这个文件带有本平台的签名，但内容与签发时不一致，请不要采信。请向持有人索取原始文件。"
    ),
    Outcome.FOREIGN: N_(
        "这个文件不是本平台签发的原始文件。打印后扫描、截图或另存的文件无法这样核验，请改用验真码或二维码。"
    ),
}
OF_A_REPORT = {
    Outcome.VALID: N_(
        "这份信用报告由本平台出具，只反映出具时的信息，以后可能有变化。请把下面每一项与您手上的报告逐项核对，有一项不同，就不是同一份报告。"
    ),
    Outcome.SUPERSEDED: N_(
        "这份信用报告出具以后，其中的信息经核查有更正。请不要再使用，请报告主体重新出具一份。"
    ),
}
"""What differs for a credit report, which shows one moment and is never replaced by another."""
OF_A_TRAINING = {
    Outcome.VALID: N_(
        "这份培训证明有效，只说明学完课程、考试合格，不是信用修复的证明。请把下面每一项与您手上的证明逐项核对，有一项不同，就不是同一份证明。"
    ),
}
"""What differs for a certificate of training, so that nobody takes it for the end of a repair."""
OF_KIND = {"credit_report": OF_A_REPORT, "training_certificate": OF_A_TRAINING}


@dataclass(frozen=True)
class Answer:
    """The outcome, its plain sentence, and every field that was issued: label and value. `kind` is that of the document."""

    outcome: Outcome
    fields: tuple[tuple[Sentence, str | date | Sentence], ...] = ()
    kind: str = ""

    @property
    def sentence(self) -> Sentence:
        """What the outcome means and what to do next."""
        return Sentence((PLAINLY | OF_KIND.get(self.kind, {}))[self.outcome])


def meant(code: str) -> str:
    """The code that somebody meant: without the dashes it is printed with, look-alikes put right."""
    return NOT_IN_CODES.sub("", code[:200].upper().translate(LOOKALIKES))[:LONGEST_CODE]


def answer(session: Session, code: str) -> Answer:
    """The answer for a verification code as somebody typed it."""
    document = session.scalar(select(Document).where(Document.verify_code == meant(code)))
    return about(document) if document else Answer(Outcome.UNKNOWN)


def answer_file(session: Session, content: bytes, signer: Signer) -> Answer:
    """The answer for the bytes of a file: the stored digest decides, then the signature says what it is."""
    digest = hashlib.sha256(content).hexdigest()
    document = session.scalar(select(Document).where(Document.sha256 == digest))
    if document:
        return about(document)
    verdict = signer.verify(content)
    if verdict.intact_and_trusted:
        return Answer(Outcome.UNKNOWN)
    return Answer(Outcome.ALTERED if verdict.claims_ours else Outcome.FOREIGN)


def about(document: Document) -> Answer:
    """The answer for a document that was issued here."""
    particulars = particulars_of(document)
    text = texts.get(document.text_id, document.text_version)
    pending = Sentence(N_("文件正在生成"))
    since = text.in_force_from.isoformat()  # as it is printed: with its year
    version = Sentence(
        N_("%(id)s 第%(version)s版（%(day)s起施行）"), id=text.id, version=text.version, day=since
    )
    fields: tuple[tuple[str, str | date | Sentence], ...] = (
        (N_("文书编号"), document.number),
        (N_("文书名称"), document.title),
        (N_("持有人"), particulars.holder_name),
        (N_("持有人代码"), particulars.holder_code),
        (N_("事项"), particulars.matter),
        (N_("内容或结果"), particulars.result),
        (N_("出具单位"), particulars.unit_name),
        (N_("出具日期"), document.issued_on),
        (N_("文本版本"), version),
        (N_("依据"), "；".join(text.law)),
        (N_("文件 SHA-256"), document.sha256 or pending),
    )
    told = tuple((Sentence(label), value) for label, value in fields)
    return Answer(Outcome(document.status), told, document.kind)
