"""`flask rules show|preview|apply`: the rules in force with their source, and changes of them from a file."""

import json
from datetime import date, datetime
from typing import Any, BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database import begin_writing
from ..domain import clock
from ..domain.holiday_faults import BadFile
from ..domain.people import Actor
from ..domain.refusals import Refused
from ..domain.rules import Rule, changes_in, to_row
from ..extensions import db
from ..models.party import Person
from ..services.engine import recount
from ..services.house import House
from ..services.people import accounts
from ..services.rules import rule_changes, rulebooks
from .refusing import refuse

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
FILE = click.argument("file", type=click.File("rb"))


@click.group()
def rules() -> None:
    """The limits that the law sets."""


@rules.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The legal day; today when left out.")
@AS_JSON
@with_appcontext
def show(on: datetime | None, as_json: bool) -> None:
    """Print every rule in force on a day in this place, each with its source and the evidence for it."""
    book = rulebooks.current(db.session(), current_app.extensions["house"])
    day = on.date() if on else today()
    found = book.pack.in_force(on=day, place=book.place)
    if as_json:
        told = {
            "on": day.isoformat(),
            "version": book.pack.version,
            "items": [as_item(rule) for rule in found],
        }
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{book.pack.version}  {day}  {book.place}")
    for rule in found:
        mark = "" if rule.is_confirmed else "  [待核实]"
        click.echo(f"{rule.id:12} {rule.title}：{rule.period}  （{rule.instrument}{rule.article}）{mark}")


@rules.command()
@FILE
@AS_JSON
@with_appcontext
def preview(file: BinaryIO, as_json: bool) -> None:
    """Print the open cases that the changed rows in FILE (CSV, - for standard input) would move, if they were moved.

    Nothing is written. Exits with 1 when the file is refused; then every line that is wrong is named.
    """
    session, house = db.session(), current_app.extensions["house"]
    changes = changes_of(session, file.read(), name=file.name, house=house, as_json=as_json)
    found = rule_changes.preview(session, changes, on=today(), house=house)
    told = [previewed(rule, one) for rule, one in zip(changes, found, strict=True)]
    if as_json:
        click.echo(json.dumps({"changes": told}, ensure_ascii=False))
        return
    for rule, one in zip(changes, told, strict=True):
        click.echo(in_words(rule))
        for move in one["moves"]:
            click.echo(f"  {move['case']}  {move['old']} -> {move['new']}")
        more = "" if one["is_complete"] else " (there are more)"
        click.echo(
            f"  {one['looked_at']} looked at{more}, {len(one['moves'])} would move; nothing was written"
        )


@rules.command("apply")
@FILE
@click.option("--reason", required=True, help="Why; told to everybody whose day moves.")
@click.option(
    "--proposed-by", "proposer", required=True, help="Login of a clerk, a lead or the administrator."
)
@click.option("--approved-by", "approver", required=True, help="Login of a lead, who is somebody else.")
@click.option("--move-running", is_flag=True, help="Move the clocks that run under the old values too.")
@AS_JSON
@with_appcontext
def apply_file(
    file: BinaryIO, reason: str, proposer: str, approver: str, move_running: bool, as_json: bool
) -> None:
    """Change the rules by the rows in FILE (CSV, - for standard input), all of them or none.

    Both people answer for it as if they had done it on the page. Exits with 1 when anything was refused.
    """
    session, house, now = db.session(), current_app.extensions["house"], clock.now()
    content = file.read()
    begin_writing(session)
    changes = changes_of(session, content, name=file.name, house=house, as_json=as_json)
    first, second = actor(session, proposer), actor(session, approver)
    try:
        for rule in changes:
            row = to_row(rule)
            change = rule_changes.propose(
                session, row, reason=reason, moves_running=move_running, by=first, now=now, house=house
            )
            session.flush()
            rule_changes.approve(session, change, by=second, reason="", now=now, house=house)
            session.flush()
    except Refused as refused:
        refuse([(0, str(refused.sentence))], file.name, as_json)
    version = rulebooks.current(session, house).pack.version
    session.commit()
    told = {"version": version, "applied": [rule.id for rule in changes], "moves_running": move_running}
    after = "; the worker moves the running clocks" if move_running else ""
    click.echo(json.dumps(told) if as_json else f"{len(changes)} changed, now version {version}{after}")


def today() -> date:
    """The legal day of the command."""
    return clock.legal_day(clock.now())


def changes_of(
    session: Session, content: bytes, *, name: str, house: House, as_json: bool
) -> tuple[Rule, ...]:
    """The changes in a file, or the end with everything that is wrong in it."""
    try:
        return changes_in(content, rulebooks.current(session, house).pack)
    except BadFile as bad:
        refuse([(fault.line, str(fault.sentence)) for fault in bad.faults], name, as_json)


def actor(session: Session, login: str) -> Actor:
    """The person with this login, as of today."""
    person = session.scalars(
        select(Person).where(Person.login == login, Person.disabled_at.is_(None))
    ).first()
    if person is None:
        raise click.ClickException(f"There is no open account {login}.")
    return accounts.load_actor(person, on=today())


def as_item(rule: Rule) -> dict[str, Any]:
    """A rule as machines read it; an empty column is null."""
    return {name: text or None for name, text in to_row(rule).items()} | {"value": rule.value}


def previewed(rule: Rule, found: recount.Preview) -> dict[str, Any]:
    """A preview as machines read it."""
    moves = [
        {
            "case": move.case.address,
            "old": move.deadline.due_on.isoformat(),
            "new": move.reckoned.due_on.isoformat(),
        }
        for move in found.moves
    ]
    return {
        "rule": as_item(rule),
        "looked_at": found.looked_at,
        "is_complete": found.is_complete,
        "moves": moves,
    }


def in_words(rule: Rule) -> str:
    """A change in one line."""
    place = f" {rule.place}" if rule.place else ""
    return f"{rule.id}{place} {rule.title}：{rule.period}，{rule.valid_from} —"
