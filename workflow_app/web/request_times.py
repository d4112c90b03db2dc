"""How long requests took, by the class of their status, added up over all web processes of one machine.

Each process writes into a file of its own in PROMETHEUS_MULTIPROC_DIR, the way of prometheus_client, and whoever is scraped
reads them all. Nothing is counted without that folder: one process among several could only tell of itself.
"""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, current_app
from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

BOUNDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
TIMES = Histogram(
    "casework_request_duration_seconds",
    "Time to the first byte of an answer, by class of status.",
    ("status",),
    buckets=BOUNDS,
    registry=None,
)


def bind(app: Flask, folder: str) -> None:
    """Time every request, if there is a folder to share."""
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        app.wsgi_app = Timed(app.wsgi_app)  # type: ignore[method-assign]


def collect(registry: CollectorRegistry) -> None:
    """Add what all processes wrote, if they share a folder."""
    if folder := current_app.extensions["settings"].metrics_folder:
        MultiProcessCollector(registry, folder)


class Timed:
    """The application with a watch beside it. A process that answers nothing leaves no file."""

    def __init__(self, site: WSGIApplication) -> None:
        self.site = site

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer, and note how long it took until the answer began."""
        began = time.perf_counter()

        def begin_answer(status: str, *more: Any) -> Any:
            TIMES.labels(f"{status[0]}xx").observe(time.perf_counter() - began)
            return start_response(status, *more)

        return self.site(environ, begin_answer)
