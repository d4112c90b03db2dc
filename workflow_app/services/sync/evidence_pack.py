"""The evidence pack: a ZIP with which a firm asks a site to take down or correct what it shows, and proves it without us.

Decisions as they were signed, who was asked what and when, verify codes, a letter to each silent site, and a signed list
of the SHA-256 of every file. The same state on the same day gives the same bytes. Whoever may see the case may have it;
the caller looks to that.
"""

import csv
import hashlib
import html
import io
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.clock import LEGAL_ZONE
from ...domain.downstream import BY_ITSELF, KINDS, OF_OBJECTIONS, STANDINGS, WHATS, What
from ...domain.intake.formulas import disarmed
from ...domain.masking import mask_code
from ...domain.people import ANYBODY
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_
from ...models.case import Case
from ...models.document import Document
from ...models.record import CreditRecord
from ...models.sync import SyncTarget, SyncTask
from ..documents import detached, texts
from ..documents.documents import verify_address
from ..house import House
from ..records import marks
from . import sync_lists

FORMAT = "casework-evidence-1"
PROVING = ("repair_decision", "repair_completion", "repair_shielding", "objection_result", "objection_review")
REPAIR_LETTER, OBJECTION_LETTER = "complaint_letter", "correction_letter"
LINE_ENDS = re.compile(r"</(?:p|h[1-6]|li|tr)>|<br>")
TAG = re.compile(r"<[^>]+>")
BLANK_LINES = re.compile(r"\n\s*\n\s*(?:\n\s*)*")
HEADER = ("target", "kind", "what", "asked_at", "sent_at", "due_on", "confirmed_at", "seen_at", "standing")
README = """\
证据包
======

{proves}

怎样使用
1. 把 complaint 文件夹里写给对方的函打印出来，签名或者盖章，连同 decisions 文件夹里的文书一起交给对方。
2. 对方可以在 {verify_page} 输入文书末页的验真码核对，不需要登录。
3. 对方仍不办理的，请把整个证据包交给信用主管部门。不收取任何费用。

里面有什么
- decisions/     文书原件，带数字签名
- times.csv      每个同步对象：何时通知、最迟何时办理、何时确认、何时核实
- verify.txt     每份文书的编号、验真码和验真网址
- complaint/     写给还没有办理完毕的对象的函
- manifest.json  以上每个文件的 SHA-256
- manifest.jws   对 manifest.json 的数字签名（detached JWS，ES256）
- certificate.pem 签名证书

怎样离线核对
1. 计算每个文件的 SHA-256，与 manifest.json 逐一比对，例如：sha256sum times.csv
2. 用 certificate.pem 核对 manifest.jws，任何支持 JWS 的程序都可以。
3. 文书本身的签名可以用 PDF 阅读软件查看。
"""
PROVED = {
    REPAIR_LETTER: "这里的文件证明：{subject}的一条信用信息（决定书 {decision}）已经依法停止公示，并且已经通知有关网站和单位。",
    OBJECTION_LETTER: "这里的文件证明：{subject}对一条信用信息（决定书 {decision}）提出了异议，并且已经通知有关网站和单位怎样办理。",
}


def pack(session: Session, case: Case, *, on: date, house: House, target: str = "") -> bytes:
    """The pack of a case; with the letter to one target, or to every target that has not confirmed.

    NotYours when nobody was asked in this case or the target was not; Refused while a decision is still being printed.
    """
    known = sync_lists.tellable(sync_lists.of_case(session, case.id), case, ANYBODY)
    tasks = [task for task in known if task.target.kind != "own"]
    addressed = [
        task for task in tasks if (task.target.key == target if target else task.confirmed_at is None)
    ]
    if not tasks or (target and not addressed):
        raise NotYours
    documents = _documents(session, case)
    record = tasks[0].record
    is_disputed = any(What(task.what) in OF_OBJECTIONS for task in known)
    text_id = OBJECTION_LETTER if is_disputed else REPAIR_LETTER
    files = {f"decisions/{row.number}.pdf": _content(row, house) for row in documents}
    files["times.csv"] = times(tasks, today=on)
    files["verify.txt"] = _verify_lines(documents, house)
    for key in sorted({task.target.key for task in addressed}):
        own = [task for task in addressed if task.target.key == key]
        files[f"complaint/{key}.txt"] = letter(
            own, documents, of=case, text_id=text_id, on=on, house=house
        ).encode()
    proves = PROVED[text_id].format(subject=case.subject.name, decision=record.decision_no)
    files["README.txt"] = README.format(proves=proves, verify_page=f"{house.site_url}/verify").encode()
    return _zipped(_with_manifest(files, case, record, on=on, house=house))


def silent(tasks: Sequence[SyncTask], *, today: date) -> list[SyncTarget]:
    """The targets that let their day pass, each once. Whoever was given a report is told by the office, not by the firm."""
    found = {
        task.target.id: task.target
        for task in tasks
        if task.confirmed_at is None and task.due_on < today and task.target.kind not in BY_ITSELF
    }
    return list(found.values())


def letter(
    tasks: Sequence[SyncTask],
    documents: Sequence[Document],
    *,
    of: Case,
    text_id: str,
    on: date,
    house: House,
) -> str:
    """The letter to one target as plain text, to be printed or sent as it is, from the subject of the case."""
    record, target, subject = tasks[0].record, tasks[0].target, of.subject
    text = texts.current(text_id, on=on)
    values: dict[str, texts.Plain] = {
        "target_name": target.name,
        "subject_name": subject.name,
        "subject_code": mask_code(subject.kind, subject.code),
        "decision_no": record.decision_no,
        "unit_name": record.unit.name,
        "page_url": target.page_url,
        "requests": tuple(WHATS[What(task.what)] for task in tasks),
        "decisions": tuple(f"{row.title}，编号 {row.number}，验真码 {row.verify_code}" for row in documents),
        "asked_on": min(task.created_at for task in tasks).astimezone(LEGAL_ZONE).date(),
        "due_on": max(task.due_on for task in tasks),
        "verify_page": f"{house.site_url}/verify",
        "feed_address": f"{house.site_url}/feed/removals.json",
        "written_on": on,
    }
    return f"{text.title}\n\n{plain_text(str(texts.render(text, values)))}\n"


def plain_text(markup: str) -> str:
    """A rendered text without its markup, a blank line between paragraphs."""
    lines = LINE_ENDS.sub("\n\n", markup.replace("<li>", "<li>- "))
    return BLANK_LINES.sub("\n\n", html.unescape(TAG.sub("", lines))).strip()


def times(tasks: Sequence[SyncTask], *, today: date) -> bytes:
    """One line for each task, in legal time; a table that spreadsheet programs open as UTF-8."""
    held = io.StringIO()
    table = csv.writer(held, lineterminator="\r\n")
    table.writerow(HEADER)
    for task in tasks:
        table.writerow(
            (
                disarmed(task.target.name), KINDS[task.target.kind], WHATS[What(task.what)], _moment(task.created_at),
                _moment(task.sent_at), task.due_on.isoformat(), _moment(task.confirmed_at), _moment(task.seen_at),
                STANDINGS[sync_lists.standing(task, today=today)],
            )
        )  # fmt: skip
    return ("\ufeff" + held.getvalue()).encode()


def _documents(session: Session, case: Case) -> Sequence[Document]:
    wanted = (
        select(Document)
        .where(Document.case_id == case.id, Document.kind.in_(PROVING), Document.status == "valid")
        .order_by(Document.id)
    )
    return session.scalars(wanted).all()


def _content(document: Document, house: House) -> bytes:
    if document.storage_key is None:
        raise Refused(N_("文书正在生成，通常几秒钟。请稍后再下载证据包。"))
    return house.storage.read_verified(document.storage_key)


def _verify_lines(documents: Sequence[Document], house: House) -> bytes:
    lines = [
        f"{row.title} {row.number}\n验真码 {row.verify_code}\n{verify_address(row, house.site_url)}\n"
        for row in documents
    ]
    return "\n".join(lines).encode()


def _with_manifest(
    files: Mapping[str, bytes], case: Case, record: CreditRecord, *, on: date, house: House
) -> dict[str, bytes]:
    listed = [
        {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in sorted(files.items())
    ]
    content = {
        "format": FORMAT, "issuer": house.site_name, "case": case.address, "record": record.ref,
        "decision_number": record.decision_no, "made_on": on.isoformat(), "files": listed,
        "marks": [mark.as_json() for mark in marks.in_public(record)],
    }  # fmt: skip
    manifest = json.dumps(content, ensure_ascii=False, indent=1).encode()
    return {
        **files,
        "manifest.json": manifest,
        "manifest.jws": detached.sign(house.signer, manifest).encode(),
        "certificate.pem": detached.certificate(house.signer).encode(),
    }


def _zipped(files: Mapping[str, bytes]) -> bytes:
    """Stored and without times of day, so that nothing but the content decides the bytes."""
    held = io.BytesIO()
    with ZipFile(held, "w", ZIP_STORED) as archive:
        for name, content in sorted(files.items()):
            entry = ZipInfo(name)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return held.getvalue()


def _moment(instant: datetime | None) -> str:
    return f"{instant.astimezone(LEGAL_ZONE):%Y-%m-%d %H:%M}" if instant else ""
