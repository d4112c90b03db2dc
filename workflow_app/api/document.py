"""The published contract: OpenAPI 3.1, made from the rooms, said in the reader's language.

Made when somebody first asks for it, because it is asked for rarely and costs more than a start should.
"""

import json
from functools import lru_cache
from typing import Any

from apispec import APISpec
from flask import Blueprint, Flask, Response, current_app, jsonify
from flask_babel import gettext
from flask_login import current_user
from flask_smorest import Api

from ..domain.scopes import SCOPE_TITLES
from ..domain.words import N_
from ..web.house import house
from ..web.pages import page
from . import document_page, problems
from .room import Room
from .shapes import Problem
from .showing import says
from .webhooks import WEBHOOKS

VERSION = "1.0.0"
METHODS = {"get", "post", "patch", "put", "delete"}
PHRASES = ("OK", "Created", "Accepted", "Default response")
SAID_OF = {"200": N_("办好了，答复在正文里"), "201": N_("已新建"), "202": N_("已收下，随后处理")}
UNCHANGED = N_("与 If-None-Match 写明的那一次相比没有变化")
KEY_OF_A_REPEAT = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": N_("由您取的一个键。24 小时内用同一个键重复同样的请求，得到同样的答复，不会办理两次"),
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "pattern": "^[!-~]+$",
        "example": "2026-11-20-0001",
    },
}
PLACES = {
    "address": says(N_("办件编号；草稿用开始时给出的临时编号"), "CM-120102-20260415-000001"),
    "step": says(N_("步骤的名称，见办件的 steps"), "accept"),
    "paper_id": says(N_("材料的编号，见办件的 attachments"), 12),
    "code": says(N_("统一社会信用代码、证件号码，或者文书的验真码"), "91120102MA0DEM010E"),
    "name": says(N_("流程的名称"), "commitment"),
    "number": says(N_("文书编号"), "CM-120102-20260415-000001-1"),
    "ref": says(N_("编号，由列出它的那个接口给出"), "vwXYoHB6tTx0"),
    "kind": says(N_("哪一类交换文件"), "commitments"),
    "key": says(N_("同步对象的名称"), "national"),
    "file_id": says(N_("文件的编号"), 3),
    "task_id": says(N_("同步任务的编号"), 16),
}
"""What stands in addresses."""
SAID = ("summary", "description", "title")
ABOUT = N_(
    "信用事项办理平台对外的接口。所有地址都在 /api/v1 之下，内容是 UTF-8 的 JSON。拒绝的理由与页面上的完全一样，"
    "按请求头 Accept-Language 用中文或英文说明。"
)
BY_TOKEN = N_("请求头 Authorization: Bearer 加令牌。令牌以持有人当天的权限办事，范围另外写明。")


class Document(Api):
    """flask-smorest without its pages and handlers: ours say the same to machines and people."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Refusals are told in `web.errors`."""

    def _register_doc_blueprint(self) -> None:
        """The document is served by the room below."""

    def _register_responses(self) -> None:
        """One shape for every refusal."""
        for status, title in problems.TITLES.items():
            content = {problems.MEDIA_TYPE: {"schema": Problem}}
            self.spec.components.response(
                f"problem_{status}", {"description": title, "content": content}, lazy=True
            )


api_document = Blueprint("api_document", __name__, url_prefix="/api")


@api_document.get("/v1/openapi.json")
def openapi() -> Response:
    """The contract for machines."""
    served: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # what the proxy stands for
    response = jsonify(told(spec(served)))
    response.headers["Cache-Control"] = "no-cache"
    response.vary.add("Accept-Language")
    return response


@api_document.get("/docs")
def docs() -> Response:
    """The same contract for people."""
    served: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # what the proxy stands for
    told_now = told(spec(served))
    problem = document_page.Reading(told_now).example(told_now["components"]["schemas"]["Problem"])
    refusals = [(n, problems.CODES[n], title, problems.DETAILS[n]) for n, title in problems.TITLES.items()]
    return page(
        "api/docs.html",
        contract=document_page.contract(told_now),
        problem=json.dumps(problem, ensure_ascii=False, indent=2),
        refusals=refusals,
        signed_in=current_user.is_authenticated,
        site_url=house().site_url,
    )


@lru_cache(maxsize=4)
def spec(app: Flask) -> dict[str, Any]:
    """The document in the words of the code."""
    document = Document(
        spec_kwargs={"title": "Credit Casework", "version": VERSION, "openapi_version": "3.1.0"}
    )
    document.init_app(app)
    made: APISpec = document.spec
    made.options["info"] = {"description": ABOUT}
    made.components.security_scheme(
        "token",
        {
            "type": "http",
            "scheme": "bearer",
            "description": BY_TOKEN,
            "x-scopes": {str(k): v for k, v in SCOPE_TITLES.items()},
        },
    )
    for room in [each for each in app.blueprints.values() if isinstance(each, Room)]:
        room.register_views_in_doc(document, app, made, name=room.name, parameters=None)
        made.tag({"name": room.name, "description": room.description})
    found: dict[str, Any] = made.to_dict()
    found["components"]["schemas"].pop("PaginationMetadata", None)  # of the library; our lists have cursors
    for path in found["paths"].values():
        for place in path.get("parameters", ()):
            place |= PLACES[place["name"]]
        for method in METHODS & set(path):
            complete(path[method], method)
    return found | {"webhooks": WEBHOOKS}


def complete(call: dict[str, Any], method: str) -> None:
    """What is true of every call is said at every call: the key of a repeat, the answer that nothing changed."""
    responses = call["responses"] = by_status(call["responses"])
    for status, said in SAID_OF.items():
        if responses.get(status, {}).get("description") in PHRASES:
            responses[status]["description"] = said
    if not call["security"]:
        return
    if method == "get":
        responses["304"] = {"description": UNCHANGED}
    if method == "post":
        call.setdefault("parameters", []).append(KEY_OF_A_REPEAT)


def by_status(responses: dict[Any, Any]) -> dict[str, Any]:
    """Each status once: some calls add to what the frame says of theirs."""
    found: dict[str, Any] = {}
    for status, said in responses.items():
        found[str(status)] = found.get(str(status), {}) | said
    return found


def told(part: Any) -> Any:
    """The same with every title and description in the reader's language."""
    if isinstance(part, dict):
        return {
            key: gettext(value) if key in SAID and isinstance(value, str) and value else told(value)
            for key, value in part.items()
        }
    return [told(each) for each in part] if isinstance(part, list) else part
