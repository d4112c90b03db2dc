"""The auditor's second door: who called what through the API, what was refused, and whose personal data left, with what for.

To read, for the auditor alone: not even whoever hands out the tokens sees what is done with them.
"""

from typing import Any

from flask import Response, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock, tables
from ...domain.words import N_
from ...extensions import db
from ...services.machines import calls as log
from ...services.machines.calls import Asked, Line
from ..pages import page
from ..sync.sync import download
from ..ui import say
from .room import admin

HEAD = (
    N_("时间"), N_("谁"), N_("令牌"), N_("方法"), N_("地址"), N_("状态"), N_("代码"), N_("网络地址"), N_("用途"), N_("涉及的自然人"),
)  # fmt: skip
SECONDS = "%Y-%m-%d %H:%M:%S"


@admin.get("/calls")
def calls() -> BaseResponse:
    """One page of the log, newest first."""
    asked, before = wanted(), request.args.get("before", type=int)
    found = log.lines(db.session(), asked, before=before)
    shown = found[: log.PAGE]
    kept = kept_of(asked)
    return page(
        "admin/calls.html",
        lines=[(line, at(line)) for line in shown],
        asked=asked,
        csv_url=url_for("admin.calls_csv", before=before, **kept),
        next_url=url_for("admin.calls", before=shown[-1].call.id, **kept)
        if len(found) > len(shown)
        else None,
        first_url=url_for("admin.calls", **kept) if before is not None else None,
    )


@admin.get("/calls.csv")
def calls_csv() -> Response:
    """The same from this line on as a file; at most 5,000 lines."""
    found = log.lines(
        db.session(), wanted(), before=request.args.get("before", type=int), most=log.MOST_TAKEN
    )
    content = tables.as_csv([say(title) for title in HEAD], map(cells, found))
    return download(content, tables.TYPES["csv"], f"api-calls-{clock.legal_day(clock.now())}.csv")


def wanted() -> Asked:
    """What the address asks for."""
    login = request.args.get("login", "").strip().lower()[:80]
    return Asked(login, bool(request.args.get("denied")), bool(request.args.get("personal")))


def kept_of(asked: Asked) -> dict[str, Any]:
    """The same as parts of an address."""
    parts = {
        "login": asked.login,
        "denied": "1" if asked.is_denied else "",
        "personal": "1" if asked.is_personal else "",
    }
    return {name: value for name, value in parts.items() if value}


def at(line: Line) -> str:
    """When, in legal time to the second: calls come many in a minute."""
    return line.call.at.astimezone(clock.LEGAL_ZONE).strftime(SECONDS)


def cells(line: Line) -> tuple[object, ...]:
    """One line of the file."""
    call = line.call
    return (
        at(line), line.person, line.token, call.method, call.path, call.status, call.code, call.ip, call.purpose,
        "；".join(line.subjects),
    )  # fmt: skip
