"""What may be answered when somebody asks whether a document is genuine: seven answers, each with its own sentence.

Knows no database. A page that only says "valid" would let a name or a result be edited unnoticed, so an answer carries
every signed field, the signature and its key, and what differs from the register.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from ...domain.words import N_, Sentence
from .keys import Key


class Outcome(StrEnum):
    """The answers."""

    VALID = "valid"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    UNKNOWN = "unknown"
    ALTERED = "altered"
    FOREIGN = "foreign"


class How(StrEnum):
    """By what was asked: the code, the number with the holder, the text of a QR, or the file."""

    CODE = "code"
    NUMBER = "number"
    SCAN = "scan"
    FILE = "file"


TITLES = {
    Outcome.VALID: N_("有效"),
    Outcome.REVOKED: N_("已撤销"),
    Outcome.SUPERSEDED: N_("已被代替"),
    Outcome.EXPIRED: N_("已过有效期"),
    Outcome.UNKNOWN: N_("查无此文书"),
    Outcome.ALTERED: N_("内容被改动"),
    Outcome.FOREIGN: N_("不是本平台的文书"),
}
PLAINLY = {
    Outcome.VALID: N_("这份文书有效。请把下面每一项与您手上的文书逐项核对，有一项不同，就不是同一份文书。"),
    Outcome.REVOKED: N_("这份文书已被撤销，不能再使用。请向出具单位了解原因。"),
    Outcome.SUPERSEDED: N_("这份文书已被新的文书代替，请以新文书为准。"),
    Outcome.EXPIRED: N_(
        "这份文书是本平台出具的，但有效期已过，不能再作为现在的证明。请向持有人索取新的文书。"
    ),
    Outcome.UNKNOWN: N_(
        "没有找到这个验真码对应的文书。请对照文书末页的验真码逐位核对，或扫描文书上的二维码。"
    ),
    Outcome.ALTERED: N_(
        "这份文书的登记内容与签发时的签名不一致，暂时不要采信。请与出具单位联系，由出具单位查明。"
    ),
}
OF_A_NUMBER = {
    Outcome.UNKNOWN: N_(
        "没有找到编号和持有人都与您所填一致的文书。请对照文书上印的编号和持有人全称逐字核对，或改用验真码、二维码。"
    ),
}
OF_A_SCAN = {
    Outcome.UNKNOWN: N_(
        "二维码里的签名出自本平台的密钥，但本平台没有登记这份文书，请不要采信。请向出具单位核实。"
    ),
    Outcome.ALTERED: N_(
        "二维码里的内容与签名或者登记不一致，请不要采信。请用原件重新扫描一次；仍然这样的，请向出具单位核实。"
    ),
    Outcome.FOREIGN: N_("这个二维码不是本平台签发的，请不要采信。请向持有人索取原件，或改用验真码核验。"),
}
OF_A_FILE = {
    Outcome.UNKNOWN: N_(
        "这个文件的签名出自本平台的密钥，但本平台没有登记这个文件，请不要采信。请向出具单位核实。"
    ),
    Outcome.ALTERED: N_(
        "这个文件带有本平台的签名，但内容与签发时不一致，请不要采信。请向持有人索取原始文件。"
    ),
    Outcome.FOREIGN: N_(
        "这个文件不是本平台签发的原始文件。打印后扫描、截图或另存的文件无法这样核验，请改用验真码或二维码。"
    ),
}
ASKED_BY: dict[How, dict[Outcome, str]] = {
    How.CODE: {},
    How.NUMBER: OF_A_NUMBER,
    How.SCAN: OF_A_SCAN,
    How.FILE: OF_A_FILE,
}
WITHDRAWN = N_(
    "签名所用的密钥已经停用，单凭签名不能再证明真实；本平台也没有登记这份内容，请不要采信。请向出具单位核实。"
)
"""What a signature that nothing else confirms is worth when its key may be in wrong hands."""
OF_A_REPORT = {
    Outcome.VALID: N_(
        "这份信用报告由本平台出具，只反映出具时的信息，以后可能有变化。请把下面每一项与您手上的报告逐项核对，有一项不同，就不是同一份报告。"
    ),
    Outcome.SUPERSEDED: N_(
        "这份信用报告出具以后，其中的信息经核查有更正。请不要再使用，请报告主体重新出具一份。"
    ),
    Outcome.EXPIRED: N_("这份信用报告由本平台出具，有效期已过，只反映出具时的信息。请报告主体重新出具一份。"),
}
"""What differs for a credit report, which shows one moment and is never replaced by another."""
OF_A_TRAINING = {
    Outcome.VALID: N_(
        "这份培训证明有效，只说明学完课程、考试合格，不是信用修复的证明。请把下面每一项与您手上的证明逐项核对，有一项不同，就不是同一份证明。"
    ),
}
"""What differs for a certificate of training, so that nobody takes it for the end of a repair."""
OF_KIND = {"credit_report": OF_A_REPORT, "training_certificate": OF_A_TRAINING}
CORRECTED = N_("信息有更正")
"""What a superseded credit report is called."""

Value = str | date | Sentence


@dataclass(frozen=True)
class Difference:
    """A field of which the paper says one thing and the register another."""

    title: Sentence
    stated: Value
    registered: Value


@dataclass(frozen=True)
class Signed:
    """What stands under a document: the SHA-256 of the payload and of the file, the signature, seal and time stamp.

    `sealed_by` names the e-seal service whose seal it bears; mostly there is none.
    """

    payload_sha256: str
    file_sha256: str
    signature: str
    key: Key | None
    sealed_by: str = ""
    stamped_at: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """The outcome and every field that was signed, label and value. `kind` is that of the document.

    `since` is the legal day from which it has been revoked or superseded, or the last day on which it could be relied on;
    `why` the public reason, `successor` the number of what replaces it. `differs` is told where what was asked with says
    otherwise than the register. `compared` counts the signed fields of a QR that were compared and are the same.
    `elsewhere`: the QR leads to another site than this one.
    """

    outcome: Outcome
    how: How = How.CODE
    kind: str = ""
    fields: tuple[tuple[Sentence, Value], ...] = ()
    since: date | None = None
    why: Sentence | None = None
    successor: str = ""
    differs: tuple[Difference, ...] = ()
    compared: int = 0
    signed: Signed | None = None
    is_withdrawn: bool = False
    elsewhere: bool = False

    @property
    def title(self) -> Sentence:
        """The outcome in a few words."""
        if self.outcome is Outcome.SUPERSEDED and self.kind == "credit_report":
            return Sentence(CORRECTED)
        return Sentence(TITLES[self.outcome])

    @property
    def sentence(self) -> Sentence:
        """What the outcome means and what to do next."""
        if self.outcome is Outcome.UNKNOWN and self.is_withdrawn:
            return Sentence(WITHDRAWN)
        return Sentence((PLAINLY | OF_KIND.get(self.kind, {}) | ASKED_BY[self.how])[self.outcome])
