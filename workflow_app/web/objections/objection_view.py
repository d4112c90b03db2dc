"""The pages before an objection as plain values: records, grounds, what is attached, what runs already, how long it takes.

Rights, rules and findings come from the services; nothing is decided here. Of a record of somebody else only what is
public is shown.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for

from forms.objections import TOLD

from ...domain import clock, masking
from ...domain.people import Actor
from ...domain.refusals import NotYours
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.party import Subject
from ...models.record import CreditRecord
from ...services import guides
from ...services.cases import case_file
from ...services.objections import foreign_records, objecting
from ...services.objections.objecting import Dispute
from ...services.records import period_checks, publication, records
from ...services.records.publication import Line
from ...services.rules import rulebooks
from ...workflows import BY_NAME
from ...workflows.objection_words import FILLERS, GROUNDS
from ...workflows.repair import REPAIR
from ..cases import case_clocks, case_rows, case_view
from ..commitments import publicity as public_record
from ..house import house
from ..public_view import rule_row
from ..records import credit_rows

SAID = {
    "own": N_("您以本单位（本人）的名义提出。"),
    "mandate": N_("您是受委托的经办人，提出以后会通知委托您的主体。"),
    "window": N_("信用办窗口代为填写，记入办件，并通知异议人。请核对来人的身份证件和授权。"),
}
"""The declaration who fills in, by capacity."""
LIMITS = ("OB-01", "OB-02", "OB-04", "OB-05", "OB-06", "OB-06-EXT", "OB-08", "OB-10", "OB-11")
OVERALL = "OB-09"


def day_of_request() -> date:
    """The legal day of the request."""
    return clock.legal_day(clock.now())


def filler(capacity: str) -> dict[str, Sentence]:
    """Who fills in."""
    return {"title": Sentence(FILLERS[capacity]), "told": Sentence(SAID[capacity])}


def start_page(asked: Dispute, actor: Actor, about: str) -> dict[str, Any]:
    """Everything on the start page but the form: the record, what goes with it, what runs on it, drafts."""
    session = db.session()
    known, found = objecting.about_cases(session, asked), objecting.running(session, asked)
    return {
        "asked": asked,
        "filler": filler(asked.filled_by),
        "has_file": asked.subject.id in actor.subject_ids(workflow=REPAIR.name),
        "line": record_line(asked.record) if asked.is_own else None,
        "hints": hints(asked, known),
        "attached": [card for ground in known for card in attached(asked, ground, known[ground], about)],
        "running": [case_row(case) for case in found],
        "drafts": [case_row(case) for case in objecting.drafts(session, asked, actor)],
        "particulars": particulars(asked),
        "both": None if asked.is_own else both(asked),
    }


def hints(asked: Dispute, known: Mapping[str, Sequence[Case]]) -> dict[str, Sentence]:
    """Each ground in one line; the publicity period with what the system itself finds today."""
    told = {ground: Sentence(text) for ground, text in TOLD.items()}
    if asked.is_own:
        book = rulebooks.current(db.session(), house())
        found = period_checks.of(asked.record, day=day_of_request(), rulebook=book).sentence
        told["period"] = Sentence(N_("%(told)s系统核对的结果：%(found)s"), told=told["period"], found=found)
    return told


def attached(asked: Dispute, ground: str, known: Sequence[Case], about: str) -> list[dict[str, Any]]:
    """The case that goes with an objection on this ground, with its documents, and the ways to take another one."""
    chosen = objecting.chosen(known, about)
    return [
        case_row(case)
        | {
            "goes_with": Sentence(GROUNDS[ground]),
            "documents": [case_rows.document_card(each) for each in case_file.documents(db.session(), case)],
            "others": [
                {"number": other.number, "url": start_url(asked, about=other.number)}
                for other in known
                if other is not case
            ],
        }
        for case in known
        if case.number == chosen
    ]


def start_url(asked: Dispute, **more: Any) -> str:
    """The start page of this dispute; whose it is need not be said for a record of one's own."""
    known: dict[str, Any] = {} if asked.is_own else {"subject": asked.subject.id}
    return url_for("objections.start", ref=asked.record.ref, **known, **more)


def case_row(case: Case, due: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """A case in a line; a draft leads to where it is filled in."""
    workflow = BY_NAME[case.workflow]
    state = workflow.state(case.state)
    is_draft = state == workflow.first
    return {
        "url": url_for("cases.edit" if is_draft else "cases.show", address=case.address),
        "number": case.number,
        "title": Sentence(workflow.title),
        "ground": Sentence(GROUNDS[case.facts["ground"]]) if case.facts.get("ground") in GROUNDS else None,
        "matter": foreign_records.title(case),
        "subject": case.subject.name,
        "state": Sentence(state.title),
        "tone": case_view.tone(workflow, state),
        "is_ended": state.ended,
        "due": due,
    }


def objection_rows(found: Sequence[Case]) -> list[dict[str, Any]]:
    """Objections with their states and the day until which each is due."""
    calendar = rulebooks.current(db.session(), house()).calendar
    due = case_clocks.told(db.session(), found, today=day_of_request(), calendar=calendar)
    return [case_row(case, due.get(case.id)) for case in found]


def record_line(record: CreditRecord) -> dict[str, Any]:
    """A record of the reader's own in a line."""
    return {
        "title": record.title,
        "unit": credit_rows.unit_name(record),
        "decision_no": record.decision_no,
        "decided_on": record.decided_on,
        "kind": Sentence(records.KINDS[record.kind]),
        "has_ended": record.publicity_ended_at is not None,
        "url": url_for("objections.start", ref=record.ref),
    }


def public_line(line: Line, subject: Subject) -> dict[str, Any]:
    """A public record of somebody else that this subject may say is not meant for it."""
    return {
        "name": line.subject_name,
        "code": line.subject_code,
        "title": line.title,
        "decision_no": line.decision_no,
        "url": url_for("objections.start", ref=line.ref, subject=subject.id),
    }


def particulars(asked: Dispute) -> list[dict[str, Any]]:
    """What the record says now: all of it to the one it is about, to others what is public."""
    if asked.is_own:
        return credit_rows.particulars(asked.record)
    line = publication.line(db.session(), asked.record.ref, today=day_of_request())
    return public_record.particulars(line)


def both(asked: Dispute) -> dict[str, str]:
    """Whom the public record names, and who says that it is somebody else; codes masked as everywhere."""
    line = publication.line(db.session(), asked.record.ref, today=day_of_request())
    own = asked.subject
    return {
        "public_name": line.subject_name,
        "public_code": line.subject_code,
        "name": own.name,
        "code": masking.mask_code(own.kind, own.code),
    }


def subject_row(subject: Subject) -> dict[str, Any]:
    """A subject found at the window; the code masked as everywhere."""
    return {
        "name": subject.name,
        "code": masking.mask_code(subject.kind, subject.code),
        "url": url_for("objections.window", subject=subject.id),
    }


def own_records(found: Sequence[Subject]) -> list[dict[str, Any]]:
    """The records of each subject that may be objected to."""
    return [
        {
            "name": subject.name,
            "rows": [record_line(record) for record in records.of_subject(db.session(), subject.id)],
        }
        for subject in found
    ]


def limits() -> dict[str, Any]:
    """How long it takes, and how long there is for review by others, from the rules in force."""
    book = rulebooks.current(db.session(), house())
    rules = {
        name: book.pack.rule(name, on=day_of_request(), place=book.place)
        for name in (*LIMITS, OVERALL, *guides.REMEDIES)
    }
    return {
        "overall": rule_row(rules[OVERALL]),
        "limits": [rule_row(rules[name]) for name in LIMITS],
        "remedies": [rule_row(rules[name]) for name in guides.REMEDIES],
        "grounds": [
            {"title": Sentence(title), "told": Sentence(TOLD[name])} for name, title in GROUNDS.items()
        ],
    }


def found_subject(number: int | None) -> Subject:
    """The subject of this number. Raises NotYours."""
    found = db.session.get(Subject, number) if number is not None else None
    if found is None:
        raise NotYours
    return found
