"""GET /api/v1/calendar/due: the hand-counted days of the law, refusals as problem+json, both languages."""

import pytest

from tests.factories import legal
from tests.web.visitor import real_office
from workflow_app.domain import clock

PROBLEM = "application/problem+json"


@pytest.fixture
def app(sqlite, tmp_path):
    return real_office(sqlite, tmp_path)


@pytest.fixture
def ask(app):
    """What the API answers to a path, at a fixed time."""
    client = app.test_client()

    def get(path, **headers):
        with clock.fixed(legal("2026-11-20", "10:00")):
            return client.get(f"/api/v1{path}", headers={k.replace("_", "-"): v for k, v in headers.items()})

    return get


# Counted by hand with the holiday notice of 2026: Sunday 09-20, Saturday 02-28 are worked.
VECTORS = [
    ("2026-09-18", 3, "working", "2026-09-22"),
    ("2026-09-30", 1, "working", "2026-10-08"),
    ("2026-02-27", 1, "working", "2026-02-28"),
    ("2026-06-18", 5, "working", "2026-06-26"),
    ("2026-11-20", 10, "working", "2026-12-04"),
    ("2026-09-11", 20, "calendar", "2026-10-08"),
    ("2026-09-18", 0, "working", "2026-09-18"),
]


@pytest.mark.parametrize(("first", "days", "unit", "due_on"), VECTORS)
def test_the_hand_counted_days_come_back(ask, first, days, unit, due_on):
    answer = ask(f"/calendar/due?from={first}&days={days}&unit={unit}")
    assert answer.status_code == 200
    assert answer.json["due_on"] == due_on
    assert answer.json["provisional"] is False


def test_each_day_passed_over_is_named_with_its_reason(ask):
    answer = ask("/calendar/due?from=2026-09-18&days=3&unit=working").json
    assert answer["skipped"] == [{"on": "2026-09-19", "why": "周末"}]
    holidays = ask("/calendar/due?from=2026-09-30&days=1&unit=working").json["skipped"]
    assert [day["on"] for day in holidays] == [f"2026-10-0{n}" for n in range(1, 8)]
    assert {day["why"] for day in holidays} == {"国庆节"}


def test_the_explanation_names_every_day_with_its_year_and_no_rule(ask):
    told = ask("/calendar/due?from=2026-09-18&days=3&unit=working").json["explanation"]
    assert told[0] == "起算日：2026 年 9 月 18 日（周五）。"
    assert "第 3 个工作日是 2026 年 9 月 22 日（周二）。" in told
    assert "2026 年 9 月 20 日（周日）是周末，但按放假安排调休上班，计入工作日。" in told
    assert told[-1] == "到期：2026 年 9 月 22 日（周二） 24:00。"
    assert not any("规则" in line or "依据" in line for line in told)


def test_a_period_that_reaches_a_year_without_a_notice_is_provisional(ask):
    answer = ask("/calendar/due?from=2026-12-31&days=1&unit=working").json
    assert answer["due_on"] == "2027-01-04"
    assert answer["provisional"] is True
    assert answer["explanation"][-1].startswith("暂定：2027 年的放假安排还没有录入")


def test_a_period_that_ends_before_that_year_is_not(ask):
    assert ask("/calendar/due?from=2026-12-30&days=1&unit=working").json["provisional"] is False


@pytest.mark.parametrize("language", ["en", "en-GB,en;q=0.9", "fr, en;q=0.5"])
def test_the_reasons_are_told_in_english_to_those_who_accept_it(ask, language):
    answer = ask("/calendar/due?from=2026-09-30&days=1&unit=working", Accept_Language=language)
    assert answer.json["skipped"][0]["why"] == "National Day"
    assert "Accept-Language" in answer.vary


@pytest.mark.parametrize("language", ["", "zh-CN", "zh-TW, en;q=0.5", "fr"])
def test_everybody_else_is_told_in_chinese(ask, language):
    answer = ask("/calendar/due?from=2026-09-30&days=1&unit=working", Accept_Language=language)
    assert answer.json["skipped"][0]["why"] == "国庆节"


def test_chinese_is_sent_as_utf_8_that_people_can_read(ask):
    assert "国庆节".encode() in ask("/calendar/due?from=2026-09-30&days=1&unit=working").data


def test_an_answer_may_be_kept_for_a_while_and_sets_no_cookie(ask):
    answer = ask("/calendar/due?from=2026-09-30&days=1&unit=working")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("", ["days", "from", "unit"]),
        ("from=&days=&unit=", ["days", "from", "unit"]),
        ("from=2026-02-30&days=1&unit=working", ["from"]),
        ("from=tomorrow&days=1&unit=working", ["from"]),
        ("from=2003-12-31&days=1&unit=working", ["from"]),
        ("from=2101-01-01&days=1&unit=working", ["from"]),
        ("from=2026-01-01&days=-1&unit=working", ["days"]),
        ("from=2026-01-01&days=3651&unit=calendar", ["days"]),
        ("from=2026-01-01&days=1.5&unit=working", ["days"]),
        ("from=2026-01-01&days=1e3&unit=working", ["days"]),
        ("from=2026-01-01&days=three&unit=working", ["days"]),
        ("from=2026-01-01&days=" + "9" * 5000 + "&unit=working", ["days"]),
        ("from=2026-01-01&days=1&unit=month", ["unit"]),
        ("from=2026-01-01&days=1&unit=WORKING", ["unit"]),
        ("from=2026-01-01&days=-1&unit=weeks", ["days", "unit"]),
        ("from=%00&days=%00&unit=%00", ["days", "from", "unit"]),
        ("from=%ff%fe&days=1&unit=working", ["from"]),
    ],
)
def test_a_wrong_question_is_refused_with_a_sentence_for_each_field(ask, asked, wrong):
    answer = ask(f"/calendar/due?{asked}")
    assert (answer.status_code, answer.mimetype) == (422, PROBLEM)
    assert sorted(answer.json["fields"]) == wrong
    assert all(sentence.endswith("。") for sentence in answer.json["fields"].values())
    assert (answer.json["code"], answer.json["title"]) == ("invalid", "有几处需要改正")
    assert answer.json["status"] == 422
    assert answer.json["detail"]


def test_the_longest_question_is_answered(ask):
    answer = ask("/calendar/due?from=2100-12-31&days=3650&unit=working").json
    assert answer["provisional"] is True
    assert answer["due_on"].startswith("2115-")


def test_an_address_that_does_not_exist_is_told_to_a_machine_in_its_own_form(ask):
    for path in ("/nothing", "/calendar", "/calendar/due/2026"):
        answer = ask(path)
        assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, PROBLEM, "not_found")


def test_another_method_is_refused_and_says_which_are_open(app):
    answer = app.test_client().delete("/api/v1/calendar/due")
    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
    assert "GET" in answer.headers["Allow"]


def test_asking_without_end_is_stopped_and_told_when_to_come_back(app):
    client = app.test_client()
    for _ in range(300):
        assert client.get("/api/v1/calendar/due").status_code == 422
    answer = client.get("/api/v1/calendar/due")
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (429, PROBLEM, "too_often")
    assert answer.headers["Retry-After"] == "60"


def test_people_still_get_pages_when_something_is_not_there(app):
    answer = app.test_client().get("/nothing")
    assert (answer.status_code, answer.mimetype) == (404, "text/html")
