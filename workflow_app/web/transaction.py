"""One transaction per request: returning a response commits, raising rolls back.

A request that may change something begins a writing transaction before anything is read, because a reading
transaction can't become a writing one on SQLite without losing its place. GET never writes: on PostgreSQL it could not,
because it is led to the connections of those who only read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from flask import Flask, Response, request
from sqlalchemy import Engine

from ..database import READER, begin_writing, lead
from ..extensions import db

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def bind(app: Flask) -> None:
    """Begin before each request, end after it."""
    with app.app_context():
        reader = db.engines.get(READER)
    app.before_request(partial(begin, reader))
    app.after_request(end)


def begin(reader: Engine | None) -> None:
    """Read the whole body first: a slow upload must not hold the writing lock."""
    if request.method in SAFE:
        lead(db.session(), reader)
    else:
        request.form  # noqa: B018
        begin_writing(db.session())


def end(response: Response) -> Response:
    """Keep what the view wrote, or let go what it read; an error handler has rolled back before this."""
    if request.method in SAFE:
        db.session.remove()
    else:
        db.session.commit()
    return response


@contextmanager
def written() -> Iterator[None]:
    """Write although the request is a GET: on the way back from another site, which can only be a link."""
    db.session.rollback()
    begin_writing(db.session())
    yield  # an error leaves the transaction open, and its handler rolls it back
    db.session.commit()


def keep() -> None:
    """Keep what was handed in so far, even if the step that follows is refused, and go on writing."""
    db.session.commit()
    begin_writing(db.session())
