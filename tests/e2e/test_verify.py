"""A document checked in a real browser: by the address of its QR with what stands behind the #, and by dropping the file."""

import base64

from sqlalchemy import select

from tests.e2e.conftest import DESKTOP, PHONE, Visiting
from tests.web.conftest import PRINTED, District
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.services.documents.payload import pack, read

DROP = """([id, content, name]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const carried = new DataTransfer();
    carried.items.add(new File([bytes], name, { type: "application/pdf" }));
    const place = document.getElementById(id);
    for (const kind of ["dragover", "drop"]) {
        place.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: carried }));
    }
}"""


def printed(district: District) -> tuple[Document, Document]:
    """Two documents that have their files."""
    with district.session() as session:
        of_case = select(Case.id).where(Case.number == PRINTED).scalar_subquery()
        found = session.scalars(
            select(Document).where(Document.case_id == of_case).order_by(Document.id)
        ).all()
        session.expunge_all()
        return found[0], found[1]


def digits_of(document: Document) -> str:
    """What its QR carries behind the #."""
    assert document.payload is not None
    assert document.signature is not None
    return pack(read(document.payload), document.signature)


def test_the_signed_content_of_a_qr_is_checked_when_its_address_opens(
    visiting: Visiting, district: District
) -> None:
    first, second = printed(district)
    visit = visiting(size=PHONE)
    page = visit.open(f"/verify/{first.verify_code}#{digits_of(first)}")
    page.locator('#answer[data-how="scan"][data-outcome="valid"]').wait_for()
    assert "15 项签名内容与登记逐项一致" in visit.text()
    page.goto("about:blank")
    visit.open(f"/verify/{first.verify_code}#{digits_of(second)}")
    page.locator('#answer[data-outcome="altered"]').wait_for()
    assert "与登记不同的内容" in visit.text()
    without = visiting(size=PHONE, script=False)
    without.open(f"/verify/{first.verify_code}#{digits_of(first)}")
    assert without.page.locator("#answer").get_attribute("data-how") == "code"


def test_a_file_is_dropped_and_judged_and_one_that_misses_the_place_changes_nothing(
    visiting: Visiting, district: District
) -> None:
    document = printed(district)[0]
    content = district.app.extensions["house"].storage.read_verified(document.storage_key)
    visit = visiting(size=DESKTOP)
    page = visit.open("/verify")
    page.evaluate(DROP, ["by-code", base64.b64encode(content).decode(), "证明.pdf"])
    assert visit.path() == "/verify"
    assert page.locator("#answer").count() == 0
    for sent, outcome in ((content, "valid"), (content + b"\n", "altered"), (b"%PDF-1.7", "foreign")):
        page.locator("[data-drop-hint]").wait_for()  # the script of the new page listens
        page.evaluate(DROP, ["by-file", base64.b64encode(sent).decode(), "证明.pdf"])
        page.locator(f'#answer[data-how="file"][data-outcome="{outcome}"]').wait_for()
