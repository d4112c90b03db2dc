"""Counting days for machines: the same calendar, the same words and the same limits as the page 期限计算.

Public, no token, and nothing about a person: answers may be kept by whoever passes them on.
"""

from flask import Blueprint, Response, jsonify, request

from forms.calculator import DueQuery, first_errors

from ..domain.plain_period import due_after
from ..extensions import db, limiter
from ..services.rules import rulebooks
from ..web.house import house
from ..web.ui import say_whole
from .problems import problem

calendar = Blueprint("calendar_api", __name__, url_prefix="/api/v1/calendar")

OFTEN = "300 per minute"  # per address
KEPT_FOR = 300  # seconds; a holiday notice that comes in changes provisional days


@calendar.get("/due")
@limiter.limit(OFTEN)
def due() -> Response:
    """The due day of so many days after a day, each day passed over, and the reckoning."""
    query = DueQuery(request.args)
    if not query.validate():
        return problem(422, fields=first_errors(query))
    book = rulebooks.current(db.session(), house())
    found = due_after(*query.asked(), calendar=book.calendar)
    response = jsonify(
        due_on=found.due_on.isoformat(),
        provisional=found.provisional,
        skipped=[{"on": day.isoformat(), "why": say_whole(why)} for day, why in found.skipped],
        explanation=[say_whole(line) for line in found.explanation],
    )
    response.headers["Cache-Control"] = f"public, max-age={KEPT_FOR}"
    response.vary.add("Accept-Language")
    return response
