"""The rows. One file per table family; every table is imported here so that migrations see all of them."""

from . import attachment, case, catalogue, deadline, document, event, outbox, party, record, rulebook

__all__ = ["attachment", "case", "catalogue", "deadline", "document", "event", "outbox", "party", "record", "rulebook"]
