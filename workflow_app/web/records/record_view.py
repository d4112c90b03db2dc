"""What the pages of records are given, and the forms they begin with. Reads; decides nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields import SelectChoice

from forms.fields import HouseForm
from forms.office import to_choose
from forms.records import (
    CorrectionForm,
    DecisionForm,
    DutiesForm,
    EntryForm,
    FindingForm,
    LiftForm,
    MarkForm,
    MeasureForm,
    of_finding,
)

from ...domain import clock
from ...domain.publicity_period import NAMES, Period, RecordClass
from ...domain.record_words import OWN_MARKS
from ...domain.refusals import NotYours, Refused
from ...domain.rulebook import Rulebook
from ...domain.words import Sentence
from ...extensions import db
from ...models.party import Unit
from ...models.proposal import RecordProposal
from ...models.record import CreditRecord
from ...services.exchange import difference_lists
from ...services.records import findings
from ...services.records import record_proposals as proposals
from ...services.records import records as kept
from ...services.records.findings import Finding, Item
from ...services.rules import rulebooks
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..sync import difference_view
from ..ui import named
from . import credit_rows, record_rows


@dataclass(frozen=True)
class Asked:
    """The forms that stand on the page of a record; `lifted` is the measure that the filled lift form is about."""

    duties: DutiesForm = field(default_factory=DutiesForm)
    measure: MeasureForm | None = None
    lift: LiftForm = field(default_factory=LiftForm)
    mark: MarkForm = field(default_factory=MarkForm)
    lifted: int = 0


def today() -> date:
    """The legal day of the request."""
    return clock.legal_day(clock.now())


def book() -> Rulebook:
    """The rules in force."""
    return rulebooks.current(db.session(), house())


def by_whom() -> dict[str, Any]:
    """Who acts, and when."""
    return {"actor": current_user.actor, "now": clock.now()}


def may_enter() -> bool:
    """Whether the reader works for a department that enters records."""
    return bool(kept.units_of(current_user.actor))


def shared(ref: str) -> CreditRecord:
    """The record of this address for whoever may read it, locked when the request writes."""
    return kept.by_ref(db.session(), ref, current_user.actor, is_locked=request.method == "POST")


def own(ref: str) -> CreditRecord:
    """The record of this address, if it is one of the reader's unit. Raises NotYours."""
    record = shared(ref)
    if not kept.may_change(record, current_user.actor):
        raise NotYours
    return record


@contextmanager
def mended(form: HouseForm, *, otherwise: str) -> Iterator[None]:
    """Put a refusal at its field, or at `otherwise`, after undoing what the request wrote."""
    try:
        yield
    except NotYours:  # a refusal too, but of the whole page
        raise
    except Refused as refused:
        db.session.rollback()
        name = {"kinds": "penalties", "classes": "class_"}.get(refused.code, refused.code)
        form.refuse(name if name in form else otherwise, refused.sentence)


def is_ready(form: FindingForm) -> bool:
    """Whether a finding was sent off, and not only to see the proposal, with everything in it."""
    if request.method != "POST" or not form.validate():
        return False
    return request.form.get("act") == "send" and form.ask_for_class()


def done(proposal: RecordProposal, told: str) -> BaseResponse:
    """On to the proposal, or to the record that it made."""
    flash(told, "success")
    return redirect(url_for("records.proposal", ref=proposal.ref), 303)


def answered(ref: str, asked: Asked, form: HouseForm) -> Response | BaseResponse:
    """Back to the record, or the page again with what has to be mended."""
    if form.errors:
        return record_page(ref, asked, status=422)
    flash(_("已记录。"), "success")
    return redirect(url_for("records.show", ref=ref), 303)


def sent() -> MultiDict[str, str] | None:
    """What was sent, or kept from an earlier sign-in."""
    return request.form if request.method == "POST" else take_kept_form()


def entry_form() -> EntryForm:
    """A blank record of the reader's units."""
    form = EntryForm(sent(), data={"kind": "penalty", "scope": "public", "subject_kind": "legal"})
    form.unit_id.choices = own_units()
    return form


def correction_form(record: CreditRecord) -> CorrectionForm:
    """The record as it stands."""
    now = findings.of_record(record)
    items = [(item.kind, item.amount, item.what) for item in now.items]
    return CorrectionForm(sent(), data=of_finding({**vars(now)}, items))


def measure_form(typed: MultiDict[str, str] | None = None) -> MeasureForm:
    """A measure of one of the reader's units."""
    form = MeasureForm(typed)
    form.measure_unit.choices = own_units()
    return form


def own_units() -> list[SelectChoice]:
    """The departments in which the reader handles or heads."""
    found = [db.session.get_one(Unit, number) for number in sorted(kept.units_of(current_user.actor))]
    return to_choose([SelectChoice(str(unit.id), named(unit, "name")) for unit in found])


def finding(form: FindingForm) -> Finding:
    """What the form says, as a finding."""
    return Finding(**form.entry(), items=tuple(Item(*item) for item in form.items()))


def finding_page(form: FindingForm, *, record: CreditRecord | None = None) -> Response:
    """The form; once it was sent, with the class that the rules propose and the periods of each class."""
    shown: dict[str, Any] = {"proposal": None, "periods": ()}
    if request.method == "POST" and form.kind.data and form.decided_on.data:
        with mended(form, otherwise="decided_on"):
            shown = proposed(form)
    return page("records/edit.html", status=422 if form.errors else 200, form=form, record=record, **shown)


def proposed(form: FindingForm) -> dict[str, Any]:
    """The class proposed by rule, taken over where none was chosen, and how long each class is public."""
    found = findings.proposal(form.kind.data, tuple(Item(*item) for item in form.items()))
    form.class_.data = form.class_.data or findings.proposed_class(found) or None
    said = finding(form)
    periods = [
        (Sentence(NAMES[kind]), findings.period(replace(said, class_=kind.value), book()))
        for kind in RecordClass
    ]
    is_older = len({period.longest_end_on for _name, period in periods}) == 1
    return {"proposal": found, "periods": periods[:1] if is_older else periods, "is_older": is_older}


def proposal_page(ref: str, form: DecisionForm, *, status: int = 200) -> Response:
    """One proposal with what it would do."""
    found, actor = proposals.by_ref(db.session(), ref, current_user.actor), current_user.actor
    wanted = proposals.wanted(found)
    return page(
        "records/proposal.html", status=status, form=form, **record_rows.proposal_row(found),
        particulars=record_rows.particulars(wanted) if wanted and found.kind == "entry" else (),
        differences=record_rows.differences(found), finding=wanted, period=wanted and period_of(wanted),
        class_=wanted and record_rows.class_name(wanted.class_),
        may_decide=proposals.may_decide(found, actor), is_own=found.proposed_by_id == actor.person_id,
    )  # fmt: skip


def record_page(ref: str, asked: Asked, *, status: int = 200) -> Response:
    """One record with everything that belongs to it, and the forms for what may be noted."""
    session, actor = db.session(), current_user.actor
    record = kept.by_ref(session, ref, actor)
    finding = findings.of_record(record)
    return page(
        "records/show.html", status=status, asked=asked,
        measure_form=asked.measure or measure_form(), own_units=kept.units_of(actor), own_marks=OWN_MARKS,
        particulars=record_rows.particulars(finding), period=period_of(finding),
        facts=credit_rows.facts(record), history=record_rows.history(kept.history(session, record)),
        proposals=[record_rows.proposal_row(row) for row in proposals.of_record(session, record)],
        may_change=kept.may_change(record, actor), marks_told=kept.MARKS,
        ended_marks=[row for row in record.marks if row.until is not None],
        differing=difference_view.rows(
            difference_lists.of_record(session, record.id, actor), today=today(), calendar=book().calendar
        ),
        **record_rows.row(record, today=today()),
    )  # fmt: skip


def period_of(finding: Finding) -> Period | None:
    """The periods with their explanation; none where the rules don't know the time."""
    try:
        return findings.period(finding, book())
    except Refused:
        return None
