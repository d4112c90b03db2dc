"""What lasts and what is read aloud: PDF/A-3a as far as it can be checked by structure (ISO 19005-3, ISO 32000-1).

No validator is part of the tests; these are the clauses that our files could break, looked at in files of every layout.
"""

import xml.etree.ElementTree as Xml
from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from workflow_app.services.documents import detached, documents, payload, printing, sheets

from .test_payload import CERTIFICATE
from .test_printing import LAYOUTS, NOW, sheet

PDFA = "{http://www.aiim.org/pdfa/ns/id/}"
PAINTING = {"f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh", "Do", "Tj", "TJ", "'", '"'}
FORBIDDEN = (
    "/JavaScript",
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/SetOCGState",
    "/Hide",
)


@pytest.fixture(scope="module", params=LAYOUTS)
def file(request, signer):
    """A signed file of each layout, with its payload attached, that may be relied on until a day."""
    signature = detached.sign(signer, CERTIFICATE.canonical)
    made = replace(
        sheet(request.param), signed=payload.pack(CERTIFICATE, signature), expires_on=date(2026, 12, 18)
    )
    pdf = printing.render_pdf(
        sheets.page(made), made_at=NOW, attachments=documents.attached(CERTIFICATE, signature)
    )
    with pikepdf.open(BytesIO(signer.sign(pdf, reason="试验", name="试验"))) as opened:
        yield opened


def elements(parent):
    """Every element of the structure, in reading order."""
    kids = parent.get("/K", [])
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid:
            yield kid
            yield from elements(kid)


def test_the_metadata_names_the_standard_and_the_profile_of_colours_is_inside(file):
    stated = Xml.fromstring(bytes(file.Root.Metadata.read_bytes()))
    found = {name: value for each in stated.iter() for name, value in each.attrib.items()}
    assert (found[f"{PDFA}part"], found[f"{PDFA}conformance"]) == ("3", "A")
    (intent,) = file.Root.OutputIntents
    assert (intent.S, intent.DestOutputProfile.N) == ("/GTS_PDFA1", 3)
    assert "/ID" in file.trailer
    assert "/Encrypt" not in file.trailer
    assert file.pdf_version == "1.7"


def test_what_machines_read_is_associated_with_the_file_once_each(file):
    associated = {str(each.UF): each for each in file.Root.AF}
    assert len(file.Root.AF) == 2
    assert bytes(associated["payload.json"].EF.F.read_bytes()) == CERTIFICATE.canonical
    kinds = {name: (str(each.EF.F.Subtype), str(each.AFRelationship)) for name, each in associated.items()}
    assert kinds == {
        "payload.json": ("/application/json", "/Data"),
        "payload.jws": ("/application/jose", "/Data"),
    }
    for each in associated.values():
        assert str(each.F) == str(each.UF)
        assert str(each.Desc) == "供机器核验的数据"
        assert int(each.EF.F.Params.Size) == len(bytes(each.EF.F.read_bytes()))
        assert "/ModDate" in each.EF.F.Params


def test_every_font_is_inside_with_a_way_back_to_its_characters(file):
    fonts = [font for page in file.pages for font in page.Resources.Font.values()]
    assert fonts
    for font in fonts:
        (below,) = font.DescendantFonts
        assert "/ToUnicode" in font
        assert {"/FontFile2", "/FontFile3"} & set(below.FontDescriptor.keys())
        if below.Subtype == "/CIDFontType2":
            assert below.CIDToGIDMap == "/Identity"


def test_nothing_in_the_file_acts_hides_or_shines_through(file):
    for each in file.objects:
        if not isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            continue
        assert each.get("/S") not in FORBIDDEN
        assert "/AA" not in each
        assert each.get("/SMask", "/None") == "/None"
        assert each.get("/BM", "/Normal") == "/Normal"
        assert (each.get("/ca", 1), each.get("/CA", 1)) == (1, 1)
        if each.get("/Type") == "/Annot":
            assert each.Subtype == "/Widget"  # the signature, which is not seen
            assert [int(side) for side in each.Rect] == [0, 0, 0, 0]
            assert int(each.F) & 4
            assert not int(each.F) & 0b100011


def test_all_that_is_painted_is_either_text_of_the_tree_or_marked_as_frame(file):
    in_tree = {
        (kid.Pg.objgen, int(at))
        for kid in elements(file.Root.StructTreeRoot)
        for at in (kid.K if isinstance(kid.K, pikepdf.Array) else [kid.K])
        if isinstance(at, int)
    }
    for page in file.pages:
        marks: list[object] = []
        footers = 0
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in ("BDC", "BMC"):
                mark = operands[1].get("/MCID") if str(operator) == "BDC" else None
                marks.append(mark)
                footers += operands[0] == "/Artifact" and str(operator) == "BDC"
                assert mark is None or (page.obj.objgen, int(mark)) in in_tree
                assert operands[0] == "/Artifact" or mark is not None
            elif str(operator) == "EMC":
                marks.pop()
            elif str(operator) in PAINTING:
                assert marks
        assert marks == []
        assert footers == 3  # number of the document, page number, code


def test_a_screen_reader_finds_language_headings_tables_pictures_and_a_sensible_order(file):
    root, tree = file.Root, list(elements(file.Root.StructTreeRoot))
    assert str(root.Lang) == "zh-CN"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    headings = [str(each.S) for each in tree if each.S in ("/H1", "/H2", "/H3")]
    assert headings[:2] == ["/H1", "/H2"]
    assert set(headings[1:]) == {"/H2"}
    assert headings.count("/H1") == 1
    heads = [str(each.A.Scope) for each in tree if each.S == "/TH"]
    assert heads[:2] == ["/Column", "/Column"]
    assert set(heads[2:]) <= {"/Row"}  # the signing record
    (picture,) = [each for each in tree if each.S == "/Figure"]
    assert str(picture.Alt) == (
        "验真二维码，内容为 https://credit.example.gov.cn/verify/ABCDEFGHIJKLMNOPQRSTUVWX"
    )
    kinds = [str(each.S) for each in tree]
    assert kinds.index("/H1") < kinds.index("/Table") < kinds.index("/Figure")
    assert kinds.index("/LI") < kinds.index("/Figure")  # the QR is read after all that it proves
