"""Where the bytes of papers and documents live: one small interface, one folder behind it.

Content-addressed: the key of a file is the SHA-256 of its bytes, so the same file is stored once, a stored file
never changes, and a changed one is found when it is read. A stored file appears whole or not at all, also after
a power cut. Storage knows nothing about names, types or rights; rows hold those. There is no way to delete.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

CHUNK = 64 * 1024
_KEY = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Stored:
    """What was put: its key, the SHA-256 as hexadecimal, and the size in bytes."""

    key: str
    sha256: str
    size: int


class Missing(LookupError):
    """No file with this key, or the key is not one of ours."""


class Changed(Exception):
    """The stored bytes are no longer those that were put. Never show them: restore from a backup."""


class Storage(Protocol):
    """What every kind of storage can do."""

    def put(self, stream: BinaryIO) -> Stored:
        """Keep all that is left in `stream`; return only when it would survive a power cut."""

    def open(self, key: str) -> BinaryIO:
        """The file of that key, to be closed by the caller; raises `Missing`."""

    def has(self, key: str) -> bool:
        """Whether a file of that key is stored."""

    def read_verified(self, key: str) -> bytes:
        """All bytes of that key, for files known to be small; raises `Missing` or `Changed`."""


class FolderStorage:
    """Files in a folder, two levels deep by the first four digits of the key, readable by this account only."""

    def __init__(self, root: Path):
        self.root = root
        self._incoming = root / "incoming"

    def put(self, stream: BinaryIO) -> Stored:
        """Write beside, sync, then rename: readers see the whole file or none.

        An existing file of the same key is replaced, which mends a damaged one.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._incoming.mkdir(mode=0o700, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with NamedTemporaryFile(dir=self._incoming, delete=False) as incoming:
            try:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    size += incoming.write(chunk)
                incoming.flush()
                os.fchmod(incoming.fileno(), 0o600)
                os.fsync(incoming.fileno())
                self._settle(Path(incoming.name), self._path(digest.hexdigest()))
            except BaseException:
                Path(incoming.name).unlink(missing_ok=True)
                raise
        return Stored(key=digest.hexdigest(), sha256=digest.hexdigest(), size=size)

    def open(self, key: str) -> BinaryIO:
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise Missing(key) from None

    def has(self, key: str) -> bool:
        return bool(_KEY.fullmatch(key)) and self._path(key).is_file()

    def read_verified(self, key: str) -> bytes:
        with self.open(key) as stored:
            content = stored.read()
        if hashlib.sha256(content).hexdigest() != key:
            raise Changed(key)
        return content

    def _path(self, key: str) -> Path:
        # A key may come from a row or an address: only a digest ever becomes part of a path.
        if not _KEY.fullmatch(key):
            raise Missing("not a storage key")
        return self.root / key[:2] / key[2:4] / key

    def _settle(self, incoming: Path, place: Path) -> None:
        place.parent.parent.mkdir(mode=0o700, exist_ok=True)
        place.parent.mkdir(mode=0o700, exist_ok=True)
        incoming.replace(place)
        # The new name, and the folders made for it, are on the disk only once their folders are synced.
        for folder in (place.parent, place.parent.parent, self.root):
            _sync_folder(folder)


def storage_from(url: str) -> Storage:
    """The storage that a STORAGE_URL names; only `file:///absolute/folder` for now.

    Raises ValueError. The message never repeats the address: it may hold credentials.
    """
    parts = urlsplit(url)
    if parts.scheme != "file":
        raise ValueError(
            f"STORAGE_URL must begin with file:// ; {parts.scheme or 'no'} scheme is not supported"
        )
    folder = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or parts.query or parts.fragment:
        raise ValueError(
            "STORAGE_URL must be file:///absolute/folder, with three slashes and nothing after the path"
        )
    if not folder.startswith("/") or not folder.strip("/") or "\0" in folder:
        raise ValueError(
            "STORAGE_URL must name an absolute folder other than the root, such as file:///var/lib/casework"
        )
    return FolderStorage(Path(folder))


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
