"""Paging of lists that are ordered by a day and an id, newest first: rows may come and go while somebody reads."""

from datetime import date

Place = tuple[date, int]


def written(place: Place) -> str:
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
