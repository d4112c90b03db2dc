"""The rooms of a training through the pages: classes, enrolling, lessons, and time that the server counts.

The time is Friday 2026-11-20 10:00 unless a test moves it. The class has a text, slides and a video of ten minutes each.
"""

from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from tests.browser import check_headers
from tests.web.conftest import NOW
from workflow_app.models.case import Case
from workflow_app.models.party import GrantRow, Person, Subject, Unit
from workflow_app.models.training import Lesson, Question, Study, TrainingClass
from workflow_app.services.cases import cases
from workflow_app.services.engine import perform
from workflow_app.services.people.accounts import load_actor
from workflow_app.services.training import enrolling

REF = "TC-2026-70"
OWNER, CLERK, HAIHE = "owner.haihe", "clerk.xinyong", "天津海河示范食品有限公司"
VIDEO = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 4
TABLE = "# 三个期限\n\n| 类别 | 公示 |\n|---|---:|\n| 一般 | 一年 |\n\n### 例外\n\n<script>alert(1)</script>"
SLIDES = "# 先纠正\n\n停止。\n\n---\n\n## 再申请\n\n提交。"
FREE = "培训免费、自愿参加，不是信用修复的条件。"


def open_class(district, **changed):
    """A published class of the office."""
    values = {
        "ref": REF, "kind": "penalty", "title": "行政处罚信息修复培训", "title_en": "Repairing penalties",
        "summary": "讲修复怎么走。", "summary_en": "How repair works.", "opens_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 31), "seats": 2, "pass_mark": 60, "attempts": 2, "minutes": 30, "draw": 1,
        "published_at": NOW,
    }  # fmt: skip
    with district.session() as session:
        office = session.scalars(select(Unit).where(Unit.is_office)).one()
        held = TrainingClass(**{**values, **changed}, unit_id=office.id)
        video = district.app.extensions["house"].storage.put(BytesIO(VIDEO)).key
        held.lessons = [
            Lesson(position=1, kind="text", title="三个期限", body=TABLE, least_seconds=600),
            Lesson(position=2, kind="slides", title="修复的步骤", body=SLIDES, least_seconds=600),
            Lesson(
                position=3,
                kind="video",
                title="五件小事",
                body="明码标价。",
                least_seconds=600,
                storage_key=video,
            ),
        ]
        held.questions = [Question(asked="收费吗？", options=["收", "不收"], answer=[1])]
        session.add(held)


def learning(district, login=OWNER):
    """A training of this person whose application was approved; its number."""
    open_class(district)
    with district.session() as session:
        house = district.app.extensions["house"]
        owner, clerk = (
            load_actor(session.scalars(select(Person).where(Person.login == each)).one(), on=NOW.date())
            for each in (login, CLERK)
        )
        held = enrolling.published(session, REF)
        firm = min(owner.subject_ids())
        case, _ = enrolling.open_for(session, held, firm, actor=owner, now=NOW, house=house)
        stated = {"trainee_role": "legal_representative", "contact_mobile": "19900000001"}
        cases.save(session, case.address, stated, version=case.version, actor=owner, now=NOW, house=house)
        for step, actor in (("apply", owner), ("approve", clerk)):
            perform.perform(
                session, case.address, perform.Order(step, {}, None), actor=actor, now=NOW, house=house
            )
        return case.address


def beats(browser, page, *, is_followed=False, status=200, **more):
    """What the script of this page sends: the panel that comes back."""
    form = page.one("form#study")
    values = {name: page.one(f'#study [name="{name}"]')["value"] for name in ("tab", "told")}
    return browser.htmx("POST", str(form["action"]), target="study", values={**values, **more}, status=status)


def counted(district):
    """The seconds of each lesson that was begun, in their order."""
    with district.session() as session:
        wanted = select(Study.seconds).join(Lesson).order_by(Lesson.class_id, Lesson.position)
        held = session.scalars(select(TrainingClass.id).where(TrainingClass.ref == REF)).one()
        return list(session.scalars(wanted.where(Lesson.class_id == held)))


def test_anybody_reads_which_classes_there_are_and_that_they_are_free(district):
    open_class(district)
    open_class(district, ref="TC-2026-71", title="下一期", opens_on=date(2026, 12, 1))
    open_class(
        district, ref="TC-2026-72", title="上一期", opens_on=date(2026, 9, 1), ends_on=date(2026, 10, 30)
    )
    open_class(district, ref="TC-2026-73", title="还没有发布的班", published_at=None)
    page = district.browser().get("/training/")
    assert FREE in page.text
    assert "参加不参加、合格不合格，都不影响您申请修复" in page.text
    assert page.text.index("行政处罚信息修复培训") < page.text.index("下一期") < page.text.index("上一期")
    assert "还没有发布的班" not in page.text


def test_without_a_class_the_page_says_that_repair_need_not_wait(district):
    with district.session() as session:
        for held in session.scalars(select(TrainingClass)):
            held.published_at = None
    page = district.browser().get("/training/")
    assert "修复不需要等培训，可以直接申请" in page.text


def test_the_page_of_a_class_tells_everything_that_is_asked(district):
    open_class(district)
    page = district.browser().get(f"/training/classes/{REF}")
    for told in (
        FREE, "2026 年 11 月 1 日（周日）至 2026 年 12 月 31 日（周四）", "共 2 个，还有 2 个", "三个期限 文字 · 最少 10 分钟",
        "共 3 门课程，最少学习 30 分钟", "每次从题库随机抽 1 题", "每次 30 分钟", "最多 2 次", "60 分（满分 100 分）", "免费",
    ):  # fmt: skip
        assert told in page.text
    assert page.link("登录后报名") == f"/account/sign-in?next=/training/classes/{REF}"


def test_a_class_that_was_not_published_is_not_found(district):
    open_class(district, published_at=None)
    district.browser().get(f"/training/classes/{REF}", status=404)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"opens_on": date(2026, 12, 1)}, "开始报名"),
        ({"opens_on": date(2026, 9, 1), "ends_on": date(2026, 11, 19)}, "这一期已经结束"),
        ({"opens_on": date(2026, 9, 1), "ends_on": date(2026, 11, 22)}, "报名已在"),
        ({"seats": 0}, "这个培训班已经报满"),
    ],
)
def test_a_class_that_takes_nobody_says_why_and_opens_no_draft(district, changed, told):
    open_class(district, **changed)
    browser = district.browser(OWNER)
    page = browser.get(f"/training/classes/{REF}")
    assert told in page.text
    assert not page.soup.select(f'form[action="/training/classes/{REF}/start"]')
    subject = firm_id(district)
    browser.post(f"/training/classes/{REF}/start", {"subject": subject}, status=409)


def firm_id(district):
    """The firm of the owner."""
    with district.session() as session:
        return session.scalars(select(Subject.id).where(Subject.name == HAIHE)).one()


def test_enrolling_takes_three_clicks_and_a_role_and_goes_on_with_the_draft(district):
    open_class(district)
    browser = district.browser(OWNER)
    page = browser.submit(browser.get(f"/training/classes/{REF}"), "报名")
    assert page.typed("trainee_name") == "周明远"
    assert page.typed("contact_mobile")
    again = browser.submit(browser.get(f"/training/classes/{REF}"), "报名")
    assert again.path == page.path
    assert "已经有一份还没有提交的报名" in again.text
    page = browser.submit(page, "/edit", {"trainee_role": "principal"}, button="下一步")
    page = browser.submit(page, "/steps/apply")
    assert "已报名，待审核" in page.text
    page = browser.get(f"/training/classes/{REF}")
    assert "我在这个培训班" in page.text
    assert not page.soup.select('form[action$="/start"]')
    refused = browser.post(f"/training/classes/{REF}/start", {"subject": firm_id(district)}, status=409)
    assert "您已经报名了这个培训班" in refused.text


def test_who_acts_for_several_chooses_for_whom(district):
    open_class(district)
    with district.session() as session:
        person = session.scalars(select(Person).where(Person.login == OWNER)).one()
        other = session.scalars(select(Subject).where(Subject.name != HAIHE, Subject.kind == "legal")).first()
        grant = GrantRow(
            kind="agent", subject=other, workflows=["training"], valid_from=date(2026, 4, 1), granted_at=NOW
        )
        person.grants.append(grant)
        name, number = other.name, other.id
    browser = district.browser(OWNER)
    page = browser.get(f"/training/classes/{REF}")
    assert name in page.text
    page = browser.submit(page, "报名", {"subject": str(number)})
    assert name in page.text
    assert page.one('[name="trainee_role"][checked]')["value"] == "agent"


def test_a_mandate_without_training_is_told_what_to_do(district):
    open_class(district)
    with district.session() as session:
        firm = session.scalars(select(Subject).where(Subject.name == HAIHE)).one()
        grant = GrantRow(
            kind="agent", subject=firm, workflows=["commitment"], valid_from=date(2026, 4, 1), granted_at=NOW
        )
        session.add(
            Person(login="agent.narrow", name="钱小满", password_hash="none", created_at=NOW, grants=[grant])
        )
    browser = district.browser("agent.narrow")
    page = browser.get(f"/training/classes/{REF}")
    assert "您的授权不包括修复培训。请主体管理员" in page.text
    browser.post(f"/training/classes/{REF}/start", {"subject": firm_id(district)}, status=404)


def test_before_approval_the_lessons_are_listed_and_not_opened(district):
    open_class(district)
    browser = district.browser(OWNER)
    page = browser.submit(browser.get(f"/training/classes/{REF}"), "报名")
    address = page.path.split("/")[2]
    page = browser.get(f"/training/{address}/lessons")
    assert "报名通过以后才能学习课程" in page.text
    assert not page.soup.select(".lessons a")
    browser.get(f"/training/{address}/lessons/1", status=409)


def test_the_case_leads_to_the_lessons_and_they_show_how_far_one_is(district):
    address = learning(district)
    browser = district.browser(OWNER)
    page = browser.follow(browser.get(f"/cases/{address}"), "继续：学习中")
    assert page.path == f"/training/{address}/lessons"
    assert "3 门课程，已经学完 0 门" in page.text
    assert "还需要学习 30 分钟" in page.text
    assert [bar["max"] for bar in page.soup.select("progress")] == ["1800", "600", "600", "600"]
    assert browser.follow(page, "接着学：三个期限").heading == "三个期限"


def test_a_text_is_safe_and_its_headings_begin_below_that_of_the_page(district):
    address = learning(district)
    page = district.browser(OWNER).get(f"/training/{address}/lessons/1")
    assert page.words(".lesson-text h2") == ["三个期限"]
    assert page.words(".lesson-text h4") == ["例外"]
    assert page.words(".lesson-text td") == ["一般", "一年"]
    assert not page.soup.select(".lesson-text script, .lesson-text [style]")


def test_slides_stand_one_below_the_other_without_a_script(district):
    address = learning(district)
    page = district.browser(OWNER).get(f"/training/{address}/lessons/2")
    assert page.words(".slide h2") == ["先纠正"]
    assert page.words(".slide h3") == ["再申请"]
    assert page.words(".slide-number") == ["第 1 页，共 2 页", "第 2 页，共 2 页"]


def test_a_video_has_its_transcript_and_is_sent_in_parts(district):
    address = learning(district)
    browser = district.browser(OWNER)
    page = browser.get(f"/training/{address}/lessons/3")
    assert "视频文字稿 明码标价。" in page.text
    url = str(page.one("video")["src"])
    whole = browser.client.get(url, buffered=True)
    check_headers(url, whole)
    assert (whole.status_code, whole.mimetype, whole.data) == (200, "video/mp4", VIDEO)
    assert "media-src 'self'" in whole.headers["Content-Security-Policy"]
    part = browser.client.get(url, headers={"Range": "bytes=100-199"}, buffered=True)
    assert (part.status_code, part.data) == (206, VIDEO[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(VIDEO)}"
    past = browser.client.get(url, headers={"Range": "bytes=99999-"}, buffered=True)
    assert past.status_code == 416
    assert "private" in whole.headers["Cache-Control"]


def test_a_page_that_beats_sees_its_progress_and_a_second_window_that_it_does_not_count(district):
    address = learning(district)
    first, second = district.browser(OWNER), district.browser(OWNER)
    page = first.get(f"/training/{address}/lessons/1")
    assert "正在计时" in beats(first, page).text
    with district.at("2026-11-20", "10:00:15"):
        assert page.one("#study progress")["value"] == "0"
        panel = beats(first, page)
        assert panel.one("progress")["value"] == "15"
        assert "已学 15 秒，最少 10 分钟" in panel.text
        other = second.get(f"/training/{address}/lessons/2")
        told = beats(second, other)
        assert "现在不计时：另一个窗口正在学习" in told.text
        assert told.one("form")["data-announce"].startswith("现在不计时")
        again = beats(second, other, told="other")
        assert not again.one("form").has_attr("data-announce"), "said once, not every fifteen seconds"
    with district.at("2026-11-20", "10:00:20"):
        left = beats(first, page, leaves="yes", status=204)
        assert left.html == ""
        told = beats(second, other, told="other")
        assert told.one("form")["data-announce"].startswith("正在计时")
    assert counted(district) == [20, 0]


def test_a_window_that_was_not_given_out_for_this_lesson_counts_nothing(district):
    address = learning(district)
    browser = district.browser(OWNER)
    page = browser.get(f"/training/{address}/lessons/1")
    sealed = page.one('#study [name="tab"]')["value"]
    for forged in ("", sealed[:-6] + ("A" if sealed[-6] != "A" else "B") + sealed[-5:], "x.y"):
        assert "请刷新页面" in beats(browser, page, tab=forged, status=409).text
    browser.post(f"/training/{address}/lessons/2/beat", {"tab": sealed, "by": "hand"}, status=409)
    assert counted(district) == []


def test_without_a_script_a_button_counts_the_time_since_the_page_was_opened(district):
    address = learning(district)
    browser = district.browser(OWNER)
    page = browser.get(f"/training/{address}/lessons/1")
    assert "每按一次最多计 10 分钟" in page.text
    with district.at("2026-11-20", "10:04"):
        page = browser.submit(page, "我读完了这一页", button="我读完了这一页")
        assert "学习时间已经记下。这一课还需要 6 分钟" in page.text
        page = browser.submit(page, "我读完了这一页", button="我读完了这一页")
    assert counted(district) == [240], "pressing again at once adds nothing"
    with district.at("2026-11-20", "11:30"):
        page = browser.submit(page, "我读完了这一页", button="我读完了这一页")
        assert "这一课已经学完" in page.text
        assert "还有 2 门课程没有学完" in page.text
        assert not page.soup.select("#by-hand, form#study")
    assert counted(district) == [600]


def test_the_last_lesson_opens_the_exam_in_the_same_request(district):
    address = learning(district)
    browser = district.browser(OWNER)
    for position, hour in ((1, "11:00"), (2, "12:00"), (3, "13:00")):
        page = browser.get(f"/training/{address}/lessons/{position}")
        with district.at("2026-11-20", hour):
            page = browser.submit(page, "我读完了这一页", button="我读完了这一页")
    assert district.stored(address).state == "exam_open"
    assert page.link("去考试") == f"/training/{address}/exam"
    page = browser.get(f"/training/{address}/lessons/1")
    assert "重读不计时" in page.text
    assert "重读课程" in browser.get("/training/").text


def test_the_office_reads_the_lessons_and_counts_nothing(district):
    address = learning(district)
    browser = district.browser(CLERK)
    assert "由学员本人学习" in browser.get(f"/training/{address}/lessons").text
    page = browser.get(f"/training/{address}/lessons/1")
    assert not page.soup.select("form#study, #by-hand")
    browser.post(f"/training/{address}/lessons/1/beat", {"by": "hand"}, status=404)
    district.browser("owner.lizi").get(f"/training/{address}/lessons", status=404)


def test_a_case_of_another_kind_has_no_lessons(district):
    with district.session() as session:
        wanted = select(Case).join(Subject, Subject.id == Case.subject_id)
        wanted = wanted.where(Subject.name == HAIHE, Case.workflow == "commitment", Case.number.is_not(None))
        address = session.scalars(wanted).first().address
    district.browser(OWNER).get(f"/training/{address}/lessons", status=404)
