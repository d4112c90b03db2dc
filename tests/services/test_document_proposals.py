"""Two people end a document: who proposes, who decides, what a new certificate says, and who is told.

Everything is done on Friday 2026-09-18 unless a later day is named. Sixty days for a review (RM-01) end on November 17,
six months for a lawsuit (RM-02) on 2027-03-18.
"""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from tests import factories
from tests.documents.test_list_papers import TO_EXIT, confirm_everything
from tests.factories import NOW, legal
from tests.lists import Leaving, Listing
from tests.services.test_perform import at_once
from tests.services.test_repair_course import TO_COMPLETION, Course
from tests.trainings import Training, open_class
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.domain.words import Sentence
from workflow_app.models.document import Document, DocumentProposal
from workflow_app.models.outbox import Message, Notice
from workflow_app.models.party import GrantRow, Subject
from workflow_app.models.training import TrainingClass
from workflow_app.services.delivery import notices
from workflow_app.services.documents import documents, proposals, replacement, sheets, standing
from workflow_app.services.repair import repair_notice
from workflow_app.services.reports import reports
from workflow_app.services.training import training_evidence, training_register

MUCH_LATER = legal("2027-12-06")
LATER = legal("2026-10-12")
WHY = "考试由他人代考，经监控录像核实。"


class Ending:
    """One document of one database, and what people do with it."""

    def __init__(self, session, world, house, document):
        self.session, self.world, self.house, self.document = session, world, house, document

    def propose(self, by, act=proposals.REVOKE, *, reason="issued_in_error", why=WHY, now=NOW):
        """Propose as this person."""
        return proposals.propose(
            self.session, self.document, act, reason=reason, why=why, actor=self.world.actors[by], now=now,
            house=self.house,
        )  # fmt: skip

    def confirm(self, proposal, by, *, now=NOW, seen=None):
        """Confirm as this person, who has seen what is true now."""
        if seen is None and proposal.act == proposals.REPLACE:
            seen = self.replacement(now=now).digest
        actor = self.world.actors[by]
        proposals.confirm(self.session, proposal, seen=seen or "", actor=actor, now=now, house=self.house)

    def replacement(self, *, now=NOW):
        """What a new one would say."""
        return replacement.of(self.session, self.document, now=now, house=self.house)

    def told(self, start):
        """Each message with such a key: to whom, and the Chinese sentence."""
        found = self.session.scalars(
            select(Message).where(Message.kind == "notice", Message.key.startswith(start))
        )
        return {
            message.key.removeprefix(start): (
                message.payload.get("to"),
                str(Sentence.from_json(message.payload["sentence"])),
            )
            for message in found
        }


@pytest.fixture
def session(sqlite):
    with sqlite.writing() as session:
        session.info["world"] = sqlite.world
        yield session


def last(session, case_id, kind):
    wanted = select(Document).where(Document.case_id == case_id, Document.kind == kind)
    return session.scalars(wanted.order_by(Document.id.desc())).first()


def trained(session, world, house, **changed):
    """A certificate of training of the firm, earned by its owner."""
    held = open_class(session, world, **changed)
    made = Training(session, world, house, of=held).to("certified")
    return Ending(session, world, house, last(session, made.case.id, "training_certificate"))


def repaired(session, world, house):
    """A certificate of a repair that ended."""
    course = Course(session, world, house)
    course.go(*TO_COMPLETION)
    course.confirm_everything()
    return last(session, course.case.id, "repair_completion")


def left(session, world, house):
    """A certificate of an early exit on Wednesday 2027-12-01."""
    entry, now = Listing(session, world, house).to("listed").entry, legal("2027-12-01")
    leaving = Leaving(session, world, house, entry, now=now).submit(now=now).go(*TO_EXIT, now=now)
    confirm_everything(session, house, leaving, now=now)
    return last(session, leaving.case.id, "list_exit_completion")


def refused(call, *args, **named):
    """The sentence with which this is refused."""
    with pytest.raises(Refused) as caught:
        call(*args, **named)
    return str(caught.value.sentence)


def test_a_certificate_that_says_what_its_case_says_needs_no_replacement(session, house):
    """Of all four kinds, also weeks later; only the day on which a certificate of training is issued would be another."""
    world = session.info["world"]
    earned = trained(session, world, house)
    for document in (
        earned.document,
        last(session, factories.case_in(session, "fulfilled", world, house).id, "fulfilment_certificate"),
        repaired(session, world, house),
        left(session, world, house),
    ):
        found = Ending(session, world, house, document).replacement(now=MUCH_LATER)
        assert found.is_needed is False, document.kind
        lines = [
            "".join(piece.text for piece in change.pieces if piece.kind != "old") for change in found.changes
        ]
        is_dated = document.kind == "training_certificate"
        assert lines == (["出具日期：2027年12月6日，没有有效期限"] if is_dated else []), document.kind
    assert refused(earned.propose, "clerk", proposals.REPLACE, now=LATER) == (
        "办件里的内容和这份证明完全一样，不需要换发。名称等事项确有变更的，请先在办件或者主体登记里更正。"
    )


def test_a_certificate_is_revoked_by_two_people_and_everybody_who_relied_on_it_is_told(session, house):
    """The trainee is an agent who has left the firm since; the certificate stands with an open repair."""
    world = session.info["world"]
    course = Course(session, world, house)
    course.go(*TO_COMPLETION[:3])
    held = open_class(session, world)
    made = Training(session, world, house, of=held, by="agent_without_signing")
    made.go(("apply", "agent_without_signing"), ("approve", "clerk"), ("study", "agent_without_signing"))
    made.hand_in(score=80, by="agent_without_signing")
    session.execute(
        update(GrantRow)
        .where(GrantRow.person_id == world.people["agent_without_signing"])
        .values(valid_to=date(2026, 9, 1))
    )
    ending = Ending(session, world, house, last(session, made.case.id, "training_certificate"))
    for by in ("handler", "head", "owner", "auditor"):
        with pytest.raises(NotYours):
            ending.propose(by)
    proposal = ending.propose("clerk", reason="facts_untrue")
    assert (ending.document.status, proposal.decision) == ("valid", "")
    assert proposals.waiting_for(session, ending.document) is proposal
    assert refused(ending.propose, "second_clerk") == "这份文书已经有一项提议等待确认，请先确认或者不同意。"
    assert proposals.count_to_decide(session, world.actors["lead"]) == 1
    assert proposals.count_to_decide(session, world.actors["clerk"]) == 0
    for by in ("second_clerk", "head"):
        with pytest.raises(NotYours):
            ending.confirm(proposal, by)

    ending.confirm(proposal, "lead", now=LATER)
    document = ending.document
    assert (document.status, document.status_why, document.status_since) == ("revoked", "facts_untrue", LATER)
    assert document.successor_id is None
    assert (proposal.decision, proposal.decided_by_id) == ("confirmed", world.people["lead"])
    assert standing.of(document, today=date(2026, 10, 12)) == "revoked"
    holder = (
        "培训证明（CT-120102-20260918-000001）已经撤销，从现在起不能再使用，任何人核验都会看到“已撤销”。原因：出具时依据的情况不属实。"
        "考试由他人代考，经监控录像核实。有疑问请联系示范区信用办；不服的，可以在 2026 年 12 月 11 日以前申请行政复议，"
        "或者在 2027 年 4 月 12 日以前提起行政诉讼。"
    )
    reviewer = f"天津海河示范食品有限公司的办件 {course.case.number} 里附带的培训证明（CT-120102-20260918-000001）已经撤销，审核时请不要采信。"
    repair = f"case-{course.case.id}"
    assert ending.told(f"document-proposal-{proposal.id}/") == {
        "waiting": (
            "lead",
            "培训证明（CT-120102-20260918-000001）有一项撤销提议，请到“文书管理”里确认或者不同意。",
        ),
        "holder": ("subject", holder),
        "holder-in-person": (None, holder),
        f"{repair}/unit": ("unit", reviewer),
        f"{repair}/clerk": ("clerk", reviewer),
    }
    personal = session.scalars(select(Message).where(Message.key.endswith("/holder-in-person"))).one()
    notices.deliver(session, personal.key, personal.payload, now=LATER)
    reader = session.scalars(select(Notice)).one()
    assert (reader.person_id, reader.case_id) == (world.people["agent_without_signing"], None)
    assert [row.status for row in training_evidence.beside(session, course.case)] == ["revoked"]
    assert refused(proposals.confirm, session, proposal, seen="", actor=world.actors["second_lead"], now=LATER,
                   house=house) == "这一项已经有人办过了，请看办理结果。"  # fmt: skip
    assert refused(ending.propose, "clerk") == "这份文书已经撤销，不需要再办。"


def test_a_certificate_is_replaced_by_what_its_case_says_today_and_the_old_one_points_to_the_new_one(
    session, house
):
    world = session.info["world"]
    course = Course(session, world, house)
    course.go(*TO_COMPLETION[:3])
    ending = trained(session, world, house)
    old = ending.document
    session.get_one(Subject, old.subject_id).name = "天津海河示范食品集团有限公司"
    found = ending.replacement(now=LATER)
    assert found.is_needed
    shown = [
        (
            str(change.label or ""),
            [(piece.kind, piece.text) for piece in change.pieces if piece.kind != "both"],
        )
        for change in found.changes
    ]
    assert shown == [
        ("持有人", [("new", "集团")]),
        ("", [("new", "集团")]),
        ("", [("old", "9"), ("new", "10"), ("old", "18"), ("new", "12")]),
    ]
    proposal = ending.propose(
        "lead", proposals.REPLACE, reason="particulars_changed", why="企业更名。", now=LATER
    )
    assert (
        refused(ending.confirm, proposal, "lead", now=LATER)
        == "这是您自己提出的，要由另一位负责人确认（两人原则）。"
    )
    said = refused(ending.confirm, proposal, "second_lead", now=LATER, seen="0" * 64)
    assert said == "您查看以后，新证明的内容又有变化，还没有确认。请核对下面现在的内容，再确认一次。"
    ending.confirm(proposal, "second_lead", now=LATER)

    new = last(session, old.case_id, "training_certificate")
    assert (old.status, old.status_why, old.successor_id) == ("superseded", "particulars_changed", new.id)
    assert (new.number, new.status, new.issued_on) == (
        "CT-120102-20261012-000001",
        "valid",
        date(2026, 10, 12),
    )
    assert (new.event_seq, new.text_id) == (old.event_seq, old.text_id)
    sheet = sheets.article(documents.sheet_of(new, site_url="")).striptags()
    for part in (
        "天津海河示范食品集团有限公司",
        "考试日期：2026年9月18日",
        "出具日期：2026年10月12日",
        "学习时间：20分钟",
    ):
        assert part in sheet, part
    queued = session.scalars(
        select(Message.payload).where(Message.key == f"document-proposal-{proposal.id}/file")
    ).one()
    assert queued == {"document_id": new.id}
    told = ending.told(f"document-proposal-{proposal.id}/")
    assert told["holder"] == ("subject", (
        "培训证明（CT-120102-20260918-000001）已经换发，新的编号是 CT-120102-20261012-000001，可以在原办件里下载。"
        "旧的一份不再有效，请不要再使用。原因：其中的名称等事项已经变更。企业更名。新的一份仍有错误的，请联系示范区信用办。"
    ))  # fmt: skip
    assert "holder-in-person" not in told, "the owner who earned it is told as one of the firm"
    assert told[f"case-{course.case.id}/unit"][1].endswith(
        "已经换发，请看新的一份（CT-120102-20261012-000001）。"
    )
    stands = training_evidence.beside(session, course.case)
    assert [(row.number, row.status) for row in stands] == [(old.number, "superseded"), (new.number, "valid")]
    held = session.scalars(select(TrainingClass)).one()
    assert [
        place.certificate.number
        for place in training_register.of_class(session, held, world.actors["lead"])
        if place.certificate
    ] == [new.number]
    assert refused(ending.propose, "clerk", proposals.REPLACE) == "这份文书已经撤销或者被代替，不能再换发。"
    assert ending.propose("clerk").act == "revoke", "a paper that was replaced can still be revoked"


def test_only_the_place_that_issued_a_paper_ends_it_and_never_one_person_alone(session, house):
    world = session.info["world"]
    case = factories.case_in(session, "fulfilled", world, house)
    ending = Ending(session, world, house, last(session, case.id, "fulfilment_certificate"))
    for by in ("clerk", "lead", "other_handler", "other_head"):
        with pytest.raises(NotYours):
            ending.propose(by)
    proposal = ending.propose("handler_and_head")
    assert ending.told(f"document-proposal-{proposal.id}/")["waiting"][0] == "head"
    sees = [name for name, actor in world.actors.items() if proposals.waiting(session, actor)]
    assert sorted(sees) == [
        "auditor", "handler", "handler_and_head", "head", "lead", "second_handler", "second_head", "second_lead",
    ]  # fmt: skip
    decides = [name for name, actor in world.actors.items() if proposals.may_decide(proposal, actor)]
    assert sorted(decides) == ["head", "second_head"]
    for name, actor in world.actors.items():
        assert proposals.count_to_decide(session, actor) == (name in decides)
    with pytest.raises(NotYours):
        proposals.by_id(session, proposal.id, world.actors["other_head"])
    with pytest.raises(NotYours):
        proposals.take_back(proposal, actor=world.actors["handler"], now=NOW)

    head = {"actor": world.actors["head"], "now": NOW}
    assert (
        refused(proposals.reject, session, proposal, why=" ", **head)
        == "不同意的，请写明理由，提出的人会看到。"
    )
    proposals.reject(session, proposal, why="履行情况属实。", **head)
    assert ending.document.status == "valid"
    assert ending.told(f"document-proposal-{proposal.id}/")["rejected"] == (
        "handler",
        f"信用承诺履行证明（{ending.document.number}）的撤销提议没有同意。理由：履行情况属实。",
    )
    again = ending.propose("handler")
    proposals.take_back(again, actor=world.actors["handler"], now=NOW)
    assert refused(ending.confirm, again, "head") == "这一项已经有人办过了，请看办理结果。"
    assert [row.decision for row in proposals.history(session, ending.document)] == ["rejected", "taken_back"]

    letter = Ending(session, world, house, last(session, case.id, "commitment_letter"))
    assert refused(letter.propose, "handler") == (
        "这类文书不能单独撤销或者换发，要在它的办件里撤销或者改变决定，文书会随之标为不再有效。"
    )


def test_a_report_is_the_offices_to_revoke_and_a_revoked_letter_of_repair_is_issued_anew(session, house):
    world = session.info["world"]
    firm, owner = session.get_one(Subject, world.subjects["firm"]), world.actors["owner"]
    report = reports.issue(
        session, firm, given_to="示范银行", purpose="申请贷款", contact="", actor=owner, now=NOW, house=house
    ).document
    ending = Ending(session, world, house, report)
    with pytest.raises(NotYours):
        ending.propose("head")
    assert (
        refused(ending.propose, "clerk", proposals.REPLACE)
        == "只有证明类文书可以换发。这份文书有错误的，请撤销后重新出具。"
    )
    proposal = ending.propose("clerk")
    ending.confirm(proposal, "lead")
    assert (report.status, report.status_why) == ("revoked", "issued_in_error")
    assert "有疑问请联系信用办" in ending.told(f"document-proposal-{proposal.id}/")["holder"][1]

    record = factories.record(session, subject_id=firm.id, unit_id=world.units["market"])
    first = repair_notice.issue(session, record, now=NOW, house=house)
    ending = Ending(session, world, house, first)
    ending.confirm(ending.propose("handler"), "head")
    message = session.scalars(select(Message).where(Message.kind == "repair_notice")).one()
    assert message.key == f"record/{record.id}/repair_notice/instead-of-{first.id}"
    assert repair_notice.issued(session, record) is None
    second = repair_notice.issue(session, record, now=NOW, house=house)
    assert (repair_notice.issued(session, record), second.number != first.number) == (second, True)


def test_of_two_who_decide_or_propose_at_once_one_does(postgres, house):
    world = postgres.world
    with postgres.writing() as session:
        document_id = trained(session, world, house).document.id
        session.get_one(Subject, world.subjects["firm"]).name = "天津海河示范食品集团有限公司"

    def propose(by):
        with postgres.writing() as session:
            ending = Ending(session, world, house, session.get_one(Document, document_id))
            ending.propose(by, proposals.REPLACE, reason="particulars_changed")

    raised = at_once(lambda: propose("clerk"), lambda: propose("second_clerk"))
    assert sorted(str(each.sentence) if each else "" for each in raised) == [
        "", "这份文书已经有一项提议等待确认，请先确认或者不同意。",
    ]  # fmt: skip
    with postgres.reading() as session:
        proposal_id = session.scalars(select(DocumentProposal.id)).one()

    def confirm(by):
        with postgres.writing() as session:
            proposal = proposals.by_id(session, proposal_id, world.actors[by], is_locked=True)
            Ending(session, world, house, proposal.document).confirm(proposal, by)

    raised = at_once(lambda: confirm("lead"), lambda: confirm("second_lead"))
    assert sorted(str(each.sentence) if each else "" for each in raised) == [
        "",
        "这一项已经有人办过了，请看办理结果。",
    ]
    with postgres.reading() as session:
        issued = select(Document.status).where(Document.kind == "training_certificate").order_by(Document.id)
        assert session.scalars(issued).all() == ["superseded", "valid"]
        files = select(func.count(Message.id)).where(Message.key == f"document-proposal-{proposal_id}/file")
        assert session.scalar(files) == 1
