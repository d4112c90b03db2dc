"""How a rule is cited wherever a date is explained: its limit, its instrument and article, and whether that is confirmed.

One wording for pages, letters and the API. This module counts nothing.
"""

from .rule import Rule
from .words import N_, Sentence

UNCONFIRMED = N_("待核实：这个时限还没有与法律原文核对一致，如有出入，以主管部门公布的文本为准。")


def cite(rule: Rule) -> tuple[Sentence, ...]:
    """The limit of `rule` and its source, and 待核实 when the value was not read in the law or a report of it."""
    limit = Sentence(
        N_("时限规则 %(id)s：%(title)s，%(period)s。"),
        id=rule.id,
        title=Sentence(rule.title),
        period=rule.period,
    )
    if rule.article:
        source = Sentence(
            N_("依据：%(instrument)s%(article)s。"),
            instrument=Sentence(rule.instrument),
            article=rule.article,
        )
    else:
        source = Sentence(N_("依据：%(instrument)s。"), instrument=Sentence(rule.instrument))
    if rule.is_confirmed:
        return (limit, source)
    return (limit, source, Sentence(UNCONFIRMED))
