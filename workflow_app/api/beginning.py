"""The way into each workflow for a machine: which words of the call it goes by, and the draft it begins with.

Through the very services that the pages begin with; a draft that is there already is gone on with.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from ..domain import clock
from ..domain.identifiers import parse_code
from ..domain.people import Actor
from ..domain.refusals import NotYours, Refused
from ..domain.words import N_, Sentence
from ..extensions import db
from ..models.case import Case
from ..models.party import Subject
from ..services import catalogue
from ..services.cases import cases
from ..services.lists import leaving, list_filing
from ..services.objections import objecting
from ..services.people.grants import code_digest
from ..services.repair import applications, filing, opening
from ..services.training import enrolling
from ..web.house import house
from ..workflows.commitment import COMMITMENT
from .filled import Unfit
from .shapes import MISSING, NO_TEXT

Begun = tuple[Case, bool]
WORDS = ("record", "item", "class", "list_type", "entry", "subject_name")
"""The words of the call of which each workflow goes by some."""
NOT_HERE = N_("这个流程不用这一项，请去掉。")
ONE_OF_THREE = N_(
    "请写明 item（承诺事项）、record（为它签署信用修复承诺书）或 entry（为它签署移出承诺书），只写一项。"
)


@dataclass(frozen=True)
class Asked:
    """Who wants to begin what, for which subject. `words`: what it is about; `facts`: what is filled in at once."""

    subject: Subject
    words: Mapping[str, str]
    facts: Mapping[str, Any]
    actor: Actor
    now: datetime


def begin(
    workflow: str,
    code: str,
    *,
    words: Mapping[str, str],
    facts: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Begun:
    """The draft, and whether it is a new one. Raises Unfit, NotYours, Refused."""
    way, wanted = WAYS[workflow]
    wrong = {name: [Sentence(NOT_HERE)] for name in words if name not in wanted}
    if workflow != COMMITMENT.name:
        wrong |= {name: [Sentence(MISSING)] for name in wanted if name not in words}
    if wrong:
        raise Unfit(wrong)
    return way(Asked(subject_of(code), words, facts, actor, now))


def subject_of(code: str) -> Subject:
    """The subject with this code. Raises Unfit for what is no code, NotYours where there is none."""
    try:
        plain = parse_code(code)
    except Refused as refused:
        raise Unfit({"subject": [refused.sentence]}) from None
    found = db.session().scalar(select(Subject).where(Subject.code_digest == code_digest(plain)))
    if found is None:
        raise NotYours
    return found


def commitment(asked: Asked) -> Begun:
    """A commitment on an item; or the letter for a record that is to be repaired, or for an entry that is to be left."""
    if len(asked.words) != 1:
        raise Unfit({"item": [Sentence(ONE_OF_THREE)]})
    session = db.session()
    by: dict[str, Any] = {"actor": asked.actor, "now": asked.now, "house": house()}
    if "item" in asked.words:
        item = catalogue.item(session, asked.words["item"])
        return cases.open_draft(session, COMMITMENT, subject_id=asked.subject.id, item=item, **by), True
    if "record" in asked.words:
        (record,) = filing.chosen(session, [asked.words["record"]], asked.actor)
        refuse_other(asked, record.subject_id)
        return opening.letter_for(session, record, **by)
    entry = leaving.concerned(session, asked.words["entry"], asked.actor)
    refuse_other(asked, entry.subject_id)
    if entry.subject_id not in asked.actor.subject_ids(workflow=COMMITMENT.name):
        raise NotYours
    letter = leaving.open_letter(session, entry, **by)
    return letter, letter.created_at == asked.now


def objection(asked: Asked) -> Begun:
    """An objection to a record, on the ground that the facts name."""
    session, today = db.session(), clock.legal_day(asked.now)
    named = {name: asked.facts.get(name, "") for name in OF_AN_OBJECTION}
    wrong = {name: [Sentence(NO_TEXT)] for name, value in named.items() if not isinstance(value, str)}
    if not named["ground"] and not wrong:
        wrong = {"ground": [Sentence(MISSING)]}
    if wrong:
        raise Unfit({"facts": wrong})
    record = objecting.by_ref(session, asked.words["record"], asked.actor, today=today)
    dispute = objecting.dispute(session, record, asked.subject.id, actor=asked.actor, today=today)
    return objecting.open_for(
        session, dispute, named["ground"], about_case=named["about_case"], actor=asked.actor, now=asked.now,
        house=house(),
    )  # fmt: skip


def repair(asked: Asked) -> Begun:
    """An application for the repair of one record."""
    session = db.session()
    chosen = filing.chosen(session, [asked.words["record"]], asked.actor)
    refuse_other(asked, chosen[0].subject_id)
    found, is_new = opening.application_for(session, chosen, actor=asked.actor, now=asked.now, house=house())
    drafts = applications.drafts_of(session, found)
    return next(case for case in drafts if case.record_id == chosen[0].id), is_new


def training(asked: Asked) -> Begun:
    """A place in a class."""
    found = enrolling.published(db.session(), asked.words["class"])
    return enrolling.open_for(
        db.session(), found, asked.subject.id, actor=asked.actor, now=asked.now, house=house()
    )


def listing(asked: Asked) -> Begun:
    """Putting a subject on a list of the own unit; whoever begins it has to know code and name."""
    wish = list_filing.Asked(asked.words["list_type"], asked.subject.code, asked.words["subject_name"])
    today = clock.legal_day(asked.now)
    return list_filing.open_for(
        db.session(), wish, actor=asked.actor, now=asked.now, today=today, house=house()
    )


def list_exit(asked: Asked) -> Begun:
    """Leaving a list."""
    entry = leaving.concerned(db.session(), asked.words["entry"], asked.actor)
    refuse_other(asked, entry.subject_id)
    return leaving.open_for(db.session(), entry, actor=asked.actor, now=asked.now, house=house())


def refuse_other(asked: Asked, subject_id: int) -> None:
    """Raises NotYours where the record or entry is one of another subject."""
    if asked.subject.id != subject_id:
        raise NotYours


OF_AN_OBJECTION = ("ground", "about_case")
"""The facts by which an objection is begun; they stay as they are."""
WAYS: dict[str, tuple[Callable[[Asked], Begun], tuple[str, ...]]] = {
    "commitment": (commitment, ("item", "record", "entry")),
    "objection": (objection, ("record",)),
    "repair": (repair, ("record",)),
    "training": (training, ("class",)),
    "listing": (listing, ("list_type", "subject_name")),
    "list_exit": (list_exit, ("entry",)),
}
