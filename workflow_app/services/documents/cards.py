"""A document as it stands in a list or on a card, without what is sealed in it; read past the session's objects."""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select

from ...models.base import table
from ...models.document import Document


class Card(NamedTuple):
    """What a card tells of a document, or follows to it."""

    id: int
    case_id: int | None
    number: str
    kind: str
    title: str
    issued_on: date
    expires_on: date | None
    status: str
    verify_code: str
    produced_at: datetime | None


DOCUMENT = table(Document).c
CARDS = select(*(DOCUMENT[name] for name in Card._fields))
