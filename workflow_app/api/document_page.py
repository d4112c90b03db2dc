"""The contract as people read it: the same document as the machines get, turned into rooms, calls and tables.

Says nothing that the document does not say; needs neither script nor another host.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from ..domain.scopes import SCOPE_TITLES, TokenScope
from ..domain.words import N_

KINDS = {
    "string": N_("文字"),
    "integer": N_("整数"),
    "number": N_("数"),
    "boolean": N_("是或否"),
    "array": N_("列表"),
    "object": N_("对象"),
    "date": N_("日期"),
    "date-time": N_("时刻"),
    "binary": N_("文件"),
}
PLACES = {"path": N_("网址"), "query": N_("查询"), "header": N_("请求头")}
METHODS = ("get", "post", "patch", "put", "delete")
DEEPEST = 6


@dataclass(frozen=True)
class Field:
    """A line of a table: what it is called, what it is and what it may be. `shape` is the shape it holds."""

    name: str
    kind: str
    described: str
    is_required: bool
    may_be_null: bool = False
    shape: str = ""
    values: tuple[str, ...] = ()
    example: str = ""
    place: str = ""


@dataclass(frozen=True)
class Content:
    """What is sent or answered: its content type, the shape, an example as JSON."""

    media_type: str
    shape: str = ""
    example: str = ""


@dataclass(frozen=True)
class Answer:
    """One status of a call."""

    status: str
    described: str
    contents: tuple[Content, ...]


@dataclass(frozen=True)
class Call:
    """One call."""

    id: str
    method: str
    path: str
    title: str
    more: str
    scope: str
    scope_title: str
    parameters: tuple[Field, ...]
    body: tuple[Content, ...]
    answers: tuple[Answer, ...]
    refusals: tuple[str, ...]


@dataclass
class Room:
    """Calls that belong together. A webhook is a call whose path is its name."""

    name: str
    title: str
    calls: list[Call] = field(default_factory=list)


@dataclass(frozen=True)
class Contract:
    """The whole document for the page."""

    version: str
    about: str
    rooms: tuple[Room, ...]
    hooks: tuple[Call, ...]
    shapes: tuple[tuple[str, tuple[Field, ...]], ...]
    scopes: tuple[tuple[str, str], ...]


def contract(document: dict[str, Any]) -> Contract:
    """What the page shows of a document that is already in the reader's language."""
    reading = Reading(document)
    rooms = {tag["name"]: Room(tag["name"], tag["description"]) for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                call = methods[method]
                rooms[call["tags"][0]].calls.append(
                    reading.call(method, path, call, methods.get("parameters", []))
                )
    hooks = tuple(
        reading.call(method, name, call, [])
        for name, methods in document["webhooks"].items()
        for method, call in methods.items()
    )
    shapes = tuple(
        (name_of(name), reading.fields(shape))
        for name, shape in sorted(document["components"]["schemas"].items())
    )
    scopes = tuple((str(scope), title) for scope, title in SCOPE_TITLES.items())
    about = document["info"]
    return Contract(about["version"], about["description"], tuple(rooms.values()), hooks, shapes, scopes)


def name_of(shape: str) -> str:
    """The name of a shape without the word that all of them bear."""
    return shape.removesuffix("Shape")


class Reading:
    """Reads the parts of one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.components = document["components"]

    def call(self, method: str, path: str, call: dict[str, Any], places: list[dict[str, Any]]) -> Call:
        """A call with its tables."""
        scope = next((name for need in call.get("security", ()) for name in need.get("token", ())), "")
        statuses = sorted(call["responses"].items(), key=lambda one: str(one[0]))
        return Call(
            id=call.get("operationId", path),
            method=method.upper(),
            path=path,
            title=call.get("summary", path),
            more=call.get("description", ""),
            scope=scope,
            scope_title=SCOPE_TITLES[TokenScope(scope)] if scope else "",
            parameters=tuple(self.parameter(one) for one in (*places, *call.get("parameters", ()))),
            body=self.contents(call.get("requestBody", {})),
            answers=tuple(self.answer(str(status), one) for status, one in statuses if str(status) < "400"),
            refusals=tuple(str(status) for status, _ in statuses if str(status) >= "400"),
        )

    def parameter(self, one: dict[str, Any]) -> Field:
        """A parameter in the address or a header."""
        line = self.line(
            one["name"],
            one["schema"] | {"description": one.get("description", "")},
            one.get("required", False),
        )
        shown = one.get("example", one["schema"].get("example"))
        return Field(
            **{**line.__dict__, "place": PLACES[one["in"]], "example": "" if shown is None else str(shown)}
        )

    def answer(self, status: str, one: dict[str, Any]) -> Answer:
        """What a status says."""
        return Answer(status, one.get("description", ""), self.contents(one))

    def contents(self, one: dict[str, Any]) -> tuple[Content, ...]:
        """What may be sent or answered, by its type."""
        found = []
        for media_type, content in one.get("content", {}).items():
            schema = content.get("schema", {})
            example = ""
            if media_type == "application/json":
                example = json.dumps(self.example(schema), ensure_ascii=False, indent=2)
            found.append(Content(media_type, self.shape(schema), example))
        return tuple(found)

    def fields(self, shape: dict[str, Any]) -> tuple[Field, ...]:
        """The table of a shape."""
        required = shape.get("required", ())
        return tuple(
            self.line(name, each, name in required) for name, each in shape.get("properties", {}).items()
        )

    def line(self, name: str, schema: dict[str, Any], is_required: bool) -> Field:
        """One line of a table."""
        types = self.types(schema)
        of = schema.get("format") if schema.get("format") in KINDS else next(iter(types - {"null"}), "object")
        shown = schema.get("example")
        return Field(
            name, KINDS[str(of)], schema.get("description", ""), is_required,
            may_be_null="null" in types, shape=self.shape(schema),
            values=tuple(str(value) for value in schema.get("enum", ()) if value not in ("", None)),
            example="" if shown is None else json.dumps(shown, ensure_ascii=False),
        )  # fmt: skip

    def types(self, schema: dict[str, Any]) -> set[str]:
        """The types that a value may have."""
        if "anyOf" in schema:
            return set().union(*(self.types(each) for each in schema["anyOf"]))
        found = schema.get("type", "object")
        return set(found) if isinstance(found, list) else {found}

    def shape(self, schema: dict[str, Any]) -> str:
        """The shape that a value has, itself or of each of its items; empty when there is none."""
        if "$ref" in schema:
            return name_of(schema["$ref"].rpartition("/")[2])
        parts = [schema.get("items", {}), *schema.get("anyOf", ()), *schema.get("allOf", ())]
        return next((found for found in map(self.shape, filter(None, parts)) if found), "")

    def example(self, schema: dict[str, Any], depth: int = 0) -> Any:
        """A value that fits, put together from the examples of its parts."""
        if "example" in schema:
            return schema["example"]
        if "$ref" in schema:
            return self.example(self.components["schemas"][schema["$ref"].rpartition("/")[2]], depth + 1)
        if parts := [
            each for each in schema.get("anyOf", schema.get("allOf", ())) if each != {"type": "null"}
        ]:
            return self.example(parts[0], depth)
        types = self.types(schema)
        if "null" in types:
            return None
        if "array" in types:
            return [self.example(schema["items"], depth + 1)] if depth < DEEPEST else []
        if "object" in types:
            return {
                name: self.example(each, depth + 1) for name, each in schema.get("properties", {}).items()
            }
        return {"string": "", "integer": 0, "number": 0, "boolean": False}[next(iter(types))]
