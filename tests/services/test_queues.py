"""A list shows exactly the cases whose step the gate would let this person take, each of them once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, update

from tests.factories import TO_STATE, case_in, draft
from workflow_app.models.case import Case
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.models.party import Person
from workflow_app.services.engine import gate, history
from workflow_app.services.queues import beside, queues
from workflow_app.services.queues.orders import Wanted
from workflow_app.workflows import ALL, BY_NAME

# The breach comes last: it closes this type of commitment to the firm.
STATES = (
    "draft", "discarded", "signed", "returned", "refused", "withdrawn", "active", "checking", "fulfilled",
    "breach_proposed", "breach_replied", "breached",
)  # fmt: skip


@pytest.fixture
def all_states(database, house):
    """A case in every state, and a draft and a signed case of the other department."""
    assert set(STATES) == set(TO_STATE)
    with database.writing() as session:
        for state in STATES:
            case_in(session, state, database.world, house)
        health = database.world.units["health"]
        session.execute(
            update(CommitmentItem).where(CommitmentItem.code == "T-internal").values(unit_id=health)
        )
        session.expire_all()
        draft(session, database.world, house, item="internal", publication_consent=False)
        case_in(session, "signed", database.world, house, item="internal")
    return database


def test_a_case_waits_for_a_person_if_and_only_if_the_gate_has_a_step_for_them(all_states):
    with all_states.reading() as session:
        everything = session.scalars(select(Case)).all()
        for who, actor in all_states.world.actors.items():
            listed = set(session.scalars(select(Case.id).where(queues.waiting_for(actor))))
            for case in everything:
                assert (case.id in listed) == has_a_step(session, case, actor), f"{case.state} for {who}"


def has_a_step(session, case, actor):
    """Whether the gate lets the actor's role take some step that the case waits for."""
    acted = history.acted(history.events(session, case.id))
    steps = [step for step in BY_NAME[case.workflow].steps_from(case.state) if not step.optional]
    return any(gate.role_for(step, case, actor, acted) is not None for step in steps)


def test_the_list_of_all_is_exactly_what_the_readers_scope_says(all_states):
    with all_states.reading() as session:
        everything = session.scalars(select(Case)).all()
        for who, actor in all_states.world.actors.items():
            listed = set(session.scalars(select(Case.id).where(queues.readable(actor))))
            for case in everything:
                may = BY_NAME[case.workflow].readers.holds(
                    case, actor, history.acted(history.events(session, case.id))
                )
                assert (case.id in listed) == may, f"{case.state} for {who}"


# Typed by hand: whom each state keeps waiting.
WAITING = {
    "owner": {"draft", "returned", "breach_proposed"},
    "agent": {"draft", "returned", "breach_proposed"},
    "agent_without_signing": {"breach_proposed"},
    "handler": {"signed", "checking", "breach_replied"},
    "head": {"breach_proposed", "breach_replied"},
    "other_handler": set(),
    "clerk": set(),
    "lead": set(),
    "auditor": set(),
    "other_owner": set(),
    "agent_for_repair": set(),
    "agent_expired": set(),
    "system_admin": set(),
}


def test_each_state_waits_for_those_whom_the_law_names(sqlite, house):
    with sqlite.writing() as session:
        for state in STATES:
            case_in(session, state, sqlite.world, house)
        for who, states in WAITING.items():
            listed = session.scalars(select(Case.state).where(queues.waiting_for(sqlite.world.actors[who])))
            assert set(listed) == states, who


def test_turning_the_pages_visits_each_case_once_soonest_due_first(database, house):
    owner = database.world.actors["owner"]
    with database.writing() as session:
        made = [draft(session, database.world, house).id for _ in range(60)]
        for place, case_id in enumerate(made):  # many share a day, so that a page ends within one
            day = date(2026, 10, 1) + timedelta(days=place * 7 % 5)
            session.execute(update(Case).where(Case.id == case_id).values(due_on=day))
    with database.reading() as session:
        visited, cursor, sizes = [], "", []
        while True:
            page = queues.page(session, owner, tab="open", today=date(2026, 9, 18), cursor=cursor)
            visited += [(case.due_on, case.id) for case in page.cases]
            sizes.append(len(page.cases))
            if page.following is None:
                break
            cursor = page.following
    assert sizes == [25, 25, 10]
    assert sorted(case_id for _, case_id in visited) == made
    assert visited == sorted(visited)


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "2026-10-01", "2026-10-01.", "2026-10-01.x", "2026-13-01.5", "." * 500, "2026-10-01." + "9" * 40,
     "2026-10-01.٥", "2026-10-01.-1", "2026-10-01.1\0"],
)  # fmt: skip
def test_a_broken_cursor_shows_the_beginning(cursor, database, house):
    with database.writing() as session:
        draft(session, database.world, house)
    with database.reading() as session:
        owner = database.world.actors["owner"]
        page = queues.page(session, owner, tab="open", today=date(2026, 9, 18), cursor=cursor)
        assert len(page.cases) == 1


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("海河示范", 1), ("CM-120102-20260918-000001", 1), ("000001", 1), ("cm-120102", 1), (" 海河 ", 1),
        ("%", 0), ("_", 0), ("\\", 0), ("海河\0", 1), ("'; DROP TABLE event; --", 0), ("金河", 0), ("x" * 5000, 0),
    ],
)  # fmt: skip
def test_a_search_takes_what_was_typed_literally(search, found, database, house):
    with database.writing() as session:
        case_in(session, "signed", database.world, house)
    with database.reading() as session:
        owner = database.world.actors["owner"]
        page = queues.page(
            session,
            owner,
            tab="all",
            today=date(2026, 9, 18),
            wanted=Wanted(search=search, division="120102"),
        )
        assert len(page.cases) == found


# A case due on Tuesday 2026-09-22, looked at on three days. The tabs are told apart by the day alone.
@pytest.mark.parametrize(
    ("today", "tabs"),
    [
        (date(2026, 9, 16), {"mine", "open", "all"}),
        (date(2026, 9, 17), {"mine", "open", "due_soon", "all"}),
        (date(2026, 9, 22), {"mine", "open", "due_soon", "all"}),
        (date(2026, 9, 23), {"mine", "open", "overdue", "all"}),
    ],
)
def test_the_tabs_follow_the_due_day(today, tabs, database, house):
    with database.writing() as session:
        assert case_in(session, "signed", database.world, house).due_on == date(2026, 9, 22)
    with database.reading() as session:
        handler = database.world.actors["handler"]
        shown = {tab for tab in queues.TABS if queues.page(session, handler, tab=tab, today=today).cases}
        assert shown == tabs


def test_an_ended_case_is_never_open_nor_overdue(sqlite, house):
    with sqlite.writing() as session:
        case_in(session, "withdrawn", sqlite.world, house)
        handler = sqlite.world.actors["handler"]
        far = date(2027, 9, 18)
        shown = {tab for tab in queues.TABS if queues.page(session, handler, tab=tab, today=far).cases}
        assert shown == {"all"}


def test_a_mandate_for_another_workflow_shows_nothing_of_this_one(sqlite, house):
    with sqlite.writing() as session:
        case_in(session, "signed", sqlite.world, house)
        actor = sqlite.world.actors["agent_for_repair"]
        assert queues.page(session, actor, tab="all", today=date(2026, 9, 18)).cases == []


def test_scopes_can_not_be_joined_by_the_words_of_python():
    for workflow in ALL:
        with pytest.raises(TypeError, match="Join scopes with"):
            bool(workflow.readers)


def test_counting_and_listing_agree(sqlite, house):
    with sqlite.writing() as session:
        for _ in range(3):
            case_in(session, "signed", sqlite.world, house)
        handler = sqlite.world.actors["handler"]
        counted = session.scalar(select(func.count()).select_from(Case).where(queues.waiting_for(handler)))
        assert counted == len(queues.page(session, handler, tab="mine", today=date(2026, 9, 18)).cases) == 3


@pytest.mark.parametrize("today", [date(2026, 9, 18), date(2026, 10, 30)])
def test_each_tab_that_asks_for_work_is_counted_as_it_lists(today, all_states):
    with all_states.reading() as session:
        for who, actor in all_states.world.actors.items():
            told = beside.read(session, actor, today=today).counts
            listed = {
                tab: len(queues.page(session, actor, tab=tab, today=today, size=99).cases) for tab in told
            }
            assert told == listed, who


def test_more_than_a_hundred_cases_of_a_tab_are_told_as_so_many(database, house):
    with database.writing() as session:
        draft(session, database.world, house)
        [drawn] = session.execute(select(Case.__table__)).mappings()
        copies = ({**drawn, "id": 1000 + number, "ref": f"D{number:012}"} for number in range(130))
        session.execute(insert(Case.__table__), [*copies])
        owner = database.world.actors["owner"]
        assert beside.read(session, owner, today=date(2026, 9, 18)).counts["mine"] == 101


def test_whoever_may_be_asked_for_stands_once_and_by_name(database):
    today = date(2026, 9, 18)
    with database.reading() as session:
        handler, lead, owner = (database.world.actors[who] for who in ("handler", "lead", "owner"))
        colleagues = [one.name for one in beside.read(session, handler, today=today).officers]
        anybody = [one.name for one in beside.read(session, lead, today=today).officers]
        assert beside.read(session, owner, today=today).officers == []
        names = select(Person.name).where(Person.name.in_(anybody)).order_by(Person.name)
        assert anybody == [*session.scalars(names)]
        assert len(set(colleagues)) == len(colleagues) > 1
        assert set(colleagues) < set(anybody)
