"""What is read off counted things: the middle of many, and a share of them. Every table of figures rounds alike."""

from collections.abc import Mapping


def median_of(counts: Mapping[int, int]) -> float | None:
    """The median of values given as value and how often: the one in the middle, or the mean of the two; None of none."""
    many = sum(counts.values())
    if not many:
        return None
    return (_at(counts, (many - 1) // 2) + _at(counts, many // 2)) / 2


def per_mille_up(part: int, whole: int) -> int | None:
    """The share in thousandths, rounded up so that one never shows as none; None of nothing."""
    return -(-1000 * part // whole) if whole else None


def _at(counts: Mapping[int, int], place: int) -> int:
    """The value at this place, from 0, of all values in order."""
    passed = 0
    for value in sorted(counts):
        passed += counts[value]
        if passed > place:
            return value
    raise IndexError(place)
