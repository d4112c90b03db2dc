"""The catalogue: commitment items and coded reasons, read by people and taken in from files."""

import tomllib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session, joinedload

from ..domain.refusals import NotYours
from ..models.catalogue import CommitmentItem, Reason
from ..models.party import Unit

_ITEM = (
    select(CommitmentItem)
    .where(CommitmentItem.code == bindparam("code"))
    .options(joinedload(CommitmentItem.unit))
)
FOLDER = Path(__file__).resolve().parents[2] / "forms" / "catalogue"


def items(session: Session, *, on: date, search: str = "") -> Sequence[CommitmentItem]:
    """The items that accept commitments on this day, by type and code."""
    wanted = select(CommitmentItem).where(
        CommitmentItem.open_from <= on,
        or_(CommitmentItem.open_until.is_(None), CommitmentItem.open_until > on),
    )
    if search:
        wanted = wanted.where(CommitmentItem.title.contains(search, autoescape=True))
    return session.scalars(wanted.order_by(CommitmentItem.type, CommitmentItem.code)).all()


def item(session: Session, code: str) -> CommitmentItem:
    """The item of this code. Raises NotYours."""
    found = session.scalars(_ITEM, {"code": code}).first()
    if found is None:
        raise NotYours
    return found


def reasons(session: Session, workflow: str, step: str, *, on: date) -> list[Reason]:
    """The coded reasons that a step may name."""
    wanted = select(Reason).where(
        Reason.workflow == workflow, or_(Reason.ended_on.is_(None), Reason.ended_on > on)
    )
    return [reason for reason in session.scalars(wanted.order_by(Reason.code)) if step in reason.steps]


def load_reasons(session: Session) -> int:
    """Take in the built-in reasons that the house does not have yet; returns how many. What it has stays as it is."""
    known = set(session.scalars(select(Reason.code)))
    files = sorted(FOLDER.glob("reasons*.toml"))
    new = [row for file in files for row in _read(file.name)["reason"] if row["code"] not in known]
    session.add_all(Reason(**row) for row in new)
    return len(new)


def load_items(session: Session) -> None:
    """Take in the demonstration items; an office keeps its own on the page for items."""
    units = {unit.key: unit for unit in session.scalars(select(Unit))}
    for row in _read("items.toml")["item"]:
        columns = {name: value for name, value in row.items() if name in CommitmentItem.__table__.columns}
        session.add(CommitmentItem(**columns, unit=units[row["unit"]]))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text(encoding="utf-8"))
