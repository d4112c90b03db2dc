"""The rules over HTTP: who reads, how a change is previewed before it is sent, and how a second person decides.

CM-02 gives three working days. Signed on Friday 2026-09-18: due on the 22nd; under five days on the 24th.
"""

import pytest
from sqlalchemy import select

from tests.factories import NOW, case_in
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.domain.rules import built_in
from workflow_app.models.rulebook import Recount, RuleChange
from workflow_app.services.rules import rulebooks

STAFF = ["handler", "head", "clerk", "lead", "auditor", "system_admin", "security_admin"]
CHANGE = "/office/rules/CM-02/change"
FILLED = {
    "value": "5", "unit": "working_day", "valid_from": "2026-09-19", "valid_to": "", "place": "",
    "instrument": "平台设定值", "article": "", "evidence": "I", "note": "人手不足。", "reason": "办件量大。",
    "moves_running": "y",
}  # fmt: skip


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def app(database, tmp_path):
    app = real_office(database, tmp_path)
    with clock.fixed(NOW):
        yield app


@pytest.fixture
def as_person(app):
    """Everybody signs in once: the clock stands, and a code is good for one time."""
    signed_in = {}

    def sign_in(login):
        if login not in signed_in:
            signed_in[login] = visitor = Visitor(app)
            visitor.sign_in(login)
            visitor.enter_code(NOW)
            visitor.get("/notices")
        return signed_in[login]

    return sign_in


@pytest.fixture
def signed(database, house):
    """The number of a commitment that waits for its unit."""
    with database.writing() as session:
        return case_in(session, "signed", database.world, house).number


@pytest.fixture
def proposed(as_person):
    """The address of a change that the clerk proposed."""
    return propose(as_person("clerk"))


def propose(visitor, **changed):
    seen = visitor.post(CHANGE, FILLED | changed | {"act": "preview"})
    sent = visitor.post(CHANGE, FILLED | changed | {"act": "send", "seen": seen.value("seen")})
    assert sent.status == 303
    return sent.location


def changes(database):
    with database.reading() as session:
        return session.scalars(select(RuleChange).order_by(RuleChange.id)).unique().all()


@pytest.mark.parametrize("login", STAFF)
def test_everybody_who_works_here_reads_the_rules(as_person, login):
    visitor = as_person(login)
    assert "CM-02" in visitor.get("/office/rules").text
    assert visitor.get("/office/rules/CM-02").status == 200
    assert visitor.get("/office/rules/XX-99").status == 404


def test_an_applicant_does_not(app):
    visitor = Visitor(app)
    visitor.sign_in("owner")
    for path in ("/office/rules", "/office/rules/CM-02", CHANGE, "/office/rules/changes"):
        assert visitor.get(path).status == 403


def test_the_list_is_of_all_the_work_or_of_one_part(as_person):
    clerk = as_person("clerk")
    everything = clerk.get("/office/rules")
    assert {cell.get_text() for cell in everything.page.select("tbody .number")} == built_in().ids
    part = clerk.get("/office/rules?area=commitment")
    assert [cell.get_text() for cell in part.page.select("tbody .number")] == [
        "CM-01", "CM-02", "CM-03", "CM-04", "CM-05", "CM-05-EXT", "CM-06", "CM-07", "CM-08",
    ]  # fmt: skip
    assert "没有这一类规则" in clerk.get("/office/rules?area=nothing").text


def test_what_holds_elsewhere_only_is_said_to(as_person):
    seen = as_person("clerk").get("/office/rules?area=objection")
    (row,) = (row for row in seen.page.select("tbody tr") if "OB-11-MAX" in row.get_text())
    assert "本地区没有规定" in row.get_text()


def test_a_rule_shows_both_orders_with_their_source_and_evidence(as_person):
    text = as_person("clerk").get("/office/rules/CL-03").text
    assert "第36号" in text
    assert "第58号" in text
    assert "本地区现行" in text
    assert "待核实" in text


def test_a_change_is_previewed_before_it_can_be_sent(as_person, database, signed):
    clerk = as_person("clerk")
    seen = clerk.post(CHANGE, FILLED | {"act": "preview"})
    assert seen.status == 200
    (row,) = seen.page.select("#preview tbody tr")
    assert [cell.get_text(strip=True) for cell in row.find_all(["th", "td"])] == [
        signed, "已签署，待受理", "示范区市场监管局", "9 月 22 日（周二）", "9 月 24 日（周四）",
    ]  # fmt: skip
    assert "批准后，1 个期限改到新的日期" in seen.text
    assert changes(database) == []


@pytest.mark.parametrize("sent", [{"seen": ""}, {"seen": "0" * 32}, {"value": "6"}, {"moves_running": ""}])
def test_what_the_preview_did_not_show_is_previewed_again(as_person, database, sent):
    clerk = as_person("clerk")
    seen = clerk.post(CHANGE, FILLED | {"act": "preview"})
    again = clerk.post(CHANGE, FILLED | {"act": "send", "seen": seen.value("seen")} | sent)
    assert again.status == 200
    assert again.page.select_one("#preview")
    assert changes(database) == []


def test_without_moving_the_preview_says_that_running_clocks_stay(as_person, signed):
    seen = as_person("clerk").post(CHANGE, FILLED | {"moves_running": "", "act": "preview"})
    assert "1 个正在计时的期限不变" in seen.text
    assert signed in seen.text


def test_a_system_administrator_sees_no_way_into_the_case(as_person, signed):
    seen = as_person("system_admin").post(CHANGE, FILLED | {"act": "preview"})
    assert signed in seen.text
    assert not [link for link in seen.page.select("a[href]") if link["href"].startswith("/cases/")]


def test_a_second_person_sees_the_same_preview_and_approves(as_person, database, house, signed, proposed):
    lead = as_person("lead")
    waiting = lead.get("/office/rules/changes")
    assert [link["href"] for link in waiting.page.select("a.row-link")] == [proposed]
    seen = lead.get(proposed)
    assert [cell.get_text(strip=True) for cell in seen.page.select("#touched tbody th")] == [signed]
    assert lead.post(proposed, {"decision": "approved", "reason": ""}).location == proposed
    (change,) = changes(database)
    assert (change.decision, change.applied_n, change.moves_running) == ("approved", 1, True)
    with database.reading() as session:
        assert rulebooks.current(session, house).pack.version == "2026-11-24+1"
        assert [run.source_id for run in session.scalars(select(Recount))] == [change.id]
    assert lead.get(proposed).status == 200
    assert lead.post(proposed, {"decision": "approved", "reason": ""}).status == 409


def test_the_one_who_proposed_can_not_decide(as_person, database):
    lead = as_person("lead")
    address = propose(lead)
    assert not lead.get(address).page.select("button[name=decision]")
    assert lead.post(address, {"decision": "approved", "reason": "我说了算。"}).status == 409
    assert changes(database)[0].decision is None


@pytest.mark.parametrize("login", ["clerk", "system_admin"])
def test_others_of_the_office_read_but_do_not_decide(as_person, database, proposed, login):
    visitor = as_person(login)
    assert not visitor.get(proposed).page.select("button[name=decision]")
    assert visitor.post(proposed, {"decision": "approved", "reason": ""}).status == 403
    assert changes(database)[0].decision is None


def test_a_rejection_needs_a_reason_and_stays_in_the_story(as_person, database, proposed):
    lead = as_person("lead")
    assert lead.post(proposed, {"decision": "rejected", "reason": " "}).status == 422
    assert lead.post(proposed, {"decision": "rejected", "reason": "先补充依据。"}).status == 303
    assert changes(database)[0].decision == "rejected"
    story = as_person("handler").get("/office/rules/CM-02").text
    for told in (
        "3 个工作日 → 5 个工作日",
        "不同意",
        "沈白露 提出",
        "韩处暑 决定",
        "办件量大。",
        "先补充依据。",
    ):
        assert told in story
    assert as_person("clerk").get(proposed).status == 200


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"instrument": ""}, "没有写明依据"),
        ({"value": "-3"}, "数值“-3”不能用"),
        ({"value": "三"}, "数值“三”不能用"),
        ({"value": ""}, "数值“”不能用"),
        ({"unit": "count"}, "不在可选范围内"),
        ({"evidence": "Z"}, "不在可选范围内"),
        ({"valid_from": ""}, "请填写从哪一天起按新值"),
        ({"valid_from": "2026-02-30"}, "不是一个存在的日期"),
        ({"valid_to": "2026-09-19"}, "失效日应晚于生效日"),
        ({"valid_to": "2026-12-31"}, "起就没有值了"),
        ({"valid_from": "2020-01-01"}, "起已经另有一条"),
        ({"place": "津"}, "不是六位行政区划代码"),
        ({"reason": " "}, "请写明理由"),
        ({"reason": "长" * 501}, "最多 500 个字"),
        ({"value": "3", "valid_from": "2021-01-01", "note": "没有查到本地规定，由平台设定，可由有权人员修改。"}, "完全相同"),
    ],
)  # fmt: skip
def test_each_slip_gets_its_sentence_and_nothing_typed_is_lost(as_person, database, changed, sentence):
    answer = as_person("clerk").post(CHANGE, FILLED | changed | {"act": "send"})
    assert answer.status == 422
    assert sentence in answer.text
    kept = FILLED | changed
    for name in ("value", "valid_from", "valid_to", "place", "article"):
        assert answer.value(name) == kept[name].strip()
    assert changes(database) == []


def test_a_proposal_that_no_longer_fits_says_so_and_can_be_rejected(as_person, database):
    clerk, lead = as_person("clerk"), as_person("lead")
    later = propose(clerk, valid_from="2026-10-01")
    earlier = propose(clerk, valid_from="2026-09-25", value="4")
    lead.post(later, {"decision": "approved", "reason": ""})
    seen = lead.get(earlier)
    assert seen.status == 200
    assert not seen.page.select("#touched table")
    assert lead.post(earlier, {"decision": "approved", "reason": "可以。"}).status == 409
    assert changes(database)[1].decision is None
    assert lead.post(earlier, {"decision": "rejected", "reason": "不再适用。"}).status == 303


def test_a_row_is_corrected_where_it_stands(as_person, database):
    clerk = as_person("clerk")
    link = next(
        link["href"]
        for link in clerk.get("/office/rules/CL-03").page.select("a[href*='/change?']")
        if "2023-05-01" in link["href"]
    )
    form = clerk.get(link)
    assert (form.value("valid_from"), form.value("valid_to"), form.value("value")) == (
        "2023-05-01", "2026-04-01", "3",
    )  # fmt: skip


def test_markup_in_a_change_is_text(as_person, proposed):
    clerk = as_person("clerk")
    address = propose(clerk, instrument="<b>粗</b>{{ 7*7 }}", reason="<img src=x>%(x)s", note="50%")
    for path in (address, "/office/rules/CM-02", "/office/rules/changes"):
        seen = clerk.get(path)
        assert seen.status == 200
        assert "<b>粗" not in seen.html
        assert "<img src=x" not in seen.html
