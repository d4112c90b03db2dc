"""The offline checker as people get it: one file opened from a folder, in a browser that has no network.

Documents are made and signed before the browser starts. Every way to deceive a reader is tried on it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader, PdfWriter

from tests.documents.conftest import PARTICULARS
from tests.documents.test_documents import VALUES
from tests.factories import legal
from tests.web.conftest import made
from workflow_app.domain import calendar, clock, rules
from workflow_app.domain.rulebook import Rulebook
from workflow_app.extensions import db
from workflow_app.models.base import Base
from workflow_app.models.case import Case
from workflow_app.models.document import Document, SigningCertificate
from workflow_app.models.party import Subject, Unit
from workflow_app.services.documents import documents, keys, payload, standing, status_list, texts
from workflow_app.services.documents.documents import Made
from workflow_app.services.documents.signing import load_signer

ISSUED = legal("2026-09-18", "10:30")
TODAY = legal("2026-10-20", "10:00")
LATER = legal("2026-10-21", "10:00")
SITE = "http://localhost"
NAMES = ("valid", "other", "revoked", "superseded", "expired", "leaked")


@dataclass
class Kit:
    """What somebody has on a stick: documents, the checker, newer lists."""

    papers: dict[str, Made]
    checker: Path
    lists: dict[str, bytes]
    foreign: bytes
    bare: bytes

    def file(self, name: str) -> bytes:
        return self.papers[name].content

    def code(self, name: str, *, site: str = SITE, **changed: str) -> str:
        """The text of a QR, with what a forger changed in it."""
        made = self.papers[name]
        digits = payload.pack(replace(made.payload, **changed), made.signature)  # type: ignore[arg-type]
        return f"{site}/verify/{made.payload.code}#{digits}"


@pytest.fixture(scope="module")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Kit:
    """Six receipts, one by a key that leaked; the checker of TODAY and the lists of the day after."""
    folder = tmp_path_factory.mktemp("stick")
    app = made(folder)
    house = app.extensions["house"]
    leaked, stranger = (load_signer("", "", folder=folder / name) for name in ("leaked", "stranger"))
    with app.app_context():
        Base.metadata.create_all(db.engine)
        session = db.session()
        rows = {name: numbered(session, case_in(session)) for name in NAMES[:1]}
        case = session.get_one(Case, rows["valid"].case_id)
        rows |= {name: numbered(session, case) for name in NAMES[1:]}
        rows["expired"].expires_on = date(2026, 10, 19)
        signers = dict.fromkeys(NAMES, house.signer) | {"leaked": leaked}
        papers = {name: documents.made(rows[name], signer=signers[name], site_url=SITE) for name in NAMES}
        keys.remember(session, leaked, now=ISSUED)
        keys.remember(session, house.signer, now=ISSUED)
        withdrawn = session.query(SigningCertificate).filter_by(key_id=leaked.key_id).one()
        withdrawn.withdrawn_at, withdrawn.withdrawn_why = TODAY, "备份介质遗失"
        older = status_list.revocations(session, house, now=ISSUED)
        end(session, rows["revoked"], status="revoked", why="issued_in_error")
        successor = rows["other"].id
        end(session, rows["superseded"], status="superseded", why="particulars_changed", successor=successor)
        session.commit()
        with (
            app.app_context(),
            clock.fixed(TODAY),
        ):  # of its own: a request lets go of the session it read with
            (folder / "checker.html").write_bytes(app.test_client().get("/verify/checker.html").data)
        end(session, rows["valid"], status="revoked", why="facts_untrue")
        newer = status_list.revocations(session, house, now=LATER)
        lists = {
            "older": older,
            "newer": newer,
            "keys": status_list.keys(session, house, now=LATER),
            "broken": newer | {"list": newer["list"] | {"entries": []}},
            "strange": status_list.revocations(session, replace(house, signer=stranger), now=LATER),
            "leaked": status_list.revocations(session, replace(house, signer=leaked), now=LATER),
        }
        foreign = stranger.sign(unsigned(papers["valid"].content), reason="x", name="y")
        bare = house.signer.sign(unsigned(), reason="x", name="y")
        session.rollback()
        db.session.remove()
        db.engine.dispose()
    return Kit(
        papers,
        folder / "checker.html",
        {name: json.dumps(each).encode() for name, each in lists.items()},
        foreign,
        bare,
    )


def case_in(session) -> Case:
    firm = Subject(
        kind="legal", name=PARTICULARS.holder_name, code="91120102MA05XXXX2K", code_digest="0" * 64
    )
    unit = Unit(
        key="scjg", name=PARTICULARS.unit_name, name_en="Market Regulation", code="11120102MB1234567X"
    )
    session.add_all((firm, unit))
    session.flush()
    case = Case(
        ref="a" * 16, number="CM-120102-20260918-000001", workflow="commitment", state="signed", subject_id=firm.id,
        unit_id=unit.id, facts={}, created_at=ISSUED, updated_at=ISSUED,
    )  # fmt: skip
    session.add(case)
    session.flush()
    return case


def numbered(session, case: Case) -> Document:
    return documents.number_document(
        session, kind="receipt", case=case, event_seq=1, text=texts.get("receipt", 1), values=VALUES, now=ISSUED,
        particulars=PARTICULARS, rulebook=Rulebook(rules.built_in(), calendar.built_in(), "120102"),
    )  # fmt: skip


def end(session, document: Document, **how: str | int) -> None:
    standing.end(session, Document.id == document.id, now=TODAY, **how)  # type: ignore[arg-type]
    session.expire_all()


def unsigned(pdf: bytes = b"") -> bytes:
    """What a forger prints: a page of their own, with what we attached to another."""
    writer, written = PdfWriter(), BytesIO()
    writer.add_blank_page(595, 842)
    for name, contents in PdfReader(BytesIO(pdf)).attachments.items() if pdf else ():
        writer.add_attachment(name, contents[0])
    writer.write(written)
    return written.getvalue()


@dataclass
class Reader:
    """Somebody in front of the checker."""

    page: Page

    def drop(self, content: bytes, name: str = "a.pdf") -> tuple[str, str]:
        """Hand in a file; the outcome and why."""
        self.forget()
        self.page.set_input_files(
            "#file", files=[{"name": name, "mimeType": "application/pdf", "buffer": content}]
        )
        return self.outcome()

    def paste(self, text: str) -> tuple[str, str]:
        """Check the text of a QR."""
        self.forget()
        self.page.fill("#code", text)
        self.page.click("#check-code")
        return self.outcome()

    def load(self, content: bytes) -> str:
        """Load a list; what is said about it."""
        self.page.evaluate("document.getElementById('loaded').hidden = true")
        self.page.set_input_files(
            "#newer", files=[{"name": "a.json", "mimeType": "application/json", "buffer": content}]
        )
        return self.page.locator("#loaded:not([hidden])").inner_text()

    def forget(self) -> None:
        self.page.evaluate("document.getElementById('answer').removeAttribute('data-outcome')")

    def outcome(self) -> tuple[str, str]:
        shown = self.page.locator("#answer[data-outcome]")
        shown.wait_for()
        return shown.get_attribute("data-outcome") or "", shown.get_attribute("data-why") or ""

    def text(self) -> str:
        return self.page.locator("#answer").inner_text()


@pytest.fixture
def reader(kit: Kit, chromium: Browser) -> Iterator[Reader]:
    """The checker opened from its folder on TODAY; any request but for the file itself fails the test."""
    context = chromium.new_context(offline=True, locale="zh-CN")
    page, troubles = context.new_page(), []
    page.clock.set_fixed_time(TODAY)
    page.on(
        "request",
        lambda request: troubles.append(request.url) if request.url[:5] not in ("file:", "blob:") else None,
    )
    page.on("console", lambda message: troubles.append(message.text))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(kit.checker.as_uri())
    page.locator("html[data-ready]").wait_for()
    yield Reader(page)
    context.close()
    assert not troubles


def test_every_document_gets_its_own_answer_from_file_and_from_qr(kit, reader):
    expected = {
        "valid": ("valid", ""), "other": ("valid", ""), "revoked": ("revoked", ""),
        "superseded": ("superseded", ""), "expired": ("expired", ""), "leaked": ("undecided", "key_withdrawn"),
    }  # fmt: skip
    assert {name: reader.drop(kit.file(name)) for name in NAMES} == expected
    reader.page.reload()
    reader.page.locator("html[data-ready]").wait_for()
    assert {name: reader.paste(kit.code(name)) for name in NAMES} == expected


def test_the_answer_repeats_every_signed_field_reason_and_age_of_the_list_in_both_languages(kit, reader):
    reader.drop(kit.file("valid"))
    for told in (
        "有效", "RC-120102-20260918-000001", "受理单", "天津海河晨光餐饮管理有限公司", "91120102MA05XXXX2K", "食品经营许可", "已签署",
        "天津市河东区市场监督管理局", "2026年9月18日", kit.papers["valid"].payload.code, kit.papers["valid"].key_id[:16],
        "2026年10月20日 签发，今天的清单，共 2 份", "未加盖法定电子印章",
    ):  # fmt: skip
        assert told in reader.text(), told
    reader.drop(kit.file("other"))
    reader.drop(kit.file("superseded"))
    assert "原因：其中的名称等事项已经变更" in reader.text()
    assert "时间：2026年10月20日" in reader.text()
    assert "刚才核验的 RC-120102-20260918-000002 就是代替它的文书" in reader.text()
    assert "2026年10月20日 停用（可能泄露）：备份介质遗失" in reader.page.locator("#known").inner_text()
    reader.page.click("[data-language=en]")
    assert reader.page.locator("html").get_attribute("lang") == "en"
    assert "Superseded" in reader.text()


def test_whatever_was_changed_in_a_file_is_found(kit, reader):
    genuine, other = kit.file("valid"), PdfReader(BytesIO(kit.file("other")))
    with_a_page = PdfWriter(BytesIO(genuine), incremental=True)
    with_a_page.add_page(other.pages[0])
    revised = BytesIO()
    with_a_page.write(revised)
    at = genuine.index(b"00000000>\n/ByteRange")
    byte_range = genuine.index(b"/ByteRange [0 ")
    changed = {
        "one byte": genuine[:2000] + bytes([genuine[2000] ^ 1]) + genuine[2001:],
        "a page of another document": revised.getvalue(),
        "something behind": genuine + b"\n%%EOF\n",
        "something before": b"%PDF-1.7\n" + genuine,
        "cut off": genuine[:-1],
        "words in the gap": genuine[:at] + b"/Note(x)" + genuine[at + 8 :],
        "digits in the gap": genuine[:at] + b"12345678" + genuine[at + 8 :],
        "another range": genuine[: byte_range + 14] + b"9" + genuine[byte_range + 15 :],
    }
    assert all(content != genuine for content in changed.values())
    assert {name: reader.drop(content) for name, content in changed.items()} == {
        "one byte": ("altered", "content_changed"),
        "a page of another document": ("altered", "range"),
        "something behind": ("altered", "range"),
        "something before": ("altered", "range"),
        "cut off": ("altered", "range"),
        "words in the gap": ("altered", "range"),
        "digits in the gap": ("altered", "broken_signature"),
        "another range": ("altered", "range"),
    }
    for mixed in (
        swapped(genuine, kit.file("other")),
        genuine.replace(attachment(genuine), attachment(kit.file("other"))),
    ):
        assert mixed != genuine
        assert reader.drop(mixed)[0] == "altered"
    assert reader.drop(genuine) == ("valid", "")


def test_what_is_not_ours_is_said_to_be_foreign(kit, reader):
    assert reader.drop(kit.foreign) == ("foreign", "key_unknown")
    assert reader.drop(unsigned(kit.file("valid"))) == ("foreign", "no_signature")
    assert reader.drop(b"PK\x03\x04 a text", "a.docx") == ("foreign", "not_a_pdf")
    assert reader.drop(kit.bare) == ("undecided", "without_payload")
    assert reader.paste("https://example.com/") == ("foreign", "qr_foreign")
    assert reader.paste(f"{SITE}/verify/{kit.papers['valid'].payload.code}") == (
        "undecided",
        "qr_only_address",
    )
    assert reader.paste(kit.code("valid", key="0" * 16)) == ("foreign", "key_unknown")


def test_whatever_was_changed_in_a_qr_is_found(kit, reader):
    code, own = kit.papers["other"].payload.code, kit.papers["valid"].payload.code
    assert reader.paste(kit.code("valid", holder="天津另一家餐饮管理有限公司")) == ("altered", "qr_altered")
    assert reader.paste(kit.code("valid", result="已完成")) == ("altered", "qr_altered")
    assert reader.paste(kit.code("valid", issued_on="2026-09-19")) == ("altered", "qr_altered")
    assert reader.paste(kit.code("valid").replace(own, code)) == ("altered", "qr_other_code")
    assert reader.paste(kit.code("valid")[:-1]) == ("altered", "qr_broken")
    assert reader.paste(kit.code("valid", site="https://credit-verify.example")) == ("valid", "")
    assert "不是本平台的网址（https://credit-verify.example），请不要打开" in reader.text()


def test_a_qr_from_another_certificate_does_not_fit_the_file(kit, reader):
    reader.drop(kit.file("valid"))
    assert reader.paste(kit.code("valid")) == ("valid", "")
    assert "二维码与刚才的文件一致" in reader.text()
    reader.drop(kit.file("valid"))
    assert reader.paste(kit.code("other")) == ("mismatch", "qr_differs")
    assert "文件里：RC-120102-20260918-000001\n二维码里：RC-120102-20260918-000002" in reader.text()
    assert reader.paste(kit.code("other")) == ("valid", "")


def test_a_newer_list_counts_from_now_on_and_a_false_or_older_one_is_refused(kit, reader):
    said = {name: reader.load(kit.lists[name]) for name in ("broken", "strange", "leaked", "older")}
    assert said == {
        "broken": "清单的内容与签名不符，没有换上。请重新下载。",
        "strange": "清单不是用这个工具认识的密钥签名的，没有换上。签名密钥更换以后，请重新下载这个工具。",
        "leaked": "清单是用已经停用的密钥签名的，没有换上。请重新下载。",
        "older": "这份清单比现在用的还旧，没有换上。",
    }
    assert reader.load(b"{}") == "这个文件不是本平台的清单，没有换上。"
    assert reader.drop(kit.file("valid")) == ("valid", "")
    reader.page.clock.set_fixed_time(LATER)
    assert reader.load(kit.lists["newer"]) == "已换上 2026年10月21日 的文书状态清单。"
    assert reader.load(kit.lists["keys"]) == "已换上 2026年10月21日 的密钥清单。"
    assert reader.drop(kit.file("valid")) == ("revoked", "")
    assert "原因：出具时依据的情况不属实" in reader.text()


def test_an_old_list_a_wrong_clock_and_an_altered_tool_are_said(kit, reader, chromium, tmp_path):
    reader.page.clock.set_fixed_time(TODAY + timedelta(days=8))
    reader.drop(kit.file("valid"))
    assert "8 天前的清单" in reader.text()
    assert "清单已满 7 天" in reader.text()
    reader.page.clock.set_fixed_time(datetime(2020, 1, 1, tzinfo=TODAY.tzinfo))
    reader.drop(kit.file("valid"))
    assert "这台电脑的日期早于清单的日期" in reader.text()
    forged = tmp_path / "checker.html"
    forged.write_text(
        kit.checker.read_text("utf-8").replace('"status": "revoked"', '"status": "valid"'), "utf-8"
    )
    page = chromium.new_page()
    page.goto(forged.as_uri())
    page.locator("html[data-ready]").wait_for()
    assert Reader(page).outcome() == ("broken", "tool_altered")
    page.close()


def test_without_script_it_says_what_else_to_do(kit, chromium):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(kit.checker.as_uri())
    assert "这个工具需要浏览器允许运行脚本" in page.inner_text("main")
    assert "清单满 7 天，请换上新的。" in page.inner_text("main")
    assert not page.locator("input:visible, textarea:visible").count()
    context.close()


def swapped(pdf: bytes, other: bytes) -> bytes:
    """A file under the signature of another."""
    start, stop = pdf.index(b"/Contents <") + 10, pdf.index(b">\n/ByteRange")
    own_start, own_stop = other.index(b"/Contents <") + 10, other.index(b">\n/ByteRange")
    return pdf[:start] + other[own_start:own_stop] + pdf[stop:]


def attachment(pdf: bytes) -> bytes:
    """The signature that stands beside the payload, as its stream."""
    start = pdf.rindex(b"/Type /EmbeddedFile")
    return pdf[start : pdf.index(b"endstream", start)]
