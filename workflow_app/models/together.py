"""Several kinds of rows about one thing, asked in one statement, because each way to the database costs more than the rows.

Kinds share columns where these have the same type; what a kind does not need stays empty in its rows. They come as named
tuples, past the session's objects, and in no order. Knows no table.
"""

from collections.abc import Mapping
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, cast, literal_column, null, union_all
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

AnyRow = TypeVar("AnyRow", bound=tuple[Any, ...])


class Together:
    """One statement for all kinds: of each the named tuple, and the statement whose columns fill it one by one."""

    def __init__(self, kinds: Mapping[type[tuple[Any, ...]], Select[Any]]) -> None:
        types: list[TypeEngine[Any]] = []
        columns = [_placed(tuple(wanted.selected_columns), types) for wanted in kinds.values()]
        arms = [
            wanted.with_only_columns(*_filled(number, own, types))
            for number, (wanted, own) in enumerate(zip(kinds.values(), columns, strict=True))
        ]
        self._statement = union_all(*arms)
        self._kinds: list[type[Any]] = list(kinds)
        self._pick = [itemgetter(*own) for own in columns]

    def read(self, session: Session, given: Mapping[str, Any]) -> "Rows":
        """Ask for all of them."""
        found: dict[type[Any], list[Any]] = {kind: [] for kind in self._kinds}
        for row in session.execute(self._statement, given).all():
            kind = self._kinds[row[0]]
            found[kind].append(kind._make(self._pick[row[0]](row)))
        return Rows(found)


def _placed(
    own: tuple[ColumnElement[Any], ...], types: list[TypeEngine[Any]]
) -> dict[int, ColumnElement[Any]]:
    """The place of each column of a kind: the first free one of its type. `types` grows by what is missing."""
    places: dict[int, ColumnElement[Any]] = {}
    for column in own:
        fitting = (
            n for n, each in enumerate(types, 1) if type(each) is type(column.type) and n not in places
        )
        place = next(fitting, len(types) + 1)
        if place > len(types):
            types.append(column.type)
        places[place] = column
    return places


def _filled(
    number: int, own: Mapping[int, ColumnElement[Any]], types: list[TypeEngine[Any]]
) -> list[ColumnElement[Any]]:
    """The number of a kind and its columns, with nothing in the places that it does not use."""
    row = [own.get(n, cast(null(), each)).label(f"c{n}") for n, each in enumerate(types, 1)]
    return [literal_column(str(number), Integer).label("kind"), *row]


class Rows:
    """What was found, kind by kind."""

    def __init__(self, found: Mapping[type[Any], list[Any]]) -> None:
        self._found = found

    def __getitem__(self, kind: type[AnyRow]) -> list[AnyRow]:
        return self._found[kind]
