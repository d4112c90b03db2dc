"""The check before sending: what a machine can find that applications for repair are bounced for, and how to mend it.

It warns and never judges law: whether duties were performed is for the finding unit. Each code stands for one cause on
the list of collected bounce causes; what only a person can see (a seal, a signature) is not guessed at. Needs no database.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .identifiers import parse_uscc
from .refusals import Refused
from .repairability import Code as Blocked
from .repairability import Repairability
from .words import N_, Sentence


class Code(StrEnum):
    """A cause for which an application may be bounced."""

    NOT_YET = "not_yet"
    NOT_POSSIBLE = "not_possible"
    OPEN_ELSEWHERE = "open_elsewhere"
    NO_PROOF = "no_proof"
    NO_DAY = "no_day"
    NO_RULING = "no_ruling"
    LETTER_MISSING = "letter_missing"
    LETTER_SHARED = "letter_shared"
    OTHER_DECISION = "other_decision"
    OTHER_CODE = "other_code"
    OTHER_NAME = "other_name"
    UNIT_ENDED = "unit_ended"
    OTHER_PLATFORM = "other_platform"
    SMALL_PICTURE = "small_picture"
    BLANK_PICTURE = "blank_picture"
    PLAN_OVER = "plan_over"
    PAPER_EXPIRED = "paper_expired"
    MANDATE_ENDS = "mandate_ends"


STOPS = frozenset(
    {Code.NOT_YET, Code.NOT_POSSIBLE, Code.OPEN_ELSEWHERE, Code.NO_PROOF, Code.NO_RULING, Code.LETTER_MISSING}
)
"""With one of these the rules don't let the record be handed in now; the others only make a return likely."""
OF_BLOCKER = {
    Blocked.PERIOD: Code.NOT_YET,
    Blocked.BARRED: Code.NOT_YET,
    Blocked.OPEN_REPAIR: Code.OPEN_ELSEWHERE,
    Blocked.DUTIES: Code.NO_PROOF,
}
SHORT_SIDE = 700
"""Pixels: a sheet of A4 photographed smaller than this can't be read in print."""


@dataclass(frozen=True)
class Finding:
    """One thing that may bring the application back, with how to mend it."""

    code: Code
    sentence: Sentence

    @property
    def stops(self) -> bool:
        """Whether the rules refuse the record as it stands."""
        return self.code in STOPS


@dataclass(frozen=True)
class Paper:
    """A file as far as it can be judged. `short_side` in pixels, None for what is no picture."""

    field: str
    name: str
    sha256: str
    short_side: int | None = None
    is_blank: bool = False


@dataclass(frozen=True)
class Asked:
    """What is asked for one record. `numbers` are the decision numbers of all records of the application.

    `letters_elsewhere` are the digests of the paper letters of its other records; `is_signed_on_paper` at the window.
    `mandate_ends_on` is the last day of an agent's mandate, None for everybody else.
    """

    repair: Repairability
    subject_name: str
    subject_code: str
    numbers: tuple[str, ...]
    basis: str
    correction: str
    duties: str
    are_duties_known: bool
    proof_source: str
    ruling_no: str
    plan_ends_on: date | None
    papers: tuple[Paper, ...]
    letters_elsewhere: frozenset[str] = frozenset()
    is_signed_on_paper: bool = False
    unit_ended_on: date | None = None
    is_also_taken_elsewhere: bool = False
    mandate_ends_on: date | None = None
    last_day_of_handling: date | None = None


def findings(asked: Asked, day: date) -> list[Finding]:
    """Everything that was found, what stops the record first."""
    found = [
        *_may_apply(asked),
        *_duties(asked, day),
        *_letters(asked),
        *_particulars(asked),
        *_place(asked),
        *_pictures(asked.papers),
        *_ends(asked, day),
    ]
    return sorted(found, key=lambda finding: not finding.stops)


def _may_apply(asked: Asked) -> Iterator[Finding]:
    """Cause 1: the period is not over or was counted from the wrong day; cause 6: it is in hand already."""
    for blocker in asked.repair.blocked_by:
        yield Finding(OF_BLOCKER.get(blocker.code, Code.NOT_POSSIBLE), blocker.sentence)


def _duties(asked: Asked, day: date) -> Iterator[Finding]:
    """Cause 2: the duty is not done or its proof is missing."""
    fields = {paper.field for paper in asked.papers}
    if asked.proof_source == "uploaded" and "correction_proof" not in fields:
        yield Finding(Code.NO_PROOF, Sentence(NO_PROOF))
    if asked.basis == "restructuring" and not (asked.ruling_no and asked.plan_ends_on and "ruling" in fields):
        yield Finding(Code.NO_RULING, Sentence(NO_RULING))
    if not asked.are_duties_known and not DAY.search(asked.correction + asked.duties):
        yield Finding(Code.NO_DAY, Sentence(NO_DAY))


def _letters(asked: Asked) -> Iterator[Finding]:
    """Cause 4: one letter for several records. Online each record gets a letter of its own by itself."""
    letters = {paper.sha256 for paper in asked.papers if paper.field == "paper_letter"}
    if asked.is_signed_on_paper and not letters:
        yield Finding(Code.LETTER_MISSING, Sentence(LETTER_MISSING))
    if letters & asked.letters_elsewhere:
        yield Finding(Code.LETTER_SHARED, Sentence(LETTER_SHARED))


def _particulars(asked: Asked) -> Iterator[Finding]:
    """Cause 5: name, code or decision number does not match the record."""
    names = [paper.name for paper in asked.papers]
    texts = [asked.correction, asked.duties, *names]
    known = {shape for number in asked.numbers for shape in numbers_in(number)}
    other = [] if not known else sorted({n for text in texts for n in numbers_in(text)} - known)
    for year, number in other:
        yield Finding(Code.OTHER_DECISION, Sentence(OTHER_DECISION, number=f"〔{year}〕{number}号"))
    for code in sorted({code for text in texts for code in codes_in(text)} - {asked.subject_code}):
        yield Finding(Code.OTHER_CODE, Sentence(OTHER_CODE, code=code))
    for name in sorted({name for text in names for name in firms_in(text, own=asked.subject_name)}):
        yield Finding(Code.OTHER_NAME, Sentence(OTHER_NAME, name=name))


def _place(asked: Asked) -> Iterator[Finding]:
    """Cause 6: the wrong body, or the same matter with another platform."""
    if asked.unit_ended_on is not None:
        yield Finding(Code.UNIT_ENDED, Sentence(UNIT_ENDED, day=asked.unit_ended_on))
    if asked.is_also_taken_elsewhere:
        yield Finding(Code.OTHER_PLATFORM, Sentence(OTHER_PLATFORM))


def _pictures(papers: Sequence[Paper]) -> Iterator[Finding]:
    """Cause 7: a scan nobody can read. Wrong formats and sizes are refused at the upload already."""
    for paper in papers:
        if paper.is_blank:
            yield Finding(Code.BLANK_PICTURE, Sentence(BLANK_PICTURE, name=paper.name))
        elif paper.short_side is not None and paper.short_side < SHORT_SIDE:
            yield Finding(Code.SMALL_PICTURE, Sentence(SMALL_PICTURE, name=paper.name, side=paper.short_side))


def _ends(asked: Asked, day: date) -> Iterator[Finding]:
    """Cause 10: proofs, licences or a mandate that are over, or will be before the case is decided."""
    if asked.basis == "restructuring" and asked.plan_ends_on and asked.plan_ends_on < day:
        yield Finding(Code.PLAN_OVER, Sentence(PLAN_OVER, day=asked.plan_ends_on))
    for paper in asked.papers:
        until = valid_until(paper.name)
        if until is not None and until < day:
            yield Finding(Code.PAPER_EXPIRED, Sentence(PAPER_EXPIRED, name=paper.name, day=until))
    ends_on, handled_by = asked.mandate_ends_on, asked.last_day_of_handling
    if ends_on is not None and handled_by is not None and ends_on < handled_by:
        yield Finding(Code.MANDATE_ENDS, Sentence(MANDATE_ENDS, day=ends_on))


DAY = re.compile(r"[0-9]{1,2}\s*月|[0-9]{4}\s*[-./年]\s*[0-9]{1,2}")
NUMBER = re.compile(r"[〔\[［（(【﹝]\s*([0-9]{4})\s*[〕\]］）)】﹞]\s*第?\s*0*([0-9]{1,10})\s*号")
CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-HJ-NPQRTUWXY]{18}(?![0-9A-Za-z])")
FIRM = re.compile(r"[\u4e00-\u9fff（）()]{2,60}?有限(?:责任)?公司")
UNTIL = re.compile(r"有效期?(?:限)?[至到为：: ]*([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})")


def numbers_in(text: str) -> set[tuple[str, str]]:
    """Year and serial of every document number in a text, however its brackets were typed."""
    return {(year, number) for year, number in NUMBER.findall(text)}


def codes_in(text: str) -> set[str]:
    """The unified social credit codes in a text; what fails its check character is none."""
    found = set()
    for code in CODE.findall(text.upper()):
        try:
            found.add(parse_uscc(code))
        except Refused:
            continue
    return found


def firms_in(text: str, *, own: str) -> set[str]:
    """The firms that a file name mentions, when it does not mention the subject itself."""
    return set() if own in text else set(FIRM.findall(text))


def valid_until(text: str) -> date | None:
    """The last day that a file name says its paper is valid, or None."""
    found = UNTIL.search(text)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


NO_PROOF = N_(
    "还没有上传纠正和履行义务的证明。请上传缴款凭证、整改报告等；认定单位自己能核对的，请改选“请认定单位从自己的系统中核对”。"
)
NO_RULING = N_("重整、和解期间申请的，还缺裁定书文号、执行期限届满日或者裁定书。请回去补齐。")
NO_DAY = N_(
    "没有看到日期。请写明哪一天纠正、哪一天履行（例如罚款缴纳日），认定单位不用再来问，也就不会因此退回。"
)
LETTER_MISSING = N_("还没有上传这条记录签好的承诺书。请扫描或者拍照上传，一条记录一份。")
LETTER_SHARED = N_(
    "两条记录上传了同一份承诺书。一条记录要签一份，只签一份的会被退回。请为这条记录另签一份再上传。"
)
OTHER_DECISION = N_(
    "写到或者文件名里有文号“%(number)s”，不是这次申请的任何一份决定书。请核对有没有放错材料。"
)
OTHER_CODE = N_("写到或者文件名里有统一社会信用代码“%(code)s”，不是贵方的代码。请核对有没有放错材料。")
OTHER_NAME = N_("文件名里是“%(name)s”，不是贵方的名称。请核对有没有放错材料；是第三方出具的，不用理会。")
UNIT_ENDED = N_(
    "作出认定的单位已于 %(day)s撤销，由承接其职能的单位办理。您照常提交，信用办会转交，不用自己去找。"
)
OTHER_PLATFORM = N_(
    "这类记录也可以在国家企业信用信息公示系统申请。在一处申请就够了；那边已经申请的，请不要再提交。"
)
SMALL_PICTURE = N_("“%(name)s”的图片太小（短边 %(side)s 像素），印出来可能看不清。请重新拍照或扫描后再上传。")
BLANK_PICTURE = N_("“%(name)s”看起来是空白页。请打开看一下，拍错了的请移除后重新上传。")
PLAN_OVER = N_(
    "计划或者协议的执行期限已经在 %(day)s届满。已经执行完毕的，请改为一般申请；延长了的，请填写新的日期。"
)
PAPER_EXPIRED = N_("“%(name)s”的有效期到 %(day)s，已经过了。请换成现在有效的。")
MANDATE_ENDS = N_(
    "您的授权到 %(day)s为止，办理期间到期后您不能再补正。请主体管理员在“经办人与授权”里延长，或者自己来办。"
)
