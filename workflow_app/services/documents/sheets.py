"""The sheet of paper around a text: head, number, title, body, place of the seal, QR and verify address.

The same article is shown as a preview on screen and printed, so nobody signs anything but what they read.
Given plain values only; knows neither cases nor the database.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import chain
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import printing
from .texts import in_words

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
WIDE = 16, 22  # characters of a unit's name that fill the red head at 26 and at 20 points
ABOVE_FOOT_MM = 142  # of a certificate, between title and foot if the foot were nothing
SEAL_MM = 42
MOST_DIGITS = (
    3900  # of a payload in a QR of 58 mm, beside which a sheet still has room; ours have about 1,200
)
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr)>")
PAGES = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True)
class Setting:
    """A way to set a certificate: how many characters a line has and how high it is, in millimetres, before the first
    heading and then in the two columns below; what its large title takes off the room for the text.
    """

    name: str
    title: float
    lead_width: int
    lead_line: float
    width: int
    line: float

    def holds(self, lead: Sequence[int], rest: Sequence[int], room: float) -> bool:
        """Whether a text, measured until its first heading and from there on, fits into this height."""
        below = -(-lines(rest, self.width) // 2) * self.line
        return lines(lead, self.lead_width) * self.lead_line + below <= room - self.title


SETTINGS = (
    Setting("large", 18, 36, 12.1, 36, 24.2),  # one column: its lines count twice
    Setting("long", 0, 46, 9.0, 29, 6.8),
    Setting("longer", 0, 46, 9.0, 31, 6.0),
    Setting("longest", 0, 31, 3.0, 31, 6.0),  # all in the columns
)


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet; `layout` is letter, decision, notice, certificate or receipt. Without `number` and `verify_url` it is a preview of what will be signed; `signed` is the packed payload, `sealed_by` who put a statutory e-seal on the file."""

    layout: str
    title: str
    body: Markup
    issuer_name: str
    issued_on: date
    text_label: str
    law: tuple[str, ...] = ()
    record: tuple[tuple[str, str], ...] = ()
    number: str = ""
    verify_url: str = ""
    verify_code: str = ""
    leads_to: str = ""
    expires_on: date | None = None
    signed: str = ""
    sealed_by: str = ""

    @property
    def day_in_words(self) -> str:
        """The day of the document (成文日期), in figures as GB/T 9704 asks."""
        return in_words(self.issued_on)

    @property
    def last_day_in_words(self) -> str:
        """The last day on which it may be relied on; empty when it does not expire."""
        return in_words(self.expires_on) if self.expires_on else ""

    @property
    def length(self) -> str:
        """How a certificate is set: in large letters where they fit, then in two smaller columns, at last on several pages."""
        return self.setting.name if self.setting else "flowing" if self.layout == "certificate" else ""

    @cached_property
    def setting(self) -> Setting | None:
        """The first setting in which the text of a certificate fits one page, as far as can be said by counting."""
        if self.layout != "certificate":
            return None
        lead, rest = (measured(part) for part in parts(self.body))
        return next((setting for setting in SETTINGS if setting.holds(lead, rest, self.room_mm)), None)

    @property
    def room_mm(self) -> float:
        """The height between the title of a certificate and its foot, which stands at the bottom of the page."""
        return ABOVE_FOOT_MM - max(SEAL_MM, self.qr_mm)

    @property
    def body_mm(self) -> float:
        """The least height of its text, so that the seal stands where it always does."""
        return self.room_mm - self.setting.title if self.setting else 0

    @property
    def parts(self) -> tuple[Markup, Markup]:
        """The text until its first heading, and from there on."""
        lead, rest = parts(self.body)
        return Markup(lead), Markup(rest)

    @property
    def head(self) -> str:
        """How long the name in the red head is: nothing, `long` or `longer`; it shall stand on one line where it can."""
        return ("", "long", "longer")[sum(len(self.issuer_name) > most for most in WIDE)]

    @property
    def characters(self) -> set[str]:
        """Every character of it but those of fixed words, figures and codes, and with them those of the markup."""
        return set(self.body).union(self.title, self.issuer_name, *chain.from_iterable(self.record))

    @property
    def grouped_code(self) -> str:
        """The verification code in groups of four, easier to copy from paper."""
        return "-".join(self.verify_code[at : at + 4] for at in range(0, len(self.verify_code), 4))

    @property
    def carried(self) -> str:
        """The packed payload if a QR that fits the paper holds it; otherwise the picture only leads to the verify page."""
        return self.signed if len(self.signed) <= MOST_DIGITS else ""

    @property
    def qr(self) -> Markup:
        """The picture that leads to the verify page and holds the signed payload, for those who check without a net."""
        return printing.qr(self.verify_url, self.carried)

    @property
    def qr_mm(self) -> float:
        """The side of that picture in millimetres; a preview has none."""
        return printing.qr_mm(self.verify_url, self.carried) if self.verify_url else 0

    @property
    def way_qr(self) -> Markup:
        """The picture that leads to where the holder can act."""
        return printing.qr(self.leads_to)


def parts(body: str) -> tuple[str, str]:
    """A text until its first heading, and from there on."""
    lead, heading, rest = body.partition("<h2")
    return lead, heading + rest


def measured(body: str) -> tuple[int, ...]:
    """How long each paragraph is, in twentieths of a Chinese character; figures and Latin letters are half as wide."""
    blocks = (Markup(block).striptags() for block in BLOCK_END.split(body))
    return tuple(20 * len(block) - 9 * len(block.encode("ascii", "ignore")) for block in blocks)


def lines(paragraphs: Iterable[int], width: int) -> int:
    """About how many lines of so many characters these paragraphs take."""
    return sum(-(-length // (20 * width)) for length in paragraphs)


def article(sheet: Sheet) -> Markup:
    """The sheet for a page on screen; the page loads `paper.css`."""
    return Markup(PAGES.get_template("print/article.html").render(sheet=sheet, title_tag="h2"))


def page(sheet: Sheet) -> str:
    """The sheet as a whole HTML page, ready to print."""
    return PAGES.get_template("print/sheet.html").render(sheet=sheet, title_tag="h1")
