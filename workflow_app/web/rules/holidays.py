"""The holiday notices as pages: what anybody may read, and where the office enters a version after seeing its effect.

The preview and the entering post the same lines: what was previewed is read again, never kept on the server, so that
nothing is lost when the page stays open. Decides nothing; `services.rules.calendars` does.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import CombinedMultiDict
from werkzeug.wrappers import Response as BaseResponse

from forms.holidays import ConfirmForm, DayForm, NoticeForm

from ...domain import clock, holiday_csv, holiday_file
from ...domain.calendar import Notice
from ...domain.holiday_faults import BadFile, Fault
from ...domain.refusals import NotYours, Refused
from ...extensions import db
from ...services.rules import calendars, rulebooks
from ..access import take_kept_form
from ..house import house
from ..pages import page
from . import holiday_view

DAY = "day-"
"""Before the names of the fields for one day, which stand on one page with those for a whole year."""

holidays = Blueprint("holidays", __name__)
holidays.add_app_template_filter(holiday_view.address_in, "address_in")


@holidays.get("/calendar")
def table() -> Response:
    """The days off and make-up days of a year, for anybody."""
    today = clock.legal_day(clock.now())
    year = request.args.get("year", today.year, type=int)
    calendar = rulebooks.current(db.session(), house()).calendar
    if year not in holiday_view.readable_years(calendar, today):
        raise NotYours
    return page("holidays/table.html", **holiday_view.table(db.session(), calendar, year=year, today=today))


@holidays.get("/calendar/<int:year>.csv")
def as_csv(year: int) -> Response:
    """The version of a year in force as a file: for reuse, and as a pattern for the next one."""
    found = calendars.in_force(db.session(), year)
    if found is None:
        raise NotYours
    response = Response(holiday_csv.write(found.notice), mimetype="text/csv")
    response.headers["Content-Disposition"] = f"attachment; filename=calendar-{year}.csv"
    return response


@holidays.get("/office/calendar")
def years() -> Response:
    """All years with their status, and the two ways to enter a version."""
    return years_page(NoticeForm(take_kept_form()), DayForm(prefix=DAY))


@holidays.get("/office/calendar/<int:year>")
def year(year: int) -> Response:
    """The versions of a year with their differences, and how far the recount is."""
    found = calendars.versions(db.session(), year)
    if not found:
        raise NotYours
    runs = calendars.recounts(db.session(), year)
    return page("holidays/year.html", panels=("recount",), year=year, versions=found, runs=runs)


@holidays.post("/office/calendar/read")
def read() -> Response:
    """Read a file or lines and show what entering them would do; nothing is written."""
    form = NoticeForm(CombinedMultiDict([request.form, request.files]))
    content, name = sent(form)
    try:
        notice = holiday_file.read(content, name)
    except BadFile as bad:
        form.content.data = readable(content) or form.content.data
        return years_page(form, DayForm(prefix=DAY), faults=bad.faults)
    if not form.validate():
        form.content.data = holiday_csv.write(notice)
        return years_page(form, DayForm(prefix=DAY))
    return preview_page(notice, reason=form.reason.data)


@holidays.post("/office/calendar/day")
def one_day() -> Response:
    """Make a version with one day changed and show what entering it would do; nothing is written."""
    form = DayForm(request.form, prefix=DAY)
    if not form.validate() or form.day.data is None:
        return years_page(NoticeForm(), form)
    kind, name, source = form.kind.data, form.name.data or "", form.source.data
    try:
        notice = calendars.with_day(db.session(), form.day.data, kind=kind, name=name, source=source)
    except Refused as refused:
        form.refuse("day", refused.sentence)
        return years_page(NoticeForm(), form)
    return preview_page(notice, reason=form.reason.data)


@holidays.post("/office/calendar/enter")
def enter() -> Response | BaseResponse:
    """Enter what the preview showed, unless another version came in between."""
    form = ConfirmForm(request.form)
    try:
        notice = holiday_file.read((form.content.data or "").encode("utf-8"))
    except BadFile as bad:
        filled = NoticeForm(data={"content": form.content.data, "reason": form.reason.data})
        return years_page(filled, DayForm(prefix=DAY), faults=bad.faults)
    if form.seen.data != calendars.mark_of(db.session(), notice.year):
        return preview_page(notice, reason=form.reason.data or "", is_stale=True)
    calendars.enter(
        db.session(), notice, reason=form.reason.data or "", by=current_user.actor, now=clock.now()
    )
    flash(_("已录入 %(year)s 年的新版本。正在重新计算受影响的期限。", year=notice.year), "success")
    return redirect(url_for("holidays.year", year=notice.year), 303)


@holidays.post("/office/calendar/mend")
def mend() -> Response:
    """Back from the preview to the form, with everything in it."""
    form = ConfirmForm(request.form)
    return years_page(
        NoticeForm(data={"content": form.content.data, "reason": form.reason.data}), DayForm(prefix=DAY)
    )


def sent(form: NoticeForm) -> tuple[bytes, str]:
    """The bytes of the file if one was chosen, else of the lines. Never more than a file may have, plus one."""
    upload = form.file.data
    if upload and upload.filename:
        return upload.stream.read(holiday_file.LARGEST + 1), upload.filename
    return (form.content.data or "").encode("utf-8"), ""


def readable(content: bytes) -> str:
    """The lines of a refused file, to be mended in place; nothing where they can't be read."""
    try:
        return content[: holiday_file.LARGEST].decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def years_page(form: NoticeForm, day_form: DayForm, *, faults: tuple[Fault, ...] = ()) -> Response:
    """The page of all years; 422 when something has to be mended."""
    session, today = db.session(), clock.legal_day(clock.now())
    return page(
        "holidays/years.html",
        status=422 if faults or form.errors or day_form.errors else 200,
        form=form, day_form=day_form, faults=faults[: holiday_view.MOST_FAULTS], fault_count=len(faults),
        years=holiday_view.years(calendars.versions(session), today),
        may_enter=calendars.may_enter(current_user.actor), example=holiday_view.example(session, today.year),
    )  # fmt: skip


def preview_page(notice: Notice, *, reason: str, is_stale: bool = False) -> Response:
    """What entering the notice would do. A notice that says nothing new goes back to the form with the sentence."""
    session, today = db.session(), clock.legal_day(clock.now())
    try:
        calendars.check_is_new(session, notice)
    except Refused as refused:
        form = NoticeForm(data={"content": holiday_csv.write(notice), "reason": reason})
        form.file.errors = [refused.sentence]
        return years_page(form, DayForm(prefix=DAY))
    found = calendars.preview(session, notice, on=today, house=house())
    return page(
        "holidays/preview.html",
        status=409 if is_stale else 200,
        planned=notice, reason=reason, is_stale=is_stale, content=holiday_csv.write(notice),
        **holiday_view.preview(session, notice, found, actor=current_user.actor),
    )  # fmt: skip
