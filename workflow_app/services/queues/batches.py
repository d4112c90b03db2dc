"""批量办理: one act on many cases. Nothing is decided for many at once: each case is judged by the gate it would meet
alone, in the version its reader saw, and done in a transaction of its own, so that one that can't be done holds up no other.

Whoever asked acts with the rights they have when a row is done, not with those they had when they asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session, selectinload

from ...domain import clock
from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused, Stale
from ...domain.words import N_, Sentence
from ...models.case import Case
from ...models.queue import Batch, BatchRow
from ...workflows import BY_NAME
from ...workflows.circumstances import Circumstances
from ...workflows.kit import Step
from ...workflows.scope import Acted
from ..cases import cases
from ..delivery import outbox
from ..engine import circumstances, gate, history, leases, opened, perform
from ..engine.opened import Opened
from ..house import House
from ..people import accounts, stand_ins
from ..supervision import urgings
from . import assigning, queues
from .known import Known

MOST = 100
AT_ONCE = 20
"""Up to so many cases are done while the reader waits; more by the worker."""
FOR_THE_PAGE = timedelta(minutes=1)
"""So long the page has to do its few cases; what it left, because its process died, the worker does."""
KEPT_LISTED = 20

CHANGED = N_("您打开列表以后，这件办件有了新的变化，没有办理。请打开看看现在的情况。")
BROKE = N_("系统在办理这一件时出错，没有办理，也没有留下任何改动。请单独办理，再不行请联系系统管理员。")
ACCOUNT_CLOSED = N_("提交以后您的账户已停用，这一件没有办理。")
NOT_IN_YOUR_HAND = N_("这件办件现在不在您手里，不需要您释放。")
ELSEWHERE = N_("这件办件不由您所在的单位办理，不能领取。")
IN_HAND = N_("这件办件现在由%(name)s办理。请选择别的办件，或与其联系。")
TAKEN_ALREADY = N_("这件办件已经在您手里。")


@dataclass(frozen=True)
class Picked:
    """A case in the version its reader saw."""

    address: str
    version: int


@dataclass(frozen=True)
class Doing:
    """One act on one case, about to be judged or done. `given` is what was said for all the cases together."""

    session: Session
    case: Case
    given: Mapping[str, Any]
    actor: Actor
    now: datetime
    house: House
    known: Known | None = None
    """What was read of many cases at once, where they are only looked at."""
    file: Opened | None = None
    """The case as it was opened with its lock, where something is done to it."""

    def seen(self) -> tuple[Acted, Circumstances]:
        """Who took which step in the case, and what surrounds it."""
        if self.file is not None:
            return self.file.acted, self.file.about
        assert self.known is not None, "it was read together with the others"
        workflow, day, told = BY_NAME[self.case.workflow], clock.legal_day(self.now), self.known.told
        rows = self.known.rows
        about = circumstances.gather(self.session, self.case, workflow, day=day, told=told, rows=rows)
        return history.acted(told), about


@dataclass(frozen=True)
class Act:
    """An act on many cases: its name for people, the sentence why it can't be done to one, and how it is done to one."""

    title: str
    why_not: Callable[[Doing], Sentence | None]
    do: Callable[[Doing], object]


def found(session: Session, picked: Sequence[Picked], actor: Actor) -> list[Case]:
    """Those of the picked cases that the reader may see, in the order in which they were picked."""
    places = {one.address: place for place, one in enumerate(picked)}
    rows = _readable(session, or_(Case.number.in_(places), Case.ref.in_(places)), actor)
    return sorted((case for case in rows if case.address in places), key=lambda case: places[case.address])


def by_id(session: Session, ids: Sequence[int], actor: Actor) -> list[Case]:
    """The cases of these ids that the reader may see, in this order."""
    places = {number: place for place, number in enumerate(ids)}
    return sorted(_readable(session, Case.id.in_(places), actor), key=lambda case: places[case.id])


def _readable(session: Session, asked: ColumnElement[bool], actor: Actor) -> Sequence[Case]:
    wanted = select(Case).where(asked, queues.readable(actor)).limit(MOST)
    return session.scalars(wanted.options(*cases.WITH_WHOM_IT_NAMES)).all()


def why_not(act: str, doing: Doing, *, version: int) -> Sentence | None:
    """Why the act can't be done to this case now; None when it can."""
    return Sentence(CHANGED) if doing.case.version != version else ACTS[act].why_not(doing)


def begin(
    session: Session, ref: str, act: str, given: Mapping[str, Any], *, picked: Sequence[Picked],
    actor: Actor, now: datetime,
) -> Batch:  # fmt: skip
    """Write down what is asked. The same `ref` sent twice is the same batch. Raises NotYours, Refused for none or too many."""
    known = session.scalars(select(Batch).where(Batch.ref == ref, Batch.person_id == actor.person_id)).first()
    if known is not None:
        return known
    if not 0 < len(picked) <= MOST:
        raise Refused(Sentence(N_("请选择 1 至 %(most)s 件办件。"), most=MOST), code="picked")
    versions = {one.address: one.version for one in picked}
    rows = found(session, picked, actor)
    if len(rows) != len(versions):
        raise NotYours
    batch = Batch(ref=ref, person_id=actor.person_id, act=act, given=dict(given), made_at=now)
    batch.rows = [
        BatchRow(position=place, case_id=case.id, seen_version=versions[case.address])
        for place, case in enumerate(rows, 1)
    ]
    session.add(batch)
    session.flush()
    return batch


def send(session: Session, batch: Batch, *, now: datetime, waits: timedelta = timedelta(0)) -> None:
    """Let the worker carry the batch on from where it is; after a while only, where somebody else is at it now."""
    counted = select(func.count()).where(BatchRow.batch_id == batch.id, BatchRow.outcome == "")
    key = f"batch-{batch.id}/{session.scalar(counted)}"
    outbox.put(session, key, "batch", {"batch_id": batch.id}, now=now, not_before=now + waits)


def next_row(session: Session, batch_id: int) -> BatchRow | None:
    """The next row that is still to be done, held until the transaction ends; one that another worker holds is skipped."""
    wanted = select(BatchRow).where(BatchRow.batch_id == batch_id, BatchRow.outcome == "")
    held = wanted.order_by(BatchRow.position).limit(1).with_for_update(of=BatchRow, skip_locked=True)
    return session.scalars(held, execution_options={"populate_existing": True}).first()


def carry_out(session: Session, row: BatchRow, *, now: datetime, house: House) -> None:
    """Do the act to the case of one row. Raises Stale or Refused, and then nothing may be kept of it."""
    batch = row.batch
    person, today = accounts.with_grants(session, batch.person_id), clock.legal_day(now)
    if person.disabled_at is not None:
        raise Refused(ACCOUNT_CLOSED)
    actor = stand_ins.with_stand_ins(session, accounts.load_actor(person, on=today), on=today)
    file = opened.locked(session, row.case.address, day=today)
    case = file.case
    if not BY_NAME[case.workflow].readers.holds(case, actor, {}):
        raise NotYours
    if case.version != row.seen_version:
        raise Stale(version=case.version)
    doing = Doing(session, case, batch.given, actor, now, house, file=file)
    if sentence := ACTS[batch.act].why_not(doing):
        raise Refused(sentence)
    ACTS[batch.act].do(doing)


def note(session: Session, row_id: int, error: Exception | None, *, now: datetime) -> None:
    """Write down how a row went; one that was noted before stays as it is."""
    match error:
        case None:
            outcome, why = "done", None
        case Stale():
            outcome, why = "stale", None
        case Refused():
            outcome, why = "refused", error.sentence.as_json()
        case _:
            outcome, why = "failed", None
    noted = update(BatchRow).where(BatchRow.id == row_id, BatchRow.outcome == "")
    session.execute(noted.values(outcome=outcome, why=why, done_at=now))


def close(session: Session, batch_id: int, *, now: datetime) -> None:
    """The batch is over once no row is left to be done."""
    left = select(BatchRow.id).where(BatchRow.batch_id == batch_id, BatchRow.outcome == "").exists()
    ended = update(Batch).where(Batch.id == batch_id, Batch.done_at.is_(None), ~left)
    session.execute(ended.values(done_at=now))


def told(row: BatchRow) -> Sentence | None:
    """Why a row was not done, for people; None for one that was done or is still to be done."""
    if row.outcome == "refused" and row.why is not None:
        return Sentence.from_json(row.why)
    return {"stale": Sentence(CHANGED), "failed": Sentence(BROKE)}.get(row.outcome)


def own(session: Session, ref: str, actor: Actor) -> Batch:
    """The batch of this reference with its rows, for whoever asked it. Raises NotYours for anybody else."""
    case = selectinload(Batch.rows).joinedload(BatchRow.case)
    named = (case.joinedload(each) for each in (Case.subject, Case.item, Case.record))
    wanted = select(Batch).where(Batch.ref == ref, Batch.person_id == actor.person_id)
    batch = session.scalars(wanted.options(*named)).first()
    if batch is None:
        raise NotYours
    return batch


def lately(session: Session, actor: Actor) -> Sequence[Batch]:
    """What this person asked last, newest first."""
    wanted = select(Batch).where(Batch.person_id == actor.person_id).order_by(Batch.id.desc())
    return session.scalars(wanted.limit(KEPT_LISTED).options(selectinload(Batch.rows))).all()


def _taken(doing: Doing, step: Step, acted: Acted) -> Sentence | None:
    """Why a colleague who has the case in hand stands in the way."""
    place = gate.place_for(step, doing.case, doing.actor, acted)
    try:
        leases.refuse_if_taken(doing.case, doing.actor, now=doing.now)
        if place is not None:
            leases.refuse_if_assigned(doing.case, doing.actor, place[0].kind, now=doing.now)
    except Refused as refused:
        return refused.sentence
    return None


def _why_not_claim(doing: Doing) -> Sentence | None:
    case, actor, hand = doing.case, doing.actor, leases.standing(doing.case, now=doing.now)
    try:
        cases.refuse_unclaimable(case, actor)
    except NotYours:
        return Sentence(ELSEWHERE)
    except Refused as refused:
        return refused.sentence
    if hand is None or (hand.is_of(actor) and hand.person_id != actor.person_id and not hand.is_assigned):
        return None
    return Sentence(TAKEN_ALREADY) if hand.is_of(actor) else Sentence(IN_HAND, name=hand.name)


def _why_not_release(doing: Doing) -> Sentence | None:
    hand = leases.standing(doing.case, now=doing.now)
    return None if hand is not None and hand.is_of(doing.actor) else Sentence(NOT_IN_YOUR_HAND)


def _why_not_assign(doing: Doing) -> Sentence | None:
    return assigning.why_not_given_by(doing.case, doing.actor)


def _assign(doing: Doing) -> None:
    to, why = doing.given["to"], doing.given["why"]
    assigning.assign(doing.session, doing.case, doing.actor, to=to, why=why, now=doing.now)


def _why_not_step(doing: Doing) -> Sentence | None:
    case, given = doing.case, doing.given
    workflow = BY_NAME[case.workflow]
    step = workflow.step(given["step"], case.state) if workflow.name == given["workflow"] else None
    if step is None:
        return perform.not_in_this_state(workflow, case)
    acted, about = doing.seen()
    refusal = gate.refusal(step, case, doing.actor, acted=acted, about=about)
    return refusal or _taken(doing, step, acted)


def _take_step(doing: Doing) -> None:
    order = perform.Order(doing.given["step"], doing.given["given"], doing.case.version)
    assert doing.file is not None, "the case is locked"
    perform.perform_on(doing.file, order, actor=doing.actor, now=doing.now, house=doing.house)


def _why_not_urge(doing: Doing) -> Sentence | None:
    today = clock.legal_day(doing.now)
    return urgings.refusal(doing.session, doing.case, doing.actor, today=today)


def _urge(doing: Doing) -> None:
    address, why, who = doing.case.address, doing.given["why"], doing.actor
    urgings.urge(doing.session, address, why, actor=who, now=doing.now, house=doing.house)


ACTS = {
    "claim": Act(
        N_("领取"), _why_not_claim, lambda one: leases.claim(one.session, one.case, one.actor, now=one.now)
    ),
    "release": Act(
        N_("释放"),
        _why_not_release,
        lambda one: leases.release(one.session, one.case, one.actor, now=one.now),
    ),
    "step": Act(N_("办理同一步"), _why_not_step, _take_step),
    "assign": Act(N_("分办"), _why_not_assign, _assign),
    "urge": Act(N_("催办"), _why_not_urge, _urge),
}
