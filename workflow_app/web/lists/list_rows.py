"""A list as people read it: its basis and how far that was checked, whom it takes, how one leaves, what follows from it.

From the rows and the rules in force; decides nothing. Serves every page that tells of a list.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.rule import CONFIRMED
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.lists import ListType
from ...models.party import Unit
from ...services.lists import list_entries
from ...workflows.listing_words import ADVERSE, KINDS
from ..ui import named as in_either

SCOPES = {
    "public": N_("向社会公开"),
    "limited": N_("不向社会公开，只在有关单位之间依法共享"),
    "none": N_("不公开，只供内部监督"),
}
COUNTED_FROM = {
    "listing": N_("从列入之日起满 %(period)s，可以申请提前移出"),
    "correction": N_("从确认纠正之日起满 %(period)s，可以申请提前移出"),
    "publication": N_("从公布之日起满 %(period)s，可以申请提前移出"),
}
NO_TERM = N_("没有固定期限，到义务履行完毕为止")
NO_TERM_HELD = N_("没有固定期限，不再符合标准的移出")
TERM = N_("列入期限 %(period)s，期满由系统移出")


def named(found: ListType) -> str:
    """The name of the list in the reader's language."""
    return in_either(found, "name")


def in_a_line(found: ListType) -> Sentence:
    """Its kind and its first basis."""
    return Sentence(N_("%(kind)s。依据：%(basis)s"), kind=Sentence(KINDS[found.kind]), basis=found.basis[0])


def ground(
    session: Session, found: ListType, *, chosen: Collection[str], scope: str, today: date, rulebook: Rulebook
) -> dict[str, Any]:  # fmt: skip
    """What a list rests on and brings; `chosen` are the measures of one case, `scope` who may see its entry."""
    return {
        "name": named(found),
        "kind": Sentence(KINDS[found.kind]),
        "unit": in_either(found.unit, "name"),
        "is_in_force": list_entries.is_in_force(found, on=today),
        "basis": found.basis,
        "is_confirmed": found.evidence in CONFIRMED,
        "note": found.note,
        "standard": found.standard,
        "periods": periods(found, today=today, rulebook=rulebook),
        "exit_conditions": found.exit_conditions,
        "scope": Sentence(SCOPES[scope]),
        "measures": [row | {"is_chosen": row["key"] in chosen} for row in measures(session, found)],
    }


def measures(session: Session, found: ListType) -> list[dict[str, Any]]:
    """The measures of the list, each with the unit that takes it and its basis."""
    wanted = {measure["unit"] for measure in found.measures}
    units = {unit.key: unit for unit in session.scalars(select(Unit).where(Unit.key.in_(wanted)))}
    return [
        {
            "key": measure["key"],
            "title": measure["title"],
            "unit": in_either(units[measure["unit"]], "name")
            if measure["unit"] in units
            else measure["unit"],
            "basis": measure.get("basis", ""),
        }
        for measure in found.measures
    ]


def measure_told(row: dict[str, Any]) -> Sentence:
    """A measure in one line, with the unit that takes it."""
    return Sentence(N_("%(title)s（%(unit)s）"), title=row["title"], unit=row["unit"])


def basis_told(row: dict[str, Any]) -> Sentence:
    """The basis of a measure."""
    return Sentence(N_("依据：%(basis)s"), basis=row["basis"])


def periods(found: ListType, *, today: date, rulebook: Rulebook) -> list[dict[str, Any]]:
    """How long one stays on the list, from when one may ask to leave, how long one may reply; each with its certainty."""
    asked = {
        found.term_rule: TERM,
        found.early_rule: COUNTED_FROM[found.early_from],
        found.reply_rule: N_("列入前公示、可以提意见的期限：%(period)s")
        if found.kind == "red"
        else N_("告知书送达后可以陈述申辩的期限：%(period)s"),
    }
    no_term = NO_TERM if found.kind in ADVERSE else NO_TERM_HELD
    told = [] if found.term_rule else [{"told": Sentence(no_term), "is_confirmed": True}]
    for rule_id, text in asked.items():
        if rule_id:
            rule = rulebook.pack.rule(rule_id, on=today, place=rulebook.place)
            told.append({"told": Sentence(text, period=rule.period), "is_confirmed": rule.is_confirmed})
    return told
