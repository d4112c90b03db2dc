"""The print process: the same bytes as here, and whatever it dies of, a delivery fails and nothing else."""

import os
import re
import signal
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from workflow_app.domain.refusals import Refused
from workflow_app.services.documents import print_process, printing
from workflow_app.services.documents.print_process import PrintingFailed, PrintProcess

NOW = datetime(2026, 9, 18, 2, 30, tzinfo=UTC)
PAGE = '<html lang="zh-CN"><head><title>信用承诺书</title></head><body class="paper"><h1>信用承诺书</h1>{}</body></html>'
FILES = {"payload.json": b'{"holder":"x"}'}


@pytest.fixture
def printer():
    """A print process of its own that prints two documents before it is replaced."""
    made = PrintProcess(most=2)
    yield made
    made.close()


def test_it_prints_the_same_bytes_refuses_alike_and_is_replaced_after_so_many_documents(printer):
    page = PAGE.format("<p>天津海河晨光餐饮管理有限公司 𠮷</p>")
    there = printer.render_pdf(page, made_at=NOW, attachments=FILES)
    first = printer.pid
    assert there == printing.render_pdf(page, made_at=NOW, attachments=FILES)
    assert PdfReader(BytesIO(there)).attachments == {"payload.json": [b'{"holder":"x"}']}
    with pytest.raises(Refused, match="“\ue123”（U\\+E123）") as refused:
        printer.render_pdf(PAGE.format("<p>海\ue123河</p>"), made_at=NOW)
    assert refused.value.code == "no_glyph"
    assert printer.pid is None, "the second document was its last"
    with pytest.raises(PrintingFailed, match=r"FatalURLFetchingError: .*may not load file:///etc/passwd"):
        printer.render_pdf(PAGE.format('<img src="file:///etc/passwd" alt="">'), made_at=NOW)
    assert printer.pid is None, "nobody vouches for the memory of a process after an error"
    assert first is not None
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)


def test_it_knows_no_setting_and_survives_what_is_meant_for_the_worker(printer, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "not-to-be-passed-on")
    printer.render_pdf(PAGE.format("<p>一</p>"), made_at=NOW)
    known = Path("/proc", str(printer.pid))
    told, libraries = (known / "environ").read_bytes(), (known / "maps").read_text()
    assert b"PATH=" in told
    assert b"SECRET_KEY" not in told
    assert "libpango" in libraries
    assert "_psycopg" not in libraries, "it loads no way to a database"
    assert re.search(r"Max address space +1073741824 ", (known / "limits").read_text())
    for told_to_stop in (signal.SIGTERM, signal.SIGINT):
        os.kill(printer.pid, told_to_stop)
    assert printer.render_pdf(PAGE.format("<p>二</p>"), made_at=NOW).startswith(b"%PDF-1.7")


def test_a_process_that_dies_fails_one_document_and_the_next_gets_another_process(printer):
    printer.render_pdf(PAGE.format("<p>一</p>"), made_at=NOW)
    os.kill(printer.pid, signal.SIGKILL)
    with pytest.raises(PrintingFailed, match="ended with signal 9"):
        printer.render_pdf(PAGE.format("<p>二</p>"), made_at=NOW)
    assert printer.pid is None
    assert printer.render_pdf(PAGE.format("<p>二</p>"), made_at=NOW).startswith(b"%PDF-1.7")


def test_a_page_that_takes_too_long_or_too_much_memory_is_given_up():
    impatient, small = PrintProcess(seconds=2), PrintProcess(memory=160 * 1024**2)
    with pytest.raises(PrintingFailed, match=r"^the page was not printed within 2 seconds$"):
        impatient.render_pdf(PAGE.format("<p>文书</p>" * 60_000), made_at=NOW)
    with pytest.raises(PrintingFailed, match=r"MemoryError|perhaps out of memory"):
        small.render_pdf(PAGE.format("<p>文书</p>"), made_at=NOW)
    assert (impatient.pid, small.pid) == (None, None)


def test_a_process_that_was_forked_gets_a_print_process_of_its_own():
    ours, back = print_process.shared(), os.pipe()
    if (child := os.fork()) == 0:
        os.write(back[1], b"own" if print_process.shared() is not ours else b"same")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(back[0], 4) == b"own"
    assert print_process.shared() is ours
    for end in back:
        os.close(end)
