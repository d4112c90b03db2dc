"""`flask training load`: the training classes that come with the software, for an office to read, date and publish."""

from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from ..database import begin_writing
from ..domain import clock
from ..extensions import db
from ..models.party import Unit
from ..services.rules import rulebooks
from ..services.training import training_content
from ..services.training.training_classes import ANNOUNCE

LASTS = timedelta(days=90)


@click.group()
def training() -> None:
    """The training classes."""


@training.command()
@click.option("--unit", "key", help="Key of the unit that holds them; the credit office when left out.")
@with_appcontext
def load(key: str | None) -> None:
    """Load the built-in classes that are not there yet, unpublished; what is there stays as it is.

    The dates are a proposal: enrolment begins when a class published today has been announced long enough (TR-01), and the
    class ends 90 days later. The office changes them, looks everything over and publishes on the page of the classes.
    """
    session, now = db.session(), clock.now()
    begin_writing(session)
    rulebook = rulebooks.current(session, current_app.extensions["house"])
    wanted = Unit.key == key if key else Unit.is_office.is_(True)
    unit = session.scalars(select(Unit).where(wanted).order_by(Unit.id)).first()
    if unit is None:
        raise click.ClickException(f"There is no unit {key}." if key else "There is no credit office yet.")
    opens_on = rulebook.due(ANNOUNCE, clock.legal_day(now)).due_on
    made = training_content.load_missing(
        session, unit=unit, opens_on=opens_on, ends_on=opens_on + LASTS, now=now
    )
    session.commit()
    for found in made:
        click.echo(
            f"{found.ref}: {len(found.lessons)} lessons, {len(found.questions)} questions, not published"
        )
    click.echo(f"{len(made)} classes loaded" if made else "every built-in class is there; nothing was loaded")
