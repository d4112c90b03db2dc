"""`flask calendar …`: what is entered, what is printed, and that a bad file changes nothing and ends with 1."""

import json
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.factories import draft, legal, stored, take
from tests.web.visitor import real_office
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.rulebook import CalendarNotice, Recount

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"
FILES = (EXAMPLES / "holidays-2027-example.csv", EXAMPLES / "holidays-2027-example.json")
WHY = ("--reason", "公布 2027 年放假安排")


def signed(database, house):
    """The number of a commitment signed on Wednesday 2026-12-30: three working days, 31, January 4, 5."""
    with database.writing() as session:
        owner, now = database.world.actors["owner"], legal("2026-12-30")
        case = draft(session, database.world, house, now=now, valid_until=date(2027, 3, 31))
        take(session, case, "sign", owner, house, now=now)
        return case.address


@contextmanager
def office(database, folder):
    """Runs a command of the office over this database on 2026-12-31."""
    app = real_office(database, folder)

    def run(*words, text=None):
        with clock.fixed(legal("2026-12-31")):
            return app.test_cli_runner().invoke(args=["calendar", *map(str, words)], input=text)

    yield run
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def number(sqlite, house):
    """The signed case."""
    return signed(sqlite, house)


@pytest.fixture
def run(sqlite, tmp_path, number):
    """Runs a command of the office that has this one case."""
    with office(sqlite, tmp_path) as run:
        yield run


def entered(database):
    """How many versions were entered."""
    with database.reading() as session:
        return session.scalar(select(func.count(CalendarNotice.id)))


def with_monday_off(text):
    """The example with Monday January 4 off, which the signed case reaches over."""
    return text.replace("2027-01-01..2027-01-03", "2027-01-01..2027-01-04")


def test_a_file_is_entered_and_counted_to_the_end(database, house, tmp_path):
    """3 working days from December 30: 31, January 4, 5; with the 4th off: 31, 5, 6."""
    number = signed(database, house)
    with office(database, tmp_path) as run:
        done = run(
            "import", "-", *WHY, "--by", "clerk", "--json", text=with_monday_off(FILES[0].read_text("utf-8"))
        )
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert (told["year"], told["looked_at"], told["moved"]) == (2027, 1, 1)
    with database.reading() as session:
        assert stored(session, number).due_on == date(2027, 1, 6)
        assert session.get_one(Recount, told["recount"]).finished_at == legal("2026-12-31")
        row = session.get_one(CalendarNotice, told["version"])
        assert (row.entered_by.login, row.reason) == ("clerk", "公布 2027 年放假安排")


@pytest.mark.parametrize("file", FILES, ids=["csv", "json"])
def test_the_examples_of_the_documentation_are_entered_as_they_are(sqlite, run, number, file):
    done = run("import", file, *WHY)
    assert done.exit_code == 0, done.output
    assert "2027 entered as version 1: 0 deadlines moved" in done.stdout
    assert "1 open deadlines looked at, 0 moved" in done.stderr
    with sqlite.reading() as session:
        assert stored(session, number).due_on == date(2027, 1, 5)


def test_a_dry_run_says_what_would_change_and_changes_nothing(sqlite, run, number):
    done = run("import", "-", *WHY, "--dry-run", text=with_monday_off(FILES[0].read_text("utf-8")))
    assert done.exit_code == 0, done.output
    assert done.stdout == (
        f"{number}  2027-01-05 -> 2027-01-06\n1 looked at, 1 would move; nothing was written\n"
    )
    assert entered(sqlite) == 0


def test_a_bad_file_names_every_line_and_ends_with_1(sqlite, run, tmp_path):
    file = tmp_path / "bad.csv"
    text = FILES[0].read_text("utf-8").replace("2027-01-30,working", "2027-01-29,working")
    file.write_text(text + "2027-06-09,off,端午节\n", "utf-8")
    done = run("import", file, *WHY)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == (
        f"{file}:7: 2027 年 1 月 29 日不是周末，本来就上班，不必写成调休上班。请核对日期，或删去这一行。\n"
        f"{file}:17: 2027 年 6 月 9 日在第 12 行已经写过。请删去其中一行。\n"
    )
    as_json = run("import", file, *WHY, "--json")
    assert as_json.exit_code == 1
    assert [fault["line"] for fault in json.loads(as_json.stdout)["refused"]] == [7, 17]
    assert entered(sqlite) == 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((FILES[0],), 2, "Missing option '--reason'"),
        (("no-such-file.csv", *WHY), 2, "does not exist"),
        ((FILES[0], *WHY, "--by", "nobody"), 1, "There is no account nobody."),
        ((FILES[0], *WHY, "--by", "handler"), 1, "handler may not enter a calendar"),
        ((FILES[0], "--reason", " "), 1, "请写明为什么录入这个版本"),
    ],
)
def test_what_is_missing_or_not_allowed_is_told(sqlite, run, words, code, told):
    done = run("import", *words)
    assert (done.exit_code, told in done.stderr) == (code, True), done.output
    assert entered(sqlite) == 0


def test_the_version_in_force_is_shown_and_not_entered_again(run):
    shown = run("show", "--year", 2026)
    assert shown.stdout.startswith("# year: 2026\n# source: https://www.gov.cn/")
    again = run("import", "-", *WHY, text=shown.stdout)
    assert (again.exit_code, "完全相同" in again.stderr) == (1, True)


def test_versions_are_shown_newest_first_with_who_when_why_and_what_changed(run):
    assert run("show", "--year", 2027).exit_code == 1
    run("import", FILES[0], *WHY, "--by", "lead")
    assert (
        "# entered 2026-12-31 02:00 UTC by lead: 公布 2027 年放假安排" in run("show", "--year", 2027).stdout
    )
    items = json.loads(run("show", "--json").stdout)["items"]
    assert [item["year"] for item in items[:2]] == [2027, 2026]
    assert (items[0]["entered_by"], items[0]["version"], items[1]["version"]) == ("lead", "1", "built-in")
    assert items[0]["changes"][0] == "新增放假：2027 年 1 月 2 日至 2027 年 1 月 3 日（元旦）"
    assert items[0]["off"]["2027-02-06"] == "春节"
