"""Petitions of people without an account: nothing touches a record before a clerk confirmed who it is. Values by hand.

Everything happens on Friday 2026-09-18 unless a test says otherwise.
"""

import hashlib
import re
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import NOW, legal, record
from tests.services import paper_samples as samples
from workflow_app.database import begin_writing
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.attachment import Attachment
from workflow_app.models.case import Case
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.party import Person, Subject
from workflow_app.models.petition import Petition
from workflow_app.models.record import CreditRecord, RecordMark
from workflow_app.services.delivery import notices
from workflow_app.services.documents import texts
from workflow_app.services.objections import petition_standing, petitions
from workflow_app.services.objections.petitions import Said, Upload
from workflow_app.services.people.grants import code_digest

OTHER = "91120102MA0DEM030G"
OWN = "91120102MA0DEM010E"
IP = "192.0.2.7"
PDF = samples.pdf_bytes()


def said(**changed):
    values = {
        "name": "天津海河示范食品有限公司", "kind": "legal", "code": OTHER, "contact_name": "何立春",
        "contact_mobile": "13900000009", "statement": "名称相同，处罚的不是我公司。", "claims": {},
    }  # fmt: skip
    return Said(**values | changed)


def proof(content=PDF, *, name="营业执照.pdf", field="identity_proof"):
    return Upload(field, name, BytesIO(content))


def the_record(session, world, **changed):
    firm = session.get_one(Subject, world.subjects["firm"])
    firm.code_digest = code_digest(firm.code)
    return record(session, subject_id=firm.id, unit_id=world.units["market"], **changed)


def taken(
    session, world, house, *, ground="same_name", about=None, ticket="a", files=None, now=NOW, ip=IP, **more
):
    about = about or the_record(session, world)
    return petitions.take_in(
        session, about.ref, ground, said(**more), files=[proof()] if files is None else files, ticket=ticket, ip=ip,
        now=now, house=house,
    )  # fmt: skip


def marks(session):
    return [(mark.kind, mark.until) for mark in session.scalars(select(RecordMark))]


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


# --- taken in


def test_a_petition_marks_nothing_opens_no_case_and_keeps_only_a_digest_of_its_code(database, house):
    with database.writing() as session:
        got = taken(session, database.world, house)
        ref, code = got.petition.ref, got.code
    assert ref == "PT-20260918-000001"
    assert re.fullmatch(r"[A-Z2-7]{4}-[A-Z2-7]{4}-[A-Z2-7]{4}", code)
    with database.reading() as session:
        petition = session.scalars(select(Petition)).one()
        assert (marks(session), count(session, Case), petition.decision) == ([], 0, "")
        assert petition.code_digest == petitions.digest(code)
        assert petitions.read(petition).contact_mobile == "13900000009"
        (file,) = petition.files
        assert (file["field"], file["name"], file["type"]) == (
            "identity_proof",
            "营业执照.pdf",
            "application/pdf",
        )
        assert house.storage.read_verified(file["storage_key"]) == PDF


def test_what_was_typed_lies_sealed_in_the_database(sqlite, house):
    with sqlite.writing() as session:
        taken(session, sqlite.world, house)
    with sqlite.engine.connect() as connection:
        (stored,) = connection.exec_driver_sql("SELECT said FROM petition").one()
    assert "13900000009" not in stored
    assert OTHER not in stored


def test_the_same_ticket_again_gives_the_same_number_and_code_and_keeps_one_petition(database, house):
    with database.writing() as session:
        about = the_record(session, database.world)
        first = taken(session, database.world, house, about=about)
        second = taken(session, database.world, house, about=about)
        other = taken(session, database.world, house, about=about, ticket="b")
        assert (first.petition.ref, first.code) == (second.petition.ref, second.code)
        assert other.petition.ref == "PT-20260918-000002"
        assert other.code != first.code
        assert count(session, Petition) == 2


def test_two_clicks_at_once_keep_one_petition(postgres, house):
    with postgres.writing() as session:
        about = the_record(session, postgres.world).ref
    barrier = Barrier(2)

    def click(_):
        with postgres.writing() as session:
            barrier.wait(10)
            found = petitions.take_in(
                session, about, "same_name", said(), files=[proof()], ticket="a", ip=IP, now=NOW, house=house
            )
            return found.petition.ref, found.code

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(click, range(2))
    assert first == second
    with postgres.reading() as session:
        assert count(session, Petition) == 1


def test_the_clerks_are_told_with_the_last_day_and_nobody_else(sqlite, house):
    with sqlite.writing() as session:
        taken(session, sqlite.world, house)
        message = session.scalars(
            select(Message).where(Message.key == "petition/PT-20260918-000001/received")
        ).one()
        notices.deliver(session, message.key, message.payload, now=NOW)
        told = session.execute(
            select(Person.login, Notice.sentence).join(Person, Person.id == Notice.person_id)
        )
        found = told.all()
    assert {login for login, _ in found} == {"clerk", "second_clerk"}
    assert {sentence["values"]["ref"] for _, sentence in found} == {"PT-20260918-000001"}


def test_the_clock_of_a_petition_is_one_working_day(sqlite, house):
    with sqlite.writing() as session:
        got = taken(session, sqlite.world, house)
        assert petitions.due(session, got.petition, house=house).due_on.isoformat() == "2026-09-20"


@pytest.mark.parametrize(
    "changed",
    [
        {"scope": "limited"},
        {"scope": "none"},
        {"hidden_at": NOW},
        {"publicity_ended_at": NOW},
    ],
)
def test_a_record_that_is_not_public_is_answered_like_one_that_does_not_exist(sqlite, house, changed):
    with sqlite.writing() as session:
        about = the_record(session, sqlite.world)
        for name, value in changed.items():
            setattr(about, name, value)
        session.flush()
        answers = []
        for ref in (about.ref, "no-such-record"):
            with pytest.raises(NotYours) as refused:
                petitions.take_in(
                    session,
                    ref,
                    "same_name",
                    said(),
                    files=[proof()],
                    ticket="a",
                    ip=IP,
                    now=NOW,
                    house=house,
                )
            answers.append((refused.value.sentence, refused.value.code))
        assert answers[0] == answers[1]
        assert count(session, Petition) == 0


def test_a_record_of_a_natural_person_takes_no_petition(sqlite, house):
    with sqlite.writing() as session:
        about = record(
            session, subject_id=sqlite.world.subjects["citizen"], unit_id=sqlite.world.units["market"]
        )
        with pytest.raises(NotYours):
            taken(session, sqlite.world, house, about=about)


def test_another_code_than_the_record_s_can_only_say_same_name(sqlite, house):
    with (
        sqlite.writing() as session,
        pytest.raises(Refused, match="如果这条信息说的不是您，请选“同名误挂”") as refused,
    ):
        taken(session, sqlite.world, house, ground="listing")
    assert refused.value.code == "ground"


HOSTILE = {
    "a program": (b"MZ" + bytes(2000), "可以运行的程序"),
    "an empty file": (b"", "空文件"),
    "a script in a PDF": (samples.pdf_with_script(), "脚本"),
    "a bomb": (samples.pdf_bomb(600), "大得不合常理"),
    "a polyglot": (PDF + samples.archive(a="b"), "夹带了别的内容"),
    "too big": (PDF + bytes(10 * 1024 * 1024), "超过了每份 10 MB 的上限"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_upload_is_refused_at_its_field_and_none_of_the_files_is_stored(sqlite, house, kind):
    content, words = HOSTILE[kind]
    good = samples.pdf_bytes(pages=7)
    files = [proof(good), proof(content, name="证据.pdf", field="evidence")]
    with sqlite.writing() as session:
        about = the_record(session, sqlite.world)
        with pytest.raises(petitions.BadFiles) as refused:
            taken(session, sqlite.world, house, about=about, files=files)
        ((field, sentence),) = refused.value.faults
        assert field == "evidence"
        assert words in str(sentence)
        assert count(session, Petition) == 0
    assert not house.storage.has(hashlib.sha256(good).hexdigest())


def test_the_eleventh_file_is_refused(sqlite, house):
    with sqlite.writing() as session, pytest.raises(Refused, match="一次最多上传 10 个文件"):
        taken(session, sqlite.world, house, files=[proof() for _ in range(11)])


def test_after_ten_petitions_an_address_waits_and_another_does_not(sqlite, house):
    with sqlite.writing() as session:
        about = the_record(session, sqlite.world)
        for number in range(10):
            taken(session, sqlite.world, house, about=about, ticket=str(number))
        with pytest.raises(Refused, match="请在 10:01 之后再提交"):
            taken(session, sqlite.world, house, about=about, ticket="eleventh")
        assert taken(session, sqlite.world, house, about=about, ticket="eleventh", ip="192.0.2.8")
        later = legal("2026-09-18", "10:02")
        assert taken(session, sqlite.world, house, about=about, ticket="twelfth", now=later)


# --- confirmed


def confirm(session, world, house, ref, *, who="clerk", now=NOW):
    return petitions.confirm(session, ref, actor=world.actors[who], now=now, house=house)


def test_confirming_opens_the_case_for_the_one_who_objects_and_marks_the_record_in_the_same_transaction(
    database, house
):
    with database.writing() as session:
        ref = taken(session, database.world, house).petition.ref
    with database.writing() as session:
        case = confirm(session, database.world, house, ref)
        assert marks(session) == [("objection", None)]
        assert case.state == "received"
        assert case.number.startswith("OB-120102-20260918-")
        assert (case.subject.name, case.subject.code) == ("天津海河示范食品有限公司", OTHER)
        assert case.subject_id != database.world.subjects["firm"]
        assert case.facts["ground"] == "same_name"
        assert case.facts["filled_by"] == "window"
        assert case.facts["statement"] == "名称相同，处罚的不是我公司。"
        assert case.opened_by_id == database.world.people["clerk"]
        (paper,) = session.scalars(select(Attachment)).all()
        assert (paper.case_id, paper.field, paper.name, paper.submitted_seq) == (
            case.id, "identity_proof", "营业执照.pdf", 1,
        )  # fmt: skip
        petition = session.scalars(select(Petition)).one()
        assert (petition.decision, petition.case_id, petition.decided_at) == ("confirmed", case.id, NOW)
        assert petition.decided_by_id == database.world.people["clerk"]


def test_what_is_rolled_back_leaves_neither_mark_nor_case_nor_subject(database, house):
    with database.writing() as session:
        ref = taken(session, database.world, house).petition.ref
        subjects = count(session, Subject)
    with Session(database.engine) as session:
        begin_writing(session)
        confirm(session, database.world, house, ref)
        assert marks(session) == [("objection", None)]
        session.rollback()
    with database.reading() as session:
        assert marks(session) == []
        assert (count(session, Case), count(session, Subject)) == (0, subjects)
        assert session.scalars(select(Petition)).one().decision == ""


def test_the_subject_of_the_record_itself_gets_an_ordinary_objection_in_its_own_name(sqlite, house):
    with sqlite.writing() as session:
        got = taken(
            session,
            sqlite.world,
            house,
            ground="content",
            code=OWN,
            claims={"fine": "0.03 万元"},
            name="海河食品",
        )
        assert petitions.is_the_subject(got.petition)
        assert petitions.known_as(session, got.petition) == "天津海河示范食品有限公司"
        case = confirm(session, sqlite.world, house, got.petition.ref)
        assert case.subject_id == sqlite.world.subjects["firm"]
        assert case.subject.name == "天津海河示范食品有限公司"
        assert case.facts["claims"] == {"fine": "0.03 万元"}


def test_of_two_clerks_at_once_one_confirms_and_the_other_is_told(database, house):
    with database.writing() as session:
        ref = taken(session, database.world, house).petition.ref
    barrier = Barrier(2)

    def click(who):
        barrier.wait(10)
        try:
            with database.writing() as session:
                return confirm(session, database.world, house, ref, who=who).state
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(click, ("clerk", "second_clerk"))) == ["decided", "received"]
    with database.reading() as session:
        assert count(session, Case) == 1
        assert marks(session) == [("objection", None)]


def test_what_the_workflow_refuses_is_said_and_the_petition_goes_on_waiting(sqlite, house):
    with sqlite.writing() as session:
        about = the_record(session, sqlite.world)
        first = taken(session, sqlite.world, house, about=about).petition.ref
        second = taken(session, sqlite.world, house, about=about, ticket="b").petition.ref
        confirm(session, sqlite.world, house, first)
    with pytest.raises(Refused, match="已经以同一事由对这条信息提出异议"), sqlite.writing() as session:
        confirm(session, sqlite.world, house, second)
    with sqlite.reading() as session:
        assert session.scalars(select(Petition.decision).where(Petition.ref == second)).one() == ""
        assert count(session, Case) == 1


@pytest.mark.parametrize(
    "who", ["owner", "handler", "head", "lead", "auditor", "system_admin", "security_admin"]
)
def test_nobody_but_a_clerk_opens_confirms_or_sends_back(sqlite, house, who):
    actor = sqlite.world.actors[who]
    with sqlite.writing() as session:
        ref = taken(session, sqlite.world, house).petition.ref
        for ask in (
            lambda: petitions.by_ref(session, ref, actor),
            lambda: petitions.confirm(session, ref, actor=actor, now=NOW, house=house),
            lambda: petitions.send_back(session, ref, why="看不清。", actor=actor, now=NOW),
        ):
            with pytest.raises(NotYours):
                ask()


@pytest.mark.parametrize(
    ("who", "may"), [("clerk", True), ("lead", True), ("head", False), ("owner", False), ("auditor", False)]
)
def test_clerks_and_leads_read_the_list_and_nobody_else(sqlite, house, who, may):
    actor = sqlite.world.actors[who]
    with sqlite.writing() as session:
        ref = taken(session, sqlite.world, house).petition.ref
        if may:
            assert [petition.ref for petition in petitions.waiting(session, actor)] == [ref]
        else:
            with pytest.raises(NotYours):
                petitions.waiting(session, actor)


# --- sent back


def test_sending_back_needs_a_reason_and_touches_no_record(database, house):
    actor = database.world.actors["clerk"]
    with database.writing() as session:
        ref = taken(session, database.world, house).petition.ref
        columns = [column.key for column in CreditRecord.__table__.columns if column.key != "class"]
        before = [getattr(session.scalars(select(CreditRecord)).one(), name) for name in columns]
        with pytest.raises(Refused, match="请写明理由"):
            petitions.send_back(session, ref, why=" ", actor=actor, now=NOW)
        petitions.send_back(session, ref, why="营业执照看不清，请重拍。", actor=actor, now=NOW)
    with database.reading() as session:
        after = [getattr(session.scalars(select(CreditRecord)).one(), name) for name in columns]
        petition = session.scalars(select(Petition)).one()
        assert (after, marks(session), count(session, Case)) == (before, [], 0)
        assert (petition.decision, petition.decision_why, petition.case_id) == (
            "returned", "营业执照看不清，请重拍。", None,
        )  # fmt: skip
    with pytest.raises(Refused) as refused, database.writing() as session:
        confirm(session, database.world, house, ref)
    assert refused.value.code == "decided"


# --- followed


def test_a_wrong_number_and_a_wrong_code_get_the_same_answer(sqlite, house):
    with sqlite.writing() as session:
        got = taken(session, sqlite.world, house)
        answers = set()
        for ref, code in (
            (got.petition.ref, "AAAA-BBBB-CCCC"),
            ("PT-20260918-000099", got.code),
            ("\0", "\0"),
        ):
            with pytest.raises(Refused) as refused:
                petition_standing.found(session, ref, code, ip=IP, now=NOW)
            answers.add((str(refused.value.sentence), refused.value.code))
        assert answers == {("来件号或者查询码不对。请对照当时抄下或者打印的内容，逐位核对。", "wrong")}


def test_the_code_is_read_with_and_without_hyphens_and_in_small_letters(sqlite, house):
    with sqlite.writing() as session:
        got = taken(session, sqlite.world, house)
        for code in (got.code, got.code.replace("-", ""), got.code.lower()):
            found = petition_standing.found(session, got.petition.ref, code, ip=IP, now=NOW)
            assert found.id == got.petition.id


def test_after_ten_wrong_codes_the_right_one_waits_too(sqlite, house):
    with sqlite.writing() as session:
        got = taken(session, sqlite.world, house)
        for _ in range(10):
            with pytest.raises(Refused):
                petition_standing.found(session, got.petition.ref, "AAAA", ip=IP, now=NOW)
        with pytest.raises(Refused, match="请在 10:01 之后再查") as refused:
            petition_standing.found(session, got.petition.ref, got.code, ip=IP, now=NOW)
        assert refused.value.code == "too_many"
        assert petition_standing.found(session, got.petition.ref, got.code, ip="192.0.2.8", now=NOW)


def test_the_author_is_told_the_case_its_clock_and_its_documents_and_no_other_case_s(sqlite, house):
    texts.current("receipt", on=NOW.date())
    with sqlite.writing() as session:
        about = the_record(session, sqlite.world)
        got = taken(session, sqlite.world, house, about=about)
        waits = petition_standing.standing(session, got.petition, house=house)
        assert (waits.case, waits.due_on.isoformat(), waits.documents) == (None, "2026-09-20", ())
        other = taken(session, sqlite.world, house, about=about, ticket="b", code="91120102MA0DEM040H")
        case = confirm(session, sqlite.world, house, got.petition.ref)
        theirs = confirm(session, sqlite.world, house, other.petition.ref)
        now = petition_standing.standing(session, got.petition, house=house)
        assert (now.case, now.due_on) == (case, None)
        assert now.clock.rule_id == "OB-02"
        (receipt,) = now.documents
        assert (receipt.kind, receipt.case_id) == ("receipt", case.id)
        assert petition_standing.document(session, got.petition, receipt.number) is receipt
        (foreign,) = petition_standing.standing(session, other.petition, house=house).documents
        assert foreign.case_id == theirs.id
        with pytest.raises(NotYours):
            petition_standing.document(session, got.petition, foreign.number)
