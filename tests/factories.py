"""A small world for tests, and functions that bring a case where a test wants it, always through the real engine.

Times are legal times around Friday 2026-09-18; nothing here reads a clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from workflow_app.domain import calendar, rules
from workflow_app.domain.clock import LEGAL_ZONE
from workflow_app.domain.people import CLOCK, Actor
from workflow_app.domain.rulebook import Rulebook
from workflow_app.models.attachment import Attachment
from workflow_app.models.case import Case
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.models.party import GrantRow, Person, Subject, Unit
from workflow_app.models.record import CreditRecord
from workflow_app.services import catalogue
from workflow_app.services.cases import cases
from workflow_app.services.engine import perform
from workflow_app.services.house import House
from workflow_app.services.people import accounts
from workflow_app.services.records import records
from workflow_app.workflows.commitment import COMMITMENT

FIELD_KEY = "dGVzdHMtb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDE="
TODAY = date(2026, 9, 18)


def legal(day: str, time: str = "10:00") -> datetime:
    """The instant at which clocks in China show this."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=LEGAL_ZONE).astimezone(UTC)


NOW = legal("2026-09-18")
FACTS: dict[str, Any] = {
    "reason": "海河路 1 号门店食品经营许可证延续",
    "statement": "每月自查一次",
    "valid_until": date(2026, 12, 18),
    "contact_name": "赵经纬",
    "contact_mobile": "13800000001",
    "publication_consent": True,
}
SIGNING = {"method": "登录密码再次核验", "ip": "192.0.2.1", "user_agent": "tests", "sign_in": 1, "intent": ""}
REASONS = [{"code": "CM-R01", "target": "reason", "note": "没有写明许可证号。"}]
REFUSAL = [{"code": "CM-R31", "target": "any", "note": "事项不属于本单位受理范围。"}]
GIVEN: dict[str, dict[str, Any]] = {
    "sign": {
        "letter_version": 1, "publication_consent": True, "identity_confirmed": True, "signing": SIGNING,
    },
    "return_for_correction": {"reasons": REASONS},
    "note_second_return": {"second_return_note": "补正后的材料暴露了新的问题。"},
    "refuse": {"reasons": REFUSAL},
    "withdraw": {"withdrawal_reason": "门店不再经营。"},
    "report_performance": {"performance_report": "每月自查一次，共三次。"},
    "confirm_fulfilled": {"checked_what": "到店核查，逐项相符。"},
    "propose_breach": {
        "unperformed": "没有按月自查。", "breach_facts": "九月没有自查记录。", "breach_basis": "承诺书第二条。",
    },
    "reply": {"reply": "记录在总部，正在调取。"},
    "accept_rectification": {"rectified": "已经补交自查记录。"},
    "drop_breach": {"drop_reasons": "补交的记录完整。"},
    "decide_breach": {
        "degree": "partly", "liability_pursued": "责令限期改正。", "decision_reasons": "记录系事后补写。",
    },
    "pause": {"clock_reason": "委托检测机构检验留样"},
    "resume": {"clock_reason": "检测报告已经收到"},
    "extend": {"clock_reason": "两处门店还没有核查完"},
    "restart": {"clock_reason": "告知书重新送达"},
}  # fmt: skip
PEOPLE: dict[str, tuple[str, tuple[dict[str, Any], ...]]] = {
    "owner": ("周明远", ({"kind": "owner", "subject": "firm"},)),
    "agent": ("赵经纬", ({"kind": "agent", "subject": "firm", "workflows": ["commitment"]},)),
    "agent_without_signing": ("钱小满", ({"kind": "agent", "subject": "firm", "may_sign": False},)),
    "agent_for_repair": ("孙立夏", ({"kind": "agent", "subject": "firm", "workflows": ["repair"]},)),
    "agent_expired": ("李立秋", ({"kind": "agent", "subject": "firm", "valid_to": date(2026, 8, 31)},)),
    "other_owner": ("吴寒露", ({"kind": "owner", "subject": "other_firm"},)),
    "citizen": ("林霜降", ({"kind": "owner", "subject": "citizen"},)),
    "handler": ("郑谷雨", ({"kind": "handler", "unit": "market"},)),
    "second_handler": ("王芒种", ({"kind": "handler", "unit": "market"},)),
    "head": ("冯清明", ({"kind": "head", "unit": "market"},)),
    "second_head": ("陈小雪", ({"kind": "head", "unit": "market"},)),
    "handler_and_head": (
        "褚大寒",
        ({"kind": "handler", "unit": "market"}, {"kind": "head", "unit": "market"}),
    ),
    "other_handler": ("卫惊蛰", ({"kind": "handler", "unit": "health"},)),
    "other_head": ("蒋春分", ({"kind": "head", "unit": "health"},)),
    "clerk": ("沈白露", ({"kind": "clerk", "unit": "office"},)),
    "second_clerk": ("许立冬", ({"kind": "clerk", "unit": "office"},)),
    "lead": ("韩处暑", ({"kind": "lead", "unit": "office"},)),
    "second_lead": ("何冬至", ({"kind": "lead", "unit": "office"},)),
    "auditor": ("杨小暑", ({"kind": "auditor", "unit": "office"},)),
    "system_admin": ("朱大暑", ({"kind": "system_admin", "unit": "office"},)),
    "security_admin": ("秦小寒", ({"kind": "security_admin", "unit": "office"},)),
}
ITEMS: dict[str, dict[str, Any]] = {
    "permit": {"type": "SPTD", "needs_acceptance": True, "publication": "public", "letter": "letter_permit"},
    "venue": {
        "type": "SPTD", "needs_acceptance": True, "publication": "public", "letter": "letter_venue_health",
        "papers": [{"field": "site_plan", "title": "平面布局示意图", "title_en": "Floor plan", "required": True}],
    },
    "repair": {"type": "XYXF", "needs_acceptance": False, "publication": "public", "letter": "letter_repair"},
    "internal": {"type": "HYZL", "needs_acceptance": True, "publication": "none", "letter": "letter_trade"},
}  # fmt: skip


@dataclass(frozen=True)
class World:
    """Who and what there is: ids by key, and the people as the rules see them on 2026-09-18."""

    units: Mapping[str, int]
    subjects: Mapping[str, int]
    people: Mapping[str, int]
    items: Mapping[str, int]
    actors: Mapping[str, Actor]


def found_world(session: Session) -> World:
    """Two departments and the office, two firms and a citizen, everybody who may matter, four items, all reasons."""
    units = {
        "market": Unit(
            key="market", name="示范区市场监管局", name_en="Market Regulation", code="11120102MB0000001A"
        ),
        "health": Unit(
            key="health", name="示范区卫健委", name_en="Health Commission", code="11120102MB0000002B"
        ),
        "office": Unit(
            key="office",
            name="示范区信用办",
            name_en="Credit Office",
            code="11120102MB0000003C",
            is_office=True,
        ),
    }
    subjects = {
        "firm": Subject(
            kind="legal", name="天津海河示范食品有限公司", code="91120102MA0DEM010E", code_digest="1" * 64
        ),
        "other_firm": Subject(
            kind="legal", name="天津金河示范有限公司", code="91120102MA0DEM020F", code_digest="2" * 64
        ),
        "citizen": Subject(kind="individual", name="林霜降", code="120199199001010012", code_digest="3" * 64),
    }
    session.add_all((*units.values(), *subjects.values()))
    session.flush()
    people = {key: _person(key, name, grants, units, subjects) for key, (name, grants) in PEOPLE.items()}
    items = {key: _item(key, units["market"], columns) for key, columns in ITEMS.items()}
    session.add_all((*people.values(), *items.values()))
    catalogue.load_reasons(session)
    session.flush()
    actors = {key: accounts.load_actor(person, on=TODAY) for key, person in people.items()} | {"clock": CLOCK}
    return World(
        *({key: row.id for key, row in rows.items()} for rows in (units, subjects, people, items)), actors
    )


def _person(
    key: str,
    name: str,
    grants: tuple[dict[str, Any], ...],
    units: dict[str, Unit],
    subjects: dict[str, Subject],
) -> Person:
    rows = [
        GrantRow(
            kind=grant["kind"], unit=units.get(grant.get("unit", "")), subject=subjects.get(grant.get("subject", "")),
            workflows=grant.get("workflows"), may_sign=grant.get("may_sign", True),
            valid_from=date(2026, 1, 1), valid_to=grant.get("valid_to"), granted_at=NOW,
        )
        for grant in grants
    ]  # fmt: skip
    return Person(
        login=key, name=name, email=f"{key}@example.test", password_hash="none", created_at=NOW, grants=rows,
        locale="en" if key == "lead" else "zh_Hans_CN",
    )  # fmt: skip


def _item(key: str, unit: Unit, columns: dict[str, Any]) -> CommitmentItem:
    common: dict[str, Any] = {
        "code": f"T-{key}", "title": f"示范事项（{key}）", "title_en": f"Sample matter ({key})", "summary": "示范",
        "summary_en": "Sample", "unit": unit, "term_months": 6, "open_to": ["legal", "sole"],
        "conditions": ["经营条件没有变化。"], "liability": "撤销许可。", "at_end": "现场核查。",
        "at_end_en": "On-site check.", "papers": [], "basis": [], "open_from": date(2026, 4, 1),
    }  # fmt: skip
    return CommitmentItem(**{**common, **columns})


def draft(
    session: Session, world: World, house: House, *, item: str = "permit", by: str = "owner",
    now: datetime = NOW, **changed: Any,
) -> Case:  # fmt: skip
    """A draft that is filled in completely, but for what `changed` says."""
    actor = world.actors[by]
    subject_id = next(iter(actor.subject_ids()))
    kept = session.get_one(CommitmentItem, world.items[item])
    case = cases.open_draft(
        session, COMMITMENT, subject_id=subject_id, item=kept, actor=actor, now=now, house=house
    )
    return cases.save(
        session, case.address, {**FACTS, **changed}, version=case.version, actor=actor, now=now, house=house
    )


def fill_in(
    session: Session,
    case: Case,
    world: World,
    house: House,
    *,
    now: datetime = NOW,
    by: str = "owner",
    **values: Any,
) -> Case:
    """Save some parts of a draft, or the marked parts of a returned case."""
    actor = world.actors[by]
    return cases.save(session, case.address, values, version=case.version, actor=actor, now=now, house=house)


RULEBOOK = Rulebook(rules.built_in(), calendar.built_in(), "120102")


def record(
    session: Session, *, subject_id: int, unit_id: int, class_: str = "general", **changed: Any
) -> CreditRecord:
    """A penalty that was decided on 2026-05-06, unless told otherwise; class 一般, so repairable from 2026-08-07."""
    common: dict[str, Any] = {
        "kind": "penalty", "decision_no": f"津河东示罚〔2026〕{next(SERIAL)}号", "decided_on": date(2026, 5, 6),
        "title": "未按规定公示价格", "behaviour": "门店没有明码标价。", "basis": "《价格法》第四十二条", "content": "罚款 0.3 万元",
    }  # fmt: skip
    values = {**common, **changed, "subject_id": subject_id, "unit_id": unit_id}
    return records.enter(session, values, class_=class_, rulebook=RULEBOOK, now=NOW)


SERIAL = count(1)
PAPERS_OF_STEPS = {
    "report_performance": "performance_evidence", "pause": "clock_paper", "restart": "clock_paper",
}  # fmt: skip


def take(
    session: Session, case: Case, step: str, actor: Actor, house: House, *, now: datetime = NOW, **given: Any
) -> Case:
    """Take one step with everything it needs, as somebody who sees the newest version."""
    if step in PAPERS_OF_STEPS:
        paper(session, case, PAPERS_OF_STEPS[step], actor, now=now)
    order = perform.Order(step, {**GIVEN.get(step, {}), **given}, case.version)
    return perform.perform(session, case.address, order, actor=actor, now=now, house=house)


def paper(session: Session, case: Case, field: str, actor: Actor, *, now: datetime = NOW) -> Attachment:
    """A paper that waits to be handed in."""
    row = Attachment(
        case_id=case.id, field=field, name=f"{field}.pdf", type="application/pdf", size=1, sha256="0" * 64,
        storage_key="none", scan="not_scanned", uploaded_by_id=actor.person_id or case.opened_by_id, uploaded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


TO_STATE: dict[str, tuple[tuple[str, str], ...]] = {
    "draft": (),
    "discarded": (("discard", "owner"),),
    "signed": (("sign", "owner"),),
    "returned": (("sign", "owner"), ("return_for_correction", "handler")),
    "refused": (("sign", "owner"), ("refuse", "handler")),
    "withdrawn": (("sign", "owner"), ("withdraw", "owner")),
    "active": (("sign", "owner"), ("accept", "handler")),
    "checking": (("sign", "owner"), ("accept", "handler"), ("start_check", "handler")),
}
TO_STATE["fulfilled"] = (*TO_STATE["checking"], ("confirm_fulfilled", "handler"))
TO_STATE["breach_proposed"] = (*TO_STATE["checking"], ("propose_breach", "handler"))
TO_STATE["breach_replied"] = (*TO_STATE["breach_proposed"], ("reply", "owner"))
TO_STATE["breached"] = (*TO_STATE["breach_replied"], ("decide_breach", "head"))


def case_in(session: Session, state: str, world: World, house: House, **more: Any) -> Case:
    """A case that was brought into this state, all on 2026-09-18."""
    case = draft(session, world, house, **more)
    for step, by in TO_STATE[state]:
        take(session, case, step, world.actors[by], house)
    assert case.state == state
    return case


def stored(session: Session, address: str) -> Case:
    """The case as it is stored now."""
    return session.scalars(
        select(Case).where((Case.number == address) | (Case.ref == address)),
        execution_options={"populate_existing": True},
    ).one()
