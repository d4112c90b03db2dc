"""From HTML to PDF, alike on every machine: same input, same bytes.

Knows fonts, pages and paper, nothing of cases or documents. Loads nothing from outside: a page may use our
own style sheet, our own fonts and pictures that stand in it. A character that no font has stops the
printing with a sentence that names it; a paper with an empty box in somebody's name is never made.
"""

import logging
import mimetypes
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import segno
from fontTools.ttLib import TTFont
from markupsafe import Markup, escape
from weasyprint import CSS, HTML, Attachment
from weasyprint.text.ffi import harfbuzz_subset
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from . import tagging

PACKAGE = Path(__file__).resolve().parents[2]
FONTS = tuple(PACKAGE / "fonts" / f"NotoSerifSC_{face}.ttf" for face in ("400Regular", "700Bold"))
STYLES = (
    PACKAGE / "web" / "static" / "paper.css",
    PACKAGE.parent / "templates" / "documents" / "print" / "sheet.css",
)
RARE = "𠮷㛃䶮"
TRIAL = datetime(2000, 1, 1, tzinfo=UTC)  # what is printed on trial is thrown away
MISSING_GLYPH = ".notdef glyph rendered"
FOR_MACHINES = "供机器核验的数据"  # what is said of an attached file, in the file
MODULE_MM = 0.4  # the least side of a dot of a QR that phones and scanners at 150 dpi read
LEAST_QR_MM = 28.0
QUIET = 4  # dots of white around a QR (ISO/IEC 18004)

mimetypes.add_type("application/jose", ".jws")  # RFC 7515, 9.2.1

# Pango's font maps corrupted memory when two threads used one: one page is printed at a time in a process.
ONE_AT_A_TIME = threading.Lock()


def render_pdf(
    html: str, *, made_at: datetime, attachments: Mapping[str, bytes] = MappingProxyType({})
) -> bytes:
    """The page as a tagged PDF/A with its fonts inside; `made_at` is the only time written into it.

    `attachments` are files that machines read, by name. Accessible and archivable: PDF/A-3a (ISO 19005-3).

    Refused names a character that no font has.
    """
    stamp = f'<meta name="dcterms.created" content="{made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}">'
    dated = html.replace("</head>", f"{stamp}</head>", 1)
    with ONE_AT_A_TIME, refusing_missing_glyphs():
        styles, fonts = paper()
        return HTML(string=dated, base_url="paper:", url_fetcher=OwnAssets()).write_pdf(
            stylesheets=styles,
            font_config=fonts,
            pdf_variant="pdf/a-3a",
            pdf_identifier=True,
            finisher=tagging.finish,
            attachments=[
                Attachment(
                    string=content,
                    name=name,
                    description=FOR_MACHINES,
                    created=made_at,
                    modified=made_at,
                    relationship="Data",
                )
                for name, content in attachments.items()
            ],
        )


def qr(address: str, digits: str = "") -> Markup:
    """The address as a QR picture, drawn in the page itself; behind a # the digits of a signed payload.

    Digits stand in a segment of their own, where ten of them take 34 bits instead of 80. The picture brings its size:
    however much it holds, a dot is no smaller than a phone can read from paper.
    """
    dots = qr_dots(address, digits)
    return Markup(
        drawn(address, digits).svg_data_uri(border=QUIET, scale=qr_mm(address, digits) / dots, unit="mm")
    )


def qr_mm(address: str, digits: str = "") -> float:
    """The side of that picture in millimetres, with the white around it."""
    return max(MODULE_MM * qr_dots(address, digits), LEAST_QR_MM)


def qr_dots(address: str, digits: str) -> int:
    """How many dots stand side by side in it, those of the white around it too."""
    return int(drawn(address, digits).symbol_size(border=QUIET)[0])


@lru_cache(maxsize=2)
def drawn(address: str, digits: str) -> segno.QRCode:
    """The code itself, which takes some milliseconds and is asked for its size, too."""
    segments: Any = ((f"{address}#", None, None), (digits, None, None))  # documented, but not in its types
    return segno.make(segments if digits else address, micro=False, error="l" if digits else "m")


def check_characters(text: Iterable[str]) -> None:
    """Refused, naming them, if some characters of a text can't be printed on this machine.

    Costs nothing for the characters of our own font; others are printed on trial, once in the life of the process.
    """
    rare = "".join(sorted(each for each in set(text) - own_characters() if not each.isspace()))
    if rare:
        try_out(rare)


@lru_cache(maxsize=1000)
def try_out(rare: str) -> None:
    """Print these characters on trial. Refused names those that no font has; only what succeeded is remembered."""
    render_pdf(
        f'<html lang="zh-CN"><head></head><body class="paper">{escape(rare)}</body></html>', made_at=TRIAL
    )


@cache
def own_characters() -> frozenset[str]:
    """The characters that every face of our font has."""
    points: list[set[int]] = []
    for path in FONTS:
        with TTFont(path, lazy=True) as font:
            points.append(set(font.getBestCmap()))
    return frozenset(map(chr, set.intersection(*points)))


@cache
def check_environment() -> tuple[Sentence, ...]:
    """What this machine lacks to print properly; empty when all is there. Called at start, looked at once a process."""
    missing = []
    if harfbuzz_subset is None:
        missing.append(
            Sentence(N_("缺少系统库 libharfbuzz-subset0：文书生成会慢十倍以上。请安装它，再重新启动。"))
        )
    for font in FONTS:
        if not font.exists():
            missing.append(
                Sentence(N_("缺少字体文件 %(name)s：请恢复 workflow_app/fonts 目录。"), name=font.name)
            )
    if missing:
        return tuple(missing)
    try:
        check_characters(RARE)
    except Refused as refused:
        advice = N_("%(problem)s请安装字体包 fonts-noto-cjk，再重新启动。")
        missing.append(Sentence(advice, problem=refused.sentence))
    return tuple(missing)


@cache
def paper() -> tuple[list[CSS], FontConfiguration]:
    """The style sheets and the fonts, read once for the life of the process: reading them costs a second."""
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{font-family: "Paper Serif"; font-weight: {weight}; src: url("{font.as_uri()}")}}'
        for font, weight in zip(FONTS, (400, 700), strict=True)
    )
    sources = [faces, *(path.read_text(encoding="utf-8") for path in STYLES)]
    return [CSS(string=source, font_config=fonts, url_fetcher=OwnAssets()) for source in sources], fonts


class OwnAssets(URLFetcher):
    """Gives our fonts and pictures that stand in the page; any other address stops the printing."""

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("data:image/svg+xml") or url in {font.as_uri() for font in FONTS}:
            return super().fetch(url, headers)
        raise FatalURLFetchingError(f"a document may not load {url[:80]}")


class MissingGlyphs(logging.Handler):
    """Collects the characters that WeasyPrint printed as an empty box: it only logs them."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if MISSING_GLYPH in record.getMessage() and isinstance(record.args, tuple):
            self.found.append(str(record.args[0]))


@contextmanager
def refusing_missing_glyphs() -> Iterator[None]:
    """Raise Refused after the block if a character had no glyph."""
    seen, logger = MissingGlyphs(), logging.getLogger("weasyprint")
    logger.addHandler(seen)
    try:
        yield
    finally:
        logger.removeHandler(seen)
    if seen.found:
        characters = "、".join(f"“{each}”（U+{ord(each):04X}）" for each in dict.fromkeys(seen.found))
        message = N_("字库里没有%(characters)s，文书没有生成。请核对这个字，或与信用办联系补充字库。")
        raise Refused(Sentence(message, characters=characters), code="no_glyph")
