"""What follows from a step, as rows in the same transaction: publicity, records, documents, outbox messages.

Each effect word of the workflows has one function here. An effect never talks to the outside.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from ...domain.ledger import Entry, EntryKind
from ...domain.people import CLOCK
from ...models.base import table
from ...models.commitment import CommitmentPublicity
from ...models.deadline import Deadline
from ...models.record import CreditRecord
from ...workflows.kit import Effect
from ..commitments import publicity
from ..delivery import notices, outbox
from ..documents import documents, texts, wording
from ..lists import list_effects
from ..objections import objection_effects
from ..records import publication, record_effects, records
from ..training import training, training_evidence
from . import clocks, ledger
from .moment import Moment

PUBLISH = insert(table(CommitmentPublicity)).inline()
CHANGE = update(table(CommitmentPublicity)).where(
    table(CommitmentPublicity).c.case_id == bindparam("of_case")
)
RECORD_OF = select(CreditRecord).where(CreditRecord.case_id == bindparam("of_case"))


def carry_out(effects: Iterable[Effect], moment: Moment) -> None:
    """Let what follows from the step become rows, one after the other; documents side by side are made together.

    KeyError means a workflow uses a word that is in neither table.
    """
    due = (effect for effect in effects if effect.only_if is None or effect.only_if.holds(moment.about))
    for kind, alike in groupby(due, key=attrgetter("kind")):
        if kind in SIDE_BY_SIDE:
            SIDE_BY_SIDE[kind](tuple(alike), moment)
        else:
            for effect in alike:
                EFFECTS[kind](effect, moment)


def _notice(effect: Effect, moment: Moment) -> None:
    key = f"{moment.case.id}/{moment.seq}/notice-{effect.what}-{effect.to}"
    is_held = moment.actor is CLOCK and not moment.step.follows
    sentence = notices.wording(moment.session, moment.case, effect.what)
    letter = notices.letter(key, sentence, case_id=moment.case.id, to=effect.to, is_held=is_held)
    moment.letters.append(letter)


def _documents(wanted: Sequence[Effect], moment: Moment) -> None:
    """Number documents that say the same of the case, and let their bytes follow."""
    chosen = [texts.current(_text_id(effect, moment), on=moment.day) for effect in wanted]
    values, particulars = wording.of(
        moment.session,
        moment.case,
        moment.workflow,
        told=moment.told,
        names=frozenset().union(*(text.placeholders for text in chosen)),
        actor=moment.actor,
        day=moment.day,
        house=moment.house,
        rulebook=moment.rulebook,
    )
    unsigned = replace(particulars, record=())
    papers = [
        documents.Paper(effect.what, text, values, particulars if _is_letter(effect) else unsigned)
        for effect, text in zip(wanted, chosen, strict=True)
    ]
    made = documents.number_documents(
        moment.session,
        papers,
        case=moment.case,
        event_seq=moment.seq,
        rulebook=moment.rulebook,
        now=moment.now,
    )
    for effect, document_id in zip(wanted, made, strict=True):
        key = f"{moment.case.id}/{moment.seq}/document-{effect.what}"
        moment.letters.append(outbox.Letter(key, "document", {"document_id": document_id}))


def _text_id(effect: Effect, moment: Moment) -> str:
    item = moment.case.item
    return item.letter if _is_letter(effect) and item else effect.what


def _is_letter(effect: Effect) -> bool:
    """A letter is the subject's own word: it bears the signing record, and its text is the item's."""
    return effect.what.endswith("_letter")


def _publish(effect: Effect, moment: Moment) -> None:
    """Publish at once; the limit is written down as a clock that this same event ends."""
    if moment.case.item is None or moment.case.item.publication != "public":
        return
    moment.session.execute(PUBLISH, publicity.line(moment))
    clocks.met_at_once(moment, effect.what)


def _publicity(effect: Effect, moment: Moment) -> None:
    changed = publicity.change(effect.what, moment)
    moment.session.execute(CHANGE, changed | {"of_case": moment.case.id})


def _record(effect: Effect, moment: Moment) -> None:
    """A breach is written into the credit record as other dishonest information (Order 36 art. 4)."""
    case = moment.case
    values = {
        "kind": "other",
        "subject_id": case.subject_id,
        "unit_id": case.unit_id,
        "case_id": case.id,
        "decision_no": case.number or case.ref,
        "decided_on": moment.day,
        "title": case.item.title if case.item else moment.workflow.title,
        "behaviour": moment.facts.unperformed,
        "basis": moment.facts.breach_basis,
        "content": moment.facts.liability_pursued,
        "degree": moment.facts.degree,
        "scope": case.item.publication if case.item else "limited",
    }
    if publication.blocked(values):
        values["scope"] = (
            "limited"  # the forms say which field; what came another way is at least not published
        )
    earlier = moment.session.scalar(RECORD_OF, {"of_case": case.id})
    if earlier is None:
        records.enter(moment.session, values, class_="general", rulebook=moment.rulebook, now=moment.now)
        return
    anew: dict[str, Any] = values | records.END_OF_REPAIR | {"publicity_from": moment.day}
    by: dict[str, Any] = {"by_id": moment.actor.person_id, "now": moment.now, "rulebook": moment.rulebook}
    records.change(moment.session, earlier, anew, why=moment.step.title, case_id=case.id, **by)


def _clock(effect: Effect, moment: Moment) -> None:
    """Write the act into the ledger of every clock that runs; the due days follow from it."""
    case, kind = moment.case, EntryKind(effect.what)
    rule = (
        moment.rulebook.pack.rule(effect.to, on=moment.day, place=moment.rulebook.place)
        if effect.to
        else None
    )
    entry = Entry(kind, moment.day, str((moment.about.given or {})["clock_reason"]), rule=rule)
    for found in _concerned(kind, moment):
        ledger.enter(moment.session, found, entry, case=case, seq=moment.seq, rulebook=moment.rulebook)
    moment.session.flush()
    case.due_on = clocks.nearest(moment.session, case)


def _concerned(kind: EntryKind, moment: Moment) -> Sequence[Deadline]:
    """Every clock that runs; starting anew is for the clock of the state alone, whatever runs across states goes on."""
    running = clocks.running(moment.session, moment.case.id)
    if kind is not EntryKind.RESTART:
        return running
    return [found for found in running if found.state == moment.case.state]


SIDE_BY_SIDE: dict[str, Callable[[Sequence[Effect], Moment], None]] = {"document": _documents}
EFFECTS: dict[str, Callable[[Effect, Moment], None]] = {
    "notice": _notice,
    "publish": _publish,
    "publicity": _publicity,
    "record": _record,
    "clock": _clock,
    "on_record": record_effects.on_record,
    "sync": record_effects.ask_places,
    "bar": record_effects.bar,
    "revoke_documents": record_effects.revoke_documents,
    **objection_effects.EFFECTS,
    **training.EFFECTS,
    **training_evidence.EFFECTS,
    **list_effects.EFFECTS,
}
