"""/metrics: what those who run the system watch, in the text format of Prometheus (0.0.4).

For whoever asks from this machine itself, else for a system with a token of the right scope (`bearer`). Figures of
the database are asked for at each scrape; only how long requests took was counted before, in files that all web processes share.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask import Blueprint, Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ..domain import clock
from ..domain.scopes import TokenScope
from ..extensions import db, limiter
from ..services.machines import gauges
from ..services.machines.gauges import Gauges
from ..web import request_times
from .room import caller

OFTEN = "120 per minute"
OF_A_CASE = ("workflow", "waits_for")
metrics = Blueprint("metrics", __name__)


@metrics.get("/metrics")
@limiter.limit(OFTEN, key_func=caller)
def show() -> Response:
    """Everything that is watched."""
    registry = CollectorRegistry()
    registry.register(Figures(gauges.read(db.session(), now=clock.now())))
    request_times.collect(registry)
    response = Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)
    response.headers["Cache-Control"] = "no-store"
    return response


# Asked on this machine, past the proxy that speaks HTTPS: nothing there to be led to.
show.talisman_view_options = {"force_https": False}  # type: ignore[attr-defined]
show.scope = TokenScope.METRICS_READ  # type: ignore[attr-defined]


class Figures(Collector):
    """What was read, as the library writes it. An instant that is not known has no line."""

    def __init__(self, found: Gauges) -> None:
        self.found = found

    def collect(self) -> Iterator[Metric]:
        """Each figure with its help."""
        yield from of_the_outbox(self.found)
        yield from of_cases(self.found)
        yield from of_the_rest(self.found)


def of_the_outbox(found: Gauges) -> Iterator[Metric]:
    """Messages by kind, as far as there are any, and what was given up of them."""
    rows = found.outbox
    yield labelled(
        "casework_outbox_waiting", "Messages that are due and not delivered, by kind (mail: letters).", ("kind",),
        (((row.kind,), row.waiting) for row in rows),
    )  # fmt: skip
    yield labelled(
        "casework_outbox_retrying", "Messages whose last delivery failed and that will be tried again, by kind.", ("kind",),
        (((row.kind,), row.retrying) for row in rows),
    )  # fmt: skip
    yield labelled(
        "casework_outbox_oldest_due_timestamp_seconds", "Since when the oldest of the waiting messages is due, by kind.",
        ("kind",),
        (((row.kind,), row.oldest_due_at.timestamp()) for row in rows if row.oldest_due_at),
    )  # fmt: skip
    yield labelled(
        "casework_given_up", "Deliveries that were given up and wait for a person, by kind.", ("kind",),
        (((kind,), count) for kind, count in found.given_up.items()),
    )  # fmt: skip


def of_cases(found: Gauges) -> Iterator[Metric]:
    """Cases by workflow and by whose turn it is."""
    yield labelled(
        "casework_cases_open", "Cases that have not ended, drafts with the applicant.", OF_A_CASE, found.open.items()
    )  # fmt: skip
    yield labelled(
        "casework_cases_overdue", "Open cases whose due day has passed while staff were to act.", OF_A_CASE,
        found.overdue.items(),
    )  # fmt: skip


def of_the_rest(found: Gauges) -> Iterator[Metric]:
    """What has no parts."""
    rest = found.rest
    yield GaugeMetricFamily(
        "casework_documents_unprinted", "Numbered documents without their file.", rest.unprinted
    )
    yield from instant(
        "casework_documents_unprinted_since", "When the oldest of them was issued.", rest.unprinted_since
    )
    yield GaugeMetricFamily(
        "casework_clocks_unswept", "Deadlines for which time has something to do today or had before.", rest.unswept
    )  # fmt: skip
    yield GaugeMetricFamily(
        "casework_sync_tasks_overdue", "Tasks of sync targets past their due day.", rest.tasks_overdue
    )
    yield from instant(
        "casework_worker_seen", "When a worker last looked after the outbox.", rest.worker_seen_at
    )
    yield from instant("casework_swept", "When a sweep was last gone through.", rest.swept_at)


def labelled(
    name: str, told: str, labels: tuple[str, ...], lines: Iterable[tuple[tuple[str, ...], float]]
) -> Metric:
    """One figure with a line for each of its parts."""
    family = GaugeMetricFamily(name, told, labels=labels)
    for values, number in lines:
        family.add_metric(values, number)
    return family


def instant(name: str, told: str, at: datetime | None) -> Iterator[Metric]:
    """An instant as seconds since 1970; nothing when there is none."""
    if at is not None:
        yield GaugeMetricFamily(f"{name}_timestamp_seconds", told, at.timestamp())
