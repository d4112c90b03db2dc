"""Whether a plan may become a list: on what it rests, who confirmed that, and whether every parameter can be counted with.

国办发〔2020〕49号: a list needs a law, an administrative regulation or a policy of the central authorities, for the time
being also a departmental rule; one of a place only needs a local ordinance. A district or a department makes none of its
own. Every refusal names the part of the plan that is in the way.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from ...domain.deadlines import due
from ...domain.list_plan import COUNTED_FROM, LEVELS, OWN, RULES, SCOPES, Measure, Plan
from ...domain.refusals import Refused
from ...domain.rule import EVIDENCE, Rule
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...models.lists import ListType
from ...workflows.listing_words import ADVERSE, KINDS
from ..people import units

CONSULTATION = "LE-11"
REVIEWED = ("red", "focus")

NAMED = re.compile(r"《[^》]+》")
OF_A_DEPARTMENT = re.compile(r"令")
OF_THE_CENTRE = re.compile(r"(?:中发|中办发|国发|国办发|国函|国办函)〔")

NO_BASIS = N_(
    "没有写明法律依据，不能建立名单。请每行写一个文件的名称和文号，名称用书名号，例如“《某某管理办法》（某某令第 1 号）”；"
    "确实没有依据的，不能设这个名单（国办发〔2020〕49号）。"
)
NOT_OUR_OWN = N_(
    "区县和部门不能自行设立失信名单（国办发〔2020〕49号）：要以法律、行政法规、党中央和国务院政策文件、部门规章或者地方性法规为依据。"
    "有这样的依据的，请改选层级并写出文件；没有的，不能设这个名单。"
)
EVEN_THIS_ONE = N_(
    "守信激励名单和重点关注名单也要以上级文件或者法规为依据，不能只凭区县或者本部门自己的文件。请改选层级并写出文件；没有的，不能设这个名单。"
)
NOT_OF_THE_CENTRE = N_(
    "依据里没有党中央、国务院文件的文号（中发、中办发、国发、国办发、国函、国办函）。对当事人不利的名单，部门的一般文件不能作依据。请补上文号或者改选层级。"
)
NOT_A_RULE = N_(
    "依据里没有部门令的文号（例如“市场监管总局令第44号”）。部门的一般文件不是规章，不能作依据。请补上令号或者改选层级。"
)
NOT_CONSULTED = N_("依据地方性法规的名单，标准要先公开征求意见。请填写公布征求意见稿的日期。")
STILL_OPEN = N_("名单标准征求意见要满 %(period)s，到 %(day)s 24:00 为止。请在这一天以后再办。")
FOCUS_IS_INTERNAL = N_("重点关注名单只用于内部监管，不能公开，也不对外共享。请把公开范围改为“不公开”。")
ADVERSE_ENDS = N_("严重失信主体名单要有期限，到期移出。请从规则表里选择期限。")
TO_BE_REVIEWED = N_("守信激励名单和重点关注名单要定期复查。请选择复查的间隔。")
NO_WAY_OUT = N_("请写明移出的条件，每行一个。没有移出条件的名单不能建立（国办发〔2020〕49号）。")
NO_STANDARD = N_("请写明列入的标准：什么行为、什么程度，列入这个名单。")
NO_MEASURE = N_("请至少写一项管理措施或者激励措施，并写明由哪个单位执行、依据哪个文件。")
HALF_A_MEASURE = N_(
    "第 %(place)s 项措施“%(title)s”没有写全。措施、依据的文件（带书名号）和执行单位都要写；用不着的，请整行清空。"
)
UNKNOWN_UNIT = N_("没有这个单位，或者它已经撤销。请从列表里选择。")
UNKNOWN_RULE = N_("规则表里现在没有这条规则，或者它不适用于这里。请从列表里选择。")
OFFERED_ALREADY = N_(
    "“%(unit)s”已经有名称相同的名单，正在使用或者等待确认。要改动的，请先停用原来的，再提出新的。"
)
NO_SUCH_CHOICE = N_("这一项不在可选范围内，请从列出的选项中重新选择。")


def choices(parameter: str, rulebook: Rulebook, *, on: date) -> tuple[Rule, ...]:
    """The rules in force here that a parameter may name."""
    in_force = rulebook.pack.in_force(on=on, place=rulebook.place)
    return tuple(rule for rule in in_force if rule.id.startswith(RULES[parameter]))


def check(
    session: Session, plan: Plan, *, today: date, rulebook: Rulebook, known: ListType | None = None
) -> None:
    """Raises Refused with the part of the plan that is in the way. `known` is the row that the plan has become already."""
    _check_basis(plan)
    _check_choices(plan)
    _check_consultation(plan, today, rulebook)
    _check_rules(plan, today, rulebook)
    in_being = {unit.id: unit for unit in units.units_in_being(session, on=today)}
    if plan.unit_id not in in_being:
        raise Refused(UNKNOWN_UNIT, code="unit_id")
    _check_measures(plan, {unit.key for unit in in_being.values()})
    if is_taken(session, unit_id=plan.unit_id, name=plan.name, but=known):
        raise Refused(Sentence(OFFERED_ALREADY, unit=in_being[plan.unit_id].name), code="name")


def _check_basis(plan: Plan) -> None:
    if plan.level == OWN:
        raise Refused(NOT_OUR_OWN if plan.kind in ADVERSE else EVEN_THIS_ONE, code="level")
    if not plan.basis or not all(NAMED.search(line) for line in plan.basis):
        raise Refused(NO_BASIS, code="basis")
    if plan.level == "department_rule" and not _any(OF_A_DEPARTMENT, plan.basis):
        raise Refused(NOT_A_RULE, code="basis")
    if plan.level == "policy" and plan.kind in ADVERSE and not _any(OF_THE_CENTRE, plan.basis):
        raise Refused(NOT_OF_THE_CENTRE, code="basis")


def _check_choices(plan: Plan) -> None:
    offered: dict[str, Mapping[str, str]] = {
        "kind": KINDS, "level": LEVELS, "scope": SCOPES, "early_from": COUNTED_FROM, "evidence": EVIDENCE,
    }  # fmt: skip
    for name, titles in offered.items():
        if getattr(plan, name) not in titles:
            raise Refused(NO_SUCH_CHOICE, code=name)
    if plan.kind == "focus" and plan.scope != "none":
        raise Refused(FOCUS_IS_INTERNAL, code="scope")
    if not plan.standard.strip():
        raise Refused(NO_STANDARD, code="standard")
    if not plan.exit_conditions:
        raise Refused(NO_WAY_OUT, code="exit_conditions")


def _check_consultation(plan: Plan, today: date, rulebook: Rulebook) -> None:
    """The standard of a local list was open for comment long enough (国办发〔2020〕49号 item 7)."""
    if plan.level != "local_law":
        return
    if plan.consulted_from is None:
        raise Refused(NOT_CONSULTED, code="consulted_from")
    rule = rulebook.pack.rule(CONSULTATION, on=today, place=rulebook.place)
    last_on = due(rule, plan.consulted_from, rulebook.calendar).due_on
    if today <= last_on:
        raise Refused(Sentence(STILL_OPEN, period=rule.period, day=last_on), code="consulted_from")


def _check_rules(plan: Plan, today: date, rulebook: Rulebook) -> None:
    for name in RULES:
        named = getattr(plan, name)
        is_left_out = named == "" and name != "reply_rule"
        if not is_left_out and named not in {rule.id for rule in choices(name, rulebook, on=today)}:
            raise Refused(UNKNOWN_RULE, code=name)
    if plan.kind == "serious" and not plan.term_rule:
        raise Refused(ADVERSE_ENDS, code="term_rule")
    if plan.kind in REVIEWED and not plan.review_rule:
        raise Refused(TO_BE_REVIEWED, code="review_rule")


def _check_measures(plan: Plan, keys: set[str]) -> None:
    if not plan.measures and plan.kind != "focus":
        raise Refused(NO_MEASURE, code="measures")
    for place, measure in enumerate(plan.measures, 1):
        if not _is_whole(measure, keys):
            raise Refused(Sentence(HALF_A_MEASURE, place=place, title=measure.title), code="measures")


def _is_whole(measure: Measure, keys: set[str]) -> bool:
    return bool(measure.title) and NAMED.search(measure.basis) is not None and measure.unit in keys


def is_taken(session: Session, *, unit_id: int, name: str, but: ListType | None = None) -> bool:
    """Whether a list of this unit and name waits or is in force; what was refused or ended is history."""
    wanted = select(ListType.id).where(
        ListType.unit_id == unit_id, ListType.name == name, ListType.refused_at.is_(None), ListType.ended_on.is_(None)
    )  # fmt: skip
    if but is not None:
        wanted = wanted.where(ListType.id != but.id)
    return session.scalar(wanted.limit(1)) is not None


def _any(shape: re.Pattern[str], lines: Iterable[str]) -> bool:
    return any(shape.search(line) for line in lines)
