"""GET /api/v1/publicity: the public list for machines, with the marks of this very moment and nothing that is not public."""

import pytest

from tests.factories import NOW, RULEBOOK, draft, legal, record
from tests.web.visitor import real_office
from workflow_app.domain import clock
from workflow_app.models.record import PenaltyItem
from workflow_app.services.objections import correction_notices
from workflow_app.services.records import publication, records

PROBLEM = "application/problem+json"


@pytest.fixture
def app(sqlite, tmp_path):
    return real_office(sqlite, tmp_path)


@pytest.fixture
def ask(app):
    """What the API answers to a path on 2026-09-18."""
    client = app.test_client()

    def get(path="", **headers):
        with clock.fixed(legal("2026-09-18", "11:00")):
            return client.get(
                f"/api/v1/publicity{path}", headers={k.replace("_", "-"): v for k, v in headers.items()}
            )

    return get


@pytest.fixture
def enter(sqlite):
    """Enter a penalty, marked with these kinds; its ref."""

    def entered(*kinds, subject="firm", unit="market", **changed):
        with sqlite.writing() as session:
            row = record(
                session,
                subject_id=sqlite.world.subjects[subject],
                unit_id=sqlite.world.units[unit],
                **changed,
            )
            for kind in kinds:
                records.mark(session, row, kind, note="内部备注", now=NOW)
            return row.ref

    return entered


def numbers(answer):
    return [each["decision_number"] for each in answer.json["records"]]


def test_a_record_says_what_the_page_says_in_codes_and_words(ask, enter):
    ref = enter(
        "objection", decision_no="津河东示罚〔2026〕9号", items=[PenaltyItem(kind="fine", amount="0.3")]
    )
    answer = ask()
    assert answer.status_code == 200
    (found,) = answer.json["records"]
    assert found == {
        "ref": ref,
        "address": f"http://127.0.0.1:8000/publicity/{ref}",
        "holder": {"name": "天津海河示范食品有限公司", "code": "91120102MA0DEM010E"},
        "kind": "penalty",
        "kind_title": "行政处罚信息",
        "decision_number": "津河东示罚〔2026〕9号",
        "decided_on": "2026-05-06",
        "decided_by": {"name": "示范区市场监管局", "code": "11120102MB0000001A"},
        "title": "未按规定公示价格",
        "behaviour": "门店没有明码标价。",
        "basis": "《价格法》第四十二条",
        "content": "罚款 0.3 万元",
        "parts": [{"kind": "fine", "title": "罚款", "amount": "0.3", "what": ""}],
        "class": "general",
        "class_title": "一般",
        "published_from": "2026-05-06",
        "repair_from": "2026-08-07",
        "published_until": "2027-05-06",
        "is_past_its_end": False,
        "marks": [
            {"kind": "objection", "title": "异议处理中", "count": 1, "since": "2026-09-18T02:00:00+00:00"}
        ],
    }
    assert answer.json["next"] == ""


def test_a_mark_is_seen_by_whoever_asks_again_and_gone_when_it_is_gone(ask, enter, sqlite):
    ref = enter("lawsuit")
    first = ask(f"/{ref}")
    again = ask(f"/{ref}", If_None_Match=first.headers["ETag"])
    assert (again.status_code, first.headers["Cache-Control"]) == (304, "no-cache")
    with sqlite.writing() as session:
        row = session.get_one(records.CreditRecord, 1)
        records.unmark(session, row, "lawsuit", now=NOW)
    later = ask(f"/{ref}", If_None_Match=first.headers["ETag"])
    assert (later.status_code, later.json["marks"]) == (200, [])


def test_nothing_internal_is_told(ask, enter):
    enter("hidden", "unclear")
    answer = ask()
    assert [mark["kind"] for mark in answer.json["records"][0]["marks"]] == ["unclear"]
    assert "内部备注" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("hidden", [{"subject": "citizen"}, {"scope": "limited"}, {"scope": "none"}])
def test_what_is_not_public_is_neither_listed_nor_found(ask, enter, hidden):
    ref = enter(**hidden)
    assert ask().json["records"] == []
    answer = ask(f"/{ref}")
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (404, PROBLEM, "not_found")


def test_personal_fields_are_masked(ask, enter):
    ref = enter(behaviour="投诉人王小明（13800000001）反映没有标价。")
    assert ask(f"/{ref}").json["behaviour"] == "投诉人****（****）反映没有标价。"


def test_it_is_filtered_as_the_page_is(ask, enter):
    enter(decision_no="甲")
    enter(decision_no="乙", subject="other_firm", unit="health", kind="other", class_="serious")
    assert numbers(ask("?text=金河")) == ["乙"]
    assert numbers(ask("?text=甲")) == ["甲"]
    assert numbers(ask("?kind=other")) == ["乙"]
    assert numbers(ask("?class=general")) == ["甲"]
    assert numbers(ask("?unit=示范区卫健委")) == ["乙"]
    assert numbers(ask("?text=nothing")) == []


def test_pages_follow_each_other_by_the_address_that_is_given(ask, enter):
    for number in range(publication.PAGE + 2):
        enter(decision_no=str(number), class_="serious")
    first = ask("?class=serious")
    assert first.json["next"].startswith("http://127.0.0.1:8000/api/v1/publicity?class=serious&cursor=")
    second = ask(first.json["next"].partition("/api/v1/publicity")[2])
    assert numbers(second) == ["1", "0"]
    assert second.json["next"] == ""


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ("kind=fine", ["kind"]),
        ("class=heavy", ["class"]),
        ("cursor=yesterday", ["cursor"]),
        ("kind=x&class=x&cursor=x", ["class", "cursor", "kind"]),
        ("kind=%ff%fe", ["kind"]),
    ],
)
def test_a_wrong_question_is_refused_with_a_sentence_for_each_parameter(ask, asked, wrong):
    answer = ask(f"?{asked}")
    assert (answer.status_code, answer.mimetype, answer.json["code"]) == (422, PROBLEM, "invalid")
    assert sorted(answer.json["fields"]) == wrong
    assert all(sentence.endswith("。") for sentence in answer.json["fields"].values())


def test_words_come_in_the_language_that_is_asked_for(ask, enter):
    enter("lawsuit")
    answer = ask(Accept_Language="en")
    assert answer.json["records"][0]["kind_title"] == "Administrative penalty"
    assert "Accept-Language" in answer.vary


def test_one_record_says_what_was_corrected_in_it(ask, enter, sqlite, house):
    ref = enter()
    with sqlite.writing() as session:
        row, case = session.get_one(records.CreditRecord, 1), draft(session, sqlite.world, house)
        line = {"field": "content", "old": "罚款 3 万元", "new": "罚款 0.3 万元"}
        correction_notices.publish(session, row, case.id, how="changed", lines=[line], now=NOW)
    assert ask(f"/{ref}").json["corrections"] == [
        {
            "at": "2026-09-18T02:00:00+00:00",
            "fields": [{"field": "content", "old": "罚款 3 万元", "new": "罚款 0.3 万元"}],
        }
    ]


def test_what_was_taken_down_is_gone_here_too(ask, enter, sqlite):
    ref = enter()
    with sqlite.writing() as session:
        row = session.get_one(records.CreditRecord, 1)
        records.take_down(session, row, "annulled", why="", by_id=None, now=NOW, rulebook=RULEBOOK)
    assert ask(f"/{ref}").status_code == 404
    assert ask().json["records"] == []


def test_reading_sets_no_cookie_and_nothing_may_be_written(app, ask):
    assert "Set-Cookie" not in ask().headers
    answer = app.test_client().post("/api/v1/publicity")
    assert (answer.status_code, answer.mimetype) == (405, PROBLEM)
