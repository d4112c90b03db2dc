"""The machine at the door: which token it sent, whom it acts for, and whether the token reaches this room.

The cookie of a browser opens nothing here, and a token opens no page: neither can be used through the other.
"""

from dataclasses import dataclass, field
from ipaddress import ip_address

from flask import Request, current_app, g, request
from flask_login import UserMixin, current_user
from werkzeug.exceptions import Forbidden, Unauthorized
from werkzeug.wrappers import Response

from ..domain import clock
from ..domain.people import Actor
from ..domain.scopes import SCOPE_TITLES, TokenScope
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.api import ApiToken
from ..models.party import Person
from ..services.machines import tokens
from ..services.people import accounts, stand_ins
from .problems import is_machine, problem

SCHEME = "bearer "
PASSED_ON = frozenset({"Forwarded", "Via", "X-Real-Ip"})
NOT_IN_SCOPE = N_("这个令牌没有“%(scope)s”（%(name)s）的范围。请持有人新建一个含有它的令牌。")

NO_SYSTEM = N_("这里只对系统账户的令牌开放。请由安全管理员开设系统账户，新建含有这一范围的令牌。")


@dataclass(eq=False)
class Bearer(UserMixin):
    """Whoever acts by a token: the person, with the grants in force today. `subjects`: whose personal data were read."""

    token: ApiToken
    person: Person
    actor: Actor
    locale: str | None = None
    subjects: set[int] = field(default_factory=set)

    @property
    def person_id(self) -> int:
        """The number of the person's row."""
        return self.person.id

    @property
    def came_by(self) -> dict[str, int | str]:
        """By what this person came in, for the history of what is signed."""
        return {"token": self.token.prefix}

    @property
    def is_staff(self) -> bool:
        """Whether any grant in a unit is in force."""
        return self.actor.is_staff

    def get_id(self) -> str:
        """Never kept in a cookie."""
        return str(self.token.id)


def load(sent: Request) -> Bearer | None:
    """The bearer of the token in the header; None without one, or when it is worth nothing (`g.no_token` says why)."""
    header = sent.headers.get("Authorization", "")
    if not is_machine() or header[: len(SCHEME)].lower() != SCHEME:
        return None
    now = clock.now()
    row = tokens.find(db.session(), header[len(SCHEME) :].strip(), ip=sent.remote_addr or "", now=now)
    if isinstance(row, Sentence):
        g.no_token = row
        return None
    today = clock.legal_day(now)
    person = accounts.with_grants(db.session(), row.person_id)
    actor = stand_ins.with_stand_ins(db.session(), accounts.load_actor(person, on=today), on=today)
    return Bearer(row, person, actor)


def calling() -> Bearer | None:
    """Who calls, if it is a machine with a token that works."""
    if "Authorization" not in request.headers:
        return None  # asking for a person would open the session, and no cache could keep the answer
    found = current_user._get_current_object()
    return found if isinstance(found, Bearer) else None


def guard() -> Response | None:
    """Let the call through, or say why not: 401 without a token that works, 403 beyond its scope."""
    bearer = calling()
    if bearer is None:
        why = g.get("no_token")
        answer = problem(Unauthorized.code, why, code="no_token")
        answer.headers["WWW-Authenticate"] = "Bearer"
        return answer
    scope = scope_of(request.endpoint or "")
    if scope is not None and scope not in bearer.token.scopes:
        why = Sentence(NOT_IN_SCOPE, scope=Sentence(SCOPE_TITLES[scope]), name=str(scope))
        return problem(Forbidden.code, why, code="no_scope")
    return None


def guard_watcher() -> Response | None:
    """Let through whoever asks from this machine itself, else only a system whose token reaches the room."""
    if is_from_here():
        return None
    refused, bearer = guard(), calling()
    if refused is None and bearer is not None and not bearer.person.is_system:
        return problem(Forbidden.code, Sentence(NO_SYSTEM), code="no_grant")
    return refused


def is_from_here() -> bool:
    """Whether nobody passed the request on and it was sent on this machine. A proxy stands here, too, and says that it is one."""
    is_passed_on = any(name in PASSED_ON or name.startswith("X-Forwarded-") for name, _ in request.headers)
    try:
        return not is_passed_on and ip_address(request.remote_addr or "").is_loopback
    except ValueError:  # a socket has no address
        return False


def scope_of(endpoint: str) -> TokenScope | None:
    """What a token must reach for this endpoint; None where any token will do."""
    return getattr(current_app.view_functions[endpoint], "scope", None)
