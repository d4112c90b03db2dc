"""The shapes that calls take and give: marshmallow, with our sentences instead of its own.

A shape that is taken refuses what it does not know, because a misspelt field must not be lost in silence.
"""

import re
from collections.abc import Callable, Collection
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, fields

from forms.fields import HARMFUL_IN_PARAGRAPH
from workflow_app.domain.words import N_, Sentence

MISSING = N_("缺少这一项，请补上。")
EMPTY = N_("这一项不能是 null，请填写或者去掉。")
NO_TEXT = N_("这一项应是文字（字符串）。")
NO_NUMBER = N_("这一项应是整数。")
NO_TRUTH = N_("这一项应是 true 或 false。")
NO_DAY = N_("这一项应是日期，写成 2026-09-18 的样子。")
NO_LIST = N_("这一项应是列表。")
NO_OBJECT = N_("这一项应是 JSON 对象。")
UNKNOWN = N_("接口说明里没有这一项，请核对名称。")
TOO_LONG = N_("最多 %(most)s 个字，请缩短。")
NOT_BETWEEN = N_("应在 %(least)s 至 %(most)s 之间。")
NONE_OF = N_("可用的值是：%(values)s。")
NO_COLUMN = N_("栏名由大写字母、数字和下划线组成，例如 CF_WSH。")
NOT_SO_MANY = N_("应有 1 至 %(most)s 项，请分成几次。")
NO_DIVISION = N_("应是六位数字的行政区划代码，例如 120102。")
HARMFUL = N_("第 %(place)s 个字符看不见或无法识别，请删去。")


BIGGEST_ID = 2**31 - 1
"""The largest number that a row can have."""


def _saying(**texts: str) -> dict[str, Any]:
    said = {"required": MISSING, "null": EMPTY, "validator_failed": NO_TEXT} | texts
    return {name: [Sentence(text)] for name, text in said.items()}


class Shape(Schema):
    """The base of every shape."""

    error_messages: ClassVar[dict[str, Any]] = {"unknown": Sentence(UNKNOWN), "type": Sentence(NO_OBJECT)}  # type: ignore[misc]

    class Meta:
        unknown = RAISE


class Text(fields.String):
    """Text without characters that can't be seen."""

    default_error_messages = _saying(invalid=NO_TEXT, invalid_utf8=NO_TEXT)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more)
        if found := HARMFUL_IN_PARAGRAPH.search(text):
            raise ValidationError([Sentence(HARMFUL, place=found.start() + 1)])
        return text


class Whole(fields.Integer):
    """A whole number; true and false are none."""

    default_error_messages = _saying(invalid=NO_NUMBER, too_large=NO_NUMBER)


class Truth(fields.Boolean):
    """true or false."""

    default_error_messages = _saying(invalid=NO_TRUTH)


class Day(fields.Date):
    """A legal day, ISO 8601."""

    default_error_messages = _saying(invalid=NO_DAY, format=NO_DAY, invalid_awareness=NO_DAY)


class Instant(fields.AwareDateTime):
    """An instant in UTC, ISO 8601."""


class Listed(fields.List[Any]):
    """Several of one shape."""

    default_error_messages = _saying(invalid=NO_LIST)


class Part(fields.Nested):
    """A shape within another."""

    default_error_messages = _saying(type=NO_OBJECT)


class Anything(fields.Dict):
    """An object whose names depend on the case; which there are is said elsewhere."""

    default_error_messages = _saying(invalid=NO_OBJECT)


class Columns(fields.Dict):
    """A row of a table: texts by the code of their column."""

    default_error_messages = _saying(invalid=NO_OBJECT)

    def __init__(self, **more: Any) -> None:
        code = Text(validate=column)
        super().__init__(keys=code, values=Text(validate=most(4000)), validate=filled, **more)


def column(name: str) -> None:
    """The code of a column."""
    if not re.fullmatch("[A-Z][A-Z0-9_]{0,39}", name):
        raise ValidationError([Sentence(NO_COLUMN)])


def filled(row: dict[str, str]) -> None:
    """At least one text."""
    if not any(text.strip() for text in row.values()):
        raise ValidationError([Sentence(MISSING)])


def some(count: int) -> Callable[[list[Any]], None]:
    """At least one and at most so many."""

    def check(listed: list[Any]) -> None:
        if not 0 < len(listed) <= count:
            raise ValidationError([Sentence(NOT_SO_MANY, most=count)])

    return check


def most(count: int) -> Callable[[str], None]:
    """At most so many characters."""

    def check(text: str) -> None:
        if len(text) > count:
            raise ValidationError([Sentence(TOO_LONG, most=count)])

    return check


def filled_in(text: str) -> None:
    """Not blank."""
    if not text.strip():
        raise ValidationError([Sentence(MISSING)])


def between(least: int, biggest: int) -> Callable[[int], None]:
    """A number from `least` to `biggest`."""

    def check(number: int) -> None:
        if not least <= number <= biggest:
            raise ValidationError([Sentence(NOT_BETWEEN, least=least, most=biggest)])

    return check


def one_of(values: Collection[str]) -> Callable[[str], None]:
    """One of these."""

    def check(value: str) -> None:
        if value not in values:
            raise ValidationError([Sentence(NONE_OF, values=", ".join(values))])

    return check


def division(code: str) -> None:
    """A division code: six digits (GB/T 2260)."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise ValidationError([Sentence(NO_DIVISION)])


def _told(text: str, example: object) -> dict[str, Any]:
    return {"description": text, "example": example}


class Problem(Shape):
    """RFC 9457: what a machine is told when it is told no."""

    type = fields.String(required=True, metadata=_told(N_("总是 about:blank"), "about:blank"))
    title = fields.String(required=True, metadata=_told(N_("一句话的标题，给人看"), "现在不能办理"))
    status = fields.Integer(required=True, metadata=_told(N_("与状态码相同"), 409))
    detail = fields.String(
        required=True, metadata=_told(N_("为什么，给人看，可能改写"), "这一件刚刚被别人办理过，请重新读取。")
    )
    code = fields.String(required=True, metadata=_told(N_("原因的代号，给程序判断，不会改变"), "stale"))
    version = fields.Integer(metadata=_told(N_("只在 stale 时有：现在的版本"), 4))
    fields_ = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        attribute="fields",
        data_key="fields",
        metadata=_told(
            N_("只在 invalid 时有：哪一项错了，每项一句"), {"given.reason": "缺少这一项，请补上。"}
        ),
    )
