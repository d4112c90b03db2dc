"""`flask history verify`: whether the chained history of one case, or of all, is as it was written."""

import json
import sys

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from ..extensions import db
from ..models.case import Case
from ..services.engine import history as chain


@click.group()
def history() -> None:
    """The chained history of cases."""


@history.command()
@click.argument("number", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def verify(number: str | None, as_json: bool) -> None:
    """Verify the chain of the case NUMBER, or of every case."""
    wanted = select(Case.id, Case.number, Case.ref)
    if number:
        wanted = wanted.where((Case.number == number) | (Case.ref == number))
    rows = db.session.execute(wanted).all()
    if number and not rows:
        raise click.ClickException(f"There is no case {number}.")
    faults = {row.number or row.ref: found for row in rows if (found := chain.faults(db.session(), row.id))}
    if as_json:
        click.echo(json.dumps({"cases": len(rows), "faults": faults}))
    else:
        for name, found in faults.items():
            click.echo(f"{name}: {'; '.join(found)}")
        click.echo(f"{len(rows)} cases, {len(faults)} with faults")
    if faults:
        sys.exit(1)
