"""The exam through the pages, as a browser without a script sits it: rules, paper, check, result; nothing leaks before.

The time is Friday 2026-11-20 10:00. The class gives 30 minutes and two attempts, passes with 60 and ends on 2026-12-31;
it draws two of three questions.
"""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests.trainings import TO_STATE, Training, open_class
from tests.web.conftest import NOW, PASSWORD
from workflow_app.domain import clock
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.party import GrantRow, Person, Subject, Unit
from workflow_app.models.training import Attempt
from workflow_app.services.people.accounts import load_actor

FIRM = "天津海河示范食品有限公司"
OWNER = "owner.haihe"
WHYS = ("修复不收费。", "培训不是条件。", "先纠正再申请。")
RIGHT = {
    "申请修复收费吗？": {"不收费"},
    "没有参加培训也可以申请修复。": {"对"},
    "哪些要先做到？": {"纠正", "履行义务"},
}


def opened(
    district, state="exam_open", *, opens_on=date(2026, 11, 1), ends_on=date(2026, 12, 31), minutes=30
):
    """A training of the firm's owner in this state; its address."""
    with district.session() as session:
        people = {"owner": OWNER, "clerk": "clerk.xinyong"}
        logins = {
            key: session.scalars(select(Person).where(Person.login == login)).one()
            for key, login in people.items()
        }
        actors = {key: load_actor(person, on=NOW.date()) for key, person in logins.items()}
        office = session.scalars(select(Unit.id).where(Unit.is_office)).one()
        world = SimpleNamespace(units={"office": office}, actors=actors)
        held = open_class(
            session, world, ref="TC-2026-90", opens_on=opens_on, ends_on=ends_on, published_at=NOW, draw=2,
            minutes=minutes,
        )  # fmt: skip
        held.questions = held.questions[:3]
        for question, why in zip(held.questions, WHYS, strict=True):
            question.why = why
        room = Training(session, world, district.app.extensions["house"], of=held, now=NOW)
        room.go(*TO_STATE[state], now=NOW)
        return room.case.address


def begun(district, address, login=OWNER):
    """The browser of the trainee, and the paper."""
    browser = district.browser(login)
    return browser, browser.submit(browser.get(f"/training/{address}/exam"), "开始第 1 次考试")


def filled(page, *, right=True, places=(1, 2)):
    """What is ticked on a paper: everything right, or something else, at these places."""
    ticked = {}
    for place in places:
        (question,) = page.soup.select(f"#question-{place}")
        asked = next(text for text in RIGHT if text in question.legend.get_text())
        options = {
            choice.label.get_text(strip=True): choice.input["value"] for choice in question.select(".choice")
        }
        wanted = [value for text, value in options.items() if (text in RIGHT[asked]) == right]
        is_box = question.input["type"] == "checkbox"
        ticked[f"q{place}"] = (wanted if right else wanted[:1]) if is_box else wanted[0]
    return ticked


def attempts(district, address):
    """The attempts of a case: number, score, answers."""
    with district.session() as session:
        rows = session.scalars(
            select(Attempt).join(Case).where(Case.number == address).order_by(Attempt.number)
        )
        return [(one.number, one.score, one.answers) for one in rows]


def certificates(district, address):
    """The numbers of the certificates that were issued in a case."""
    with district.session() as session:
        wanted = select(Document.number).join(Case, Case.id == Document.case_id)
        return session.scalars(
            wanted.where(Case.number == address, Document.kind == "training_certificate")
        ).all()


def test_the_rules_are_told_before_anything_is_counted(district):
    address = opened(district)
    page = district.browser(OWNER).get(f"/training/{address}/exam")
    assert page.heading == "考试"
    for told in ("2 题，从题库随机抽取", "30 分钟；现在开始的，11 月 20 日（周五） 10:30前交卷", "60 分", "共 2 次，还有 2 次",
                 "中途离开也不停表", "不影响申请信用修复"):  # fmt: skip
        assert told in page.text, told
    assert attempts(district, address) == []


def test_the_case_leads_to_the_exam(district):
    address = opened(district)
    browser = district.browser(OWNER)
    page = browser.follow(browser.get(f"/cases/{address}"), "参加考试")
    assert page.path == f"/training/{address}/exam"


def test_a_whole_exam_without_a_script_ends_with_the_certificate(district):
    address = opened(district)
    browser, paper = begun(district, address)
    assert paper.heading == "第 1 次考试"
    assert paper.words(".exam-time strong") == ["10:30 前交卷"]
    assert paper.words("#saved") == ["已答 0 / 2 题"]
    assert len(paper.soup.select("fieldset")) == 2
    check = browser.submit(paper, "/answers", filled(paper), button="检查并交卷")
    assert (check.heading, check.words(".notice-title")) == ("交卷前检查", ["2 题全部作答"])
    result = browser.submit(check, "/hand-in")
    assert result.heading == "第 1 次考试：100 分，合格"
    assert "考试合格，培训证明已经发给您" in result.text
    assert "培训证明不是信用修复的证明" in result.text
    assert "2 / 2 题" in result.text
    assert district.stored(address).state == "certified"
    (number,) = certificates(district, address)
    assert number in result.text
    rules = browser.get(f"/training/{address}/exam")
    assert "第 1 次考试：100 分" in rules.text
    assert not rules.soup.select("form[action$='/exam']")


def test_no_right_answer_reaches_a_page_before_its_paper_was_handed_in(district):
    address = opened(district)
    browser, paper = begun(district, address)
    saved = browser.submit(paper, "/answers", filled(paper, right=False), button="保存")
    check = browser.get(f"/training/{address}/exam/1/check")
    result = browser.get(f"/training/{address}/exam/1")  # leads back to the paper
    assert result.path == f"/training/{address}/exam"
    case = browser.get(f"/cases/{address}")
    for page in (paper, saved, check, result, case):
        assert not any(why in page.html for why in WHYS), page.path
        assert "正确答案</" not in page.html
    told = browser.submit(check, "/hand-in")
    drawn = [row["why"] for row in stored_paper(district, address)]
    assert [why in told.text for why in drawn] == [True, True]
    assert [why in told.text for why in set(WHYS) - set(drawn)] == [
        False
    ]  # of what was not drawn nothing is told
    assert told.words(".exam-results .tag") == ["答错", "答错"]


def stored_paper(district, address):
    """The questions of the one attempt of a case, as they were drawn."""
    with district.session() as session:
        return session.scalars(select(Attempt).join(Case).where(Case.number == address)).one().drawn


def test_what_was_left_out_is_named_before_the_paper_is_handed_in(district):
    address = opened(district)
    browser, paper = begun(district, address)
    check = browser.submit(paper, "/answers", filled(paper, places=(1,)), button="检查并交卷")
    assert check.words(".notice-title") == ["还有 1 题没有作答"]
    assert check.link("第 2 题") == f"/training/{address}/exam#question-2"
    back = browser.get(f"/training/{address}/exam")
    assert back.words("#saved") == ["已答 1 / 2 题"]
    chosen = filled(paper, places=(1,))["q1"]
    assert [tag["value"] for tag in back.soup.select("#question-1 input[checked]")] == [*chosen]
    result = browser.submit(check, "/hand-in")
    assert result.heading == "第 1 次考试：50 分，不合格"
    assert "没有作答" in result.text


def test_each_choice_is_kept_at_once_and_stands_on_another_device(district):
    address = opened(district)
    browser, paper = begun(district, address)
    sent = {"paper": "1", **filled(paper, places=(1,))}
    line = browser.htmx("POST", f"/training/{address}/exam/1/answers", target="saved", values=sent)
    assert line.words("#saved") == ["已答 1 / 2 题 已自动保存 11 月 20 日（周五） 10:00"]
    again = district.browser(OWNER).get(f"/training/{address}/exam")
    assert again.words("#saved") == ["已答 1 / 2 题"]
    assert len(attempts(district, address)) == 1


def test_what_was_chosen_when_the_sign_in_ran_out_stands_on_the_paper_afterwards(district):
    address = opened(district, minutes=180)
    browser, paper = begun(district, address)
    browser.submit(paper, "/answers", filled(paper, places=(2,)), button="保存")
    with district.at("2026-11-20", "12:30"):
        page = browser.submit(paper, "/answers", filled(paper), button="保存")
        assert page.path.startswith("/account/sign-in")
        paper = browser.submit(page, "/account/sign-in", {"login": OWNER, "password": PASSWORD})
        assert (paper.path, paper.words("#saved")) == (f"/training/{address}/exam", ["已答 2 / 2 题"])
        saved = browser.submit(paper, "/answers", button="保存")
        assert saved.words("#saved") == ["已答 2 / 2 题"]


@pytest.mark.parametrize(
    ("state", "told"), [("applied", "已报名，待审核"), ("learning", "全部学完后考试自动开放")]
)
def test_nothing_of_the_exam_is_reached_before_it_opens(district, state, told):
    address = opened(district, state)
    browser = district.browser(OWNER)
    for method, path in (
        ("GET", ""),
        ("POST", ""),
        ("GET", "/1"),
        ("GET", "/1/check"),
        ("POST", "/1/answers"),
        ("POST", "/1/hand-in"),
    ):
        url = f"/training/{address}/exam{path}"
        page = (
            browser.get(url, status=409)
            if method == "GET"
            else browser.post(url, {"number": "1"}, status=409)
        )
        assert told in page.text
        assert "修复收费" not in page.html
    assert attempts(district, address) == []


def test_the_exam_is_there_for_the_trainee_alone(district):
    with district.session() as session:
        firm = session.scalars(select(Subject).where(Subject.name == FIRM)).one()
        agent = session.scalars(select(Person).where(Person.login == "agent.haihe")).one()
        agent.grants.append(
            GrantRow(kind="agent", subject=firm, workflows=None, valid_from=date(2026, 1, 1), granted_at=NOW)
        )
    address = opened(district)
    begun(district, address)
    for login, status in (
        ("agent.haihe", 404),
        ("owner.lizi", 404),
        ("clerk.xinyong", 404),
        ("lead.xinyong", 404),
    ):
        browser = district.browser(login)
        for path in ("", "/1", "/1/check"):
            page = browser.get(f"/training/{address}/exam{path}", status=status)
            assert "修复收费" not in page.html
        for path in ("", "/1/answers", "/1/hand-in"):
            browser.post(f"/training/{address}/exam{path}", {"paper": "1", "q1": "0"}, status=status)
    assert district.browser().get(f"/training/{address}/exam").path.startswith("/account/sign-in")
    assert attempts(district, address) == [(1, None, {})]


def test_a_form_that_is_sent_twice_begins_and_hands_in_once(district):
    address = opened(district)
    browser = district.browser(OWNER)
    rules = browser.get(f"/training/{address}/exam")
    paper = browser.submit(rules, "开始第 1 次考试")
    assert browser.submit(rules, "开始第 1 次考试").heading == "第 1 次考试"
    check = browser.submit(paper, "/answers", filled(paper), button="检查并交卷")
    first, second = (browser.submit(check, "/hand-in") for _ in range(2))
    assert first.heading == second.heading == "第 1 次考试：100 分，合格"
    assert browser.submit(rules, "开始第 1 次考试").heading == first.heading
    late = browser.submit(paper, "/answers", filled(paper, right=False), button="保存")
    assert (late.heading, late.words(".notice-title")[0]) == (
        first.heading,
        "这份答卷已经交卷，不能再改。请看成绩。",
    )
    assert len(certificates(district, address)) == 1
    assert [row[:2] for row in attempts(district, address)] == [(1, 100)]


def test_whoever_comes_back_after_the_time_gets_the_score_of_what_was_kept(district):
    address = opened(district)
    browser, paper = begun(district, address)
    browser.submit(paper, "/answers", filled(paper), button="保存")
    with district.at("2026-11-20", "11:00"):
        over = browser.get(f"/training/{address}/exam")
        assert (over.heading, over.soup.select("fieldset")) == ("考试时间已到", [])
        line = browser.htmx(
            "POST", f"/training/{address}/exam/1/answers", target="saved",
            values={"paper": "1", **filled(paper, right=False)},
        )  # fmt: skip
        assert "刚才选的没有记下" in line.text
        result = browser.submit(over, "/hand-in")
    assert result.heading == "第 1 次考试：100 分，合格"


def test_the_script_that_counts_down_hands_in_what_stands_on_the_page(district):
    address = opened(district)
    browser, paper = begun(district, address)
    button = paper.one("#time-over")
    sent = {"paper": "1", **filled(paper)}
    with clock.fixed(NOW + timedelta(minutes=30, seconds=5)):
        result = browser.post(button["formaction"], sent)
    assert result.heading == "第 1 次考试：100 分，合格"


def test_with_nobody_there_the_worker_hands_in(district):
    address = opened(district)
    browser, paper = begun(district, address)
    browser.submit(paper, "/answers", filled(paper), button="保存")
    with clock.fixed(NOW + timedelta(minutes=30, seconds=29)):
        district.sweep()
    assert attempts(district, address)[0][1] is None
    with clock.fixed(NOW + timedelta(minutes=30, seconds=30)):
        district.sweep()
        district.sweep()
    assert [row[:2] for row in attempts(district, address)] == [(1, 100)]
    assert district.stored(address).state == "certified"


def test_a_paper_of_the_last_evening_counts_before_the_class_is_closed(district):
    address = opened(district, opens_on=date(2026, 11, 20), ends_on=date(2026, 11, 20))
    with district.at("2026-11-20", "23:50"):
        browser, paper = begun(district, address)
        assert paper.words(".exam-time strong") == ["23:59 前交卷"]
        browser.submit(paper, "/answers", filled(paper), button="保存")
    with district.at("2026-11-21", "00:00"):
        district.sweep()
    assert district.stored(address).state == "certified"


def test_a_failed_attempt_leads_to_the_next_and_the_last_one_to_other_classes(district):
    address = opened(district)
    browser, paper = begun(district, address)
    check = browser.submit(paper, "/answers", filled(paper, right=False), button="检查并交卷")
    result = browser.submit(check, "/hand-in")
    assert result.heading == "第 1 次考试：0 分，不合格"
    assert "还有 1 次考试机会" in result.text
    paper = browser.submit(browser.follow(result, "去考下一次"), "开始第 2 次考试")
    check = browser.submit(paper, "/answers", button="检查并交卷")
    result = browser.submit(check, "/hand-in")
    assert result.heading == "第 2 次考试：0 分，不合格"
    assert "没有通过不影响申请信用修复" in result.text
    assert district.stored(address).state == "failed"
    ended = browser.get(f"/training/{address}/exam")
    assert "考试已经结束：考试未通过" in ended.text


def test_what_is_made_up_by_hand_is_not_kept(district):
    address = opened(district)
    browser, _ = begun(district, address)
    for values in ({"q1": "0"}, {"paper": "2", "q1": "0"}, {"paper": "1", "q1": "99", "q2": "x", "q7": "0"}):
        browser.post(f"/training/{address}/exam/1/answers", values)
    assert [row for row in attempts(district, address)[0][2].values() if row] == []
    browser.get(f"/training/{address}/exam/9", status=404)
    browser.post(f"/training/{address}/exam/9/hand-in", status=404)
