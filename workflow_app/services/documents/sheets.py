"""The sheet of paper around a text: head, number, title, body, place of the seal, QR and verify address.

The same article is shown as a preview on screen and printed, so nobody signs anything but what they read.
Given plain values only; knows neither cases nor the database.
"""

import re
from dataclasses import dataclass
from datetime import date
from math import ceil
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import printing
from .texts import in_words

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
LINE = 31  # characters in a line of a column
# How many such lines a certificate holds on one page: at 18 points, in two columns at 12 points, at 10.5 points.
LENGTHS = (("", 7), ("long", 24), ("longer", 32))
WIDE = 16, 22  # characters of a unit's name that fill the red head at 26 and at 20 points
BLOCK_END = re.compile(r"</(?:p|li|h[1-6]|tr)>")
PAGES = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


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
        """How much a certificate has to say: nothing while large letters do, then smaller ones in two columns, at last more than one page."""
        if self.layout != "certificate":
            return ""
        taken = lines(self.body)
        return next((name for name, most in LENGTHS if taken <= most), "flowing")

    @property
    def head(self) -> str:
        """How long the name in the red head is: nothing, `long` or `longer`; it shall stand on one line where it can."""
        return ("", "long", "longer")[sum(len(self.issuer_name) > most for most in WIDE)]

    @property
    def grouped_code(self) -> str:
        """The verification code in groups of four, easier to copy from paper."""
        return "-".join(self.verify_code[at : at + 4] for at in range(0, len(self.verify_code), 4))

    @property
    def qr(self) -> Markup:
        """The picture that leads to the verify page and holds the signed payload, for those who check without a net."""
        return printing.qr(self.verify_url, self.signed)

    @property
    def way_qr(self) -> Markup:
        """The picture that leads to where the holder can act."""
        return printing.qr(self.leads_to)


def lines(body: str) -> int:
    """About how many lines of a column a text takes: figures and Latin letters are half as wide as Chinese."""
    blocks = (Markup(block).striptags() for block in BLOCK_END.split(body))
    widths = (sum(0.55 if each.isascii() else 1 for each in block) for block in blocks)
    return sum(ceil(width / LINE) for width in widths)


def article(sheet: Sheet) -> Markup:
    """The sheet for a page on screen; the page loads `paper.css`."""
    return Markup(PAGES.get_template("print/article.html").render(sheet=sheet, title_tag="h2"))


def page(sheet: Sheet) -> str:
    """The sheet as a whole HTML page, ready to print."""
    return PAGES.get_template("print/sheet.html").render(sheet=sheet, title_tag="h1")
