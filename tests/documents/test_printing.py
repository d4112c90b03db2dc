"""Paper: the same everywhere, with its fonts inside, nothing cut off, and no empty box in a name."""

import re
import subprocess
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path

import cv2
import pytest
from markupsafe import Markup
from pypdf import PdfReader
from weasyprint.urls import FatalURLFetchingError

from workflow_app.domain.refusals import Refused
from workflow_app.services.documents import payload, printing, sheets, texts

from .conftest import text_of
from .test_payload import CERTIFICATE

NOW = datetime(2026, 9, 18, 2, 30, tzinfo=UTC)
ADDRESS = "https://credit.example.gov.cn/verify/ABCDEFGHIJKLMNOPQRSTUVWX"
LAYOUTS = ("letter", "decision", "certificate", "receipt", "notice")
HOSTILE = ("𠮷㛃䶮<b>" + "W" * 90 + "超长名称" * 20 + "１" * 90)[:200]  # a name in the register is no longer


def sheet(
    layout: str = "letter", *, name: str = "天津海河晨光餐饮管理有限公司", body: str = ""
) -> sheets.Sheet:
    text = text_of(
        "{{ name }}：\n\n| 项目 | 内容 |\n| --- | --- |\n| 承诺人 | {{ name }} |\n\n## 一、内容\n\n1. {{ name }}"
    )
    return sheets.Sheet(
        layout=layout,
        title="信用承诺书",
        body=Markup(body) or texts.render(text, {"name": name}),
        issuer_name=name,
        issued_on=date(2026, 9, 18),
        text_label="letter_permit 第1版",
        law=("《天津市社会信用条例》",),
        record=(("签署人", name),),
        number="CL-120102-20260918-000001",
        verify_url=ADDRESS,
        verify_code="ABCDEFGHIJKLMNOPQRSTUVWX",
    )


def printed(made: sheets.Sheet) -> bytes:
    return printing.render_pdf(sheets.page(made), made_at=NOW)


def words_with_boxes(pdf: bytes, folder: Path) -> list[tuple[float, float, float, float, float, float]]:
    """Width and height of the page, then the box of each word on it, in points."""
    (folder / "page.pdf").write_bytes(pdf)
    told = subprocess.run(
        ["pdftotext", "-bbox", "page.pdf", "-"], cwd=folder, check=True, capture_output=True
    ).stdout.decode(errors="replace")
    boxes, size = [], (0.0, 0.0)
    for line in told.splitlines():
        numbers = tuple(float(number) for number in re.findall(r'="([0-9.]+)"', line))
        if "<page " in line:
            size = numbers[0], numbers[1]
        elif "<word " in line:
            boxes.append((*size, *numbers))
    return boxes  # type: ignore[return-value]


def test_this_machine_lacks_nothing_to_print():
    assert printing.check_environment() == ()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_sheet_gives_the_same_bytes(layout):
    assert printed(sheet(layout)) == printed(sheet(layout))


@pytest.mark.parametrize("layout", LAYOUTS)
def test_fonts_are_inside_and_subset(layout):
    pdf = printed(sheet(layout))
    names = [str(name) for page in PdfReader(BytesIO(pdf)).pages for name in fonts_of(page)]
    assert names
    assert all(re.fullmatch(r"/[A-Z]{6}\+.*", name) for name in names)
    assert len(pdf) < 300_000


def fonts_of(page) -> list[str]:
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]
    below = [font["/DescendantFonts"][0].get_object() for font in fonts]
    assert all({"/FontFile2", "/FontFile3"} & set(each["/FontDescriptor"].get_object()) for each in below)
    return [font["/BaseFont"] for font in fonts]


def test_a_document_is_tagged_in_chinese_with_a_title():
    reader = PdfReader(BytesIO(printed(sheet())))
    assert str(reader.root_object["/Lang"]) == "zh-CN"
    assert "/StructTreeRoot" in reader.root_object
    assert reader.metadata is not None
    assert reader.metadata.title == "信用承诺书 CL-120102-20260918-000001"
    assert reader.metadata.creation_date == NOW


@pytest.mark.parametrize("layout", LAYOUTS)
def test_number_code_address_law_and_the_honest_sentence_stand_on_every_kind(layout):
    pages = [page.extract_text() for page in PdfReader(BytesIO(printed(sheet(layout)))).pages]
    flat = re.sub(r"\s", "", "".join(pages))
    for wanted in ("CL-120102-20260918-000001", "ABCD-EFGH-IJKL-MNOP-QRST-UVWX", ADDRESS, "《天津市社会信用条例》",
                   "2026年9月18日", "系统认证确认，未加盖法定电子印章", "letter_permit第1版"):  # fmt: skip
        assert wanted in flat
    assert all("CL-120102-20260918-000001" in page for page in pages)


def test_pages_are_numbered_as_official_papers_are():
    body = "".join(f"<p>第{n}段，内容若干。</p>" for n in range(80))
    pages = PdfReader(BytesIO(printed(sheet(body=body)))).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        assert f"— {number} —" in page.extract_text()


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_qr_leads_to_the_verify_address(layout, tmp_path):
    (tmp_path / "page.pdf").write_bytes(printed(sheet(layout)))
    subprocess.run(["pdftoppm", "-r", "150", "-png", "page.pdf", "page"], cwd=tmp_path, check=True)
    assert ADDRESS in [qr_of(picture) for picture in tmp_path.glob("*.png")]


def test_a_qr_with_a_signed_payload_is_read_from_a_150_dpi_picture(tmp_path):
    packed = payload.pack(
        CERTIFICATE, f"..{urlsafe_b64encode(bytes(range(64))).decode()}"
    )  # the same each time
    made = replace(sheet("certificate"), signed=packed, expires_on=date(2026, 12, 18))
    assert round(made.qr_mm / printing.qr_dots(ADDRESS, packed), 6) >= 0.4
    pdf = printed(made)
    assert re.sub(r"\s", "", PdfReader(BytesIO(pdf)).pages[0].extract_text()).count("有效期至") == 2
    (tmp_path / "page.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "150", "-png", "page.pdf", "page"], cwd=tmp_path, check=True)
    (picture,) = tmp_path.glob("*.png")
    read = next(filter(None, (qr_of(picture, enlarged=times) for times in (2, 3, 4))))
    address, _, digits = read.partition("#")
    assert address == ADDRESS
    assert payload.unpack(digits)[0] == CERTIFICATE


def test_a_payload_too_large_for_paper_leaves_the_way_to_the_verify_page():
    made = replace(sheet(), signed="7" * 7000)
    assert made.qr_mm < 30
    assert "二维码里有全部签名内容" not in sheets.page(made)
    assert "二维码里有全部签名内容" in sheets.page(replace(made, signed="7" * 900))


@pytest.mark.parametrize(
    ("paragraphs", "setting"), [(1, "large"), (6, "long"), (14, "longest"), (40, "flowing")]
)
def test_a_certificate_is_set_as_large_as_one_page_allows(paragraphs, setting):
    body = (
        "<p>特此证明。</p><h2>一、说明</h2>"
        + "<p>学员在培训期间学完全部课程并通过考试，成绩合格。</p>" * paragraphs
    )
    if setting == "longest":
        body = body.replace("<h2>", "<p>特此证明。</p>" * 7 + "<h2>", 1)
    made = sheet("certificate", body=body)
    assert made.length == setting
    assert (len(PdfReader(BytesIO(printed(made))).pages) == 1) == (setting != "flowing")


def test_a_sheet_says_whose_seal_it_bears_only_when_it_was_sealed():
    assert "系统认证确认，未加盖法定电子印章" in sheets.page(sheet())
    sealed = sheets.page(replace(sheet(), sealed_by="市电子印章平台"))
    assert "已由市电子印章平台加盖电子印章" in sealed
    assert "未加盖" not in sealed


def qr_of(picture: Path, *, enlarged: int = 1) -> str:
    seen = cv2.imread(str(picture))
    assert seen is not None
    seen = cv2.resize(seen, None, fx=enlarged, fy=enlarged, interpolation=cv2.INTER_CUBIC)
    return cv2.QRCodeDetector().detectAndDecode(seen)[0]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_over_long_hostile_name_stays_on_the_page(layout, tmp_path):
    boxes = words_with_boxes(printed(sheet(layout, name=HOSTILE)), tmp_path)
    assert boxes
    for width, height, left, top, right, bottom in boxes:
        assert left >= 28
        assert right <= width - 28
        assert top >= 0
        assert bottom <= height


def test_rare_characters_print():
    assert "𠮷㛃䶮" in PdfReader(BytesIO(printed(sheet(name="𠮷㛃䶮餐饮店")))).pages[0].extract_text()
    printing.check_characters("𠮷㛃䶮")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_fixed_words_of_every_sheet_are_in_our_own_font(layout):
    """What was typed is looked at when a document is numbered; these words are looked at here, once and for all."""
    whole = replace(sheet(layout), expires_on=date(2027, 9, 17), sealed_by="市电子印章平台", leads_to=ADDRESS)
    rare = set(sheets.page(whole)) - printing.own_characters()
    assert {each for each in rare if not each.isspace()} == set()


def test_everything_that_was_typed_on_a_sheet_is_looked_at():
    made = replace(sheet(body="<p>一</p>"), title="二", issuer_name="三", record=(("四", "五"),))
    assert made.characters >= set("一二三四五")


def test_a_character_without_a_glyph_stops_the_printing_and_is_named():
    with pytest.raises(Refused, match="“\ue123”（U\\+E123）"):
        printed(sheet(name="海\ue123河"))
    with pytest.raises(Refused, match="“\ue123”（U\\+E123）"):
        printing.check_characters("海\ue123河")


@pytest.mark.parametrize(
    "address", ["https://e.example/x.png", "file:///etc/passwd", "data:text/css,*{}", "x.png"]
)
def test_a_sheet_loads_nothing_from_outside(address):
    with pytest.raises(FatalURLFetchingError, match="may not load"):
        printed(sheet(body=f'<img src="{address}" alt="">'))


def test_a_preview_has_the_very_words_and_no_number():
    made = sheet()
    preview = sheets.article(replace(made, number="", verify_code="", verify_url=""))
    assert made.body in preview
    assert made.body in sheets.page(made)
    assert "签署后自动编号" in preview
    assert "验真码" not in preview
