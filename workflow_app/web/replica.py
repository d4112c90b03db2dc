"""Which rooms are read from the replica, where there is one: lists, figures and feeds that everybody may read.

They may be seconds old. Never for somebody signed in, never to write, and never what must hold at this moment: whether a
document is genuine, the page of one record or entry and the API (they bear every mark at once), the standing of a petition,
a queue, a case. A page says nothing of where it was read. A replica that is away, or further behind than BEHIND, is left
alone for a while: the database answers instead.
"""

import logging
import math
import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Flask, request, session
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from ..database import REPLICA, reading_from
from ..domain import clock
from ..extensions import db
from ..services.delivery import outbox
from .audiences import WITHOUT_A_PERSON

log = logging.getLogger(__name__)
READ_THERE = frozenset(
    {
        "public.home", "public.commitments", "publicity.index", "publicity.licences", "publicity.corrections",
        "lists.index", "lists.show",
        "figures.published", "figures.published_month", "figures.published_table",
        "feed.removals", "feed.marks", "feed.corrections",
    }
)  # fmt: skip
BEHIND = timedelta(seconds=30)
"""The sign of life of the workers, written every five seconds, is copied like everything else: its age is that of the copy."""
LEFT_ALONE = 10.0
"""Seconds until a replica that was away is asked again."""

View = Callable[..., Any]


class Replica:
    """The copy, and until when it is left alone, by the time of this process."""

    def __init__(self, engine: Engine):
        self.engine = engine
        self.until = -math.inf

    @property
    def is_left_alone(self) -> bool:
        """Whether it was away a moment ago."""
        return time.monotonic() < self.until

    def leave_alone(self, why: object) -> None:
        """Ask the database for a while."""
        self.until = time.monotonic() + LEFT_ALONE
        log.warning("the replica is left alone for %d seconds: %s", LEFT_ALONE, why)


def bind(app: Flask) -> None:
    """Lead the views of these rooms to the replica; without a replica nothing is done. After the rooms."""
    with app.app_context():
        engine = db.engines.get(REPLICA)
    if engine is None:
        return
    replica = Replica(engine)
    for endpoint in READ_THERE:
        app.view_functions[endpoint] = led(app.view_functions[endpoint], replica)


def led(view: View, replica: Replica) -> View:
    """The view, which asks the replica if it may, and the database if the replica can't answer."""

    @wraps(view)
    def read(**values: Any) -> Any:
        if is_somebody() or replica.is_left_alone:
            return view(**values)
        try:
            with reading_from(db.session(), replica.engine):
                if outbox.worker_seen(db.session(), clock.now(), within=BEHIND):
                    return view(**values)
            replica.leave_alone("no sign of life of a worker reached it lately")
        except OperationalError as error:
            replica.leave_alone(error.orig)
        return view(**values)

    return read


def is_somebody() -> bool:
    """Whether the browser carries a sign-in, still valid or not. The feeds don't look, so that they can be passed on."""
    return request.endpoint not in WITHOUT_A_PERSON and "_user_id" in session
