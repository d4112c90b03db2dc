"""信用修复申请: from the record (or its QR) to an application that is handed in, and what came of each record.

One page to choose, one to fill in, one to check, read and sign; then the same address shows the cases. Every page says
that this is free and who fills it in. The window of the credit office files through the same pages.
"""

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.fields import HouseForm
from forms.repairs import OWN, SignForm, WindowForm

from ...domain import clock
from ...domain.people import GrantKind
from ...domain.refusals import NotYours, Refused, Stale
from ...domain.words import N_
from ...extensions import db
from ...models.case import Case
from ...models.party import Subject
from ...models.record import CreditRecord
from ...models.repair import RepairApplication
from ...services.cases import cases
from ...services.lists import list_entries
from ...services.papers import LIMIT
from ...services.repair import applications, filing, opening, precheck
from ...services.rules import rulebooks
from ...workflows.repair import REPAIR
from ..cases import taking
from ..house import house
from ..pages import page
from ..ui import say
from . import repair_filling, repair_view

repairs = Blueprint("repairs", __name__, url_prefix="/repairs")
HANDED_IN = N_("这次申请里的记录都已经提交，不能再修改。需要补正的，会在办件里标出来。")


@repairs.get("/")
def index() -> Response:
    """What repair is and that it is free; for whoever is signed in also the applications so far."""
    actor = current_user.actor if current_user.is_authenticated else None
    found = filing.applications_of(db.session(), actor) if actor else ()
    return page(
        "repairs/index.html",
        rows=[repair_view.application_row(one) for one in found],
        is_subject=bool(actor and filing.subjects(db.session(), actor)),
        is_window=bool(actor and actor.holds(GrantKind.CLERK)),
        is_known=actor is not None,
    )


@repairs.get("/window")
def window() -> Response:
    """The clerk finds the subject that came to the window."""
    typed = request.args.get("q", "")[:100]
    found = filing.found_at_window(db.session(), typed)
    return page("repairs/window.html", q=typed, rows=[repair_view.subject_row(one) for one in found])


@repairs.get("/start")
def start() -> Response | BaseResponse:
    """Which records; the one that was asked for is ticked. A draft that holds it already is continued."""
    session, today = db.session(), clock.legal_day(clock.now())
    asked = request.args.get("record") or request.args.get("ref")
    records = filing.chosen(session, [asked], current_user.actor) if asked else []
    if records and (other := elsewhere(records[0])) is not None:
        return redirect(other, 303)
    subjects = filing.subjects(session, current_user.actor)
    subject = subject_asked(records, subjects)
    if subject is None:
        return page("repairs/start.html", subject=None, subjects=subjects, rows=(), filler=None, asked=None)
    book = rulebooks.current(session, house())
    found = filing.candidates(session, subject.id, day=today, rulebook=book)
    return page(
        "repairs/start.html",
        subject=subject,
        subjects=subjects,
        asked=asked,
        rows=[repair_view.candidate(one, asked) for one in found],
        filler=repair_view.capacity_for(current_user.actor, subject.id),
    )


@repairs.post("/start")
def open_application() -> BaseResponse:
    """Open the application, filled in as far as anything is known; or go on with the draft there is."""
    session, actor, now = db.session(), current_user.actor, clock.now()
    chosen = filing.chosen(session, request.form.getlist("record"), actor)
    if not chosen and (subject_id := request.form.get("subject", type=int)):
        flash(say(applications.NOTHING_CHOSEN), "error")
        return redirect(url_for("repairs.start", subject=subject_id), 303)
    opened, is_new = opening.application_for(session, chosen, actor=actor, now=now, house=house())
    if not is_new:
        flash(_("其中有记录已经在一份没有提交的申请里，请接着填写。"), "info")
    return redirect(url_for("repairs.show", ref=opened.ref), 303)


@repairs.get("/<ref>")
def show(ref: str) -> Response:
    """The application: what is asked while there are drafts, and what came of each record that was handed in."""
    application, drafts = own(ref)
    form = repair_filling.form_for(application, drafts) if is_mine(drafts) else None
    return show_page(application, drafts, form)


@repairs.post("/<ref>")
def fill(ref: str) -> Response | BaseResponse:
    """Keep what was filled in and go on to the check, or stay."""
    application, drafts = open_drafts(ref)
    form, now = repair_filling.form_for(application, drafts), clock.now()
    try:
        is_whole = repair_filling.save(drafts, form, now=now)
    except Stale as stale:
        form.form_errors.append(stale.sentence)
        return show_page(application, drafts, form, status=409)
    if not is_whole:
        return show_page(application, drafts, form, status=422)
    if request.form.get("save") == "later":
        flash(_("已保存。您可以随时回来继续填写。"), "success")
        return redirect(url_for("repairs.show", ref=ref), 303)
    precheck.keep(db.session(), drafts, actor=current_user.actor, now=now, house=house())
    return redirect(url_for("repairs.check", ref=ref), 303)


@repairs.post("/<ref>/autosave")
def autosave(ref: str) -> Response:
    """Keep what was typed so far, without judging it; answers the line that says when."""
    application, drafts = own(ref)
    form, now = repair_filling.form_for(application, drafts) if drafts else None, clock.now()
    refusal, seen = None, request.form.get("version", 0, type=int)
    try:
        if form is None:
            raise Refused(HANDED_IN)
        repair_filling.save(drafts, form, now=now)
        seen = repair_filling.seen_version(drafts)
    except Refused as refused:
        db.session.rollback()
        refusal = refused.sentence
    return page(
        "case/saved.html",
        status=409 if refusal else 200,
        version=seen,
        autosave_url=request.path,
        saved_at=None if refusal else now,
        refusal=refusal,
    )


@repairs.post("/<ref>/papers/<int:paper_id>/remove")
def remove(ref: str, paper_id: int) -> BaseResponse:
    """Take a file back from every record that shares it."""
    application, drafts = own(ref)
    repair_filling.take_back(drafts, paper_id, now=clock.now())
    return redirect(url_for("repairs.show", ref=application.ref) + "#papers", 303)


@repairs.get("/<ref>/check")
def check(ref: str) -> Response | BaseResponse:
    """What may bring the application back, the letters to read, and signing."""
    application, drafts = own(ref)
    if not is_mine(drafts):
        return redirect(url_for("repairs.show", ref=ref), 303)
    return check_page(application, drafts, sign_form(application))


@repairs.post("/<ref>/check")
def hand_in(ref: str) -> Response | BaseResponse:
    """Sign a letter for each record and hand all of them in; one that is refused does not hold up the others."""
    application, drafts = open_drafts(ref)
    form, now = sign_form(application), clock.now()
    if not form.validate():
        return check_page(application, drafts, form, status=422)
    try:
        signing = taking.signing(form, now=now)["signing"] if "password" in form else None
        outcomes = repair_filling.hand_in(application, signing, now=now)
    except Refused as refused:
        taking.put_back(refused)
        application, drafts = own(ref)
        form.form_errors.append(refused.sentence)
        return check_page(application, drafts, form, status=409)
    repair_filling.say_outcomes(outcomes)
    return redirect(url_for("repairs.show", ref=ref), 303)


def elsewhere(record: CreditRecord) -> str | None:
    """Where a record is dealt with otherwise: an entry on a list leaves it, a draft that holds it is continued."""
    entry = list_entries.of_record(db.session(), record.id)
    if entry is not None:
        return url_for("list_exits.start", entry=entry.ref)
    going_on = filing.continued(db.session(), [record], current_user.actor)
    return url_for("repairs.show", ref=going_on.ref) if going_on is not None else None


def own(ref: str) -> tuple[RepairApplication, list[Case]]:
    """The application for its reader, with the drafts in it. Raises NotYours."""
    application = applications.visible(db.session(), ref.replace("\0", ""), current_user.actor)
    drafts = applications.drafts_of(db.session(), application)
    return application, [case for case in drafts if REPAIR.readers.holds(case, current_user.actor, {})]


def open_drafts(ref: str) -> tuple[RepairApplication, list[Case]]:
    """The same while there is something to fill in. Raises NotYours, or Refused when all was handed in."""
    application, drafts = own(ref)
    if not is_mine(drafts):
        raise Refused(HANDED_IN)
    return application, drafts


def is_mine(drafts: list[Case]) -> bool:
    """Whether there are drafts and the reader may fill them in."""
    actor = current_user.actor
    return bool(drafts) and all(cases.may_edit(case, actor) for case in drafts)


def subject_asked(records: list[CreditRecord], subjects: object) -> Subject | None:
    """Whose records: of the record that was asked for, of the address, else the only one there is."""
    if records:
        return records[0].subject
    wanted = request.args.get("subject", type=int)
    if wanted is not None:
        filing.capacity(current_user.actor, wanted)
        found = db.session.get(Subject, wanted)
        if found is None:
            raise NotYours
        return found
    only = list(subjects) if isinstance(subjects, list | tuple) else []
    return only[0] if len(only) == 1 else None


def sign_form(application: RepairApplication) -> HouseForm:
    """What is asked to hand in: online the signature, at the window that the paper letters were checked."""
    form_class = WindowForm if application.filled_by == "window" else SignForm
    return form_class(request.form if request.method == "POST" else None)


def show_page(
    application: RepairApplication, drafts: list[Case], form: HouseForm | None, *, status: int = 200
) -> Response:
    """The application with its form, if there is anything to fill in, and the cases that were handed in."""
    outcomes = repair_view.outcomes(application, current_user.actor, now=clock.now())
    return page(
        "repairs/show.html",
        status=status,
        form=form,
        own_parts=OWN,
        drafts=repair_view.draft_rows(drafts),
        papers=repair_view.papers(drafts),
        most_bytes=LIMIT,
        version=repair_filling.seen_version(drafts),
        outcomes=[one for one in outcomes if not (form is not None and one["is_draft"])],
        **repair_view.head(application),
    )


def check_page(
    application: RepairApplication, drafts: list[Case], form: HouseForm, *, status: int = 200
) -> Response:
    """The check before sending."""
    now, is_window = clock.now(), application.filled_by == "window"
    checked = precheck.look(db.session(), drafts, actor=current_user.actor, now=now, house=house())
    return page(
        "repairs/check.html",
        status=status,
        form=form,
        rows=repair_view.checked_rows(checked, day=clock.legal_day(now), with_letters=not is_window),
        may_sign=is_window or filing.may_sign(current_user.actor, application.subject_id),
        not_signing=repair_filling.NOT_SIGNING,
        **repair_view.head(application),
    )
