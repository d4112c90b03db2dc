"""The sheet of paper around a text: head, number, title, body, place of the seal, QR and verify address.

The same article is shown as a preview on screen and printed, so nobody signs anything but what they read.
Given plain values only; knows neither cases nor the database.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from . import printing
from .texts import in_words

TEMPLATES = Path(__file__).resolve().parents[3] / "templates" / "documents"
LARGE_LETTERS = 220  # characters that fit one landscape page at 18 points
PAGES = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True)
class Sheet:
    """What stands on a sheet; `layout` is letter, decision, notice, certificate or receipt. Without `number` and `verify_url` it is a preview of what will be signed; `signed` is the packed payload."""

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

    @property
    def day_in_words(self) -> str:
        """The day of the document (成文日期), in figures as GB/T 9704 asks."""
        return in_words(self.issued_on)

    @property
    def last_day_in_words(self) -> str:
        """The last day on which it may be relied on; empty when it does not expire."""
        return in_words(self.expires_on) if self.expires_on else ""

    @property
    def is_long(self) -> bool:
        """Whether a certificate has more to say than large letters leave room for."""
        return len(self.body.striptags()) > LARGE_LETTERS

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


def article(sheet: Sheet) -> Markup:
    """The sheet for a page on screen; the page loads `paper.css`."""
    return Markup(PAGES.get_template("print/article.html").render(sheet=sheet, title_tag="h2"))


def page(sheet: Sheet) -> str:
    """The sheet as a whole HTML page, ready to print."""
    return PAGES.get_template("print/sheet.html").render(sheet=sheet, title_tag="h1")
