"""`flask sweep`, `flask deliver`, `flask worker`: what time brings about and what the outbox holds."""

import json
import signal
import sys
from types import FrameType

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import carrier
from .. import worker as work


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def sweep(as_json: bool) -> None:
    """Do what time brings about for every deadline: reminders, automatic steps, escalation. Each once."""
    _report(work.sweep_all(current_app.extensions["house"]), "handled", as_json)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def deliver(as_json: bool) -> None:
    """Deliver everything that is due in the outbox: documents, notices, mail."""
    work.tend()
    _report(work.deliver(current_app.extensions["house"]), "delivered", as_json)


@click.command()
@with_appcontext
def worker() -> None:
    """Deliver and sweep until stopped."""
    stopping = False

    def stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    click.echo(f"worker {work.own_name()} is at work")
    carrier.run(current_app._get_current_object(), stop=lambda: stopping)  # type: ignore[attr-defined]


def _report(counts: tuple[int, int], word: str, as_json: bool) -> None:
    done, failed = counts
    click.echo(json.dumps({word: done, "failed": failed}) if as_json else f"{done} {word}, {failed} failed")
    if failed:
        sys.exit(1)
