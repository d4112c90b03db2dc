"""`flask tokens …`: tokens for machines, where nobody sits at a browser: made, listed, ended.

Whoever may run this holds the keys of the house anyway; what is done here stands in the account log without a name.
"""

import json
from typing import Any

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from ..database import begin_writing
from ..domain import clock
from ..domain.refusals import Refused
from ..domain.scopes import TokenScope, offered
from ..extensions import db
from ..models.api import ApiToken
from ..models.party import Person
from ..services.machines import tokens as verbs
from ..services.machines.tokens import Made, Wish

AS_JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def tokens() -> None:
    """The tokens by which machines call the API."""


@tokens.command()
@click.option("--login", required=True, help="Whose token: a person, or a system (sys.…).")
@click.option("--days", type=int, help="Until it ends; the longest time when not given.")
@click.option(
    "--scope", "scopes", multiple=True, type=click.Choice([str(each) for each in TokenScope]),
    help="What it may be used for, once for each; every scope of such an account when not given.",
)  # fmt: skip
@click.option("--name", default="command line", show_default=True, help="By what its owner knows it.")
@click.option("--purpose", default="command line", show_default=True, help="What personal data are read for.")
@click.option("--network", "networks", multiple=True, help="From where alone it may be used, in CIDR.")
@AS_JSON
@with_appcontext
def create(
    login: str, days: int | None, scopes: tuple[str, ...], name: str, purpose: str, networks: tuple[str, ...], as_json: bool
) -> None:  # fmt: skip
    """Make a token and print it, alone on its line; it is never shown again."""
    session = db.session()
    begin_writing(session)
    person = session.scalar(select(Person).where(Person.login == login.strip().lower()))
    if person is None:
        raise click.ClickException(f"{login} names no account.")
    wanted = [TokenScope(each) for each in scopes] or offered(is_system=person.is_system)
    wish = Wish(name[:80], wanted, purpose[:200], verbs.most_days(person) if days is None else days, networks)
    try:
        made = verbs.make(session, person, wish, by=None, now=clock.now())
    except Refused as refused:
        raise click.ClickException(str(refused.sentence)) from None
    told = json.dumps(_told(made), ensure_ascii=False) if as_json else made.text
    session.commit()
    click.echo(told)


@tokens.command("list")
@AS_JSON
@with_appcontext
def list_tokens(as_json: bool) -> None:
    """List the tokens that work today, the newest first."""
    rows = [_row(row) for row in verbs.all_open(db.session(), now=clock.now())]
    if as_json:
        click.echo(json.dumps({"tokens": rows}, ensure_ascii=False))
        return
    for row in rows:
        used = (
            f"last used {row['last_used_at']} from {row['last_used_ip']}" if row["last_used_at"] else "unused"
        )
        click.echo(
            f"{row['prefix']}  {row['login']}  {','.join(row['scopes'])}  ends {row['expires_at']}; {used}  ({row['name']})"
        )


@tokens.command()
@click.argument("prefix")
@AS_JSON
@with_appcontext
def end(prefix: str, as_json: bool) -> None:
    """End the token that begins with PREFIX (as `list` shows it; the whole token will do, too) at once."""
    session = db.session()
    begin_writing(session)
    found = verbs.named(session, prefix)
    if len(found) != 1:
        raise click.ClickException(f"{prefix[: verbs.SHOWN]} names no token, or more than one.")
    verbs.end(session, found[0], by=None, now=clock.now())
    row = _row(found[0])
    session.commit()
    click.echo(
        json.dumps(row, ensure_ascii=False) if as_json else f"{row['prefix']} of {row['login']} has ended."
    )


def _told(made: Made) -> dict[str, Any]:
    return {"token": made.text, **_row(made.row)}


def _row(row: ApiToken) -> dict[str, Any]:
    used = row.last_used_at
    return {
        "prefix": row.prefix,
        "login": row.person.login,
        "name": row.name,
        "scopes": row.scopes,
        "purpose": row.purpose,
        "networks": row.networks,
        "expires_at": row.expires_at.isoformat(),
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "last_used_at": used.isoformat() if used else None,
        "last_used_ip": row.last_used_ip,
    }
