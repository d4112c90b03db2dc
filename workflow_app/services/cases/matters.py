"""What a case is about, in one place for notices, papers and pages: its record, its item, or what its own facts call it.

Item titles are said in the source language here; a page that has them in the reader's language says so itself.
"""

from ...domain.words import Sentence
from ...models.case import Case
from ...workflows import BY_NAME
from ..objections import foreign_records
from ..queues.lines import CaseLine


def named(case: Case | CaseLine) -> str:
    """What the case is about, as everybody on both sides may read it; empty where nothing names it."""
    if case.record is not None:
        return foreign_records.title(case)
    return case.item.title if case.item else str(case.facts.get("matter", ""))


def of(case: Case) -> str | Sentence:
    """The same, and the title of the workflow where nothing names it."""
    return named(case) or Sentence(BY_NAME[case.workflow].title)
