"""What the pages of the exam show. Of a paper that is being sat they are given no right answer: there is none to leak."""

import math
from datetime import datetime
from typing import Any

from flask import url_for
from werkzeug.datastructures import MultiDict

from ...domain import clock
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.training import Attempt, TrainingClass
from ...services.cases import case_file
from ...services.training import exams, training
from ...services.training.exams import Posed
from ...workflows.training import EXAM_OPEN, TRAINING
from ..cases import case_rows
from ..records.credit_rows import way

KINDS = {"single": N_("单选题"), "multiple": N_("多选题"), "true_false": N_("判断题")}
CERTIFICATE = "training_certificate"


def answers_sent(form: MultiDict[str, str], sat: Attempt) -> dict[str, list[int]] | None:
    """What the form of this paper says; None for any other form. A box that is not ticked any more is told by its absence."""
    if form.get("paper") != str(sat.number):
        return None
    sent = {}
    for place, posed in enumerate(exams.paper(sat), start=1):
        picked = form.getlist(f"q{place}", type=int)
        if picked or not posed.is_single:
            sent[str(place)] = picked
    return sent


def start_page(case: Case, *, now: datetime) -> dict[str, Any]:
    """The rules, what is left, and whether an attempt can begin."""
    held = training.class_of(db.session(), case)
    taken = exams.attempts(db.session(), case)
    in_bank = len(exams.in_force(db.session(), held, now=now))
    is_open = case.state == EXAM_OPEN.name
    return {
        **_common(case, held),
        "is_open": is_open,
        "why_not": exams.why_not_start(db.session(), case, now=now),
        "number": len(taken) + 1,
        "left": max(held.attempts - len(taken), 0),
        "count": min(held.draw, in_bank),
        "until": exams.ends_at(held, case, now=now) if is_open else None,
        "taken": [attempt_row(case, held, one) for one in taken],
        **_way_on(case),
    }


def attempt_row(case: Case, held: TrainingClass, sat: Attempt) -> dict[str, Any]:
    """An attempt that was handed in, in a line."""
    return {
        "number": sat.number,
        "score": sat.score,
        "has_passed": sat.score is not None and sat.score >= held.pass_mark,
        "handed_in_at": sat.handed_in_at,
        "url": url_for("exams.result", address=case.address, number=sat.number),
    }


def paper_page(case: Case, sat: Attempt, typed: dict[str, list[int]], *, now: datetime) -> dict[str, Any]:
    """The paper. `typed` is what the reader had chosen when the sign-in ran out; it stands before what was kept."""
    shown = {**sat.answers, **typed}
    questions = [
        question_row(place, posed, shown.get(str(place), []))
        for place, posed in enumerate(exams.paper(sat), start=1)
    ]
    held = training.class_of(db.session(), case)
    return {
        **_common(case, held),
        "sat": sat,
        "questions": questions,
        **_time_left(sat, now=now),
        **saved_line(case, sat),
        "answered": sum(any(option["is_chosen"] for option in row["options"]) for row in questions),
    }


def question_row(place: int, posed: Posed, picked: list[int]) -> dict[str, Any]:
    """A question as it is asked, with nothing about what is right."""
    return {
        "place": place,
        "kind": Sentence(KINDS[posed.kind]),
        "is_single": posed.is_single,
        "asked": posed.asked,
        "options": [
            {"place": at, "text": text, "is_chosen": at in picked} for at, text in enumerate(posed.options)
        ],
    }


def saved_line(
    case: Case, sat: Attempt, *, saved_at: datetime | None = None, refusal: Sentence | None = None
) -> dict[str, Any]:
    """The line that says how many questions were answered and when that was kept, or why it was not."""
    count = len(sat.drawn)
    return {
        "answers_url": url_for("exams.keep", address=case.address, number=sat.number),
        "count": count,
        "answered": count - len(exams.unanswered(sat)),
        "saved_at": None if refusal else saved_at,
        "refusal": refusal,
    }


def check_page(case: Case, sat: Attempt, *, now: datetime) -> dict[str, Any]:
    """What was left out; nothing can be changed any more once the time is over."""
    held = training.class_of(db.session(), case)
    count = len(sat.drawn)
    return {
        **_common(case, held),
        "sat": sat,
        "is_over": now >= sat.ends_at,
        "count": count,
        "unanswered": exams.unanswered(sat),
        **_time_left(sat, now=now),
    }


def result_page(case: Case, sat: Attempt, *, now: datetime) -> dict[str, Any]:
    """The score, the way on, and each question with what was chosen and what is right."""
    held = training.class_of(db.session(), case)
    posed = exams.paper(sat)
    rows = [result_row(place, one, exams.chosen(sat, place)) for place, one in enumerate(posed, start=1)]
    taken = exams.attempts(db.session(), case)
    return {
        **_common(case, held),
        **attempt_row(case, held, sat),
        "questions": rows,
        "right": sum(row["is_right"] for row in rows),
        "count": len(rows),
        "left": max(held.attempts - len(taken), 0),
        "may_start": exams.running(taken) is None
        and exams.why_not_start(db.session(), case, now=now) is None,
        **_way_on(case),
    }


def result_row(place: int, posed: Posed, picked: list[int]) -> dict[str, Any]:
    """A question after its paper was handed in."""
    row = question_row(place, posed, picked)
    for option in row["options"]:
        option["is_right"] = option["place"] in posed.right
    return row | {"is_right": exams.is_right(posed, picked), "is_answered": bool(picked), "why": posed.why}


def _common(case: Case, held: TrainingClass) -> dict[str, Any]:
    return {"case": case, "held": held}


def _time_left(sat: Attempt, *, now: datetime) -> dict[str, Any]:
    seconds = max(math.ceil((sat.ends_at - now).total_seconds()), 0)
    return {
        "ends_at": f"{sat.ends_at.astimezone(clock.LEGAL_ZONE):%H:%M}",
        "seconds_left": seconds,
        "minutes_left": math.ceil(seconds / 60),
    }


def _way_on(case: Case) -> dict[str, Any]:
    """The certificate, once there is one, and the classes for whoever was not through."""
    documents = case_file.documents(db.session(), case)
    found = next((one for one in documents if one.kind == CERTIFICATE), None)
    return {
        "state": Sentence(TRAINING.state(case.state).title),
        "has_ended": TRAINING.state(case.state).ended,
        "certificate": case_rows.document_card(found) if found else None,
        "classes": way("training.index"),
    }
