"""What a credit record says in the fields that an objection may dispute: as people read it, and as its history keeps it.

Reads only; what is put right is written by `corrections`.
"""

from datetime import date

from ...domain import disputable
from ...domain.intake.kinds import PenaltyKind
from ...domain.words import Sentence
from ...models.record import CreditRecord, PenaltyItem
from ..records import records


def current(record: CreditRecord) -> dict[str, str | date | Sentence]:
    """What the record says now, as people read it; only the fields that say anything."""
    return {name: told(name, value) for name, value in kept(record).items() if value}


def told(field: str, value: str) -> str | date | Sentence:
    """A value of a field as people read it: a claim, a difference, what the history keeps."""
    titles = disputable.CHOICES.get(field, {})
    if value in titles:
        return Sentence(titles[value])
    if field in disputable.DAYS:
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def kept(record: CreditRecord) -> dict[str, str]:
    """What the record says now, as its history keeps values."""
    item = fine(record)
    said = {name: records.told(getattr(record, name)) for name in disputable.FIELDS if name != records.FINE}
    return said | {records.FINE: "" if item is None else records.told(item.amount)}


def fine(record: CreditRecord) -> PenaltyItem | None:
    """The fine among the penalties of a decision."""
    return next((item for item in record.items if item.kind == PenaltyKind.FINE), None)
