"""The kinds of administrative penalty and of people they fall on, and how units write them.

The kinds are those of art. 9 of the Administrative Penalty Law (行政处罚法 2021). One decision may hold several. The old
joint names (暂扣或者吊销许可证) don't say which of two it was, and the class hangs on that, so they are asked about.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from ..words import N_, Sentence
from .faults import Unreadable
from .values import compact


class PenaltyKind(StrEnum):
    """A kind of penalty, 行政处罚法 art. 9, in the order of the law."""

    WARNING = "warning"
    CRITICISM = "criticism"
    FINE = "fine"
    ILLEGAL_GAINS = "illegal_gains"
    ILLEGAL_GOODS = "illegal_goods"
    SUSPENDED_LICENCE = "suspended_licence"
    LOWERED_GRADE = "lowered_grade"
    REVOKED_LICENCE = "revoked_licence"
    RESTRICTED_BUSINESS = "restricted_business"
    HALTED_BUSINESS = "halted_business"
    CLOSED_DOWN = "closed_down"
    BARRED_FROM_TRADE = "barred_from_trade"
    DETENTION = "detention"
    OTHER = "other"

    @property
    def word(self) -> str:
        """The law's own word, to be translated."""
        return TITLES[self]


TITLES = {
    PenaltyKind.WARNING: N_("警告"),
    PenaltyKind.CRITICISM: N_("通报批评"),
    PenaltyKind.FINE: N_("罚款"),
    PenaltyKind.ILLEGAL_GAINS: N_("没收违法所得"),
    PenaltyKind.ILLEGAL_GOODS: N_("没收非法财物"),
    PenaltyKind.SUSPENDED_LICENCE: N_("暂扣许可证件"),
    PenaltyKind.LOWERED_GRADE: N_("降低资质等级"),
    PenaltyKind.REVOKED_LICENCE: N_("吊销许可证件"),
    PenaltyKind.RESTRICTED_BUSINESS: N_("限制开展生产经营活动"),
    PenaltyKind.HALTED_BUSINESS: N_("责令停产停业"),
    PenaltyKind.CLOSED_DOWN: N_("责令关闭"),
    PenaltyKind.BARRED_FROM_TRADE: N_("限制从业"),
    PenaltyKind.DETENTION: N_("行政拘留"),
    PenaltyKind.OTHER: N_("其他"),
}


class SubjectCategory(StrEnum):
    """Whom a decision concerns."""

    ORGANISATION = "organisation"
    NATURAL_PERSON = "natural_person"
    SOLE_TRADER = "sole_trader"

    @property
    def word(self) -> str:
        """As it stands in the table, to be translated."""
        return CATEGORY_TITLES[self]


CATEGORY_TITLES = {
    SubjectCategory.ORGANISATION: N_("法人及非法人组织"),
    SubjectCategory.NATURAL_PERSON: N_("自然人"),
    SubjectCategory.SOLE_TRADER: N_("个体工商户"),
}

_KINDS = {title: kind for kind, title in TITLES.items()} | {
    "公开通报批评": PenaltyKind.CRITICISM,
    "没收非法所得": PenaltyKind.ILLEGAL_GAINS,
    "没收非法财产": PenaltyKind.ILLEGAL_GOODS,
    "暂扣许可证": PenaltyKind.SUSPENDED_LICENCE,
    "暂扣执照": PenaltyKind.SUSPENDED_LICENCE,
    "降低资质": PenaltyKind.LOWERED_GRADE,
    "吊销许可证": PenaltyKind.REVOKED_LICENCE,
    "吊销执照": PenaltyKind.REVOKED_LICENCE,
    "吊销营业执照": PenaltyKind.REVOKED_LICENCE,
    "限制生产经营活动": PenaltyKind.RESTRICTED_BUSINESS,
    "责令停业": PenaltyKind.HALTED_BUSINESS,
    "责令停产": PenaltyKind.HALTED_BUSINESS,
    "拘留": PenaltyKind.DETENTION,
}
_CATEGORIES = {title: category for category, title in CATEGORY_TITLES.items()} | {
    "法人和非法人组织": SubjectCategory.ORGANISATION,
    "法人或非法人组织": SubjectCategory.ORGANISATION,
    "法人或者非法人组织": SubjectCategory.ORGANISATION,
    "法人": SubjectCategory.ORGANISATION,
    "非法人组织": SubjectCategory.ORGANISATION,
    "企业": SubjectCategory.ORGANISATION,
    "个人": SubjectCategory.NATURAL_PERSON,
    "公民": SubjectCategory.NATURAL_PERSON,
    "个体户": SubjectCategory.SOLE_TRADER,
}
_BETWEEN = re.compile(r"[、;,/|+\n]+(?![^(\n]*\))")  # not within brackets
_JOINT = re.compile(r"暂扣(?:或者?|、|/|和)吊销[^、;,/|+\n]*")
_OTHER = re.compile(r"其[他它](?:[-—–:(]+(?P<what>.+?)\)?)?")


@dataclass(frozen=True)
class KindsFound:
    """The kinds of one decision in the order of the law, and in words what 其他 stands for ("" when not said)."""

    kinds: tuple[PenaltyKind, ...]
    other: str = ""


def parse_kinds(text: str) -> KindsFound:
    """The kinds in `text`, separated by 、 ; , / or line ends. Raises Unreadable."""
    written = "\n".join(compact(line) for line in text.split("\n"))
    if joint := _JOINT.search(written):
        problem = Sentence(N_("“%(piece)s”没有说是暂扣还是吊销。"), piece=joint[0][:30])
        raise Unreadable(problem, N_("请照决定书只写“暂扣许可证件”或“吊销许可证件”。"))
    found, others = set(), []
    for piece in filter(None, _BETWEEN.split(written)):
        if other := _OTHER.fullmatch(piece):
            found.add(PenaltyKind.OTHER)
            others += [other["what"]] if other["what"] else []
        elif piece in _KINDS:
            found.add(_KINDS[piece])
        else:
            problem = Sentence(N_("“%(piece)s”不是行政处罚法第九条的处罚种类。"), piece=piece[:30])
            raise Unreadable(problem, Sentence(_NAMES, names="、".join(TITLES.values())))
    if not found:
        raise Unreadable(N_("没有写处罚种类。"), Sentence(_NAMES, names="、".join(TITLES.values())))
    return KindsFound(tuple(kind for kind in PenaltyKind if kind in found), "；".join(others))


_NAMES = N_("请用这些名称，几种之间用“；”隔开：%(names)s。没有列出的写“其他-具体种类”。")


def parse_category(text: str) -> SubjectCategory:
    """The category of a subject. Raises Unreadable."""
    category = _CATEGORIES.get(compact(text))
    if category is None:
        problem = Sentence(N_("“%(written)s”不是相对人类别。"), written=text[:30])
        raise Unreadable(problem, N_("请写“法人及非法人组织”“自然人”或“个体工商户”。"))
    return category
