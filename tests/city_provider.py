"""A city's own sign-in for tests: a real OpenID Connect provider over loopback, whose discovery document can be bent."""

import json
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
from flask import request
from werkzeug.serving import make_server

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it still asks authlib for what authlib will drop
    import oidc_provider_mock

DISCOVERY = "/.well-known/openid-configuration"
STRONG = "urn:city:two-factors"


class City:
    """The provider. `bent` replaces what it says of itself, `sub` is who sits there."""

    def __init__(self) -> None:
        self.bent: dict[str, Any] = {}
        self.port = 0
        users = (
            oidc_provider_mock.User(sub="zheng", claims={}),
            oidc_provider_mock.User(sub="strong", claims={"acr": STRONG}),
            oidc_provider_mock.User(sub="keyed", claims={"amr": ["pwd", "otp"]}),
        )
        self.app = oidc_provider_mock.app(user_claims=users, require_nonce=True)

        @self.app.after_request
        def bend(response: Any) -> Any:
            if request.path == DISCOVERY and self.bent:
                response.set_data(json.dumps({**response.json, **self.bent}))
            return response

    @property
    def issuer(self) -> str:
        """The address it is known by."""
        return f"http://localhost:{self.port}"

    @property
    def way_out(self) -> str:
        """Where one signs out there."""
        return f"{self.issuer}/oauth2/end_session"

    @property
    def settings(self) -> dict[str, Any]:
        """What an office sets that signs in here."""
        return {
            "oidc_issuer": self.issuer, "oidc_client_id": "casework", "oidc_client_secret": "s" * 32,
            "oidc_acr": (STRONG,), "oidc_amr": ("otp",),
        }  # fmt: skip

    def answer(self, asked: str, sub: str) -> str:
        """Sign in there, or press cancel when `sub` is empty: the address on which one is sent back.

        The provider forgets `state` when somebody cancels, which RFC 6749 section 4.1.2.1 asks it to return.
        """
        sent = {"sub": sub} if sub else {"action": "deny"}
        answered = requests.post(asked, data=sent, allow_redirects=False, timeout=10)
        assert answered.status_code == 302, answered.text
        state = parse_qs(urlsplit(asked).query)["state"][0]
        return answered.headers["Location"] + ("" if sub else f"&state={state}")


@contextmanager
def running() -> Iterator[City]:
    """The provider on a port of its own."""
    city = City()
    server = make_server("localhost", 0, city.app, threaded=True)
    city.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield city
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
