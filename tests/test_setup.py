"""`run`, `test` and the locks: what a newcomer meets first."""

import os
import re
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt")
COMMANDS = ("run", "test", ".ci/run")


def call(*command, **settings):
    environment = os.environ | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"} | settings
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def taken_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_can_be_executed_and_is_sound_bash(command):
    assert os.access(ROOT / command, os.X_OK)
    assert call("bash", "-n", command).stderr == ""


def test_the_machines_of_the_project_run_the_test_command_and_nothing_else():
    lines = (ROOT / ".ci/run").read_text().splitlines()
    assert [line for line in lines if not line.startswith(("#", "set", "cd"))] == ["exec ./test"]


def test_help_is_given_in_the_language_of_the_terminal():
    assert "--no-demo   no demo data" in call("./run", "--help").stdout
    assert "--no-demo   不装入演示数据" in call("./run", "--help", LC_ALL="zh_CN.UTF-8").stdout


def test_an_unknown_option_is_answered_with_the_help():
    answer = call("./run", "--production")
    assert answer.returncode == 2
    assert "Usage: ./run [--no-demo]" in answer.stderr


def test_a_taken_port_is_named_with_the_way_out(taken_port):
    answer = call("./run", PORT=str(taken_port))
    assert answer.returncode == 1
    assert f"Port {taken_port} on 127.0.0.1 is taken by another program." in answer.stderr
    assert f"PORT={taken_port % 65535 + 1} ./run" in answer.stderr


@pytest.mark.parametrize("port", ["web", "0", "65536", "-1", "80 80"])
def test_a_port_that_is_no_port_is_refused(port):
    answer = call("./run", PORT=port)
    assert answer.returncode == 1
    assert f"PORT must be a number from 1 to 65535, not “{port}”." in answer.stderr


def test_an_address_of_another_machine_is_refused():
    answer = call("./run", HOST="192.0.2.1")
    assert answer.returncode == 1
    assert "HOST “192.0.2.1” is not an address of this machine." in answer.stderr


def test_a_demo_district_never_becomes_a_real_office(tmp_path, free_port):
    (tmp_path / "secrets.env").write_text("SECRET_KEY=demo-0000\nFIELD_KEYS=0000\n")
    answer = call("./run", "--no-demo", VAR_FOLDER=str(tmp_path), PORT=free_port)
    assert answer.returncode == 1
    assert "holds the demo district, which never becomes a real office" in answer.stderr


def test_no_new_keys_are_made_beside_a_database_that_needs_the_old_ones(tmp_path, free_port):
    (tmp_path / "casework.sqlite").touch()
    answer = call("./run", VAR_FOLDER=str(tmp_path), PORT=free_port)
    assert answer.returncode == 1
    assert "Put the file back from a backup" in answer.stderr
    assert not (tmp_path / "secrets.env").exists()


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_a_hash_for_every_package_and_no_address(lock):
    text = (ROOT / lock).read_text()
    assert not re.search(r"://|^\s*-[^-]|^--|/(opt|tmp|home|root|work)/", text, re.MULTILINE)
    packages = re.findall(r"^\S+==.*(?:\n    --hash=sha256:[0-9a-f]{64}.*)+", text, re.MULTILINE)
    assert len(packages) == len(re.findall(r"^[^\s#]", text, re.MULTILINE))


def test_the_locks_hold_what_the_project_asks_for():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, dev = project["project"]["dependencies"], project["dependency-groups"]["dev"]
    assert names(runtime) <= locked("requirements.txt")
    assert names(runtime + dev) <= locked("requirements-dev.txt")


def test_a_test_machine_has_the_very_packages_that_serve():
    pinned = re.compile(r"^\S+==.*", re.MULTILINE)
    runtime, dev = (set(pinned.findall((ROOT / lock).read_text())) for lock in LOCKS)
    assert runtime <= dev


def test_every_setting_is_described():
    read = set(re.findall(r'environment\.get\("(\w+)"', (ROOT / "workflow_app/config.py").read_text()))
    described = (ROOT / "docs/setup.md").read_text()
    internal = {"DEMO_DISTRICT", "CHEAP_PASSWORDS"}  # set by ./run and by the tests
    assert {name for name in read - internal if f"`{name}`" not in described} == set()


def names(requirements):
    return {re.split(r"[\[>=<]", requirement)[0] for requirement in requirements}


def locked(lock):
    return {
        re.split(r"[\[=]", line)[0] for line in re.findall(r"^[^\s#]\S*==", (ROOT / lock).read_text(), re.M)
    }
