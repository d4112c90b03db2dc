"""The pages on which a case asks for something, and those that say no with what was typed still in the form."""

from datetime import date, datetime
from typing import Any

from flask import Response, g, request
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from forms.fields import HouseForm
from forms.reasons import ReasonsForm

from ...domain import clock
from ...domain.refusals import Refused, Stale
from ...domain.words import Sentence
from ...extensions import db
from ...models.case import Case
from ...services.documents import documents, texts, wording
from ...services.documents.texts import Text
from ...services.engine import gate, perform
from ...workflows import BY_NAME
from ...workflows.kit import Step
from .. import transaction
from ..house import house
from ..objections import objection_sides
from ..pages import page
from ..ui import say
from . import case_rows, case_view, conflicts, taking, typed
from .case_rows import Shown


def as_it_is(shown: Shown, *, now: datetime) -> Shown:
    """The case to be shown: opened anew where something was sent, because parts and files of it were kept.

    Nobody waits for a page: what was kept is kept, and the case is not locked any more.
    """
    if request.method == "GET":
        return shown
    address = shown.case.address
    transaction.keep()
    return case_view.load(db.session(), address, current_user.actor, now=now)


def edit_page(shown: Shown) -> dict[str, Any]:
    """What stands beside the form of a draft."""
    step = shown.workflow.step(next_step(shown), shown.case.state)
    return {
        "case": shown.case,
        "title": case_rows.title_of(shown.case, shown.workflow),
        "returned": case_rows.returned(db.session(), shown),
        "papers": [case_rows.paper_row(shown, paper) for paper in case_rows.papers(shown)],
        "next_title": Sentence(step.title) if step else "",
    }


def next_step(shown: Shown) -> str:
    """The step for which the draft is filled in: the first duty from here, of those that are the reader's."""
    duties = [step for step in shown.workflow.steps_from(shown.case.state) if case_view.is_duty(step)]
    own = (step for step in duties if gate.role_for(step, shown.case, shown.actor, {}))
    return next(own, duties[0]).name


def step_page(
    shown: Shown, name: str, form: HouseForm, *, now: datetime, refusal: Sentence | None = None
) -> dict[str, Any]:
    """The case page with the form of a step beside the file, and the letter where one is signed."""
    values = case_view.page(db.session(), shown, now=now, house=house())
    offer = taking.offered(shown, name)
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
        "preview": notice_ahead(shown, offer.step, now=now) if offer else None,
        "is_coded": isinstance(form, ReasonsForm),
        "sides_first": offer is None or objection_sides.needed_for(offer.step),
    }


def notice_ahead(shown: Shown, step: Step, *, now: datetime) -> Any:
    """The notice with which a draft goes out, as it would print today; whoever sends it reads it first."""
    kind = case_rows.notice_of(shown.workflow, step)
    if kind is None:
        return None
    day = clock.legal_day(now)
    return sheet_ahead(shown, kind, texts.current(kind, on=day), day=day)


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
    return sheet_ahead(shown, kinds[0], text, day=day)


def sheet_ahead(shown: Shown, kind: str, text: Text, *, day: date) -> Markup:
    """A document of the case as it would print if it were issued on this day."""
    values, particulars = wording.of(
        db.session(), shown.case, shown.workflow, told=shown.events, names=text.placeholders,
        actor=current_user.actor, day=day, house=house(), rulebook=shown.file.rulebook(house()),
    )  # fmt: skip
    return documents.preview(kind, text=text, values=values, particulars=particulars, on=day)


def stale_page(address: str, form: HouseForm, stale: Stale) -> Response:
    """409 with what was typed, above what is stored now, to be compared and sent again."""
    now = clock.now()
    db.session.rollback()
    shown = case_view.load(db.session(), address, current_user.actor, now=now)
    if shown.editable is None:
        return refused_page(address, "edit", form, stale)
    form.form_errors.append(stale.sentence)
    return page("case/edit.html", status=409, form=form, **edit_page(shown))


def not_saved(refused: Refused) -> Response:
    """409 for the line that says when: nothing was kept, and the form goes on standing on the version it showed."""
    db.session.rollback()
    return page(
        "case/saved.html",
        status=409,
        version=typed.seen_version(),
        autosave_url=request.path,
        refusal=refused.sentence,
    )


def refused_page(address: str, name: str, form: HouseForm, refused: Refused) -> Response:
    """409 with the case as it is now and what was typed kept in the form."""
    now = clock.now()
    g.refused = refused
    shown = case_view.load(db.session(), address, current_user.actor, now=now)
    values = step_page(shown, name, form, now=now, refusal=refused.sentence)
    values["conflict"] = conflicts.of(db.session(), shown, form, refused=refused, now=now)
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
