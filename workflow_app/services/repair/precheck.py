"""Gather what the check before sending looks at, record by record, and keep what it found.

What is looked for is in `domain.precheck`. It never blocks: whoever goes on is told by the rules alone. What was found
is kept with the case, so that one can see later which findings were worth a sentence.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from PIL import Image, ImageStat
from sqlalchemy.orm import Session

from ...domain import clock
from ...domain.people import Actor, GrantKind
from ...domain.precheck import Asked, Finding, Paper, findings
from ...domain.repairability import judge
from ...domain.rulebook import Rulebook
from ...models.attachment import Attachment
from ...models.case import Case
from ...models.repair import PriorCheck
from ...workflows.repair import REPAIR
from ..cases import attachments
from ..house import House
from ..rules import rulebooks
from ..storage import Storage
from . import applications, eligibility

OVERALL = "RP-05"
LETTER = "paper_letter"
ALSO_ELSEWHERE = frozenset({"abnormal_list"})
"""Kinds of records for which the market regulation's own system takes applications too (SAMR Order 107)."""
MOST_PIXELS = 40_000_000
THUMB = (200, 200)
FLAT = 3.0
"""Grey levels: a page with less deviation than this has nothing on it."""


@dataclass(frozen=True)
class Checked:
    """What was found for one case of the application."""

    case: Case
    found: tuple[Finding, ...]


def look(
    session: Session, cases: Sequence[Case], *, actor: Actor, now: datetime, house: House
) -> list[Checked]:
    """The check of drafts of one application, beside everything in it that is not handed in yet."""
    application = cases[0].application if cases else None
    if application is None:
        return []
    day, rulebook = clock.legal_day(now), rulebooks.current(session, house)
    drafts = applications.drafts_of(session, application)
    rows = {case.id: attachments.of_case(session, case) for case in drafts}
    numbers = tuple(case.record.decision_no for case in drafts if case.record)
    checked = []
    for case in cases:
        others = {row.sha256 for other in drafts if other is not case for row in rows[other.id]
                  if row.field == LETTER}  # fmt: skip
        papers = tuple(_paper(row, house.storage) for row in rows[case.id])
        asked = _asked(session, case, day=day, rulebook=rulebook, papers=papers)
        asked = replace(
            asked,
            numbers=numbers,
            letters_elsewhere=frozenset(others),
            mandate_ends_on=_mandate_end(actor, case.subject_id),
        )
        checked.append(Checked(case, tuple(findings(asked, day))))
    return checked


def keep(session: Session, cases: Sequence[Case], *, actor: Actor, now: datetime, house: House) -> None:
    """Look, and write down what was found; a record without findings is written down too."""
    session.add_all(
        PriorCheck(case_id=one.case.id, at=now, codes=[finding.code.value for finding in one.found])
        for one in look(session, cases, actor=actor, now=now, house=house)
    )


def _asked(
    session: Session, case: Case, *, day: date, rulebook: Rulebook, papers: tuple[Paper, ...]
) -> Asked:
    record, facts = case.record, REPAIR.load(case.facts)
    assert record is not None
    known = eligibility.standings(session, [record], day=day, rulebook=rulebook, besides=case.id)[record.id]
    return Asked(
        repair=judge(replace(known, is_restructuring=facts.basis == "restructuring"), day),
        subject_name=case.subject.name,
        subject_code=case.subject.code,
        numbers=(),
        basis=facts.basis,
        correction=facts.correction,
        duties=facts.duties,
        are_duties_known=record.duties_done_on is not None,
        proof_source=facts.proof_source,
        ruling_no=facts.ruling_no,
        plan_ends_on=facts.plan_ends_on,
        papers=papers,
        is_signed_on_paper=facts.filled_by == "window",
        unit_ended_on=record.unit.ended_on,
        is_also_taken_elsewhere=record.kind in ALSO_ELSEWHERE,
        last_day_of_handling=rulebook.due(OVERALL, day).due_on,
    )


def _mandate_end(actor: Actor, subject_id: int) -> date | None:
    """The last day of the agent's mandate that reaches furthest; None for whoever needs none."""
    own = [grant for grant in actor.grants if grant.subject_id == subject_id and grant.covers(REPAIR.name)]
    if not own or any(grant.kind is not GrantKind.AGENT or grant.ends_on is None for grant in own):
        return None
    return max(grant.ends_on for grant in own if grant.ends_on)


def _paper(row: Attachment, storage: Storage) -> Paper:
    """A picture is opened to see whether there is anything on it; it was found harmless when it was handed in."""
    paper = Paper(row.field, row.name, row.sha256)
    if not row.type.startswith("image/"):
        return paper
    with storage.open(row.storage_key) as stream, Image.open(stream) as image:
        width, height = image.size
        is_blank = False
        if width * height <= MOST_PIXELS:
            image.draft("L", THUMB)
            grey = image.convert("L")
            grey.thumbnail(THUMB)
            is_blank = ImageStat.Stat(grey).stddev[0] < FLAT
    return replace(paper, short_side=min(width, height), is_blank=is_blank)
