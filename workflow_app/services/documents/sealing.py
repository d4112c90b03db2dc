"""The plug for a statutory e-seal service (电子印章): it is sent the printed PDF and gives the sealed one back.

Our signature comes after it and covers all. What comes back must be our very bytes with the seal appended: a service that
answers anything else is refused, so that no document ever says it bears a seal that it doesn't bear.
"""

import asyncio
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import quote

from aiohttp import ClientError, ClientSession, ClientTimeout
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import EmbeddedPdfSignature

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from .signatures import covered

SECONDS = 60
MOST = 20 * 1024 * 1024  # bytes; our own documents have less than 1 MB
PDF = "application/pdf"


@dataclass(frozen=True)
class Seal:
    """A seal service: its address, what lets us in, and the name that documents are shown to be sealed with."""

    url: str
    token: str
    name: str


def sealed(pdf: bytes, seal: Seal, *, number: str, unit: str) -> bytes:
    """The same PDF with the seal of this unit. Refused with a sentence if the service fails or answers nonsense."""
    headers = {
        "Content-Type": PDF,
        "Accept": PDF,
        "X-Document-Number": number,
        "X-Issuing-Unit": quote(unit),
    }
    if seal.token:
        headers["Authorization"] = f"Bearer {seal.token}"
    try:
        status, answer = asyncio.run(_post(seal.url, pdf, headers))
    except (ClientError, OSError) as error:  # a timeout is an OSError, too
        text = N_("电子印章服务没有应答（%(why)s），文书稍后再生成。")
        raise Refused(Sentence(text, why=type(error).__name__)) from error
    if status != 200:
        raise Refused(
            Sentence(N_("电子印章服务拒绝盖章（HTTP %(status)s），文书稍后再生成。"), status=status)
        )
    check(pdf, answer)
    return answer


def check(pdf: bytes, answer: bytes) -> None:
    """Refused unless the answer is our PDF with a seal appended that covers all of it and allows our signature after it."""
    if len(answer) > MOST:
        raise Refused(Sentence(N_("电子印章服务返回的文件过大，没有采用。")))
    if not answer.startswith(pdf):
        raise Refused(Sentence(N_("电子印章服务返回的不是我们送去的文件加盖印章后的文件，没有采用。")))
    try:
        seals = PdfFileReader(BytesIO(answer)).embedded_signatures
        is_whole = bool(seals) and covered(seals[-1]) == len(answer) and _matches(seals[-1])
        is_closed = any(each.docmdp_level is MDPPerm.NO_CHANGES for each in seals)
    except (PdfError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise Refused(Sentence(N_("电子印章服务返回的文件无法读取，没有采用。"))) from error
    if not is_whole:
        raise Refused(Sentence(N_("电子印章服务返回的文件没有印章，或者印章没有覆盖整个文件，没有采用。")))
    if is_closed:
        text = N_("电子印章服务加盖的印章不允许在其后签名，没有采用。请在该服务中改为允许追加签名。")
        raise Refused(Sentence(text))


def _matches(seal: EmbeddedPdfSignature) -> bool:
    """Whether the seal was made over these bytes. Who made it is judged by the service's own checker."""
    stated = seal.signer_info["signed_attrs"]
    digest = next(
        (each["values"][0].native for each in stated if each["type"].native == "message_digest"), None
    )
    return digest == seal.compute_digest()


async def _post(url: str, pdf: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """The answer; never follows to another address, because what is sent is personal. Reads little more than MOST bytes."""
    answer = bytearray()
    async with (
        ClientSession(timeout=ClientTimeout(total=SECONDS)) as client,
        client.post(url, data=pdf, headers=headers, allow_redirects=False) as response,
    ):
        async for piece in response.content.iter_chunked(64 * 1024):
            answer += piece
            if len(answer) > MOST:
                break
        return response.status, bytes(answer)
