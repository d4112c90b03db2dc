"""What was found in an objection and in its review, as its letters say it: who checked, row by row, with which result.

The first result is told from what was handed in then, because a review writes over the remedy of the first answer.
"""

from collections.abc import Mapping

from sqlalchemy import select

from ...models.document import Document
from ...workflows.objection_words import FINDINGS, REMEDIES
from ..documents.texts import Plain
from . import objection_lines
from .objection_course import ANSWERS, ENDS, RESULTS, REVIEWS, Course, provider
from .objection_lines import Column


def found(course: Course) -> dict[str, Plain]:
    """Who checked what and found what, and what was done about it."""
    event, facts = course.last(*ANSWERS), course.facts
    finding = _finding(course)
    is_own = event is not None and event.step == "correct_own"
    rows = objection_lines.rows(
        course.case,
        course.before,
        (Column(facts.claims), Column(facts.source), _new_values(finding, facts.remedy, facts.difference)),
        named=frozenset({*facts.claims, *facts.source, *(facts.difference if finding == "wrong" else ())}),
    )
    return {
        "checked_by": course.office if is_own else provider(course),
        "checked_by_person": course.who_took(*ANSWERS),
        "checked_on": course.day_of(*ANSWERS),
        "finding_title": FINDINGS.get(finding, ""),
        "remedy_title": REMEDIES.get(facts.remedy, ""),
        "outcome": _outcome(course, finding),
        "answer": facts.answer,
        "lines": objection_lines.narrow(rows),
        "long_lines": objection_lines.wide(rows),
        "is_wrong": finding == "wrong",
        "is_right": finding == "right",
        "is_changed": facts.remedy == "change",
        "is_removed": facts.remedy == "remove",
        "is_ended": facts.remedy == "end",
        "clerk_name": course.who_took(*RESULTS, *ENDS),
    }


def _finding(course: Course) -> str:
    """The finding of the check; an own error that the office corrects needs none to be chosen."""
    event = course.last(*ANSWERS)
    return "wrong" if event and event.step == "correct_own" else course.facts.finding


def _new_values(finding: str, remedy: str, difference: Mapping[str, str]) -> Column:
    """The last column: the new value, or in a word why there is none."""
    if finding != "wrong":
        return Column({}, {"right": "不更正", "unclear": "无法核实"}.get(finding, objection_lines.NOTHING))
    if remedy == "change":
        return Column(difference, "不变")
    return Column(
        {}, {"remove": "撤下", "end": "停止公示", "redo": "重新办理"}.get(remedy, objection_lines.NOTHING)
    )


def _outcome(course: Course, finding: str) -> str:
    """The result in a line, for the verify page; empty before there is one."""
    decided = course.last(*REVIEWS)
    if decided is not None:
        is_changed = decided.step == "review_correct"
        return (
            f"复核：改变原处理结果，{REMEDIES[course.facts.remedy]}" if is_changed else "复核：维持原处理结果"
        )
    if course.last(*RESULTS) is None:
        return ""
    return (
        f"{FINDINGS[finding]}，{REMEDIES[course.facts.remedy]}" if finding == "wrong" else FINDINGS[finding]
    )


def review(course: Course) -> dict[str, Plain]:
    """What was asked to be reviewed, what the first result was, and what the review made of it."""
    asked, decided, facts = course.last("request_review"), course.last(*REVIEWS), course.facts
    is_changed = decided is not None and decided.step == "review_correct"
    before = objection_lines.shown_before(course.session, course.case, since=asked.at if asked else None)
    after = _new_values("wrong", facts.remedy, facts.difference) if is_changed else Column({}, "维持")
    rows = objection_lines.rows(
        course.case,
        before,
        (Column(facts.claims), Column(facts.source), after),
        named=frozenset({*facts.claims, *facts.source, *(facts.difference if is_changed else ())}),
    )
    return {
        "review_requested_on": course.day_of("request_review"),
        "first_decided_on": course.day_of(*RESULTS),
        "first_result": _first_result(course),
        "first_document": _first_document(course),
        "is_review_changed": is_changed,
        "review_lines": objection_lines.narrow(rows) if asked else (),
        "long_review_lines": objection_lines.wide(rows) if asked else (),
        "lead_name": course.who_took(*REVIEWS),
    }


def _first_result(course: Course) -> str:
    """The first result in a line, as it was found then: a review writes over the remedy of the first answer."""
    answer = course.last(*ANSWERS)
    if answer is None:
        return ""
    finding = "wrong" if answer.step == "correct_own" else str(answer.given.get("finding") or "")
    remedy = REMEDIES.get(str(answer.given.get("remedy") or ""), "")
    said = FINDINGS.get(finding, "")
    return f"{said}，{remedy}" if finding == "wrong" and remedy else said


def _first_document(course: Course) -> str:
    wanted = select(Document.number).where(
        Document.case_id == course.case.id, Document.kind == "objection_result"
    )
    return course.session.scalar(wanted.order_by(Document.id).limit(1)) or ""
