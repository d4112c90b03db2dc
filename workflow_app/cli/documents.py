"""`flask documents …`: is a file genuine, and are all the stored ones still what was issued?"""

import json
import sys
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, BinaryIO

import click
from flask import current_app
from flask.cli import with_appcontext

from ..domain import clock
from ..extensions import db
from ..services.documents import at_rest, verification
from ..services.documents.answers import Answer, Outcome, Value


@click.group()
def documents() -> None:
    """The documents that were issued here."""


@documents.command()
@click.argument("file", type=click.File("rb"))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def verify(file: BinaryIO, as_json: bool) -> None:
    """Say whether FILE (a PDF, - for standard input) is what was issued here, and everything that was signed.

    Answers valid, revoked, superseded, expired, unknown, altered or foreign. Exits with 1 unless it is valid.
    """
    content = file.read(verification.MAX_FILE + 1)
    if len(content) > verification.MAX_FILE:
        raise click.ClickException("The file has more than 20 MB, which no document issued here has.")
    register = verification.Register(db.session(), current_app.extensions["house"].signer, clock.now())
    answer = verification.answer_file(register, content)
    click.echo(json.dumps(stated(answer), ensure_ascii=False, indent=2) if as_json else spoken(answer))
    sys.exit(0 if answer.outcome is Outcome.VALID else 1)


@documents.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@with_appcontext
def check(as_json: bool) -> None:
    """Read every stored document: is its file there, unchanged, genuine, and does its row still say what was signed?

    Changes nothing. Names each document with a fault, and each that has a number and was given up printing; exits
    with 1 when there is one. A damaged file can only be restored from a backup: no document is made a second time.
    """
    session = db.session()
    stored, waiting = at_rest.counted(session)
    faults: dict[str, tuple[str, ...]] = {}
    for number, error in at_rest.given_up(session).items():
        faults[number] = (f"was given up printing: {error}",)
    with click.progressbar(length=stored, label="documents", file=sys.stderr, hidden=as_json) as progress:
        for number, found in examined(progress.update):
            faults |= {number: found} if found else {}
    if as_json:
        click.echo(json.dumps({"documents": stored, "waiting": waiting, "faults": faults}))
    else:
        for number, found in faults.items():
            click.echo(f"{number}: {'; '.join(found)}")
        click.echo(f"{stored} documents, {waiting} waiting to be printed, {len(faults)} with faults")
    sys.exit(1 if faults else 0)


def examined(step: Callable[[int], None]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each stored document with its faults. No transaction lasts longer than a portion."""
    session, house, after = db.session(), current_app.extensions["house"], 0
    by = at_rest.examiner(session, storage=house.storage, signer=house.signer)
    while portion := at_rest.portion(session, after=after):
        for document in portion:
            after = document.id
            yield document.number, at_rest.faults(document, by)
            step(1)
        session.rollback()


def stated(answer: Answer) -> dict[str, Any]:
    """The answer for machines: what is not known is empty."""
    signed = answer.signed
    return {
        "outcome": answer.outcome.value,
        "sentence": str(answer.sentence),
        "since": plain(answer.since),
        "why": plain(answer.why),
        "successor": answer.successor,
        "fields": {str(label): plain(value) for label, value in answer.fields},
        "payload_sha256": signed.payload_sha256 if signed else "",
        "file_sha256": signed.file_sha256 if signed else "",
        "signature": signed.signature if signed else "",
        "key": signed.key.key_id if signed and signed.key else "",
        "is_key_withdrawn": answer.is_withdrawn,
        "stamped_at": plain(signed.stamped_at if signed else None),
    }


def spoken(answer: Answer) -> str:
    """The answer for people: the outcome, what it means, and every line that is known."""
    known = stated(answer)
    rows = {name: known[name] for name in ("since", "why", "successor") if known[name]} | known["fields"]
    rows |= {
        name: known[name] for name in ("payload_sha256", "file_sha256", "key", "stamped_at") if known[name]
    }
    return "\n".join(
        (answer.outcome.value, str(answer.sentence), *(f"{name}: {value}" for name, value in rows.items()))
    )


def plain(value: Value | datetime | None) -> str:
    """A value as text: days and moments in ISO form."""
    return value.isoformat() if isinstance(value, date) else str(value or "")
