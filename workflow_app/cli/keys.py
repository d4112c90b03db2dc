"""`flask keys …`: the keys that sign documents: which there are, the next one, and the end of one in wrong hands.

Web and worker read the keys when they start: after a change both are restarted, and until then they sign with the old one.
"""

import json
from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from ..database import begin_writing
from ..domain import clock
from ..domain.refusals import Refused
from ..extensions import db
from ..services.documents import keys as register
from ..services.documents import own_keys
from ..services.documents.keys import SHORT, Key
from ..services.house import signer_of

RESTART = "Restart the web server and the worker now: until then they sign with the old key."


@click.group()
def keys() -> None:
    """The keys that sign documents."""


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def list_keys(as_json: bool) -> None:
    """List every key that signed here, and the one that signs now."""
    session = db.session()
    counts = register.how_many(session)
    found = register.certificates(session, current_app.extensions["house"].signer)
    rows = [_row(key, counts.get(key.key_id, 0)) for key in found]
    if as_json:
        click.echo(json.dumps({"keys": rows}, ensure_ascii=False))
        return
    for key, row in zip(found, rows, strict=True):
        click.echo(
            f"{key.key_id[:SHORT]}  {_standing(key)}; {row['documents']} documents; expires {_day(key.expires_at)}"
        )


@keys.command()
@click.option(
    "--new-authority", is_flag=True, help="Make a new authority, too: the old one may be in wrong hands."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def rotate(new_authority: bool, as_json: bool) -> None:
    """Make the next signing key; what the old one signed stays genuine."""
    settings, old = current_app.extensions["settings"], current_app.extensions["house"].signer
    if settings.signing_key:
        raise click.ClickException(
            "SIGNING_KEY is set: put the new key and certificate into SIGNING_KEY and SIGNING_CERT and restart. "
            "The old certificate is kept, and what it signed stays genuine."
        )
    session, now = db.session(), clock.now()
    begin_writing(session)
    try:
        own_keys.rotate(settings.key_folder, has_new_authority=new_authority)
        new = signer_of(settings)
        register.note_rotation(session, old, new, now=now)
    except Refused as refused:
        raise click.ClickException(str(refused.sentence)) from None
    session.commit()
    told = f"{new.key_id[:SHORT]} signs from now on; {old.key_id[:SHORT]} is retired.\n{RESTART}"
    click.echo(json.dumps({"signs_now": new.key_id, "retired": old.key_id}) if as_json else told)


@keys.command()
@click.argument("key")
@click.option("--why", required=True, help="What happened, for those who check documents.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def withdraw(key: str, why: str, as_json: bool) -> None:
    """Withdraw KEY (its first 8 characters or more): a file that only its signature speaks for is not genuine any more."""
    session, signer = db.session(), current_app.extensions["house"].signer
    begin_writing(session)
    found = [
        each.key_id for each in register.certificates(session, signer) if each.key_id.startswith(key.lower())
    ]
    if len(key) < 8 or len(found) != 1:
        raise click.ClickException(f"{key} names no key of `flask keys list`, or more than one.")
    try:
        ended = register.withdraw(session, signer, found[0], why=why, now=clock.now())
    except Refused as refused:
        raise click.ClickException(str(refused.sentence)) from None
    session.commit()
    signed = register.how_many(session).get(ended.key_id, 0)
    told = f"{ended.key_id[:SHORT]} is withdrawn. The {signed} documents it signed here stay what they are."
    click.echo(json.dumps(_row(ended, signed), ensure_ascii=False) if as_json else told)


def _row(key: Key, documents: int) -> dict[str, object]:
    return {
        "key": key.key_id,
        "signs_now": key.signs_now,
        "documents": documents,
        "first_used_at": _instant(key.first_used_at),
        "retired_at": _instant(key.retired_at),
        "withdrawn_at": _instant(key.withdrawn_at),
        "withdrawn_why": key.withdrawn_why,
        "expires_at": _instant(key.expires_at),
    }


def _standing(key: Key) -> str:
    if key.withdrawn_at is not None:
        return f"withdrawn on {_day(key.withdrawn_at)} ({key.withdrawn_why})"
    if key.signs_now:
        return "signs now"
    return f"retired on {_day(key.retired_at)}" if key.retired_at else "signed before"


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _day(at: datetime) -> str:
    return clock.legal_day(at).isoformat()
