"""`flask records import`: what is written, what is printed, and that anything rejected ends with 1."""

import json

import pytest
from sqlalchemy import func, select

from tests.factories import legal
from tests.services.import_samples import HEALTH, give_codes, licences, many, penalties
from tests.web.visitor import real_office
from workflow_app import worker
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.outbox import Message
from workflow_app.models.record import CreditRecord, ImportRun, Licence

NOW = legal("2026-09-18")


@pytest.fixture
def run(database, tmp_path):
    """Runs the command of this office over a file with these bytes."""
    with database.writing() as session:
        give_codes(session)
    app = real_office(database, tmp_path)

    def run(content, *words, name="九月.csv"):
        file = tmp_path / name
        file.write_bytes(content)
        with clock.fixed(NOW):
            return app.test_cli_runner().invoke(args=["records", "import", str(file), *map(str, words)])

    run.app = app
    yield run
    with app.app_context():
        db.engine.dispose()


def counted(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def test_a_file_is_written_at_once_and_told_in_one_object(database, run):
    done = run(penalties({}, {"CF_WSH": "8号"}), "--unit", "market", "--json")
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert told.pop("run")
    assert told == {
        "kind": "penalties", "rows": 2, "created": 2, "updated": 0, "unchanged": 0, "rejected": 0, "errors": [],
    }  # fmt: skip
    assert counted(database, CreditRecord) == 2


def test_a_rejected_row_ends_with_1_and_the_others_are_in(database, run, tmp_path):
    back = tmp_path / "back.csv"
    content = penalties({}, {"CF_WSH": "8号", "CF_CFJGDM": HEALTH}, {"CF_WSH": "9号", "CF_JDRQ": "9/18/2026"})
    done = run(content, "--unit", "market", "--rejected", back)
    assert done.exit_code == 1
    assert "3 rows: 1 created, 0 updated, 0 unchanged, 2 rejected" in done.stdout
    assert (
        "九月.csv:4: CF_JDRQ “处罚决定日期”：“9/18/2026”不是能认出的日期。请写成 2026-09-18 这样"
        in done.stderr
    )
    assert back.read_text(encoding="utf-8-sig").startswith('"行号","问题","怎样改"')
    assert counted(database, CreditRecord) == 1


def test_the_same_file_again_is_unchanged_and_ends_with_0(run):
    content = many(250)
    assert "250 created" in run(content, "--unit", "market").stdout
    again = run(content, "--unit", "market")
    assert (again.exit_code, "0 created, 0 updated, 250 unchanged" in again.stdout) == (0, True)
    assert "200 of 250 rows, 0 rejected" in again.stderr


def test_what_the_file_holds_is_told_from_its_columns_and_its_units_from_its_rows(database, run):
    assert run(licences({}), name="许可.csv").exit_code == 0
    assert counted(database, Licence) == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--unit", "nowhere"), "There is no unit nowhere."),
        (("--by", "nobody"), "There is no account nobody."),
    ],
)
def test_a_unit_or_a_login_that_is_not_there_ends_with_1(run, words, told):
    done = run(penalties({}), *words)
    assert (done.exit_code, told in done.stderr) == (1, True)


def test_a_file_that_is_no_table_is_refused_whole(database, run):
    done = run("姓名\n甲\n".encode(), "--json")
    assert done.exit_code == 1
    (refused,) = json.loads(done.stdout)["refused"]
    assert refused["line"] == 0
    assert refused["sentence"].startswith("没有找到行政处罚、行政许可的表头。")
    assert counted(database, ImportRun) == 0


def test_the_worker_finds_nothing_left_of_a_run_that_the_command_finished(database, run):
    run(penalties({}), "--unit", "market")
    with run.app.app_context(), clock.fixed(legal("2026-09-18", "10:11")):
        worker.deliver(run.app.extensions["house"])
    with database.reading() as session:
        message = session.scalars(select(Message).where(Message.kind == "import")).one()
        assert message.done_at is not None
    assert counted(database, CreditRecord) == 1
