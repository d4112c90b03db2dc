"""The class of dishonesty that the kinds of a penalty suggest, with the sentence why. A proposal, never a finding.

Order 36 (信用修复管理办法) knows three classes; the unit that made the finding chooses and cites its standard. The list
below is what could be read of the final text, not of the draft: 暂扣 and 降低资质等级 moved from 一般 to 严重 between the
two. Several kinds in one decision: the highest counts (行政处罚 of Order 58; for Order 36 待核实). How much is a
“large” fine is the department's own standard, so a fine is proposed as 一般 unless its standard is given.
"""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from ..words import N_, Sentence
from .kinds import PenaltyKind


class CreditClass(IntEnum):
    """The classes of Order 36, in rising order."""

    MINOR = 1
    GENERAL = 2
    SERIOUS = 3

    @property
    def word(self) -> str:
        """The Order's word, to be translated."""
        return TITLES[self]


TITLES = {
    CreditClass.MINOR: N_("轻微"),
    CreditClass.GENERAL: N_("一般"),
    CreditClass.SERIOUS: N_("严重"),
}


@dataclass(frozen=True)
class Ground:
    """What one kind suggests; not confirmed when only the draft or an inference says so."""

    kind: PenaltyKind
    credit_class: CreditClass
    is_confirmed: bool = True


GROUNDS = (
    Ground(PenaltyKind.WARNING, CreditClass.MINOR),
    Ground(PenaltyKind.CRITICISM, CreditClass.MINOR),
    Ground(PenaltyKind.FINE, CreditClass.GENERAL, is_confirmed=False),
    Ground(PenaltyKind.ILLEGAL_GAINS, CreditClass.GENERAL),
    Ground(PenaltyKind.ILLEGAL_GOODS, CreditClass.GENERAL),
    Ground(PenaltyKind.SUSPENDED_LICENCE, CreditClass.SERIOUS),
    Ground(PenaltyKind.LOWERED_GRADE, CreditClass.SERIOUS),
    Ground(PenaltyKind.REVOKED_LICENCE, CreditClass.SERIOUS),
    Ground(PenaltyKind.RESTRICTED_BUSINESS, CreditClass.SERIOUS, is_confirmed=False),
    Ground(PenaltyKind.HALTED_BUSINESS, CreditClass.SERIOUS, is_confirmed=False),
    Ground(PenaltyKind.CLOSED_DOWN, CreditClass.SERIOUS, is_confirmed=False),
    Ground(PenaltyKind.BARRED_FROM_TRADE, CreditClass.SERIOUS),
)


@dataclass(frozen=True)
class FineStandard:
    """A department's published standard in 万元: a fine from `large_from` is 较大, from `huge_from` 数额特别大."""

    large_from: Decimal
    huge_from: Decimal


@dataclass(frozen=True)
class Proposal:
    """The class proposed, None when no rule speaks; why; and whether the rule is confirmed (else 待核实)."""

    credit_class: CreditClass | None
    because: Sentence
    is_confirmed: bool


def propose(
    kinds: Collection[PenaltyKind],
    *,
    fine: Decimal | None = None,
    standard: FineStandard | None = None,
    is_simple: bool = False,
) -> Proposal:
    """The class that a decision of these kinds suggests. `fine` is 万元; `is_simple`: made by 简易程序."""
    if is_simple:
        sentence = N_("按简易程序作出的处罚，建议定为轻微。请认定单位确认。")
        return Proposal(CreditClass.MINOR, Sentence(sentence), True)
    if standard and fine is not None and PenaltyKind.FINE in kinds:
        fined = _by_standard(fine, standard)
    else:
        fined = None
    grounds = [fined if fined and ground.kind is PenaltyKind.FINE else ground for ground in GROUNDS]
    found = [ground for ground in grounds if ground.kind in kinds]
    if not found:
        sentence = N_("这些处罚种类没有对应的分类规则，请认定单位按本领域标准直接选定。")
        return Proposal(None, Sentence(sentence), False)
    # Of equals the confirmed one is the reason.
    top = max(found, key=lambda ground: (ground.credit_class, ground.is_confirmed))
    return Proposal(top.credit_class, _because(top, kinds, is_by_standard=top is fined), top.is_confirmed)


def _by_standard(fine: Decimal, standard: FineStandard) -> Ground:
    if fine >= standard.huge_from:
        return Ground(PenaltyKind.FINE, CreditClass.SERIOUS)
    if fine >= standard.large_from:
        return Ground(PenaltyKind.FINE, CreditClass.GENERAL)
    return Ground(PenaltyKind.FINE, CreditClass.MINOR, is_confirmed=False)  # 较小数额: the draft's words only


def _because(top: Ground, kinds: Collection[PenaltyKind], *, is_by_standard: bool) -> Sentence:
    told = {"kind": Sentence(top.kind.word), "proposed": Sentence(top.credit_class.word)}
    if is_by_standard:
        return Sentence(N_("罚款数额按本领域标准建议定为%(proposed)s。请认定单位确认。"), **told)
    if top.kind is PenaltyKind.FINE:
        sentence = N_(
            "罚款建议定为%(proposed)s；数额是较小、较大还是特别大，由认定单位按本领域标准判断后选定。"
        )
        return Sentence(sentence, **told)
    if len(set(kinds)) > 1:
        sentence = N_(
            "决定里有几种处罚，按其中最重的“%(kind)s”建议定为%(proposed)s。请认定单位确认并注明标准。"
        )
        return Sentence(sentence, **told)
    return Sentence(N_("“%(kind)s”建议定为%(proposed)s。请认定单位确认并注明标准。"), **told)
