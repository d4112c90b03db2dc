"""The video of a lesson as it is played: its bytes, how many there are, and of which kind, judged by the bytes."""

from dataclasses import dataclass
from typing import BinaryIO

from ...domain.refusals import NotYours
from ...models.training import Lesson
from ..storage import Missing, Storage
from .training_lessons import HEAD, type_of


@dataclass(frozen=True)
class Video:
    """An open file, to be closed by whoever sends it; `size` in bytes. The key is the SHA-256 of the bytes."""

    stream: BinaryIO
    size: int
    type: str
    key: str


def open_video(lesson: Lesson, storage: Storage) -> Video:
    """The video of this lesson. Raises NotYours where there is none."""
    if lesson.storage_key is None:
        raise NotYours
    try:
        stream = storage.open(lesson.storage_key)
    except Missing:
        raise NotYours from None
    found = type_of(stream.read(HEAD))
    size = stream.seek(0, 2)
    stream.seek(0)
    return Video(stream, size, found or "application/octet-stream", lesson.storage_key)
