"""Rows of the table of administrative penalties (行政处罚, CF_*).

A row is taken whole or not at all. The rules across columns are those a unit can mend in its table; what the penalty
means for publicity and repair is decided elsewhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..words import N_, Sentence
from .classes import Proposal, propose
from .kinds import PenaltyKind, parse_kinds
from .reading import Days, Outcome, Reading, Seen, check_days
from .sheets import Row, Sheet
from .subjects import Subject, read_subject
from .values import key_of

_CONFISCATIONS = (PenaltyKind.ILLEGAL_GAINS, PenaltyKind.ILLEGAL_GOODS)
_LICENCE_KINDS = (PenaltyKind.SUSPENDED_LICENCE, PenaltyKind.REVOKED_LICENCE)


@dataclass(frozen=True)
class PenaltyRow:
    """One penalty decision. Amounts are 万元; days are legal days; "" and None where the table says nothing."""

    line: int
    subject: Subject
    decision_number: str
    violation: str
    facts: str
    basis: str
    kinds: tuple[PenaltyKind, ...]
    other_kind: str
    content: str
    fine: Decimal | None
    confiscated: Decimal | None
    licence_taken: str
    decided_on: date
    valid_until: date
    published_until: date | None
    authority: str
    authority_code: str
    source: str
    source_code: str
    remark: str

    @property
    def key(self) -> tuple[str, str]:
        """The same decision against the same subject, however its number is written: what a second import finds."""
        return key_of(self.decision_number), key_of(self.subject.code)

    @property
    def proposal(self) -> Proposal:
        """The class its kinds suggest."""
        return propose(self.kinds)


def read(sheet: Sheet, *, today: date) -> Iterator[Outcome[PenaltyRow]]:
    """Each row of a sheet as it is walked. Raises Refused as `Sheet.rows` does."""
    seen = Seen()
    for row in sheet.rows():
        yield read_row(sheet, row, today=today, seen=seen)


def read_row(sheet: Sheet, row: Row, *, today: date, seen: Seen) -> Outcome[PenaltyRow]:
    """One row; `seen` holds the rows taken before it."""
    reading = Reading(sheet, row, today)
    subject = read_subject(reading, "CF")
    number, violation, facts, basis = reading.texts("CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ")
    kinds = reading.read("CF_CFLB", reading.text("CF_CFLB"), by=parse_kinds)
    content, licence, remark = reading.texts("CF_NR", "CF_NR_ZKDX", "BZ")
    fine, confiscated = reading.amount("CF_NR_FK"), reading.amount("CF_NR_WFFF")
    decided_on, valid_until = reading.day("CF_JDRQ"), reading.day("CF_YXQ")
    published_until = reading.day("CF_GSJZQ")
    authority, source = reading.texts("CF_CFJG", "CF_SJLY")
    codes = reading.unit_code("CF_CFJGDM"), reading.unit_code("CF_SJLYDM")
    check_days(reading, Days("CF_JDRQ", decided_on, "CF_YXQ", valid_until))
    _check_publicity(reading, decided_on, published_until)
    if kinds:
        _check_amounts(reading, kinds.kinds, fine=fine, confiscated=confiscated)
        _check_licence(reading, kinds.kinds, licence)
    taken = None
    if subject and kinds and decided_on and valid_until:
        law = (number, violation, facts, basis, kinds.kinds, kinds.other, content, fine, confiscated, licence)
        days = (decided_on, valid_until, published_until)
        taken = PenaltyRow(row.line, subject, *law, *days, authority, codes[0], source, codes[1], remark)
    return reading.outcome(taken, key=(number, subject.code if subject else ""), seen=seen)


def _check_publicity(reading: Reading, decided_on: date | None, published_until: date | None) -> None:
    if decided_on and published_until and published_until <= decided_on:
        sentence = N_("公示截止期 %(end)s 不晚于决定日期 %(decided)s。")
        reading.wrong(
            "CF_GSJZQ",
            Sentence(sentence, end=published_until, decided=decided_on),
            N_("请核对两个日期；公示截止期不清楚的可以留空。"),
        )


def _check_amounts(
    reading: Reading, kinds: tuple[PenaltyKind, ...], *, fine: Decimal | None, confiscated: Decimal | None
) -> None:
    is_fined = PenaltyKind.FINE in kinds
    if is_fined and not fine and not reading.has_fault("CF_NR_FK"):
        problem = N_("处罚类别里有罚款，没有填罚款金额。")
        reading.wrong(
            "CF_NR_FK", problem, N_("请照决定书填写金额，单位万元；没有罚款的，请从类别里删去罚款。")
        )
    if fine and not is_fined:
        problem = N_("填了罚款金额，处罚类别里却没有罚款。")
        reading.doubt("CF_NR_FK", problem, N_("请核对；确有罚款的，请在类别里加上罚款。"))
    if confiscated and not set(kinds) & set(_CONFISCATIONS):
        problem = N_("填了没收金额，处罚类别里却没有没收违法所得或没收非法财物。")
        reading.doubt("CF_NR_WFFF", problem, N_("请核对；确有没收的，请在类别里加上。"))


def _check_licence(reading: Reading, kinds: tuple[PenaltyKind, ...], licence: str) -> None:
    if set(kinds) & set(_LICENCE_KINDS) and not licence:
        problem = N_("处罚类别里有暂扣或吊销证件，没有填证照名称及编号。")
        reading.doubt("CF_NR_ZKDX", problem, N_("请补填证照名称及编号，便于核对。"))
