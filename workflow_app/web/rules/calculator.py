"""The public deadline calculator (期限计算): when a period ends, how long a record is public, and why it is that day.

No account, nothing kept: the question stands in the address, so that an answer can be passed on and asked again.
"""

from datetime import date
from typing import Any, TypeVar

from flask import Blueprint, Response, request, url_for

from forms.calculator import DueForm, PublicityForm
from forms.fields import HouseForm

from ...domain import clock, due_words
from ...domain.calendar import Calendar
from ...domain.deadlines import Due
from ...domain.plain_period import due_after, period
from ...domain.publicity_period import Period, publicity_period
from ...domain.refusals import Refused
from ...domain.rulebook import Rulebook
from ...extensions import db
from ...services.rules import rulebooks
from ..house import house
from ..pages import page
from .due_days import sheets
from .holiday_view import readable_years

calculator = Blueprint("calculator", __name__)
Asked = TypeVar("Asked", bound=HouseForm)

MOST_LISTED = 124
"""So many days passed over are listed one by one; of more, the reckoning names the runs."""


@calculator.get("/calculator")
def show() -> Response:
    """The questions, and the answer to the one that was asked."""
    today = clock.legal_day(clock.now())
    book = rulebooks.current(db.session(), house())
    form, publicity_form = asked(DueForm), asked(PublicityForm)
    view: dict[str, Any] = {
        "answer": answered(form, book, today=today) if form and form.validate() else None,
        "period": published(publicity_form, book) if publicity_form and publicity_form.validate() else None,
        "form": form or DueForm(data={"starts_on": today}),
        "publicity_form": publicity_form or PublicityForm(),
    }
    is_wrong = any(one is not None and one.errors for one in (form, publicity_form))
    return page("public/calculator.html", status=422 if is_wrong else 200, **view)


def asked(kind: type[Asked]) -> Asked | None:
    """The form with what the address says; None when the address asks nothing of this form."""
    names = {field.name for field in kind()}
    return kind(request.args) if names & request.args.keys() else None


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
        "tables": tables(due, book.calendar, today),
    }


def tables(due: Due, calendar: Calendar, today: date) -> list[dict[str, Any]]:
    """The holiday tables that the answer rests on: those of the years in which a day was judged."""
    judged = {day.year for day, _why in due.skipped} | {due.due_on.year}
    years = sorted(judged & set(readable_years(calendar, today)))
    return [{"year": year, "url": url_for("holidays.table", year=year)} for year in years]


def published(form: PublicityForm, book: Rulebook) -> Period | None:
    """The publicity of the record; None with the refusal at its field when there is no answer."""
    assert form.decided_on.data is not None
    try:
        return publicity_period(
            form.decided_on.data,
            form.chosen(),
            pack=book.pack,
            place=book.place,
            is_special_field=form.is_special_field.data,
        )
    except Refused as refused:
        form.refuse(refused.code, refused.sentence)
        return None
