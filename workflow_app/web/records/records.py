"""Credit records for those who work with them (信息报送): the list, one record, entering, correcting and withdrawing.

Who may do what is checked at the door and again by the services. A refusal undoes what the request wrote before the page
says it at the field it is about.
"""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.records import DecisionForm, DutiesForm, LiftForm, MarkForm, WithdrawalForm

from ...domain import clock
from ...domain.publicity_period import NAMES
from ...domain.record_words import KINDS, OWN_MARKS
from ...extensions import db
from ...services.cases import lookup
from ...services.exchange import out
from ...services.people import grants
from ...services.records import measures, record_lists
from ...services.records import record_proposals as proposals
from ...services.records import records as kept
from ..access import take_kept_form
from ..pages import page
from ..public_view import pages
from . import record_rows
from .record_view import (
    Asked,
    answered,
    book,
    by_whom,
    correction_form,
    done,
    entry_form,
    finding,
    finding_page,
    is_ready,
    may_enter,
    measure_form,
    mended,
    own,
    proposal_page,
    record_page,
    shared,
    today,
)

records = Blueprint("records", __name__, url_prefix="/office/records")


@records.get("")
def index() -> Response:
    """The records of the reader's units, for the office of all."""
    session, actor, cursor = db.session(), current_user.actor, request.args.get("after", "")
    asked = {
        name: lookup.tidy(request.args.get(name, "")) for name in ("text", "kind", "class_", "unit", "status")
    }
    wanted = record_lists.Wanted(**asked)
    found = record_lists.page(session, wanted, actor=actor, today=today(), cursor=cursor)
    return page(
        "records/index.html",
        asked=asked, is_filtered=not wanted.is_anything, kinds=KINDS, classes=NAMES, statuses=record_lists.STATUSES,
        rows=[record_rows.row(record, today=today()) for record in found.records],
        units=record_lists.units(session, actor), waiting=proposals.waiting(session, actor), may_enter=may_enter(),
        may_exchange=out.may_take(actor),
        **pages("records.index", asked, cursor=cursor, following=found.following),
    )  # fmt: skip


@records.route("/new", methods=["GET", "POST"])
def new() -> Response | BaseResponse:
    """Enter a record: see the proposed class and the period first, then put it before the second person."""
    form, made = entry_form(), None
    if is_ready(form):
        with mended(form, otherwise="decision_no"):
            subject = grants.subject_of(
                db.session(), form.subject_kind.data, code=form.subject_code.data or "",
                name=form.subject_name.data or "", by=current_user.person, now=clock.now(),
            )  # fmt: skip
            made = proposals.propose_entry(
                db.session(), finding(form), subject, unit_id=form.unit_id.data,
                **by_whom(), today=today(), rulebook=book(),
            )  # fmt: skip
    if made:
        return done(made, _("已提交，等待本单位负责人复核。复核通过才成为记录。"))
    return finding_page(form)


@records.get("/waiting")
def waiting() -> Response:
    """What waits for the second person."""
    found = proposals.waiting(db.session(), current_user.actor)
    return page("records/waiting.html", rows=[record_rows.proposal_row(row) for row in found])


@records.get("/waiting/<ref>")
def proposal(ref: str) -> Response:
    """One proposal, and what became of it."""
    return proposal_page(ref, DecisionForm(take_kept_form()))


@records.post("/waiting/<ref>")
def decide(ref: str) -> Response | BaseResponse:
    """Confirm, reject or take back."""
    form, session, decision = DecisionForm(request.form), db.session(), request.form.get("decision")
    found = proposals.by_ref(session, ref, current_user.actor, is_locked=True)
    if form.validate():
        with mended(form, otherwise="reason"):
            if decision == proposals.CONFIRMED:
                proposals.confirm(session, found, **by_whom(), today=today(), rulebook=book())
            elif decision == proposals.TAKEN_BACK:
                proposals.take_back(session, found, **by_whom(), rulebook=book())
            else:
                proposals.reject(session, found, why=form.reason.data or "", **by_whom(), rulebook=book())
    return proposal_page(ref, form, status=422) if form.errors else done(found, _("已记录。"))


@records.get("/<ref>")
def show(ref: str) -> Response:
    """One record with everything that belongs to it."""
    return record_page(ref, Asked())


@records.route("/<ref>/correct", methods=["GET", "POST"])
def correct(ref: str) -> Response | BaseResponse:
    """Correct a record: what changes is seen by the second person."""
    form, made = correction_form(own(ref)), None
    if is_ready(form):
        with mended(form, otherwise="why"):
            why = form.why.data or ""
            made = proposals.propose_change(
                db.session(), own(ref), finding(form), why=why, **by_whom(), today=today(), rulebook=book()
            )
    if made:
        return done(made, _("已提交，等待本单位负责人复核。复核前记录不变。"))
    return finding_page(form, record=own(ref))


@records.route("/<ref>/withdraw", methods=["GET", "POST"])
def withdraw(ref: str) -> Response | BaseResponse:
    """The basis was changed or revoked: put the withdrawal before the second person."""
    record, made = own(ref), None
    form = WithdrawalForm(request.form if request.method == "POST" else take_kept_form())
    if request.method == "POST" and form.validate() and form.known_on.data:
        with mended(form, otherwise="why"):
            told: dict[str, Any] = {"why": form.why.data or "", "known_on": form.known_on.data}
            made = proposals.propose_withdrawal(
                db.session(), record, **told, **by_whom(), today=today(), rulebook=book()
            )
    if made:
        return done(made, _("已提交，等待本单位负责人复核。"))
    return page("records/withdraw.html", status=422 if form.errors else 200, form=form, record=own(ref))


@records.post("/<ref>/duties")
def duties(ref: str) -> Response | BaseResponse:
    """Note that everything was performed, when, and how that was established."""
    record, form = own(ref), DutiesForm(request.form)
    if form.validate():
        with mended(form, otherwise="done_on"):
            kept.establish_duties(
                db.session(), record, form.done_on.data, how=form.how.data or "",
                by_id=current_user.actor.person_id, now=clock.now(), today=today(), rulebook=book(),
            )  # fmt: skip
    return answered(ref, Asked(duties=form), form)


@records.post("/<ref>/measures")
def start_measure(ref: str) -> Response | BaseResponse:
    """A unit of the reader takes a measure."""
    record, form = shared(ref), measure_form(request.form)
    if form.validate() and form.started_on.data:
        with mended(form, otherwise="measure_title"):
            measures.start(
                db.session(), record, unit_id=form.measure_unit.data, title=form.measure_title.data or "",
                basis=form.measure_basis.data or "", started_on=form.started_on.data, **by_whom(), today=today(),
            )  # fmt: skip
    return answered(ref, Asked(measure=form), form)


@records.post("/<ref>/measures/<int:measure_id>/lift")
def lift_measure(ref: str, measure_id: int) -> Response | BaseResponse:
    """The unit lifts its measure."""
    record, form = shared(ref), LiftForm(request.form)
    if form.validate() and form.lifted_on.data:
        with mended(form, otherwise="lifted_on"):
            on, why = form.lifted_on.data, form.lifted_why.data or ""
            measures.lift(db.session(), record, measure_id, on=on, why=why, **by_whom(), today=today())
    return answered(ref, Asked(lift=form, lifted=measure_id), form)


@records.post("/<ref>/marks")
def mark(ref: str) -> Response | BaseResponse:
    """A review or a lawsuit runs."""
    record, form = own(ref), MarkForm(request.form)
    if form.validate():
        kept.mark(db.session(), record, form.mark_kind.data, note=form.mark_note.data or "", now=clock.now())
    return answered(ref, Asked(mark=form), form)


@records.post("/<ref>/marks/<kind>/end")
def unmark(ref: str, kind: str) -> BaseResponse:
    """It is over."""
    record = own(ref)
    if kind not in OWN_MARKS:
        abort(404)
    kept.unmark(db.session(), record, kind, now=clock.now())
    flash(_("已记录。"), "success")
    return redirect(url_for("records.show", ref=ref), 303)
