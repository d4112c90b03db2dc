"""Storage keeps bytes whole, private and unchanged, and says so when they are not."""

import io
import os
import stat
import threading
from pathlib import Path

import pytest

from workflow_app.services.storage import Changed, Missing, storage_from

# sha256 of b"abc", from FIPS 180-2.
ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "papers 材料"


@pytest.fixture
def storage(folder):
    return storage_from(folder.as_uri())


def files_under(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_can_be_read_again_under_its_digest(storage):
    stored = storage.put(io.BytesIO(b"abc"))
    assert (stored.key, stored.sha256, stored.size) == (ABC, ABC, 3)
    assert storage.has(ABC)
    with storage.open(ABC) as again:
        assert again.read() == b"abc"
    assert storage.read_verified(ABC) == b"abc"


def test_the_same_bytes_are_stored_once(storage, folder):
    storage.put(io.BytesIO(b"abc"))
    storage.put(io.BytesIO(b"abc"))
    assert len(files_under(folder)) == 1


def test_an_empty_file_can_be_stored(storage):
    assert storage.put(io.BytesIO(b"")).size == 0


def test_a_stored_file_is_two_levels_deep_and_private(storage, folder):
    storage.put(io.BytesIO(b"abc"))
    path = folder / "ba" / "78" / ABC
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for made in (folder, folder / "ba", folder / "ba" / "78"):
        assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_changed_bytes_are_found_on_reading_and_mended_by_putting_again(storage, folder):
    storage.put(io.BytesIO(b"abc"))
    (folder / "ba" / "78" / ABC).write_bytes(b"abd")
    with pytest.raises(Changed):
        storage.read_verified(ABC)
    storage.put(io.BytesIO(b"abc"))
    assert storage.read_verified(ABC) == b"abc"


def test_an_upload_that_breaks_off_leaves_nothing_behind(storage, folder):
    class BrokenOff(io.RawIOBase):
        def __init__(self):
            self.is_first = True

        def read(self, size=-1):
            if not self.is_first:
                raise ConnectionResetError
            self.is_first = False
            return b"half"

    with pytest.raises(ConnectionResetError):
        storage.put(BrokenOff())
    assert files_under(folder) == []


def test_a_crash_before_the_rename_shows_no_file_to_readers(storage, folder, monkeypatch):
    def power_cut(source, target):
        raise OSError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", power_cut)
        with pytest.raises(OSError, match="power cut"):
            storage.put(io.BytesIO(b"abc"))
    assert not storage.has(ABC)


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "BA" + ABC[2:], ABC + "\n", ABC[:-1], "/" + ABC])
def test_what_is_not_a_digest_never_reaches_the_disk(storage, key):
    assert not storage.has(key)
    with pytest.raises(Missing):
        storage.open(key)


def test_an_unknown_key_is_missing(storage):
    with pytest.raises(Missing):
        storage.read_verified(ABC)


def test_eight_people_may_put_the_same_file_at_once(storage, folder):
    content = os.urandom(300_000)
    keys = []
    threads = [
        threading.Thread(target=lambda: keys.append(storage.put(io.BytesIO(content)).key)) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1
    assert len(files_under(folder)) == 1
    assert storage.read_verified(keys[0]) == content


@pytest.mark.parametrize(
    "url",
    ["s3://key:secret@bucket/papers", "/var/papers", "", "http://example.org/", "file://var/papers",
     "file:///", "file:", "file:relative", "file:///papers?x=1", "file:///a%00b"],
)  # fmt: skip
def test_an_address_that_is_not_an_absolute_folder_is_refused(url):
    with pytest.raises(ValueError, match="STORAGE_URL must") as refused:
        storage_from(url)
    assert "secret" not in str(refused.value)
