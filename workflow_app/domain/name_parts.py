"""A name cut into pairs of characters, so that an index finds any part of it: Chinese is written without blanks.

Both databases search the same pairs. What was found by pairs holds them all, not always next to each other: look once
more whether the name holds what was typed.
"""

import unicodedata

PAIR = 2


def parts(name: str) -> str:
    """The pairs of a name and its last character, separated by blanks, each once, in the order of the name."""
    letters = tidy(name)
    return " ".join(dict.fromkeys(letters[at : at + PAIR] for at in range(len(letters))))


def sought(typed: str) -> tuple[str, ...]:
    """The pairs that a name must have; a single character stands alone and is looked for as the beginning of a pair."""
    letters = tidy(typed)
    if len(letters) < PAIR:
        return (letters,) if letters else ()
    return tuple(dict.fromkeys(letters[at : at + PAIR] for at in range(len(letters) - 1)))


def tidy(text: str) -> str:
    """Letters and digits alone, in one width and one case: what is compared when somebody searches."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
