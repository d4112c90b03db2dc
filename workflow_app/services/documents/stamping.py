"""Time stamps of an authority (可信时间戳, RFC 3161): proof that a signature existed at a moment, whatever our clock says.

An authority counts only under the certificates that the house names. While it can't be reached nothing is signed: a
document with and one without a stamp must not depend on the weather.
"""

from dataclasses import dataclass

from pyhanko.sign.timestamps.aiohttp_client import HTTPTimeStamper

from .signatures import Chain

SECONDS = 20


@dataclass(frozen=True)
class Stamps:
    """Where stamps come from, and which certificates make them count; `url` is empty where only old ones are judged."""

    url: str
    roots: Chain

    def stamper(self) -> HTTPTimeStamper | None:
        """What fetches a stamp over HTTP; None without an address."""
        return HTTPTimeStamper(self.url, timeout=SECONDS) if self.url else None
