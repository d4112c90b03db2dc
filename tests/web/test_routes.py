"""The addresses of the site: none appears or goes away unnoticed, each has its audience, and reading writes nothing."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.web.everybody import PEOPLE, Matrix, prepare, read_by
from workflow_app.web import audiences
from workflow_app.web.audiences import Audience

LISTED = Path(__file__).with_name("routes.txt")
ASKS_HEAD_TOO = "lead"
"""HEAD is answered by the same views as GET, so one reader, who may open most of them, asks for both."""


@pytest.fixture(scope="module")
def matrix(module_district, tmp_path_factory) -> Matrix:
    """Everybody, signed in."""
    return prepare(module_district, tmp_path_factory.mktemp("routes"))


def test_the_addresses_are_those_that_are_listed(worker_app):
    rules = {
        f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'}))} {rule.rule}"
        for rule in worker_app.url_map.iter_rules()
    }
    listed = set(LISTED.read_text(encoding="utf-8").splitlines())
    assert not rules - listed, f"Add the new addresses to tests/web/routes.txt: {sorted(rules - listed)}"
    assert not listed - rules, f"These addresses are gone; links to them break: {sorted(listed - rules)}"


def test_every_address_has_its_audience(worker_app):
    audiences.check_audiences(worker_app)


def test_every_get_address_is_read_by_the_test_of_reading(matrix):
    routes = matrix.app.url_map.bind("localhost")
    asked = {
        routes.match(address.format(**matrix.places), "GET")[0]
        for person in PEOPLE
        for address in read_by(person)
    }
    assert asked == {
        rule.endpoint
        for rule in matrix.app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and audiences.audience_of(rule.endpoint) is not Audience.TOKEN
    }


@pytest.mark.parametrize("person", PEOPLE)
def test_reading_changes_nothing(matrix, person):
    matrix.put_back()
    with closing(sqlite3.connect(matrix.file)) as watcher:
        before, seen = dump(watcher), version(watcher)
        for address in read_by(person):
            for method in ("GET", "HEAD") if person == ASKS_HEAD_TOO else ("GET",):
                matrix.ask(person, method, address)
                assert version(watcher) == seen, (
                    f"{method} {address} writes: {changed(before, dump(watcher))}"
                )
        assert dump(watcher) == before


def version(watcher: sqlite3.Connection) -> int:
    """A number that changes whenever another connection commits a change."""
    (number,) = watcher.execute("PRAGMA data_version").fetchone()
    return int(number)


def dump(watcher: sqlite3.Connection) -> dict[str, tuple[int, int]]:
    """Rows and newest row of every table; those of the search index are the database's own and follow `subject`."""
    listed = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'subject_search%'"
    names = [name for (name,) in watcher.execute(listed)]
    return {
        name: watcher.execute(f'SELECT count(*), coalesce(max(rowid), 0) FROM "{name}"').fetchone()
        for name in names
    }


def changed(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> list[str]:
    """The tables that differ; none when only a column of a row was changed."""
    return [name for name in after if after[name] != before.get(name)]
