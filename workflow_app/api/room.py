"""A room of the API: calls that are described where they are written, limited per token, and say which scope they need.

The document is made from these declarations by flask-smorest; nothing is described a second time.
"""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from flask import Request, request
from flask_smorest import Blueprint
from marshmallow import Schema
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import CombinedMultiDict

from ..domain.scopes import TokenScope
from ..extensions import csrf, limiter
from .bearer import calling

ROOT = "/api/v1"
OFTEN = "600 per minute"
"""Per token; without one, per address."""
JSON, FILES = "application/json", "multipart/form-data"
OF_TOKENS = (401, 403)
OF_PATHS = (404,)
OF_WRITING = (400, 409, 413, 415)
OF_ALL = (422, 429)
View = Callable[..., Any]


def caller() -> str:
    """Whose calls are counted together."""
    bearer = calling()
    return f"token {bearer.token.id}" if bearer else f"address {request.remote_addr}"


class Strict(FlaskParser):
    """Every unknown name is refused, also in the query: a misspelt filter must not show more than was asked for."""

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar = {}  # type: ignore[misc]
    __location_map__: ClassVar = {  # type: ignore[misc]
        **FlaskParser.__location_map__,
        "multipart": "load_multipart",
    }

    def load_multipart(self, asked: Request, schema: Schema) -> MultiDictProxy:
        """Files and fields of one form, so that one shape describes both."""
        return MultiDictProxy(CombinedMultiDict([asked.files, asked.form]), schema)


class Room(Blueprint):
    """A blueprint below /api/v1 whose calls are documented. `title` heads them on the page for people."""

    ARGUMENTS_PARSER = Strict()
    DEFAULT_LOCATION_CONTENT_TYPE_MAPPING: ClassVar = {
        **Blueprint.DEFAULT_LOCATION_CONTENT_TYPE_MAPPING, "multipart": FILES,
    }  # fmt: skip

    def __init__(self, name: str, module: str, *, title: str, often: str = OFTEN) -> None:
        super().__init__(name, module, url_prefix=ROOT, description=title)
        csrf.exempt(self)  # a token is no cookie: no page elsewhere can make a browser send it
        # All rooms that say nothing else share one count. Put on each view: the limiter looks at no blueprint.
        shared = "api" if often == OFTEN else name
        self.limited = limiter.shared_limit(often, scope=shared, key_func=caller)

    def call(
        self,
        method: str,
        rule: str,
        title: str,
        *,
        scope: TokenScope | None = None,
        more: str = "",
        takes: str = JSON,
    ) -> Callable[[View], View]:
        """Answer one call. `title` and `more` are message ids; no `scope` means that no token is asked for.

        Stands above `arguments` and `response`, which give its shapes.
        """
        statuses = (
            *(OF_TOKENS if scope else ()),
            *(OF_PATHS if "<" in rule else ()),
            *(() if method == "GET" else OF_WRITING),
            *OF_ALL,
        )

        def decorate(view: View) -> View:
            described = view
            for status in statuses:
                described = self.alt_response(status, response=f"problem_{status}")(described)
            said = {"summary": title, "operationId": operation(self.name, view.__name__)}
            if more:
                said["description"] = more
            described = self.limited(described)
            described = self.doc(**said, security=[{"token": [str(scope)]}] if scope else [])(described)

            @wraps(described)
            def entered(*given: Any, **named: Any) -> Any:
                return described(*given, **named)

            entered.scope, entered.takes = scope, takes  # type: ignore[attr-defined]
            entered.__doc__ = None  # said by title and more, in the reader's language
            self.add_url_rule(rule, view.__name__, entered, methods=[method])
            return entered

        return decorate


def operation(room: str, view: str) -> str:
    """The lasting name of a call in the document: cases_show."""
    return re.sub(r"_api$", "", room) + "_" + view
