"""The class that the kinds of a penalty suggest, and why."""

from decimal import Decimal

import pytest

from workflow_app.domain.intake.classes import CreditClass, FineStandard, propose
from workflow_app.domain.intake.kinds import PenaltyKind

MINOR, GENERAL, SERIOUS = CreditClass.MINOR, CreditClass.GENERAL, CreditClass.SERIOUS


@pytest.mark.parametrize(
    ("kind", "credit_class", "is_confirmed"),
    [
        ("warning", MINOR, True),
        ("criticism", MINOR, True),
        ("fine", GENERAL, False),
        ("illegal_gains", GENERAL, True),
        ("illegal_goods", GENERAL, True),
        ("suspended_licence", SERIOUS, True),
        ("lowered_grade", SERIOUS, True),
        ("revoked_licence", SERIOUS, True),
        ("restricted_business", SERIOUS, False),
        ("halted_business", SERIOUS, False),
        ("closed_down", SERIOUS, False),
        ("barred_from_trade", SERIOUS, True),
        ("detention", None, False),
        ("other", None, False),
    ],
)
def test_each_kind_suggests_the_class_of_the_final_text(kind, credit_class, is_confirmed):
    proposal = propose([PenaltyKind(kind)])
    assert (proposal.credit_class, proposal.is_confirmed) == (credit_class, is_confirmed)


@pytest.mark.parametrize(
    ("kinds", "credit_class", "because"),
    [
        (["warning"], MINOR, "“警告”建议定为轻微。请认定单位确认并注明标准。"),
        (
            ["warning", "illegal_gains"],
            GENERAL,
            "决定里有几种处罚，按其中最重的“没收违法所得”建议定为一般。请认定单位确认并注明标准。",
        ),
        (
            ["fine", "revoked_licence", "halted_business"],
            SERIOUS,
            "决定里有几种处罚，按其中最重的“吊销许可证件”建议定为严重。请认定单位确认并注明标准。",
        ),
        (
            ["warning", "fine"],
            GENERAL,
            "罚款建议定为一般；数额是较小、较大还是特别大，由认定单位按本领域标准判断后选定。",
        ),
        (["other"], None, "这些处罚种类没有对应的分类规则，请认定单位按本领域标准直接选定。"),
        (
            ["detention", "criticism"],
            MINOR,
            "决定里有几种处罚，按其中最重的“通报批评”建议定为轻微。请认定单位确认并注明标准。",
        ),
    ],
)
def test_the_highest_kind_decides_and_is_named(kinds, credit_class, because):
    proposal = propose([PenaltyKind(kind) for kind in kinds])
    assert (proposal.credit_class, str(proposal.because)) == (credit_class, because)


@pytest.mark.parametrize(
    ("fine", "credit_class"), [("0.99", MINOR), ("1", GENERAL), ("99.99", GENERAL), ("100", SERIOUS)]
)
def test_a_fine_is_measured_by_the_departments_standard(fine, credit_class):
    standard = FineStandard(large_from=Decimal(1), huge_from=Decimal(100))
    proposal = propose([PenaltyKind.FINE], fine=Decimal(fine), standard=standard)
    assert proposal.credit_class is credit_class
    assert "按本领域标准" in str(proposal.because)


def test_a_penalty_by_simple_procedure_is_minor():
    proposal = propose([PenaltyKind.FINE], is_simple=True)
    assert (proposal.credit_class, str(proposal.because)) == (
        MINOR,
        "按简易程序作出的处罚，建议定为轻微。请认定单位确认。",
    )
