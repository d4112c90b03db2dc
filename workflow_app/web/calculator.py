"""The public deadline calculator (期限计算): a day, a length and a unit give the due day, and why it is that day.

No account, nothing kept: the question stands in the address, so that an answer can be passed on and asked again.
"""

from datetime import date
from typing import Any

from flask import Blueprint, Response, request

from forms.calculator import DueForm
from forms.fields import HouseForm

from ..domain import clock, due_words
from ..domain.deadlines import Due
from ..domain.plain_period import due_after, period
from ..domain.rulebook import Rulebook
from ..extensions import db
from ..services import rulebooks
from .due_days import sheets
from .house import house
from .pages import page

calculator = Blueprint("calculator", __name__)

MOST_LISTED = 124
"""So many days passed over are listed one by one; of more, the reckoning names the runs."""


@calculator.get("/calculator")
def show() -> Response:
    """The question, and the answer when one was asked."""
    today = clock.legal_day(clock.now())
    book = rulebooks.current(db.session(), house())
    form = asked(DueForm, starts_on=today)
    answer = answered(form, book, today=today) if form is not None and form.validate() else None
    form = form or DueForm(data={"starts_on": today})
    return page("public/calculator.html", status=422 if form.errors else 200, form=form, answer=answer)


def asked(kind: type[HouseForm], **first: object) -> Any:
    """The form with what the address says; None when the address asks nothing of this form."""
    names = {field.name for field in kind()}
    return kind(request.args, data=first) if names & request.args.keys() else None


def answered(form: DueForm, book: Rulebook, *, today: date) -> dict[str, Any]:
    """The due day with its reckoning."""
    value, unit, starts_on = form.asked()
    due = due_after(value, unit, starts_on, calendar=book.calendar)
    is_ahead = due.due_on >= today
    return {
        "starts_on": starts_on,
        "period": period(value, unit),
        "due": due,
        "words": due_words.told(due.due_on, today=today, calendar=book.calendar) if is_ahead else None,
        "sheets": sheets(due, unit, book.calendar),
        "skipped": due.skipped if len(due.skipped) <= MOST_LISTED else (),
        "tables": tables(due),
    }


def tables(due: Due) -> list[dict[str, Any]]:
    """The holiday tables that the answer rests on: those of the years in which a day was judged."""
    years = sorted({day.year for day, _why in due.skipped} | {due.due_on.year})
    return [{"year": year, "url": f"/calendar?year={year}"} for year in years]
