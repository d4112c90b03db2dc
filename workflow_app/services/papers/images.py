"""Looks inside a JPEG or PNG: whole, of a bearable size, nothing carried along.

The size in pixels is read from the header before anything is decoded. A PNG is inflated piece by piece and
dropped; a JPEG is decoded at an eighth of its size. Neither is ever held in memory as a full picture.
"""

import io
import re
import struct
import zlib
from dataclasses import dataclass

from PIL import Image

from . import hidden, wording

PIXELS = 65_000_000  # a telephone takes 64 million, A4 at 600 dpi has 35 million
PROGRESSIVE_PIXELS = 25_000_000  # a progressive JPEG needs all its coefficients in memory at once
MOST_SCANS = 100

_PIECE = 64 * 1024
_JPEG_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_NEXT = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_PNG_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    struct.error,
    zlib.error,
)


class Damaged(ValueError):
    """The file breaks off or contradicts itself."""


class Outsized(Exception):
    """The picture is larger than a paper can be."""


@dataclass(frozen=True)
class Anatomy:
    """The parts of an image file: its size in pixels, everything that is no picture, and what follows the end."""

    width: int
    height: int
    around: bytes
    tail: bytes


def check_png(content: bytes, shown: str) -> None:
    """Raise Refused unless `content` is a whole PNG and nothing else."""
    try:
        anatomy = _png(content)
        with Image.open(io.BytesIO(content), formats=["PNG"]) as picture:
            picture.verify()
    except Outsized:
        raise wording.BOMB_IMAGE.refused(shown, limit=PIXELS // 10_000) from None
    except _DAMAGE:
        raise wording.BROKEN_IMAGE.refused(shown) from None
    # Cropping tools left the uncropped picture behind the end mark (CVE-2023-21036, CVE-2023-28303): to refuse
    # also keeps people from handing in what they meant to cut away.
    if hidden.holds_marks(anatomy.around) or not hidden.is_padding(anatomy.tail):
        raise wording.HIDDEN_IN_IMAGE.refused(shown)


def check_jpeg(content: bytes, shown: str) -> None:
    """Raise Refused unless `content` is a whole JPEG, with at most what telephones add to their photographs."""
    try:
        anatomy = _jpeg(content)
        with Image.open(io.BytesIO(content), formats=["JPEG"]) as picture:
            picture.draft(picture.mode, (anatomy.width // 8, anatomy.height // 8))
            picture.load()
    except Outsized:
        raise wording.BOMB_IMAGE.refused(shown, limit=PIXELS // 10_000) from None
    except _DAMAGE:
        raise wording.BROKEN_IMAGE.refused(shown) from None
    # Many telephones append a short film, a depth map or notes; so only what runs is refused here. A first
    # segment of 0x2F2A bytes reads "/*": the beginning of a script that is a picture too.
    if hidden.holds_marks(anatomy.around) or hidden.runs(anatomy.tail) or content[4:6] == b"/*":
        raise wording.HIDDEN_IN_IMAGE.refused(shown)


def _png(content: bytes) -> Anatomy:
    width, height, depth, colour, interlace = struct.unpack(">IIBBxxB", content[16:29])
    if content[12:16] != b"IHDR" or not width or not height:
        raise Damaged
    if width * height > PIXELS:
        raise Outsized
    row = 1 + (width * depth * _PNG_CHANNELS[colour] + 7) // 8
    around: list[bytes] = []
    packed: list[bytes] = []
    at = 8
    while True:
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        body, at = content[at + 8 : at + 8 + length], at + 12 + length
        (packed if kind == b"IDAT" else around).append(body)
        if at > len(content):
            raise Damaged
        if kind == b"IEND":
            break
    _check_inflates(packed, expected=row * height, is_interlaced=bool(interlace))
    return Anatomy(width, height, b"\n".join(around), content[at:])


def _check_inflates(packed: list[bytes], *, expected: int, is_interlaced: bool) -> None:
    # Seven passes of an interlaced picture have more rows, never twice the bytes and a little.
    inflater, size, most = zlib.decompressobj(), 0, expected * 2 + _PIECE if is_interlaced else expected
    for waiting in packed:
        while waiting and not inflater.eof:
            size += len(inflater.decompress(waiting, _PIECE))
            waiting = inflater.unconsumed_tail
            if size > most:
                raise Outsized
    if not inflater.eof or size < expected:
        raise Damaged


def _jpeg(content: bytes) -> Anatomy:
    around: list[bytes] = []
    size, at, scans, is_progressive = (0, 0), 2, 0, False
    while True:
        marker, length = struct.unpack(">xBH", content[at : at + 4])
        if content[at] != 0xFF:
            raise Damaged
        if marker == 0xFF:  # filling
            at += 1
            continue
        if marker in _JPEG_SIZES:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            size, is_progressive = max(size, (width, height)), is_progressive or marker in (0xC2, 0xCA)
            _check_pixels(width * height, is_progressive=is_progressive)
        around.append(content[at + 4 : at + 2 + length])
        at += 2 + length
        if marker == 0xDA:
            scans += 1
            at = _end_of_scan(content, at)
        if content[at : at + 2] == b"\xff\xd9":
            break
        if scans > MOST_SCANS:
            raise Outsized
    return Anatomy(*size, b"\n".join(around), content[at + 2 :])


def _check_pixels(pixels: int, *, is_progressive: bool) -> None:
    if not pixels:
        raise Damaged
    if pixels > (PROGRESSIVE_PIXELS if is_progressive else PIXELS):
        raise Outsized


def _end_of_scan(content: bytes, start: int) -> int:
    found = _JPEG_NEXT.search(content, start)
    if not found:
        raise Damaged
    return found.start()
