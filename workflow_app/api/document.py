"""The published contract: OpenAPI 3.1, made from the rooms, said in the reader's language.

Made when somebody first asks for it, because it is asked for rarely and costs more than a start should.
"""

from functools import lru_cache
from typing import Any

from apispec import APISpec
from flask import Blueprint, Flask, Response, current_app, jsonify
from flask_babel import gettext
from flask_smorest import Api

from ..domain.scopes import SCOPE_TITLES
from ..domain.words import N_
from . import problems
from .room import Room
from .shapes import Problem
from .webhooks import WEBHOOKS

VERSION = "1.0.0"
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
    return found | {"webhooks": WEBHOOKS}


def told(part: Any) -> Any:
    """The same with every title and description in the reader's language."""
    if isinstance(part, dict):
        return {
            key: gettext(value) if key in SAID and isinstance(value, str) and value else told(value)
            for key, value in part.items()
        }
    return [told(each) for each in part] if isinstance(part, list) else part
