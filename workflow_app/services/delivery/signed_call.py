"""A signed call to somebody else's system: who may be called, how the call proves where it comes from, what counts as taken.

The one way out for whatever is told to another system: requests to targets and what hooks are told. Called with no
transaction open. Headers and signature are published in docs/sync.md and docs/hooks.md.
"""

import asyncio
import hmac
import json
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ..sync import sync_addresses

TIMEOUT = aiohttp.ClientTimeout(total=20, connect=8)
REPLAY_WINDOW = timedelta(minutes=5)
TIMESTAMP, SIGNATURE, DELIVERY = "X-Casework-Timestamp", "X-Casework-Signature", "X-Casework-Delivery"


class Undelivered(Exception):
    """Nobody could be reached or did not take the request; the sentence says what happened."""

    def __init__(self, sentence: Sentence):
        self.sentence = sentence
        super().__init__(str(sentence))

    def as_text(self) -> str:
        """The form that is kept with what was to be sent."""
        return json.dumps(self.sentence.as_json(), ensure_ascii=False)


@dataclass(frozen=True)
class Call:
    """What is told to which address. `name` is the same on every repeat."""

    url: str
    secret: str
    name: str
    body: bytes


def send(call: Call, allowed: Sequence[str], *, now: datetime) -> None:
    """POST it to an allowed address; only an answer of 2xx counts. Raises Undelivered."""
    asyncio.run(_post(call, allowed, now=now))


def told(error: str | None) -> Sentence | None:
    """The sentence that was kept when something could not be sent."""
    return Sentence.from_json(json.loads(error)) if error else None


def signed_headers(secret: str, body: bytes, *, name: str, now: datetime) -> dict[str, str]:
    """The headers that prove where a call comes from and when it was made."""
    stamp = str(int(now.timestamp()))
    return {TIMESTAMP: stamp, SIGNATURE: f"v1={mac(secret, stamp, body)}", DELIVERY: name}


def mac(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over timestamp, a full stop and the body, in hexadecimal."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()


def is_signed(secret: str, stamp: str, signature: str, body: bytes, *, now: datetime) -> bool:
    """Whether a call bears the secret of its target and was made within the last or next five minutes."""
    if not secret or not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        return False
    is_fresh = abs(int(stamp) - now.timestamp()) <= REPLAY_WINDOW.total_seconds()
    return is_fresh and hmac.compare_digest(f"v1={mac(secret, stamp, body)}".encode(), signature.encode())


class Named(AbstractResolver):
    """Resolves names and keeps the addresses that may be called, so that a name can't lead inside (DNS rebinding)."""

    def __init__(self, allowed: Sequence[str]):
        self.allowed = allowed
        self.inner = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """The addresses of a host that may be called. OSError when there is none."""
        found = await self.inner.resolve(host, port, family)
        kept = [one for one in found if sync_addresses.may_call(one["host"], self.allowed)]
        if not kept:
            raise OSError(None, "not an allowed address")
        return kept

    async def close(self) -> None:
        """Nothing is held."""
        await self.inner.close()


async def _post(call: Call, allowed: Sequence[str], *, now: datetime) -> None:
    """One POST; only an answer of 2xx counts, and a redirection is never followed."""
    try:
        host, _port = sync_addresses.check_url(call.url, allowed)
    except Refused as refused:
        raise Undelivered(refused.sentence) from None
    headers = signed_headers(call.secret, call.body, name=call.name, now=now)
    connector = aiohttp.TCPConnector(resolver=Named(allowed))
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=TIMEOUT, trust_env=False) as http,
            http.post(
                call.url,
                data=call.body,
                headers={**headers, "Content-Type": "application/json; charset=utf-8"},
                allow_redirects=False,
            ) as answer,
        ):
            status = answer.status
    except TimeoutError as error:
        raise Undelivered(Sentence(N_("%(host)s 没有在 20 秒内答复。"), host=host)) from error
    except aiohttp.ClientSSLError as error:
        raise Undelivered(Sentence(N_("%(host)s 的网站证书不能验证，没有发送。"), host=host)) from error
    except (aiohttp.ClientError, OSError) as error:
        text = N_(
            "连接不上 %(host)s。请核对网址，确认对方系统正在运行，并且它的地址是公网地址或者在允许的网段内。"
        )
        raise Undelivered(Sentence(text, host=host)) from error
    if not 200 <= status < 300:
        raise Undelivered(Sentence(N_("%(host)s 答复 HTTP %(status)s，没有收下。"), host=host, status=status))
