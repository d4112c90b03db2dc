"""The certificates of a whole class: how many are due, issued and printed, and all of them in one ZIP.

A certificate is numbered by the step that ends a training and printed by the worker; here nothing is issued and nothing
made a second time. Of each trainee the last certificate counts: one that was replaced gives way to the new one, and one
that was revoked is not handed out.
"""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from ...domain.clock import LEGAL_ZONE
from ...domain.intake.formulas import disarmed
from ...domain.people import Actor
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.document import Document
from ...models.training import Enrolment, TrainingClass
from ...workflows.training import CERTIFIED, PASSED
from ..documents import standing
from ..storage import Changed, Missing, Storage
from . import training_classes
from .training_register import CERTIFICATE

HEADER = ("number", "trainee", "file", "sha256", "code")
MANIFEST = "manifest.csv"
NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
LONGEST_NAME = 60

NONE_YET = N_("还没有生成好的培训证明。学员考试合格以后系统自动发放，请稍后再下载。")
DAMAGED = N_("培训证明 %(number)s 的文件缺失或者被改动，没有打包。请让系统管理员从备份恢复这份文件，再下载。")


@dataclass(frozen=True)
class Progress:
    """Trainees who passed and whose certificate was not revoked; those who have a number; those whose file is there.

    `revoked` are the trainees whose last certificate was revoked.
    """

    due: int
    issued: int
    made: int
    revoked: int

    @property
    def is_running(self) -> bool:
        """Whether some are still to come."""
        return self.made < self.due


@dataclass(frozen=True)
class Printed:
    """A certificate as it goes into the ZIP."""

    number: str
    trainee: str
    sha256: str
    storage_key: str
    code: str
    issued_at: datetime

    @property
    def file(self) -> str:
        """Its name there: number and trainee, without what a file system forbids."""
        return f"{self.number} {NOT_IN_NAMES.sub('_', self.trainee)[:LONGEST_NAME].strip()}.pdf"


def progress(session: Session, found: TrainingClass) -> Progress:
    """How far the certificates of a class are."""
    passed = select(Enrolment.case_id).join(Case, Case.id == Enrolment.case_id)
    passed = passed.where(Enrolment.class_id == found.id, Case.state.in_((PASSED.name, CERTIFIED.name)))
    trainees = session.scalar(select(func.count()).select_from(passed.subquery())) or 0
    last = _last_of_class(found).subquery()
    rows = session.execute(
        select(Document.status, Document.produced_at).where(Document.id.in_(select(last.c.id)))
    ).all()
    valid = [row for row in rows if row.status == standing.VALID]
    made = sum(row.produced_at is not None for row in valid)
    ended = len(rows) - len(valid)
    return Progress(due=trainees - ended, issued=len(valid), made=made, revoked=ended)


def pack(
    session: Session, found: TrainingClass, into: BinaryIO, *, storage: Storage, actor: Actor, now: datetime
) -> int:
    """Write the printed certificates of a class and their list into a ZIP; returns how many. Noted in the account log.

    One file at a time is in memory. Refused when none is there yet, or when one is not what was stored.
    """
    rows = _printed(session, found)
    if not rows:
        raise Refused(NONE_YET, code="none")
    with ZipFile(into, "w") as archive:
        for row in rows:
            archive.writestr(_entry(row.file, row.issued_at, ZIP_STORED), _content(row, storage))
        archive.writestr(_entry(MANIFEST, rows[-1].issued_at, ZIP_DEFLATED), _manifest(rows))
    training_classes.log(session, "certificates_taken", found, actor=actor, now=now, note=str(len(rows)))
    return len(rows)


def _last_of_class(found: TrainingClass) -> Select[int]:
    """The last certificate of each trainee."""
    own = select(func.max(Document.id).label("id")).join(Enrolment, Enrolment.case_id == Document.case_id)
    own = own.where(Enrolment.class_id == found.id, Document.kind == CERTIFICATE)
    return own.group_by(Document.case_id)


def _printed(session: Session, found: TrainingClass) -> list[Printed]:
    columns = (
        Document.number,
        Document.sha256,
        Document.storage_key,
        Document.verify_code,
        Document.issued_at,
    )
    wanted = select(*columns, Case.facts).join(Case, Case.id == Document.case_id)
    is_there = (Document.status == standing.VALID, Document.produced_at.is_not(None))
    wanted = wanted.where(Document.id.in_(_last_of_class(found)), *is_there).order_by(Document.number)
    return [
        Printed(number, str(facts.get("trainee_name", "")), sha256, key, code, issued_at)
        for number, sha256, key, code, issued_at, facts in session.execute(wanted)
    ]


def _content(one: Printed, storage: Storage) -> bytes:
    try:
        return storage.read_verified(one.storage_key)
    except (Missing, Changed):
        raise Refused(Sentence(DAMAGED, number=one.number), code="damaged") from None


def _manifest(rows: Sequence[Printed]) -> bytes:
    """The list, as spreadsheets read it; no cell runs."""
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\r\n")
    table.writerow(HEADER)
    for one in rows:
        table.writerow((one.number, disarmed(one.trainee), disarmed(one.file), one.sha256, one.code))
    return held.getvalue().encode("utf-8-sig")


def _entry(name: str, at: datetime, compression: int) -> ZipInfo:
    """A file in the ZIP with the legal time of its issue, readable by everybody; a PDF is packed already."""
    local = at.astimezone(LEGAL_ZONE)
    entry = ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))
    entry.external_attr, entry.compress_type = 0o644 << 16, compression
    return entry
