"""The city's own sign-in (OpenID Connect) as this process sees it: the way there, and who came back.

Authlib does discovery, PKCE, state, nonce, signature and claims; here stands what it may be told and what becomes of its
errors. Whatever the provider answers, the reader gets a sentence. Nothing is read from or written to the database, so that
nobody waits for another house while holding it.
"""

import logging
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client import MismatchingStateError, OAuthError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from flask import Flask, current_app, redirect, request, session
from joserfc.errors import JoseError
from requests import ConnectionError as NoConnection
from requests import RequestException, Timeout
from werkzeug.wrappers import Response as BaseResponse

from ...config import Settings, is_guarded
from ...domain.words import N_, Sentence
from ...services.people.identities import LONGEST_SUB
from ...services.people.oidc import Identified, Trust

log = logging.getLogger(__name__)
NAME = "city"
SECONDS = 5
"""How long one answer of the provider is waited for."""
LEFT_ALONE = 10.0
"""Seconds until a provider that was away is asked again: a page of ours must not hang on another house."""
FRESH = 3600.0
"""Seconds after which the provider is asked anew for its addresses and keys."""
MOST_WAYS = 2
"""How many ways that were begun and not ended one browser keeps; its cookie has no room for many."""
ALGORITHMS = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)
ADDRESSES = ("authorization_endpoint", "token_endpoint", "jwks_uri")
AWRY = (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError, AttributeError, RuntimeError)
"""What reading the answer of another house may end in."""

AWAY = N_("现在联系不上“%(name)s”。请过一会儿再试；着急的话，可以用登录名和密码登录。")
CANCELLED = N_("您在“%(name)s”取消了，什么都没有改变。可以再试一次，也可以用登录名和密码登录。")
OLD = N_("这一步已经办过，或者隔得太久，不能再用。请重新开始；也可以用登录名和密码登录。")
WRONG = N_(
    "“%(name)s”的答复核对不上，为安全起见没有采用。请再试一次；仍然不行，请用登录名和密码登录，并告诉系统管理员。"
)
TOLD = {
    "access_denied": CANCELLED,
    "invalid_grant": OLD,
    "temporarily_unavailable": AWAY,
    "server_error": AWAY,
    MismatchingStateError.error: OLD,
}


class Unanswered(Exception):
    """The provider has not said who it is; the sentence says why, and the way on."""

    def __init__(self, text: str, name: str):
        super().__init__(text)
        self.sentence = Sentence(text, name=Sentence(name)) if "%(name)s" in text else Sentence(text)


class Provider:
    """The provider of the settings, with what it says of itself, remembered for an hour."""

    def __init__(self, settings: Settings):
        self.trust = Trust(settings.oidc_name, settings.oidc_acr, settings.oidc_amr)
        self.issuer = settings.oidc_issuer
        self._id, self._secret = settings.oidc_client_id, settings.oidc_client_secret
        self._known: FlaskOAuth2App | None = None
        self._fresh_until = self._left_alone_until = -math.inf

    def lead(self, back: str, *, is_asked_anew: bool = False, **kept: object) -> BaseResponse:
        """To the provider, and from there to `back`; `kept` waits in the browser. Raises Unanswered."""
        wishes = {"acr_values": " ".join(self.trust.acr)} if self.trust.acr else {}
        with self._asking():
            client = self._client()
            made = client.create_authorization_url(
                back, **wishes, **({"prompt": "login"} if is_asked_anew else {})
            )
        begun = sorted((key for key in session if key.startswith(f"_state_{NAME}_")), key=_begun_at)
        for key in begun[: 1 - MOST_WAYS]:
            session.pop(key)
        address = made.pop("url")
        client.save_authorize_data(redirect_uri=back, **made, **kept)
        return redirect(address, 303)

    def kept(self) -> dict[str, Any]:
        """What waited in the browser for the answer at hand; nothing when it didn't ask, or was answered already."""
        found = FlaskIntegration(NAME).get_state_data(session, request.args.get("state", ""))
        return dict(found or {})

    def identified(self) -> Identified:
        """Who came back. Raises Unanswered. Either way the answer counts once."""
        try:
            with self._asking():
                return self._identified()
        finally:
            FlaskIntegration(NAME).clear_state_data(session, request.args.get("state", ""))

    def way_out(self) -> str | None:
        """Where one signs out at the provider, if it says so."""
        try:
            with self._asking():
                client = self._client()
                address = str(client.server_metadata.get("end_session_endpoint", ""))
                return (
                    str(client.create_logout_url(client_id=self._id)["url"]) if is_guarded(address) else None
                )
        except Unanswered:
            return None

    def _identified(self) -> Identified:
        if not self.kept():
            # Some forget the state when somebody cancels; that much can be told without it.
            is_cancelled = request.args.get("error") == "access_denied"
            raise OAuthError("access_denied") if is_cancelled else MismatchingStateError()
        client = self._client()
        self._check_sender(client.server_metadata)
        if not request.args.get("code") and not request.args.get("error"):
            raise ValueError("neither code nor error")
        checks = {
            "iss": {"essential": True, "value": client.server_metadata["issuer"]},
            "aud": {"essential": True, "value": self._id},
        }
        token = client.authorize_access_token(claims_options=checks)
        said = token["userinfo"]
        sub, acr, amr = said["sub"], said.get("acr"), said.get("amr") or ()
        if not isinstance(sub, str) or not 0 < len(sub) <= LONGEST_SUB or not sub.isprintable():
            raise ValueError("no name that could be kept")
        return Identified(
            self.issuer,
            sub,
            acr=acr if isinstance(acr, str) else "",
            amr=tuple(one for one in amr if isinstance(one, str)),
        )

    def _check_sender(self, says: dict[str, Any]) -> None:
        """The answer names its issuer (RFC 9207), where the provider does that."""
        named = request.args.getlist("iss")
        if not named and says.get("authorization_response_iss_parameter_supported"):
            raise ValueError("the answer names no issuer")
        if any(one.rstrip("/") != self.issuer for one in named):
            raise ValueError("the answer is of another issuer")

    def _client(self) -> FlaskOAuth2App:
        """Authlib's client, which knows the addresses and keys of the provider."""
        now = time.monotonic()
        if now < self._left_alone_until:
            raise Unanswered(AWAY, self.trust.name)
        if self._known is None or now > self._fresh_until:
            self._known, self._fresh_until = self._discovered(), now + FRESH
        return self._known

    def _discovered(self) -> FlaskOAuth2App:
        client = FlaskOAuth2App(
            FlaskIntegration(NAME),
            NAME,
            client_id=self._id,
            client_secret=self._secret,
            server_metadata_url=f"{self.issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid", "code_challenge_method": "S256", "default_timeout": SECONDS},
        )
        says = client.load_server_metadata()
        if str(says["issuer"]).rstrip("/") != self.issuer:
            raise ValueError(f"it calls itself {says['issuer']!r}")
        if unguarded := [name for name in ADDRESSES if not is_guarded(str(says[name]))]:
            raise ValueError(f"{', '.join(unguarded)} must begin with https://")
        offered = says.get("id_token_signing_alg_values_supported") or ["RS256"]
        says["id_token_signing_alg_values_supported"] = [one for one in offered if one in ALGORITHMS]
        if not says["id_token_signing_alg_values_supported"]:
            raise ValueError(f"it signs by none of {sorted(ALGORITHMS)}")
        ways = says.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" not in ways:
            client.client_kwargs["token_endpoint_auth_method"] = "client_secret_post"
        return client

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """Make a sentence of whatever goes wrong; what happened stands in the log of the process."""
        try:
            yield
        except Unanswered:
            raise
        except RequestException as error:
            log.warning("the provider %s did not answer: %s", self.issuer, error)
            if isinstance(error, NoConnection | Timeout):
                self._left_alone_until = time.monotonic() + LEFT_ALONE
            raise Unanswered(AWAY, self.trust.name) from None
        except AWRY as error:
            code = error.error if isinstance(error, OAuthError) else ""
            if code not in TOLD:
                self._known = None  # Its keys may have changed: the next attempt reads them anew.
            log.warning("the answer of the provider %s is not taken: %.300r", self.issuer, error)
            raise Unanswered(TOLD.get(str(code), WRONG), self.trust.name) from None


def _begun_at(key: str) -> float:
    return float(session[key]["exp"])


def bind(app: Flask) -> None:
    """Know the provider of the settings, if there is one."""
    settings: Settings = app.extensions["settings"]
    app.extensions["provider"] = Provider(settings) if settings.oidc_issuer else None


def provider() -> Provider | None:
    """The provider that staff may sign in at, if there is one."""
    return current_app.extensions["provider"]


def provider_name() -> str:
    """What it is called, as a message id; nothing where there is none."""
    there = provider()
    return there.trust.name if there else ""
