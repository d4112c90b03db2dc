"""Rows written into a file: CSV and JSON lines for programs, XLSX for people. On disk as they come, never all in memory."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from ...domain import tables
from ...domain.intake.formulas import disarmed
from .fields import Field

FORMATS = {"csv": "text/csv", "xlsx": tables.TYPES["xlsx"], "jsonl": "application/x-ndjson"}
IN_MEMORY = 4_000_000
PIECE = 65_536
Row = dict[str, str]


def pieces(content: IO[bytes]) -> Iterator[bytes]:
    """A file in pieces; closed, and with that forgotten, after the last."""
    with content:
        while piece := content.read(PIECE):
            yield piece


def _as_csv(head: Sequence[Field], found: Iterator[Row]) -> IO[bytes]:
    """Codes in the first row; UTF-8 with the mark by which spreadsheets know it; no cell runs as a formula."""
    with _held() as held:
        text = io.TextIOWrapper(held, "utf-8-sig", newline="", write_through=True)
        table = csv.writer(text, lineterminator="\r\n")
        table.writerow([field.code for field in head])
        try:
            table.writerows([disarmed(row.get(field.code, "")) for field in head] for row in found)
        finally:
            text.detach()
    return held


def _as_json_lines(head: Sequence[Field], found: Iterator[Row]) -> IO[bytes]:
    """One object a line, every field in it, in the order of the columns."""
    with _held() as held:
        for row in found:
            told = {field.code: row.get(field.code, "") for field in head}
            held.write(json.dumps(told, ensure_ascii=False).encode() + b"\n")
    return held


def _as_xlsx(head: Sequence[Field], found: Iterator[Row]) -> IO[bytes]:
    """Titles for people in the first row, codes for programs in the second."""

    def lines() -> Iterator[list[str]]:
        yield [field.code for field in head]
        for row in found:
            yield [row.get(field.code, "") for field in head]

    return io.BytesIO(tables.as_xlsx([field.title for field in head], lines()))


@contextmanager
def _held() -> Iterator[IO[bytes]]:
    """A file that is closed when it can't be made, and else by whoever sends it."""
    held = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 – whoever sends it closes it
    try:
        yield held
    except BaseException:
        held.close()
        raise


WRITERS = {"csv": _as_csv, "jsonl": _as_json_lines, "xlsx": _as_xlsx}
