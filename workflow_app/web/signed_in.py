"""The person at the browser, as Flask-Login keeps it: loaded once a request from the token in the cookie.

When the browser was last used stands in its signed cookie and not in the row, because reading a page must not
write. An older cookie played back only makes the sign-in end sooner.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cached_property

from flask import Response, g, request, session
from flask_login import UserMixin, current_user

from ..api.problems import is_machine
from ..domain import clock
from ..domain.people import GRANT_TITLES, Actor
from ..domain.words import N_
from ..extensions import db
from ..models.party import Person, SignIn
from ..services.people import presence, signin
from ..services.people.presence import Presence
from .addresses import address
from .language import spoken

SEEN = "seen"
TOUCH_AFTER = timedelta(seconds=60)
UNATTENDED = frozenset({"claims.hand", "claims.hands"})
"""What an open page asks by itself: nobody need sit there, so it keeps no sign-in open."""


class SignedIn(UserMixin):
    """A person with an open sign-in and the grants in force today."""

    def __init__(self, presence: Presence, *, token: str):
        self.token = token
        self.presence = presence
        self.actor: Actor = presence.actor
        self.locale: str = presence.locale

    @property
    def person_id(self) -> int:
        """The number of the person's row, which need not be read for it."""
        return int(self.actor.person_id or 0)

    @cached_property
    def person(self) -> Person:
        """The row of the person, for whoever changes it or names it in another row. Read when it is asked for."""
        return db.session.get_one(Person, self.actor.person_id)

    @cached_property
    def sign_in(self) -> SignIn:
        """The row of the sign-in, read when it is asked for."""
        return db.session.get_one(SignIn, self.presence.sign_in_id)

    @property
    def came_by(self) -> dict[str, int | str]:
        """By what this person came in, for the history of what is signed."""
        return {"sign_in": self.presence.sign_in_id}

    def get_id(self) -> str:
        """What Flask-Login puts into the signed cookie."""
        return self.token

    @property
    def name(self) -> str:
        """The person's name."""
        return self.actor.name

    @property
    def is_staff(self) -> bool:
        """Whether any grant in a unit is in force."""
        return self.actor.is_staff

    @property
    def roles(self) -> tuple[str, ...]:
        """The titles of the grants in force, each once, as message ids."""
        return tuple(dict.fromkeys(GRANT_TITLES[grant.kind] for grant in self.actor.grants))

    @property
    def is_second_factor_done(self) -> bool:
        """Whether this sign-in has passed the second factor."""
        return self.presence.second_factor_at is not None

    def still_to_do(self) -> str | None:
        """The endpoint this person must pass before any other room: second factor, then a new password."""
        if not self.is_second_factor_done:
            if self.presence.has_second_factor:
                return "account.second_factor"
            if self.actor.is_staff:
                return "account.set_up_second_factor"
        return "account.password" if self.presence.must_change_password else None


def load(token: str) -> SignedIn | None:
    """The person of a token, or None when the sign-in is over. One that time has ended is noted in `g.expired`."""
    if is_machine():
        return None  # a browser's cookie opens nothing for a machine
    now, person = clock.now(), of_token(token)
    if person is None:
        return None
    seen_at = datetime.fromtimestamp(int(session.get(SEEN, 0)), UTC)
    if signin.is_expired(person.presence, seen_at=seen_at, is_staff=person.is_staff, now=now):
        g.expired = person
        return None
    return person


def of_token(token: str) -> SignedIn | None:
    """The person of a token that nobody has ended, however long the browser was not used."""
    found = presence.find(db.session(), token, on=clock.legal_day(clock.now()))
    return SignedIn(found, token=token) if found else None


def touch(response: Response) -> Response:
    """Note in the cookie that the browser is in use, at most once a minute."""
    person = g.get("_login_user")  # where Flask-Login keeps whoever was asked for in this request
    if person is None or not person.is_authenticated or request.endpoint in UNATTENDED:
        return response
    now = int(clock.now().timestamp())
    if now - int(session.get(SEEN, 0)) >= TOUCH_AFTER.total_seconds():
        session[SEEN] = now
    return response


def account_links() -> Iterable[dict[str, object]]:
    """What stands beside the reader's name at the top of each page; titles are message ids, or told already."""
    person, tongue = current_user._get_current_object(), spoken()
    if not person.is_authenticated:
        return ({"title": N_("登录"), "url": address("account.sign_in")},)
    roles = tongue.translated(N_("、")).join(tongue.say(role) for role in person.roles)
    return (
        {"title": roles or N_("我的账户"), "url": address("account.show")},
        {"title": N_("退出"), "url": address("account.sign_out"), "is_post": True},
    )
