"""What a machine is told when it is told no: RFC 9457 problem+json, the same sentences that people read.

`detail` is the sentence, `code` is stable and for programs, `fields` names each wrong parameter with its sentence.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, g, jsonify
from flask_babel import gettext

from ..domain.words import N_, Sentence
from ..web.ui import is_for_machines, say_whole

MEDIA_TYPE = "application/problem+json"

TITLES = {
    400: N_("请求有误"),
    401: N_("需要登录凭证"),
    403: N_("没有权限"),
    404: N_("没有找到"),
    405: N_("不支持这种请求方法"),
    409: N_("现在不能办理"),
    413: N_("内容过大"),
    415: N_("不支持这种内容类型"),
    422: N_("有几处需要改正"),
    429: N_("请求太频繁"),
    500: N_("系统出了问题"),
}
DETAILS = {
    400: N_("服务器没有看懂这个请求，请核对地址和参数。"),
    401: N_("请在请求头 Authorization 中带上有效的令牌。"),
    403: N_("这个令牌没有办理这件事的权限。"),
    404: N_("这个地址没有内容，或者它不在您可以查看的范围内。请对照接口说明核对地址。"),
    405: N_("这个地址不接受这种请求方法，可用的方法见响应头 Allow。"),
    409: N_("请重新读取最新情况后再办理。"),
    413: N_("请求的内容超过大小上限，请压缩或分成几次。"),
    415: N_("请按接口说明使用可接受的内容类型。"),
    422: N_("请按 fields 中的提示改正后再请求。"),
    429: N_("请按响应头 Retry-After 的秒数稍后再试。"),
    500: N_("问题已经记录。请稍后再试。"),
}
NOT_READ = N_("这一项的格式不对，请对照接口说明修改。")
CODES = {
    400: "bad_request", 401: "no_token", 403: "no_grant", 404: "not_found", 405: "method_not_allowed", 409: "refused",
    413: "too_large", 415: "unsupported_type", 422: "invalid", 429: "too_often", 500: "unexpected",
}  # fmt: skip


def is_machine() -> bool:
    """Whether the request is one of the API, also at an address that does not exist."""
    return is_for_machines()


def problem(
    status: int,
    detail: str | Sentence | None = None,
    *,
    code: str | None = None,
    fields: Mapping[str, Sentence] | None = None,
    version: int | None = None,
) -> Response:
    """The answer of this status, in the language that the request accepts. `version` is the current one of a stale case."""
    body: dict[str, object] = {
        "type": "about:blank",
        "title": gettext(TITLES[status]),
        "status": status,
        "detail": (say_whole(detail) if isinstance(detail, Sentence) else detail) or gettext(DETAILS[status]),
        "code": code or CODES[status],
    }
    g.problem_code = body["code"]
    if version is not None:
        body["version"] = version
    if fields:
        body["fields"] = {name: say_whole(sentence) for name, sentence in fields.items()}
    response = jsonify(body)
    response.status_code = status
    response.mimetype = MEDIA_TYPE
    response.headers["Cache-Control"] = "no-store"
    response.vary.add("Accept-Language")
    return response


def by_field(messages: Mapping[str, Any]) -> dict[str, Sentence]:
    """What the shapes found wrong, each under the path of its field: `given.reasons.0.note`."""
    found: dict[str, Sentence] = {}
    for part in messages.values():
        found |= _flat(part, "")
    return found


def _flat(part: Any, path: str) -> dict[str, Sentence]:
    if isinstance(part, Mapping):
        parts = [_flat(value, f"{path}.{name}" if path else str(name)) for name, value in part.items()]
        return {name: sentence for each in parts for name, sentence in each.items()}
    first = part[0] if isinstance(part, list) and part else part
    if isinstance(first, Mapping):
        return _flat(first, path)
    place = path.removesuffix("._schema").removesuffix("_schema") or "body"
    return {place: first if isinstance(first, Sentence) else Sentence(NOT_READ)}
