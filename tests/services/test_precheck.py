"""The check before sending: each cause that a machine can find has a failing sample and a sentence how to mend it."""

from datetime import date
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from tests import factories
from tests.factories import NOW, TODAY
from tests.services.paper_samples import pdf_bytes, picture
from workflow_app.domain.precheck import Asked, Code, Paper, findings
from workflow_app.domain.repairability import Blocker, Repairability
from workflow_app.domain.repairability import Code as Blocked
from workflow_app.domain.words import Sentence
from workflow_app.models.repair import PriorCheck
from workflow_app.services.cases import attachments
from workflow_app.services.repair import applications, precheck

NUMBER = "津河东示罚〔2026〕31号"
PROOF = Paper("correction_proof", "缴款凭证.pdf", "1" * 64)
MAY = Repairability(True, TODAY, (), ())
GOOD = {
    "repair": MAY, "subject_name": "天津海河示范食品有限公司", "subject_code": "91120102MA0DEM010E", "numbers": (NUMBER,),
    "basis": "completed", "correction": "5 月 8 日已经明码标价。", "duties": "罚款 5 月 20 日缴清。", "are_duties_known": False,
    "proof_source": "uploaded", "ruling_no": "", "plan_ends_on": None, "papers": (PROOF,),
}  # fmt: skip


def found(**changed):
    return [finding.code for finding in findings(Asked(**GOOD | changed), TODAY)]


def blocked(code):
    return Repairability(False, None, (), (Blocker(code, Sentence("现在不能申请。")),))


def letter(digest="2" * 64):
    return Paper("paper_letter", "承诺书.pdf", digest)


def test_an_application_in_order_gives_no_finding():
    assert found() == []


@pytest.mark.parametrize(
    ("cause", "changed", "code"),
    [
        (1, {"repair": blocked(Blocked.PERIOD)}, Code.NOT_YET),
        (1, {"repair": blocked(Blocked.BARRED)}, Code.NOT_YET),
        (1, {"repair": blocked(Blocked.NOT_REPAIRABLE)}, Code.NOT_POSSIBLE),
        (2, {"papers": ()}, Code.NO_PROOF),
        (2, {"correction": "已经纠正。", "duties": "已经履行。"}, Code.NO_DAY),
        (2, {"basis": "restructuring", "ruling_no": "（2026）津 1 号"}, Code.NO_RULING),
        (4, {"is_signed_on_paper": True}, Code.LETTER_MISSING),
        (4, {"is_signed_on_paper": True, "papers": (PROOF, letter()), "letters_elsewhere": frozenset({"2" * 64})}, Code.LETTER_SHARED),
        (5, {"duties": "津河东示罚[2026]第32号的罚款 5 月 20 日缴清。"}, Code.OTHER_DECISION),
        (5, {"papers": (Paper("correction_proof", "91120102MA0DEM020F缴款.pdf", "1" * 64),)}, Code.OTHER_CODE),
        (5, {"papers": (Paper("correction_proof", "天津金河示范有限公司缴款.pdf", "1" * 64),)}, Code.OTHER_NAME),
        (6, {"repair": blocked(Blocked.OPEN_REPAIR)}, Code.OPEN_ELSEWHERE),
        (6, {"unit_ended_on": date(2026, 8, 31)}, Code.UNIT_ENDED),
        (6, {"is_also_taken_elsewhere": True}, Code.OTHER_PLATFORM),
        (7, {"papers": (Paper("correction_proof", "照片.jpg", "1" * 64, short_side=699),)}, Code.SMALL_PICTURE),
        (7, {"papers": (Paper("correction_proof", "照片.jpg", "1" * 64, 900, True),)}, Code.BLANK_PICTURE),
        (10, {"papers": (PROOF, Paper("other_proof", "许可证（有效期至2026年9月17日）.pdf", "3" * 64))}, Code.PAPER_EXPIRED),
        (10, {"mandate_ends_on": date(2026, 9, 30), "last_day_of_handling": date(2026, 10, 20)}, Code.MANDATE_ENDS),
    ],
)  # fmt: skip
def test_each_cause_that_can_be_found_is_found(cause, changed, code):
    assert found(**changed) == [code]


def test_a_plan_that_is_over_is_told():
    papers = (PROOF, Paper("ruling", "裁定书.pdf", "4" * 64))
    plan = {"basis": "restructuring", "ruling_no": "（2026）津演破 1 号", "papers": papers}
    assert found(**plan, plan_ends_on=date(2026, 9, 17)) == [Code.PLAN_OVER]
    assert found(**plan, plan_ends_on=date(2026, 9, 18)) == []


@pytest.mark.parametrize(
    "text",
    ["津河东示罚〔2026〕31号", "津河东示罚[2026]31号", "津河东示罚（2026）第 31 号", "（2026）津演破 1 号"],
)
def test_a_number_is_the_same_in_whatever_brackets_and_a_ruling_is_none(text):
    assert found(duties=f"{text}，5 月 20 日缴清。") == []


def test_a_unit_that_knows_of_the_duties_needs_no_proof_and_no_days():
    assert found(proof_source="fetched", papers=(), are_duties_known=True, correction="好", duties="好") == []


def test_what_stops_a_record_stands_first_and_the_rest_only_warns():
    listed = findings(Asked(**GOOD | {"papers": (), "is_also_taken_elsewhere": True}), TODAY)
    assert [(one.code, one.stops) for one in listed] == [(Code.NO_PROOF, True), (Code.OTHER_PLATFORM, False)]


def opened(session, world, house, **changed):
    row = factories.record(
        session, subject_id=world.subjects["firm"], unit_id=world.units["market"], **changed
    )
    return applications.open_for(
        session, [row], filled_by="own", known={"correction": "5 月 8 日", "duties": "5 月 20 日"},
        actor=world.actors["owner"], now=NOW, house=house,
    )  # fmt: skip


def looked(session, application, world, house):
    drafts = applications.drafts_of(session, application)
    return precheck.look(session, drafts, actor=world.actors["owner"], now=NOW, house=house)


def white_page():
    target = BytesIO()
    Image.new("RGB", (900, 1200), "white").save(target, "PNG")
    return target.getvalue()


def test_pictures_are_opened_and_what_was_found_is_kept(database, house):
    with database.writing() as session:
        world = database.world
        application = opened(session, world, house)
        for name, content in (("空白.png", white_page()), ("小图.png", picture("PNG", size=(300, 400)))):
            applications.attach(
                session, application, "correction_proof", content, name=name, actor=world.actors["owner"], now=NOW,
                house=house,
            )  # fmt: skip
        drafts = applications.drafts_of(session, application)
        precheck.keep(session, drafts, actor=world.actors["owner"], now=NOW, house=house)
        assert session.scalars(select(PriorCheck.codes)).one() == ["blank_picture", "small_picture"]


def test_the_period_is_that_of_the_credit_file(sqlite, house):
    with sqlite.writing() as session:
        application = opened(session, sqlite.world, house, decided_on=date(2026, 9, 1))
        (one,) = looked(session, application, sqlite.world, house)
        told = next(finding for finding in one.found if finding.code == Code.NOT_YET)
        assert "您可以从 2026-12-02起申请" in str(told.sentence) or "12" in str(told.sentence)


def test_one_paper_letter_for_two_records_is_found_with_both(sqlite, house):
    with sqlite.writing() as session:
        world = sqlite.world
        rows = [
            factories.record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"])
            for _ in range(2)
        ]
        known = {"correction": "5 月 8 日", "duties": "5 月 20 日", "proof_source": "fetched"}
        clerk = world.actors["clerk"]
        application = applications.open_for(
            session, rows, filled_by="window", known=known, actor=clerk, now=NOW, house=house
        )
        for case in applications.drafts_of(session, application):
            attachments.attach(
                session,
                case,
                "paper_letter",
                BytesIO(pdf_bytes()),
                name="承诺书.pdf",
                actor=clerk,
                now=NOW,
                house=house,
            )
        checked = looked(session, application, world, house)
        assert [[finding.code for finding in one.found] for one in checked] == [
            [Code.LETTER_SHARED],
            [Code.LETTER_SHARED],
        ]
