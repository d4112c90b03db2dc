"""Where people read a due day: the queue, the case page and the search say it in the same words."""

import pytest
from flask import Flask
from flask_babel import Babel, force_locale

from tests import factories
from tests.factories import legal, take
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.web import language


@pytest.fixture
def database(sqlite, house):
    """A case signed on Friday 2026-09-18: due on Tuesday the 22nd, Sunday the 20th is worked."""
    with sqlite.writing() as session:
        give_passwords(session)
        factories.case_in(session, "signed", sqlite.world, house)
    return sqlite


@pytest.fixture
def look(database, tmp_path):
    """What the owner reads about the due day on a day: in the queue, on the case page, in the search."""
    app = real_office(database, tmp_path)

    def read(day, number="CM-120102-20260918-000001", locale="zh_Hans_CN"):
        with clock.fixed(legal(day, "09:00")):
            visitor = Visitor(app)
            visitor.client.set_cookie("locale", locale)
            visitor.sign_in("owner")
            pages = {
                "queue": (visitor.get(f"/queue?tab=all&q={number}"), "[data-queue] .due-words"),
                "case": (visitor.get(f"/cases/{number}"), ".due summary .answer"),
                "search": (visitor.get(f"/search?q={number}"), "#own .due-words"),
            }
        return {
            name: page.page.select_one(where).get_text(strip=True) for name, (page, where) in pages.items()
        }

    return read


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-09-18", "9 月 22 日（周二）24:00 前，还剩 3 个工作日"),
        ("2026-09-21", "明天 24:00 前到期，9 月 22 日（周二）"),
        ("2026-09-22", "今天 24:00 前到期"),
        ("2026-09-23", "已超过 9 月 22 日（周二），超期 1 个工作日"),
        ("2026-09-26", "已超过 9 月 22 日（周二），超期 2 个工作日"),
    ],
)
def test_every_page_tells_the_due_day_in_the_same_words(look, day, words):
    assert look(day) == {"queue": words, "case": words, "search": words}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2026-09-18", "By 24:00 on Tue 22 Sep 2026, 3 working days left"),
        ("2026-09-22", "Due today by 24:00"),
        ("2026-09-23", "Was due on Tue 22 Sep 2026, 1 working day overdue"),
    ],
)
def test_english_readers_are_told_the_same(look, day, words):
    assert set(look(day, locale="en").values()) == {words}


def test_a_clock_that_stands_is_told_on_every_page_with_what_is_left(look, database, house):
    """15 working days of CM-05 after 09-18, two of them (09-20, 09-21) over when the clock stops on the 22nd."""
    with database.writing() as session:
        case = factories.case_in(session, "checking", database.world, house)
        handler = database.world.actors["handler"]
        take(session, case, "pause", handler, house, now=legal("2026-09-22"), clock_reason="等待检测报告")
        number = case.number
    assert set(look("2026-09-24", number).values()) == {"已暂停计时，恢复后还有 13 个工作日"}


def test_an_application_without_catalogues_silences_no_other_of_the_process(look):
    bare = Flask("bare")
    Babel(bare)
    with bare.test_request_context(), force_locale("en"):
        assert language.spoken().translated("首页") == "首页"
    assert look("2026-09-22", locale="en")["queue"] == "Due today by 24:00"
