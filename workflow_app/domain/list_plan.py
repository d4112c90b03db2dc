"""What is said about a list (名单) before it is one: plain values, and the choices there are for them.

Whether a plan may become a list is judged by the services' `list_type_checks`; what it is afterwards is the row `ListType`.
"""

from dataclasses import dataclass
from datetime import date

from .words import N_

OWN = "own"
"""A level of basis that can be named and never carries a list (国办发〔2020〕49号)."""
LEVELS = {
    "law": N_("法律"),
    "regulation": N_("行政法规"),
    "policy": N_("党中央、国务院政策文件，或者国家有关部门的文件"),
    "department_rule": N_("部门规章（过渡期内）"),
    "local_law": N_("地方性法规"),
    OWN: N_("只有区县或者本部门自己的文件，或者没有文件"),
}
SCOPES = {
    "public": N_("向社会公开（自然人的失信信息仍不公开）"),
    "limited": N_("只在行政机关之间共享"),
    "none": N_("不公开，只由本单位使用"),
}
COUNTED_FROM = {
    "listing": N_("列入名单之日"),
    "correction": N_("纠正并履行完义务之日"),
    "publication": N_("信息公布之日"),
}
RULES = {
    "term_rule": ("LE-04",),
    "early_rule": ("LE-05",),
    "reply_rule": ("LE-01", "LE-08"),
    "review_rule": ("LE-09", "LE-10"),
}
"""Which rules a parameter may name, by the beginning of their ids."""


@dataclass(frozen=True)
class Measure:
    """What one unit (its key) does because of an entry, and the instrument that lets it."""

    key: str
    unit: str
    title: str
    basis: str


@dataclass(frozen=True)
class Plan:
    """Everything an office says about a list; see `ListType` for what each part means. No unit is chosen while it is 0."""

    kind: str
    name: str
    name_en: str
    level: str
    basis: tuple[str, ...]
    evidence: str
    note: str
    scope: str
    standard: str
    exit_conditions: tuple[str, ...]
    term_rule: str
    early_rule: str
    early_from: str
    reply_rule: str
    measures: tuple[Measure, ...]
    review_rule: str = ""
    consulted_from: date | None = None
    unit_id: int = 0
