"""The classes that come with the house: a folder each, read into rows that an office then opens as its own.

A folder holds class.toml (what is said about the class), lessons NN-name.md with title, kind and least seconds in front,
and questions.toml as the office would import it. A folder that is not well made is refused whole with ValueError, because
a wrong answer key fails honest people. What a database already has is never changed here.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast

import frontmatter
from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain import training_bank
from ...domain.people import CLOCK
from ...domain.training_bank import Draft
from ...models.party import Unit
from ...models.training import Lesson, Question, TrainingClass
from . import training_classes
from .training_lessons import KINDS, LessonPlan

FOLDER = Path(__file__).resolve().parents[3] / "forms" / "training" / "classes"
SAID = (
    "title",
    "title_en",
    "summary",
    "summary_en",
    "kind",
    "seats",
    "pass_mark",
    "attempts",
    "minutes",
    "draw",
)


@dataclass(frozen=True)
class Content:
    """What a folder says: the columns of the class, its lessons in their order, its questions."""

    key: str
    said: dict[str, Any]
    lessons: tuple[LessonPlan, ...]
    questions: tuple[Draft, ...]


def built_in() -> list[Path]:
    """The folders of the classes that come with the house, by name."""
    return sorted(path.parent for path in FOLDER.glob("*/class.toml"))


def read(folder: Path) -> Content:
    """What stands in a folder. Raises ValueError naming everything that is wrong in it."""
    said = tomllib.loads((folder / "class.toml").read_text(encoding="utf-8"))
    if said.keys() != set(SAID):
        raise ValueError(f"{folder.name}: class.toml must say exactly {', '.join(SAID)}")
    bank = training_bank.read((folder / "questions.toml").read_bytes(), "questions.toml")
    lessons = tuple(_lesson(path) for path in sorted(folder.glob("[0-9][0-9]-*.md")))
    content = Content(folder.name, said, lessons, bank.drafts)
    told = [f"questions.toml:{fault.line}: {fault.sentence}" for fault in bank.faults]
    told = told or list(_faults(content))
    if told:
        raise ValueError(f"{folder.name}: {'; '.join(told)}")
    return content


def load(
    session: Session,
    folder: Path,
    *,
    unit: Unit,
    opens_on: date,
    ends_on: date,
    created_by_id: int | None,
    now: datetime,
    is_published: bool,
) -> TrainingClass:
    """Read a class folder into rows; its name is the reference of the class. ValueError for a faulty folder."""
    content = read(folder)
    made = TrainingClass(
        ref=content.key, unit=unit, opens_on=opens_on, ends_on=ends_on, created_by_id=created_by_id,
        published_at=now if is_published else None, **content.said,
    )  # fmt: skip
    made.lessons = [Lesson(position=at, **vars(plan)) for at, plan in enumerate(content.lessons, start=1)]
    made.questions = [
        Question(**vars(draft) | {"options": list(draft.options), "answer": list(draft.answer)})
        for draft in content.questions
    ]
    session.add(made)
    session.flush()
    return made


def load_missing(
    session: Session, *, unit: Unit, opens_on: date, ends_on: date, now: datetime
) -> list[TrainingClass]:
    """Load the built-in classes that are not there yet, unpublished: the office reads them and sets their dates first."""
    known = set(session.scalars(select(TrainingClass.ref)))
    made = [
        load(
            session, folder, unit=unit, opens_on=opens_on, ends_on=ends_on, created_by_id=None, now=now,
            is_published=False,
        )
        for folder in built_in() if folder.name not in known
    ]  # fmt: skip
    for found in made:
        training_classes.log(session, "class_entered", found, actor=CLOCK, now=now)
    return made


def _lesson(path: Path) -> LessonPlan:
    stated, body = frontmatter.parse(path.read_text(encoding="utf-8"))
    front = cast(dict[str, Any], stated)
    if front.keys() != {"title", "kind", "least_seconds"}:
        raise ValueError(f"{path.parent.name}/{path.name}: the front must say title, kind and least_seconds")
    return LessonPlan(front["kind"], front["title"], body.strip(), front["least_seconds"])


def _faults(content: Content) -> Iterator[str]:
    if not content.lessons:
        yield "there is no lesson"
    for at, lesson in enumerate(content.lessons, start=1):
        if lesson.kind not in KINDS or not lesson.body or lesson.least_seconds < 1:
            yield f"lesson {at} needs a known kind, a text and a least time"
    least = training_classes.ROOM_TO_DRAW * content.said["draw"]
    if len(content.questions) < least:
        yield f"{len(content.questions)} questions, at least {least} for a fair draw"
