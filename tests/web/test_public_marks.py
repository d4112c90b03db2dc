"""A breach that is disputed bears the mark in the public column of commitments too, at once and as long as the record does.

The time is Friday 2026-09-18 10:00 in China; the record of the breach is the one that its case wrote.
"""

from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from tests.factories import NOW, TO_STATE, case_in, take
from tests.objections import Objecting
from tests.services.test_objection_course import objection_record
from tests.web.visitor import Visitor, real_office
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.services.commitments import columns
from workflow_app.services.records import records

FIRM = "天津海河示范食品有限公司"


@pytest.fixture
def visitor(sqlite, tmp_path):
    app = real_office(sqlite, tmp_path)
    with clock.fixed(NOW):
        yield Visitor(app)


@pytest.fixture
def session(sqlite):
    with sqlite.writing() as session:
        yield session


@pytest.fixture
def breached(session, sqlite, house):
    return case_in(session, "breached", sqlite.world, house)


@pytest.fixture
def objection(session, sqlite, house, breached):
    """An objection against the breach, not yet handed in."""
    about = {"record": objection_record(session, breached), "ground": "breach", "about_case": breached.number}
    return Objecting(session, sqlite.world, house, **about)


@pytest.fixture
def seen(session, visitor, breached):
    """What everybody sees after what was done so far: the heading of the line and of the page, and the page's notices."""

    def look():
        url = "/commitments/" + breached.number.removeprefix("CM-").replace("-", "")
        session.commit()
        (link,) = visitor.get("/commitments").page.select(f'a[href="{url}"]')
        page = visitor.get(url).page
        heading = page.select_one(".case-line").get_text(" ", strip=True).partition("公示于")[0].strip()
        told = [notice.get_text(" ", strip=True) for notice in page.select("main .notice")]
        begin_writing(session)
        return link.find_parent("th").get_text(" ", strip=True), heading, told

    return look


@contextmanager
def counted(engine):
    """The statements that are sent meanwhile."""
    statements = []

    def count(*sent):
        statements.append(sent[2])

    event.listen(engine, "before_cursor_execute", count)
    yield statements
    event.remove(engine, "before_cursor_execute", count)


def test_line_and_page_bear_the_mark_from_the_moment_of_the_objection(seen, objection):
    assert seen() == (FIRM, "部分履行", [])
    objection.take("submit", "owner")
    assert seen() == (
        f"{FIRM} 异议处理中",
        "部分履行 异议处理中",
        [
            "异议处理中，自 9 月 18 日（周五）起 "
            "有人对这条信息提出异议，正在核查。核查期间继续公示，查明有误的会更正。引用时请注明。"
        ],
    )


def test_an_objection_that_is_withdrawn_takes_the_mark_along(seen, objection):
    objection.to("withdrawn")
    assert seen() == (FIRM, "部分履行", [])


def test_a_breach_that_was_set_aside_is_performed_again_without_a_mark(
    session, sqlite, house, seen, objection, breached
):
    objection.to("verifying")
    objection.take("answer", "handler", remedy="redo", difference={})
    objection.take("execute_correction", "clerk")
    take(session, breached, "set_aside", sqlite.world.actors["clock"], house)
    assert seen() == (FIRM, "履行中", [])


def test_what_is_for_those_inside_is_not_told_here_either(session, seen, breached):
    records.mark(session, objection_record(session, breached), "hidden", case_id=breached.id, now=NOW)
    assert seen() == (FIRM, "部分履行", [])


def test_a_page_of_the_column_asks_once_for_all_marks_and_not_at_all_without_a_breach(session, sqlite, house):
    world = sqlite.world
    kept, *broken = [case_in(session, "active", world, house) for _ in range(3)]
    for case in broken:
        for step, by in TO_STATE["breached"][len(TO_STATE["active"]) :]:
            take(session, case, step, world.actors[by], house)
        records.mark(session, objection_record(session, case), "lawsuit", case_id=None, now=NOW)
    lines = session.scalars(select(CommitmentPublicity)).all()
    with counted(sqlite.engine) as statements:
        found = columns.marks_of(session, lines)
        assert columns.marks_of(session, [line for line in lines if line.case_id == kept.id]) == {}
    assert len(statements) == 1
    assert {case_id: [mark.kind for mark in marks] for case_id, marks in found.items()} == {
        case.id: ["lawsuit"] for case in broken
    }
