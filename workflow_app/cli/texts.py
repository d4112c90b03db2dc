"""`flask texts lock`: freeze the published texts. A published text never changes; add the next version instead."""

import sys

import click

from ..services.documents import texts as library


@click.group()
def texts() -> None:
    """The letters, decisions and certificates."""


@texts.command()
def check() -> None:
    """Fail if a published text was edited."""
    complaints = library.check_lock()
    for complaint in complaints:
        click.echo(complaint)
    if complaints:
        sys.exit(1)


@texts.command()
def lock() -> None:
    """Write the digests of all texts; refuses to change one that is locked already."""
    library.LOCK.write_text("\n".join(library.lock_lines()) + "\n", encoding="utf-8")
    click.echo(f"{library.LOCK.name} is up to date")
