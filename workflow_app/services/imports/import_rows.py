"""What one row of a handed-in table would do to our rows, judged against everything known, and doing it.

A row is judged completely before anything of it is written, so that nothing is half written. The same judgement serves
the check before the decision and the writing after it. Rows are only looked up a portion at a time.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.intake.faults import Fault
from ...domain.intake.kinds import SubjectCategory
from ...domain.intake.subjects import Subject as NamedSubject
from ...domain.intake.values import key_of
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.party import Subject, Unit
from ..house import House
from ..people.grants import code_digest
from .import_file import Portion

SUBJECT_KINDS = {
    SubjectCategory.ORGANISATION: "legal",
    SubjectCategory.SOLE_TRADER: "sole",
    SubjectCategory.NATURAL_PERSON: "individual",
}
ONE_OF_OURS = N_("只能导入本单位作出的决定。其他单位的决定请由那个单位报送，或者交信用办导入。")
AS_IN_THE_DECISION = N_("请照决定书改正，再重新导入。")


class Does(StrEnum):
    """What a row does."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class Verdict:
    """What a row would do: the faults that keep it out, else its unit, its subject and the columns that differ.

    `found` is the row it would change; None when it makes a new one.
    """

    does: Does
    faults: tuple[Fault, ...] = ()
    unit: Unit | None = None
    subject: Subject | None = None
    found: Any = None
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Order:
    """For whom a file is imported: `unit` is None when each row says its unit itself (the credit office)."""

    run_id: int
    unit_id: int | None
    by_id: int | None
    why: str


@dataclass(frozen=True)
class Ground:
    """What the rows of one portion are held against. `names` are the names by code as this file first writes them."""

    session: Session
    order: Order
    rulebook: Rulebook
    house: House
    now: datetime
    today: date
    prefix: str
    units: dict[str, Unit]
    subjects: dict[str, Subject]
    names: dict[str, str]

    def own_unit(self) -> Unit | None:
        """The unit whose file it is."""
        return next((unit for unit in self.units.values() if unit.id == self.order.unit_id), None)


def ground_of(
    session: Session,
    portion: Portion,
    order: Order,
    *,
    prefix: str,
    rulebook: Rulebook,
    house: House,
    now: datetime,
    today: date,
) -> Ground:
    """Look up the units, and the subjects that the rows of a portion name. `prefix` is CF or XK."""
    units = {unit.code: unit for unit in session.scalars(select(Unit))}
    codes = {outcome.taken.subject.code for outcome in portion.outcomes if outcome.taken}
    digests = [code_digest(code) for code in codes]
    known = session.scalars(select(Subject).where(Subject.code_digest.in_(digests)))
    subjects = {subject.code_digest: subject for subject in known}
    return Ground(
        session, order, rulebook, house, now, today, prefix, units, subjects, portion.names,
    )  # fmt: skip


def judge_unit(ground: Ground, row: Any) -> tuple[Unit | None, tuple[Fault, ...]]:
    """The unit that decided. A unit hands in its own decisions only; the office those of every unit here."""
    unit, own = ground.units.get(row.authority_code), ground.own_unit()
    column = {"CF": "CF_CFJGDM", "XK": "XK_XKJGDM"}[ground.prefix]
    if own is None and unit is None:
        problem = Sentence(N_("本区没有代码为 %(code)s 的单位。"), code=row.authority_code)
        return None, (
            fault(row, column, problem, N_("请核对机关代码；新单位请系统管理员先登记到单位名册。")),
        )
    if own is None:
        return unit, ()
    if unit is not own:
        problem = Sentence(
            N_("作出决定的机关不是%(unit)s（它的代码是 %(code)s）。"), unit=own.name, code=own.code
        )
        return None, (fault(row, column, problem, ONE_OF_OURS),)
    source = ground.units.get(row.source_code)
    if source is not own and not (source and source.is_office):
        column = {"CF": "CF_SJLYDM", "XK": "XK_LYDWDM"}[ground.prefix]
        problem = Sentence(
            N_("数据来源单位不是%(unit)s（它的代码是 %(code)s）。"), unit=own.name, code=own.code
        )
        return None, (fault(row, column, problem, ONE_OF_OURS),)
    return own, ()


def judge_subject(ground: Ground, row: Any) -> tuple[Subject, tuple[Fault, ...]]:
    """The subject of a row: the known one, else a new one that is not written yet. One code has one name."""
    named: NamedSubject = row.subject
    known = ground.subjects.get(code_digest(named.code))
    name = known.name if known else ground.names.get(named.code, named.name)
    subject = known or _new_subject(named)
    if key_of(name) == key_of(named.name):
        return subject, ()
    column = f"{ground.prefix}_XDR_MC"
    if subject.kind == "individual":  # whoever only has the number must not learn the name
        problem = Sentence(N_("这个证件号码登记的姓名和表里的不一样。"))
        return subject, (fault(row, column, problem, N_("请照决定书核对姓名和证件号码。")),)
    text = N_("这个代码登记的名称是“%(known)s”，表里写的是“%(written)s”。")
    problem = Sentence(text, known=name, written=named.name)
    mend = N_("请核对代码和名称。企业改过名的，请先联系信用办更正登记的名称，再导入。")
    return subject, (fault(row, column, problem, mend),)


def _new_subject(named: NamedSubject) -> Subject:
    return Subject(
        kind=SUBJECT_KINDS[named.category],
        name=named.name,
        code=named.code,
        code_digest=code_digest(named.code),
        legal_representative=named.legal_representative or None,
    )


def settled(ground: Ground, subject: Subject) -> Subject:
    """The subject for a row that is written; a new one is entered with its first row and known to the rows after it."""
    return ground.subjects.setdefault(subject.code_digest, subject)


def too_long(row: Any, texts: Iterable[tuple[str, str, str]], longest: dict[str, int]) -> tuple[Fault, ...]:
    """The texts (column of the table, title, our column and text apart by name) that are longer than our columns."""
    found = []
    for column, name, text in texts:
        if len(text) > longest[name]:
            sentence = N_("这一格有 %(count)s 个字，最多 %(most)s 个字。")
            problem = Sentence(sentence, count=len(text), most=longest[name])
            found.append(fault(row, column, problem, N_("请缩短到主要内容，全文以决定书为准。")))
    return tuple(found)


def fault(row: Any, column: str, problem: Sentence | str, mend: Sentence | str) -> Fault:
    """A fault of a row that was readable."""
    told = (words if isinstance(words, Sentence) else Sentence(words) for words in (problem, mend))
    return Fault(row.line, column, *told)


def rejected(*faults: Fault) -> Verdict:
    """The row is not taken."""
    return Verdict(Does.REJECTED, faults)
