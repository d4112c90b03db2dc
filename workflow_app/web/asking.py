"""What a case page asks and what is done with the answer: forms, files, the signing record, the refusal page.

Files are kept before the step is tried, so that a refusal never costs an upload; what was typed comes back with
the refusal beside it.
"""

from datetime import datetime
from typing import Any, BinaryIO, cast

from flask import Response, g, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.orm import Session
from wtforms import Form

from forms import form_for
from forms.fields import HouseForm
from forms.files import NEEDED, PREFIX, with_files
from forms.reasons import ReasonsForm, form_of

from ..domain import clock
from ..domain.refusals import NotYours, Refused, Stale
from ..domain.words import Sentence
from ..extensions import db
from ..models.case import Case
from ..services import (
    attachments,
    cases,
    catalogue,
    circumstances,
    documents,
    gate,
    perform,
    signin,
    texts,
    wording,
)
from ..workflows import BY_NAME
from ..workflows.kit import Step
from . import case_rows, case_view, transaction
from .access import take_kept_form
from .case_rows import PAPERS, Shown
from .house import house
from .pages import page
from .ui import is_chinese, say


def edit_form(shown: Shown) -> HouseForm:
    """The form of a draft, or of the marked parts. Raises Refused when nothing may be filled in."""
    if shown.editable is None:
        raise Refused(cases.NOT_EDITABLE)
    form_class = form_for(shown.workflow.name, "edit") or HouseForm
    titles = {
        name: Sentence(title)
        for name, title in case_rows.paper_titles(shown.case).items()
        if is_open(shown, name)
    }
    form_class = with_files(form_class, titles, required=case_rows.required_papers(shown.case))
    form = bound(form_class, stored=shown.workflow.load(shown.case.facts))
    for field in list(form):
        name = field.name
        if not name.startswith(PREFIX) and (name not in shown.editable or is_fixed(shown, name)):
            del form[name]
    return form


def is_open(shown: Shown, paper: str) -> bool:
    """Whether this paper may be handed in now: any for a draft, a marked one for a returned case."""
    return shown.case.state == shown.workflow.first.name or paper in shown.marked


def is_fixed(shown: Shown, name: str) -> bool:
    """The last day is only asked for where the item lets the subject choose it."""
    return name == "valid_until" and shown.case.item is not None and not shown.case.item.term_is_chosen


def bound(form_class: type[HouseForm], *, stored: object = None) -> HouseForm:
    """The form with what was sent, or what was kept when a session ran out, or what is stored."""
    sent = request.form.copy() if request.method == "POST" else take_kept_form()
    if sent is not None and request.files:
        for name in request.files:
            sent.setlist(name, request.files.getlist(name))  # type: ignore[arg-type]
    return form_class(sent, obj=stored)


def typed_form(shown: Shown) -> HouseForm:
    """What was sent for a draft that can't be filled in any more, so that it can be copied from the page."""
    return bound(form_for(shown.workflow.name, "edit") or HouseForm)


def save(shown: Shown, form: HouseForm, *, now: datetime) -> bool:
    """Keep every part that can be read, also when others can't. Whether the whole form is in order.

    Raises Stale when the page is older than the case; files that were sent are kept even then.
    """
    is_whole = form.validate()
    keep_files(shown, form, now=now)
    values = {
        field.name: field.data
        for field in form
        if not field.name.startswith(PREFIX) and (not field.errors or not field.data)
    }
    cases.save(
        db.session(),
        shown.case.address,
        values,
        version=seen_version(),
        actor=current_user.actor,
        now=now,
        house=house(),
    )
    return is_whole and not form.errors


def seen_version() -> int:
    """The version of the case that the page showed; 0, which no case has, when it says none."""
    return request.form.get("version", 0, type=int)


def keep_files(shown: Shown, form: HouseForm, *, now: datetime) -> None:
    """Attach each file that was sent; a file that is refused gets its sentence at its field."""
    for field in form:
        if not field.name.startswith(PREFIX):
            continue
        for upload in request.files.getlist(field.name):
            if not upload.filename:
                continue
            try:
                attachments.attach(
                    db.session(),
                    shown.case,
                    field.name.removeprefix(PREFIX),
                    cast(BinaryIO, upload.stream),
                    name=upload.filename,
                    actor=current_user.actor,
                    now=now,
                    house=house(),
                )
            except Refused as refused:
                form.refuse(field.name, refused.sentence)
    transaction.keep()
    held = circumstances.papers(db.session(), shown.case.id)
    for field in form:
        paper = field.name.removeprefix(PREFIX)
        if field.name.startswith(PREFIX) and field.flags.required and not field.errors and paper not in held:
            form.refuse(field.name, Sentence(NEEDED, paper=field.label.text))


def edit_page(shown: Shown, *, now: datetime) -> dict[str, Any]:
    """What stands beside the form of a draft."""
    return case_view.page(db.session(), shown, now=now, house=house())


def next_step(shown: Shown) -> str:
    """The step for which the draft is filled in: the first one from here that is a duty."""
    return next(step.name for step in shown.workflow.steps_from(shown.case.state) if case_view.is_duty(step))


def step_form(session: Session, shown: Shown, name: str) -> HouseForm:
    """The form of a step, also when the case has moved on and no longer offers it, so that nothing typed is lost.

    Raises NotYours for a name that is no step at all.
    """
    named = [step for step in shown.workflow.steps if step.name == name]
    if not named:
        raise NotYours
    step = shown.workflow.step(name, shown.case.state) or named[0]
    if step.coded:
        return bound(reasons_form(session, shown, step))
    form_class = form_for(shown.workflow.name, name) or HouseForm
    return bound(with_files(form_class, {field: Sentence(PAPERS[field]) for field in step.papers}))


def reasons_form(session: Session, shown: Shown, step: Step) -> type[ReasonsForm]:
    """The form of coded reasons; what may be marked is what the subject may fill in or attach."""
    asked = form_for(shown.workflow.name, "edit") or HouseForm
    targets = {
        field.name: shown.workflow.labels[field.name] for field in asked() if not is_fixed(shown, field.name)
    }
    targets |= case_rows.paper_titles(shown.case)
    found = catalogue.reasons(session, shown.workflow.name, step.name, on=clock.legal_day(clock.now()))
    fitting = [
        reason
        for reason in found
        if reason.binds_to in (*targets, "any") or case_rows.paper_titles(shown.case)
    ]
    return form_of(fitting, targets, lambda reason: reason.title if is_chinese() else reason.title_en)


def is_ready(shown: Shown, name: str, form: HouseForm, *, now: datetime) -> bool:
    """Whether the form is in order; its files are kept in any case.

    Who may not take the step anyway is told that, and not what the form lacks.
    """
    offer = offered(shown, name)
    if offer is None or not offer.is_allowed:
        return True
    is_whole = form.validate()
    keep_files(shown, form, now=now)
    return is_whole and not form.errors


def offered(shown: Shown, name: str) -> gate.Offer | None:
    """The step as it is offered to the reader in the case's state; None when the state does not have it."""
    return next((offer for offer in shown.offers if offer.step.name == name), None)


def take(shown: Shown, name: str, form: HouseForm, *, now: datetime) -> Case:
    """Take the step with what the form holds. Raises Stale or Refused."""
    offer = offered(shown, name)
    if offer is not None and offer.why_not is not None and seen_version() == shown.case.version:
        raise Refused(offer.why_not)
    asks = offer.step.asks if offer else ()
    given: dict[str, Any] = {field.name: field.data for field in form if field.name in asks}
    if isinstance(form, ReasonsForm):
        given["reasons"] = form.given()
    if offer is not None and offer.is_allowed and "password" in form:
        given |= signing(form, now=now)
    order = perform.Order(name, given, seen_version())
    return perform.perform(
        db.session(), shown.case.address, order, actor=current_user.actor, now=now, house=house()
    )


def signing(form: Form, *, now: datetime) -> dict[str, Any]:
    """Confirm the identity once more, and record how (电子签名法 13; kept in the chained history)."""
    session = db.session()
    is_confirmed = signin.confirm_identity(
        session, current_user.person, password=form["password"].data, now=now, ip=request.remote_addr or ""
    )
    if not is_confirmed:
        sentence = signin.why_not_confirmed(session, current_user.person, now=now)
        transaction.keep()
        raise Refused(sentence, code="not_confirmed")
    return {
        "identity_confirmed": True,
        "signing": {
            "method": "登录密码再次核验",
            "intent": str(form["has_read"].label.text),
            "ip": request.remote_addr or "",
            "user_agent": request.user_agent.string[:300],
            "sign_in": current_user.sign_in.id,
        },
    }


def status(form: HouseForm) -> int:
    """422 when something sent has to be mended."""
    return 422 if request.method == "POST" and (form.errors or form.form_errors) else 200


def step_page(
    shown: Shown, name: str, form: HouseForm, *, now: datetime, refusal: Sentence | None = None
) -> dict[str, Any]:
    """The case page with the form of a step beside the file, and the letter where one is signed."""
    values = case_view.page(db.session(), shown, now=now, house=house())
    offer = offered(shown, name)
    if offer is None:
        refusal = refusal or perform.not_in_this_state(shown.workflow, shown.case)
    elif not offer.is_allowed:
        refusal = refusal or offer.why_not
    return values | {
        "form": form,
        "offer": case_rows.step_row(shown, offer) if offer else None,
        "step": offer.step if offer else None,
        "refusal": refusal,
        "letter": letter(shown, offer.step, form, now=now) if offer else None,
        "is_coded": isinstance(form, ReasonsForm),
    }


def letter(shown: Shown, step: Step, form: HouseForm, *, now: datetime) -> Any:
    """The very letter that will be signed, when the step signs one; also sets the version that was read."""
    kinds = [
        effect.what for effect in step.then if effect.kind == "document" and effect.what.endswith("_letter")
    ]
    if not kinds or shown.case.item is None:
        return None
    day = clock.legal_day(now)
    text = texts.current(shown.case.item.letter, on=day)
    if request.method == "GET":
        form["publication_consent"].data = shown.case.facts["publication_consent"]
    if form["letter_version"].data != text.version:
        form["letter_version"].data = text.version
        form["has_read"].data = False
    if shown.case.item.publication != "public":
        del form["publication_consent"]
    values, particulars = wording.of(
        db.session(), shown.case, shown.workflow, actor=current_user.actor, day=day, house=house()
    )
    return documents.preview(kinds[0], text=text, values=values, particulars=particulars, on=day)


def stale_page(address: str, form: HouseForm, stale: Stale) -> Response:
    """409 with what was typed, above what is stored now, to be compared and sent again."""
    now = clock.now()
    db.session.rollback()
    shown = case_view.load(db.session(), address, current_user.actor, now=now)
    if shown.editable is None:
        return refused_page(address, "edit", form, stale)
    form.form_errors.append(stale.sentence)
    return page("case/edit.html", status=409, form=form, **edit_page(shown, now=now))


def not_saved(refused: Refused) -> Response:
    """409 for the line that says when: nothing was kept, and the form goes on standing on the version it showed."""
    db.session.rollback()
    return page(
        "case/saved.html",
        status=409,
        version=seen_version(),
        autosave_url=request.path,
        refusal=refused.sentence,
    )


def refused_page(address: str, name: str, form: HouseForm, refused: Refused) -> Response:
    """409 with the case as it is now and what was typed kept in the form."""
    now = clock.now()
    g.refused = refused
    shown = case_view.load(db.session(), address, current_user.actor, now=now)
    values = step_page(shown, name, form, now=now, refusal=refused.sentence)
    return page("case/step.html", panels=("four", "deeds"), status=409, **values)


def done(case: Case, name: str, before: str) -> str:
    """What is said after a step."""
    workflow = BY_NAME[case.workflow]
    step = next(step for step in workflow.steps if step.name == name)
    return _(
        "已完成“%(step)s”。现在的状态：%(state)s。",
        step=say(step.title),
        state=say(workflow.state(case.state).title),
    )
