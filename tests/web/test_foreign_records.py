"""What whoever says “that is somebody else” learns of somebody else's record: what the public sees of it, and no more.

The record is a penalty of the firm with a complainant's name and number written into its texts; the other firm objects,
because the name is alike. The day is Friday 2026-09-18.
"""

import pytest
from sqlalchemy import select

from tests import factories
from tests.documents.objections import numbered
from tests.factories import NOW, legal, paper
from tests.objections import Objecting
from tests.web.conftest import District
from tests.web.test_objection_sides import Desk, rows
from tests.web.visitor import give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.models.record import CreditRecord
from workflow_app.services.documents import documents, sheets
from workflow_app.services.records import records

MOBILE = "13912345678"
NOT_TOLD = (MOBILE, "王小明", "2026 年 5 月 20 日", "2026年5月20日", "2026-05-20")
TEXTS = {
    "title": f"未按规定公示价格，电话{MOBILE}", "behaviour": f"消费者王小明（电话{MOBILE}）投诉，门店没有明码标价。",
    "content": f"罚款 0.3 万元，电话{MOBILE}",
}  # fmt: skip
CLAIMS = {"content": "这不是我们的", "duties_done_on": "不知道"}
ANSWER = {
    "finding": "wrong", "remedy": "change", "answer": "两家名称相近，公示的是另一家。",
    "source": {
        "content": f"罚款 0.2 万元，电话{MOBILE}", "duties_done_on": "2026-05-20", "behaviour": "消费者王小明投诉。",
    },
    "difference": {"content": "罚款 0.2 万元", "duties_done_on": "2026-05-20"},
}  # fmt: skip


class Room(Desk):
    """One database with one objection to a record of somebody else."""

    def __init__(self, database, district):
        super().__init__(database, district)
        world = database.world
        with database.writing() as session:
            self.record_id = factories.record(
                session, subject_id=world.subjects["firm"], unit_id=world.units["market"], **TEXTS
            ).id

    def foreign(self, *steps, **changed):
        """The number of the objection after these steps; the provider's answer has a paper."""
        world = self.database.world
        with self.database.writing() as session:
            record = session.get_one(CreditRecord, self.record_id)
            for name, value in changed.items():
                setattr(record, name, value)
            made = Objecting(
                session, world, self.house, by="other_owner", record=record, ground="same_name", claims=CLAIMS
            )
            paper(session, made.case, "identity_proof", world.actors["other_owner"])
            made.go(("submit", "other_owner"), ("accept", "clerk"), ("forward", "clerk"))
            for step in steps:
                if step[0] == "answer":
                    self.paper_id = paper(session, made.case, "source_evidence", world.actors["handler"]).id
                made.go(step)
            return made.case.address

    def history(self, login, address):
        """The download as somebody gets it."""
        return self.page(login, address, "/history.json").response.get_json()


@pytest.fixture
def room(sqlite, tmp_path):
    """The office of the small world, with a record whose texts hold personal fields."""
    with sqlite.writing() as session:
        give_passwords(session)
    district = District(real_office(sqlite, tmp_path))
    with clock.fixed(NOW):
        yield Room(sqlite, district)


ANSWERED = ("answer", "handler", ANSWER)


def test_whoever_objects_reads_the_facts_as_the_public_reads_them(room):
    address = room.foreign()
    page = room.page("other_owner", address)
    facts = dict(zip(page.words("#facts dt"), page.words("#facts dd"), strict=True))
    assert facts["认定的事实"] == "消费者****（电话****）投诉，门店没有明码标价。"
    assert facts["决定内容"] == "罚款 0.3 万元，电话****"
    assert page.words("h1") == ["异议：未按规定公示价格，电话****"]
    assert MOBILE not in page.html
    assert MOBILE not in room.page("other_owner", address, "/steps/withdraw").html


def test_whoever_works_the_case_reads_all_of_it(room):
    address = room.foreign(ANSWERED)
    for login in ("clerk", "lead", "handler", "head"):
        page = room.page(login, address)
        assert TEXTS["behaviour"] in page.words("#facts dd")
        assert rows(page)[1][3] == f"罚款 0.2 万元，电话{MOBILE}"
        assert page.soup.select(f'a[href$="/attachments/{room.paper_id}"]')


def test_the_table_of_both_sides_withholds_what_is_not_published(room):
    page = room.page("other_owner", room.foreign(ANSWERED))
    assert rows(page) == [
        ["认定的事实", "消费者****（电话****）投诉，门店没有明码标价。", "没有提出", "消费者****投诉。", "不更正"],
        [
            "处理内容", "罚款 0.3 万元，电话****", "这不是我们的", "罚款 0.2 万元，电话****",
            "罚款 （去掉：）0.3（加上：）0.2 万元（去掉：），电话****",
        ],
        ["履行完义务的日期", "不公开", "不知道", "不公开", "不公开"],
    ]  # fmt: skip
    assert not [word for word in NOT_TOLD if word in page.html]
    assert "两家名称相近，公示的是另一家。" in page.text


def test_after_the_correction_the_table_still_withholds_it(room):
    page = room.page("other_owner", room.foreign(ANSWERED, ("execute_correction", "second_clerk")))
    assert rows(page)[-1] == ["履行完义务的日期", "不公开", "不知道", "不公开", "不公开"]
    assert not [word for word in NOT_TOLD if word in page.html]


def test_of_a_record_that_is_not_for_the_public_nothing_is_told(room):
    address = room.foreign(ANSWERED, scope="limited")
    page = room.page("other_owner", address)
    assert page.words("h1")[0].startswith("异议：津河东示罚〔2026〕")
    assert [row[1] for row in rows(page)] == ["不公开", "不公开"]
    for part in ("门店没有", "公示价格", "0.3 万元", "0.2 万元"):
        assert part not in page.html


def test_the_subject_of_the_record_reads_its_own_record_whole(room):
    with room.database.writing() as session:
        record = session.get_one(CreditRecord, room.record_id)
        own = Objecting(session, room.database.world, room.house, record=record).to("verifying").case.address
    assert TEXTS["behaviour"] in room.page("owner", own).words("#facts dd")


def test_the_papers_of_the_source_stay_with_those_who_work_the_case(room):
    address = room.foreign(ANSWERED)
    page = room.page("other_owner", address)
    assert "source_evidence" not in page.html
    assert "这是别人的信息，核查材料不对外公开。" in page.words(
        'section[aria-labelledby="papers-of-source"] p'
    )
    browser = room.district.browser("other_owner")
    browser.get(f"/cases/{address}/attachments/{room.paper_id}", status=404)


def test_the_download_withholds_what_the_source_holds_and_its_chain_still_joins(room):
    address = room.foreign(ANSWERED)
    told, whole = room.history("other_owner", address), room.history("clerk", address)
    assert not [word for word in NOT_TOLD if word in str(told)]
    assert told["events"][-1]["withheld"] == ["difference", "source"]
    assert told["events"][-1]["given"]["answer"] == "两家名称相近，公示的是另一家。"
    assert whole["events"][-1]["given"]["source"] == ANSWER["source"]
    assert [event["withheld"] for event in whole["events"]] == [[], [], [], []]
    assert told["verified"]
    digests = [event["digest"] for event in whole["events"]]
    assert [event["digest"] for event in told["events"]] == digests
    assert [event["previous"] for event in told["events"]][1:] == digests[:-1]


def test_other_peoples_cases_are_not_named_to_whoever_objects(room):
    with room.database.writing() as session:
        world, record = room.database.world, session.get_one(CreditRecord, room.record_id)
        own = Objecting(session, world, room.house, record=record).to("received").case.address
        repair = numbered(
            session, workflow="repair", state="received", number="RP-120102-20260918-000009", record_id=record.id,
            subject_id=record.subject_id, unit_id=record.unit_id,
        ).number  # fmt: skip
    address = room.foreign()
    page = room.page("other_owner", address)
    assert own not in page.html
    assert repair not in page.html
    assert "信用修复" not in page.one("#around").get_text()
    assert page.words("#around > p") == [
        "这条信息另有异议正在办理。各件分别核查、分别答复；标注到最后一件办结才取消。"
    ]
    assert repair in room.page("clerk", address).one("#around").get_text()


def test_that_somebody_else_repaired_its_record_is_not_told(room):
    address = room.foreign()
    with room.database.writing() as session:
        record = session.get_one(CreditRecord, room.record_id)
        by = {"by_id": None, "now": NOW, "rulebook": factories.RULEBOOK}
        records.take_down(session, record, "repaired", why="已经修复", **by)
    assert "信用修复" not in room.page("other_owner", address).one("main").get_text()
    assert "因信用修复停止公示" in room.page("clerk", address).one("#around").get_text()


def test_a_change_of_what_the_public_does_not_see_is_not_told(room):
    address = room.foreign()
    with room.database.writing() as session:
        record = session.get_one(CreditRecord, room.record_id)
        changed = {"duties_done_on": legal("2026-05-20").date(), "basis": "《价格法》第十三条"}
        by = {"by_id": None, "now": legal("2026-09-18", "11:00"), "rulebook": factories.RULEBOOK}
        records.change(session, record, changed, why="核对", **by)
    words = "9 月 18 日（周五），这条信息的“%s”改成了新的内容。本件按改后的内容继续核查。"
    assert room.page("other_owner", address).words("#around > p") == [words % "认定依据"]
    assert room.page("clerk", address).words("#around > p") == [
        words % "认定依据",
        words % "履行完义务的日期",
    ]


def test_messages_and_lists_name_the_case_without_personal_fields(room):
    room.foreign(ANSWERED)
    with room.database.reading() as session:
        said = [str(message.payload) for message in session.scalars(select(Message))]
    assert [text for text in said if "未按规定公示价格，电话****" in text]
    assert not [text for text in said if MOBILE in text]
    browser = room.district.browser("other_owner")
    for address in ("/queue?tab=all", "/objections"):
        page = browser.get(address)
        assert "未按规定公示价格，电话****" in page.text
        assert MOBILE not in page.html


@pytest.mark.parametrize(
    ("steps", "kind"),
    [
        ((), "receipt"),
        ((ANSWERED, ("execute_correction", "second_clerk")), "objection_result"),
        ((("withdraw", "other_owner"),), "objection_closure"),
    ],
)
def test_letters_and_what_they_prove_to_others_hold_no_personal_field(room, steps, kind):
    address = room.foreign(*steps)
    with room.database.reading() as session:
        wanted = select(Document).join(Case, Document.case_id == Case.id)
        found = session.scalars(wanted.where(Case.number == address, Document.kind == kind)).one()
        said = str(sheets.article(documents.sheet_of(found, site_url="")).striptags()) + str(found.facts)
    assert "未按规定公示价格，电话****" in said
    assert not [word for word in NOT_TOLD if word in said]
