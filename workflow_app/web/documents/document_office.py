"""文书管理: find a document by its number, propose to revoke or replace it, and decide what somebody else proposed.

Whoever may read a document sees its page; who may propose and decide is asked of `services.documents.proposals`. A
refusal undoes what the request wrote before the page says it.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.document_office import DecisionForm, EndForm

from ...domain import clock
from ...domain.refusals import NotYours, Refused
from ...domain.words import Sentence
from ...extensions import db
from ...models.document import Document, DocumentProposal
from ...services.documents import documents, proposals, replacement, standing
from ..access import take_kept_form
from ..house import house
from ..pages import page
from ..records.record_view import mended
from . import document_office_view as view

document_office = Blueprint("document_office", __name__, url_prefix="/office/documents")


@document_office.get("")
def index() -> Response | BaseResponse:
    """Find a document by its number; what waits for a second person."""
    number = request.args.get("number", "").strip().upper()[:40]
    if number and is_there(number):
        return redirect(url_for("document_office.show", number=number), 303)
    actor = current_user.actor
    rows = [view.row(found, actor) for found in proposals.waiting(db.session(), actor)]
    return page("document_office/index.html", number=number, rows=rows)


@document_office.get("/<number>")
def show(number: str) -> Response:
    """One document with its standing, what happened to it and what may be done."""
    return document_page(own(number))


@document_office.route("/<number>/revoke", methods=["GET", "POST"])
def revoke(number: str) -> Response | BaseResponse:
    """Propose that the document be revoked."""
    document = to_end(number)
    if (refusal := proposals.in_the_way(db.session(), document, proposals.REVOKE)) is not None:
        return document_page(document, refusal=refusal)
    form = end_form(proposals.REVOKE)
    if request.method == "POST" and form.validate():
        with mended(form, otherwise="why"):
            return proposed(put_forward(document, proposals.REVOKE, form))
    facts = view.facts(document, current_user.actor)
    return page(
        "document_office/revoke.html", status=422 if form.errors else 200, document=document, form=form, facts=facts
    )  # fmt: skip


@document_office.route("/<number>/replace", methods=["GET", "POST"])
def replace(number: str) -> Response | BaseResponse:
    """Propose that a certificate be replaced: what would read otherwise is shown first."""
    document = to_end(number)
    if (refusal := proposals.in_the_way(db.session(), document, proposals.REPLACE)) is not None:
        return document_page(document, refusal=refusal)
    found = replacement.of(db.session(), document, now=clock.now(), house=house())
    if not found.is_needed:
        return document_page(document, refusal=Sentence(proposals.NOTHING_DIFFERS))
    form = end_form(proposals.REPLACE)
    if request.method == "POST" and form.validate():
        with mended(form, otherwise="why"):
            return proposed(put_forward(document, proposals.REPLACE, form))
    shown = view.shown(document, found)
    return page(
        "document_office/replace.html", status=422 if form.errors else 200, document=document, form=form, **shown
    )  # fmt: skip


@document_office.get("/proposals/<int:proposal_id>")
def proposal(proposal_id: int) -> Response:
    """One proposal, and what became of it."""
    found = proposals.by_id(db.session(), proposal_id, current_user.actor)
    return proposal_page(found, DecisionForm(take_kept_form()))


@document_office.post("/proposals/<int:proposal_id>")
def decide(proposal_id: int) -> Response | BaseResponse:
    """Confirm, refuse or take back."""
    session, form = db.session(), DecisionForm(request.form)
    found = proposals.by_id(session, proposal_id, current_user.actor, is_locked=True)
    if not form.validate():
        return proposal_page(found, form, status=422)
    try:
        told = decided(found, request.form.get("decision", ""), form)
    except NotYours:
        raise
    except Refused as refused:
        db.session.rollback()
        again = proposals.by_id(session, proposal_id, current_user.actor)
        if refused.code == "why":
            form.refuse("why", refused.sentence)
            return proposal_page(again, form, status=422)
        return proposal_page(again, DecisionForm(), refusal=refused.sentence, status=409)
    flash(told, "success")
    return redirect(url_for("document_office.show", number=found.document.number), 303)


def decided(found: DocumentProposal, decision: str, form: DecisionForm) -> str:
    """Do what the buttons say; what the page tells afterwards. Raises Refused."""
    session, who = db.session(), {"actor": current_user.actor, "now": clock.now()}
    if decision == proposals.CONFIRMED:
        proposals.confirm(session, found, seen=form.seen.data or "", house=house(), **who)
        return _("已确认，从现在起生效。持有人会收到消息。")
    if decision == proposals.TAKEN_BACK:
        proposals.take_back(found, **who)
        return _("已收回，文书没有变化。")
    proposals.reject(session, found, why=form.why.data or "", **who)
    return _("已记录：不同意，文书没有变化。")


def end_form(act: str) -> EndForm:
    """Why it is to end, empty or as it was sent."""
    form = EndForm(request.form if request.method == "POST" else take_kept_form())
    return form.offer({code: standing.REASONS[code] for code in proposals.REASONS_OF[act]})


def put_forward(document: Document, act: str, form: EndForm) -> DocumentProposal:
    """Put it before the second person. Raises NotYours, Refused."""
    said: dict[str, Any] = {"reason": form.reason.data, "why": form.why.data or ""}
    who: dict[str, Any] = {"actor": current_user.actor, "now": clock.now(), "house": house()}
    return proposals.propose(db.session(), document, act, **said, **who)


def proposed(made: DocumentProposal) -> BaseResponse:
    """On to what was proposed."""
    flash(_("已提交，等待另一位负责人确认。确认以前文书照常有效。"), "success")
    return redirect(url_for("document_office.proposal", proposal_id=made.id), 303)


def own(number: str) -> Document:
    """The document of this number for somebody who may read it. Raises NotYours."""
    return documents.for_reader(db.session(), number, actor=current_user.actor)


def to_end(number: str) -> Document:
    """The same for somebody who may propose that it ends. Raises NotYours."""
    document = own(number)
    if not proposals.may_propose(document, current_user.actor):
        raise NotYours
    return document


def is_there(number: str) -> bool:
    """Whether there is such a document for this reader."""
    try:
        own(number)
    except NotYours:
        return False
    return True


def document_page(document: Document, *, refusal: Sentence | None = None) -> Response:
    """The page of a document; 409 when something could not be begun."""
    values = view.document_view(db.session(), document, current_user.actor)
    return page("document_office/show.html", status=409 if refusal else 200, refusal=refusal, **values)


def proposal_page(
    found: DocumentProposal, form: DecisionForm, *, refusal: Sentence | None = None, status: int = 200
) -> Response:
    """The page of a proposal; a replacement that waits shows what it would change as it stands now."""
    values = view.proposal_view(found, current_user.actor)
    if found.act == proposals.REPLACE and not found.decision:
        made = replacement.of(db.session(), found.document, now=clock.now(), house=house())
        form.seen.data = made.digest
        values |= view.shown(found.document, made)
    return page("document_office/proposal.html", status=status, form=form, refusal=refusal, **values)
