"""`flask rules …`: what is printed, what is changed, and that a bad file changes nothing and ends with 1."""

import csv
import io
import json

import pytest
from sqlalchemy import select

from tests.factories import TODAY, case_in, legal
from tests.web.visitor import real_office
from workflow_app.domain import clock
from workflow_app.domain.rules import COLUMNS, built_in, to_row
from workflow_app.models.rulebook import Recount, RuleChange

CM_02 = to_row(built_in().rule("CM-02", on=TODAY, place="120102"))
FIVE = CM_02 | {"value": "5", "valid_from": "2026-09-19"}
SIGNATURES = ("--reason", "办件量大。", "--proposed-by", "clerk", "--approved-by", "lead")


@pytest.fixture
def run(sqlite, tmp_path, house):
    """Runs a command of the office in which one commitment was signed on 2026-09-18."""
    app = real_office(sqlite, tmp_path)
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)

    def run(*words, at="2026-09-18"):
        with clock.fixed(legal(at)):
            return app.test_cli_runner().invoke(args=["rules", *map(str, words)])

    return run


@pytest.fixture
def file(tmp_path):
    """Writes rows into a file."""

    def file(*rows, encoding="utf-8"):
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
        path = tmp_path / "changes.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return file


def changes(database):
    with database.reading() as session:
        return [(change.rule_id, change.decision) for change in session.scalars(select(RuleChange)).unique()]


def test_the_rules_of_a_day_are_shown_with_their_source(run):
    told = run("show", "--on", "2026-03-31")
    assert told.exit_code == 0
    assert "CL-03        行政处罚信息最长公示期" in told.output
    assert "第58号" in told.output
    assert "第36号" in run("show", "--on", "2026-04-01").output


def test_the_rules_are_shown_to_machines(run):
    told = json.loads(run("show", "--json").output)
    assert (told["on"], told["version"]) == ("2026-09-18", "2026-11-24")
    in_force = built_in().in_force(on=TODAY, place="120102")
    assert [item["id"] for item in told["items"]] == [rule.id for rule in in_force]
    (found,) = (item for item in told["items"] if item["id"] == "CM-02")
    assert (found["value"], found["unit"], found["instrument"], found["evidence"]) == (
        3, "working_day", "平台设定值", "I",
    )  # fmt: skip
    assert (found["place"], found["valid_from"], found["valid_to"]) == (None, "2021-01-01", None)


def test_a_preview_lists_the_cases_with_both_days_and_writes_nothing(run, file, sqlite):
    told = run("preview", file(FIVE))
    assert told.exit_code == 0
    assert told.output.splitlines() == [
        "CM-02 受理单位审核承诺书：5 个工作日，2026-09-19 —",
        "  CM-120102-20260918-000001  2026-09-22 -> 2026-09-24",
        "  1 looked at, 1 would move; nothing was written",
    ]
    (change,) = json.loads(run("preview", file(FIVE), "--json").output)["changes"]
    assert change["moves"] == [
        {"case": "CM-120102-20260918-000001", "old": "2026-09-22", "new": "2026-09-24"}
    ]
    assert changes(sqlite) == []


def test_a_file_is_applied_by_two_people(run, file, sqlite):
    told = run("apply", file(FIVE, FIVE | {"id": "CM-03", "title": "签署"}), *SIGNATURES)
    assert (told.exit_code, told.output) == (0, "2 changed, now version 2026-11-24+2\n")
    assert changes(sqlite) == [("CM-02", "approved"), ("CM-03", "approved")]
    assert "CM-02        受理单位审核承诺书：5 个工作日" in run("show", "--on", "2026-09-19").output
    with sqlite.reading() as session:
        assert session.scalars(select(Recount)).all() == []


def test_a_row_that_a_list_has_to_itself_is_added_and_no_other_new_id(run, file, sqlite):
    samr = to_row(built_in().rule("LE-04-SAMR", on=TODAY, place="120102"))
    own = samr | {"id": "LE-04-PORT2", "title": "港口名单期限", "value": "18", "unit": "month"}
    told = run("apply", file(own | {"id": "LE-06-PORT"}), *SIGNATURES)
    assert (told.exit_code, ":2: 规则表里没有 LE-06-PORT。" in told.output) == (1, True)
    told = run("apply", file(own), *SIGNATURES)
    assert (told.exit_code, told.output) == (0, "1 changed, now version 2026-11-24+1\n")
    assert changes(sqlite) == [("LE-04-PORT2", "approved")]
    assert "LE-04-PORT2  港口名单期限：18 个月" in run("show").output


def test_running_clocks_are_moved_when_asked_for(run, file, sqlite):
    told = run("apply", file(FIVE), *SIGNATURES, "--move-running", "--json")
    assert json.loads(told.output) == {
        "version": "2026-11-24+1", "applied": ["CM-02"], "moves_running": True,
    }  # fmt: skip
    with sqlite.reading() as session:
        assert [run.kind for run in session.scalars(select(Recount))] == ["rule"]


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (("clerk", "clerk"), "需要另一位信用办负责人决定"),
        (("lead", "lead"), "需要另一位信用办负责人决定"),
        (("clerk", "head"), "规则的修改由信用办负责人决定"),
        (("handler", "lead"), "修改规则由信用办的经办、负责人或者系统管理员提出"),
        (("nobody", "lead"), "There is no open account nobody."),
    ],
)
def test_the_two_people_are_those_of_the_page(run, file, sqlite, people, sentence):
    told = run("apply", file(FIVE), "--reason", "试", "--proposed-by", people[0], "--approved-by", people[1])
    assert told.exit_code == 1
    assert sentence in told.output
    assert changes(sqlite) == []


def test_a_bad_file_is_refused_whole_with_its_lines(run, file, sqlite):
    path = file(FIVE, FIVE | {"value": "-1"}, FIVE | {"instrument": ""})
    for words in (("preview", path), ("apply", path, *SIGNATURES)):
        told = run(*words)
        assert told.exit_code == 1
        assert told.output.splitlines() == [
            f"{path}:3: 数值“-1”不能用。请填 0 至 1000 的整数，不带负号、小数和单位。",
            f"{path}:4: 没有写明依据。请填写文件的名称和文号；由本平台自己设定的，写“平台设定值”。",
        ]
    listed = json.loads(run("preview", path, "--json").output)["refused"]
    assert [fault["line"] for fault in listed] == [3, 4]
    assert changes(sqlite) == []


def test_a_file_in_gb18030_is_refused_with_the_line(run, file):
    told = run("preview", file(FIVE, encoding="gb18030"))
    assert told.exit_code == 1
    assert ":2: 这一行不是 UTF-8 编码，像是 GB18030（GBK）。" in told.output


def test_a_row_that_changes_nothing_is_refused(run, file, sqlite):
    told = run("apply", file(FIVE, CM_02 | {"id": "CM-03"}, CM_02), *SIGNATURES)
    assert told.exit_code == 1
    assert changes(sqlite) == []


@pytest.mark.parametrize("command", ["", "show", "preview", "apply"])
def test_every_command_explains_itself(run, command):
    told = run(*filter(None, [command, "--help"]))
    assert told.exit_code == 0
    assert "Usage:" in told.output
