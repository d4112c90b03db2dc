"""A finding as a unit writes it down, before it is a record: what it says, and what of it is proposed by rule.

Plain values that can be kept as JSON while they wait for the second person. The class is proposed from the kinds of
penalty; the unit chooses it and cites its standard (信用修复管理办法; the standards of the fields are the units').
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from ...domain.intake.classes import CreditClass, Proposal, propose
from ...domain.intake.kinds import PenaltyKind
from ...domain.publicity_period import Period, RecordClass, publicity_period
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.record import CreditRecord, PenaltyItem
from . import records

CLASSES = {CreditClass.MINOR: "minor", CreditClass.GENERAL: "general", CreditClass.SERIOUS: "serious"}
SERIOUS_LIST = N_("列入严重失信主体名单的，失信信息的类别是严重。")


@dataclass(frozen=True)
class Item:
    """One penalty of a decision; the amount is in 万元."""

    kind: str
    amount: Decimal | None = None
    what: str = ""


@dataclass(frozen=True)
class Finding:
    """What a record says; the names are those of its columns."""

    kind: str
    decision_no: str
    decided_on: date
    title: str
    behaviour: str
    basis: str
    content: str
    class_: str
    class_standard: str
    is_special_field: bool
    scope: str
    not_repairable_because: str
    items: tuple[Item, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        plain = asdict(self) | {"decided_on": self.decided_on.isoformat()}
        plain["items"] = [asdict(item) | {"amount": _plain(item.amount)} for item in self.items]
        return plain

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> "Finding":
        """The finding that was kept."""
        items = items_from(stored["items"])
        return cls(**{**stored, "decided_on": date.fromisoformat(stored["decided_on"]), "items": items})

    def columns(self) -> dict[str, Any]:
        """What is written into the record, but for its class."""
        own = {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name not in ("class_", "items")
        }
        return own | {"items": [PenaltyItem(kind=i.kind, amount=i.amount, what=i.what) for i in self.items]}


def items_from(stored: Sequence[Mapping[str, Any]]) -> tuple[Item, ...]:
    """The penalties that were kept."""
    return tuple(
        Item(row["kind"], Decimal(row["amount"]) if row["amount"] else None, row["what"]) for row in stored
    )


def of_record(record: CreditRecord) -> Finding:
    """What a record says now."""
    said = {field.name: getattr(record, field.name) for field in fields(Finding) if field.name != "items"}
    return Finding(**said, items=tuple(Item(item.kind, item.amount, item.what) for item in record.items))


def proposal(kind: str, items: tuple[Item, ...]) -> Proposal:
    """The class that a record of this kind with these penalties suggests, and why."""
    if kind == "serious_list":
        return Proposal(CreditClass.SERIOUS, Sentence(SERIOUS_LIST), False)
    fine = next((item.amount for item in items if item.kind == PenaltyKind.FINE), None)
    return propose([PenaltyKind(item.kind) for item in items], fine=fine)


def period(finding: Finding, rulebook: Rulebook) -> Period:
    """How long it would be public and from when repair may be asked for. Raises Refused for a day without rules."""
    return publicity_period(
        finding.decided_on,
        (RecordClass(finding.class_),),
        pack=rulebook.pack,
        place=rulebook.place,
        is_special_field=finding.is_special_field,
    )


def proposed_class(found: Proposal) -> str:
    """The proposed class as a record keeps it; empty when no rule speaks."""
    return CLASSES[found.credit_class] if found.credit_class is not None else ""


def _plain(amount: Decimal | None) -> str | None:
    return None if amount is None else records.told(amount)
