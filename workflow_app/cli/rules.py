"""`flask rules show`: the rule pack in force on a day, with the source and evidence of every value."""

import json
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from ..domain import clock


@click.group()
def rules() -> None:
    """The limits that the law sets."""


@rules.command()
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The legal day; today when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def show(on: datetime | None, as_json: bool) -> None:
    """Print every rule in force on a day."""
    rulebook = current_app.extensions["house"].rulebook
    day = on.date() if on else clock.legal_day(clock.now())
    found = rulebook.pack.in_force(on=day, place=rulebook.place)
    if as_json:
        items = [
            {"id": r.id, "value": r.value, "unit": r.unit, "source": r.instrument, "evidence": r.evidence}
            for r in found
        ]
        click.echo(json.dumps({"on": day.isoformat(), "items": items}, ensure_ascii=False))
        return
    for rule in found:
        mark = "" if rule.is_confirmed else "  [待核实]"
        click.echo(f"{rule.id:12} {rule.title}：{rule.period}  （{rule.instrument}{rule.article}）{mark}")
