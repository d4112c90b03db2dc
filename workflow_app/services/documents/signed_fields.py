"""The signed fields of a document as people read them, and where two of them differ.

Every field of a payload has a label here; one without could be edited unnoticed.
"""

from dataclasses import fields
from datetime import date

from ...domain.words import N_, Sentence
from . import texts
from .answers import Difference, Value
from .kinds import KINDS
from .payload import Payload

LABELS = {
    "number": N_("文书编号"),
    "kind": N_("文书种类"),
    "title": N_("文书名称"),
    "holder": N_("持有人"),
    "holder_code": N_("持有人代码"),
    "matter": N_("事项"),
    "result": N_("内容或结果"),
    "unit": N_("出具单位"),
    "issued_on": N_("出具日期"),
    "expires_on": N_("有效期至"),
    "law": N_("依据"),
    "rules": N_("规则版本"),
    "text": N_("文本版本"),
    "code": N_("验真码"),
    "key": N_("签名密钥"),
}
"""The signed fields in the order in which they are shown."""
assert LABELS.keys() == {field.name for field in fields(Payload)}


def rows(payload: Payload) -> tuple[tuple[Sentence, Value], ...]:
    """Every signed field with its label."""
    return tuple((Sentence(label), told(name, payload)) for name, label in LABELS.items())


def differences(stated: Payload, registered: Payload) -> tuple[Difference, ...]:
    """The fields of which a paper says one thing and the register another."""
    return tuple(
        Difference(Sentence(label), told(name, stated), told(name, registered))
        for name, label in LABELS.items()
        if getattr(stated, name) != getattr(registered, name)
    )


def told(name: str, payload: Payload) -> Value:
    """A signed field as people read it; what can't be read as one of ours is shown as it stands."""
    value = getattr(payload, name)
    if name == "law":
        return "；".join(payload.law)
    if name == "kind" and value in KINDS:
        return Sentence(N_("%(title)s（%(kind)s）"), title=Sentence(KINDS[value].title), kind=value)
    if name == "text":
        return _text_version(value)
    if name in ("issued_on", "expires_on"):
        return _day(value)
    return value or Sentence(N_("没有记载"))


def _day(value: str) -> Value:
    if not value:
        return Sentence(N_("没有规定期限"))
    try:
        return date.fromisoformat(value)
    except ValueError:
        return value


def _text_version(value: str) -> Value:
    id_, _, version = value.rpartition(" v")
    try:
        text = texts.get(id_, int(version))
    except (KeyError, ValueError):
        return value
    since = text.in_force_from.isoformat()  # as it is printed: with its year
    return Sentence(
        N_("%(id)s 第%(version)s版（%(day)s起施行）"), id=text.id, version=text.version, day=since
    )
