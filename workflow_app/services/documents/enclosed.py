"""What a QR or a file says of itself, read from hostile hands: the text of the QR, the payload beside the pages of a PDF.

Nothing read here is trusted; the signature is checked by whoever asks. Nothing is unpacked beyond what a payload may have.
"""

import re
import zlib
from dataclasses import dataclass
from io import BytesIO

from pyhanko.pdf_utils.reader import PdfFileReader

from .documents import PAYLOAD_FILE, SIGNATURE_FILE
from .payload import MOST, Payload, read

LONGEST_TEXT = 20_000  # characters of a QR; a QR can't hold 7,100 digits
SCANNED = re.compile(
    r"(?:(?P<site>https?://\S{1,200}?)/verify/(?P<code>[A-Z0-9]{1,40}))?#?(?P<digits>\d{100,})",
    re.ASCII | re.IGNORECASE,
)

BLANKS = re.compile(r"\s+")


@dataclass(frozen=True)
class Scanned:
    """The text of a QR: the site and the code of its address, either empty where only the digits were handed over."""

    site: str
    code: str
    digits: str


def scanned(text: str) -> Scanned | None:
    """What was scanned, however a phone broke it into lines; None for anything that carries no digits of a payload."""
    found = SCANNED.search(BLANKS.sub("", text[:LONGEST_TEXT]))
    if found is None:
        return None
    return Scanned(found["site"] or "", found["code"] or "", found["digits"])


def payload_in(pdf: bytes) -> tuple[Payload, str] | None:
    """The payload and its signature that lie beside the pages of a PDF, not checked; None where there are none."""
    try:
        names = PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]
        files = {str(names[at]): names[at + 1]["/EF"]["/F"] for at in range(0, len(names), 2)}
        content, signature = (_unpacked(files[name]) for name in (PAYLOAD_FILE, SIGNATURE_FILE))
        return read(content), signature.decode("ascii")
    except (
        Exception
    ):  # a tampered file may break the parser anywhere: whatever it raises, nothing can be read from it
        return None


def _unpacked(stream: object) -> bytes:
    """The content of a stream, which is refused where it unpacks to more than a payload has."""
    encoded: bytes = stream.encoded_data  # type: ignore[attr-defined]
    if "/FlateDecode" not in str(stream.get("/Filter")):  # type: ignore[attr-defined]
        return encoded[:MOST]
    return zlib.decompressobj().decompress(encoded, MOST)
