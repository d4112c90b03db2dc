"""What the public sees of records: which of them, masked how, and what blocks a release.

The day is 2026-09-18; a record of class 一般 decided on 2026-05-06 is public until 2027-05-06.
"""

from datetime import date
from decimal import Decimal

import pytest

from tests.factories import NOW, RULEBOOK, TODAY, record
from workflow_app.domain.personal_traces import traces, without_traces
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.models.record import Licence, PenaltyItem
from workflow_app.services.records import licences, publication, records
from workflow_app.services.records.publication import Wanted


def penalty(session, world, *, subject="firm", unit="market", **changed):
    return record(session, subject_id=world.subjects[subject], unit_id=world.units[unit], **changed)


def titles(session, today=TODAY, **wanted):
    return [line.title for line in publication.page(session, Wanted(**wanted), today=today).lines]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("身份证号12010219900307001X，", "12010219900307001X"),
        ("电话 138-0000-0001。", "138-0000-0001"),
        ("电话+8613800000001。", "+8613800000001"),
        ("邮箱 zhang.san@example.com 收", "zhang.san@example.com"),
        ("账号：1200 1920 0000 5250 1234", "1200 1920 0000 5250 1234"),
        ("卡 6222020302012345678 内", "6222020302012345678"),
        ("住址：天津市示范里六号，", "天津市示范里六号"),
        ("送至示范里6号楼2门301室。", "送至示范里6号楼2门301室"),
        ("该员工患有肺结核仍上岗", "患有肺结核仍上岗"),
        ("投诉人王小明反映", "王小明"),
        ("现场负责人欧阳思远，", "欧阳思远"),
        ("张三，男，汉族", "张三"),
        ("李四女士到店", "李四"),
    ],
)
def test_a_trace_of_a_person_is_found(text, found):
    (trace,) = traces(text)
    assert text[trace.start : trace.end] == found
    assert found not in without_traces(text)
    assert "****" in without_traces(text)


@pytest.mark.parametrize(
    "text",
    [
        "统一社会信用代码 91120102MA0DEM010E",
        "当事人于2026年5月6日未按规定公示价格，罚款人民币 3000.00 元。",
        "员工未取得健康证明，从业人员 12 人，货值 15800000001 分以下省略。"[:20],
        "投诉人李某某、举报人张*反映没有标价。",
        "《价格法》第四十二条、《行政处罚法》第三十二条",
        "津演市监罚〔2026〕20260906001号",
        "经营地址：演示区示范里3号楼底商5号",
    ],
)
def test_plain_text_has_no_trace(text):
    assert traces(text) == ()


def test_a_known_name_is_found_wherever_it_stands():
    assert without_traces("对林霜降处以警告。", known_names=("林霜降",)) == "对****处以警告。"


def test_a_release_that_would_show_a_personal_field_is_blocked_and_says_which():
    values = {
        "title": "未明码标价",
        "behaviour": "投诉人王小明反映没有标价",
        "content": "退款至账号 6222020302012345678",
    }
    found = publication.blocked(values)
    assert [row.field for row in found] == ["behaviour", "content"]
    told = str(found[0].sentence.told(lambda text: text, str))
    assert told == (
        "“违法事实”从第 4 个字起像是自然人姓名，公示会泄露个人信息，没有放行。"
        "请删去，姓名可以写成“张某”；或者改为只在有关机关之间共享。"
    )
    with pytest.raises(Refused) as refused:
        publication.check_release(values)
    assert refused.value.code == "behaviour"


def test_what_came_another_way_is_masked_all_the_same(sqlite):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world, behaviour="投诉人王小明（13800000001）反映没有标价。")
        line = publication.line(session, found.ref, today=TODAY)
        assert line.behaviour == "投诉人****（****）反映没有标价。"


def test_a_line_says_what_the_national_columns_say(sqlite):
    with sqlite.writing() as session:
        found = penalty(
            session, sqlite.world, decision_no="津演市监罚〔2026〕1号", items=[PenaltyItem(kind="fine", amount=Decimal("0.3"))]
        )  # fmt: skip
        records.mark(session, found, "lawsuit", note="内部备注", now=NOW)
        line = publication.line(session, found.ref, today=TODAY)
        assert (line.subject_name, line.subject_code) == ("天津海河示范食品有限公司", "91120102MA0DEM010E")
        assert (line.decision_no, line.decided_on, line.unit_name) == (
            "津演市监罚〔2026〕1号", date(2026, 5, 6), "示范区市场监管局",
        )  # fmt: skip
        assert (line.from_on, line.may_apply_from, line.max_end_on) == (
            date(2026, 5, 6), date(2026, 8, 7), date(2027, 5, 6),
        )  # fmt: skip
        assert line.parts == (publication.Part("fine", Decimal("0.3"), ""),)
        assert [mark.kind for mark in line.marks] == ["lawsuit"]
        assert "内部备注" not in repr(line)


def test_a_natural_person_is_never_listed(sqlite):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world, subject="citizen", scope="public")
        assert titles(session) == []
        with pytest.raises(NotYours):
            publication.line(session, found.ref, today=TODAY)


@pytest.mark.parametrize("scope", ["limited", "none"])
def test_what_is_not_for_the_public_is_not_shown(sqlite, scope):
    with sqlite.writing() as session:
        penalty(session, sqlite.world, scope=scope)
        assert titles(session) == []


@pytest.mark.parametrize("gone", [{"publicity_ended_at": NOW, "ended_how": "repaired"}, {"hidden_at": NOW}])
def test_what_was_taken_down_or_shielded_is_not_shown(sqlite, gone):
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world)
        records.change(session, found, gone, why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        assert titles(session) == []


def test_after_the_longest_end_only_what_was_not_corrected_stays(sqlite):
    """Also when the clock did not come by yet."""
    with sqlite.writing() as session:
        penalty(session, sqlite.world, title="没有纠正")
        penalty(session, sqlite.world, title="已经纠正", duties_done_on=date(2026, 9, 1))
        assert titles(session, today=date(2027, 5, 6)) == ["已经纠正", "没有纠正"]
        assert titles(session, today=date(2027, 5, 7)) == ["没有纠正"]
        assert publication.page(session, Wanted(), today=date(2027, 5, 7)).lines[0].is_past_its_end


def test_the_list_is_searched_by_name_number_kind_class_and_unit(sqlite):
    world = sqlite.world
    with sqlite.writing() as session:
        one = penalty(session, world, title="甲", decided_on=date(2026, 5, 7))
        penalty(
            session, world, title="乙", subject="other_firm", unit="health", kind="other", class_="serious"
        )
        assert titles(session) == ["甲", "乙"]
        assert titles(session, text="金河") == ["乙"]
        assert titles(session, text=one.decision_no) == ["甲"]
        assert titles(session, kind="other") == ["乙"]
        assert titles(session, class_="serious") == ["乙"]
        assert titles(session, unit="示范区卫健委") == ["乙"]
        assert titles(session, text="%") == []


def test_the_next_page_goes_on_where_the_last_one_ended(sqlite):
    with sqlite.writing() as session:
        for number in range(publication.PAGE + 3):
            penalty(session, sqlite.world, title=str(number))
        first = publication.page(session, Wanted(), today=TODAY)
        second = publication.page(session, Wanted(), today=TODAY, cursor=first.following)
        assert [line.title for line in second.lines] == ["2", "1", "0"]
        assert second.following is None
        assert len(first.lines) == 20


def test_a_withdrawn_record_says_only_why_it_is_gone(sqlite):
    """行政处罚法第四十八条: the reason of the withdrawal is public."""
    with sqlite.writing() as session:
        found = penalty(session, sqlite.world, decision_no="津演市监罚〔2026〕1号")
        records.take_down(
            session,
            found,
            "withdrawn",
            why="复议决定撤销，申请人张三，男",
            by_id=None,
            now=NOW,
            rulebook=RULEBOOK,
        )
        told = publication.withdrawn(session, found.ref)
        assert told == publication.Withdrawn(
            "津演市监罚〔2026〕1号",
            "示范区市场监管局",
            TODAY,
            "复议决定撤销，申请人****，男",
        )
        repaired = penalty(session, sqlite.world)
        records.take_down(session, repaired, "repaired", why="", by_id=None, now=NOW, rulebook=RULEBOOK)
        assert publication.withdrawn(session, repaired.ref) is None


def test_licences_of_organisations_are_public_and_masked(sqlite):
    world = sqlite.world
    with sqlite.writing() as session:
        for number, subject in enumerate(("firm", "citizen", "other_firm"), start=1):
            session.add(
                Licence(
                    ref=f"licence-{number}", subject_id=world.subjects[subject], unit_id=world.units["market"],
                    decision_no=f"津演许〔2026〕{number}号", document_name="准予行政许可决定书", kind="普通许可",
                    content="准予经营，联系人 13800000001", decided_on=date(2026, 9, number), recorded_at=NOW,
                )
            )  # fmt: skip
        session.flush()
        lines = licences.page(session).lines
        assert [(line.decision_no, line.content) for line in lines] == [
            ("津演许〔2026〕3号", "准予经营，联系人 ****"), ("津演许〔2026〕1号", "准予经营，联系人 ****"),
        ]  # fmt: skip
        assert [line.subject_name for line in licences.page(session, "金河").lines] == [
            "天津金河示范有限公司"
        ]
        assert licences.page(session, "林霜降").lines == ()
