"""The rooms for machines, each a blueprint under /api/v1, and /metrics. Errors of every address below /api/ are told in `problems`."""

from .attachments import attachments
from .calendar import calendar
from .case_clocks import case_clocks
from .cases import cases
from .claims import claims
from .document import api_document
from .documents import documents, verify
from .exchange import exchange
from .history import history
from .metrics import metrics
from .publicity import publicity
from .queue import queue
from .records import records
from .rules import rules
from .steps import steps
from .subjects import subjects
from .sync import sync
from .workflows import workflows

API_ROOMS = (
    api_document,
    calendar,
    publicity,
    sync,
    workflows,
    rules,
    subjects,
    records,
    cases,
    steps,
    attachments,
    case_clocks,
    claims,
    history,
    queue,
    documents,
    verify,
    exchange,
    metrics,
)
