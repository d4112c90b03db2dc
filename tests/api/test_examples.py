"""What docs/api.md tells people to type works as it stands there, against a real server."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.api.conftest import Machines
from tests.web.conftest import District

DOCS = Path(__file__).resolve().parents[2] / "docs"
CHECKED = "CM-120102-20260512-000001"
PATIENCE_S = 60


@pytest.fixture
def shell(machine: Machines, server: str) -> dict[str, str]:
    """The environment in which the examples are typed, by a handler."""
    return {
        "PATH": os.environ["PATH"], "SITE": server, "TOKEN": machine("handler.jiaoyu").token, "CASE": CHECKED,
        "NO_PROXY": "127.0.0.1", "PYTHONUTF8": "1",
    }  # fmt: skip


def test_the_client_takes_a_case_decides_and_brings_the_document(
    district: District, shell: dict[str, str], tmp_path: Path
) -> None:
    client = [sys.executable, str(DOCS / "examples" / "client.py")]
    with subprocess.Popen(client, env=shell, cwd=tmp_path, stdout=-1, stderr=-1, text=True) as run:
        until = time.monotonic() + PATIENCE_S
        while run.poll() is None and time.monotonic() < until:
            district.deliver()
            time.sleep(0.2)
        run.kill()
        told, wrong = run.communicate()
    assert wrong == ""
    assert f"{CHECKED} fulfilled" in told
    assert district.stored(CHECKED).state == "fulfilled"
    (file,) = tmp_path.glob("*.pdf")
    assert file.read_bytes().startswith(b"%PDF-")


def test_the_lines_for_the_shell_work(shell: dict[str, str]) -> None:
    lines = re.findall("^curl .*$", (DOCS / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) >= 6
    for line in lines:
        told = subprocess.run(["/bin/sh", "-c", line], env=shell, capture_output=True, text=True, check=False)
        assert (told.returncode, told.stderr) == (0, ""), f"{line}\n{told.stdout}{told.stderr}"
        assert told.stdout.startswith("{"), line
