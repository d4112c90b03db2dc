"""Several kinds of rows in one statement come back as each would have come alone."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from workflow_app.models.base import table
from workflow_app.models.party import Person, Subject, Unit
from workflow_app.models.together import Together


class Somebody(NamedTuple):
    """Of a person: two words, an instant and a truth."""

    id: int
    login: str
    name: str
    created_at: datetime
    is_system: bool


class Place(NamedTuple):
    """Of a unit: words in the same places, a day, and a number that may be missing."""

    key: str
    id: int
    ended_on: date | None
    successor_id: int | None
    is_office: bool


class Firm(NamedTuple):
    """Of a subject: what is sealed at rest."""

    id: int
    code: str


KINDS = {
    kind: select(*(table(model).c[name] for name in kind._fields)).where(
        table(model).c.id >= bindparam("from_id")
    )
    for kind, model in ((Somebody, Person), (Place, Unit), (Firm, Subject))
}


def test_each_kind_of_rows_comes_back_as_it_would_alone(database):
    with database.reading() as session:
        found = Together(KINDS).read(session, {"from_id": 2})
        for kind, alone in KINDS.items():
            rows = [kind(*row) for row in session.execute(alone, {"from_id": 2})]
            assert rows
            assert sorted(found[kind], key=repr) == sorted(rows, key=repr)
            assert all(type(row) is kind for row in found[kind])


def test_a_kind_without_rows_is_there_and_empty(database):
    with database.reading() as session:
        found = Together(KINDS).read(session, {"from_id": 100_000})
        assert [found[kind] for kind in KINDS] == [[], [], []]
