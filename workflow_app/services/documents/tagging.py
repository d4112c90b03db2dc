"""What WeasyPrint leaves undone in a tagged file: done between its work and the writing of the bytes.

Page numbers and the line at the foot of each page become artifacts (ISO 32000-1, 14.8.2.2), so a screen reader does
not read them between two words of the text; each heading of a table says whether it heads a row or a column; each
attached file stands but once in the list of associated files. Knows nothing of documents.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pydyf  # type: ignore[import-untyped]
from weasyprint import Document as Pages


def finish(_pages: Pages, pdf: pydyf.PDF) -> None:
    """Called by WeasyPrint when all objects are made and none is written (its `finisher`)."""
    root = resolved(pdf, pdf.catalog["StructTreeRoot"])
    give_headings_a_scope(pdf, root)
    set_apart_what_is_no_content(pdf, root)
    if "AF" in pdf.catalog:
        pdf.catalog["AF"] = pydyf.Array(dict.fromkeys(pdf.catalog["AF"]))


def resolved(pdf: pydyf.PDF, reference: bytes) -> Any:
    """The object that a reference such as `12 0 R` means."""
    return pdf.objects[int(reference.split()[0])]


def elements(pdf: pydyf.PDF, parent: Mapping[str, Any]) -> Iterator[tuple[bytes, Any]]:
    """Every element below this one, with its reference, in reading order."""
    for kid in parent.get("K", ()):
        if isinstance(kid, bytes):
            element = resolved(pdf, kid)
            yield kid, element
            yield from elements(pdf, element)


def give_headings_a_scope(pdf: pydyf.PDF, root: Mapping[str, Any]) -> None:
    """A heading beside a cell heads its row, one among headings its column."""
    for _, row in elements(pdf, root):
        if row.get("S") == "/TR":
            cells = [resolved(pdf, kid) for kid in row["K"]]
            scope = "/Row" if any(cell["S"] == "/TD" for cell in cells) else "/Column"
            for cell in cells:
                if cell["S"] == "/TH":
                    cell["A"]["Scope"] = scope


def set_apart_what_is_no_content(pdf: pydyf.PDF, root: Mapping[str, Any]) -> None:
    """What is marked on a page but stands in no element of the tree is the frame of the page: an artifact."""
    reachable = {reference for reference, _ in elements(pdf, root)}
    numbers = resolved(pdf, root["ParentTree"])["Nums"]
    owners = dict(zip(numbers[::2], numbers[1::2], strict=True))
    for number, reference in enumerate(pdf.page_references):
        page, marked = resolved(pdf, reference), owners[number]
        frame = {at for at, owner in enumerate(marked) if owner not in reachable}
        content = resolved(pdf, page["Contents"]).stream
        for at, item in enumerate(content):
            if isinstance(item, pydyf.Dictionary) and item.get("MCID") in frame:
                content[at - 1], content[at] = "/Artifact", pydyf.Dictionary({"Type": "/Pagination"})
        for at in frame:
            marked[at] = "null"
