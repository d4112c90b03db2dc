"""Papers that people hand in: looked at by content before they are kept, named safely, scanned when configured."""

from .inspection import LIMIT, Paper, inspect
from .names import shown_name
from .virus import Scan, Verdict, refuse_if_infected, scan

__all__ = ["LIMIT", "Paper", "Scan", "Verdict", "inspect", "refuse_if_infected", "scan", "shown_name"]
