"""The forms of a case: of a draft, of the marked parts, of a step, of coded reasons; filled with what is known.

The form classes lie in `forms`; which fields stand open is said by the case and its workflow. `sent` is what was sent or
kept, None for a form that is only looked at.
"""

from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from forms import form_for
from forms.fields import HouseForm
from forms.files import PREFIX, with_files
from forms.reasons import ReasonsForm, form_of

from ...domain import clock
from ...domain.refusals import NotYours, Refused
from ...domain.words import Sentence
from ...extensions import db
from ...services import catalogue
from ...services.cases import cases
from ...workflows.kit import Step
from ..lists import listing_panels
from ..records import record_parts
from ..ui import is_chinese
from . import case_rows
from .case_rows import Shown

Sent = MultiDict[str, Any] | None


def edit_form(shown: Shown, sent: Sent) -> HouseForm:
    """The form of a draft, or of the marked parts. Raises Refused when nothing may be filled in."""
    if shown.editable is None:
        raise Refused(cases.NOT_EDITABLE)
    form_class = form_for(shown.workflow.name, "edit") or HouseForm
    titles = {
        name: Sentence(title)
        for name, title in case_rows.paper_titles(shown.case, shown.workflow).items()
        if is_open(shown, name)
    }
    form_class = with_files(form_class, titles, required=case_rows.required_papers(shown.case))
    facts = shown.workflow.load(shown.case.facts)
    form = form_class(sent, obj=facts)
    form.fit(facts)
    for field in list(form):
        name = field.name
        if not name.startswith(PREFIX) and (name not in shown.editable or is_fixed(shown, name)):
            del form[name]
    record_parts.tell_parts(form, shown)
    listing_panels.offer(db.session(), form, shown)
    return form


def is_open(shown: Shown, paper: str) -> bool:
    """Whether this paper may be handed in now: any for a draft, a marked one for a returned case."""
    return shown.case.state == shown.workflow.first.name or paper in shown.marked


def is_fixed(shown: Shown, name: str) -> bool:
    """The last day is only asked for where the item lets the subject choose it."""
    return name == "valid_until" and shown.case.item is not None and not shown.case.item.term_is_chosen


def typed_form(shown: Shown, sent: Sent) -> HouseForm:
    """What was sent for a draft that can't be filled in any more, so that it can be copied from the page."""
    form = (form_for(shown.workflow.name, "edit") or HouseForm)(sent)
    record_parts.tell_parts(form, shown)
    listing_panels.offer(db.session(), form, shown)
    return form


def step_form(session: Session, shown: Shown, name: str, sent: Sent) -> HouseForm:
    """The form of a step, also when the case has moved on and no longer offers it, so that nothing typed is lost.

    Raises NotYours for a name that is no step at all.
    """
    named = [step for step in shown.workflow.steps if step.name == name]
    if not named:
        raise NotYours
    step = shown.workflow.step(name, shown.case.state) or named[0]
    if step.coded:
        return reasons_form(session, shown, step)(sent)
    form_class = form_for(shown.workflow.name, name) or HouseForm
    titles = {name: Sentence(shown.workflow.papers[name]) for name in step.papers}
    form = with_files(form_class, titles)(sent)
    form.fit(shown.workflow.load(shown.case.facts))
    record_parts.tell_parts(form, shown)
    record_parts.offer_units(session, form, shown.case, on=clock.legal_day(clock.now()))
    listing_panels.offer(session, form, shown)
    return form


def reasons_form(session: Session, shown: Shown, step: Step) -> type[ReasonsForm]:
    """The form of coded reasons; what may be marked is what the subject may fill in or attach."""
    asked = (form_for(shown.workflow.name, "edit") or HouseForm)()
    asked.fit(shown.workflow.load(shown.case.facts))
    targets = {
        field.name: shown.workflow.labels[field.name] for field in asked if not is_fixed(shown, field.name)
    }
    papers = case_rows.paper_titles(shown.case, shown.workflow)
    targets |= papers
    found = catalogue.reasons(session, shown.workflow.name, step.name, on=clock.legal_day(clock.now()))
    fitting = [reason for reason in found if reason.binds_to in (*targets, "any") or papers]
    besides = form_for(shown.workflow.name, step.name) if step.asks or step.says else None
    return form_of(
        fitting, targets, lambda reason: reason.title if is_chinese() else reason.title_en, asked=besides
    )
