"""An application for repair as its pages show it: records to choose, what is asked, what was found, letters, outcomes.

Plain values only. Rights, rules and findings come from the services; nothing is decided here.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from flask import url_for
from flask_login import current_user
from markupsafe import Markup

from ...domain import masking
from ...domain.people import Actor
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.party import Subject
from ...models.repair import RepairApplication
from ...services.cases import attachments, case_file
from ...services.documents import documents, texts, wording
from ...services.engine import circumstances
from ...services.repair import applications, filing
from ...services.repair.filing import Candidate
from ...services.repair.precheck import Checked
from ...services.rules import rulebooks
from ...workflows.commitment import COMMITMENT
from ...workflows.repair import LETTER_SIGNED, REPAIR
from ...workflows.repair_words import FILLERS
from ..cases import case_rows, case_view
from ..house import house
from ..records.credit_rows import class_name, unit_name
from ..ui import say, tell_size

KIND = "commitment_letter"
SAID = {
    "own": N_("您以本单位（本人）的名义填写。不需要请人代办，也不需要付钱给任何人。"),
    "mandate": N_(
        "您是受委托的经办人，每一步都会通知委托您的主体。信用修复不收取任何费用，主体不需要为此付钱给任何人。"
    ),
    "window": N_("信用办窗口代为填写，记入办件，并通知申请人。窗口不收取任何费用。"),
}
"""The declaration who fills in, by capacity."""


def filler(capacity: str) -> dict[str, Sentence]:
    """Who fills in, and that nobody has to be paid for it."""
    return {"title": Sentence(FILLERS[capacity]), "told": Sentence(SAID[capacity])}


def candidate(one: Candidate, asked: str | None) -> dict[str, Any]:
    """A record to choose: the one that was asked for is ticked, the others are offered."""
    repair = one.repair
    told = repair.blocked_by[0].sentence if repair.blocked_by else repair.because[0]
    return about(one.record) | {
        "ref": one.record.ref,
        "may_apply": repair.may_apply,
        "only_with_a_plan": one.only_with_a_plan,
        "is_ticked": repair.may_apply and one.record.ref == asked,
        "told": told,
    }


def about(record: Any) -> dict[str, Any]:
    """A record in a line: matter, unit, decision number, class, since when it is shown."""
    return {
        "title": record.title,
        "unit": unit_name(record),
        "decision_no": record.decision_no,
        "class": class_name(record),
        "decided_on": record.decided_on,
        "shortest_end_on": record.min_end_on,
    }


def subject_row(subject: Subject) -> dict[str, Any]:
    """A subject found at the window; the code masked as everywhere."""
    return {
        "name": subject.name,
        "code": masking.mask_code(subject.kind, subject.code),
        "url": url_for("repairs.start", subject=subject.id),
    }


def application_row(application: RepairApplication) -> dict[str, Any]:
    """An application in the list: its records with their states."""
    cases = applications.cases_of(db.session(), application)
    return {
        "url": url_for("repairs.show", ref=application.ref),
        "subject": application.subject.name,
        "opened_at": application.opened_at,
        "records": [{"title": case.record.title if case.record else "", **state_of(case)} for case in cases],
    }


def state_of(case: Case) -> dict[str, Any]:
    """The state in a word and a tone."""
    state = REPAIR.state(case.state)
    return {"state": Sentence(state.title), "tone": case_view.tone(REPAIR, state)}


def head(application: RepairApplication) -> dict[str, Any]:
    """What stands on every page of an application."""
    return {
        "application": application,
        "subject": application.subject,
        "filler": filler(application.filled_by),
        "is_window": application.filled_by == "window",
    }


def draft_rows(drafts: Sequence[Case]) -> list[dict[str, Any]]:
    """The records that are being asked for."""
    return [about(case.record) | {"ref": case.ref} for case in drafts]


def papers(drafts: Sequence[Case]) -> list[dict[str, Any]]:
    """The files of the drafts, each once however many records share it."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for case in drafts:
        for paper in attachments.of_case(db.session(), case):
            key = (paper.field, paper.sha256, case.ref if paper.field == "paper_letter" else "")
            about_record = f"（{case.record.decision_no}）" if key[2] and case.record else ""
            found.setdefault(
                key,
                {
                    "id": paper.id,
                    "title": f"{say(REPAIR.papers[paper.field])}{about_record} · {paper.name}",
                    "url": url_for("papers.show", address=case.address, paper_id=paper.id),
                    "kind": paper.type.rpartition("/")[2].upper(),
                    "size": tell_size(paper.size),
                },
            )
    return list(found.values())


def checked_rows(checked: Sequence[Checked], *, day: date, with_letters: bool) -> list[dict[str, Any]]:
    """The records with what was found, and the letter of each that will be signed."""
    return [
        about(one.case.record)
        | {"ref": one.case.ref, "found": one.found}
        | (letter(one.case, day=day) if with_letters else {})
        for one in checked
    ]


def letter(case: Case, *, day: date) -> dict[str, Any]:
    """The very letter that will be signed for this record, or why there is none."""
    session, record = db.session(), case.record
    assert record is not None
    try:
        item = applications.letter_item(session, record, on=day)
    except Refused as refused:
        return {"letter": None, "no_letter": refused.sentence}
    text = texts.current(item.letter, on=day)
    known = applications.letter_facts(case) | {"valid_until": circumstances.item_on(item, day).latest_end_on}
    planned = Case(
        workflow=COMMITMENT.name,
        state=COMMITMENT.first.name,
        subject_id=case.subject_id,
        subject=case.subject,
        unit=item.unit,
        item=item,
        record=record,
        facts=COMMITMENT.dump(COMMITMENT.facts(**known)),
    )
    values, particulars = wording.of(
        session, planned, COMMITMENT, told=(), names=text.placeholders, actor=current_user.actor, day=day,
        house=house(), rulebook=rulebooks.current(session, house()),
    )  # fmt: skip
    shown: Markup = documents.preview(KIND, text=text, values=values, particulars=particulars, on=day)
    return {"letter": shown}


def outcomes(application: RepairApplication, actor: Actor, *, now: datetime) -> list[dict[str, Any]]:
    """Every record of the application: number or draft, state, whose turn, until when, documents, letter."""
    found = applications.cases_of(db.session(), application)
    return [outcome(case, actor, now=now) for case in found if REPAIR.readers.holds(case, actor, {})]


def outcome(case: Case, actor: Actor, *, now: datetime) -> dict[str, Any]:
    """How the case of one record stands. A draft says why it could not be handed in, if it could not."""
    shown = case_view.load(db.session(), case.address, actor, now=now)
    values = case_view.page(db.session(), shown, now=now, house=house())
    wanted = ("state", "tone", "turn", "is_yours", "due", "due_words", "documents", "returned")
    is_draft = case.state == REPAIR.first.name
    return (
        about(case.record)
        | {name: values[name] for name in wanted}
        | {
            "number": case.number,
            "case_url": url_for("cases.show", address=case.address),
            "is_draft": is_draft,
            "objection_way": values["objection_way"],
            "is_over": REPAIR.state(case.state).ended,
            "why_not": why_not(shown) if is_draft else None,
            "letters": [case_rows.document_card(each) for each in letters_of(case)],
        }
    )


def why_not(shown: case_rows.Shown) -> Sentence | None:
    """Why the case can't be handed in as it stands; that the letter is not signed yet is no reason, signing is the act."""
    offer = next((one for one in shown.offers if one.step.name == "submit"), None)
    if offer is None or offer.why_not is None or offer.why_not.text == LETTER_SIGNED.sentence:
        return None
    return offer.why_not


def letters_of(case: Case) -> list[Any]:
    """The letters that were signed for the record within this application."""
    return [
        document
        for letter_case in applications.letters_of(db.session(), case)
        for document in case_file.documents(db.session(), letter_case)
        if document.kind == KIND
    ]


def capacity_for(actor: Actor, subject_id: int) -> dict[str, Sentence]:
    """The declaration for this reader and subject. Raises NotYours."""
    return filler(filing.capacity(actor, subject_id))
