"""The PostgreSQL of the tests is real, private, and leaves nothing behind."""

import stat
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import started


@pytest.fixture(scope="module")
def server():
    with started() as running:
        yield running


def query(url, statement):
    engine = create_engine(url)
    with engine.begin() as connection:
        answer = connection.execute(text(statement))
        rows = answer.fetchall() if answer.returns_rows else []
    engine.dispose()
    return rows


def test_a_copy_holds_the_rows_of_its_template_and_changes_apart_from_it(server):
    original = server.create_database("original")
    query(original, "CREATE TABLE names (name text)")
    query(original, "INSERT INTO names VALUES ('𠮷野家')")
    copy = server.create_database("copy", template="original")
    query(copy, "INSERT INTO names VALUES ('㛃')")
    assert query(copy, "SELECT name FROM names ORDER BY name") == [("㛃",), ("𠮷野家",)]
    assert query(original, "SELECT name FROM names") == [("𠮷野家",)]


def test_a_dropped_database_can_be_created_again(server):
    query(server.create_database("again"), "CREATE TABLE one (id integer)")
    server.drop_database("again")
    url = server.create_database("again")
    assert query(url, "SELECT count(*) FROM pg_tables WHERE tablename = 'one'") == [(0,)]


def test_the_server_listens_on_no_port_and_its_socket_is_private(server):
    url = server.create_database("private")
    assert query(url, "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(server.folder.stat().st_mode) == 0o700


def test_the_server_never_runs_as_root(server):
    assert (server.folder / "data" / "postmaster.pid").stat().st_uid != 0


def test_a_stopped_server_leaves_no_folder_and_no_process():
    with started() as server:
        process_id = (server.folder / "data" / "postmaster.pid").read_text().split()[0]
        program = Path(f"/proc/{process_id}/cmdline")
        assert b"postgres" in program.read_bytes()
    assert not server.folder.exists()
    assert not program.exists()
