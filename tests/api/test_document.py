"""The published contract: valid, complete, in both languages, and nothing of the API stands outside of it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from tests.api.machine import ROOT
from tests.factories import FIELD_KEY
from workflow_app import config, create_app
from workflow_app.api.document_page import Reading

CHINESE, ENGLISH = "zh-CN", "en"
OUTSIDE = {"/api/docs", "/api/v1/openapi.json"}
METHODS = {"get", "post", "patch", "put", "delete"}
WITHOUT_EXAMPLE = {"boolean", "array", "object", "null"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application; the document needs no database."""
    folder = tmp_path_factory.mktemp("document")
    secret = {"SECRET_KEY": "demo-" + "s" * 40, "FIELD_KEYS": FIELD_KEY, "DEMO_DISTRICT": "1"}
    return create_app(config.read({"VAR_FOLDER": str(folder)} | secret))


@pytest.fixture(scope="module")
def documents(app: Flask) -> dict[str, Any]:
    """The document in both languages."""
    client = app.test_client()
    return {
        language: client.get(f"{ROOT}/openapi.json", headers={"Accept-Language": language}).json
        for language in (CHINESE, ENGLISH)
    }


def calls(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    """Method, path, call and all parameters."""
    for path, methods in document["paths"].items():
        for method in METHODS & set(methods):
            call = methods[method]
            yield method, path, call, [*methods.get("parameters", ()), *call.get("parameters", ())]


def fields(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every field of every shape."""
    for name, shape in document["components"]["schemas"].items():
        for field, schema in shape.get("properties", {}).items():
            yield f"{name}.{field}", schema


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
def test_the_document_is_valid_openapi(documents: dict[str, Any], language: str) -> None:
    validate(documents[language])


def test_every_route_of_the_api_stands_in_the_document(app: Flask, documents: dict[str, Any]) -> None:
    told = {(method.upper(), path) for method, path, _, _ in calls(documents[CHINESE])}
    routed = {
        (method, rule.rule.replace("<int:", "{").replace("<", "{").replace(">", "}"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/") and rule.rule not in OUTSIDE
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert told == routed


def test_every_call_says_what_it_does_and_has_a_name_of_its_own(documents: dict[str, Any]) -> None:
    names = []
    for _, path, call, parameters in calls(documents[CHINESE]):
        assert call["summary"], path
        names.append(call["operationId"])
        assert [one["name"] for one in parameters if not one.get("description")] == [], path
        assert [status for status, one in call["responses"].items() if one == {}] == [], path
    assert len(names) == len(set(names))


def test_every_field_is_described_and_shown_by_an_example(documents: dict[str, Any]) -> None:
    bare, unshown = [], []
    reading = Reading(documents[CHINESE])
    for name, schema in fields(documents[CHINESE]):
        bare += [name] if not schema.get("description") else []
        is_plain = "$ref" not in schema and schema.get("format") != "binary"
        if is_plain and not reading.types(schema) & WITHOUT_EXAMPLE and "example" not in schema:
            unshown.append(name)
    assert (bare, unshown) == ([], [])


def test_every_example_fits_its_shape(documents: dict[str, Any]) -> None:
    document, wrong = documents[CHINESE], []
    reading, components = Reading(document), {"components": document["components"]}
    for name, schema in fields(document):
        if "example" in schema:
            wrong += misfits(name, schema | components, schema["example"])
    for name, schema in document["components"]["schemas"].items():
        if not any(one.get("format") == "binary" for one in schema.get("properties", {}).values()):
            wrong += misfits(name, schema | components, reading.example(schema))
    for _, path, _, parameters in calls(document):
        for one in parameters:
            shown = one.get("example", one["schema"].get("example"))
            wrong += [] if shown is None else misfits(f"{path} {one['name']}", one["schema"], shown)
    assert wrong == []


def misfits(name: str, schema: dict[str, Any], example: Any) -> list[str]:
    """What is wrong with an example."""
    return [f"{name}: {fault.message}" for fault in Draft202012Validator(schema).iter_errors(example)]


def test_the_document_is_told_in_english_without_a_word_left_over(documents: dict[str, Any]) -> None:
    left: set[str] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            left.update(
                each for key, each in part.items()
                if key in ("summary", "description", "title") and isinstance(each, str)
                and any("\u4e00" <= sign <= "\u9fff" for sign in each)
            )  # fmt: skip
            for key, each in part.items():
                if key not in ("example", "examples", "default", "enum"):
                    look(each)
        elif isinstance(part, list):
            for each in part:
                look(each)

    look(documents[ENGLISH])
    assert left == set()


def test_every_call_is_limited(app: Flask) -> None:
    views = {rule.endpoint for rule in app.url_map.iter_rules() if rule.rule.startswith(ROOT)}
    free = {name for name in views if not hasattr(app.view_functions[name], "__wrapper-limiter-instance")}
    assert free == {"api_document.openapi"}


@pytest.mark.parametrize("language", ["zh_Hans_CN", "en"])
def test_people_read_the_same_calls_on_a_page_of_their_own(
    app: Flask, documents: dict[str, Any], language: str
) -> None:
    client = app.test_client()
    client.set_cookie("locale", language)
    answer = client.get("/api/docs")
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    text = answer.get_data(as_text=True)
    document = documents[ENGLISH if language == "en" else CHINESE]
    for _, path, call, _ in calls(document):
        assert path in text
        assert f'id="{call["operationId"]}"' in text
    for name in document["components"]["schemas"]:
        assert f'id="shape-{name.removesuffix("Shape")}"' in text
    assert 'id="problem-409"' in text
