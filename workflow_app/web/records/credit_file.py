"""我的信用档案: the subject's own records in plain words, and the address behind the QR of the repair notice.

For the subject's people only. Which records they may read and what may be done is decided in `services.reports.credit_file`;
the views only choose the page. GET never writes: asking for repair begins in its own room.
"""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from ...domain import clock
from ...domain.refusals import NotYours
from ...domain.repairability import Standing, judge
from ...domain.words import Sentence
from ...extensions import db
from ...models.case import Case
from ...models.record import CreditRecord
from ...services.lists import list_entries
from ...services.objections import objecting
from ...services.records import marks, records
from ...services.repair import eligibility
from ...services.reports import credit_file as files
from ...services.rules import rulebooks
from ...workflows import BY_NAME
from ..cases.case_rows import document_card
from ..commitments.publicity_picture import Picture, picture
from ..house import house
from ..lists import list_exit_rows, list_exit_view
from ..pages import page
from ..repair import repair_conditions
from . import credit_rows as words

credit_file = Blueprint("credit_file", __name__)


@credit_file.get("/credit-file")
def index() -> Response:
    """All records of one of the reader's subjects, what still stands first."""
    session, today = db.session(), clock.legal_day(clock.now())
    subjects = files.subjects(session, current_user.actor)
    if not subjects:
        return page("credit_file/index.html", subject=None, tabs=(), rows=(), lists=())
    asked = request.args.get("subject", type=int, default=subjects[0].id)
    subject = next((one for one in subjects if one.id == asked), None)
    if subject is None:
        raise NotYours
    book = rulebooks.current(session, house())
    entries = files.besides_lists(session, subject, day=today, rulebook=book)
    return page(
        "credit_file/index.html",
        subject=subject,
        tabs=[tab(one.id, one.name, is_current=one is subject) for one in subjects],
        rows=[words.row(entry, today=today) for entry in entries],
        lists=list_exit_rows.of_subject(session, subject.id),
        heading=words.heading(entries),
        repair_way=words.way("repairs.start", subject=subject.id) if several_ready(entries) else None,
    )


@credit_file.get("/credit-file/<ref>")
def show(ref: str) -> Response:
    """One record: what it is, from when it may be repaired and why, what is missing, what happened to it."""
    session = db.session()
    record = files.by_ref(session, ref, current_user.actor)
    cases = [case_row(case) for case in files.cases(session, record)]
    objections = [case_row(case) for case in objecting.of_record(session, record, current_user.actor)]
    entry = list_entries.of_record(session, record.id)
    return page(
        "credit_file/show.html",
        record=record,
        cases=cases,
        objections=objections,
        documents=[document_card(each) for each in files.papers(session, record, current_user.actor)],
        changes=words.changes(records.history(session, record)),
        leaving=list_exit_view.row(entry, today=clock.legal_day(clock.now())) if entry else None,
        repair_way=words.way("repairs.start", ref=record.ref),
        objection_way=words.way("objections.start", ref=record.ref),
        **told(record),
    )


@credit_file.get("/r/<ref>")
def landing(ref: str) -> BaseResponse:
    """Where the QR of the repair notice leads: to the application for this very record, or to why not yet."""
    record = files.by_ref(db.session(), ref, current_user.actor)
    if (entry := list_entries.of_record(db.session(), record.id)) is not None:
        return redirect(url_for("list_exits.start", entry=entry.ref), 303)
    way = words.way("repairs.start", ref=record.ref)
    if way is None or way.is_post or not may_apply(record):
        return redirect(url_for("credit_file.show", ref=record.ref), 303)
    return redirect(way.url, 303)


def case_row(case: Case) -> dict[str, Any]:
    """A case about the record in a line."""
    return words.case_row(case, Sentence(BY_NAME[case.workflow].state(case.state).title))


def tab(subject_id: int, name: str, *, is_current: bool) -> dict[str, Any]:
    """The way to the file of one subject."""
    return {
        "title": name,
        "url": url_for("credit_file.index", subject=subject_id),
        "current": is_current,
        "count": None,
    }


def several_ready(entries: list[files.Entry]) -> bool:
    """Whether one application could hold several records today."""
    return sum(entry.repair.may_apply for entry in entries) > 1


def may_apply(record: CreditRecord) -> bool:
    """Whether repair may be asked for today."""
    book, today = rulebooks.current(db.session(), house()), clock.legal_day(clock.now())
    return eligibility.repairability(db.session(), record, day=today, rulebook=book).may_apply


def told(record: CreditRecord) -> dict[str, Any]:
    """What the page says about the record as of today."""
    today = clock.legal_day(clock.now())
    book = rulebooks.current(db.session(), house())
    known = eligibility.standings(db.session(), [record], day=today, rulebook=book)[record.id]
    entry = files.Entry(record, judge(known, today))
    state, tone = words.state(entry, today=today)
    return {
        "repair": entry.repair,
        "state": state,
        "tone": tone,
        "answer": words.answer(entry),
        "overrun": words.overrun(record, today=today),
        "picture": drawn(record, known, entry),
        "period": known.period,
        "ended_on": words.ended_on(record),
        "conditions": repair_conditions.conditions(entry, known.period, today=today),
        "facts": words.facts(record),
        "measures": words.measures(record),
        "marks": marks.inside(record),
        "particulars": words.particulars(record),
        "unit": words.unit_name(record),
        "has_ended": entry.has_ended,
    }


def drawn(record: CreditRecord, known: Standing, entry: files.Entry) -> Picture | None:
    """The picture of the publicity; none where the rules don't know the period."""
    if known.period is None:
        return None
    is_repairable = not record.not_repairable_because
    return picture(
        known.period,
        today=clock.legal_day(clock.now()),
        may_apply_from=(entry.repair.from_on or known.period.may_apply_from) if is_repairable else None,
        ended_on=words.ended_on(record),
    )
