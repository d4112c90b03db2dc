"""The cursor of our connections: the columns of a result are there for whoever looks, and not looked for by anybody else."""

import pytest
from sqlalchemy import create_engine, text

from tests.postgres import started
from workflow_app.cursors import SparingCursor


@pytest.fixture(scope="module")
def connection():
    with started() as server:
        url = server.create_database("columns")
        engine = create_engine(url, connect_args={"cursor_factory": SparingCursor})
        with engine.begin() as opened:
            yield opened
        engine.dispose()


def test_a_row_is_found_by_the_names_of_its_columns(connection):
    row = connection.execute(text("SELECT 1 AS one, '二' AS two")).one()
    assert (row.one, row.two, row._fields) == (1, "二", ("one", "two"))


def test_whoever_looks_at_the_columns_of_a_result_sees_them_all(connection):
    cursor = connection.connection.cursor()
    cursor.execute("SELECT 1 AS one, 'b' AS two, now() AS three")
    assert [column.name for column in cursor.description] == ["one", "two", "three"]
    assert [column.name for column in cursor.description[1:]] == ["two", "three"]
    assert (cursor.description[-1].name, len(cursor.description)) == ("three", 3)
    with pytest.raises(IndexError):
        cursor.description[3]


def test_a_statement_without_a_result_has_no_columns(connection):
    cursor = connection.connection.cursor()
    cursor.execute("SET LOCAL work_mem = '4MB'")
    assert cursor.description is None
    assert cursor.execute("SELECT 1 AS one WHERE false").description is not None
