"""Every route for every kind of person: the status that was typed by hand in `matrix.txt` is the status that comes.

A request carries a valid token and nothing else, so a person who may do a thing is told what is missing (422) or
why not now (409), and one who may not is turned away before anything is read.
"""

import pytest

from tests.web.everybody import PEOPLE, ROWS, Matrix, prepare
from workflow_app.web import audiences
from workflow_app.web.audiences import Audience


@pytest.fixture(scope="module")
def matrix(module_district, tmp_path_factory) -> Matrix:
    """Everybody, signed in."""
    return prepare(module_district, tmp_path_factory.mktemp("matrix"))


@pytest.mark.parametrize(("method", "address", "expected"), ROWS, ids=[f"{row[0]} {row[1]}" for row in ROWS])
def test_each_person_gets_the_answer_that_the_table_says(matrix, method, address, expected):
    assert len(expected) == len(PEOPLE), f"the line of {method} {address} has {len(expected)} answers"
    got = {person: matrix.answer(person, method, address) for person in PEOPLE}
    told = dict(zip(PEOPLE, expected, strict=True))
    wrong = [
        f"{person}: {got[person]}, not {told[person]}" for person in PEOPLE if got[person] != told[person]
    ]
    assert not wrong, f"{method} {address} answers " + "; ".join(wrong)


def test_every_route_stands_in_the_table(matrix):
    """But those for machines, which tests/api tries one by one without a token and without the scope."""
    routes = matrix.app.url_map.bind("localhost")
    told = {(method, routes.match(url.format(**matrix.places), method)[0]) for method, url, _ in ROWS}
    missing = [
        f"{method} {rule}"
        for rule in matrix.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"})
        if (method, rule.endpoint) not in told and audiences.audience_of(rule.endpoint) is not Audience.TOKEN
    ]
    assert not missing, "Say in tests/web/matrix.txt who may do this: " + "; ".join(missing)


def test_an_expired_mandate_is_told_apart_from_a_stranger(matrix):
    assert matrix.answer("expired", "GET", "/cases/{signed}") == "409"
    assert matrix.answer("stranger", "GET", "/cases/{signed}") == "404"
