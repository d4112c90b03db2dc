"""`flask documents …`: is a file genuine, and are all the stored ones still what was issued?"""

import click


@click.group()
def documents() -> None:
    """The documents that were issued here."""
