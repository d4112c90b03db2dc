"""The ways to be told no. Each carries the sentence that the reader is shown; none carries HTML or a status code."""

from .words import N_, Sentence


class Refused(Exception):
    """What was asked may not be done now; the sentence says why and how to mend it."""

    def __init__(self, sentence: Sentence | str, *, code: str = "refused"):
        self.sentence = sentence if isinstance(sentence, Sentence) else Sentence(sentence)
        self.code = code
        super().__init__(str(self.sentence))


class Stale(Refused):
    """The reader acted on an older version of the case than the one stored."""

    def __init__(self, *, version: int):
        super().__init__(
            N_("您阅读期间，这件办件已有新的变化。您填写的内容已保留，请核对下面的最新情况后再提交。"),
            code="stale",
        )
        self.version = version


class NotYours(Refused):
    """The thing does not exist for this reader. Says the same whether it exists or not."""

    def __init__(self) -> None:
        super().__init__(
            N_("没有找到这个页面，或者它不在您可以查看的范围内。请核对编号，或换用有权限的账户登录。"),
            code="not_found",
        )
