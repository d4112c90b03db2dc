"""The fields of a credit record that an objection may dispute, and how a new value for one of them is read.

A claim is free text; a difference that will be applied is typed. `fine` is no column: it is the amount of the fine
among the penalties of the decision, in 万元.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from .publicity_period import NAMES
from .record_words import SCOPES
from .refusals import Refused
from .words import N_, Sentence

FIELDS = {
    "decision_no": N_("决定书文号"),
    "decided_on": N_("认定日期"),
    "title": N_("失信行为类型"),
    "behaviour": N_("认定的事实"),
    "basis": N_("认定依据"),
    "content": N_("处理内容"),
    "fine": N_("罚款金额（万元）"),
    "class_": N_("失信信息类别"),
    "scope": N_("公示范围"),
    "duties_done_on": N_("履行完义务的日期"),
}
"""Each field with the words that people read, in the order of the page."""
PUBLISHED = tuple(name for name in FIELDS if name not in ("scope", "duties_done_on"))
"""Those that a public page shows."""
DAYS = ("decided_on", "duties_done_on")
CHOICES = {"class_": {str(each): NAMES[each] for each in NAMES}, "scope": SCOPES}
FREE_TEXT = ("title", "behaviour", "basis", "content")
AMOUNT = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
"""What the column of an amount holds: 18 digits, six of them behind the point."""


def typed(difference: Mapping[str, str]) -> dict[str, Any]:
    """The new values as a record keeps them. Refused names the field that can't be read."""
    return {name: _typed(name, text.strip()) for name, text in difference.items() if text.strip()}


def _typed(name: str, text: str) -> Any:
    if name not in FIELDS:
        raise Refused(Sentence(N_("“%(field)s”不能通过异议更正。"), field=name), code="difference")
    if name in CHOICES and text not in CHOICES[name]:
        raise Refused(_unreadable(name, N_("“%(field)s”请从列出的选项中选择。")), code="difference")
    if name in DAYS:
        return _day(name, text)
    return _amount(name, text) if name == "fine" else text


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        sentence = _unreadable(name, N_("“%(field)s”请按“2026-09-18”的样子填写日期。"))
        raise Refused(sentence, code="difference") from None


def _amount(name: str, text: str) -> Decimal:
    if not AMOUNT.fullmatch(text):
        raise Refused(
            _unreadable(name, N_("“%(field)s”请只写数字，单位是万元，小数点后最多六位，例如 0.5。")),
            code="difference",
        )
    return Decimal(text)


def _unreadable(name: str, sentence: str) -> Sentence:
    return Sentence(sentence, field=Sentence(FIELDS[name]))
