"""The plain values that the papers of a listing name: facts, basis, measures, the reply and the answer to each point.

What an exit names stands in `list_exit_wording`. Written in the transaction of the step, after everything was carried
out; reads only, says everything in the source language, and gives nothing for other workflows.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.rulebook import Rulebook
from ...domain.words import Sentence
from ...models.attachment import Attachment
from ...models.case import Case
from ...models.deadline import Deadline
from ...workflows.list_exit import LIST_EXIT
from ...workflows.listing import DECIDED, LISTED, LISTING, NOTICED, Facts
from ...workflows.listing_words import SERVED
from ..documents.texts import Plain, in_chinese, in_words
from ..engine import clocks
from ..engine.history import Told
from . import list_entries, list_exit_wording, list_terms

WAY_LETTER_FOR = "serious"
"""The kind of list whose decision goes with the letter on how to leave (国办发〔2025〕22号)."""


def of(
    session: Session, case: Case, told: Sequence[Told], *, day: date, rulebook: Rulebook
) -> dict[str, Plain]:
    """What the texts of a listing or a list exit may name; nothing for other workflows."""
    if case.workflow == LIST_EXIT.name:
        return list_exit_wording.of(session, case, told, day=day, rulebook=rulebook)
    if case.workflow != LISTING.name:
        return {}
    facts = LISTING.load(case.facts)
    found, entry = list_entries.type_of_case(session, case), list_entries.of_case(session, case)
    values = (
        list_terms.of_list(session, found, facts.measures, day=day, rulebook=rulebook)
        | _matter(session, case, facts)
        | _reply_period(session, case, facts, day=day, rulebook=rulebook)
        | _reply(facts, told)
    )
    if entry is not None:
        values |= list_terms.ahead(entry, day=day, rulebook=rulebook)
    return values


def _matter(session: Session, case: Case, facts: Facts) -> dict[str, Plain]:
    """What it is about, who may see it, and what the paper comes to."""
    is_decided = case.state in (DECIDED.name, LISTED.name)
    return {
        "shown_how": list_terms.SHOWN[facts.scope],
        "is_public": facts.scope == "public",
        "has_way_letter": facts.kind == WAY_LETTER_FOR,
        "grounds_named": _names(session, case, "grounds_paper"),
        "evidence_named": _names(session, case, "reply_evidence"),
        "outcome": f"{'决定' if is_decided else '拟'}列入“{facts.matter}”",
    }


def _reply_period(
    session: Session, case: Case, facts: Facts, *, day: date, rulebook: Rulebook
) -> dict[str, Plain]:
    """Until when one may reply and how that day was counted; before the notice, as if it were given today."""
    running = [found for found in clocks.of_case(session, case.id) if found.state == NOTICED.name]
    due: Deadline | None = running[-1] if running else None
    told = (
        [Sentence.from_json(line) for line in due.explanation]
        if due
        else rulebook.due(facts.reply_rule, day).explanation
    )
    return {
        "reply_until": due.due_on if due else rulebook.due(facts.reply_rule, day).due_on,
        "reply_reckoning": tuple(map(in_chinese, told)),
        "reply_length": str(
            rulebook.pack.rule(facts.reply_rule, on=day, place=rulebook.place).period
        ).replace(" ", ""),
    }


def _reply(facts: Facts, told: Sequence[Told]) -> dict[str, Plain]:
    """When the notice was given and served, what was said in reply, and what was answered, point by point."""
    days = {event.step: clock.legal_day(event.at) for event in told}
    answers = enumerate(facts.reply_points, start=1)
    return {
        "noticed_on": days.get("serve_notice", ""),
        "served_words": _service(facts, days),
        "replied_on": days.get("reply", days.get("enter_reply", "")),
        "replies": tuple((point, facts.answers.get(str(place), "")) for place, point in answers),
    }


def _service(facts: Facts, days: dict[str, date]) -> str:
    """When and how the notice was served."""
    if facts.served_on:
        return f"{in_words(facts.served_on)}，{SERVED[facts.served_how]}"
    if "sign_for" in days:
        return f"{in_words(days['sign_for'])}，在线签收"
    return ""


def _names(session: Session, case: Case, field: str) -> tuple[str, ...]:
    """The files of one kind that stand with the case, by name."""
    wanted = select(Attachment.name).where(
        Attachment.case_id == case.id, Attachment.field == field, Attachment.removed_at.is_(None)
    )
    return tuple(session.scalars(wanted.order_by(Attachment.id)))
