"""Cells that a spreadsheet program would run as a formula.

What was sent in is data and stays as it was. On the way out such a cell gets an apostrophe in front, so that
opening the file runs nothing; on the way in that one apostrophe is taken off again.
"""

import re

# The signs of OWASP's “CSV injection”, with their full-width forms, which some programs treat alike. Blanks before
# them are skipped by some programs, so they don't make a cell harmless.
_DANGEROUS = re.compile(r"'*\s*[=+\-@＝＋－＠]|'*[\t\r\n]")
_DISARMED = re.compile(r"'+\s*[=+\-@＝＋－＠]|'+[\t\r\n]")


def is_dangerous(cell: str) -> bool:
    """True when a spreadsheet program may run the cell."""
    return _DANGEROUS.match(cell) is not None


def disarmed(cell: str) -> str:
    """The cell in a form that nothing runs."""
    return "'" + cell if is_dangerous(cell) else cell


def as_sent(cell: str) -> str:
    """The cell before `disarmed`; a cell that was never disarmed is returned as it is."""
    return cell[1:] if _DISARMED.match(cell) else cell
