"""The rooms for machines, each a blueprint under /api/v1. Errors of every address below /api/ are told in `problems`."""

from .calendar import calendar
from .cases import cases
from .document import api_document
from .documents import documents, verify
from .exchange import exchange
from .publicity import publicity
from .queue import queue
from .rules import rules
from .sync import sync
from .workflows import workflows

API_ROOMS = (
    api_document,
    calendar,
    publicity,
    sync,
    workflows,
    rules,
    cases,
    queue,
    documents,
    verify,
    exchange,
)
