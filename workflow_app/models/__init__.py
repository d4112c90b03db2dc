"""The rows. One file per table family; every table is imported here so that migrations see all of them."""

from . import (
    attachment,
    case,
    catalogue,
    commitment,
    deadline,
    document,
    event,
    outbox,
    party,
    proposal,
    record,
    repair,
    rulebook,
    sync,
)

__all__ = [
    "attachment",
    "case",
    "catalogue",
    "commitment",
    "deadline",
    "document",
    "event",
    "outbox",
    "party",
    "proposal",
    "record",
    "repair",
    "rulebook",
    "sync",
]
