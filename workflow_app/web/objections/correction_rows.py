"""Correction notices (更正公告) in words, for the public list of them and for the page of the record. Decides nothing."""

from typing import Any

from flask import url_for

from ...domain import clock
from ...domain.disputable import FIELDS
from ...domain.words import N_, Sentence
from ...services.objections.correction_notices import Correction, Notice
from ..records.credit_rows import value_told

HOWS = {
    "changed": N_("内容已经更正"),
    "removed": N_("经异议核查认定有误，已经撤下"),
    "ended": N_("经异议核查不应继续公示，已经停止公示"),
}
TONES = {"changed": "doing", "removed": "done", "ended": "done"}


def row(notice: Notice) -> dict[str, Any]:
    """One notice of the list; only one that still has a public record has a way to it."""
    return {
        "notice": notice,
        "on": clock.legal_day(notice.published_at),
        "how": Sentence(HOWS[notice.how]),
        "tone": TONES[notice.how],
        "lines": [line_told(line) for line in notice.corrections],
        "url": url_for("publicity.show", ref=notice.record_ref) if notice.record_ref else None,
    }


def line_told(line: Correction) -> Sentence:
    """What changed in one field; what it said before is left out where it must not be repeated."""
    field, new = Sentence(FIELDS[line.field]), value_told(line.field, line.new)
    if not line.new:
        return Sentence(N_("“%(field)s”的原内容已经删去"), field=field)
    if not line.old:
        return Sentence(N_("“%(field)s”更正为：%(new)s"), field=field, new=new)
    old = value_told(line.field, line.old)
    return Sentence(N_("“%(field)s”由“%(old)s”更正为“%(new)s”"), field=field, old=old, new=new)
