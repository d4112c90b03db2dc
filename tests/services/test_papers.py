"""Each kind of bad paper is refused with its code and a sentence that says how to mend it; good ones pass."""

import hashlib
import io
import os
import subprocess
import sys
import zlib

import pytest
from pikepdf import Name

from tests.services import paper_samples as samples
from workflow_app.domain.refusals import Refused
from workflow_app.services.papers import inspect


def refusal(content, name):
    with pytest.raises(Refused) as refused:
        inspect(io.BytesIO(content), name=name)
    return refused.value.code, str(refused.value.sentence)


# --- Papers that are taken ---


@pytest.mark.parametrize("name", ["营业执照副本.pdf", "𠮷㛃䶮.pdf", "Licence (copy) 2026.PDF"])
def test_a_pdf_passes_and_keeps_its_name(name):
    content = samples.pdf_bytes(3)
    paper = inspect(io.BytesIO(content), name=name)
    assert (paper.name, paper.type, paper.pages) == (name, "application/pdf", 3)
    assert (paper.size, paper.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA"])
def test_a_png_of_any_colour_mode_passes(mode):
    paper = inspect(io.BytesIO(samples.picture("PNG", size=(121, 81), mode=mode)), name="截图.png")
    assert (paper.type, paper.pages) == ("image/png", None)


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"mode": "L"}, {"mode": "CMYK"}])
@pytest.mark.parametrize("name", ["照片.jpg", "照片.JPEG"])
def test_a_jpeg_passes(options, name):
    paper = inspect(io.BytesIO(samples.picture("JPEG", **options)), name=name)
    assert (paper.name, paper.type) == (name, "image/jpeg")


def test_a_file_without_extension_gets_the_one_of_its_content():
    assert inspect(io.BytesIO(samples.pdf_bytes()), name="扫描件 2026.07").name == "扫描件 2026.07.pdf"


def test_the_stream_is_left_ready_to_be_stored():
    content = samples.pdf_bytes()
    stream = io.BytesIO(content)
    stream.read(7)
    inspect(stream, name="a.pdf")
    assert stream.read() == content


def test_an_official_pdf_that_anybody_can_open_but_nobody_may_change_passes():
    assert inspect(io.BytesIO(samples.locked_pdf(user="")), name="电子执照.pdf").pages == 1


def test_a_scan_in_a_pdf_passes():
    jpeg = samples.picture("JPEG")
    content = samples.pdf_with_stream(jpeg, ["/DCTDecode"], Width=120, Height=80)
    assert inspect(io.BytesIO(content), name="扫描件.pdf").pages == 1


def test_a_pdf_saved_again_with_changes_at_its_end_passes():
    first = samples.pdf_bytes()
    start = first[first.rindex(b"startxref") + 9 :].split()[0].decode()
    trailer = f"xref\n0 0\ntrailer\n<< /Size 5 /Root 1 0 R /Prev {start} >>\nstartxref\n{len(first)}\n%%EOF\n"
    assert inspect(io.BytesIO(first + trailer.encode()), name="补充.pdf").pages == 1


def test_a_photograph_with_the_short_film_of_a_telephone_passes():
    film = b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(range(256)) * 40
    assert inspect(io.BytesIO(samples.picture("JPEG") + film), name="IMG_0001.jpg").type == "image/jpeg"


def test_exactly_the_limit_passes_and_one_byte_more_does_not():
    content = samples.pdf_bytes()
    assert inspect(io.BytesIO(content), name="a.pdf", limit=len(content)).size == len(content)
    with pytest.raises(Refused) as refused:
        inspect(io.BytesIO(content), name="a.pdf", limit=len(content) - 1)
    assert refused.value.code == "too_big"


# --- Size ---


def test_an_empty_file_is_refused():
    assert refusal(b"", "营业执照.pdf") == (
        "empty",
        "“营业执照.pdf”是空文件，里面没有内容。请打开原文件确认能看到内容，重新保存或重新扫描后再上传。",
    )


def test_a_file_over_the_limit_is_refused_with_both_sizes():
    content = b"%PDF-1.7\n" + bytes(10 * samples.MEGABYTE)
    assert refusal(content, "合同.pdf") == (
        "too_big",
        "“合同.pdf”大小为 10.1 MB，超过了每份 10 MB 的上限。请用 200 dpi、黑白模式重新扫描，或拆成几份后再上传。",
    )


def test_no_more_than_one_byte_over_the_limit_is_read():
    class Endless(io.BytesIO):
        given = 0

        def seekable(self):
            return False

        def read(self, size=-1, /):
            assert size is not None
            assert size > 0
            self.given += size
            return bytes(size)

    stream = Endless()
    with pytest.raises(Refused) as refused:
        inspect(stream, name="合同.pdf")
    assert stream.given == 10_485_761
    assert str(refused.value.sentence) == (
        "“合同.pdf”超过了每份 10 MB 的上限。请用 200 dpi、黑白模式重新扫描，或拆成几份后再上传。"
    )


# --- Wrong type ---

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
GIF = samples.picture("GIF", mode="P")

WRONG_TYPES = [
    ("IMG_0001.HEIC", HEIC,
     "“IMG_0001.HEIC”是 HEIC 照片，这里只收 PDF、JPEG 和 PNG。请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或把照片另存为 JPEG 后再上传。"),
    ("改了名.jpg", HEIC,
     "“改了名.jpg”是 HEIC 照片，这里只收 PDF、JPEG 和 PNG。请在手机“设置—相机—格式”里选“兼容性最佳”后重拍，或把照片另存为 JPEG 后再上传。"),
    ("承诺书.docx", samples.docx(),
     "“承诺书.docx”是 Word 文档，这里只收 PDF、JPEG 和 PNG。请在 Word 或 WPS 里点“文件—另存为”，类型选 PDF，再上传新文件。"),
    ("承诺书.doc", OLE + "WordDocument".encode("utf-16-le"),
     "“承诺书.doc”是 Word 文档，这里只收 PDF、JPEG 和 PNG。请在 Word 或 WPS 里点“文件—另存为”，类型选 PDF，再上传新文件。"),
    ("承诺书.rtf", b"{\\rtf1 hello}",
     "“承诺书.rtf”是 Word 文档，这里只收 PDF、JPEG 和 PNG。请在 Word 或 WPS 里点“文件—另存为”，类型选 PDF，再上传新文件。"),
    ("清单.xlsx", samples.archive(xl__workbook="x"),
     "“清单.xlsx”是表格或演示文稿，这里只收 PDF、JPEG 和 PNG。请在 Office 或 WPS 里点“文件—另存为”，类型选 PDF，再上传新文件。"),
    ("发票.ofd", samples.archive(**{"OFD.xml": "x"}),
     "“发票.ofd”是 OFD 文件，这里只收 PDF、JPEG 和 PNG。请用 OFD 阅读器打开，点“打印”，打印机选“打印为 PDF”，再上传新文件。"),
    ("材料.zip", samples.archive(a="x"),
     "“材料.zip”是压缩包，这里只收 PDF、JPEG 和 PNG。请先解压，再把里面的 PDF 或图片一份一份上传；如果里面是别的文件，请先打印为 PDF。"),
    ("材料.rar", b"Rar!\x1a\x07\x01\x00" + bytes(64),
     "“材料.rar”是压缩包，这里只收 PDF、JPEG 和 PNG。请先解压，再把里面的 PDF 或图片一份一份上传；如果里面是别的文件，请先打印为 PDF。"),
    ("公章.gif", GIF,
     "“公章.gif”是 GIF 图片，这里只收 PDF、JPEG 和 PNG。请用“画图”或相册打开，另存为 JPEG 或 PNG，再上传新文件。"),
    ("现场.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0isommp42" + bytes(64),
     "“现场.mp4”是音频或视频，这里只收 PDF、JPEG 和 PNG。请截取能说明情况的画面，存为 JPEG 或 PNG 后上传。"),
    ("执照.pdf", b"MZ\x90\0" + bytes(300),
     "“执照.pdf”是可以运行的程序，这里只收 PDF、JPEG 和 PNG。请核对是否选错了文件，改选要交的材料；如果它本该是材料，请先查杀病毒。"),
    ("公章.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
     "“公章.svg”是网页，这里只收 PDF、JPEG 和 PNG。请用浏览器打开，点“打印”，打印机选“另存为 PDF”，再上传新文件。"),
    ("说明.txt", "说明文字".encode(),
     "看不出“说明.txt”是什么文件，这里只收 PDF、JPEG 和 PNG。请用平时看它的软件打开，点“打印”，打印机选“打印为 PDF”，再上传新文件。"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "sentence"), WRONG_TYPES, ids=[row[0] for row in WRONG_TYPES])
def test_a_file_of_another_kind_is_named_and_the_way_to_convert_it_told(name, content, sentence):
    assert refusal(content, name) == ("wrong_type", sentence)


def test_a_name_that_does_not_agree_with_the_content_is_refused():
    assert refusal(samples.picture("PNG"), "执照.pdf") == (
        "wrong_extension",
        "“执照.pdf”的扩展名与内容不一致，里面其实是 PNG。请把文件名结尾改为 .png，或重新导出后再上传。",
    )
    assert refusal(samples.pdf_bytes(), "执照.pdf.exe")[0] == "wrong_extension"


# --- PDF ---


def test_a_pdf_with_a_password_is_refused():
    assert refusal(samples.locked_pdf(user="secret"), "合同.pdf") == (
        "locked",
        "“合同.pdf”设有打开密码，工作人员看不了。请输入密码打开，点“打印”，打印机选“打印为 PDF”，再上传新文件。",
    )


BROKEN_PDF = (
    "broken",
    "“合同.pdf”已损坏或没有传完整，打不开。请先打开原文件，确认每一页都能看到，再打印为 PDF 或重新扫描，然后上传。",
)


@pytest.mark.parametrize("kept", [9, 0.1, 0.5, 0.9, -8])
def test_a_pdf_cut_short_is_refused(kept):
    content = samples.pdf_bytes(4)
    assert (
        refusal(content[: kept if isinstance(kept, int) else int(len(content) * kept)], "合同.pdf")
        == BROKEN_PDF
    )


def test_a_fast_web_pdf_cut_short_is_refused():
    content = samples.saved(samples.pdf_of(4), linearize=True)
    first_end = content.index(b"%%EOF")
    assert refusal(content[: (first_end + len(content)) // 2], "合同.pdf") == BROKEN_PDF
    assert refusal(content[: first_end + 6], "合同.pdf") == BROKEN_PDF


def test_a_pdf_overwritten_in_the_middle_is_refused():
    content = samples.pdf_bytes(2)
    middle = content.index(b"stream") + 40
    assert refusal(content[:middle] + bytes(300) + content[middle + 300 :], "合同.pdf") == BROKEN_PDF


def test_a_pdf_without_pages_is_refused():
    assert refusal(samples.pdf_bytes(0), "合同.pdf") == BROKEN_PDF


def test_a_file_that_is_a_pdf_by_its_first_and_last_line_only_is_refused():
    assert refusal(b"%PDF-1.7\nnothing here\n%%EOF\n", "合同.pdf") == BROKEN_PDF


def test_a_pdf_that_carries_another_file_is_refused():
    assert refusal(samples.pdf_with_attachment(), "合同.pdf") == (
        "embedded_files",
        "“合同.pdf”里夹带了附件，为了安全不能接收。请打开它，点“打印”，打印机选“打印为 PDF”，再上传新文件；附件也是材料的，请另外上传。",
    )


@pytest.mark.parametrize(
    "make", [samples.pdf_with_script, samples.pdf_with_script_on_a_page, samples.pdf_with_launch]
)
def test_a_pdf_that_runs_something_is_refused(make):
    assert refusal(make(), "合同.pdf") == (
        "active_content",
        "“合同.pdf”里有脚本或会自动运行的动作，为了安全不能接收。请打开它，点“打印”，打印机选“打印为 PDF”，再上传新文件。",
    )


def test_a_script_under_a_disguised_name_is_refused():
    disguised = samples.pdf_with_script().replace(b"/JavaScript", b"/J#61vaScript")
    assert refusal(disguised, "合同.pdf")[0] == "active_content"


@pytest.mark.parametrize(
    "disguise",
    [
        lambda pdf: b"<html><script>alert(1)</script>\n" + pdf,
        lambda pdf: b"/*" + b" " * 20 + b"*/alert(1)//\n" + pdf,
        lambda pdf: samples.archive(a="x") + pdf,
        lambda pdf: pdf + samples.archive(a="x"),
        lambda pdf: pdf + samples.archive(a="x")[:-2] + b"\x06\0%%EOF\n",
        lambda pdf: pdf + b"<html><body>hello</body></html>",
        lambda pdf: pdf + b"<script>alert(1)</script>\n%%EOF\n",
        lambda pdf: pdf + b"Rar!\x1a\x07\x01\x00",
        lambda pdf: pdf + b"something else",
        lambda pdf: pdf[:9] + b"<script>alert(1)</script>\n" + pdf[9:],
    ],
    ids=["html before", "script before", "zip before", "zip after", "zip after, ended like a PDF", "html after",
         "script after, ended like a PDF", "rar after", "words after", "script in the head"],
)  # fmt: skip
def test_a_pdf_that_is_something_else_as_well_is_refused(disguise):
    assert refusal(disguise(samples.pdf_bytes()), "合同.pdf") == (
        "hidden_content",
        "“合同.pdf”在 PDF 之外还夹带了别的内容，为了安全不能接收。请打开它，点“打印”，打印机选“打印为 PDF”，再上传新文件。",
    )


def test_a_pdf_of_too_many_pages_is_refused():
    assert refusal(samples.pdf_bytes(501), "账册.pdf") == (
        "too_many_pages",
        "“账册.pdf”有 501 页，超过了每份 500 页的上限。请拆成几份后分别上传。",
    )


BOMB_PDF = (
    "bomb",
    "“合同.pdf”展开后大得不合常理，系统没有打开它。请用 200 dpi、黑白模式重新扫描，或打印为 PDF，再上传新文件。",
)


@pytest.mark.parametrize(
    "make",
    [
        lambda: samples.pdf_bomb(800),
        lambda: samples.pdf_with_stream(zlib.compress(samples.deflated_zeros(800)), ["/FlateDecode"] * 2),
        lambda: samples.pdf_with_stream(zlib.compress(samples.deflated_zeros(800)), ["/FlateDecode"] * 2 + ["/DCTDecode"]),
        lambda: samples.pdf_with_stream(b"x", ["/CCITTFaxDecode"], Subtype=Name.Image, Width=90_000, Height=90_000),
    ],
    ids=["one stream", "packed twice", "around a picture", "huge picture"],
)  # fmt: skip
def test_a_pdf_that_unpacks_beyond_reason_is_refused(make):
    assert refusal(make(), "合同.pdf") == BOMB_PDF


def test_a_pdf_whose_very_objects_unpack_beyond_reason_is_refused():
    assert inspect(io.BytesIO(samples.pdf_bomb_in_object_stream(1)), name="合同.pdf").pages == 1
    assert refusal(samples.pdf_bomb_in_object_stream(800), "合同.pdf") == BROKEN_PDF


# --- Pictures ---

BROKEN_PICTURE = "已损坏或没有传完整，打不开。请先打开原图，确认能看到全部内容，再另存或重新拍摄，然后上传。"
HIDDEN_IN_PICTURE = "在图片之外还夹带了别的内容，为了安全不能接收。请用“画图”或相册打开，另存为新的 JPEG 或 PNG，再上传新文件。"
BOMB_PICTURE = "展开后大得不合常理，系统没有打开它。请把图片缩小到 6500 万像素以内，另存为 JPEG 后再上传。"


@pytest.mark.parametrize("kind", ["png", "jpeg"])
@pytest.mark.parametrize("kept", [10, 0.1, 0.5, 0.9, -2])
def test_a_picture_cut_short_is_refused(kind, kept):
    content = samples.picture(kind.upper())
    cut = content[: kept if isinstance(kept, int) else int(len(content) * kept)]
    assert refusal(cut, f"公章.{kind}") == ("broken", f"“公章.{kind}”" + BROKEN_PICTURE)


def test_a_png_with_changed_bytes_is_refused():
    content = bytearray(samples.picture("PNG"))
    content[len(content) // 2] ^= 0xFF
    assert refusal(bytes(content), "公章.png")[0] == "broken"


APPENDED = [
    samples.archive(a="x"), b"<script>alert(1)</script>", b"\n<?php system($_GET['c']); ?>", b"#!/bin/sh\nls",
    b"<!DOCTYPE html><p>", b"alert(document.cookie)//", b"Rar!\x1a\x07\x01\x00", b"7z\xbc\xaf\x27\x1c\0\4",
    samples.pdf_bytes(),
]  # fmt: skip


@pytest.mark.parametrize(
    "appended", APPENDED, ids=["zip", "script", "php", "shell", "html", "bare script", "rar", "7z", "pdf"]
)
@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_a_picture_with_something_behind_its_end_is_refused(kind, appended):
    content = samples.picture(kind.upper()) + appended
    assert refusal(content, f"公章.{kind}") == ("hidden_content", f"“公章.{kind}”" + HIDDEN_IN_PICTURE)


def test_a_png_with_the_rest_of_an_uncropped_picture_behind_its_end_is_refused():
    assert refusal(samples.picture("PNG") + bytes(range(1, 200)), "截图.png")[0] == "hidden_content"


def test_a_script_in_the_notes_of_a_picture_is_refused():
    assert refusal(samples.picture("JPEG", comment=b"<?php system('ls'); ?>"), "a.jpg")[0] == "hidden_content"
    noted = samples.png_of(1, 1, zlib.compress(b"\0\0"), (b"tEXt", b"Comment\0<script>alert(1)</script>"))
    assert refusal(noted, "a.png")[0] == "hidden_content"


def test_a_jpeg_that_reads_as_a_script_is_refused():
    content = samples.picture("JPEG")
    segment = b"\xff\xe0\x2f\x2a" + b"JFIF\0\1\1\0\0\1\0\1\0\0" + bytes(0x2F2A - 16)
    assert refusal(content[:2] + segment + content[20:], "a.jpg")[0] == "hidden_content"


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("图.png", lambda: samples.png_of(60_000, 60_000, samples.deflated_zeros(1))),
        ("图.png", lambda: samples.png_of(100, 100, samples.deflated_zeros(800))),
        ("图.jpg", lambda: samples.jpeg_said_to_be(60_000, 60_000)),
    ],
    ids=["png by its header", "png by its rows", "jpeg by its header"],
)
def test_a_picture_that_unpacks_beyond_reason_is_refused(name, make):
    assert refusal(make(), name) == ("bomb", f"“{name}”" + BOMB_PICTURE)


# --- Bounds ---

MEASURED = """
import io, resource, sys
from tests.services import paper_samples as samples
from workflow_app.domain.refusals import Refused
from workflow_app.services.papers import inspect

content, name = {make}
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    inspect(io.BytesIO(content), name=name)
except Refused as refused:
    assert refused.code in ("bomb", "broken")
else:
    raise SystemExit("taken")
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(own, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.mark.parametrize(
    "make",
    [
        "samples.pdf_bomb(800), 'a.pdf'",
        "samples.pdf_bomb_in_object_stream(800), 'a.pdf'",
        "samples.png_of(100, 100, samples.deflated_zeros(800)), 'a.png'",
    ],
)
def test_eight_hundred_megabytes_in_a_small_file_take_bounded_memory(make):
    done = subprocess.run(
        [sys.executable, "-c", MEASURED.format(make=make)],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    own, probe = (int(kilobytes) / 1024 for kilobytes in done.stdout.split())
    assert own < 80
    assert probe < 600


def test_no_sentence_lets_the_inside_out():
    for content in (samples.pdf_bytes()[:300], samples.picture("PNG")[:90], samples.pdf_bomb(500), b"\0"):
        _, sentence = refusal(
            content, "../../etc/x\u202e\0.pdf" if content[:1] == b"%" else "/srv/secret/x.png"
        )
        assert not any(
            word in sentence for word in ("etc", "srv", "Error", "pikepdf", "PL_", "0x", "\0", "\u202e")
        )
