"""The least that a step could cost through SQLAlchemy, for `bench.engine`: the engine's own statements and values once more.

They are noted as they go to the database and sent to a copy of it through a connection, in one transaction. Nothing is judged,
composed, sealed or compiled, and what comes back stays rows. Whatever is written by Flask-SQLAlchemy takes this at least.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, create_engine, event

from workflow_app.config import Settings
from workflow_app.database import WRITES, configured, prepare


@dataclass
class Least:
    """A copy of the database, and what the step at hand sent to the original."""

    engine: Engine
    noted: list[tuple[str, Any]] = field(default_factory=list)

    @contextmanager
    def noting(self, engine: Engine) -> Iterator[None]:
        """Note what goes to this engine meanwhile; not while anything is measured there, because listening costs."""
        self.noted.clear()
        event.listen(engine, "before_cursor_execute", self._note)
        yield
        event.remove(engine, "before_cursor_execute", self._note)

    def _note(self, _connection: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            self.noted.append((statement, values))

    def replay(self) -> int:
        """Send all of it once more, and say how many statements that took."""
        with self.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
            for statement, values in self.noted:
                found = connection.exec_driver_sql(statement, values)
                if found.returns_rows:
                    found.all()
        return len(self.noted)


@contextmanager
def least(settings: Settings) -> Iterator[Least]:
    """A copy with connections that are set up as those of the application."""
    engine = create_engine(settings.database_url, **configured(settings).get("SQLALCHEMY_ENGINE_OPTIONS", {}))
    prepare(engine)
    yield Least(engine)
    engine.dispose()
