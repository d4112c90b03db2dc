"""No list walks further than its page: at a few thousand cases both databases already choose what they would at a million."""

import re
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, RULEBOOK, TODAY
from workflow_app.database import refresh_statistics
from workflow_app.domain.people import Actor, Grant, GrantKind
from workflow_app.models.case import NO_DUE_DAY, Case
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.models.document import Document
from workflow_app.models.party import Subject, Unit
from workflow_app.models.queue import Urging
from workflow_app.services import keyset
from workflow_app.services.commitments import columns
from workflow_app.services.documents import proposals
from workflow_app.services.queues import beside, queues
from workflow_app.services.queues.orders import Wanted
from workflow_app.services.records import record_lists
from workflow_app.services.supervision import figure_count, oversight, second_looks, urgings
from workflow_app.services.waiting import waiting
from workflow_app.workflows import ALL

MANY = 8000
A_WALK = 400
"""Rows that a page may look at in one of its regions; a region that is walked to its end has a few thousand."""
ASKED = {
    "": Wanted(),
    "one state that ended": Wanted(workflow="repair", state="revoked"),
    "one open state": Wanted(workflow="objection", state="reviewing"),
    "one officer": Wanted(officer_id=3),
    "due days": Wanted(due_from=TODAY + timedelta(days=50), due_until=TODAY + timedelta(days=52)),
    "opened long ago": Wanted(opened_from=date(2023, 11, 1), opened_until=date(2023, 11, 3)),
    "a number": Wanted(search="CM-120102-20260901-000007", division="120102"),
    "last digits": Wanted(search="7", division="120102"),
    "a day": Wanted(search="20260901", division="120102"),
    "a code": Wanted(search="#" + "7" * 64),
    "a name": Wanted(search="河滨餐饮七"),
}


def fill(session):
    """Eight thousand cases of all workflows, one in twenty open, one in two hundred in somebody's hands; documents, urgings."""
    states = {
        ended: [(w, s) for w in ALL for s in w.states if s.ended is ended and s is not w.first]
        for ended in (True, False)
    }
    unit, office = (
        session.scalars(select(Unit.id).where(Unit.is_office.is_(flag))).first() for flag in (False, True)
    )
    subject = session.scalars(select(Subject.id)).first()
    rows = []
    for place in range(MANY):
        is_open = place % 20 == 0
        workflow, state = states[not is_open][place % len(states[not is_open])]
        if state.name == "revoked" and place % 9:
            workflow, state = states[True][0]
        made = datetime(2023, 10, 1, tzinfo=UTC) + timedelta(hours=3 * place)
        rows.append({
            "ref": f"{place:016}", "number": f"{workflow.prefix}-120102-{made:%Y%m%d}-{place % 1000000:06}",
            "workflow": workflow.name, "state": state.name, "version": 2, "subject_id": subject, "unit_id": unit,
            "opened_by_id": 1, "assignee_id": 3 if is_open and place % 200 == 0 else None,
            "due_on": TODAY + timedelta(days=place % 97 - 20) if is_open else NO_DUE_DAY, "facts": {},
            "created_at": made, "updated_at": made, "ended_at": None if is_open else made + timedelta(days=9),
        })  # fmt: skip
    session.execute(insert(Case.__table__), rows)
    issued = {
        "kind": "credit_report",
        "title": "信用报告",
        "event_seq": 1,
        "subject_id": subject,
        "unit_id": unit,
        "facts": {},
        "text_id": "credit_report",
        "text_version": 1,
        "issued_on": TODAY,
        "issued_at": NOW,
    }
    papers = [issued | {"number": f"D-{place}", "verify_code": f"{place:016}"} for place in range(MANY // 4)]
    session.execute(insert(Document.__table__), papers)
    urged = {
        "unit_id": unit,
        "by_id": 1,
        "acting_as": "lead",
        "at": NOW,
        "why": "请尽快办理。",
        "answer_by": TODAY,
    }
    few = session.scalars(select(Case.id).limit(MANY // 40))
    session.execute(insert(Urging.__table__), [urged | {"ref": f"{one:016}", "case_id": one} for one in few])
    return unit, office


@pytest.fixture
def office(database):
    """The database with many cases, looked at by its planner, and its people."""
    with database.writing() as session:
        unit, place = fill(session)
    with Session(database.engine) as session:
        refresh_statistics(session)
        if database.kind == "postgresql":
            session.execute(text("ANALYZE"))
            session.commit()
    kinds = {"handler": unit, "head": unit, "clerk": place, "lead": place}
    people = {kind: Actor(number, kind, (Grant(GrantKind(kind), unit_id=where),))
              for number, (kind, where) in enumerate(kinds.items(), start=3)}  # fmt: skip
    return database, people


def plans(database, asking, how):
    """Each statement of a question, as the database says that it reads it."""
    said = []

    def note(_connection, _cursor, statement, parameters, *_rest):
        said.append((statement, parameters))

    with database.reading() as session:
        if database.kind == "postgresql":  # so few cases are soonest read whole, a million are not
            session.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(database.engine, "before_cursor_execute", note)
        asking(session)
        event.remove(database.engine, "before_cursor_execute", note)
        cursor = session.connection().connection.cursor()
        assert said
        return [
            [str(row[-1]) for row in cursor.execute(f"{how} {statement}", given).fetchall()]
            for statement, given in said
            if statement.startswith(("SELECT", "WITH"))
        ]


def far_walks(database, asking):
    """Where a question reads more of a table than a page needs."""
    if database.kind == "sqlite":
        told = plans(database, asking, "EXPLAIN QUERY PLAN")
        return [
            step for plan in told for step in plan if re.match(SCANNED, step) and not step.endswith(IN_ORDER)
        ]
    told = plans(database, asking, "EXPLAIN (ANALYZE, TIMING OFF)")
    return [
        line for plan in told for line in plan if re.search(READ_WHOLE, line) or thrown_away(line) > A_WALK
    ]


SCANNED = r"SCAN (case|event|deadline|document)\b"
READ_WHOLE = r"Seq Scan on (\"case\"|document)\b"
IN_ORDER = ("ix_case_open", "ix_case_done")
"""Walked in the order of the list, from where a page begins."""


def thrown_away(line):
    """How many rows were read for nothing."""
    found = re.search(r"Removed by Filter: (\d+)", line)
    return int(found[1]) if found else 0


def test_no_list_no_search_and_no_office_page_walks_further_than_it_shows(office):
    database, people = office
    found, month = {}, date(2026, 8, 1)
    august = {"first": month, "until": date(2026, 8, 31), "division": "120102"}
    asked = {
        (who, tab, said): partial(queues.page, actor=people[who], tab=tab, today=TODAY, wanted=wanted)
        for who in ("handler", "lead")
        for tab in ("mine", "open", "done", "all")
        for said, wanted in ASKED.items()
    } | {
        "counts": partial(beside.read, actor=people["handler"], today=TODAY),
        "overdue": partial(queues.page, actor=people["clerk"], tab="overdue", today=TODAY),
        "who is late": partial(oversight.board, owed=(), today=TODAY),
        "who owes an answer": urgings.owed,
        "numbers of a month": partial(second_looks.numbers, month=month),
        "proposals that wait": partial(proposals.waiting, actor=people["lead"]),
        "what waits for a head": partial(waiting, actor=people["head"]),
        "what waits for a handler": partial(waiting, actor=people["handler"]),
        "months to count": partial(figure_count.waiting, today=TODAY),
        "a month counted": partial(figure_count.count, **august, calendar=RULEBOOK.calendar),
    }
    for said, asking in asked.items():
        found |= {said: walks} if (walks := far_walks(database, asking)) else {}
    assert found == {}


# Which index finds what a handler asks of everything there is, typed by hand.
FOUND_BY = {
    "": r"ix_case_unit_all \(unit_id=\? AND workflow=\?\)",
    "one state that ended": r"ix_case_unit_ended \(unit_id=\? AND workflow=\? AND state=\?\)",
    "one officer": r"INDEX ix_case_assignee \(assignee_id=\?\)",
    "due days": r"ix_case_unit_open \(unit_id=\? AND due_on>\? AND due_on<\?\)",
    "opened long ago": r"ix_case_unit_all \(unit_id=\? AND workflow=\? AND created_at>\? AND created_at<\?\)",
    "last digits": r"INDEX ix_case_serial \(<expr>=\? AND <expr>>\?\)",
    "a day": r"autoindex_case_\d \(number>\? AND number<\?\)",
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_filter_of_all_cases_has_an_index_that_finds_it(office):
    database, people = office
    for said, index in FOUND_BY.items():
        asking = partial(queues.page, actor=people["handler"], tab="all", today=TODAY, wanted=ASKED[said])
        told = "; ".join(plans(database, asking, "EXPLAIN QUERY PLAN")[0])
        assert re.search(index, told), f"{said}: {told}"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_waits_is_counted_without_looking_at_any_case(office):
    database, people = office
    for who, index in (
        ("handler", "ix_case_unit_queue"),
        ("head", "ix_case_unit_queue"),
        ("lead", "ix_case_queue"),
    ):
        asking = partial(beside.read, actor=people[who], today=TODAY)
        [told] = plans(database, asking, "EXPLAIN QUERY PLAN")
        walks = [step for step in told if f" {index} (" in step]
        assert len(walks) > 0
        assert [step for step in walks if "COVERING" not in step] == [], who


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_neither_all_records_nor_the_public_column_are_read_whole_for_one_page(office):
    database, people = office
    cursor = keyset.written((TODAY, 7))
    for said, asking in {
        "records": partial(
            record_lists.page, wanted=record_lists.Wanted(), actor=people["clerk"], today=TODAY
        ),
        "further records": partial(
            record_lists.page, wanted=record_lists.Wanted(), actor=people["clerk"], today=TODAY, cursor=cursor
        ),
        "the column of a unit": partial(columns.page, wanted=columns.Wanted(unit="示范区市场监管局")),
        "units in the column": columns.unit_names,
    }.items():
        told = [step for plan in plans(database, asking, "EXPLAIN QUERY PLAN") for step in plan]
        whole = [
            step
            for step in told
            if re.fullmatch(r"SCAN (credit_record|commitment_publicity)|USE TEMP .*", step)
        ]
        assert told, said
        assert whole == ([SORTED] if said == "units in the column" else []), f"{said}: {told}"


SORTED = "USE TEMP B-TREE FOR ORDER BY"
"""The handful of names."""


def test_each_unit_of_the_public_column_is_told_once_in_order(office):
    database, _ = office
    line = {"subject_name": "示范公司", "subject_category": "legal", "subject_code": "", "type": "ZDGS", "reason": "", "content": "",
            "liability": "", "made_on": TODAY, "valid_until": TODAY, "unit_code": "", "status": "active", "unperformed": "",
            "liability_pursued": "", "published_at": NOW}  # fmt: skip
    with database.writing() as session:
        ids = session.scalars(select(Case.id).limit(5)).all()
        names = ("B unit", "A unit", "C unit", "A unit", "B unit")
        lines = [
            line | {"case_id": id_, "code": f"{id_:020}", "unit_name": name}
            for id_, name in zip(ids, names, strict=True)
        ]
        session.execute(insert(CommitmentPublicity.__table__), lines)
        assert columns.unit_names(session) == ["A unit", "B unit", "C unit"]
