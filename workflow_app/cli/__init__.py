"""The commands behind `flask --app wsgi …`, one file per group. Each owns its transaction."""

from flask import Flask

from . import (
    accounts,
    calendar,
    demo,
    documents,
    history,
    keys,
    records,
    rules,
    texts,
    tokens,
    training,
    work,
    workflows,
)

GROUPS = (
    demo.demo,
    accounts.accounts,
    work.sweep,
    work.deliver,
    work.worker,
    workflows.workflows,
    history.history,
    records.records,
    rules.rules,
    calendar.calendar,
    texts.texts,
    documents.documents,
    keys.keys,
    training.training,
    tokens.tokens,
)


def bind(app: Flask) -> None:
    """Register every group."""
    for group in GROUPS:
        app.cli.add_command(group)
