"""`flask records import`: a file of penalties or licences entered from the server, row by row, with every fault named."""

import json
import sys
from datetime import timedelta
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.orm import Session

from ..database import begin_writing
from ..domain import clock
from ..domain.intake.sheets import LIMITS
from ..domain.refusals import Refused
from ..domain.words import Sentence
from ..extensions import db
from ..importing import carry
from ..models.party import Person, Unit
from ..models.record import ImportRun
from ..services.house import House
from ..services.imports import import_file, imports

LEFT_LYING = timedelta(minutes=10)
"""After this the worker looks whether this command was killed, and goes on where it was."""


@click.group()
def records() -> None:
    """Credit records and licences."""


@records.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option(
    "--unit", "key", help="Key of the unit whose decisions these are; each row's own code when left out."
)
@click.option("--kind", type=click.Choice(list(imports.KINDS)), help="Told from the columns when left out.")
@click.option(
    "--by", "login", help="Login of the person who hands it in; the command line itself when left out."
)
@click.option(
    "--rejected", type=click.Path(dir_okay=False), help="Write the rejected rows here (.csv or .xlsx)."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def import_file_(
    file: str, key: str | None, kind: str | None, login: str | None, rejected: str | None, as_json: bool
) -> None:
    """Enter the penalties or licences in FILE (CSV or XLSX with the CF_* or XK_* columns).

    Whoever runs this command answers for the rows: they are written at once, nobody else decides on them. A row is
    taken whole or not at all, and the same file again changes nothing. Exits with 1 when the file as a whole or any row
    was rejected; the other rows are in.
    """
    session, house = db.session(), current_app.extensions["house"]
    with click.open_file(file, "rb") as opened:
        content = opened.read(LIMITS.most_bytes + 1)
    try:
        run_id = _started(session, content, file, key=key, kind=kind, login=login, house=house)
        _carried(session, run_id, house, is_quiet=as_json)
    except Refused as refused:
        _refuse(refused.sentence, file, as_json)
    run = session.get_one(ImportRun, run_id, populate_existing=True)
    if run.refusal is not None:
        _refuse(Sentence.from_json(run.refusal), file, as_json)
    if rejected and run.rejected_key:
        _write_rejected(run, rejected, house)
    _tell(run, file, as_json)
    sys.exit(1 if run.rejected else 0)


def _started(
    session: Session,
    content: bytes,
    name: str,
    *,
    key: str | None,
    kind: str | None,
    login: str | None,
    house: House,
) -> int:
    """Keep the file and the run; its id."""
    kind = kind or import_file.kind_of(content, name)
    begin_writing(session)
    unit = session.scalar(select(Unit).where(Unit.key == key)) if key else None
    if key and unit is None:
        raise click.ClickException(f"There is no unit {key}.")
    person = session.scalar(select(Person).where(Person.login == login)) if login else None
    if login and person is None:
        raise click.ClickException(f"There is no account {login}.")
    run = imports.start(
        session,
        imports.File(click.format_filename(name, shorten=True), content),
        kind,
        unit_id=unit.id if unit else None,
        by_id=person.id if person else None,
        now=clock.now(),
        house=house,
        is_confirmed=True,
        waits=LEFT_LYING,
    )
    run_id = run.id
    session.commit()
    return run_id


def _carried(session: Session, run_id: int, house: House, *, is_quiet: bool) -> None:
    """Write to the end, a portion in each transaction, saying how far it is."""

    def said(run: ImportRun) -> bool:
        if not is_quiet:
            click.echo(f"{_reached(run)} of {run.rows} rows, {run.rejected} rejected", err=True)
        return True

    carry(session, run_id, house, goes_on=said)
    session.commit()


def _reached(run: ImportRun) -> int:
    return sum(getattr(run, name) for name in imports.TALLY)


def _write_rejected(run: ImportRun, path: str, house: House) -> None:
    format_ = "xlsx" if path.lower().endswith(".xlsx") else "csv"
    content = import_file.write_rejected(
        house.storage, run.rejected_key or "", kind=run.kind, format_=format_, say=str
    )
    with click.open_file(path, "wb") as target:
        target.write(content)


def _tell(run: ImportRun, name: str, as_json: bool) -> None:
    faults = [stored for stored in run.faults if not stored["is_warning"]]
    told = [(one["line"], one["column"], str(import_file.fault_from_json(one).sentence)) for one in faults]
    tally: dict[str, Any] = {column: getattr(run, column) for column in ("rows", *imports.TALLY)}
    if as_json:
        errors = [{"line": line, "field": column, "sentence": words} for line, column, words in told]
        click.echo(
            json.dumps({"run": run.ref, "kind": run.kind, **tally, "errors": errors}, ensure_ascii=False)
        )
        return
    for line, column, words in told:
        click.echo(f"{name}:{line}: {column + ' ' if column else ''}{words}", err=True)
    click.echo(
        "{rows} rows: {created} created, {updated} updated, {unchanged} unchanged, {rejected} rejected".format(
            **tally
        )
    )


def _refuse(sentence: Sentence, name: str, as_json: bool) -> NoReturn:
    """Say why nothing of the file was taken, and end with 1."""
    if as_json:
        click.echo(json.dumps({"refused": [{"line": 0, "sentence": str(sentence)}]}, ensure_ascii=False))
    else:
        click.echo(f"{name}: {sentence}", err=True)
    sys.exit(1)
