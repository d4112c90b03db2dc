"""`flask accounts first-administrator`: begin an empty house with the person who names all others."""

import click
from flask.cli import with_appcontext

from ..database import begin_writing
from ..domain import clock
from ..domain.refusals import Refused
from ..extensions import db
from ..services import catalogue
from ..services.people import accounts as verbs


@click.group()
def accounts() -> None:
    """The accounts of people."""


@accounts.command("first-administrator")
@click.option("--login", help="Asked for when not given; so are the name and the password.")
@click.option("--name")
@click.option("--password")
@with_appcontext
def first_administrator(login: str | None, name: str | None, password: str | None) -> None:
    """Make the first account of an empty house: a security administrator, who names the others."""
    session = db.session()
    if verbs.has_people(session):
        click.echo("there are accounts already; none was made")
        return
    session.rollback()  # the reading ends here: nobody waits for somebody at a keyboard
    login = login or click.prompt("Login of the first administrator")
    name = name or click.prompt("Name")
    password = password or click.prompt("Password", hide_input=True, confirmation_prompt=True)
    begin_writing(session)
    try:
        catalogue.load_reasons(session)
        verbs.first_administrator(session, login, name=name, password=password, now=clock.now())
    except Refused as refused:
        raise click.ClickException(str(refused.sentence)) from None
    session.commit()
    click.echo(f"{login} may sign in now.")
