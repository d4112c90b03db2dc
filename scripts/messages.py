"""Brings the translation catalogues up to date with the source, and says what is left to translate.

`python -m scripts.messages` writes new messages into every `messages.po`, takes out those that nobody says any
longer, prints the untranslated ones and fails while there are some. It never invents or guesses a translation.
Messages lie in Python, in the templates, and in what people read as data: the rules, the titles of documents and
the stories of workflows.
"""

import csv
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from workflow_app.services.guides import paragraphs
from workflow_app.workflows import ALL

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "workflow_app" / "translations"

KEYWORDS: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "Sentence": None}
RULE_COLUMNS = ("title", "starts_when", "suspended_when", "on_expiry", "note")
TITLE_OF_A_LAW = "《"
LESSONS = "training/classes/"
"""What is taught stays in the language in which it is taught."""

Found = tuple[int, str | None, str, list[str]]


def rules(file: IO[bytes], *_: object, **__: object) -> Iterator[Found]:
    """The sentences of a rule pack."""
    rows = csv.DictReader(line.decode("utf-8") for line in file)
    for row in rows:
        for column in RULE_COLUMNS:
            if row[column]:
                yield rows.line_num, None, row[column], []
        # A law is cited by its own title in every language; a practice or a value of ours is said.
        if TITLE_OF_A_LAW not in row["instrument"]:
            yield rows.line_num, None, row["instrument"], []


def document_title(file: IO[bytes], *_: object, **__: object) -> Iterator[Found]:
    """The title of a text, which names the documents made from it."""
    for number, line in enumerate(file, start=1):
        if line.startswith(b"title: "):
            yield number, None, line.decode("utf-8").removeprefix("title: ").strip().strip("\"'"), []
            return


SOURCES: tuple[tuple[str, str, Any], ...] = (
    ("workflow_app", "**.py", "python"),
    ("workflow_app", "**/rulepacks/*.csv", rules),
    ("forms", "**.py", "python"),
    ("forms", "**.md", document_title),
    ("templates", "**.html", "jinja2"),
)
# As the application reads its templates (`create_app`), so that a block's text is the same message.
JINJA = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}


def extracted() -> Catalog:
    """Every message that the source says now."""
    catalog = Catalog(fuzzy=False)
    for folder, pattern, method in SOURCES:
        found = extract_from_dir(
            ROOT / folder, [(pattern, method)], {pattern: JINJA if method == "jinja2" else {}}, KEYWORDS
        )
        for path, line, text, _comments, context in sorted(found, key=lambda one: one[:2]):
            if isinstance(text, str) and text.isascii() and text.isidentifier():
                continue  # the key of a title that is looked up inside the call, and nothing that people read
            if path.startswith(LESSONS):
                continue
            catalog.add(text, None, [(f"{folder}/{path}", line)], context=context)
    for workflow in ALL:
        for text in paragraphs(workflow.story):
            catalog.add(text, None, [(f"workflow_app/workflows/{workflow.name}.py", 1)])
    return catalog


def stored(path: Path) -> Catalog:
    """A catalogue as it lies in its file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name, abort_invalid=True)


def texts(message: Message) -> tuple[str, ...]:
    """The translation of a message, one text for each plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def is_untranslated(message: Message) -> bool:
    """Whether a message lacks a translation somebody stands for."""
    return bool(message.id) and (message.fuzzy or not all(texts(message)))


def update(path: Path, template: Catalog) -> list[Message]:
    """Bring one catalogue up to date with the source, and return its untranslated messages."""
    catalog = stored(path)
    catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
    catalog.obsolete.clear()
    with path.open("wb") as file:
        write_po(file, catalog, width=110, include_lineno=False, ignore_obsolete=True)
    return [message for message in catalog if is_untranslated(message)]


def main() -> int:
    """Update every catalogue; 0 when nothing is left to translate."""
    template, is_complete = extracted(), True
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        missing = update(path, template)
        is_complete = is_complete and not missing
        sys.stdout.write(f"{path.relative_to(ROOT)}: {len(template)} messages, {len(missing)} untranslated\n")
        for message in missing:
            sys.stdout.write(f"  {message.id!r}  ({message.locations[0][0]})\n")
    return 0 if is_complete else 1


if __name__ == "__main__":
    sys.exit(main())
