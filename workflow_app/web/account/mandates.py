"""Mandates: an owner names who may act for the subject, in what and how long; an agent sees and gives back the own."""

from flask import Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.account import MandateForm

from ...domain import clock
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.party import Subject
from ...services.people import accounts, grants
from ...workflows import BY_NAME
from ..access import take_kept_form
from ..pages import page
from .room import account, settings

NAME_NEEDED = N_("这个登录名还没有账户。要为经办人新开账户，请再填写姓名；否则请核对登录名。")


@account.get("/mandates")
def mandates() -> BaseResponse:
    """Who acts for my subjects, and for whom I act."""
    today = clock.legal_day(clock.now())
    return mandates_page(MandateForm(take_kept_form(), valid_from=today))


@account.post("/mandates")
def give_mandate() -> BaseResponse:
    """Name an agent; a new account's one-time password is shown by this answer only."""
    form, subject = MandateForm(request.form), owned_subject(request.form.get("subject_id", ""))
    if not form.validate():
        return mandates_page(form, status=422)
    try:
        with db.session.begin_nested():
            opened = carry_out(form, subject)
    except Refused as refusal:
        field = refusal.code if refusal.code in form else "login"
        form.refuse(field, refusal.sentence)
        return mandates_page(form, status=422)
    if opened is None:
        flash(_("授权已生效，并已记入授权记录。"), "success")
        return redirect(url_for("account.mandates"), 303)
    return mandates_page(MandateForm(valid_from=clock.legal_day(clock.now())), opened=opened)


@account.post("/mandates/<int:grant_id>/end")
def end_mandate(grant_id: int) -> BaseResponse:
    """End a mandate at once."""
    grants.end_mandate(
        db.session(), current_user.actor, grant_id=grant_id, by=current_user.person, now=clock.now()
    )
    flash(_("授权已终止，经办人从现在起不能再代办。"), "success")
    return redirect(url_for("account.mandates"), 303)


def carry_out(form: MandateForm, subject: Subject) -> accounts.OneTime | None:
    """Give the mandate, to a new account if the login is unknown; the new account, if there is one."""
    session, now, by = db.session(), clock.now(), current_user.person
    agent, opened = grants.agent_for(session, form.login.data), None
    if agent is None:
        if not form.name.data:
            raise Refused(NAME_NEEDED, code="name")
        opened = accounts.create_person(
            session,
            login=form.login.data,
            name=form.name.data,
            mobile=form.mobile.data,
            by=by,
            now=now,
            is_cheap=settings().cheap_passwords,
        )
        agent = opened.person
    mandate = grants.Mandate(tuple(form.workflows.data), form.may_sign.data, *form.days())
    today = clock.legal_day(now)
    grants.give_mandate(
        session, current_user.actor, subject=subject, agent=agent, mandate=mandate, by=by, now=now, on=today
    )
    return opened


def owned_subject(typed_id: str) -> Subject:
    """The subject the form is for, one of those this person owns. Raises NotYours otherwise."""
    for subject in grants.subjects_owned(db.session(), current_user.actor):
        if str(subject.id) == typed_id:
            return subject
    raise NotYours


def mandates_page(
    form: MandateForm, *, status: int = 200, opened: accounts.OneTime | None = None
) -> Response:
    """The page for owner and agent."""
    session, actor, today = db.session(), current_user.actor, clock.legal_day(clock.now())
    owned = grants.subjects_owned(session, actor)
    given = grants.mandates_for(session, frozenset(subject.id for subject in owned))
    return page(
        "account/mandates.html",
        status=status,
        form=form,
        owned=owned,
        chosen=request.form.get("subject_id", ""),
        given=[(row, accounts.is_in_force(row, on=today)) for row in given],
        held=[
            (row, accounts.is_in_force(row, on=today))
            for row in grants.mandates_of(session, current_user.person)
        ],
        titles={name: Sentence(workflow.title) for name, workflow in BY_NAME.items()},
        opened=opened,
        today=today,
    )
