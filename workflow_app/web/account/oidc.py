"""Staff at the city's own sign-in (OpenID Connect): coming in by it, binding an identity to an account, letting go of it.

The way back is the one GET that writes. It carries a value that only this browser knows, which counts once, for ten minutes.
"""

from dataclasses import dataclass
from datetime import timedelta

from flask import Response, abort, flash, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.account import ConfirmForm

from ...domain import clock
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.party import Person
from ...services.people import identities, oidc, signin
from ...services.people.oidc import Identified
from ..access import enter
from ..pages import page
from ..transaction import written
from ..ui import say
from ..ways import safe_path
from .provider import OLD, Provider, Unanswered, provider, provider_name
from .room import account, caller, first_page, next_page, settings

MAY_BIND = "may_bind"
VALID = timedelta(minutes=10)
"""How long the way to the provider and back may take, and how long a password opens the way to bind."""
OTHERWISE = N_("绑定没有办成：您的登录已经变了。请登录后再绑定一次。")


@dataclass(frozen=True)
class Way:
    """What the browser kept when it left: where its reader wanted to go, and whose account is to be bound, if one is."""

    next: str
    person_id: int
    is_fresh: bool

    @property
    def again(self) -> str:
        """Where one may begin anew."""
        if self.person_id:
            return url_for("account.identity")
        return url_for("account.sign_in", next=self.next or None)


@account.get("/sign-in/provider")
def to_provider() -> BaseResponse:
    """To the provider, to sign in."""
    there = here()
    if current_user.is_authenticated:
        return redirect(next_page(), 303)
    return lead(there, Way(safe_path(request.args.get("next"), otherwise=""), 0, is_fresh=True))


@account.get("/sign-in/provider/back")
def from_provider() -> BaseResponse:
    """Back from the provider, with an answer."""
    there = here()
    way = way_of(there)
    try:
        who = there.identified()
    except Unanswered as why:
        return begin_again(way, why.sentence)
    if not way.is_fresh:
        return begin_again(way, Sentence(OLD))
    return bind(way, who) if way.person_id else come_in(there, way, who)


@account.get("/signed-out")
def signed_out() -> BaseResponse:
    """Signed out here; the way to sign out there."""
    there = here()
    return page("account/signed_out.html", provider=say(there.trust.name), way_out=there.way_out())


@account.get("/provider")
def identity() -> BaseResponse:
    """My identity at the provider."""
    return identity_page(ConfirmForm())


@account.post("/provider/bind")
def confirm_binding() -> BaseResponse:
    """The password, which opens the way to the provider for a while."""
    here()
    form = ConfirmForm(request.form)
    if not is_confirmed(form):
        return identity_page(form, status=422)
    session[MAY_BIND] = int(clock.now().timestamp())
    return redirect(url_for("account.identity"), 303)


@account.get("/provider/go")
def to_provider_to_bind() -> BaseResponse:
    """To the provider, which asks who it is even if it knows somebody: a colleague may have sat here before."""
    there = here()
    if not may_bind():
        return redirect(url_for("account.identity"), 303)
    return lead(there, Way("", current_user.person_id, is_fresh=True))


@account.post("/provider/unbind")
def unbind() -> BaseResponse:
    """Take the identity off my account."""
    here()
    form, person, now = ConfirmForm(request.form), current_user.person, clock.now()
    if not is_confirmed(form):
        return identity_page(form, status=422)
    identities.unbind(db.session(), person, by=person, now=now, ip=caller().ip)
    flash(_("已解除绑定。今后请用登录名和密码登录。"), "success")
    return redirect(url_for("account.identity"), 303)


def here() -> Provider:
    """The provider; 404 where this office has none."""
    return provider() or abort(404)


def lead(there: Provider, way: Way) -> BaseResponse:
    """To the provider, or back with the sentence why not."""
    back = settings().site_url + url_for("account.from_provider")
    kept = {"next": way.next, "person": way.person_id, "at": int(clock.now().timestamp())}
    db.session.rollback()  # nobody waits for another house with a transaction open
    try:
        return there.lead(back, is_asked_anew=bool(way.person_id), **kept)
    except Unanswered as why:
        return begin_again(way, why.sentence)


def way_of(there: Provider) -> Way:
    """The way that the browser kept for this answer."""
    kept = there.kept()
    age = clock.now().timestamp() - int(kept.get("at", 0))
    return Way(kept.get("next", ""), kept.get("person", 0), is_fresh=0 <= age < VALID.total_seconds())


def begin_again(way: Way, sentence: Sentence) -> BaseResponse:
    """To where one may begin anew, with the sentence."""
    flash(say(sentence), "warning")
    return redirect(way.again, 303)


def come_in(there: Provider, way: Way, who: Identified) -> BaseResponse:
    """Open the sign-in under a new token; nothing of the session before stays."""
    with written():
        opened = oidc.sign_in(db.session(), who, trust=there.trust, caller=caller(), now=clock.now())
        if not isinstance(opened, Sentence):
            enter(opened)
    if isinstance(opened, Sentence):
        return begin_again(way, opened)
    return redirect(safe_path(way.next, otherwise=first_page()), 303)


def bind(way: Way, who: Identified) -> BaseResponse:
    """Bind the identity to the account of whoever began this, if it is they who sit there, and confirmed it."""
    is_theirs = current_user.is_authenticated and current_user.person_id == way.person_id
    if not is_theirs or current_user.still_to_do() or not may_bind():
        return begin_again(way, Sentence(OTHERWISE))
    session.pop(MAY_BIND)
    try:
        with written():
            identities.bind(
                db.session(), current_user.person,
                issuer=who.issuer, sub=who.sub, now=clock.now(), ip=caller().ip,
            )  # fmt: skip
    except Refused as refusal:
        return begin_again(way, refusal.sentence)
    flash(_("已绑定。下次可以用“%(name)s”登录。", name=say(provider_name())), "success")
    return redirect(way.again, 303)


def is_confirmed(form: ConfirmForm) -> bool:
    """Whether the password is right; wrong ones are counted. Puts the sentence at the field."""
    if not form.validate():
        return False
    person, now = current_user.person, clock.now()
    if signin.confirm_identity(db.session(), person, password=form.password.data, now=now, ip=caller().ip):
        return True
    form.refuse("password", signin.why_not_confirmed(db.session(), person, now=now))
    return False


def may_bind() -> bool:
    """Whether the password was given in this sign-in a short while ago."""
    age = clock.now().timestamp() - int(session.get(MAY_BIND, 0))
    return 0 <= age < VALID.total_seconds()


def identity_page(form: ConfirmForm, *, status: int = 200) -> Response:
    """What is bound, and the next step."""
    there = here()
    return page(
        "account/identity.html",
        status=status,
        form=form,
        provider=say(there.trust.name),
        bound=identities.of_person(db.session(), current_user.person, issuer=there.issuer),
        may_bind=may_bind(),
        counts=bool(there.trust.acr or there.trust.amr),
    )


def page_after_signing_out(person: Person) -> str:
    """Where one is led after signing out here: whoever has an identity bound may still be signed in there."""
    there = provider()
    if there and identities.of_person(db.session(), person, issuer=there.issuer):
        return url_for("account.signed_out")
    return "/"
