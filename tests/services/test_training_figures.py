"""The statistics by the national template: which certificates and records become lines, and what stands in them."""

from datetime import date

import pytest

from tests import factories
from tests.factories import TODAY, legal
from tests.trainings import Training, open_class
from workflow_app.services.training.training_figures import COLUMNS, figures

SITE = "https://credit.example.test/"


@pytest.fixture
def world(sqlite, house):
    with sqlite.writing() as session:
        yield session, sqlite.world, house


def certified(world):
    """A class with a trainee who has a certificate, issued on 2026-09-18."""
    session, people, house = world
    return Training(session, people, house, of=open_class(session, people)).to("certified")


def repaired(world, **changed):
    """A record of the firm that was repaired on 2026-09-01."""
    session, people, _ = world
    row = factories.record(
        session, subject_id=people.subjects["firm"], unit_id=people.units["market"], **changed
    )
    row.repaired_at, row.ended_how = legal("2026-09-01"), "repaired"
    session.flush()
    return row


def lines(world, since=date(2026, 9, 1), until=TODAY):
    return figures(world[0], since=since, until=until, site_url=SITE)


def test_the_columns_are_those_of_the_national_template():
    assert COLUMNS == (
        "企业名称", "统一社会信用代码", "失信行为", "失信类型", "信用修复方式", "处罚时间", "完成修复时间", "信用承诺公示网址", "培训名称",
        "培训时间", "培训举办部门", "培训内容",
    )  # fmt: skip


def test_each_repaired_record_of_the_subject_has_a_line(world):
    session, people, house = world
    certified(world)
    first = repaired(world, title="未按规定公示价格")
    repaired(world, title="虚假宣传", decided_on=date(2026, 6, 1))
    letter = factories.draft(session, people, house, item="repair")
    letter.record_id = first.id
    factories.take(session, letter, "sign", people.actors["owner"], house)
    one, other = lines(world).lines
    assert (one.name, one.code) == ("天津海河示范食品有限公司", "91120102MA0DEM010E")
    assert (one.behaviour, one.kind, one.way) == ("未按规定公示价格", "行政处罚信息", "信用修复，停止公示")
    assert (one.decided_on, one.repaired_on) == (date(2026, 5, 6), date(2026, 9, 1))
    assert one.commitment_url == "https://credit.example.test/commitments/12010220260918000001"
    assert (one.training, one.organiser) == ("行政处罚信息修复培训（第一期）", "示范区信用办")
    assert (one.trained_from, one.trained_until, one.content) == (TODAY, TODAY, "修复的条件；修复的步骤")
    assert (other.behaviour, other.commitment_url) == ("虚假宣传", "")


def test_a_certificate_without_a_repaired_record_has_one_line_all_the_same(world):
    certified(world)
    session, people, _ = world
    factories.record(session, subject_id=people.subjects["firm"], unit_id=people.units["market"])
    (line,) = lines(world).lines
    assert (line.behaviour, line.kind, line.decided_on, line.repaired_on) == ("", "", None, None)


def test_a_natural_person_is_counted_and_not_listed(world):
    session, people, house = world
    person = Training(session, people, house, by="citizen", trainee_name="林霜降", trainee_role="self")
    person.go(
        ("apply", "citizen"), ("approve", "clerk"), ("study", "citizen"), ("hand_in", "citizen", {"score": 80})
    )  # fmt: skip
    found = lines(world)
    assert (found.lines, found.certificates, found.left_out) == ((), 0, 1)


def test_the_day_of_the_certificate_decides_the_period(world):
    certified(world)
    assert len(lines(world, since=TODAY).lines) == 1
    assert lines(world, until=date(2026, 9, 17)).lines == ()
    assert lines(world, since=date(2026, 9, 19), until=date(2026, 12, 31)).lines == ()
