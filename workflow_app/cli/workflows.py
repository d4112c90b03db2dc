"""`flask workflows table|diagram|check|reasons`: the declarations, printed; and the live cases, held against them."""

import json
import sys
from pathlib import Path

import click
from flask.cli import with_appcontext

from ..database import begin_writing
from ..extensions import db
from ..services import catalogue
from ..services.engine import declarations
from ..workflows import ALL, BY_NAME
from ..workflows.kit import Workflow

BEGIN, END = "<!-- workflows -->", "<!-- end of workflows -->"


@click.group()
def workflows() -> None:
    """Print the workflows, and check the live cases against them."""


@workflows.command()
@click.argument("name", type=click.Choice(sorted(BY_NAME)), required=False)
def table(name: str | None) -> None:
    """The step table of one workflow, or of all."""
    for workflow in _chosen(name):
        click.echo(declarations.table(workflow))


@workflows.command()
@click.argument("name", type=click.Choice(sorted(BY_NAME)), required=False)
def diagram(name: str | None) -> None:
    """The states and steps as a Mermaid diagram."""
    for workflow in _chosen(name):
        click.echo(declarations.diagram(workflow))


@workflows.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def docs(file: Path) -> None:
    """Write the diagrams of all workflows into a Markdown page, between its two marks."""
    before, _, rest = file.read_text(encoding="utf-8").partition(f"{BEGIN}\n")
    _, _, after = rest.partition(END)
    file.write_text(f"{before}{BEGIN}\n{declarations.page(ALL)}{END}{after}", encoding="utf-8")


@workflows.command()
@click.argument("name", type=click.Choice(sorted(BY_NAME)), required=False)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def check(name: str | None, as_json: bool) -> None:
    """Fail if a live case is in a state the code no longer has, or its facts no longer load."""
    faults = [fault for workflow in _chosen(name) for fault in declarations.faults(db.session(), workflow)]
    click.echo(
        json.dumps({"faults": faults})
        if as_json
        else "\n".join(faults) or "every live case fits its workflow"
    )
    if faults:
        sys.exit(1)


@workflows.command()
@with_appcontext
def reasons() -> None:
    """Take in the coded reasons that this version brings; those of the house stay as they are. Run after an update."""
    session = db.session()
    begin_writing(session)
    count = catalogue.load_reasons(session)
    session.commit()
    click.echo(f"{count} coded reasons taken in" if count else "every coded reason is there")


def _chosen(name: str | None) -> tuple[Workflow, ...]:
    return (BY_NAME[name],) if name else ALL
