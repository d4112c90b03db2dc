"""Whether people can be served now: the database answers, files can be written, and a worker was at work lately.

Looks and touches nothing: a probe comes every few seconds and must not leave traces.
"""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from .delivery import outbox
from .storage import FolderStorage, Storage


def checks(session: Session, storage: Storage, *, now: datetime) -> dict[str, bool]:
    """Each thing that is needed, and whether it is there. Nothing is asked of a database that does not answer."""
    is_there = answers(session)
    return {
        "database": is_there,
        "storage": is_writable(storage),
        "worker": is_there and outbox.worker_seen(session, now),
    }


def answers(session: Session) -> bool:
    """Whether the database answers."""
    try:
        session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        session.rollback()
        return False
    return True


def is_writable(storage: Storage) -> bool:
    """Whether files could be put. A folder that is not there yet is made by the first file."""
    if not isinstance(storage, FolderStorage):
        return True
    there = next(folder for folder in (storage.root, *storage.root.parents) if folder.exists())
    return Path(there).is_dir() and os.access(there, os.W_OK | os.X_OK)
