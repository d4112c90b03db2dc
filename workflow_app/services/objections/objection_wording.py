"""The plain values about an objection that its letters name: what was disputed, found, decided, told, and what comes next.

A letter is written in the transaction of the step that decided, after everything was carried out; so what was shown before
is read from the changes that this case left. Reads only, says everything in the source language, and gives nothing for
other workflows. What one objector may not know of another's record is left out here and nowhere later.
"""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.rulebook import Rulebook
from ...domain.words import N_
from ...models.attachment import Attachment
from ...models.case import Case
from ...models.document import Document
from ...models.objection import CorrectionNotice
from ...workflows import BY_NAME
from ...workflows.objection_words import GROUNDS
from ..documents.texts import Plain, in_chinese
from ..engine import clocks, outlook
from ..engine.history import Told
from ..records import period_checks
from . import foreign_records, objection_findings, objection_lines, objection_places
from .objection_course import RESULTS, REVIEWS, Course, office

REVIEW_WINDOW, REVIEW_RULE = "review_window", "OB-10"
DISPUTED_DECISIONS = ("repair_rejection", "repair_refusal", "breach_decision")
PAPERS = {"evidence_named": ("evidence", "identity_proof"), "source_named": ("source_evidence",),
          "review_evidence_named": ("review_evidence",)}  # fmt: skip
HANDED_IN, REVIEWING = "received", "reviewing"
MARKED = N_(
    "这条信息已经标注“异议处理中”，公示、查询和共享时一并显示。公示不因异议而停止；有明显错误的，认定单位可以先行停止公示。"
)
MARKED_AGAIN = N_("复核期间，这条信息重新标注“异议处理中”。复核由没有参与过本件办理的负责人决定，只有一次。")
ASKED_FOR_REVIEW = N_("异议（申请复核）")


def of(
    session: Session, case: Case, told: Sequence[Told], *, day: date, rulebook: Rulebook
) -> dict[str, Plain]:
    """What the texts of an objection may name; nothing for a case that disputes no record."""
    facts = BY_NAME[case.workflow].load(case.facts)
    if case.record is None or not hasattr(facts, "claims"):
        return {}
    before = objection_lines.shown_before(session, case)
    course = Course(session, case, facts, told, before, office(session))
    return (
        _matter(course)
        | _papers(course)
        | objection_findings.found(course)
        | objection_findings.review(course)
        | _publicity(course, day=day, rulebook=rulebook)
        | _remedies(course, day=day, rulebook=rulebook)
        | _receipt(course)
    )


def _matter(course: Course) -> dict[str, Plain]:
    """What is disputed, as it was when it was disputed, and who answers for it."""
    case, facts = course.case, course.facts
    assert case.record is not None
    told = foreign_records.to_subject(case, course.before)
    return {
        "unit_name": course.office,
        "record_unit_name": case.record.unit.name,
        "ground_title": GROUNDS.get(facts.ground, ""),
        "record_title": told.get("title", objection_lines.NOT_PUBLIC),
        "decision_no": course.before["decision_no"],
        "decided_at_first_on": date.fromisoformat(course.before["decided_on"]),
        "is_about_a_case": bool(facts.about_case),
        "about_case_number": facts.about_case,
        "about_document": _disputed_decision(course),
    }


def _disputed_decision(course: Course) -> str:
    """The decision that is disputed, by its title and number; empty when the objection is about the record alone."""
    wanted = (
        select(Document)
        .join(Case, Document.case_id == Case.id)
        .where(Case.number == course.facts.about_case, Document.kind.in_(DISPUTED_DECISIONS))
        .order_by(Document.id.desc())
    )
    found = course.session.scalars(wanted).first() if course.facts.about_case else None
    return f"《{found.title}》（{found.number}）" if found else ""


def _papers(course: Course) -> dict[str, Plain]:
    """The files that each side handed in, by name."""
    wanted = select(Attachment).where(Attachment.case_id == course.case.id, Attachment.removed_at.is_(None))
    there = course.session.scalars(wanted.order_by(Attachment.id)).all()
    return {
        name: tuple(paper.name for paper in there if paper.field in fields) for name, fields in PAPERS.items()
    }


def _publicity(course: Course, *, day: date, rulebook: Rulebook) -> dict[str, Plain]:
    """Was the record shown meanwhile, which marks stay, who was told, and the system's own check of the period."""
    case, record = course.case, course.case.record
    assert record is not None
    hidden = next((mark for mark in record.marks if (mark.kind, mark.case_id) == ("hidden", case.id)), None)
    others = [mark for mark in record.marks if mark.kind == "objection" and mark.until is None]
    was_up = (
        course.before.get("publicity_ended_at", "" if record.publicity_ended_at is None else "down") == ""
    )
    checked = period_checks.of(record, day=day, rulebook=rulebook, is_as_if_shown=was_up)
    decided = course.last(*RESULTS, *REVIEWS)
    notice = select(CorrectionNotice.id).where(CorrectionNotice.case_id == case.id)
    return {
        "was_shown": was_up and course.before["scope"] == "public",
        "was_hidden": hidden is not None,
        "hidden_on": clock.legal_day(hidden.since) if hidden else "",
        "is_shown_again": record.hidden_at is None and record.publicity_ended_at is None,
        "has_other_objections": any(mark.case_id != case.id for mark in others),
        "has_note": any(
            mark.kind == "unclear" and mark.until is None and mark.case_id == case.id for mark in record.marks
        ),
        "period_check": in_chinese(checked.sentence) if course.facts.ground == "period" else "",
        "places_told": objection_places.told(course.session, case, since=decided.at) if decided else (),
        "has_correction_notice": course.session.scalar(notice.limit(1)) is not None,
    }


def _remedies(course: Course, *, day: date, rulebook: Rulebook) -> dict[str, Plain]:
    """Until when a review may be asked for, and whether that day rests on a law of this place."""
    running = clocks.running(course.session, course.case.id)
    window = next((each.due_on for each in running if each.state == REVIEW_WINDOW), None)
    rule = rulebook.pack.rule(REVIEW_RULE, on=day, place=rulebook.place)
    return {
        "ask_review_until": window or rulebook.due(REVIEW_RULE, day).due_on,
        "is_review_day_set_here": not rule.is_confirmed,
    }


def _receipt(course: Course) -> dict[str, Plain]:
    """What a receipt says otherwise than for other cases: the mark comes first, and a review is asked for on its own day."""
    case = course.case
    if case.state not in (HANDED_IN, REVIEWING):
        return {}
    following = outlook.what_next(BY_NAME[case.workflow], case.state)
    is_review = case.state == REVIEWING
    first = MARKED_AGAIN if is_review else MARKED
    told: dict[str, Plain] = {"next_steps": (first, *map(str, following))}
    if is_review:
        asked_on = course.day_of("request_review")
        told |= {"type_title": ASKED_FOR_REVIEW, "submitted_on": asked_on, "handler_name": ""}
        told["papers"] = _papers(course)["review_evidence_named"]
    return told
