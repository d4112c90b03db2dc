"""Paging of lists that are ordered by a day or an instant and an id: rows may come and go while somebody reads."""

from datetime import date, datetime

Place = tuple[date, int]
Moment = tuple[datetime, int]


def written(place: Place | Moment) -> str:
    """A place in the list as it stands in an address."""
    return f"{place[0].isoformat()}~{place[1]}"


def read(cursor: str) -> Place | None:
    """The place that an address names; None for a broken one, which shows the beginning."""
    day, _, number = cursor.partition("~")
    try:
        place = date.fromisoformat(day), int(number)
    except ValueError:
        return None
    return place if 0 < place[1] < 2**31 else None


def read_moment(cursor: str) -> Moment | None:
    """The place in a list that is ordered by an instant; None for a broken one."""
    instant, _, number = cursor.partition("~")
    try:
        at, row_id = datetime.fromisoformat(instant), int(number)
    except ValueError:
        return None
    return (at, row_id) if at.tzinfo is not None and 0 < row_id < 2**31 else None
