"""The matters of the filter: every workflow with its states, which are the same for everybody.

A hundred lines are drawn once for each language and for what is chosen. The kept HTML holds nothing of a reader.
"""

from functools import cache, lru_cache

from flask import current_app
from markupsafe import Markup

from ...domain.words import N_, Sentence
from ...workflows import ALL
from ..language import language

ALL_STATES = N_("%(workflow)s：全部")
MOST_DRAWN = 1024

Choice = tuple[str, Sentence]


def options(chosen: str | None) -> Markup:
    """The options of the filter in HTML, in the reader's language; nothing that is not offered is chosen."""
    return _options(chosen if chosen and chosen in offered() else "", language())


@cache
def offered() -> frozenset[str]:
    """What may be chosen."""
    return frozenset(value for _, choices in groups() for value, _ in choices)


@cache
def groups() -> tuple[tuple[Sentence, tuple[Choice, ...]], ...]:
    """Each workflow with what may be chosen of it: the whole, and each of its states."""
    return tuple(
        (
            Sentence(workflow.title),
            (
                (workflow.name, Sentence(ALL_STATES, workflow=Sentence(workflow.title))),
                *((f"{workflow.name}.{state.name}", Sentence(state.title)) for state in workflow.states),
            ),
        )
        for workflow in ALL
    )


@lru_cache(MOST_DRAWN)
def _options(chosen: str, _language: str) -> Markup:
    component = current_app.jinja_env.get_template("queue/matters.html")
    return Markup(component.module.matters(groups(), chosen))  # type: ignore[attr-defined]
