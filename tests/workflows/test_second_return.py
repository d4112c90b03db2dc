"""一次性告知: everything is said in the first return; a new reason later needs a note from a head or lead."""

import pytest

from tests import factories
from workflow_app.domain.refusals import Refused
from workflow_app.services.cases import cases

SAME = [{"code": "CM-R01", "target": "reason", "note": "仍然没有写明许可证号。"}]
NEW = [{"code": "CM-R02", "target": "reason", "note": "事由与事项不一致。"}]


def signed_again(session, world, house):
    """A case that was returned once and signed again with the marked part mended."""
    case = factories.case_in(session, "returned", world, house)
    owner = world.actors["owner"]
    cases.save(
        session, case.address, {"reason": "许可证号 JY-0001 延续"}, version=case.version,
        actor=owner, now=factories.NOW, house=house,
    )  # fmt: skip
    return factories.take(session, case, "sign", owner, house)


def test_a_second_return_for_the_same_reason_needs_no_note(sqlite, house):
    with sqlite.writing() as session:
        case = signed_again(session, sqlite.world, house)
        handler = sqlite.world.actors["handler"]
        factories.take(session, case, "return_for_correction", handler, house, reasons=SAME)
        assert case.state == "returned"


def test_a_second_return_for_a_new_reason_is_refused_without_a_note(sqlite, house):
    with sqlite.writing() as session:
        case = signed_again(session, sqlite.world, house)
        handler = sqlite.world.actors["handler"]
        with pytest.raises(Refused) as refused:
            factories.take(session, case, "return_for_correction", handler, house, reasons=NEW)
        assert str(refused.value.sentence) == (
            "第一次退回时没有提出这些原因。再次退回要提出新的原因，须先由负责人或信用办负责人说明理由。"
        )


@pytest.mark.parametrize("who", ["head", "lead"])
def test_a_note_from_a_head_or_lead_opens_the_second_return(who, sqlite, house):
    with sqlite.writing() as session:
        case = signed_again(session, sqlite.world, house)
        factories.take(session, case, "note_second_return", sqlite.world.actors[who], house)
        handler = sqlite.world.actors["handler"]
        factories.take(session, case, "return_for_correction", handler, house, reasons=NEW)
        assert case.state == "returned"


def test_the_note_serves_one_return_only(sqlite, house):
    with sqlite.writing() as session:
        case = signed_again(session, sqlite.world, house)
        world = sqlite.world
        factories.take(session, case, "note_second_return", world.actors["head"], house)
        factories.take(session, case, "return_for_correction", world.actors["handler"], house, reasons=NEW)
        cases.save(
            session, case.address, {"reason": "许可证号 JY-0002 延续"}, version=case.version,
            actor=world.actors["owner"], now=factories.NOW, house=house,
        )  # fmt: skip
        factories.take(session, case, "sign", world.actors["owner"], house)
        third = [{"code": "CM-R03", "target": "reason", "note": "名称不一致。"}]
        with pytest.raises(Refused):
            factories.take(
                session, case, "return_for_correction", world.actors["handler"], house, reasons=third
            )


def test_a_case_that_was_never_returned_needs_no_note(sqlite, house):
    with sqlite.writing() as session:
        case = factories.case_in(session, "signed", sqlite.world, house)
        with pytest.raises(Refused) as refused:
            factories.take(session, case, "note_second_return", sqlite.world.actors["head"], house)
        assert str(refused.value.sentence) == "这件办件还没有退回过，不需要说明再次退回的理由。"
