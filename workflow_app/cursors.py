"""The cursor of every connection to PostgreSQL: psycopg's own, which describes the columns of a result only when asked.

SQLAlchemy asks after each statement whether there are columns, and looks at them only the first time: the statement is the
same ever after. Ten calls for each column of each result, for nothing, were a sixth of what a request costs.
"""

from collections.abc import Sequence
from typing import Any, overload

from psycopg import Column, Cursor
from psycopg.rows import TupleRow


class Columns(Sequence[Column]):
    """The columns of the result that a cursor has now; each is described when it is looked at."""

    def __init__(self, cursor: Cursor[Any], count: int) -> None:
        self._cursor, self._count = cursor, count

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> Column: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Column]: ...
    def __getitem__(self, place: int | slice) -> Column | Sequence[Column]:
        places = range(self._count)[place]
        if isinstance(places, range):
            return [Column(self._cursor, each) for each in places]
        return Column(self._cursor, places)


class SparingCursor(Cursor[TupleRow]):
    """A cursor that describes no column before somebody looks at it."""

    @property
    def description(self) -> Any:
        """The columns of the result; None when the statement has none."""
        result = self.pgresult
        return Columns(self, result.nfields) if result and result.nfields else None
