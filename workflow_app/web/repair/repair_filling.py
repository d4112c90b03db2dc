"""What is done with the answers of an application for repair: keep what was typed and uploaded, hand in, say what came of it.

One application, many drafts: shared parts go to every draft, its own parts to each. Files are kept before anything is
judged, so that a refusal never costs an upload.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import flash, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from forms.fields import HouseForm
from forms.files import PREFIX, with_files
from forms.repairs import OWN, SharedForm, form_of, own_field

from ...domain.refusals import NotYours, Refused, Stale
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.repair import RepairApplication
from ...services.cases import attachments, cases
from ...services.repair import applications, filing, opening
from ...services.repair.applications import Outcome
from ...workflows.repair import REPAIR
from ...workflows.repair_words import PAPERS
from .. import transaction
from ..access import take_kept_form
from ..house import house
from ..ui import say

SHARED_PAPERS = ("correction_proof", "ruling", "other_proof")
LETTER = "paper_letter"
LETTER_OF = N_("签好的承诺书：%(number)s")
NOT_SIGNING = N_(
    "您的授权不包括签署信用承诺书。请主体管理员登录后提交，或者在“经办人与授权”里把信用承诺和签署一并授权给您。"
)


def seen_version(drafts: Sequence[Case]) -> int:
    """One number for the versions of all drafts; it changes whenever one of them does."""
    return sum(case.version for case in drafts)


def form_for(application: RepairApplication, drafts: Sequence[Case]) -> HouseForm:
    """The form with what was sent, or kept when a session ran out, or what is stored."""
    titles: dict[str, Sentence | str] = {name: Sentence(PAPERS[name]) for name in SHARED_PAPERS}
    if application.filled_by == "window":
        titles |= {letter_field(case): letter_title(case) for case in drafts}
    form_class = with_files(form_of([case.ref for case in drafts]), titles)
    sent = request.form.copy() if request.method == "POST" else take_kept_form()
    if sent is not None and request.files:
        for name in request.files:
            sent.setlist(name, request.files.getlist(name))  # type: ignore[arg-type]
    return form_class(sent, data=stored(drafts))


def letter_field(case: Case) -> str:
    """The field of the letter signed on paper for one record."""
    return f"{LETTER}-{case.ref}"


def letter_title(case: Case) -> Sentence:
    """Which letter is wanted."""
    return Sentence(LETTER_OF, number=case.record.decision_no if case.record else case.ref)


def stored(drafts: Sequence[Case]) -> dict[str, Any]:
    """What the drafts hold: shared parts as in the first, own parts of each."""
    loaded = [(case, REPAIR.load(case.facts)) for case in drafts]
    shared = {field.name: getattr(loaded[0][1], field.name) for field in SharedForm()}
    return shared | {
        own_field(name, case.ref): getattr(facts, name) for case, facts in loaded for name in OWN
    }


def save(drafts: Sequence[Case], form: HouseForm, *, now: datetime) -> bool:
    """Keep every part that can be read, also when others can't. Whether the whole form is in order.

    Raises Stale when the page is older than the drafts; files that were sent are kept even then.
    """
    is_whole = form.validate()
    keep_files(drafts, form, now=now)
    if request.form.get("version", 0, type=int) != seen_version(drafts):
        raise Stale(version=seen_version(drafts))
    readable = {field.name: field.data for field in form if not field.errors or not field.data}
    for case in drafts:
        values = own_values(case, readable)
        cases.save(
            db.session(),
            case.address,
            values,
            version=case.version,
            actor=current_user.actor,
            now=now,
            house=house(),
        )
    return is_whole and not form.errors


def own_values(case: Case, readable: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of the form that belong to this draft, by the names of its facts."""
    shared = {field.name: readable[field.name] for field in SharedForm() if field.name in readable}
    own = {name: readable[own_field(name, case.ref)] for name in OWN if own_field(name, case.ref) in readable}
    return shared | own


def keep_files(drafts: Sequence[Case], form: HouseForm, *, now: datetime) -> None:
    """Attach each file that was sent; a file that is refused gets its sentence at its field."""
    by_ref = {case.ref: case for case in drafts}
    for field in form:
        if not field.name.startswith(PREFIX):
            continue
        paper, _separator, ref = field.name.removeprefix(PREFIX).partition("-")
        for upload in request.files.getlist(field.name):
            if upload.filename:
                try:
                    keep_file([by_ref[ref]] if ref else drafts, paper, upload, now=now)
                except Refused as refused:
                    form.refuse(field.name, refused.sentence)
    transaction.keep()


def keep_file(drafts: Sequence[Case], paper: str, upload: FileStorage, *, now: datetime) -> None:
    """One file with each of these drafts; it is stored once."""
    content = upload.stream.read()
    for case in drafts:
        attachments.attach(
            db.session(), case, paper, BytesIO(content), name=upload.filename or "", actor=current_user.actor,
            now=now, house=house(),
        )  # fmt: skip


def take_back(drafts: Sequence[Case], paper_id: int, *, now: datetime) -> None:
    """Remove a file from every draft that shares it. Raises NotYours, Refused."""
    rows = [(case, row) for case in drafts for row in attachments.of_case(db.session(), case)]
    meant = next((row for _case, row in rows if row.id == paper_id), None)
    if meant is None:
        raise NotYours
    for case, row in rows:
        is_same = (row.field, row.sha256) == (meant.field, meant.sha256)
        if is_same and (row.field != LETTER or row.id == meant.id):
            attachments.take_back(db.session(), case, row.id, actor=current_user.actor, now=now)


def hand_in(
    application: RepairApplication, signing: Mapping[str, Any] | None, *, now: datetime
) -> list[Outcome]:
    """Hand in every draft; what the check found is kept, clusters are watched, a subject served at the window is told."""
    session, actor = db.session(), current_user.actor
    if signing is not None and not filing.may_sign(actor, application.subject_id):
        raise Refused(NOT_SIGNING)
    drafts = applications.drafts_of(session, application)
    opening.handing_in(session, drafts, actor=actor, now=now, house=house())
    outcomes = applications.hand_in(
        session, application, signing=signing, actor=actor, now=now, house=house()
    )
    taken = [outcome.case for outcome in outcomes if outcome.refusal is None]
    opening.handed_in(session, application, taken, now=now)
    return outcomes


def say_outcomes(outcomes: Sequence[Outcome]) -> None:
    """What came of each record: its number, or the sentence why not."""
    for outcome in outcomes:
        title = outcome.case.record.title if outcome.case.record else ""
        if outcome.refusal is None:
            flash(
                _("“%(title)s”已提交，办件号 %(number)s。", title=title, number=outcome.case.number),
                "success",
            )
        else:
            flash(_("“%(title)s”没有提交：%(why)s", title=title, why=say(outcome.refusal)), "error")
