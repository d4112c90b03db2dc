"""What every table shares: naming of constraints, instants in UTC, and sealed columns.

A sealed column keeps personal data encrypted at rest (PIPL 51): text or JSON goes in, Fernet tokens are
stored. Keys come from the setting FIELD_KEYS, newest first; older keys keep reading what they wrote.
"""

import hmac
import json
from datetime import UTC, datetime
from typing import Any

from cryptography.fernet import Fernet, MultiFernet
from sqlalchemy import DateTime, Dialect, MetaData, Table, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The common base of all tables."""

    metadata = MetaData(naming_convention=NAMES)


def table(model: type[Base]) -> Table:
    """The table of a model: a statement about it is made once, goes past the session's objects, and costs a tenth."""
    return model.metadata.tables[model.__tablename__]


class Instant(TypeDecorator[datetime]):
    """A UTC instant with its zone on both databases; SQLite alone would forget the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("An instant needs its zone.")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


class Keyring:
    """The field keys of this process; `load` is called once by create_app."""

    def __init__(self) -> None:
        self._fernet: MultiFernet | None = None
        self._oldest = b""

    def load(self, keys: tuple[str, ...]) -> None:
        """Take the keys, newest first. Raises ValueError when one is not a Fernet key."""
        self._fernet = MultiFernet([Fernet(key) for key in keys])
        self._oldest = keys[-1].encode()

    def seal(self, text: str) -> str:
        """Encrypt with the newest key."""
        return self.fernet.encrypt(text.encode()).decode()

    def open(self, token: str) -> str:
        """Decrypt with whichever key wrote it. Raises InvalidToken when none did."""
        return self.fernet.decrypt(token.encode()).decode()

    def digest(self, text: str) -> str:
        """A keyed digest that finds a sealed value again; without the key the few possible codes can't be tried.

        Made with the oldest key, so that a new key in front changes nothing; dropping the oldest means making
        the digests anew.
        """
        return hmac.new(self._oldest, text.encode(), "sha256").hexdigest()

    @property
    def fernet(self) -> MultiFernet:
        if self._fernet is None:
            raise RuntimeError("FIELD_KEYS were not loaded before the first row was read.")
        return self._fernet


keyring = Keyring()


class SealedText(TypeDecorator[str]):
    """Text that is encrypted at rest."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return keyring.seal(value) if value is not None else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        return keyring.open(value) if value is not None else None


class SealedJSON(TypeDecorator[Any]):
    """Plain JSON that is encrypted at rest; replaced whole, never changed in place."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:
        return keyring.seal(json.dumps(value, ensure_ascii=False)) if value is not None else None

    def process_result_value(self, value: str | None, dialect: Dialect) -> object:
        return opened_json(value) if value is not None else None


def opened_json(token: str) -> Any:
    """What a sealed JSON column holds, for a row that was read as it is stored and is opened only where it is asked for."""
    return json.loads(keyring.open(token))
