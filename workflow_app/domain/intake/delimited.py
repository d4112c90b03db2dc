"""CSV and its cousins: which encoding, which delimiter, and the rows with the line each begins on.

The encodings are those that spreadsheet programs in China write: UTF-8 with and without a mark, GB18030 (which holds
GBK and GB2312), UTF-16. Rows are read as a stream; nothing here knows what a column means.
"""

import codecs
import csv
import io
from collections.abc import Iterator

from ..refusals import Refused
from ..words import N_, Sentence

DELIMITERS = (",", "\t", ";")
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
# A cell of more lines than this is a quotation mark that was never closed and swallowed the rows after it.
_MOST_LINES_OF_A_ROW = 500

Line = tuple[int, list[str]]


def encodings_of(content: bytes) -> tuple[str, ...]:
    """The encodings in which the whole content can be read, likeliest first."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return (encoding,) if _is_readable(content, encoding) else ()
    return tuple(encoding for encoding in _unmarked(content) if _is_readable(content, encoding))


def rows(content: bytes, encoding: str, *, delimiter: str) -> Iterator[Line]:
    """Each row with the line it begins on, counted from 1. Raises Refused where quotation marks don't pair."""
    stream = io.TextIOWrapper(io.BytesIO(content), encoding, newline="")
    reader = csv.reader(stream, delimiter=delimiter)
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unpaired(line) from error
        if reader.line_num - line > _MOST_LINES_OF_A_ROW:
            raise _unpaired(line)
        yield line, cells
        line = reader.line_num + 1


def _unpaired(line: int) -> Refused:
    sentence = N_("从第 %(line)s 行起读不下去：双引号没有成对。请补上或删去多出的双引号，再重新导入。")
    return Refused(Sentence(sentence, line=line))


def _unmarked(content: bytes) -> tuple[str, ...]:
    eight_bits = ("utf-8",) if _is_damaged_utf8(content) else ("utf-8", "gb18030")
    sample = content[:4096]
    # Delimiters and line ends are ASCII: their zero byte stands behind them in little-endian text, else before.
    odd, even = sample[1::2].count(0), sample[0::2].count(0)
    sixteen_bits = ("utf-16-le", "utf-16-be") if odd >= even else ("utf-16-be", "utf-16-le")
    if odd + even == 0:
        return eight_bits
    return sixteen_bits + eight_bits if (odd + even) * 20 > len(sample) else eight_bits + sixteen_bits


def _is_damaged_utf8(content: bytes) -> bool:
    """Mostly UTF-8: nearly any bytes can be read as GB18030, and would then be stored as nonsense."""
    text = content[:_CHUNK].decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    return 0 < damaged < sum(not sign.isascii() for sign in text) - damaged


def _is_readable(content: bytes, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for begin in range(0, len(content), _CHUNK):
            decoder.decode(content[begin : begin + _CHUNK])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
