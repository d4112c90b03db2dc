"""Addresses: whatever way they are worked out, they are those that Flask tells."""

import pytest
from flask import Flask
from flask import url_for as told
from werkzeug.routing import AnyConverter, BuildError, IntegerConverter

from tests.factories import FIELD_KEY
from workflow_app import config, create_app
from workflow_app.web.addresses import address

VALUES = ("CM-120102-20260918-000001", "海河 1/2", "a&b?c#d", "..", "~name~", "", 7)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    settings = {"VAR_FOLDER": str(tmp_path_factory.mktemp("var")), "SECRET_KEY": "k" * 40}
    return create_app(config.read({**settings, "FIELD_KEYS": FIELD_KEY}))


def fitting(converter, value):
    """The value, or one that such a place takes."""
    match converter:
        case AnyConverter():
            return min(converter.items)
        case IntegerConverter():
            return 7
    return value


@pytest.mark.parametrize("mounted_at", ["", "/casework", "/信用"])
@pytest.mark.parametrize("value", VALUES)
def test_every_room_has_the_address_that_flask_tells(app, mounted_at, value):
    with app.test_request_context("/queue", base_url=f"http://localhost{mounted_at}"):
        for rule in app.url_map.iter_rules():
            if rule.endpoint == "static":
                continue
            for more in ({}, {"tab": "all", "q": "海河 &", "none": None}, {"each": ["1", "2"]}):
                named = {name: fitting(place, value) for name, place in rule._converters.items()}
                given = {**named, **more}
                expected = Flask.url_for(app, rule.endpoint, **given)
                assert (told(rule.endpoint, **given), address(rule.endpoint, **given)) == (expected, expected)


def test_what_only_flask_knows_is_left_to_flask(app):
    with app.test_request_context("/queue"):
        assert told("queues.show", _anchor="queue") == "/queue#queue"
        assert told("queues.show", _external=True) == "http://localhost/queue"
        assert told(".show") == "/queue"


def test_a_room_that_is_not_fully_named_has_no_address(app):
    with app.test_request_context("/queue"), pytest.raises(BuildError, match="address"):
        told("cases.show")
