"""How many certificates a second: ours, signed and stored, beside plain WeasyPrint and Typst on the same page.

Ours is numbered, printed in the print process as PDF/A-3a with its payload inside, signed and stored, exactly as the
worker does it. WeasyPrint draws the same HTML in this process and Typst an equal page in an environment of its own,
made for this run in a temporary folder (`pip install typst`): neither signs, stores or knows a case. The three take
turns, so that whatever else the machine does meets all of them. Then ours alone goes on, for its memory.

    .venv/bin/python -m bench.certificates [ROUNDS] [--memory DOCUMENTS] [--without-typst]
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import segno
from bs4 import BeautifulSoup
from sqlalchemy import select
from sqlalchemy.orm import Session
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from tests import conftest, factories
from workflow_app import config
from workflow_app.database import begin_writing
from workflow_app.domain import clock
from workflow_app.models.document import Document
from workflow_app.models.party import Subject
from workflow_app.services.documents import documents, payload, print_process, printing, sheets, texts
from workflow_app.services.house import House, open_house
from workflow_app.services.rules import rulebooks

NOW = factories.legal("2026-11-20")
TYPST = Path(__file__).with_name("certificate.typ")
DRAWER = Path(__file__).with_name("typst_drawer.py")
IN_A_ROUND = 10
UNIT = "天津市河东区社会信用体系建设领导小组办公室"
VALUES = {
    "case_number": "TR-120102-20261102-000001",
    "subject_name": "天津海河示范食品有限公司",
    "subject_code": "91120102MA05****2K",
    "trainee_role": "食品安全总监",
    "is_the_subject": False,
    "class_title": "食品经营单位信用修复公益培训",
    "class_ref": "2026-3",
    "class_kind": "公益培训",
    "class_from": NOW.date().replace(day=2),
    "class_until": NOW.date(),
    "unit_name": UNIT,
    "lessons": ("信用修复的条件和程序", "食品经营的主要义务", "怎样写信用承诺"),
    "lesson_count": 3,
    "minutes_studied": 185,
    "examined_on": NOW.date(),
    "score": 92,
    "pass_mark": 60,
    "decided_on": NOW.date(),
    "site_name": "信用事项办理平台",
}


@dataclass
class Office:
    """A house of its own with one subject, who gets all the certificates."""

    session: Session
    house: House
    issued: int = 0

    def number(self) -> Document:
        """One more certificate, numbered in a transaction of its own."""
        self.session.rollback()
        begin_writing(self.session)
        self.issued += 1
        trainee, subject = f"学员{self.issued}号", self.session.scalars(select(Subject)).first()
        assert subject is not None
        document = documents.number_document(
            self.session,
            kind="training_certificate",
            case=subject,
            event_seq=0,
            text=texts.current("training_certificate", on=NOW.date()),
            values=VALUES | {"trainee_name": trainee},
            particulars=documents.Particulars(
                trainee, "****", UNIT, "食品经营单位信用修复公益培训", "考试合格"
            ),
            rulebook=rulebooks.current(self.session, self.house),
            now=NOW,
        )
        self.session.commit()
        return document

    def issue(self) -> bytes:
        """One more certificate to its stored bytes, as a step and the worker make it."""
        document = self.number()
        number = document.id
        self.session.refresh(document)
        self.session.expunge(document)
        self.session.rollback()
        render = print_process.shared().render_pdf
        made = documents.made(
            document, signer=self.house.signer, site_url=self.house.site_url, render_pdf=render
        )
        begin_writing(self.session)
        kept = self.session.get_one(Document, number)
        documents.keep(self.session, kept, made, storage=self.house.storage, now=NOW)
        self.session.commit()
        return made.content


@dataclass
class Contender:
    """Who draws, and how long each of its certificates took, in milliseconds."""

    name: str
    draw: Callable[[], bytes]
    took: list[float] = field(default_factory=list)
    size: int = 0

    def take_turn(self, count: int) -> None:
        """So many certificates."""
        for _ in range(count):
            began = time.perf_counter()
            self.size = len(self.draw())
            self.took.append((time.perf_counter() - began) * 1000)


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """An office on SQLite in this folder."""
    url = f"sqlite:///{folder / 'casework.sqlite'}"
    conftest.build(url)
    own = {"SECRET_KEY": "demo-" + "b" * 40, "DEMO_DISTRICT": "1", "FIELD_KEYS": factories.FIELD_KEY}
    house = open_house(config.read({**own, "VAR_FOLDER": str(folder / "var")}))
    engine = conftest.prepared_engine(url)
    with clock.fixed(NOW), Session(engine) as session:
        yield Office(session, house)
    engine.dispose()


def plain_weasyprint(html: str) -> Callable[[], bytes]:
    """The same page and style by WeasyPrint alone: no archive format, no tags, no files inside, no signature."""
    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{font-family: "Paper Serif"; font-weight: {weight}; src: url("{font.as_uri()}")}}'
        for font, weight in zip(printing.FONTS, (400, 700), strict=True)
    )
    sources = [faces, *(path.read_text(encoding="utf-8") for path in printing.STYLES)]
    styles = [CSS(string=source, font_config=fonts) for source in sources]
    return lambda: HTML(string=html).write_pdf(stylesheets=styles, font_config=fonts)


@contextmanager
def typst(folder: Path, shown: dict[str, str]) -> Iterator[Callable[[], bytes]]:
    """An equal page by Typst as PDF/A-3a, in an environment and a process of its own."""
    own = folder / "typst"
    subprocess.run([sys.executable, "-m", "venv", own], check=True)
    subprocess.run([own / "bin" / "python", "-m", "pip", "-q", "install", "typst"], check=True)
    command = [own / "bin" / "python", DRAWER, TYPST, printing.FONTS[0].parent]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as drawer:
        assert drawer.stdin
        assert drawer.stdout

        def draw() -> bytes:
            drawer.stdin.write(json.dumps(shown).encode() + b"\n")
            drawer.stdin.flush()
            return drawer.stdout.read(int(drawer.stdout.readline()))

        yield draw
        drawer.stdin.close()


def shown_by(document: Document, office: Office) -> tuple[str, dict[str, str]]:
    """The page of a certificate as HTML, and what an equal page by Typst shows."""
    stated = documents.payload_of(document, key=payload.key_of(office.house.signer.key_id))
    signature = documents.detached.sign(office.house.signer, stated.canonical)
    digits = payload.pack(stated, signature)
    sheet = documents.sheet_of(document, site_url=office.house.site_url, signed=digits)
    address = documents.verify_address(document, office.house.site_url)
    picture = segno.make(f"{address}#{digits}", micro=False, error="l").svg_inline(scale=4, border=4)
    parts = BeautifulSoup(sheet.body, "html.parser").find_all(("p", "h2", "li"))
    return sheets.page(sheet), {
        "title": sheet.title,
        "number": sheet.number,
        "body": "\n".join(part.get_text() for part in parts if not part.find("p")),
        "unit": UNIT,
        "day": sheet.day_in_words,
        "code": sheet.grouped_code,
        "address": address,
        "law": "；".join(sheet.law),
        "qr": picture.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1),
        "payload": stated.canonical.decode(),
        "signature": signature,
    }


def memory(of: int) -> tuple[float, float]:
    """Memory in use and its peak of a process, in MB."""
    status = Path(f"/proc/{of}/status").read_text(encoding="ascii")
    now, peak = (int(status.partition(name)[2].split()[0]) / 1024 for name in ("VmRSS:", "VmHWM:"))
    return now, peak


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def race(contenders: list[Contender], rounds: int) -> None:
    """The contenders by turns; one certificate each is drawn before, to load fonts and code."""
    for one in contenders:
        one.draw()
    for turn in range(rounds):
        for one in contenders if turn % 2 else reversed(contenders):
            one.take_turn(IN_A_ROUND)
    ours = statistics.median(contenders[0].took)
    for one in contenders:
        middle, slow = statistics.median(one.took), statistics.quantiles(one.took, n=20)[-1]
        say(
            f"{one.name:<44} {1000 / middle:6.1f} a second   median {middle:6.1f} ms   p95 {slow:6.1f} ms"
            f"   {one.size / 1024:5.0f} KB   {ours / middle:5.2f} × ours"
        )


def grow(office: Office, count: int) -> None:
    """Ours alone: does memory grow with the number of certificates?"""
    began, printers, highest = time.perf_counter(), set(), 0.0
    for done in range(1, count + 1):
        office.issue()
        if printer := print_process.shared().pid:
            printers.add(printer)
            highest = max(highest, memory(printer)[1])
        if done in (min(100, count), count):
            now, peak = memory(os.getpid())
            say(
                f"after {done:5} more: worker {now:4.0f} MB (peak {peak:.0f}), {len(printers)} print processes "
                f"one after the other, peak {highest:.0f} MB, {done / (time.perf_counter() - began):.1f} a second"
            )


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=10)
    parser.add_argument("--memory", type=int, default=1000)
    parser.add_argument("--without-typst", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, office(Path(name)) as place:
        html, shown = shown_by(place.number(), place)
        contenders = [
            Contender("ours: numbered, PDF/A-3a, signed, stored", place.issue),
            Contender("  of that: numbered and its text tried", lambda: place.number().number.encode()),
            Contender("WeasyPrint alone, same page", plain_weasyprint(html)),
        ]
        if asked.without_typst:
            race(contenders, asked.rounds)
        else:
            with typst(Path(name), shown) as draw:
                race([*contenders, Contender("Typst, an equal page as PDF/A-3a", draw)], asked.rounds)
        if asked.memory:
            grow(place, asked.memory)
        print_process.close_shared()


if __name__ == "__main__":
    main()
