"""What the pages of the catalogue of lists show, in words: rows, facts with their explanation, forms with what is offered.

Decides nothing. Chinese texts of a list are the office's own data and stand as they are in every language.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypedDict

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from forms.list_types import AdoptForm, ListTypeForm, adopting, first_values

from ...domain import clock
from ...domain.list_plan import COUNTED_FROM, LEVELS, RULES, SCOPES, Plan
from ...domain.people import Actor, GrantKind
from ...domain.rule import CONFIRMED, EVIDENCE
from ...domain.rulebook import Rulebook
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.lists import ListType
from ...services.lists import list_types
from ...services.lists.built_in_lists import BuiltIn, built_in
from ...services.lists.list_type_checks import choices
from ...services.people import units
from ...services.rules import rulebooks
from ...workflows.listing_words import KINDS
from ..house import house
from ..ui import named

TONES = {"waiting": "wait", "in_force": "done", "refused": "stop", "ended": "draft"}
ORDER = ("waiting", "in_force", "ended", "refused")
KINDS_TOLD = {
    "serious": N_("列入后生成一条严重失信信息，向社会公示；期限届满移出，符合条件的可以提前移出。"),
    "abnormal": N_("列入后生成一条失信信息，向社会公示；履行义务后即可申请移出。"),
    "red": N_("列入前公示姓名或者名称听取异议；列入后享受激励措施，定期复查。"),
    "focus": N_("只在单位内部用于安排监管，任何公开的页面、接口、报告都没有它。"),
}
PARAMETERS = {
    "term_rule": (N_("期限"), N_("从列入之日起计算，届满的次日由系统移出。")),
    "early_rule": (N_("提前移出的最短期限"), N_("满这个期限，才可以申请提前移出。")),
    "reply_rule": (N_("陈述申辩或者公示期限"), N_("从告知书送达或者公示之日起计算，期满才能作出决定。")),
    "review_rule": (N_("复查间隔"), N_("每到这个时间，系统提醒认定单位复查在名单上的主体。")),
}
WITHOUT = {
    "term_rule": N_("没有期限，履行义务后移出"),
    "early_rule": N_("没有最短期限"),
    "review_rule": N_("不定期复查"),
}


class Who(TypedDict):
    """By whom and when something is done, under which rules."""

    actor: Actor
    now: datetime
    rulebook: Rulebook


def legal_day() -> date:
    """The legal day of this request."""
    return clock.legal_day(clock.now())


def type_rows(session: Session, actor: Actor, *, today: date) -> list[dict[str, Any]]:
    """The lists in the catalogue: what waits first, then what is in force, then history."""
    counts = list_types.counts(session)
    rows = [_row(found, counts, actor, today) for found in list_types.all_types(session)]
    return sorted(rows, key=lambda row: (ORDER.index(row["standing"]), row["held"].kind, row["held"].name))


def _row(found: ListType, counts: Mapping[int, int], actor: Actor, today: date) -> dict[str, Any]:
    return {
        "held": found,
        "url": url_for("list_office.show", key=found.key),
        "kind": Sentence(KINDS[found.kind]),
        "count": _count(found, counts, actor),
        "is_confirmed": found.evidence in CONFIRMED,
        **_standing(found, today),
    }


def _standing(found: ListType, today: date) -> dict[str, Any]:
    how = list_types.standing(found, on=today)
    return {"standing": how, "state": Sentence(list_types.STANDINGS[how]), "tone": TONES[how]}


def _count(found: ListType, counts: Mapping[int, int], actor: Actor) -> int | None:
    """How many stand on a list; of a focus list only the office and the unit itself are told."""
    is_office = any(map(actor.holds, (GrantKind.CLERK, GrantKind.LEAD, GrantKind.AUDITOR)))
    is_own = any(grant.unit_id == found.unit_id for grant in actor.grants)
    return counts.get(found.id, 0) if found.kind != "focus" or is_office or is_own else None


def not_adopted(found: Sequence[ListType], *, today: date) -> list[dict[str, Any]]:
    """The built-in lists that wait nowhere and are in force nowhere."""
    used = {
        one.key.partition("-")[0]
        for one in found
        if list_types.standing(one, on=today) in ("waiting", "in_force")
    }
    return [
        {
            "title": named({"name": one.plan.name, "name_en": one.plan.name_en}, "name"),
            "url": url_for("list_office.adopt", key=one.key),
            "kind": Sentence(KINDS[one.plan.kind]),
            "basis": one.plan.basis[0],
        }
        for one in built_in()
        if one.key not in used
    ]


def plan_facts(plan: Plan, rulebook: Rulebook, *, today: date) -> dict[str, Any]:
    """Everything a list says: facts, periods with their rule, measures with their unit."""
    known = {unit.key: unit for unit in units.units(db.session())}
    measures = [
        {"title": one.title, "basis": one.basis, "unit": known.get(one.unit)} for one in plan.measures
    ]
    return {
        "plan": plan,
        "facts": _facts(plan),
        "periods": tuple(_periods(plan, rulebook, today)),
        "measures": measures,
        "evidence": Sentence(EVIDENCE[plan.evidence]),
        "is_confirmed": plan.evidence in CONFIRMED,
    }


def type_facts(
    session: Session, found: ListType, actor: Actor, rulebook: Rulebook, *, today: date
) -> dict[str, Any]:
    """The same of a list that was proposed, with how it stands and how many stand on it."""
    shown = plan_facts(list_types.plan_of(found), rulebook, today=today)
    count = _count(found, list_types.counts(session), actor)
    return shown | {"count": count, "story": tuple(_story(found)), **_standing(found, today)}


def rights(found: ListType, actor: Actor, *, today: date) -> dict[str, bool]:
    """What this person may do with a list now."""
    how = list_types.standing(found, on=today)
    is_lead = list_types.may_end(actor)
    return {
        "decide": how == "waiting" and list_types.may_decide(actor, found),
        "waits": how == "waiting" and not list_types.may_decide(actor, found),
        "end": how == "in_force" and is_lead,
        "propose": list_types.may_propose(actor),
    }


def list_form(sent: Any, *, like: Plan | None) -> ListTypeForm:
    """The form with what was sent, kept or taken from another list, and what is offered."""
    form, book = ListTypeForm(sent, data=first_values(like) if like else None), _book()
    form.offer(_units(), {name: choices(name, book, on=legal_day()) for name in RULES})
    return form


def adopt_form(sent: Any, built: BuiltIn) -> AdoptForm:
    """The form for adopting a built-in list."""
    form = adopting(built.plan)(sent)
    form.offer(_units(), likely=built.unit)
    return form


def edit_words() -> dict[str, Any]:
    """What is said about each choice of the form, and where a period that is missing may be added."""
    return {
        "kind_hints": {kind: Sentence(told) for kind, told in KINDS_TOLD.items()},
        "own_rules": tuple(_own_rules(_book())),
    }


def _own_rules(rulebook: Rulebook) -> Iterator[dict[str, Any]]:
    """For each period that a list may have to itself, the page on which one like the first offered is proposed."""
    for name in ("term_rule", "early_rule", "reply_rule"):
        offered = choices(name, rulebook, on=legal_day())
        if offered:
            url = url_for("own_rules.propose", rule_id=offered[0].id)
            yield {"title": Sentence(PARAMETERS[name][0]), "url": url}


def _units() -> list[tuple[str, str, str]]:
    found = units.units_in_being(db.session(), on=legal_day())
    return [(str(unit.id), unit.key, named(unit, "name")) for unit in found]


def _book() -> Rulebook:
    return rulebooks.current(db.session(), house())


def _facts(plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "title": _("名单种类"),
            "value": Sentence(KINDS[plan.kind]),
            "note": Sentence(KINDS_TOLD[plan.kind]),
        },
        {"title": _("依据的层级"), "value": Sentence(LEVELS[plan.level])},
        {"title": _("公开范围"), "value": Sentence(SCOPES[plan.scope])},
        {"title": _("列入标准"), "value": plan.standard},
    ]


def _periods(plan: Plan, rulebook: Rulebook, today: date) -> Iterator[dict[str, Any]]:
    """Each parameter with the rule that it names, as it stands today; without a row in force the bare id is shown."""
    rules = {rule.id: rule for rule in rulebook.pack.in_force(on=today, place=rulebook.place)}
    for name, (title, told) in PARAMETERS.items():
        rule_id = getattr(plan, name)
        since = Sentence(COUNTED_FROM[plan.early_from]) if name == "early_rule" and rule_id else None
        without = None if rule_id else Sentence(WITHOUT[name])
        yield {
            "title": Sentence(title), "told": Sentence(told), "rule_id": rule_id, "rule": rules.get(rule_id),
            "since": since, "without": without,
        }  # fmt: skip


def _story(found: ListType) -> Iterator[dict[str, Any]]:
    """Who did what with a list, in the order of time."""
    yield {"what": _("提出"), "who": found.proposed_by, "at": found.proposed_at}
    if found.confirmed_at:
        yield {"what": _("确认"), "who": found.confirmed_by, "at": found.confirmed_at}
    if found.refused_at:
        yield {"what": _("不同意"), "who": found.refused_by, "at": found.refused_at, "why": found.refused_why}
    if found.ended_on:
        yield {"what": _("停用"), "who": found.ended_by, "on": found.ended_on, "why": found.ended_why}
