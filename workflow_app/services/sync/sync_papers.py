"""Files that show that a task was done: looked at and stored like every paper, fetched only by those who see the task."""

from typing import IO, BinaryIO, cast

from ...domain.refusals import NotYours
from ...models.sync import SyncTask
from .. import papers
from ..house import House
from ..papers import kinds


def keep(stream: IO[bytes], *, name: str, house: House) -> str:
    """Check a file and store it; returns its key. Raises Refused with what is wrong with it."""
    sent = cast(BinaryIO, stream)
    paper = papers.inspect(sent, name=name)
    sent.seek(0)
    found = papers.scan(sent, clamd_url=house.clamd_url)
    papers.refuse_if_infected(found, paper.name)
    sent.seek(0)
    return house.storage.put(sent).key


def read(task: SyncTask, which: str, *, house: House) -> tuple[bytes, str, str]:
    """The bytes, media type and name of a task's `evidence` or `picture`. Raises NotYours when there is none."""
    key = {"evidence": task.evidence_key, "picture": task.seen_key}.get(which)
    if key is None:
        raise NotYours
    content = house.storage.read_verified(key)
    kind = kinds.kind_of(content)
    if kind is None:
        raise NotYours
    return content, kind.type, f"{which}-{task.id}.{kind.extensions[0]}"
