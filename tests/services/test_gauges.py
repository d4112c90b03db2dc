"""What is watched is read along what is open: at a few thousand rows both databases already choose what they would at a million."""

import re

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY
from workflow_app.database import refresh_statistics
from workflow_app.models.case import NO_DUE_DAY, Case
from workflow_app.models.deadline import Deadline
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.models.party import Subject
from workflow_app.services.machines import gauges

MANY = 3000
INDEXES = {
    "ix_outbox_open",
    "ix_outbox_given_up",
    "ix_document_sha256",
    "ix_deadline_to_act",
    "ix_sync_task_open",
    "ix_hook_call_dead",
}
OF_OPEN_CASES = {"ix_case_open", "ix_case_unit_open", "ix_case_subject_open"}
"""Of which any will do: which one is cheapest depends on how many there are."""


@pytest.fixture
def filled(database):
    """Thousands of cases with what belongs to them, one in a hundred still open."""
    with database.writing() as session:
        subject = session.scalars(select(Subject.id)).first()
        session.execute(insert(Case.__table__), [a_case(place, subject) for place in range(MANY)])
        ids = session.scalars(select(Case.id).where(Case.ref.like("g%")).order_by(Case.id)).all()
        session.execute(insert(Deadline.__table__), [a_clock(place, one) for place, one in enumerate(ids)])
        session.execute(insert(Document.__table__), [a_paper(place, subject) for place in range(MANY)])
        session.execute(insert(Message.__table__), [a_message(place) for place in range(MANY)])
    with Session(database.engine) as session:
        refresh_statistics(session)
        if database.kind == "postgresql":
            session.execute(text("ANALYZE"))
            session.commit()
    return database


def is_open(place):
    return place % 100 == 0


def a_case(place, subject):
    return {
        "ref": f"g{place:015}", "workflow": "commitment", "state": "signed" if is_open(place) else "withdrawn",
        "version": 2, "subject_id": subject, "due_on": TODAY if is_open(place) else NO_DUE_DAY, "facts": {},
        "created_at": NOW, "updated_at": NOW, "ended_at": None if is_open(place) else NOW,
    }  # fmt: skip


def a_clock(place, case_id):
    return {
        "case_id": case_id, "state": "signed", "rule_id": "CM-02", "rule_version": "1", "starts_on": TODAY,
        "due_on": TODAY, "provisional": False, "explanation": [], "opened_seq": 1,
        "closed_seq": None if is_open(place) else 2, "act_on": TODAY if is_open(place) else None, "escalated": 0,
    }  # fmt: skip


def a_paper(place, subject):
    return {
        "number": f"G-{place}", "kind": "receipt", "title": "受理单", "event_seq": 1, "subject_id": subject, "facts": {},
        "text_id": "receipt", "text_version": 1, "issued_on": TODAY, "issued_at": NOW, "verify_code": f"g{place}",
        "sha256": None if is_open(place) else f"{place:064}",
    }  # fmt: skip


def a_message(place):
    return {
        "key": f"g{place}", "kind": "mail", "payload": {}, "created_at": NOW, "due_at": NOW, "attempts": 0,
        "done_at": None if is_open(place) else NOW,
    }  # fmt: skip


def test_every_question_goes_along_an_index_of_what_is_open(filled):
    told, said = "EXPLAIN QUERY PLAN " if filled.kind == "sqlite" else "EXPLAIN ", []

    def note(_connection, _cursor, statement, parameters, *_more):
        if statement != "BEGIN":
            said.append((statement, parameters))

    with filled.reading() as session:
        if filled.kind == "postgresql":  # so few rows are soonest read whole, a million are not
            session.execute(text("SET LOCAL enable_seqscan = off"))
        event.listen(filled.engine, "before_cursor_execute", note)
        found = gauges.read(session, now=NOW)
        event.remove(filled.engine, "before_cursor_execute", note)
        connection = session.connection()
        lines = [str(row) for asked in said for row in connection.exec_driver_sql(told + asked[0], asked[1])]
    assert len(said) == 4
    assert (found.open["commitment", "department"], found.rest.unprinted, found.rest.unswept) == (30, 30, 30)
    used = set(re.findall(r"\bix_\w+", "\n".join(lines)))
    assert used - OF_OPEN_CASES == INDEXES, "\n".join(lines)
    assert used & OF_OPEN_CASES, "\n".join(lines)
