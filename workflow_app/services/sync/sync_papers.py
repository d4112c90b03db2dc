"""Files that show that a task was done: looked at and stored like every paper, fetched only by those who see the task."""

from typing import IO

from ...models.sync import SyncTask
from ..house import House
from ..papers import kept


def keep(stream: IO[bytes], *, name: str, house: House) -> str:
    """Check a file and store it; returns its key. Raises Refused with what is wrong with it."""
    return kept.keep(stream, name=name, storage=house.storage, clamd_url=house.clamd_url)


def read(task: SyncTask, which: str, *, house: House) -> tuple[bytes, str, str]:
    """The bytes, media type and name of a task's `evidence` or `picture`. Raises NotYours when there is none."""
    key = {"evidence": task.evidence_key, "picture": task.seen_key}.get(which)
    return kept.read(key, name=f"{which}-{task.id}", storage=house.storage)
