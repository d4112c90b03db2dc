"""Passwords: how they are kept (argon2id), what a good one is, and one-time passwords for new accounts.

Never logs a password and never says which part of a sign-in was wrong. The profile is m=19 MiB, t=2, p=1;
tests take the cheapest one through the setting `cheap_passwords`.
"""

import itertools
import re
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence

SHORTEST = 12
FEWEST_DIFFERENT = 5
# Without the letters and digits that are mistaken for each other when read out or copied by hand.
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

# What people take when asked for twelve characters; compared without case, blanks and punctuation.
COMMON = frozenset(
    [
        "123456789012",
        "1234567890123",
        "0123456789ab",
        "1234567890ab",
        "123456abcdef",
        "abcdef123456",
        "abc123456789",
        "1q2w3e4r5t6y",
        "1qaz2wsx3edc",
        "qwertyuiop12",
        "qwertyuiop123",
        "qwerty123456",
        "asdfghjkl123",
        "password1234",
        "password12345",
        "password123456",
        "passw0rd1234",
        "admin1234567",
        "admin12345678",
        "administrator",
        "letmein12345",
        "welcome12345",
        "iloveyou1314",
        "woaini520131",
        "woaini1314520",
        "5201314520131",
        "a123456789012",
        "aa1234567890",
        "qq1234567890",
        "xinyong123456",
        "tianjin123456",
        "changeme1234",
        "p455w0rd1234",
        "zaq12wsxcde3",
        "147258369147",
        "987654321098",
        "qazwsxedcrfv",
        "1234qwerasdf",
        "abcdefghijkl",
    ]
)


@cache
def hasher(*, is_cheap: bool) -> PasswordHasher:
    """The hasher of this installation."""
    if is_cheap:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)


@cache
def nobody(*, is_cheap: bool) -> str:
    """The hash that an unknown login is checked against, so that it takes as long as a known one."""
    return hasher(is_cheap=is_cheap).hash(secrets.token_urlsafe(32))


def hash_password(password: str, *, is_cheap: bool) -> str:
    """What is stored for a password."""
    return hasher(is_cheap=is_cheap).hash(_plain(password))


def is_password(stored: str, password: str) -> bool:
    """Whether the password is the one stored. The stored value itself says how it was hashed."""
    try:
        return hasher(is_cheap=False).verify(stored, _plain(password))
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str, *, is_cheap: bool) -> bool:
    """Whether the stored value was made with other parameters than today's."""
    return hasher(is_cheap=is_cheap).check_needs_rehash(stored)


def check_password(password: str, *, login: str) -> None:
    """Refuse a password that is easily guessed (NIST SP 800-63B: length and a list, no rules of composition)."""
    plain = _plain(password)
    if len(plain) < SHORTEST:
        text = N_("新密码至少 %(shortest)s 个字符，现在是 %(count)s 个。可以用几个不相干的词连在一起。")
        raise Refused(Sentence(text, shortest=SHORTEST, count=len(plain)), code="password")
    if len(plain) > 128:
        raise Refused(N_("新密码最多 128 个字符，请缩短一些。"), code="password")
    bare = re.sub(r"[\W_]", "", plain.lower())
    if login and login.lower() in plain.lower():
        raise Refused(N_("新密码里不能包含登录名，请换一个。"), code="password")
    if bare in COMMON or len(set(plain)) < FEWEST_DIFFERENT or _is_sequence(plain):
        raise Refused(N_("这个密码太常见，容易被猜到。请用几个不相干的词连在一起。"), code="password")


def one_time_password() -> str:
    """A password for the first sign-in, shown once: 16 readable characters, 79 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(4))


def _plain(password: str) -> str:
    # The same characters typed on another keyboard must give the same password.
    return unicodedata.normalize("NFKC", password)


def _is_sequence(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(text)}
    return steps in ({1}, {-1}, {0})
