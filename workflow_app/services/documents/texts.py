"""The wording of letters, decisions and certificates: dated, numbered, frozen once published.

A text is a Markdown file under forms/ with its title, law, days in force and placeholders in front. It is
chosen by the legal day and filled with plain values only. What a person typed reaches the page as
text: it can neither run template code nor make markup, images or links.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, cast

import frontmatter
from jinja2 import StrictUndefined, Template, TemplateError, meta, pass_context
from jinja2.runtime import Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markdown import Markdown
from markupsafe import Markup, escape

from ...domain.refusals import Refused
from ...domain.words import N_, Sentence

FORMS = Path(__file__).resolve().parents[3] / "forms"
LOCK = FORMS / "texts.lock"
FILE_NAME = re.compile(r"(?P<id>[a-z][a-z0-9_]*)\.v(?P<version>[1-9][0-9]*)\.md")

# A value travels through Markdown as a numbered mark between two noncharacters of Unicode, which nobody may type.
OPEN, CLOSE = "\ufdd0", "\ufdd1"
MARK = re.compile(f"{OPEN}([0-9]+){CLOSE}")
MARK_IN_TAG = re.compile(f"<[^<>]*{OPEN}")
UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
BLANK = re.compile("(?<=[\u3000-\u9fff\uff00-\uffef]) | (?=[\u3000-\u9fff\uff00-\uffef])")  # beside Chinese
ADDRESSEE = re.compile(r"\A((?:<p>[^<]*</p>\s*)?)<p>([^<]*：)</p>")  # 主送机关 stands flush left (GB/T 9704)

Plain = str | int | bool | date | None | list[object] | tuple[object, ...]


@dataclass(frozen=True)
class Text:
    """One version of one text. In force from `in_force_from` up to, but not on, `in_force_to`."""

    id: str
    version: int
    title: str
    law: tuple[str, ...]
    in_force_from: date
    in_force_to: date | None
    placeholders: tuple[str, ...]
    body: str
    sha256: str

    @property
    def label(self) -> str:
        """How a document names its text; documents are issued in Chinese."""
        return f"{self.id} 第{self.version}版（{self.in_force_from:%Y-%m-%d}起施行）"

    def is_in_force(self, on: date) -> bool:
        """Whether the text may be used on the legal day `on`."""
        return self.in_force_from <= on and (self.in_force_to is None or on < self.in_force_to)


def current(text_id: str, *, on: date) -> Text:
    """The version in force on a legal day; the newest where two overlap. Refused if there is none."""
    found = newest(text for text in library() if text.id == text_id and text.is_in_force(on))
    if found is None:
        message = N_("%(day)s没有生效的文本“%(id)s”。请联系信用办确认这份文书的适用文本。")
        raise Refused(Sentence(message, day=on, id=text_id), code="no_text")
    return found


def newest(in_force: Iterable[Text]) -> Text | None:
    """Which of several versions in force is used: the one that began last."""
    return max(in_force, key=lambda text: (text.in_force_from, text.version), default=None)


def get(text_id: str, version: int) -> Text:
    """One version, in force or not: a document stays bound to the one it was issued under. KeyError if unknown."""
    for text in library():
        if (text.id, text.version) == (text_id, version):
            return text
    raise KeyError(f"no text {text_id} version {version}")


@cache
def library(folder: Path = FORMS) -> tuple[Text, ...]:
    """Every text below a folder, by id and version. ValueError names a file that is not well made."""
    texts = tuple(
        sorted((read(path) for path in folder.rglob("*.v*.md")), key=lambda text: (text.id, text.version))
    )
    keys = [(text.id, text.version) for text in texts]
    doubled = {key for key in keys if keys.count(key) > 1}
    if doubled:
        raise ValueError(f"two files for the same text and version: {sorted(doubled)}")
    return texts


def read(path: Path) -> Text:
    """The text in a file; its name must say the id and the version that stand in its front matter."""
    source = path.read_text(encoding="utf-8").replace("\r\n", "\n")
    stated, body = frontmatter.parse(source)
    front = cast(dict[str, Any], stated)
    name = FILE_NAME.fullmatch(path.name)
    if not name or (name["id"], int(name["version"])) != (front["id"], front["version"]):
        raise ValueError(f"{path.name}: the name must be <id>.v<version>.md as in the front matter")
    if type(front["in_force_from"]) is not date or type(front.get("in_force_to")) not in (date, type(None)):
        raise ValueError(
            f"{path.name}: in_force_from and in_force_to are days, written 2026-01-31 without quotes"
        )
    declared, used = set(front["placeholders"] or ()), placeholders_used(body)
    if declared != used:
        raise ValueError(f"{path.name}: placeholders declared and used differ: {sorted(declared ^ used)}")
    return Text(
        front["id"], front["version"], front["title"], tuple(front["law"] or ()), front["in_force_from"],
        front.get("in_force_to"), tuple(front["placeholders"] or ()), body, fingerprint(source),
    )  # fmt: skip


def fingerprint(source: str) -> str:
    """SHA-256 of what readers rely on: everything but the line `in_force_to`, for a text may be ended later."""
    return hashlib.sha256(re.sub(r"(?m)^in_force_to:.*\n", "", source, count=1).encode()).hexdigest()


def render(text: Text, values: dict[str, Plain]) -> Markup:
    """The text as HTML with its placeholders filled.

    A missing value, or one that is not plain, is a ValueError: a mistake of the caller. A character that
    cannot stand on paper is Refused, for somebody typed it.
    """
    filled: list[str] = []
    needed = {name: plain(values[name], name) for name in text.placeholders if name in values}
    try:
        marked = template(text.body).render(**needed, **{FILLED: filled})
    except TemplateError as error:
        raise ValueError(f"{text.id} version {text.version}: {error}") from error
    html = ADDRESSEE.sub(r'\1<p class="to">\2</p>', to_html(marked))
    if MARK_IN_TAG.search(html):
        raise ValueError(f"{text.id} version {text.version}: a placeholder may stand in running text only")
    while MARK.search(html):  # a value inside a block that was set as a variable is marked twice
        html = MARK.sub(lambda found: filled[int(found[1])], html)
    return Markup(html)


@cache
def template(body: str) -> Template:
    """The compiled body; compiling costs more than filling. TemplateError when it is not well made."""
    return ENVIRONMENT.from_string(body)


def plain(value: object, name: str) -> object:
    """The value itself when it is plain, with lists turned to tuples; else ValueError or Refused."""
    if type(value) is str:
        if found := UNPRINTABLE.search(value):
            message = N_("内容里有一个不能印在文书上的控制字符（%(code)s）。请删去后重新填写。")
            raise Refused(Sentence(message, code=f"U+{ord(found[0]):04X}"), code="unprintable")
    elif type(value) is list or type(value) is tuple:
        return tuple(plain(each, name) for each in value)
    elif value is not None and type(value) not in (int, bool, date):
        raise ValueError(f"{name} is not a plain value: {type(value).__name__}")
    return value


def placeholders_used(body: str) -> set[str]:
    """The names that a body takes from its values."""
    return set(meta.find_undeclared_variables(ENVIRONMENT.parse(body)))


def lock_lines(folder: Path = FORMS, lock: Path = LOCK) -> tuple[str, ...]:
    """What texts.lock has to hold: what it holds, and each text that is new. ValueError if a published one was edited."""
    problems = [problem for problem in check_lock(folder, lock) if not problem.endswith(UNLOCKED)]
    if problems:
        raise ValueError("\n".join(problems))
    return tuple(f"{text.id} v{text.version} {text.in_force_from} {text.sha256}" for text in library(folder))


UNLOCKED = "is not in texts.lock: run `flask texts lock` when it is final"


def check_lock(folder: Path = FORMS, lock: Path = LOCK) -> tuple[str, ...]:
    """One sentence for each published text that was edited or removed, and for each text not yet locked."""
    locked = {tuple(line.split()[:2]): tuple(line.split()[2:]) for line in read_lines(lock)}
    found = {
        (text.id, f"v{text.version}"): (str(text.in_force_from), text.sha256) for text in library(folder)
    }
    edited = [
        f"{text_id} {version} was edited after it was published: put it back and add the next version"
        for (text_id, version), content in found.items()
        if locked.get((text_id, version), content) != content
    ]
    removed = [
        f"{key[0]} {key[1]} was published and is gone: put it back" for key in locked if key not in found
    ]
    unlocked = [f"{key[0]} {key[1]} {UNLOCKED}" for key in found if key not in locked]
    return (*edited, *removed, *unlocked)


def read_lines(lock: Path) -> list[str]:
    """The lines of the lock; none before the first text is published."""
    return lock.read_text(encoding="utf-8").splitlines() if lock.exists() else []


FILLED = "_filled"


@pass_context
def mark(context: Context, value: object) -> str:
    """Keep what a placeholder gives, escaped, and leave a mark that Markdown cannot mistake for markup."""
    if isinstance(value, Undefined):
        str(value)  # raises, and names the missing value
    filled: list[str] = context[FILLED]
    filled.append("<br>".join(str.splitlines(escape(in_words(value)))))
    return f"{OPEN}{len(filled) - 1}{CLOSE}"


def in_words(value: object) -> str:
    """A value as official papers write it. A flag or a missing value decides, it is never printed."""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if value is None or isinstance(value, bool | tuple):
        raise TemplateError(f"{type(value).__name__} can't be printed")
    return str(value)


def in_chinese(sentence: Sentence) -> str:
    """A sentence as official papers write it: days as they write them, and no blanks around figures."""
    return BLANK.sub("", sentence.told(lambda text: text, in_words))


@lru_cache(maxsize=500)
def to_html(source: str) -> str:
    """Markdown with tables, without raw HTML, images and links: a letter has none, so none can be smuggled in.

    Remembered, because values are still marks here: a text has few forms, and what a person typed is in none.
    """
    markdown = Markdown(extensions=["tables", "sane_lists"], output_format="html")
    markdown.preprocessors.deregister("html_block")
    for pattern in ("html", "entity", "image_link", "image_reference", "link", "reference", "short_reference",
                    "short_image_ref", "autolink", "automail"):  # fmt: skip
        markdown.inlinePatterns.deregister(pattern)
    return markdown.convert(source)


def environment() -> ImmutableSandboxedEnvironment:
    """A sandbox that knows nothing but the values it is given."""
    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, finalize=mark, trim_blocks=True, lstrip_blocks=True
    )
    made.globals.clear()
    return made


ENVIRONMENT = environment()
