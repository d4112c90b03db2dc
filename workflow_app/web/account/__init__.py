"""The account room: signing in and out, second factor, password, sign-ins, language, mandates, the city's own sign-in."""

from . import mandates, mine, oidc, second_factor, signing_in
from .room import account

__all__ = ["account", "mandates", "mine", "oidc", "second_factor", "signing_in"]
