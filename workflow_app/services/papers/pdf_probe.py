"""A program of its own: reads a PDF on standard input and says what is inside as JSON: [reason, pages].

Run by `pdf` with an empty environment, never imported by it, and importing nothing of ours. Before it touches
the file it gives up the right to much memory, time and disk, so that a hostile file can hurt only this process.
"""

import io
import json
import resource
import sys
import zlib

import pikepdf
from pikepdf import settings

MEMORY = 768 * 1024 * 1024  # address space, with the interpreter and the libraries
CPU_SECONDS = 20
ONE_STREAM = 128 * 1024 * 1024  # an A4 page in colour at 300 dpi is 26 MB, A3 at 400 dpi is 93 MB
ALL_STREAMS = 1024 * 1024 * 1024
PIXELS = 150_000_000  # an A0 drawing at 300 dpi
MOST_PAGES_COUNTED = 10_000

_PIECE = 64 * 1024
_UNPACKING = {"/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL", "/ASCII85Decode", "/A85",
              "/ASCIIHexDecode", "/AHx"}  # fmt: skip
_FLATE = (["/FlateDecode"], ["/Fl"])
# ISO 32000-1: 12.6.4 actions, 12.7.8 forms as XFA, 13.6 rich media; 7.11.4 embedded files.
_RUNNING_KEYS = {"/XFA", "/RichMediaContent", "/RichMediaSettings"}
_RUNNING_ACTIONS = {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/RichMediaExecute", "/Rendition"}
_ATTACHED_KEYS = {"/EmbeddedFiles", "/Collection"}
_ATTACHED_KINDS = {"/EmbeddedFile", "/FileAttachment"}
_FILE_NAMES = {"/F", "/UF"}


class Found(Exception):
    """The reason not to take the file, one word of `pdf._REASONS`."""


def probe(content: bytes) -> tuple[str, int]:
    """The reason not to take the PDF in `content` (empty: none) and its number of pages."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            pages = _count_pages(pdf)
            room = ALL_STREAMS
            for thing in pdf.objects:
                _look_for_danger(thing)
                if isinstance(thing, pikepdf.Stream):
                    room -= _unpacked(pdf, thing)
                if room < 0:
                    raise Found("bomb")
            return "", pages
    except Found as found:
        return str(found), 0
    except pikepdf.PasswordError:
        return "locked", 0
    except MemoryError:
        return "bomb", 0
    except (
        pikepdf.PikepdfError,
        ValueError,
        TypeError,
        KeyError,
        AttributeError,
        RuntimeError,
        zlib.error,
    ) as error:
        return ("bomb" if "limit exceeded" in str(error) else "broken"), 0


def _count_pages(pdf: pikepdf.Pdf) -> int:
    pages = len(pdf.pages)
    if not pages:
        raise Found("broken")
    # A page cut out of a damaged file is left as an empty shell, without the size that every page has.
    if pages <= MOST_PAGES_COUNTED and not all(_has_size(page) for page in pdf.pages):
        raise Found("broken")
    return pages


def _has_size(page: pikepdf.Page) -> bool:
    try:
        return len(page.mediabox) == 4
    except AttributeError:
        return False


def _look_for_danger(thing: pikepdf.Object) -> None:
    """Look through one object and what it holds directly; what it refers to is looked at on its own."""
    waiting = [thing]
    while waiting:
        here = waiting.pop()
        if isinstance(here, pikepdf.Array):
            waiting.extend(child for child in here if _is_direct_container(child))
        elif isinstance(here, pikepdf.Dictionary | pikepdf.Stream):
            _judge(here)
            waiting.extend(child for _, child in here.items() if _is_direct_container(child))


def _is_direct_container(thing: object) -> bool:
    return isinstance(thing, pikepdf.Array | pikepdf.Dictionary) and not thing.is_indirect


def _judge(holder: pikepdf.Object) -> None:
    keys = set(holder.keys())
    # A font may be named EF or JS in a page's resources, so these two keys count only among their companions.
    if ("/EF" in keys and keys & _FILE_NAMES) or keys & _ATTACHED_KEYS:
        raise Found("embedded_files")
    if {_name(holder, "/Type"), _name(holder, "/Subtype")} & _ATTACHED_KINDS:
        raise Found("embedded_files")
    if keys & _RUNNING_KEYS or {"/JS", "/S"} <= keys or _name(holder, "/S") in _RUNNING_ACTIONS:
        raise Found("active_content")
    is_picture = _name(holder, "/Subtype") == "/Image"
    if is_picture and int(holder.get("/Width", 0)) * int(holder.get("/Height", 0)) > PIXELS:
        raise Found("bomb")


def _name(holder: pikepdf.Object, key: str) -> str:
    value = holder.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _unpacked(pdf: pikepdf.Pdf, stream: pikepdf.Stream) -> int:
    """The size that `stream` unpacks to, with pictures left packed; more than ONE_STREAM is a bomb."""
    filters = _filters(stream)
    if filters in _FLATE:
        return _inflated(stream.read_raw_bytes())
    if all(step in _UNPACKING for step in filters):
        size = len(stream.read_bytes())
    else:
        # A picture, perhaps packed once more around: unpack the wrapping only.
        wrapping = filters[: next(at for at, step in enumerate(filters) if step not in _UNPACKING)]
        inner = pikepdf.Stream(pdf, stream.read_raw_bytes())
        inner.Filter = pikepdf.Array([pikepdf.Name(step) for step in wrapping])
        size = len(inner.read_bytes())
    if size > ONE_STREAM:
        raise Found("bomb")
    return size


def _filters(stream: pikepdf.Stream) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    return [str(step) for step in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _inflated(packed: bytes) -> int:
    """The size of the deflated bytes, counted piece by piece. Damage shows here, where qpdf is lenient."""
    inflater, size, waiting = zlib.decompressobj(), 0, packed
    while waiting and not inflater.eof:
        size += len(inflater.decompress(waiting, _PIECE))
        waiting = inflater.unconsumed_tail
        if size > ONE_STREAM:
            raise Found("bomb")
    return size


def _give_up_rights() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    settings.set_qpdf_limits(
        flate_max_memory=ONE_STREAM,
        run_length_max_memory=ONE_STREAM,
        png_max_memory=ONE_STREAM,
        tiff_max_memory=ONE_STREAM,
        max_stream_filters=4,
        parser_max_container_size=1_000_000,
    )


if __name__ == "__main__":
    _give_up_rights()
    json.dump(probe(sys.stdin.buffer.read()), sys.stdout)
