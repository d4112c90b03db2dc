"""What anybody may read without an account: home, search, guides, the public commitments column, statements.

Shows published values only. The one exception is the search of somebody signed in, which lists their own cases
first; it goes through the same scopes as their queue.
"""

from flask import Blueprint, Response, jsonify, request
from flask_login import current_user

from ..domain import clock
from ..domain.refusals import NotYours
from ..extensions import db
from ..services import guides, readiness
from ..services.cases import lookup
from ..services.commitments import columns
from ..services.rules import rulebooks
from ..workflows import ALL, BY_NAME
from ..workflows.commitment import TYPES
from . import public_view
from .cases import case_clocks
from .commitments.publicity import MEANINGS
from .commitments.publicity import row as record_row
from .house import house
from .pages import page

public = Blueprint("public", __name__)


@public.get("/")
def home() -> Response:
    """What can be done here, that it is free, and what was published last."""
    newest = public_view.newest(columns.newest(db.session(), most=5))
    return page("public/home.html", doors=public_view.doors(), newest=newest)


@public.get("/search")
def search() -> Response:
    """The answer of the search box."""
    actor = current_user.actor if current_user.is_authenticated else None
    today = clock.legal_day(clock.now())
    found = lookup.find(db.session(), request.args.get("q", ""), actor=actor, today=today)
    calendar = rulebooks.current(db.session(), house()).calendar
    due = case_clocks.told(db.session(), found.cases, today=today, calendar=calendar)
    cases = [public_view.case_row(case, due.get(case.id)) for case in found.cases]
    records = [record_row(line) for line in found.records]
    rows = public_view.rows(found.lines, columns.marks_of(db.session(), found.lines))
    response = page("public/search.html", found=found, cases=cases, rows=rows, records=records)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@public.get("/guide", endpoint="guides")
def all_guides() -> Response:
    """The workflows that stand, one guide each."""
    stories = [(workflow, guides.paragraphs(workflow.story)[0]) for workflow in ALL]
    return page("public/guides.html", stories=stories)


@public.get("/guide/<name>")
def guide(name: str) -> Response:
    """The guide of one workflow."""
    if name not in BY_NAME:
        raise NotYours
    rulebook = rulebooks.current(db.session(), house())
    shown = guides.guide(db.session(), BY_NAME[name], on=clock.legal_day(clock.now()), rulebook=rulebook)
    return page("public/guide.html", guide=shown, **public_view.guide(shown))


@public.get("/commitments")
def commitments() -> Response:
    """The public commitments column."""
    asked = {name: lookup.tidy(request.args.get(name, "")) for name in ("q", "type", "unit", "status")}
    wanted = columns.Wanted(asked["q"], type=asked["type"], unit=asked["unit"], status=asked["status"])
    cursor = request.args.get("after", "")
    found = columns.page(db.session(), wanted, cursor=cursor)
    rows = public_view.rows(found.lines, columns.marks_of(db.session(), found.lines))
    return page(
        "public/commitments.html",
        asked=asked, rows=rows, is_filtered=not wanted.is_anything,
        types=TYPES, statuses=columns.STATUSES, units=columns.unit_names(db.session()),
        **public_view.pages("public.commitments", asked, cursor=cursor, following=found.following),
    )  # fmt: skip


@public.get("/commitments/<code>")
def commitment(code: str) -> Response:
    """One published commitment with everything that is public about it."""
    line = columns.line(db.session(), code)
    marks = columns.marks_of(db.session(), (line,)).get(line.case_id, ())
    return page("public/commitment.html", line=line, marks=marks, meanings=MEANINGS, **public_view.line(line))


@public.get("/accessibility")
def accessibility() -> Response:
    """What was done so that everybody can use this, what was tested, and what was not."""
    return page("public/accessibility.html")


@public.get("/privacy")
def privacy() -> Response:
    """Which personal information is processed, what for, how long, and the rights (个人信息保护法 17)."""
    return page("public/privacy.html")


@public.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@public.get("/readyz")
def readyz() -> Response:
    """The process can serve: 200, or 503 with what is missing."""
    found = readiness.checks(db.session(), house().storage, now=clock.now())
    response = jsonify(status="ok" if all(found.values()) else "not ready", checks=found)
    response.status_code = 200 if all(found.values()) else 503
    return response
