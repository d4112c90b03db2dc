"""The exam with a script: each choice is kept at once, the time counts down, and at its end the paper is handed in."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from tests.e2e.conftest import PHONE, Visiting
from tests.e2e.looking import overlapping, sideways, targets_on, too_small
from tests.e2e.test_looks import violations
from tests.web.conftest import NOW, District
from tests.web.test_exams import OWNER, RIGHT, attempts, opened
from workflow_app.domain import clock


def answer(page: Page, place: int) -> None:
    """Choose what is right at this place of the paper."""
    question = page.locator(f"#question-{place}")
    asked = question.locator("legend").inner_text()
    for option in next(right for text, right in RIGHT.items() if text in asked):
        question.get_by_label(option, exact=True).check()


def test_each_choice_is_kept_and_the_end_of_the_time_hands_in(district: District, visiting: Visiting) -> None:
    address = opened(district)
    visit = visiting(OWNER)
    page = visit.open(f"/training/{address}/exam")
    visit.press_button("开始第 1 次考试")
    for place in (1, 2):
        answer(page, place)
        expect(page.locator("#saved")).to_contain_text(f"已答 {place} / 2 题")
    (kept,) = attempts(district, address)
    assert (kept[1], len(kept[2])) == (None, 2)
    with clock.fixed(NOW + timedelta(minutes=29, seconds=58)):
        page.reload()
        expect(page.locator("[data-countdown]")).to_have_text("还剩 0 分 02 秒")
        with clock.fixed(NOW + timedelta(minutes=30)):
            expect(page.locator("h1")).to_have_text("第 1 次考试：100 分，合格")
    assert [row[:2] for row in attempts(district, address)] == [(1, 100)]


def test_the_pages_of_the_exam_are_accessible_and_fit_a_phone(district: District, visiting: Visiting) -> None:
    address = opened(district)
    visit = visiting(OWNER, size=PHONE)
    page = visit.open(f"/training/{address}/exam")
    found: list[str] = []

    def look(where: str) -> None:
        found.extend(f"{where}: {one}" for one in violations(page))
        targets = targets_on(page)
        found.extend(f"{where}: {one}" for one in (*too_small(targets), *overlapping(targets)))
        found.extend([f"{where}: too wide"] if sideways(page) else [])

    look("rules")
    visit.press_button("开始第 1 次考试")
    look("paper")
    visit.press_button("检查并交卷")
    look("check")
    visit.press_button("交卷")
    look("result")
    assert not found, "\n".join(found)
