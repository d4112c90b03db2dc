"""Training pages as plain values: classes, lessons, how far each is studied, and the window that counts.

Decides nothing: who may enrol comes from `services.training.enrolling`, what counts from `services.training.study`. A window is sealed when
its page is given out, so that nobody can make one up or say that it was opened earlier.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Response, current_app, request, send_file, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from ...domain import clock
from ...domain.people import Actor
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.case import Case
from ...models.training import Lesson, TrainingClass
from ...services.training import enrolling, lesson_text, study, training
from ...services.training.study import Progress, Tab
from ...services.training.training_lessons import KINDS as LESSON_KINDS
from ...services.training.training_videos import Video
from ...workflows.training import EXAM_OPEN, LEARNING, TRAINING
from ...workflows.training_words import KINDS
from ..cases.case_view import tone
from ..records.credit_rows import way

OLD_PAGE = N_("这个学习页面打开得太久了。请刷新页面，已经记下的学习时间都保留着。")
SALT = "a window in which a lesson stands open"


@dataclass(frozen=True)
class Sent:
    """What a window says: which it is, sealed as it was given out, and how it says so. `told` is what it shows now."""

    tab: Tab
    sealed: str
    by_hand: bool
    leaves: bool
    told: str


def day_of_request() -> date:
    """The legal day of the request."""
    return clock.legal_day(clock.now())


def lasting(seconds: int) -> Sentence:
    """A length of time in words."""
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return Sentence(N_("%(seconds)s 秒"), seconds=rest)
    if not rest:
        return Sentence(N_("%(minutes)s 分钟"), minutes=minutes)
    return Sentence(N_("%(minutes)s 分 %(seconds)s 秒"), minutes=minutes, seconds=rest)


def classes(found: enrolling.Classes) -> dict[str, Any]:
    """The three lists of classes."""
    return {
        "open": [class_row(each) for each in found.open],
        "coming": [class_row(each) for each in found.coming],
        "over": [class_row(each) for each in found.over],
    }


def class_row(found: TrainingClass) -> dict[str, Any]:
    """A class in a list."""
    return {
        "class": found,
        "kind": Sentence(KINDS[found.kind]),
        "seats_left": max(0, training.seats_left(db.session(), found)),
        "lasting": lasting(sum(lesson.least_seconds for lesson in found.lessons)),
        "lessons": len(found.lessons),
        "url": url_for("training.show_class", ref=found.ref),
    }


def trainings(found: Sequence[Case]) -> list[dict[str, Any]]:
    """The reader's own trainings, each with the page on which it goes on."""
    return [training_row(case) for case in found]


def training_row(case: Case) -> dict[str, Any]:
    """A training in a line."""
    state = TRAINING.state(case.state)
    endpoint = "cases.edit" if state == TRAINING.first else "cases.show"
    goes_on = way(state.room, address=case.address) if state.room else None
    return {
        "url": goes_on.url if goes_on else url_for(endpoint, address=case.address),
        "lessons_url": url_for("training.lessons", address=case.address)
        if case.state in study.READABLE
        else None,
        "matter": case.facts["matter"],
        "subject": case.subject.name,
        "number": case.number,
        "state": Sentence(state.title),
        "tone": tone(TRAINING, state),
    }


def class_page(found: TrainingClass, actor: Actor | None) -> dict[str, Any]:
    """A class with its lessons and its exam, and how the reader may enrol."""
    own = enrolling.trainings_of(db.session(), actor) if actor else []
    mine = [case for case in own if case.facts["class_ref"] == found.ref]
    return {
        **class_row(found),
        "plan": [lesson_row(lesson) for lesson in found.lessons],
        "is_open": training.is_open(found, on=day_of_request()),
        "applications_until": training.applications_until(found),
        "is_over": found.ends_on < day_of_request(),
        "is_coming": found.opens_on > day_of_request(),
        "own": trainings(mine),
        "has_place": any(case.number and not TRAINING.state(case.state).ended for case in mine),
        "subjects": enrolling.subjects(db.session(), actor) if actor else [],
        "acts_for_somebody": bool(actor and actor.subject_ids()),
        "is_known": actor is not None,
        "sign_in_url": url_for("account.sign_in", next=url_for("training.show_class", ref=found.ref)),
    }


def lesson_row(lesson: Lesson) -> dict[str, Any]:
    """A lesson in the plan of its class."""
    return {
        "title": lesson.title,
        "position": lesson.position,
        "kind": Sentence(LESSON_KINDS[lesson.kind]),
        "lasting": lasting(lesson.least_seconds),
    }


def lessons_page(case: Case, found: TrainingClass, actor: Actor) -> dict[str, Any]:
    """The lessons of a training with what is studied of each, and the next thing to do."""
    studied = study.studied(db.session(), case)
    rows = [studied_row(case, one) for one in studied]
    left = [row for row in rows if not row["is_done"]]
    return {
        "case": case,
        "class": found,
        "state": Sentence(TRAINING.state(case.state).title),
        "tone": tone(TRAINING, TRAINING.state(case.state)),
        "rows": rows,
        "is_readable": case.state in study.READABLE,
        "is_learning": case.state == LEARNING.name,
        "is_trainee": enrolling.is_trainee(case, actor),
        "next": next(iter(left), None),
        "done": len(rows) - len(left),
        "seconds": sum(one.seconds for one in studied),
        "least": sum(one.lesson.least_seconds for one in studied),
        "needed": lasting(sum(one.lesson.least_seconds - one.seconds for one in studied if not one.is_done)),
        "exam": exam_way(case),
    }


def studied_row(case: Case, one: study.Studied) -> dict[str, Any]:
    """A lesson with what was studied of it, in words and as a bar."""
    standing = (
        (N_("已学完"), "done")
        if one.is_done
        else (N_("学习中"), "doing")
        if one.seconds
        else (N_("未学习"), "draft")
    )
    return {
        **lesson_row(one.lesson),
        "url": url_for("training.lesson", address=case.address, position=one.lesson.position),
        "seconds": one.seconds,
        "least": one.lesson.least_seconds,
        "studied": lasting(one.seconds),
        "is_done": one.is_done,
        "state": Sentence(standing[0]),
        "tone": standing[1],
    }


def lesson_page(case: Case, lesson: Lesson, actor: Actor) -> dict[str, Any]:
    """A lesson to read, and for its trainee the window that counts."""
    every = training.class_of(db.session(), case).lessons
    places = {one.position: one for one in every}
    told = study.progress(db.session(), case, lesson)
    tab = study.open_page(now=clock.now())
    sent = Sent(tab, seal(tab, case, lesson), by_hand=False, leaves=False, told="begins")
    return {
        **progress(case, lesson, told, sent, is_trainee=enrolling.is_trainee(case, actor)),
        "case": case,
        "lesson": lesson,
        "kind": Sentence(LESSON_KINDS[lesson.kind]),
        "parts": lesson_text.parts(lesson),
        "most_by_hand": lasting(int(study.MOST_BY_HAND.total_seconds())),
        "count": len(every),
        "before": step_to(case, places.get(lesson.position - 1)),
        "after": step_to(case, places.get(lesson.position + 1)),
        "video_url": url_for("training.video", address=case.address, position=lesson.position)
        if lesson.storage_key
        else None,
    }


def step_to(case: Case, lesson: Lesson | None) -> dict[str, str] | None:
    """The way to a neighbouring lesson."""
    if lesson is None:
        return None
    url = url_for("training.lesson", address=case.address, position=lesson.position)
    return {"title": lesson.title, "url": url}


def progress(
    case: Case, lesson: Lesson, told: Progress, sent: Sent, *, is_trainee: bool = True
) -> dict[str, Any]:
    """The panel that says how far the lesson is studied and whether time counts now."""
    following = [one for one in study.studied(db.session(), case) if not one.is_done]
    return {
        "told": told,
        "standing": standing(case, told, sent, is_trainee=is_trainee),
        "was_told": sent.told,
        "sealed": sent.sealed,
        "every": int(study.EVERY.total_seconds()),
        "beat_url": url_for("training.beat", address=case.address, position=lesson.position),
        "studied": lasting(told.seconds),
        "least": lasting(told.least_seconds),
        "needed": lasting(told.least_seconds - told.seconds),
        "next": step_to(case, following[0].lesson) if following else None,
        "exam": exam_way(case),
        "address": case.address,
    }


def standing(case: Case, told: Progress, sent: Sent, *, is_trainee: bool) -> str:
    """Whether time counts in this window, and if not, why."""
    if not is_trainee:
        return "reader"
    if told.is_done:
        return "done"
    if case.state != LEARNING.name:
        return "over"
    if told.is_counting:
        return "counting"
    return "begins" if sent.told == "begins" and request.method == "GET" else "other"


def by_hand_told(case: Case, told: Progress) -> Sentence:
    """What a press of the button brought."""
    if told.is_done:
        return Sentence(N_("这一课已经学完。"))
    if not told.is_counting:
        return Sentence(N_("这一次没有计时：另一个窗口正在学习，或者学习已经结束。"))
    needed = lasting(told.least_seconds - told.seconds)
    return Sentence(N_("学习时间已经记下。这一课还需要 %(needed)s，请接着读。"), needed=needed)


def exam_way(case: Case) -> Any:
    """The way to the exam while it is open, or None."""
    return way(EXAM_OPEN.room, address=case.address) if case.state == EXAM_OPEN.name else None


def seal(tab: Tab, case: Case, lesson: Lesson) -> str:
    """The window as its page carries it."""
    return str(sealing().dumps([tab.id, tab.opened_at.timestamp(), case.id, lesson.id]))


def beat_sent(case: Case, lesson: Lesson) -> Sent:
    """What the window sent. Raises Refused for one that was not given out for this lesson."""
    sealed = request.form.get("tab", "")
    try:
        name, opened_at, *about = sealing().loads(sealed)
    except (BadSignature, ValueError):
        raise Refused(OLD_PAGE, code="tab") from None
    if about != [case.id, lesson.id]:
        raise Refused(OLD_PAGE, code="tab")
    return Sent(
        Tab(name, datetime.fromtimestamp(opened_at, UTC)),
        sealed,
        by_hand=request.form.get("by") == "hand",
        leaves="leaves" in request.form,
        told=request.form.get("told", ""),
    )


def sealing() -> URLSafeSerializer:
    """The seal of this site."""
    return URLSafeSerializer(str(current_app.secret_key), salt=SALT)


def in_parts(video: Video) -> Response:
    """The video whole, or the part that a player asks for; 416 for a part that it does not have."""
    response = send_file(video.stream, mimetype=video.type, etag=video.key, max_age=3600)
    response.content_length = video.size
    response.cache_control.public = False
    response.cache_control.private = True
    try:
        response.make_conditional(request, accept_ranges=True, complete_length=video.size)
    except RequestedRangeNotSatisfiable:
        response.close()
        return Response(status=416, headers={"Content-Range": f"bytes */{video.size}"})
    return response
