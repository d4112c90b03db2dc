"""Objecting without an account, through the pages and without a script: by the author, and by the clerks who confirm.

The time is Friday 2026-11-20 10:00 in China; the form is sent ten minutes after it was opened unless a test says otherwise.
"""

import re
from contextlib import contextmanager

import pytest
from sqlalchemy import func, select

from tests.services import paper_samples as samples
from workflow_app.models.case import Case
from workflow_app.models.party import AccountEvent, Subject
from workflow_app.models.petition import Petition
from workflow_app.models.record import CreditRecord, RecordMark

FIRM = "天津海河示范食品有限公司"
OTHER = "91120102MA0DEM030G"
TYPED = {
    "ground": "same_name", "statement": "名称相同，处罚的不是我公司。", "kind": "legal", "name": FIRM, "code": OTHER,
    "contact_name": "何立春", "contact_mobile": "13900000009", "is_true": True,
}  # fmt: skip
PROOF = {"file_identity_proof": [("营业执照.pdf", samples.pdf_bytes())]}
DAY = "2026-11-20"
NOT_THERE = "没有找到这个页面，或者它不在您可以查看的范围内。"


@pytest.fixture
def about(district):
    """The address of a public record of the firm, which nobody objects to."""
    with district.session() as session:
        wanted = (
            select(CreditRecord).join(Subject).where(Subject.name == FIRM, CreditRecord.scope == "public")
        )
        standing = wanted.where(CreditRecord.publicity_ended_at.is_(None), CreditRecord.hidden_at.is_(None))
        return (
            session.scalars(standing.where(~CreditRecord.marks.any()).order_by(CreditRecord.id)).first().ref
        )


@pytest.fixture
def visitor(district):
    """A browser of somebody who has no account."""
    return district.browser()


def opened(browser, about):
    return browser.get(f"/petitions/new?ref={about}")


def sent(district, browser, page, *, time="10:10", files=PROOF, status=200, **changed):
    with district.at(DAY, time):
        return browser.submit(page, "/petitions/new", TYPED | changed, files=files, status=status)


def taken(district, browser, about, **changed):
    """Number and code of a petition that was sent through the pages."""
    page = sent(district, browser, opened(browser, about), **changed)
    return page.one("[data-ref]").get_text(), page.one("[data-code]").get_text()


def asked(browser, ref, code, *, status=200):
    page = browser.get("/petitions/standing")
    return browser.submit(page, "/petitions/standing", {"ref": ref, "code": code}, status=status)


def rows(district, table):
    with district.session() as session:
        return session.scalar(select(func.count()).select_from(table))


@contextmanager
def changed_record(district, about):
    with district.session() as session:
        yield session.scalars(select(CreditRecord).where(CreditRecord.ref == about)).one()


# --- the way in


def test_the_record_is_found_by_its_decision_number_and_only_if_it_is_public(district, visitor, about):
    with changed_record(district, about) as record:
        number = record.decision_no
    page = visitor.get(f"/petitions/new?q={number}")
    page = visitor.follow(page, FIRM)
    assert number in page.words(".summary dd")
    with changed_record(district, about) as record:
        record.scope = "limited"
    assert "没有找到公示中的信息" in visitor.get(f"/petitions/new?q={number}").text


@pytest.mark.parametrize("column", ["scope", "hidden_at"])
def test_a_record_that_is_not_public_answers_as_one_that_there_is_not(district, visitor, about, column):
    page = opened(visitor, about)
    with changed_record(district, about) as record:
        setattr(record, column, "none" if column == "scope" else record.recorded_at)
    hidden = visitor.get(f"/petitions/new?ref={about}", status=404)
    unknown = visitor.get("/petitions/new?ref=nothing-here", status=404)
    blank = visitor.get("/petitions/new?ref=%00", status=404)
    assert NOT_THERE in hidden.text
    assert hidden.text == unknown.text == blank.text
    assert NOT_THERE in sent(district, visitor, page, status=404).text
    assert rows(district, Petition) == 0


def test_what_was_sent_is_answered_with_number_and_code_and_marks_nothing(district, visitor, about):
    marks, cases = rows(district, RecordMark), rows(district, Case)
    page = sent(district, visitor, opened(visitor, about))
    assert page.one("[data-ref]").get_text() == "PT-20261120-000001"
    assert re.fullmatch(r"[A-Z2-7]{4}(-[A-Z2-7]{4}){2}", page.one("[data-code]").get_text())
    assert "11 月 23 日（周一）24:00前核对您的身份" in page.text
    assert page.response.headers["Cache-Control"] == "no-store"
    assert (rows(district, RecordMark), rows(district, Case)) == (marks, cases)
    assert "异议处理中" not in visitor.get(f"/publicity/{about}").one("main").get_text()


def test_a_form_that_is_sent_twice_is_one_petition(district, visitor, about):
    page = opened(visitor, about)
    first, second = (sent(district, visitor, page) for _ in range(2))
    assert first.one("[data-code]").get_text() == second.one("[data-code]").get_text()
    assert rows(district, Petition) == 1


def test_everything_that_is_missing_is_said_at_once_and_at_its_place(district, visitor, about):
    page = visitor.submit(opened(visitor, about), "/petitions/new", status=422)
    for name in (
        "statement",
        "kind",
        "name",
        "code",
        "contact_name",
        "contact_mobile",
        "is_true",
        "file_identity_proof",
    ):
        assert page.error_of(name) or page.soup.select_one(f'[data-error-summary] a[href="#{name}"]'), name
    assert "请上传“身份证明（营业执照或者身份证）”。" in page.text


@pytest.mark.parametrize(
    ("changed", "field", "words"),
    [
        ({"code": "91120102MA0DEM010A"}, "code", "校验码不对"),
        ({"kind": "individual"}, "code", "身份证号码"),
        ({"contact_mobile": "123"}, "contact_mobile", "手机号应为 11 位数字"),
        ({"ground": "listing"}, "ground", "请选“同名误挂”"),
        ({"ground": "content", "code": "91120102MA0DEM010E"}, "ground", "请至少在一项里写出应当是什么"),
        ({"statement": "甲\x00乙"}, "statement", "看不见或无法识别"),
    ],
)
def test_what_cannot_be_right_is_said_at_its_field_and_the_rest_stays(
    district, visitor, about, changed, field, words
):
    page = sent(district, visitor, opened(visitor, about), status=422, **changed)
    assert words in page.error_of(field)
    assert page.typed("name") == FIRM
    assert "请重新选择" in page.text
    assert rows(district, Petition) == 0


HOSTILE = {
    "program": ("执照.pdf", b"MZ" + bytes(2000), "“执照.pdf”是可以运行的程序"),
    "archive": ("执照.zip", samples.archive(a="b"), "“执照.zip”是压缩包"),
    "script": ("执照.pdf", samples.pdf_with_script(), "“执照.pdf”里有脚本"),
    "bomb": ("执照.pdf", samples.pdf_bomb(600), "“执照.pdf”展开后大得不合常理"),
    "empty": ("执照.pdf", b"", "“执照.pdf”是空文件"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_upload_is_refused_at_its_field(district, visitor, about, kind):
    name, content, sentence = HOSTILE[kind]
    page = opened(visitor, about)
    page = sent(district, visitor, page, files={"file_identity_proof": [(name, content)]}, status=422)
    assert page.error_of("file_identity_proof").startswith(sentence)
    assert page.typed("statement") == TYPED["statement"]
    assert rows(district, Petition) == 0


def test_a_machine_that_is_faster_than_anybody_reads_is_asked_to_send_again(district, visitor, about):
    page = sent(district, visitor, opened(visitor, about), time="10:00", status=422)
    assert "提交得太快了" in page.text
    assert sent(district, visitor, page).one("[data-ref]")


def test_a_machine_that_fills_in_what_nobody_sees_is_refused(district, visitor, about):
    page = opened(visitor, about)
    assert page.one("[name=homepage]").find_parent("div").has_attr("hidden")
    page = sent(district, visitor, page, status=422, homepage="http://spam.example")
    assert "用来识别自动程序" in page.text
    assert rows(district, Petition) == 0


@pytest.mark.parametrize("ticket", ["", "forged", "WyJhIiwwXQ.x"])
def test_a_form_without_a_ticket_of_ours_is_shown_again_with_one(district, visitor, about, ticket):
    page = sent(district, visitor, opened(visitor, about), status=422, ticket=ticket)
    assert "这个页面打开得太久了" in page.text
    assert page.typed("ticket") != ticket
    assert sent(district, visitor, page, time="10:20").one("[data-ref]")


def test_hostile_text_stands_harmlessly_before_the_clerk(district, visitor, about):
    words = "<script>alert(1)</script>{{ 7*7 }}"
    ref, _ = taken(district, visitor, about, statement=words, contact_name="<b>x</b>")
    page = district.browser("clerk.xinyong").get(f"/petitions/{ref}")
    assert words in page.text
    assert "<script>alert(1)" not in page.html


# --- how it stands


def test_its_author_follows_it_and_a_wrong_code_is_told_like_a_wrong_number(district, visitor, about):
    ref, code = taken(district, visitor, about)
    page = asked(visitor, ref, code)
    assert "等待核对身份" in page.text
    assert "13900000009" not in page.html
    wrong = asked(visitor, ref, "AAAA-AAAA-AAAA", status=409)
    unknown = asked(visitor, "PT-20261120-999999", code, status=409)
    assert wrong.words("[data-error-summary] li") == unknown.words("[data-error-summary] li")
    assert code not in page.path
    assert ref not in visitor.get("/petitions/standing").html


def test_wrong_codes_are_counted_although_they_are_refused(district, visitor, about):
    ref, code = taken(district, visitor, about)
    for _ in range(10):
        asked(visitor, ref, "AAAA-AAAA-AAAA", status=409)
    assert "输错的次数较多，请在 10:01 之后再查" in asked(visitor, ref, code, status=409).text
    with district.at(DAY, "10:02"):
        assert "等待核对身份" in asked(visitor, ref, code).text


def test_the_receipt_is_downloaded_with_number_and_code_and_by_nobody_else(district, visitor, about):
    ref, code = taken(district, visitor, about)
    clerk = district.browser("clerk.xinyong")
    clerk.submit(clerk.get(f"/petitions/{ref}"), "/confirm", {"has_checked": True})
    assert district.deliver()[1] == 0
    page = asked(visitor, ref, code)
    assert "已提出，待受理" in page.text
    answer = visitor.submit(page, "/standing/document")
    assert answer.response.data.startswith(b"%PDF")
    assert answer.response.headers["Cache-Control"] == "private, no-store"
    number = page.typed("number")
    visitor.post("/petitions/standing/document", {"ref": ref, "code": "AAAA", "number": number}, status=409)
    visitor.post("/petitions/standing/document", {"ref": ref, "code": code, "number": "RC-1"}, status=404)
    assert visitor.get(f"/documents/{number}.pdf").path.startswith("/account/sign-in")


# --- the clerks


def test_the_clerk_sees_the_oldest_first_and_what_is_late(district, visitor, about):
    first, _ = taken(district, visitor, about)
    second, _ = taken(district, visitor, about, time="10:20")
    page = district.browser("clerk.xinyong").get("/petitions/")
    assert page.words("tbody tr td:last-child") == [first, second]
    assert page.words("tbody .due-words.late") == []
    with district.at("2026-11-24"):
        page = district.browser("clerk.xinyong").get("/petitions/")
        assert page.words("tbody .due-words.late") == ["已超过 11 月 23 日（周一），超期 1 个工作日"] * 2


def test_the_lead_is_told_of_a_late_one_and_reads_the_list_without_a_way_into_it(district, visitor, about):
    ref, _ = taken(district, visitor, about)
    lead = district.browser("lead.xinyong")
    page = lead.get("/petitions/")
    assert page.words("tbody tr td:last-child") == [ref]
    assert page.words("tbody a") == []
    assert "已告知信用办负责人" not in page.text
    lead.get(f"/petitions/{ref}", status=403)
    with district.at("2026-11-24", "00:05"):
        assert district.sweep()[1] == 0
        district.deliver()
        told = f"异议来件（{ref}）应在 11 月 23 日（周一）24:00前核对身份，已经超过，还没有人处理。请督促窗口人员。"
        lead, clerk = district.browser("lead.xinyong"), district.browser("clerk.xinyong")
        assert told in lead.get("/notices").text
        for browser, address in ((lead, "/petitions/"), (clerk, "/petitions/"), (clerk, f"/petitions/{ref}")):
            assert "11 月 24 日（周二） 00:05 已告知信用办负责人" in browser.get(address).text


def test_confirming_marks_the_record_everywhere_at_once(district, visitor, about):
    ref, _ = taken(
        district, visitor, about, files=PROOF | {"file_evidence": [("合同.pdf", samples.pdf_bytes(2))]}
    )
    clerk = district.browser("clerk.xinyong")
    page = clerk.get(f"/petitions/{ref}")
    assert "名称一致、代码不同：符合同名误挂的情形，登记在来件人名下。" in page.text
    assert (
        clerk.get(page.link("营业执照.pdf")).response.headers["Content-Disposition"].startswith("attachment")
    )
    page = clerk.submit(page, "/confirm", {"has_checked": True})
    assert page.path.startswith("/cases/OB-120102-20261120-")
    assert "异议处理中" in visitor.get(f"/publicity/{about}").text
    case = district.stored(page.path.split("/")[2])
    assert (case.state, case.facts["filled_by"], case.facts["ground"]) == ("received", "window", "same_name")
    with district.session() as session:
        assert session.scalars(select(Subject.name).where(Subject.id == case.subject_id)).one() == FIRM
        assert (
            session.scalars(select(AccountEvent.what).order_by(AccountEvent.id.desc())).first()
            == "subject_created"
        )
    assert clerk.get(f"/petitions/{ref}/files/0", status=404)


def test_without_the_tick_nothing_is_confirmed(district, visitor, about):
    ref, _ = taken(district, visitor, about)
    clerk = district.browser("clerk.xinyong")
    page = clerk.submit(clerk.get(f"/petitions/{ref}"), "/confirm", status=422)
    assert "请先打开身份证明核对，再勾选。" in page.text
    assert "异议处理中" not in visitor.get(f"/publicity/{about}").one("main").get_text()


def test_a_second_clerk_who_confirms_what_was_confirmed_is_told(district, visitor, about):
    ref, _ = taken(district, visitor, about)
    clerk = district.browser("clerk.xinyong")
    page = clerk.get(f"/petitions/{ref}")
    clerk.submit(page, "/confirm", {"has_checked": True})
    page = clerk.submit(page, "/confirm", {"has_checked": True}, status=409)
    assert "这件来件已经有人办理了。" in page.text
    assert "身份已确认，已登记为异议" in page.text


def test_what_the_workflow_refuses_is_said_to_the_clerk_and_can_be_sent_back(district, visitor, about):
    first, _ = taken(district, visitor, about)
    second, code = taken(district, visitor, about, time="10:20")
    clerk = district.browser("clerk.xinyong")
    clerk.submit(clerk.get(f"/petitions/{first}"), "/confirm", {"has_checked": True})
    page = clerk.submit(clerk.get(f"/petitions/{second}"), "/confirm", {"has_checked": True}, status=409)
    assert "已经以同一事由对这条信息提出异议" in page.text
    page = clerk.submit(page, "/return", {"why": "已有一件在办，请等待结果。"})
    assert page.path == "/petitions/"
    page = asked(visitor, second, code)
    assert "理由：已有一件在办，请等待结果。" in page.text
    assert "重新提交" in page.text


def test_what_was_sent_back_is_sealed_for_the_clerks(district, visitor, about):
    ref, _ = taken(district, visitor, about)
    clerk = district.browser("clerk.xinyong")
    page = clerk.submit(clerk.get(f"/petitions/{ref}"), "/return", status=422)
    assert "请写明理由" in page.error_of("why")
    clerk.submit(page, "/return", {"why": "看不清。"})
    page = clerk.get(f"/petitions/{ref}")
    assert "已经封存，不再显示" in page.text
    for text in ("13900000009", "何立春", OTHER, "营业执照.pdf"):
        assert text not in page.html
    assert clerk.get(f"/petitions/{ref}/files/0", status=404)
    assert "异议处理中" not in visitor.get(f"/publicity/{about}").one("main").get_text()
