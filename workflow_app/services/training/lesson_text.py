"""A lesson as it is read: its Markdown as safe HTML, in one part or, for slides, one part for each.

Nothing of it can run: raw HTML, images and links are shown as they were typed, as in letters.
"""

import re

from markupsafe import Markup

from ...models.training import Lesson
from ..documents.texts import to_html

PARTING = re.compile(r"(?m)^-{3,}[ \t]*$")
HEADING = re.compile(r"<(/?)h([1-6])>")
ALIGNMENT = re.compile(r' style="text-align: (?:left|center|right);"')
"""An inline style, which the content policy of the pages refuses."""
HIGHEST, LOWEST = 2, 6
"""The heading of the page itself is the first."""


def parts(lesson: Lesson) -> tuple[Markup, ...]:
    """The slides of a lesson; the whole text or transcript of one that has none."""
    body = lesson.body.replace("\r\n", "\n")
    sources = PARTING.split(body) if lesson.kind == "slides" else [body]
    return levelled([ALIGNMENT.sub("", to_html(source)) for source in sources if source.strip()])


def levelled(found: list[str]) -> tuple[Markup, ...]:
    """The same with the highest heading of all of them on the second level, so that no level is left out."""
    levels = [int(level) for html in found for _, level in HEADING.findall(html)]
    shift = HIGHEST - min(levels, default=HIGHEST)
    return tuple(Markup(HEADING.sub(lambda tag: _heading(tag, shift), html)) for html in found)


def _heading(tag: re.Match[str], shift: int) -> str:
    return f"<{tag[1]}h{min(int(tag[2]) + shift, LOWEST)}>"
