"""The virus scan speaks INSTREAM with a daemon on the loopback, and says plainly when it could not ask."""

import io
import os
import socket
import socketserver
import struct
import threading

import pytest

from workflow_app.domain.refusals import Refused
from workflow_app.services.papers import Scan, Verdict, refuse_if_infected, scan

LARGEST = 1_000_000


class Daemon(socketserver.StreamRequestHandler):
    """As much of clamd(8) as INSTREAM needs: finds one word, has a size limit, closes after its answer."""

    def handle(self):
        assert self.rfile.read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", self.rfile.read(4))[0]:
            content += self.rfile.read(length)
            if len(content) > LARGEST:
                self.wfile.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
        infected = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" in content
        self.wfile.write(b"stream: Eicar-Test-Signature FOUND\0" if infected else b"stream: OK\0")


class Mute(socketserver.BaseRequestHandler):
    """Accepts and hangs up."""

    def handle(self):
        self.request.recv(10)


def serving(server):
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server.server_address
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def clamd_url():
    for host, port in serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Daemon)):
        yield f"tcp://{host}:{port}"


def test_a_clean_paper_is_clean_and_its_stream_rewound(clamd_url):
    stream = io.BytesIO(os.urandom(300_000))
    stream.read()
    assert scan(stream, clamd_url=clamd_url) == Scan(Verdict.CLEAN)
    assert stream.tell() == 0


def test_an_infected_paper_is_found_across_pieces(clamd_url):
    content = bytes(65_520) + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE" + bytes(10)
    found = scan(io.BytesIO(content), clamd_url=clamd_url)
    assert found == Scan(Verdict.INFECTED, "Eicar-Test-Signature")


def test_a_unix_socket_serves_as_well(tmp_path):
    path = str(tmp_path / "clamd")
    for _ in serving(socketserver.ThreadingUnixStreamServer(path, Daemon)):
        assert scan(io.BytesIO(b"x"), clamd_url=f"unix://{path}") == Scan(Verdict.CLEAN)
        assert scan(io.BytesIO(b"x"), clamd_url=path) == Scan(Verdict.CLEAN)


def test_a_paper_larger_than_the_daemon_takes_is_not_called_clean(clamd_url):
    assert scan(io.BytesIO(bytes(5 * LARGEST)), clamd_url=clamd_url) == Scan(Verdict.UNAVAILABLE)


def test_a_daemon_that_hangs_up_is_unavailable():
    for host, port in serving(socketserver.ThreadingTCPServer(("127.0.0.1", 0), Mute)):
        assert scan(io.BytesIO(b"x" * 100), clamd_url=f"tcp://{host}:{port}") == Scan(Verdict.UNAVAILABLE)


def test_no_daemon_is_unavailable():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: connections are refused
        url = f"tcp://127.0.0.1:{taken.getsockname()[1]}"
        assert scan(io.BytesIO(b"x"), clamd_url=url) == Scan(Verdict.UNAVAILABLE)


@pytest.mark.parametrize("nothing", ["", None])
def test_without_a_setting_nothing_is_scanned_and_nothing_claimed(nothing):
    assert scan(io.BytesIO(b"x"), clamd_url=nothing) == Scan(Verdict.NOT_SCANNED)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:3310", "tcp://127.0.0.1", "clamd.sock", "unix://host/x", "tcp://:1"]
)
def test_a_setting_that_names_no_daemon_is_refused(url):
    with pytest.raises(ValueError, match="CLAMD_URL must be"):
        scan(io.BytesIO(b"x"), clamd_url=url)


def test_an_infected_paper_is_refused_without_the_name_of_the_virus():
    with pytest.raises(Refused) as refused:
        refuse_if_infected(Scan(Verdict.INFECTED, "Eicar-Test-Signature"), "合同.pdf")
    assert refused.value.code == "infected"
    assert str(refused.value.sentence) == (
        "“合同.pdf”被查出带有病毒，没有接收。请先用杀毒软件检查电脑，再重新扫描或打印为 PDF，然后上传新文件。"
    )


@pytest.mark.parametrize("verdict", [Verdict.CLEAN, Verdict.UNAVAILABLE, Verdict.NOT_SCANNED])
def test_other_verdicts_pass(verdict):
    refuse_if_infected(Scan(verdict), "合同.pdf")
