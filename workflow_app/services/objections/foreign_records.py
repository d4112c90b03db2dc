"""What a case tells of a record that belongs to somebody else than its subject, as an objection on the ground same_name does.

The subject's own side reads what the public reads: published fields without traces of people, and nothing of a record that
isn't meant for the public. Whoever works the case reads all of it. Letters, messages and titles go to both sides, so they
say what the subject may read. Every page, letter, message and download asks here; who may open a case is decided before.
"""

from collections.abc import Mapping

from ...domain import masking
from ...domain.disputable import PUBLISHED
from ...domain.people import Actor, GrantKind
from ...domain.personal_traces import without_traces
from ...models.case import Case
from ...models.record import CreditRecord
from ..queues.lines import About, CaseLine

OFFICE = frozenset({GrantKind.CLERK, GrantKind.LEAD, GrantKind.AUDITOR})
UNIT = frozenset({GrantKind.HANDLER, GrantKind.HEAD})
OF_THE_SOURCE = frozenset({"source", "difference"})
"""The facts that hold the record's fields in the words of the source; they are in the history, field by field."""
PAPERS_OF_THE_SOURCE = frozenset({"source_evidence"})


def is_foreign(case: Case | CaseLine) -> bool:
    """Whether the case is about a record of somebody else than its subject."""
    return case.record is not None and case.record.subject_id != case.subject_id


def is_told_all(case: Case, actor: Actor) -> bool:
    """Whether the record is the subject's own, or the reader works the case."""
    return not is_foreign(case) or any(
        grant.kind in OFFICE or (grant.kind in UNIT and case.unit_id in grant.places("unit_id"))
        for grant in actor.grants
    )


def to_reader(case: Case, actor: Actor, values: Mapping[str, str]) -> dict[str, str]:
    """Values of fields of the record, as its history keeps them, for this reader; a field that is closed is left out."""
    return dict(values) if is_told_all(case, actor) else to_subject(case, values)


def to_subject(case: Case | CaseLine, values: Mapping[str, str]) -> dict[str, str]:
    """The same for the subject of the case, as letters to it need them."""
    if case.record is None or not is_foreign(case):
        return dict(values)
    if not _is_for_the_public(case.record):
        return {}
    return {name: without_traces(value) for name, value in values.items() if name in PUBLISHED}


def title(case: Case | CaseLine) -> str:
    """What the case about a record is called, to everybody: of a foreign record that isn't public by its number alone."""
    if case.record is None:
        return ""
    return to_subject(case, {"title": case.record.title}).get("title") or case.record.decision_no


def withheld(case: Case, actor: Actor) -> frozenset[str]:
    """The facts of the case that its history must not show to this reader."""
    return frozenset() if is_told_all(case, actor) else OF_THE_SOURCE


def may_open(case: Case, actor: Actor, field: str) -> bool:
    """Whether this reader may open papers of this kind: what shows the source's files stays with those who work the case."""
    return field not in PAPERS_OF_THE_SOURCE or is_told_all(case, actor)


def _is_for_the_public(record: CreditRecord | About) -> bool:
    return record.scope == "public" and record.subject.kind in masking.ORGANISATIONS
