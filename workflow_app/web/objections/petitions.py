"""来件: somebody without an account objects to a public record, and follows it; clerks confirm who it is.

A record that is not public is answered like one that does not exist. Number and code travel in forms and never in an
address. What is typed and uploaded is read by clerks alone, and only while nobody has decided.
"""

from io import BytesIO
from typing import BinaryIO, cast

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.fields import HouseForm
from forms.files import PREFIX
from forms.petitions import (
    CLAIMED,
    IDENTITY_NEEDED,
    NEEDED_PAPER,
    ConfirmForm,
    PetitionForm,
    SendBackForm,
    StandingForm,
)

from ...domain import clock
from ...domain.due_words import end_of
from ...domain.people import GrantKind
from ...domain.refusals import NotYours, Refused
from ...extensions import db
from ...models.petition import Petition
from ...services.cases import lookup
from ...services.objections import petition_standing
from ...services.objections import petitions as verbs
from ...services.papers import LIMIT
from ...services.records import publication
from ..commitments.publicity import row as public_row
from ..house import house
from ..pages import page
from . import petition_rows, petition_trap

petitions = Blueprint("petitions", __name__, url_prefix="/petitions")


@petitions.get("/new")
def new() -> Response:
    """The form for a public record; without one, how to find it."""
    if not request.args.get("ref"):
        return search_page()
    form = PetitionForm(ground="same_name")
    form.ticket.data = petition_trap.ticket(clock.now())
    return form_page(line_asked(), form)


@petitions.post("/new")
def take_in() -> Response:
    """Keep the petition; its number and code are shown on this answer and never again."""
    line, form, uploads = line_asked(), PetitionForm(request.form), sent_files()
    is_whole = form.validate()
    if not any(upload.field == "identity_proof" for upload in uploads):
        form.refuse(NEEDED_PAPER, IDENTITY_NEEDED)
        is_whole = False
    if not is_whole:
        return form_page(line, form, status=422)
    try:
        taken = kept(line.ref, form, uploads)
    except Refused as refused:
        db.session.rollback()
        return form_page(line_asked(), told(form, refused), status=422)
    today = clock.legal_day(clock.now())
    due = petition_rows.due_row(taken.petition, today=today, house=house())
    return page("petitions/taken.html", taken=taken, line=line, due=due)


@petitions.get("/standing")
def ask() -> Response:
    """Where number and code are typed."""
    return page("petitions/ask.html", form=StandingForm())


@petitions.post("/standing")
def standing() -> Response:
    """How it stands now."""
    form = StandingForm(request.form)
    if not form.validate():
        return page("petitions/ask.html", status=422, form=form)
    try:
        petition = found_by(form)
    except Refused as refused:
        return refused_page(form, refused)
    found = petition_standing.standing(db.session(), petition, house=house())
    today = clock.legal_day(clock.now())
    return page(
        "petitions/standing.html", form=form, **petition_rows.standing(found, today=today, house=house())
    )


@petitions.post("/standing/document")
def document() -> Response:
    """The PDF of a document of the author's case."""
    form = StandingForm(request.form)
    if not form.validate():
        return page("petitions/ask.html", status=422, form=form)
    try:
        petition = found_by(form)
    except Refused as refused:
        return refused_page(form, refused)
    paper = petition_standing.document(db.session(), petition, request.form.get("number", ""))
    if paper.storage_key is None:
        raise NotYours
    content = house().storage.read_verified(paper.storage_key)
    return sent(content, type_="application/pdf", name=f"{paper.number}.pdf")


@petitions.get("/")
def index() -> Response:
    """Those that wait for a clerk; only clerks get a way into each."""
    today, actor = clock.legal_day(clock.now()), current_user.actor
    is_clerk = actor.holds(GrantKind.CLERK)
    found = verbs.waiting(db.session(), actor)
    rows = [petition_rows.waiting_row(one, is_clerk, today=today, house=house()) for one in found]
    return page("petitions/index.html", rows=rows)


@petitions.get("/<ref>")
def show(ref: str) -> Response:
    """One petition with everything beside each other."""
    return petition_page(ref, ConfirmForm(), SendBackForm())


@petitions.get("/<ref>/files/<int:place>")
def file(ref: str, place: int) -> Response:
    """An upload, always as a download, while the petition waits; afterwards it belongs to the case or to nobody."""
    petition = verbs.by_ref(db.session(), ref, current_user.actor)
    if petition.decision != verbs.WAITING or place >= len(petition.files):
        raise NotYours
    kept_file = petition.files[place]
    content = house().storage.read_verified(kept_file["storage_key"])
    return sent(content, type_=kept_file["type"], name=kept_file["name"])


@petitions.post("/<ref>/confirm")
def confirm(ref: str) -> Response | BaseResponse:
    """Identity confirmed: the case is opened and handed in, the record marked."""
    form = ConfirmForm(request.form)
    if not form.validate():
        return petition_page(ref, form, SendBackForm(), status=422)
    try:
        case = verbs.confirm(db.session(), ref, actor=current_user.actor, now=clock.now(), house=house())
    except NotYours:
        raise
    except Refused as refused:
        db.session.rollback()
        return petition_page(ref, form, SendBackForm(), status=409, refusal=refused)
    flash(_("已登记为异议，这条信息已经标注“异议处理中”。"), "success")
    return redirect(url_for("cases.show", address=case.address), 303)


@petitions.post("/<ref>/return")
def send_back(ref: str) -> Response | BaseResponse:
    """Who it is could not be confirmed."""
    form = SendBackForm(request.form)
    if not form.validate():
        return petition_page(ref, ConfirmForm(), form, status=422)
    why = form.why.data or ""
    verbs.send_back(db.session(), ref, why=why, actor=current_user.actor, now=clock.now())
    flash(_("已退回。来件人凭查询码能看到理由，这条信息没有任何变化。"), "success")
    return redirect(url_for("petitions.index"), 303)


def line_asked() -> publication.Line:
    """The public record of the address. Raises NotYours alike for one that isn't public and one that there isn't."""
    ref = request.args.get("ref", "").replace("\0", "")
    return publication.line(db.session(), ref, today=clock.legal_day(clock.now()))


def search_page() -> Response:
    """Find the public record by its decision number, name or code."""
    text = lookup.tidy(request.args.get("q", ""))
    today = clock.legal_day(clock.now())
    lines = publication.page(db.session(), publication.Wanted(text), today=today).lines if text else ()
    return page("petitions/search.html", q=text, rows=[public_row(line) for line in lines])


def form_page(line: publication.Line, form: HouseForm, *, status: int = 200) -> Response:
    """The form below the record that it is about."""
    hints, today = petition_rows.claim_hints(line), clock.legal_day(clock.now())
    due_on = verbs.due_from(db.session(), today, house=house()).due_on
    claims = [(form[f"claim_{name}"], hints[name]) for name in CLAIMED]
    return page(
        "petitions/new.html", status=status, form=form, line=line, claims=claims, due_told=end_of(due_on), most_bytes=LIMIT,
        is_marking=any(field.data or field.errors for field, _value in claims) or bool(form["ground"].errors),
    )  # fmt: skip


def sent_files() -> list[verbs.Upload]:
    """The files that came with the form, by the paper they are."""
    return [
        verbs.Upload(name.removeprefix(PREFIX), upload.filename, cast(BinaryIO, upload.stream))
        for name in ("file_identity_proof", "file_evidence", "file_authorisation")
        for upload in request.files.getlist(name)
        if upload.filename
    ]


def kept(ref: str, form: HouseForm, uploads: list[verbs.Upload]) -> verbs.Taken:
    """The petition of a form that is in order. Raises Refused."""
    now = clock.now()
    ticket = petition_trap.check(form["ticket"].data or "", form["homepage"].data or "", now=now)
    names = ("name", "kind", "code", "contact_name", "contact_mobile", "statement")
    said = verbs.Said(**{name: form[name].data for name in names}, claims=form.claims())
    return verbs.take_in(
        db.session(), ref, form["ground"].data, said, files=uploads, ticket=ticket,
        ip=request.remote_addr or "", now=now, house=house(),
    )  # fmt: skip


def told(form: HouseForm, refused: Refused) -> HouseForm:
    """The form with a refusal at the place that it is about."""
    if refused.code == "ticket":
        form["ticket"].data = petition_trap.ticket(clock.now())
    if isinstance(refused, verbs.BadFiles):
        for name, sentence in refused.faults:
            form.refuse(f"{PREFIX}{name}", sentence)
    elif refused.code == "ground":
        form.refuse("ground", refused.sentence)
    else:
        form.form_errors.append(refused.sentence)
    return form


def found_by(form: StandingForm) -> Petition:
    """The petition of number and code. Raises Refused; what was counted is kept with the answer."""
    ref, code = form.ref.data or "", form.code.data or ""
    return petition_standing.found(
        db.session(), ref.upper(), code, ip=request.remote_addr or "", now=clock.now()
    )


def refused_page(form: StandingForm, refused: Refused) -> Response:
    """The same answer for a wrong number and a wrong code; returned and not raised, so that it is counted."""
    form.form_errors.append(refused.sentence)
    return page("petitions/ask.html", status=409, form=form)


def petition_page(
    ref: str, confirming: ConfirmForm, returning: SendBackForm, *, status: int = 200, refusal: Refused | None = None
) -> Response:  # fmt: skip
    """The page of one petition."""
    petition = verbs.by_ref(db.session(), ref, current_user.actor)
    shown = petition_rows.shown(petition, today=clock.legal_day(clock.now()), house=house())
    sentence = refusal.sentence if refusal else None
    return page(
        "petitions/show.html", status=status, form=confirming, returning=returning, refusal=sentence, **shown
    )


def sent(content: bytes, *, type_: str, name: str) -> Response:
    """A file as a download that no cache keeps."""
    response = send_file(BytesIO(content), mimetype=type_, as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response
