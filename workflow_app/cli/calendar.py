"""`flask calendar import|show`: the holiday notices of the years, entered from a file and counted out at once."""

import json
import time
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database import begin_writing
from ..domain import clock, holiday_csv, holiday_file
from ..domain.calendar import Notice
from ..domain.holiday_faults import OFF, WORKING, BadFile
from ..domain.people import Actor
from ..domain.refusals import Refused
from ..extensions import db
from ..models.party import Person
from ..models.rulebook import Recount
from ..services.engine import recount
from ..services.house import House
from ..services.people import accounts
from ..services.rules import calendars
from ..services.rules.calendars import Version
from .refusing import refuse


@click.group()
def calendar() -> None:
    """The working days of each year, by the State Council's notices."""


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option(
    "--reason", required=True, help="Why this version is entered; told to everybody whose day moves."
)
@click.option(
    "--by", "login", help="Login of the person who enters it; the command line itself when left out."
)
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def import_file(file: str, reason: str, login: str | None, dry_run: bool, as_json: bool) -> None:
    """Enter the holiday notice in FILE (CSV or JSON, - for standard input) as a new version of its year.

    A file with anything wrong in it is refused whole, and every line that is wrong is named. Then every open deadline
    that reaches into the year is counted again. Exits with 1 when the file was refused.
    """
    session, house = db.session(), current_app.extensions["house"]
    with click.open_file(file, "rb") as opened:
        content = opened.read(holiday_file.LARGEST + 1)
    begin_writing(session)
    by = _actor(session, login)
    try:
        notice = holiday_file.read(content, file)
        told = _previewed(session, notice, house) if dry_run else _entered(session, notice, reason, by)
    except BadFile as bad:
        refuse([(fault.line, str(fault.sentence)) for fault in bad.faults], file, as_json)
    except Refused as refused:
        refuse([(0, str(refused.sentence))], file, as_json)
    if not dry_run:
        told |= _counted_again(session, told["recount"], house, is_quiet=as_json)
    click.echo(json.dumps(told, ensure_ascii=False) if as_json else _in_words(told))


@calendar.command()
@click.option("--year", type=int, help="All years when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def show(year: int | None, as_json: bool) -> None:
    """Print the versions of a year, newest first, with their days off, make-up days and source."""
    found = calendars.versions(db.session(), year)
    if year is not None and not found:
        raise click.ClickException(f"The notice of {year} is not in; its days are counted provisionally.")
    if as_json:
        click.echo(json.dumps({"items": [_as_json(version) for version in found]}, ensure_ascii=False))
        return
    for version in found:
        click.echo(holiday_csv.write(version.notice).rstrip())
        if version.row:
            by = version.row.entered_by.login if version.row.entered_by else "command line"
            click.echo(f"# entered {version.row.entered_at:%Y-%m-%d %H:%M} UTC by {by}: {version.row.reason}")
        click.echo("".join(f"#   {change}\n" for change in version.changes))


def _previewed(session: Session, notice: Notice, house: House) -> dict[str, Any]:
    calendars.check_is_new(session, notice)
    found = calendars.preview(session, notice, on=clock.legal_day(clock.now()), house=house)
    moves = [
        {
            "case": move.case.address,
            "old": move.deadline.due_on.isoformat(),
            "new": move.reckoned.due_on.isoformat(),
            "old_provisional": move.deadline.provisional,
            "new_provisional": move.reckoned.provisional,
        }
        for move in found.moves
    ]
    moved = sum(move.is_new_day for move in found.moves)
    return {
        "year": notice.year,
        "dry_run": True,
        "looked_at": found.looked_at,
        "moved": moved,
        "moves": moves,
    }


def _entered(session: Session, notice: Notice, reason: str, by: Actor | None) -> dict[str, Any]:
    now = clock.now()
    row = calendars.enter(session, notice, reason=reason, by=by, now=now)
    run = session.scalars(
        select(Recount.id).where(Recount.kind == "calendar", Recount.source_id == row.id)
    ).one()
    told = {"year": notice.year, "version": row.id, "recount": run}
    session.commit()
    return told


def _actor(session: Session, login: str | None) -> Actor | None:
    if login is None:
        return None
    person = session.scalars(select(Person).where(Person.login == login)).first()
    if person is None:
        raise click.ClickException(f"There is no account {login}.")
    actor = accounts.load_actor(person, on=clock.legal_day(clock.now()))
    if not calendars.may_enter(actor):
        raise click.ClickException(
            f"{login} may not enter a calendar: that takes a clerk or lead of the office."
        )
    return actor


def _counted_again(session: Session, run_id: int, house: House, *, is_quiet: bool) -> dict[str, int]:
    """Count to the end, a portion in each transaction; the worker finds nothing left to do."""
    if session.get_bind().dialect.name != "sqlite":
        time.sleep(recount.HELD_BACK.total_seconds())  # SQLite lets nobody write at the same time
    counts, has_more = {"looked_at": 0, "moved": 0}, True
    while has_more:
        begin_writing(session)
        has_more = recount.carry_on(session, run_id, now=clock.now(), house=house)
        run = session.get_one(Recount, run_id)
        counts = {"looked_at": run.looked_at, "moved": run.moved}
        session.commit()
        if not is_quiet:
            click.echo(f"{counts['looked_at']} open deadlines looked at, {counts['moved']} moved", err=True)
    return counts


def _in_words(told: dict[str, Any]) -> str:
    if not told.get("dry_run"):
        return f"{told['year']} entered as version {told['version']}: {told['moved']} deadlines moved"
    lines = [_line(move) for move in told["moves"]]
    return "\n".join(
        [*lines, f"{told['looked_at']} looked at, {told['moved']} would move; nothing was written"]
    )


def _line(move: dict[str, Any]) -> str:
    if move["old"] == move["new"]:
        return f"{move['case']}  {move['old']} stays and is no longer provisional"
    return f"{move['case']}  {move['old']} -> {move['new']}"


def _as_json(version: Version) -> dict[str, Any]:
    row, notice = version.row, version.notice
    return {
        "year": notice.year,
        "version": version.mark,
        "source": notice.source,
        "reason": row.reason if row else "",
        "entered_by": row.entered_by.login if row and row.entered_by else "",
        "entered_at": row.entered_at.isoformat() if row else "",
        "changes": [str(change) for change in version.changes],
        OFF: {day.isoformat(): name for day, name in notice.off.items()},
        WORKING: [day.isoformat() for day in sorted(notice.working)],
    }
