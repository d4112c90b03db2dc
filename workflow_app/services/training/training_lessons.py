"""The lessons of a class: added, changed, moved and taken out until the class is published, never afterwards.

A lesson is a text, slides parted by a line `---`, or a video with what is said in it as text, because not everybody can
watch or hear it. A video is judged by its content and scanned like any other file before it is kept.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy.orm import Session

from ...domain.people import Actor
from ...domain.refusals import NotYours, Refused
from ...domain.words import N_, Sentence
from ...models.training import Lesson, TrainingClass
from ...workflows.training_words import LESSON_KINDS
from .. import papers
from ..house import House
from .training_classes import log, refuse_when_published

KINDS = LESSON_KINDS
MOST = 40
MOST_BYTES = 60 * 1024 * 1024
MEGABYTE = 1024 * 1024
HEAD = 64

TOO_MANY = N_("一个培训班最多 40 门课程。请合并，或者另建一个培训班。")
EMPTY_VIDEO = N_("“%(name)s”是空文件。请确认能播放后再上传。")
LARGE_VIDEO = N_("“%(name)s”超过了 %(most)s MB。请压缩，或者分成几门课程上传。")
NO_VIDEO = N_("“%(name)s”不是 MP4 或者 WebM 视频。请用播放软件另存为 MP4，再上传。")


@dataclass(frozen=True)
class LessonPlan:
    """What is said about a lesson; `least_seconds` is the least study time."""

    kind: str
    title: str
    body: str
    least_seconds: int


def of_class(found: TrainingClass, position: int) -> Lesson:
    """The lesson at this position. Raises NotYours."""
    lesson = next((lesson for lesson in found.lessons if lesson.position == position), None)
    if lesson is None:
        raise NotYours
    return lesson


def add(session: Session, found: TrainingClass, plan: LessonPlan, *, actor: Actor, now: datetime) -> Lesson:
    """Add a lesson at the end. Raises Refused after publishing."""
    refuse_when_published(found)
    if len(found.lessons) >= MOST:
        raise Refused(TOO_MANY, code="title")
    lesson = Lesson(position=len(found.lessons) + 1, **vars(plan))
    found.lessons.append(lesson)
    log(session, "class_changed", found, actor=actor, now=now, note=f"+ {plan.title}")
    session.flush()
    return lesson


def change(
    session: Session, found: TrainingClass, lesson: Lesson, plan: LessonPlan, *, actor: Actor, now: datetime
) -> None:
    """Change a lesson. Raises Refused after publishing. A lesson that is no video any more forgets its file."""
    refuse_when_published(found)
    for name, value in vars(plan).items():
        setattr(lesson, name, value)
    if plan.kind != "video":
        lesson.storage_key = None
    log(session, "class_changed", found, actor=actor, now=now, note=f"± {plan.title}")
    session.flush()


def move(
    session: Session, found: TrainingClass, position: int, *, by: int, actor: Actor, now: datetime
) -> None:
    """Let a lesson change places with the one before (-1) or after it (1); at the end nothing moves."""
    refuse_when_published(found)
    lesson = of_class(found, position)
    order = [one for one in found.lessons if one is not lesson]
    order.insert(max(0, min(len(order), position - 1 + by)), lesson)
    _number(session, found, order)
    log(session, "class_changed", found, actor=actor, now=now, note=f"↕ {lesson.title}")


def remove(session: Session, found: TrainingClass, position: int, *, actor: Actor, now: datetime) -> None:
    """Take a lesson out. Raises Refused after publishing."""
    refuse_when_published(found)
    lesson = of_class(found, position)
    log(session, "class_changed", found, actor=actor, now=now, note=f"- {lesson.title}")
    session.delete(lesson)
    session.flush()
    session.expire(found, ["lessons"])
    _number(session, found, list(found.lessons))


def keep_video(stream: BinaryIO, *, name: str, house: House) -> str:
    """Look at a video by its content, have it scanned and keep it; returns its storage key. Raises Refused."""
    shown = papers.shown_name(name)
    head = stream.read(HEAD)
    stream.seek(0, 2)
    size = stream.tell()
    stream.seek(0)
    if size == 0:
        raise Refused(Sentence(EMPTY_VIDEO, name=shown), code="video")
    if size > MOST_BYTES:
        raise Refused(Sentence(LARGE_VIDEO, name=shown, most=MOST_BYTES // MEGABYTE), code="video")
    if type_of(head) is None:
        raise Refused(Sentence(NO_VIDEO, name=shown), code="video")
    papers.refuse_if_infected(papers.scan(stream, clamd_url=house.clamd_url), shown)
    stream.seek(0)
    return house.storage.put(stream).key


def type_of(head: bytes) -> str | None:
    """The media type of a video by its first bytes; None for what browsers don't play everywhere."""
    if head[4:8] == b"ftyp" and head[8:12] not in (b"heic", b"heix", b"mif1", b"avif", b"qt  "):
        return "video/mp4"
    return "video/webm" if head.startswith(b"\x1a\x45\xdf\xa3") and b"webm" in head else None


def _number(session: Session, found: TrainingClass, order: list[Lesson]) -> None:
    """Number the lessons from 1 in this order; by way of free numbers, because no position may stand twice."""
    for place, lesson in enumerate(order, start=1):
        lesson.position = -place
    session.flush()
    for place, lesson in enumerate(order, start=1):
        lesson.position = place
    session.flush()
    session.expire(found, ["lessons"])
