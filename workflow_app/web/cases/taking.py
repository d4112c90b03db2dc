"""What is done with an answer: keep what was typed and uploaded, confirm who signs, take the step.

Files are kept before the step is tried, so that a refusal never costs an upload.
"""

from datetime import datetime
from typing import Any, BinaryIO, cast

from flask import request
from flask_login import current_user
from werkzeug.datastructures import FileStorage, MultiDict
from wtforms import Form

from forms.fields import HouseForm
from forms.files import NEEDED, PREFIX
from forms.per_field import PerField
from forms.reasons import ReasonsForm

from ...domain import clock
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...services.cases import attachments, case_file, cases
from ...services.cases.case_file import CaseFile
from ...services.engine import circumstances, gate, perform
from ...services.people import signin
from ...services.repair import opening
from ...workflows.kit import Workflow
from .. import transaction
from ..house import house
from .case_rows import Shown

Files = MultiDict[str, FileStorage]
NO_SYSTEM_SIGNS = N_("系统账户不能签署：签署的人要用密码再次确认身份。请由有权签署的人办理这一步。")


class NotConfirmed(Refused):
    """Whoever signs did not confirm the identity. The failure was counted."""


def save(shown: Shown, form: HouseForm, files: Files, *, version: int, now: datetime) -> bool:
    """Keep every part that can be read, also when others can't. Whether the whole form is in order.

    Raises Stale when `version`, which was seen, is older than the case; files that were sent are kept even then.
    """
    is_whole = form.validate()
    keep_files(shown, form, files, now=now)
    file, actor = locked_file(shown, now=now), current_user.actor
    cases.save_in(file, readable(form), version=version, actor=actor, now=now, house=house())
    return is_whole and not form.errors


def readable(form: HouseForm) -> dict[str, Any]:
    """What can be kept of a form: each field that is in order or empty, of one that asks part by part each such part."""
    kept: dict[str, Any] = {}
    for field in form:
        if isinstance(field, PerField):
            kept[field.name] = field.readable
        elif not field.name.startswith(PREFIX) and (not field.errors or not field.data):
            kept[field.name] = field.data
    return kept


def keep_files(shown: Shown, form: HouseForm, files: Files, *, now: datetime) -> None:
    """Attach each file that was sent; a file that is refused gets its sentence at its field."""
    asked = [field for field in form if field.name.startswith(PREFIX)]
    sent = [(field, upload) for field in asked for upload in files.getlist(field.name) if upload.filename]
    for field, upload in sent:
        keep_file(shown, form, field.name, upload, now=now)
    if sent:
        transaction.keep()
    needed = [field for field in asked if field.flags.required and not field.errors]
    held = circumstances.papers(db.session(), shown.case.id) if needed else ()
    for field in needed:
        if field.name.removeprefix(PREFIX) not in held:
            form.refuse(field.name, Sentence(NEEDED, paper=field.label.text))


def keep_file(shown: Shown, form: HouseForm, name: str, upload: FileStorage, *, now: datetime) -> None:
    """Attach one file; one that is refused gets its sentence at its field."""
    try:
        attachments.attach(
            db.session(),
            shown.case,
            name.removeprefix(PREFIX),
            cast(BinaryIO, upload.stream),
            name=upload.filename or "",
            actor=current_user.actor,
            now=now,
            house=house(),
        )
    except Refused as refused:
        form.refuse(name, refused.sentence)


def is_ready(shown: Shown, name: str, form: HouseForm, *, files: Files, now: datetime) -> bool:
    """Whether the form is in order; its files are kept in any case. One that asks for more boxes is not sent in yet.

    Who may not take the step anyway is told that, and not what the form lacks.
    """
    offer = offered(shown, name)
    if offer is None or not offer.is_allowed:
        return True
    if form.wants_more:
        keep_files(shown, form, files, now=now)
        return False
    is_whole = form.validate()
    keep_files(shown, form, files, now=now)
    return is_whole and not form.errors


def take(shown: Shown, name: str, form: HouseForm, *, version: int, now: datetime) -> Case:
    """Take the step with what the form holds, in the version that was seen. Raises Stale or Refused."""
    offer = offered(shown, name)
    if offer is not None and offer.why_not is not None and version == shown.case.version:
        raise Refused(offer.why_not)
    asks = (*offer.step.asks, *offer.step.says) if offer else ()
    given: dict[str, Any] = {field.name: field.data for field in form if field.name in asks}
    if isinstance(form, ReasonsForm):
        given["reasons"] = form.given()
    if offer is not None and offer.is_allowed and "password" in form:
        given |= signing(form, now=now)
    order = perform.Order(name, given, version)
    file, session, actor = locked_file(shown, now=now), db.session(), current_user.actor
    application = shown.case.application if offer is not None and hands_in(offer, shown.workflow) else None
    if application is not None:
        opening.handing_in(session, [shown.case], actor=actor, now=now, house=house())
    taken = perform.perform_on(file, order, actor=actor, now=now, house=house())
    if application is not None:
        opening.handed_in(session, application, [taken], now=now)
    return taken


def hands_in(offer: gate.Offer, workflow: Workflow) -> bool:
    """Whether the step may be taken and leads out of the draft, but not to its end."""
    return offer.is_allowed and offer.step.source == workflow.first and not offer.step.target.ended


def locked_file(shown: Shown, *, now: datetime) -> CaseFile:
    """The file with its lock; opened anew where the transaction in which it was opened has kept files meanwhile."""
    if shown.file.is_locked:
        return shown.file
    day, actor = clock.legal_day(now), current_user.actor
    return case_file.opened(db.session(), shown.case.address, actor, day=day, is_locked=True)


def signing(form: Form, *, now: datetime) -> dict[str, Any]:
    """Confirm the identity once more, and record how (电子签名法 13; kept in the chained history).

    Raises NotConfirmed, and then the failure that was counted is to be kept (`put_back`); Refused for a system.
    """
    session, person = db.session(), signin.identity(db.session(), current_user.person_id)
    if person.is_system:
        raise Refused(NO_SYSTEM_SIGNS, code="system")
    address = request.remote_addr or ""
    if not signin.confirm_identity(session, person, password=form["password"].data, now=now, ip=address):
        raise NotConfirmed(signin.why_not_confirmed(session, person, now=now), code="not_confirmed")
    return {
        "identity_confirmed": True,
        "signing": {
            "method": "登录密码再次核验",
            "intent": str(form["has_read"].label.text),
            "ip": address,
            "user_agent": request.user_agent.string[:300],
            **current_user.came_by,
        },
    }


def put_back(refused: Refused) -> None:
    """Undo what was written before a refusal; that a password was wrong stays counted."""
    if isinstance(refused, NotConfirmed):
        transaction.keep()
    else:
        db.session.rollback()


def offered(shown: Shown, name: str) -> gate.Offer | None:
    """The step as it is offered to the reader in the case's state; None when the state does not have it."""
    return next((offer for offer in shown.offers if offer.step.name == name), None)
