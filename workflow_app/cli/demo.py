"""`flask demo load|accounts`: the demonstration district. Refuses to touch a real office."""

import click
from flask import current_app
from flask.cli import with_appcontext

from .. import demo as district
from ..database import begin_writing
from ..domain import clock
from ..extensions import db


@click.group()
def demo() -> None:
    """The demonstration district: fictional firms, people and cases."""


@demo.command()
@with_appcontext
def load() -> None:
    """Load the demonstration district into an empty database; does nothing when it is there."""
    settings = current_app.extensions["settings"]
    if not settings.is_demo:
        raise click.ClickException("This is not a demonstration district: DEMO_DISTRICT is not set.")
    session = db.session()
    begin_writing(session)
    count = district.load(
        session, house=current_app.extensions["house"], now=clock.now(), is_cheap=settings.cheap_passwords
    )
    session.commit()
    click.echo(
        f"{count} demonstration cases loaded" if count else "the database is not empty; nothing was loaded"
    )


@demo.command()
@with_appcontext
def accounts() -> None:
    """Print the demonstration accounts with password and second factor."""
    if not current_app.extensions["settings"].is_demo:
        raise click.ClickException("This is not a demonstration district: DEMO_DISTRICT is not set.")
    click.echo(f"password of every account: {district.DEMO_PASSWORD}")
    click.echo(
        f"second factor of staff (TOTP secret): {district.DEMO_TOTP_SECRET}; the code now: {district.code_now()}"
    )
    for account in district.shown_accounts(db.session(), on=clock.legal_day(clock.now())):
        roles = "、".join(f"{place} {title}" for title, place in account.roles)
        click.echo(f"  {account.login:24} {account.name}（{roles}）")
