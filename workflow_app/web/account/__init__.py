"""The account room: signing in and out, second factor, password, sign-ins, language, mandates, tokens, hooks, the city's own sign-in."""

from . import hooks, mandates, mine, oidc, second_factor, signing_in, tokens
from .room import account

__all__ = ["account", "hooks", "mandates", "mine", "oidc", "second_factor", "signing_in", "tokens"]
