"""What is wrong in a file that somebody sent in, and how its sender puts it right.

A `Fault` keeps a row out, or, given as a warning, asks the sender to look again. Its sentences never repeat a
person's number: they are kept, mailed and shown on pages.
"""

from dataclasses import dataclass

from ..words import N_, Sentence


@dataclass(frozen=True)
class Fault:
    """One thing wrong in one row: the line of the file, the code of the column ("" for the whole row), and two
    sentences, what is wrong and how to mend it."""

    line: int
    column: str
    problem: Sentence
    mend: Sentence

    @property
    def sentence(self) -> Sentence:
        """Both sentences as one."""
        return Sentence(N_("%(problem)s%(mend)s"), problem=self.problem, mend=self.mend)


class Unreadable(Exception):
    """A cell that cannot be read as what its column holds; it does not know yet in which row it stands."""

    def __init__(self, problem: Sentence | str, mend: Sentence | str) -> None:
        super().__init__(str(problem))
        self.problem = problem if isinstance(problem, Sentence) else Sentence(problem)
        self.mend = mend if isinstance(mend, Sentence) else Sentence(mend)
