"""Files of penalties and licences that units hand in: kept, checked, decided on, and written in portions.

A file of penalties is first only checked. Then a head of the unit who is somebody else than who handed it in decides on
the file as a whole, and it is read once more and written; a licence is no finding against anybody and waits for nobody.
Every portion is one transaction and the run's row says how far it is, so that a worker that is killed costs nothing and
a row is never written twice. The same file again changes nothing.
"""

import hashlib
import io
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.intake.sheets import LIMITS
from ...domain.people import Actor, GrantKind
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...models.record import ImportRun
from ..delivery import notices, outbox
from ..house import House
from ..records import records
from ..rules import rulebooks
from . import import_file, import_licences, import_lists, import_penalties
from .import_file import Portion, Read, Walk
from .import_lists import CONFIRMED, REJECTED, TAKEN_BACK
from .import_rows import Does, Order, ground_of, rejected

KINDS = {"penalties": N_("行政处罚"), "licences": N_("行政许可")}
READERS = frozenset({GrantKind.HANDLER, GrantKind.HEAD, GrantKind.CLERK, GrantKind.LEAD})
RULES: dict[str, ModuleType] = {"penalties": import_penalties, "licences": import_licences}
MOST_SHOWN = 50
REF_BYTES = 9
AT_ONCE = timedelta(0)
TALLY = ("created", "updated", "unchanged", "rejected")


@dataclass(frozen=True)
class File:
    """What was handed in."""

    name: str
    content: bytes


def stage(run: ImportRun) -> str:
    """Where a run is: checking, waiting, writing, done, refused, rejected or taken_back."""
    if run.refusal is not None:
        return "refused"
    if run.decision in (REJECTED, TAKEN_BACK):
        return run.decision
    if run.finished_at is not None:
        return "done"
    if is_writing(run):
        return "writing"
    return "checking" if run.checked_at is None else "waiting"


def is_writing(run: ImportRun) -> bool:
    """Whether the rows are written as they are read, and not only checked."""
    return run.kind == "licences" or run.decision == CONFIRMED


def may_hand_in(actor: Actor, unit_id: int | None) -> bool:
    """A unit's people for their unit; the clerk of the office for every unit, and for a file of several units."""
    return actor.holds(GrantKind.CLERK) or unit_id in records.units_of(actor)


def start(
    session: Session,
    file: File,
    kind: str,
    *,
    unit_id: int | None,
    by_id: int | None,
    now: datetime,
    house: House,
    is_confirmed: bool = False,
    waits: timedelta = AT_ONCE,
) -> ImportRun:
    """Keep the file and the run; the worker carries it on after `waits`. Raises Refused.

    `is_confirmed`: nobody else has to decide, because whoever runs commands on the server could enter rows anyway.
    """
    if not file.content:
        raise Refused(N_("文件是空的，请选择填好的 CSV 或 XLSX 文件。"), code="file")
    if len(file.content) > LIMITS.most_bytes:
        text = N_("文件有 %(size)s MB，一次最多 %(most)s MB，请分成几个文件导入。")
        size, most = len(file.content) // 1_000_000, LIMITS.most_bytes // 1_000_000
        raise Refused(Sentence(text, size=size, most=most), code="file")
    sha256 = hashlib.sha256(file.content).hexdigest()
    same = import_lists.same_file(session, sha256, kind, unit_id)
    if same is not None and same.finished_at is None:
        text = N_("同一个文件已经在 %(day)s 交来，还没有办完。请先办完那一次，或者把它收回。")
        raise Refused(Sentence(text, day=clock.legal_day(same.started_at)), code="file")
    stored = house.storage.put(io.BytesIO(file.content))
    run = ImportRun(
        ref=secrets.token_urlsafe(REF_BYTES), kind=kind, unit_id=unit_id, by_id=by_id, name=file.name[-200:],
        sha256=sha256, storage_key=stored.key, started_at=now, faults=[],
    )  # fmt: skip
    if is_confirmed and kind == "penalties":
        run.decision, run.decided_at, run.checked_at = CONFIRMED, now, now
    session.add(run)
    session.flush()
    send(session, run, now=now, waits=waits)
    return run


def open_walk(run: ImportRun, *, now: datetime, house: House) -> Walk:
    """Begin to read a run's file. Raises Refused when the file as a whole can't be read."""
    content = house.storage.read_verified(run.storage_key)
    return import_file.open_walk(content, run.name, kind=run.kind, today=clock.legal_day(now))


def refuse(session: Session, run_id: int, sentence: Sentence, *, now: datetime) -> None:
    """The file as a whole can't be read: say why; nothing of it was written."""
    run = locked(session, run_id)
    if run.finished_at is None:
        run.refusal, run.finished_at = sentence.as_json(), now


def carry_on(session: Session, run_id: int, portion: Portion, *, now: datetime, house: House) -> bool:
    """Check or write the rows of a portion that were not reached yet; whether there is more to do in this pass."""
    run = locked(session, run_id)
    if run.finished_at is not None or stage(run) == "waiting":
        return False
    fresh = tuple(outcome for outcome in portion.outcomes if outcome.row.line > run.reached_line)
    done = _judged(session, run, Portion(portion.header, portion.row_count, fresh, portion.is_last, portion.names),
                   now=now, house=house)  # fmt: skip
    refused = [outcome for outcome in done if outcome.faults]
    if refused:
        run.rejected_key = import_file.keep_rejected(house.storage, portion, refused, before=run.rejected_key)
    run.faults = import_file.first_faults(run.faults, done, most=MOST_SHOWN)
    run.rows = portion.row_count
    if fresh:
        run.reached_line = fresh[-1].row.line
    if not portion.is_last:
        return True
    run.rows = sum(getattr(run, name) for name in TALLY)
    _end_pass(session, run, now=now)
    return False


def _judged(session: Session, run: ImportRun, portion: Portion, *, now: datetime, house: House) -> list[Read]:
    """Judge each row and, in the writing pass, carry it out; the rows with everything that is wrong with them."""
    rules, book = RULES[run.kind], rulebooks.current(session, house)
    ground = ground_of(
        session, portion, order_of(run), prefix=rules.PREFIX, rulebook=book, house=house, now=now,
        today=clock.legal_day(now),
    )  # fmt: skip
    known, done = rules.known_to(ground), []
    for outcome in portion.outcomes:
        verdict = rules.judge(ground, known, outcome.taken) if outcome.taken else rejected(*outcome.faults)
        if verdict.does is not Does.REJECTED and is_writing(run):
            rules.carry_out(ground, verdict, nth=run.created)
        setattr(run, verdict.does, getattr(run, verdict.does) + 1)
        done.append(import_file.with_faults(outcome, verdict.faults) if verdict.faults else outcome)
    return done


def order_of(run: ImportRun) -> Order:
    """For whom the run works, and what every change of a record says."""
    why = f"批量导入“{run.name[-120:]}”（批次 {run.ref}）"
    return Order(run.id, run.unit_id, run.decided_by_id or run.by_id, why)


def _end_pass(session: Session, run: ImportRun, *, now: datetime) -> None:
    if is_writing(run):
        run.finished_at = now
        return
    run.checked_at = now
    if run.created + run.updated == 0:
        run.finished_at = now  # nothing to decide on
        return
    text = N_(
        "有一批行政处罚等您复核：“%(name)s”，新增 %(created)s 条，更正 %(updated)s 条。请在“信息报送”的批量导入里办理。"
    )
    told = Sentence(text, name=run.name, created=run.created, updated=run.updated)
    to = "lead" if run.unit_id is None else "head"
    notices.tell(session, f"import/{run.id}/waiting", told, to=to, unit_id=run.unit_id, now=now)


def send(session: Session, run: ImportRun, *, now: datetime, waits: timedelta = AT_ONCE) -> None:
    """Let the worker carry the run on from where it is."""
    what = "write" if is_writing(run) else "check"
    key = f"import/{run.id}/{what}/{run.reached_line}"
    outbox.put(session, key, "import", {"run_id": run.id}, now=now, not_before=now + waits)


def locked(session: Session, run_id: int) -> ImportRun:
    """The run, held until the transaction ends."""
    wanted = select(ImportRun).where(ImportRun.id == run_id).with_for_update(of=ImportRun)
    return session.scalars(wanted, execution_options={"populate_existing": True}).one()
