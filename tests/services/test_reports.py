"""Credit reports: what is in force stands in them with its marks, what was repaired doesn't, and users can be told."""

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from tests import factories
from tests.factories import NOW, RULEBOOK, legal
from workflow_app.domain.refusals import NotYours
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.models.party import AccountEvent, Person, Subject
from workflow_app.models.record import CreditRecord, Licence, PenaltyItem
from workflow_app.models.report import ReportedRecord
from workflow_app.services.documents import documents, sheets, verification
from workflow_app.services.records import records
from workflow_app.services.reports import reports
from workflow_app.services.sync import sync_lists, sync_targets

BANK = {"given_to": "示范银行河东支行", "purpose": "申请贷款", "contact": "022-00000000"}


class Desk:
    """One writing session in which reports are issued."""

    def __init__(self, session, world, house):
        self.session, self.world, self.house = session, world, house

    def record(self, subject="firm", **changed):
        place = {"subject_id": self.world.subjects[subject], "unit_id": self.world.units["market"]}
        return factories.record(self.session, **place, **changed)

    def issue(self, by="owner", *, subject="firm", now=NOW, **changed):
        about = self.session.get_one(Subject, self.world.subjects[subject])
        return reports.issue(
            self.session, about, actor=self.world.actors[by], now=now, house=self.house, **BANK | changed
        )

    def answer(self, document):
        """What the verify page says of it now."""
        return verification.about(verification.Register(self.session, self.house.signer, NOW), document)

    def change(self, record, **values):
        records.change(self.session, record, values, why="测试", by_id=None, now=NOW, rulebook=RULEBOOK)


@pytest.fixture
def desk(sqlite, house):
    with sqlite.writing() as session:
        yield Desk(session, sqlite.world, house)


def words(report):
    """What stands on the paper, without blanks."""
    return "".join(sheets.article(documents.sheet_of(report.document, site_url="")).striptags().split())


def test_a_report_is_numbered_remembered_and_produced_after_the_commit(database, house):
    with database.writing() as session:
        desk = Desk(session, database.world, house)
        record = desk.record()
        report = desk.issue()
        assert report.document.number == "PR-120102-20260918-000001"
        assert (report.document.case_id, report.document.record_id, report.document.unit_id) == (None,) * 3
        assert (report.given_to, report.purpose, report.contact) == tuple(BANK.values())
        stood = session.scalars(select(ReportedRecord.record_id).where(ReportedRecord.report_id == report.id))
        assert stood.all() == [record.id]
        message = session.scalars(select(Message).where(Message.kind == "document")).one()
        assert message.payload == {"document_id": report.document_id}
        assert "022-00000000" not in words(report)


def test_a_finding_stands_in_it_with_everything_a_reader_needs(desk):
    record = desk.record(decision_no="津河东示罚〔2026〕77号")
    record.items.append(PenaltyItem(kind="fine", amount=Decimal("0.3")))
    desk.session.flush()
    said = words(desk.issue())
    for part in (
        "天津海河示范食品有限公司", "91120102MA0DEM010E（法人及非法人组织）", "使用人和用途示范银行河东支行，用于申请贷款",
        "信息截至2026年9月18日10:00", "第1条未按规定公示价格", "行政处罚信息，类别：一般", "津河东示罚〔2026〕77号（2026年5月6日）",
        "示范区市场监管局", "门店没有明码标价。", "罚款0.3万元公示向社会公示，2026年5月6日至2027年5月6日", "仅在出具当日有效",
        "可以免费提出异议",
    ):  # fmt: skip
        assert part in said


def test_every_mark_stands_beside_its_record_with_its_day_and_without_its_note(desk):
    record = desk.record()
    records.mark(desk.session, record, "objection", note="申请人称重名", now=legal("2026-09-01"))
    records.mark(desk.session, record, "review", now=legal("2026-08-03"))
    records.mark(desk.session, record, "unclear", now=legal("2026-07-20"))
    said = words(desk.issue())
    for part in (
        "异议处理中，自2026年9月1日起",
        "行政复议中，自2026年8月3日起",
        "异议未能核实，2026年7月20日注记",
    ):
        assert part in said
    assert "申请人称重名" not in said


def test_a_mark_that_ended_is_gone(desk):
    record = desk.record()
    records.mark(desk.session, record, "objection", now=legal("2026-09-01"))
    records.unmark(desk.session, record, "objection", now=legal("2026-09-10"))
    assert "异议处理中，自" not in words(desk.issue())


@pytest.mark.parametrize(
    "gone",
    [
        {"publicity_ended_at": NOW, "ended_how": "repaired", "repaired_at": NOW},
        {"publicity_ended_at": NOW, "ended_how": "expired"},
        {"publicity_ended_at": NOW, "ended_how": "withdrawn"},
        {"hidden_at": NOW},
        {"scope": "none"},
        {"class_": "minor", "duties_done_on": date(2026, 6, 1)},
    ],
)
def test_nothing_is_said_of_a_record_that_is_not_in_force(desk, gone):
    desk.change(desk.record(title="虚假宣传"), **gone)
    said = words(report := desk.issue())
    assert "虚假宣传" not in said
    assert "本平台没有记载公示或者依法共享期内的失信信息。" in said
    assert documents.particulars_of(report.document).result == "行政许可 0 条，信用承诺 0 条，失信信息 0 条"


def test_a_limited_record_stands_in_it_as_what_it_is(desk):
    desk.record(scope="limited")
    assert "不向社会公示，在有关单位之间共享" in words(desk.issue())


def test_a_record_whose_longest_period_ended_without_correction_still_stands(desk):
    desk.record(class_="minor")
    assert "津河东示罚" in words(desk.issue())


def test_licences_and_published_commitments_stand_in_it(desk):
    desk.session.add(
        Licence(ref="L1", subject_id=desk.world.subjects["firm"], unit_id=desk.world.units["health"],
                decision_no="津河东卫许〔2026〕5号", document_name="公共场所卫生许可证", kind="普通", content="美容店",
                decided_on=date(2026, 6, 1), valid_to=date(2030, 5, 31), recorded_at=NOW)
    )  # fmt: skip
    factories.case_in(desk.session, "active", desk.world, desk.house)
    said = words(desk.issue())
    for part in ("公共场所卫生许可证：美容店", "津河东卫许〔2026〕5号（2026年6月1日）", "至2030年5月31日",
                 "海河路1号门店食品经营许可证延续", "审批替代型", "2026年9月18日，示范区市场监管局", "履行中"):  # fmt: skip
        assert part in said


def test_a_breach_is_marked_under_objection_and_goes_with_its_record(desk):
    case = factories.case_in(desk.session, "breached", desk.world, desk.house)
    record = desk.session.scalars(select(CreditRecord).where(CreditRecord.case_id == case.id)).one()
    records.mark(desk.session, record, "objection", now=NOW)
    assert "部分履行；异议处理中，自2026年9月18日起" in words(desk.issue())
    desk.change(record, publicity_ended_at=NOW, ended_how="repaired", repaired_at=NOW)
    said = words(desk.issue())
    assert "部分履行" not in said
    assert "本平台没有记载向社会公开的信用承诺。" in said


def test_a_persons_own_report_has_the_whole_name_and_a_masked_number(desk):
    desk.record("citizen", behaviour="其身份证号120199199001010012，电话13812345678。")
    said = words(desk.issue("citizen", subject="citizen"))
    assert "林霜降" in said
    assert "1****************2（自然人）" in said
    assert "120199199001010012" not in said
    assert "13812345678" not in said


@pytest.mark.parametrize("by", ["agent", "other_owner", "handler", "head", "lead", "auditor", "system_admin"])
def test_nobody_else_has_a_report_issued(desk, by):
    with pytest.raises(NotYours):
        desk.issue(by)


@pytest.mark.parametrize(
    ("reader", "reads"),
    [
        ("owner", True), ("agent_for_repair", True), ("clerk", True), ("lead", True), ("auditor", True),
        ("agent", False), ("other_owner", False), ("handler", False), ("head", False), ("system_admin", False),
    ],
)  # fmt: skip
def test_it_is_read_by_the_subject_and_the_office(desk, reader, reads):
    number, actor = desk.issue().document.number, desk.world.actors[reader]
    if reads:
        assert reports.by_number(desk.session, number, actor).given_to == "示范银行河东支行"
    else:
        with pytest.raises(NotYours):
            reports.by_number(desk.session, number, actor)


def test_what_the_window_issues_is_logged_and_told_to_the_subject(desk):
    report = desk.issue("clerk", subject="citizen", purpose="租房")
    event = desk.session.scalars(select(AccountEvent)).one()
    assert (event.what, event.by_id, event.note) == (
        "report_issued",
        desk.world.people["clerk"],
        "PR-120102-20260918-000001 · 租房",
    )
    notice = desk.session.scalars(select(Message).where(Message.kind == "notice")).one()
    assert notice.payload["subject_id"] == report.subject_id
    desk.issue()
    assert len(desk.session.scalars(select(AccountEvent)).all()) == 1


def test_reading_a_persons_report_needs_a_reason_from_the_office_and_leaves_a_line(desk):
    report = desk.issue("citizen", subject="citizen")
    lead, owner = desk.world.actors["lead"], desk.world.actors["citizen"]
    assert reports.asks_why(report.document, lead)
    assert not reports.asks_why(report.document, owner)
    assert not reports.asks_why(desk.issue().document, lead)
    by = desk.session.get_one(Person, desk.world.people["lead"])
    said = {"why": "核查异议", "by": by, "now": NOW}
    reports.opened(desk.session, report.document.number, actor=lead, **said)
    event = desk.session.scalars(select(AccountEvent)).one()
    assert (event.what, event.note) == ("report_read", f"{report.document.number} · 核查异议")


def test_the_users_of_an_error_are_found_from_a_day_on(desk):
    record, other = desk.record(), desk.record()
    early, late = desk.issue(now=legal("2026-09-10", "23:59")), desk.issue(now=legal("2026-09-11", "00:00"))
    desk.change(other, hidden_at=NOW)
    third = desk.issue(now=legal("2026-09-18"))
    found = reports.reports_with(desk.session, record, since=date(2026, 9, 11))
    assert [report.id for report in found] == [late.id, third.id]
    assert reports.reports_with(desk.session, other, since=date(2026, 9, 1)) == [early, late]
    assert [report.id for report in reports.of_subject(desk.session, record.subject_id)] == [
        third.id, late.id, early.id,
    ]  # fmt: skip


def test_after_a_correction_the_verify_page_says_so_of_the_reports_it_stood_in(desk):
    record = desk.record()
    with_it = desk.issue().document
    desk.change(record, hidden_at=NOW)
    without_it = desk.issue().document
    assert "只反映出具时的信息" in str(desk.answer(with_it).sentence)
    reports.supersede(desk.session, record, NOW)
    desk.session.refresh(with_it)
    answer = desk.answer(with_it)
    assert answer.outcome == "superseded"
    assert (
        str(answer.sentence)
        == "这份信用报告出具以后，其中的信息经核查有更正。请不要再使用，请报告主体重新出具一份。"
    )
    assert desk.answer(without_it).outcome == "valid"


def test_a_revoked_document_is_not_made_merely_superseded(desk):
    record = desk.record()
    document = desk.issue().document
    desk.session.execute(update(Document).where(Document.id == document.id).values(status="revoked"))
    reports.supersede(desk.session, record, NOW)
    desk.session.refresh(document)
    assert document.status == "revoked"


def test_the_user_of_a_report_is_a_target_for_one_task_and_in_no_list(desk):
    report = desk.issue()
    target = sync_targets.of_report(desk.session, report)
    assert target is sync_targets.of_report(desk.session, report)
    assert (target.key, target.name, target.kind) == (
        f"report-{report.id}",
        "示范银行河东支行",
        "report_user",
    )
    assert target not in sync_targets.listed(desk.session)
    assert target not in sync_targets.active(desk.session, on=date(2026, 9, 18))
    tallied = sync_lists.tallies(desk.session, today=date(2026, 9, 18))
    assert target not in [tally.target for tally in tallied]
    assert reports.of_target(desk.session, target, desk.world.actors["clerk"]).contact == "022-00000000"
    assert reports.of_target(desk.session, target, desk.world.actors["auditor"]) is None
