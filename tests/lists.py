"""A list, an entry on it and its exit in one database, always through the real engine.

The list is the market unit's, serious by default (three years, early exit after one, LE-04-SAMR and LE-05-SAMR); the day
is Friday 2026-09-18. September 20 is worked, September 25 to 27 and October 1 to 7 are off, October 10 is worked.
"""

from datetime import date
from typing import ClassVar

from sqlalchemy import select

from tests.factories import NOW, fill_in, paper
from workflow_app.domain import clock
from workflow_app.models.lists import JointMeasure, ListEntry, ListType
from workflow_app.models.party import Subject
from workflow_app.services.cases import cases
from workflow_app.services.engine import perform
from workflow_app.services.lists import joint_measures, list_entries, list_watch
from workflow_app.services.rules import rulebooks
from workflow_app.workflows.list_exit import LIST_EXIT
from workflow_app.workflows.listing import LISTING

MEASURES = [
    {"key": "inspect", "unit": "market", "title": "提高抽查比例和频次", "basis": "市场监管总局令第44号"},
    {"key": "venue", "unit": "health", "title": "从严审查卫生许可", "basis": "市场监管总局令第44号"},
]
KINDS = {
    "serious": {"scope": "public", "term_rule": "LE-04-SAMR", "early_rule": "LE-05-SAMR"},
    "wage": {"kind": "serious", "scope": "public", "term_rule": "LE-04-WAGE", "early_rule": "LE-05-WAGE", "early_from": "correction"},
    "abnormal": {"scope": "public"},
    "red": {"scope": "public", "reply_rule": "LE-08", "review_rule": "LE-09"},
    "focus": {"scope": "none", "review_rule": "LE-10"},
}  # fmt: skip
STATED = {
    "behaviour": "生产不符合食品安全标准的食品，被处较重行政处罚。",
    "basis": "《市场监督管理严重违法失信名单管理办法》第五条",
    "measures": ("inspect", "venue"),
}
GIVEN = {
    "prove_service": {"served_on": date(2026, 9, 18), "served_how": "handed"},
    "reply": {"reply_points": ("产品已经全部召回。", "处罚正在复议。")},
    "enter_reply": {"reply_points": ("产品已经全部召回。",)},
    "drop": {"drop_reasons": "处罚决定已经撤销。"},
    "propose_decision": {"answers": {"1": "召回不影响认定。", "2": "复议期间不停止执行。"}, "proposal": "事实清楚，建议列入。"},
    "send_back": {"send_back_note": "第二点请补充依据。"},
    "decide": {"decision_reasons": "符合列入条件。"},
    "prove_decision_service": {"decision_served_on": date(2026, 9, 18), "decision_served_how": "handed"},
    "publish": {"channel": "“信用中国（示例市）”网站和本平台"},
    "restart": {"clock_reason": "告知书重新送达"},
}  # fmt: skip
TO_STATE = {
    "draft": (),
    "discarded": (("discard", "handler"),),
    "noticed": (("serve_notice", "handler"),),
}
TO_STATE["replied"] = (*TO_STATE["noticed"], ("reply", "owner"))
TO_STATE["dropped"] = (*TO_STATE["replied"], ("drop", "handler"))
TO_STATE["awaiting_signature"] = (*TO_STATE["replied"], ("propose_decision", "handler"))
TO_STATE["decided"] = (*TO_STATE["awaiting_signature"], ("decide", "head"))
TO_STATE["listed"] = (*TO_STATE["decided"], ("prove_decision_service", "handler"), ("publish", "clerk"))
ASKED = {
    "correction": "问题产品已经召回销毁。", "duties": "罚款已经缴清。", "proof_source": "fetched",
    "contact_name": "赵经纬", "contact_mobile": "13800000001",
}  # fmt: skip
GIVEN_EXIT = {
    "initiate": {"grounds": "不再符合列入条件。"},
    "request_supplement": {"reasons": [{"code": "LE-S01", "target": "duties", "note": "请写明缴款日期。"}]},
    "refuse": {"reasons": [{"code": "LE-R01", "target": "any", "note": "不在名单上。"}]},
    "withdraw": {"withdrawal_reason": "暂不申请。"},
    "propose_approval": {
        "duties_performed": True, "harm_removed": True, "commitment_made": True, "none_again": True,
        "minimum": "both", "minimum_basis": "", "finding": "逐项核对无误。",
    },
    "propose_rejection": {"next_possible_on": date(2027, 12, 1), "reasons": [{"code": "LE-J01", "target": "any", "note": ""}]},
    "send_back": {"send_back_note": "请再核对义务履行情况。"},
    "approve": {"decision_reasons": "符合提前移出条件。"},
    "reject": {"decision_reasons": "危害后果没有消除。"},
    "propose_revocation": {"revocation_facts": "缴款凭证是伪造的。", "revocation_basis": "市场监管总局令第44号"},
    "reply": {"reply": "凭证由代办人提供。"},
    "drop_revocation": {"drop_reasons": "凭证属实。"},
    "revoke": {"decision_reasons": "材料虚假。"},
    "pause": {"clock_reason": "委托检测机构检验"},
    "resume": {"clock_reason": "检测报告已经收到"},
    "restart": {"clock_reason": "告知书重新送达"},
}  # fmt: skip
PAPERS = {
    "prove_service": "service_proof", "enter_reply": "reply_evidence", "prove_decision_service": "decision_service_proof",
    "pause": "clock_paper", "restart": "clock_paper",
}  # fmt: skip


def list_type(session, world, kind="serious", *, confirmed=True, **columns):
    """A list of the market unit that is in force, or only proposed."""
    known = {
        "key": f"list_{kind}", "kind": kind, "name": f"示范{kind}名单", "name_en": f"Sample {kind} list",
        "unit_id": world.units["market"], "level": "department_rule", "evidence": "V2",
        "basis": ["《市场监督管理严重违法失信名单管理办法》（市场监管总局令第44号）"], "standard": "被处较重行政处罚的，列入。",
        "exit_conditions": ["列入满一年", "义务已经履行"], "measures": MEASURES, "proposed_at": NOW,
        "confirmed_at": NOW if confirmed else None,
    }  # fmt: skip
    made = ListType(**known | KINDS[kind] | columns)
    session.add(made)
    session.flush()
    return made


class Case:
    """One case and the people who act in it."""

    given: ClassVar = {}

    def __init__(self, session, world, house, case):
        self.session, self.world, self.house, self.case = session, world, house, case

    def take(self, step, by, *, now=NOW, **given):
        """Take a step with everything it needs."""
        if step in PAPERS:
            paper(self.session, self.case, PAPERS[step], self.world.actors[by], now=now)
        return self.take_bare(step, by, now=now, **given)

    def take_bare(self, step, by, *, now=NOW, **given):
        """Take a step without the paper that it needs."""
        actor = self.world.actors[by]
        order = perform.Order(step, {**self.given.get(step, {}), **given}, None)
        return perform.perform(self.session, self.case.address, order, actor=actor, now=now, house=self.house)

    def fill_in(self, by, *, now=NOW, **values):
        """Save parts of a draft, or the marked parts of what was returned."""
        return fill_in(self.session, self.case, self.world, self.house, by=by, now=now, **values)

    def go(self, *steps, now=NOW):
        """Take several steps: (step, who) or (step, who, given)."""
        for step, by, *given in steps:
            self.take(step, by, now=now, **(given[0] if given else {}))
        return self


class Listing(Case):
    """A firm that the market unit wants to put on a list."""

    given = GIVEN

    def __init__(
        self, session, world, house, *, kind="serious", subject="firm", type_=None, now=NOW, **facts
    ):
        self.type = type_ or list_type(session, world, kind)
        known = {
            "matter": self.type.name, "list_key": self.type.key, "kind": self.type.kind,
            "scope": list_entries.scope_for(self.type, session.get_one(Subject, world.subjects[subject])),
            "reply_rule": self.type.reply_rule,
        }  # fmt: skip
        case = cases.open_draft(
            session, LISTING, subject_id=world.subjects[subject], actor=world.actors["handler"], now=now, house=house,
            unit_id=world.units["market"], facts=known | STATED | facts,
        )  # fmt: skip
        super().__init__(session, world, house, case)

    def to(self, state, *, now=NOW):
        """Go the straight way to a state."""
        return self.go(*TO_STATE[state], now=now)

    @property
    def entry(self):
        """The entry as it is stored."""
        found = session_entry(self.session, self.case.id)
        self.session.refresh(found)
        return found

    @property
    def measures(self):
        """The joint measures because of the entry."""
        wanted = select(JointMeasure).where(JointMeasure.entry_id == self.entry.id).order_by(JointMeasure.id)
        return self.session.scalars(wanted).all()


class Leaving(Case):
    """The exit of an entry."""

    given = GIVEN_EXIT

    def __init__(self, session, world, house, entry, *, by="owner", now=NOW, **facts):
        self.entry_id = entry.id
        known = {"matter": entry.type.name, "entry_ref": entry.ref, "kind": entry.type.kind}
        case = cases.open_draft(
            session, LIST_EXIT, subject_id=entry.subject_id, actor=world.actors[by], now=now, house=house,
            record=entry.record, unit_id=entry.unit_id, facts=known | ASKED | facts,
        )  # fmt: skip
        super().__init__(session, world, house, case)

    def submit(self, by="owner", *, now=NOW):
        """Hand it in with a letter on paper."""
        paper(self.session, self.case, "paper_letter", self.world.actors[by], now=now)
        self.take("submit", by, now=now)
        return self

    @property
    def entry(self):
        """The entry as it is stored."""
        return self.session.get_one(ListEntry, self.entry_id, populate_existing=True)


def session_entry(session, case_id):
    """The entry that a listing made."""
    return session.scalar(select(ListEntry).where(ListEntry.case_id == case_id))


def watch(session, house, *, now):
    """Let the clock of lists do everything that stands; returns the jobs in order."""
    done = []
    for todo in list_watch.waiting(session, today=clock.legal_day(now)):
        if list_watch.act(session, todo, now=now, house=house):
            done.append(todo.job)
        session.flush()
    return done


def lift_all(session, world, house, entry, *, now, by=None):
    """Every unit confirms that it lifted its measure."""
    actors = by or {world.units["market"]: "handler", world.units["health"]: "other_handler"}
    for measure in joint_measures.of_entry(session, entry.id):
        if measure.lifted_on is None:
            actor = world.actors[actors[measure.unit_id]]
            joint_measures.lift(
                session, measure, on=clock.legal_day(now), evidence="已解除", actor=actor, now=now
            )


def book(session, house):
    """The rules in force."""
    return rulebooks.current(session, house)
