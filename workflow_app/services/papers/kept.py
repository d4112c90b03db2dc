"""Files that show something and belong to no case: looked at and stored like every paper, and read back by their key.

Who may read one is asked of the row that holds the key.
"""

from typing import IO, BinaryIO, cast

from ...domain.refusals import NotYours
from ..storage import Storage
from . import kinds
from .inspection import inspect
from .virus import refuse_if_infected, scan


def keep(stream: IO[bytes], *, name: str, storage: Storage, clamd_url: str) -> str:
    """Check a file and store it; returns its key. Raises Refused with what is wrong with it."""
    sent = cast(BinaryIO, stream)
    paper = inspect(sent, name=name)
    sent.seek(0)
    found = scan(sent, clamd_url=clamd_url)
    refuse_if_infected(found, paper.name)
    sent.seek(0)
    return storage.put(sent).key


def read(key: str | None, *, name: str, storage: Storage) -> tuple[bytes, str, str]:
    """The bytes, media type and name of a kept file. Raises NotYours when there is none."""
    if key is None:
        raise NotYours
    content = storage.read_verified(key)
    kind = kinds.kind_of(content)
    if kind is None:
        raise NotYours
    return content, kind.type, f"{name}.{kind.extensions[0]}"
