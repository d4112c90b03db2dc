"""The verify page: asked in every way, it keeps nothing, says each field, and numbers can't be tried out."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import request
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.web.conftest import PRINTED, District
from workflow_app.domain import clock
from workflow_app.extensions import limiter
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.services.documents import standing, verification
from workflow_app.services.documents.payload import pack, read

HOLDER = "天津海河示范食品有限公司"
TOO_OFTEN = 429


def printed(district: District) -> list[Document]:
    """The documents that have their files, oldest first."""
    with district.session() as session:
        of_case = select(Case.id).where(Case.number == PRINTED).scalar_subquery()
        found = session.scalars(
            select(Document).where(Document.case_id == of_case).order_by(Document.id)
        ).all()
        assert len(found) > 1
        session.expunge_all()
        return list(found)


def qr_of(document: Document) -> str:
    """The text of its QR."""
    digits = pack(read(document.payload), document.signature)
    return f"http://localhost/verify/{document.verify_code}#{digits}"


@pytest.fixture(autouse=True)
def counted_anew(district: District) -> Iterator[None]:
    """Other tests ask too; the count is the same for all of one process."""
    with district.app.app_context():
        limiter.reset()
    yield
    with district.app.app_context():
        limiter.reset()


def test_the_scanned_text_is_compared_field_by_field_and_stands_in_no_address(district):
    first, second = printed(district)[:2]
    browser = district.browser()
    page = browser.submit(browser.get("/verify"), "/verify/code", {"code": qr_of(first)})
    assert page.one("#answer")["data-outcome"] == "valid"
    assert "15 项签名内容与登记逐项一致" in page.text
    assert page.response.headers["X-Robots-Tag"] == "noindex"
    assert page.response.headers["Cache-Control"] == "no-store"
    assert "“" + qr_of(first).partition("#")[2] not in page.response.get_data(as_text=True)
    swapped = qr_of(first).partition("#")[0] + "#" + qr_of(second).partition("#")[2]
    page = browser.submit(page, "/verify/code", {"code": swapped})
    assert page.one("#answer")["data-outcome"] == "altered"
    rows = {
        tuple(cell.get_text(strip=True) for cell in row.select("th, td"))
        for row in page.soup.select("tbody tr")
    }
    assert ("文书编号", second.number, first.number) in rows
    assert ("验真码", second.verify_code, first.verify_code) in rows
    assert browser.get("/verify/code").heading == "文书验真"


def test_what_is_typed_as_a_code_leads_on_whatever_it_is(district):
    document = printed(district)[0]
    browser = district.browser()
    typed = browser.get("/verify")
    page = browser.submit(typed, "/verify/code", {"code": f"http://localhost/verify/{document.verify_code}"})
    assert (page.path, page.one("#answer")["data-outcome"]) == (f"/verify/{document.verify_code}", "valid")
    page = browser.submit(typed, "/verify/code", {"code": document.number})
    assert "请连同持有人一起填写" in page.text
    assert page.typed("number") == document.number
    page = browser.submit(typed, "/verify/code", {"code": " ？ "}, status=422)
    assert "请填写验真码" in page.text
    found = browser.get(f"/search?q={quote(document.number)}")
    assert browser.follow(found, "去文书验真").typed("number") == document.number


def test_a_number_answers_only_with_its_holder_and_can_not_be_tried_out(district):
    document = printed(district)[0]
    browser = district.browser()
    page = browser.submit(
        browser.get("/verify"), "/verify/number", {"number": document.number, "holder": HOLDER}
    )
    assert page.one("#answer")["data-outcome"] == "valid"
    assert page.typed("holder") == HOLDER
    wrong = [
        browser.submit(page, "/verify/number", {"number": number, "holder": "天津别家食品有限公司"})
        for number in (document.number, document.number[:-1] + "9")
    ]
    assert {each.one("#answer")["data-outcome"] for each in wrong} == {"unknown"}
    said = {each.response.get_data(as_text=True).replace(each.typed("number"), "") for each in wrong}
    assert len({len(html) for html in said}) == 1
    assert "请同时填写" in browser.submit(page, "/verify/number", {"holder": ""}, status=422).text
    for _ in range(7):
        browser.submit(page, "/verify/number", {"number": document.number, "holder": HOLDER})
    browser.submit(page, "/verify/number", {"number": document.number, "holder": HOLDER}, status=TOO_OFTEN)
    assert browser.get(f"/verify/{document.verify_code}").one("#answer")["data-outcome"] == "valid"


def test_a_file_that_is_looked_at_never_touches_a_disk(district):
    document = printed(district)[0]
    content = district.app.extensions["house"].storage.read_verified(document.storage_key)
    browser = district.browser()
    for sent, outcome in ((content, "valid"), (content + b"\n", "altered"), (b"%PDF-1.7", "foreign")):
        files = {"file": [("证明.pdf", sent)]}
        page = browser.submit(browser.get("/verify"), "/verify", files=files)
        assert page.one("#answer")["data-outcome"] == outcome
    boundary, large = encode_multipart({"file": FileStorage(BytesIO(b"0" * 5 * 1024 * 1024), "x.pdf")})
    kind = f"multipart/form-data; boundary={boundary}"
    with district.app.test_request_context("/verify", method="POST", data=large, content_type=kind):
        assert isinstance(request.files["file"].stream, BytesIO)
    too_large = {"file": [("x.pdf", b"0" * (verification.MAX_FILE + 1))]}
    page = browser.submit(browser.get("/verify"), "/verify", files=too_large, status=413)
    assert "文件超过 20 MB" in page.text
    assert "请选择要核验的 PDF 文件" in browser.submit(page, "/verify", status=422).text


def test_each_standing_has_its_own_answer_with_day_reason_and_successor(district):
    first, second, *_ = printed(district)
    with district.app.app_context(), district.session() as session:
        ended = {"why": "record_corrected", "now": clock.now()}
        standing.end(session, Document.id == first.id, status="superseded", successor=second.id, **ended)
        session.execute(
            update(Document).where(Document.id == second.id).values(expires_on=date(2026, 11, 19))
        )
        session.commit()
    browser = district.browser()
    page = browser.get(f"/verify/{first.verify_code}")
    assert page.one("#answer")["data-outcome"] == "superseded"
    for said in ("2026年11月20日", "其中的信息经核查有更正", second.number, "未加盖法定电子印章"):
        assert said in page.text
    assert "最近一次有文书被撤销或者代替，是在2026年11月20日 10:00" in page.text
    page = browser.get(f"/verify/{second.verify_code}")
    assert page.words("#answer-title") == ["已过有效期"]
    firm = district.browser("owner.haihe").get(f"/cases/{PRINTED}")
    assert {"已被新文书替代", "已过有效期"} <= set(firm.words(".document .late"))


def test_who_checks_without_us_finds_the_lists_and_the_checker(district):
    page = district.browser().get("/verify")
    for address in ("/verify/checker.html", "/verify/revocations.json", "/verify/keys.json"):
        assert page.soup.find("a", href=address) is not None
