"""The account room: signing in and out, second factor, password, sign-ins, language, mandates."""

from . import mandates, mine, second_factor, signing_in
from .room import account

__all__ = ["account", "mandates", "mine", "second_factor", "signing_in"]
