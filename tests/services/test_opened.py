"""A case opened for a step: with whom and what it names, as the database says now, in one statement."""

from sqlalchemy import create_engine, event, update
from sqlalchemy.orm import Session

from tests.factories import NOW, TODAY, case_in
from workflow_app.models.base import table
from workflow_app.models.party import Subject, Unit
from workflow_app.services.engine import leases, opened

REMEMBERED = 4096
"""Characters of a statement up to which psycopg remembers how it is sent."""


def statements(session: Session) -> list[str]:
    """Every statement of the session's database from now on."""
    seen: list[str] = []
    event.listen(
        session.get_bind(), "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement)
    )
    return seen


def test_the_statement_that_opens_a_case_for_a_step_is_short_enough_to_be_remembered():
    postgresql = create_engine("postgresql+psycopg://").dialect
    assert len(str(opened.READ_ALL.compile(dialect=postgresql))) < REMEMBERED


def test_a_case_comes_with_all_that_it_names_and_nothing_is_asked_for_later(database, house):
    with database.writing() as session:
        address = case_in(session, "signed", database.world, house).address
        session.commit()
        seen = statements(session)
        case = opened.locked(session, address, day=TODAY).case
        asked = len(seen)
        assert (case.subject.id, case.unit.id, case.item.id) == (case.subject_id, case.unit_id, case.item_id)
        assert (case.record, case.assignee) == (None, None)
        assert len(seen) == asked


def test_a_case_comes_with_whoever_has_it_in_hand(database, house):
    handler = database.world.actors["handler"]
    with database.writing() as session:
        case = case_in(session, "signed", database.world, house)
        leases.claim(session, case, handler, now=NOW)
        again = opened.locked(session, case.address, day=TODAY).case
        assert (again.assignee.id, again.assignee.name) == (handler.person_id, handler.name)
        leases.release(session, case, handler, now=NOW)
        assert opened.locked(session, case.address, day=TODAY).case.assignee is None


def test_a_case_that_is_opened_again_names_what_the_rows_say_by_then(database, house):
    with database.writing() as session:
        case = case_in(session, "signed", database.world, house)
        for model, row in ((Subject, case.subject), (Unit, case.unit)):
            changed = update(table(model)).where(table(model).c.id == row.id)
            session.execute(changed.values(name=f"{row.name}（更名）"))
        again = opened.locked(session, case.address, day=TODAY).case
        assert again.subject.name.endswith("（更名）")
        assert again.unit.name.endswith("（更名）")
