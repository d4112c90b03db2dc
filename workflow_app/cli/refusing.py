"""How a command says what is wrong with a file: every fault with its line, and exit status 1; nothing was written."""

import json
import sys
from typing import NoReturn

import click


def refuse(faults: list[tuple[int, str]], name: str, as_json: bool) -> NoReturn:
    """Say everything that is wrong and end with 1; nothing was written."""
    if as_json:
        listed = [{"line": line, "sentence": sentence} for line, sentence in faults]
        click.echo(json.dumps({"refused": listed}, ensure_ascii=False))
    for line, sentence in () if as_json else faults:
        click.echo(f"{name}:{line}: {sentence}" if line else f"{name}: {sentence}", err=True)
    sys.exit(1)
