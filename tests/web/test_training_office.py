"""The office's desk for training classes over HTTP: a class from the first word to the register, and who may do what."""

import io
from datetime import date

import openpyxl
import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.trainings import Training, open_class
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.models.training import Question, TrainingClass

MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 2000
CLASS = {
    "kind": "general", "title": "诚信经营（第一期）", "title_en": "", "summary": "讲标价。", "summary_en": "",
    "opens_on": "2026-10-12", "ends_on": "2026-11-30", "seats": "50", "pass_mark": "60", "attempts": "2",
    "minutes": "30", "draw": "1",
}  # fmt: skip
LESSON = {
    "kind": "text",
    "title": "明码标价",
    "body": "# 怎样标价\n\n<b>逐件</b>标价。",
    "least_minutes": "10",
}
QUESTION = {
    "kind": "single",
    "asked": "要标价吗？",
    "option_a": "要",
    "option_b": "不要",
    "answer": "A",
    "why": "价格法",
}
BANK = "题型,题目,选项A,选项B,答案,解析\n单选题,要标价吗？,要,不要,A,\n判断题,可以不标。,,,错,\n"
BEGUN = "/training-office/classes/TC-2026-01"


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
    def sign_in(login: str) -> Visitor:
        visitor = Visitor(app)
        visitor.sign_in(login)
        if login not in ("owner", "agent", "other_owner"):
            visitor.enter_code(NOW)
        visitor.get("/notices")
        return visitor

    return sign_in


@pytest.fixture
def clerk(as_person, database):
    """The clerk, who has begun a class."""
    visitor = as_person("clerk")
    unit = {"unit_id": str(database.world.units["office"])}
    assert visitor.post("/training-office/new", CLASS | unit).location == f"{BEGUN}/lessons"
    return visitor


@pytest.fixture
def trained(database, house):
    """A published class with a trainee of the firm who has a certificate; its page."""
    with database.writing() as session:
        held = open_class(session, database.world, ref="TC-2026-31")
        Training(session, database.world, house, of=held).to("certified")
    return "/training-office/classes/TC-2026-31"


def stored(database, question):
    with database.reading() as session:
        return session.scalars(question).all()


def upload(name, content):
    return (io.BytesIO(content), name)


def test_a_class_goes_from_its_first_word_to_being_announced(clerk, database):
    assert "还没有课程。请至少加一门课程。" in clerk.get(BEGUN).text
    assert clerk.post(f"{BEGUN}/lessons/new", LESSON).status == 303
    assert clerk.post(f"{BEGUN}/questions/new", QUESTION).status == 303
    seen = clerk.get(BEGUN)
    assert "还差 1 道" in seen.text
    assert clerk.post(f"{BEGUN}/publish").status == 409
    assert clerk.post(f"{BEGUN}/questions/new", QUESTION | {"asked": "要逐件标吗？"}).status == 303
    assert "可以发布" in clerk.get(BEGUN).text
    assert clerk.post(f"{BEGUN}/publish").status == 303
    seen = clerk.get(BEGUN)
    assert "已发布，待开始报名" in seen.text
    assert "发布培训班" not in seen.text
    (held,) = stored(database, select(TrainingClass))
    assert held.published_at == NOW


def test_what_is_missing_or_backwards_is_said_at_its_field(as_person):
    clerk = as_person("clerk")
    seen = clerk.post("/training-office/new", CLASS | {"title": "", "seats": "0", "ends_on": "2026-10-12"})
    assert seen.status == 422
    for sentence in ("请填写培训班名称", "应在 1 至 100000 之间", "结束日应晚于开始报名的日期"):
        assert sentence in seen.text
    assert seen.value("summary") == "讲标价。"


def test_after_publishing_the_form_asks_for_what_may_still_change(clerk, database, trained):
    seen = clerk.get(f"{trained}/edit")
    names = {field["name"] for field in seen.page.select("main .sheet [name]")} - {"csrf_token"}
    assert names == {"seats", "ends_on", "summary", "summary_en"}
    more = {"seats": "9", "ends_on": "2026-11-30", "summary": "讲修复。", "summary_en": ""}
    assert clerk.post(f"{trained}/edit", more).status == 303
    less = clerk.post(f"{trained}/edit", more | {"seats": "8"})
    assert less.status == 422
    assert "名额只能增加，现在是 9 个" in less.text
    held = stored(database, select(TrainingClass).where(TrainingClass.ref == "TC-2026-31"))[0]
    assert (held.seats, held.ends_on, held.title) == (9, date(2026, 11, 30), "行政处罚信息修复培训（第一期）")


def test_after_publishing_lessons_and_questions_offer_no_change(clerk, trained):
    lessons = clerk.get(f"{trained}/lessons")
    assert "课程不能再改" in lessons.text
    assert lessons.page.select(".card-ways") == []
    assert clerk.get(f"{trained}/lessons/1/edit").status == 409
    assert clerk.post(f"{trained}/lessons/1/remove").status == 409
    questions = clerk.get(f"{trained}/questions")
    assert "停用" in questions.text
    assert "修改" not in [link.get_text(strip=True) for link in questions.page.select(".card-ways a")]


def test_the_preview_shows_the_lesson_as_it_is_read_and_runs_nothing(clerk):
    clerk.post(f"{BEGUN}/lessons/new", LESSON)
    seen = clerk.get(f"{BEGUN}/preview")
    assert [tag.get_text() for tag in seen.page.select(".read h2, .read h3")] == ["怎样标价"]
    assert seen.page.select(".read b") == []
    assert "&lt;b&gt;逐件" in seen.html
    assert "不是信用修复的条件" in seen.text


def test_lessons_are_moved_and_taken_out(clerk):
    for title in ("一", "二"):
        clerk.post(f"{BEGUN}/lessons/new", LESSON | {"title": title})
    assert clerk.post(f"{BEGUN}/lessons/2/up").status == 303
    assert [tag.get_text() for tag in clerk.get(f"{BEGUN}/lessons").page.select(".lesson-list strong")] == [
        "1. 二", "2. 一",
    ]  # fmt: skip
    clerk.post(f"{BEGUN}/lessons/1/remove")
    assert clerk.get(f"{BEGUN}/lessons/1/edit").value("title") == "一"
    assert clerk.get(f"{BEGUN}/lessons/2/edit").status == 404


def test_a_video_is_taken_by_its_content_and_played_in_parts(clerk):
    video = LESSON | {"kind": "video"}
    refused = clerk.post(f"{BEGUN}/lessons/new", video | {"video": upload("标价.mp4", b"%PDF-1.7")})
    assert refused.status == 422
    assert "不是 MP4 或者 WebM 视频" in refused.text
    assert refused.value("title") == "明码标价"
    assert clerk.post(f"{BEGUN}/lessons/new", video | {"video": upload("标价.mp4", MP4)}).status == 303
    answer = clerk.client.get(f"{BEGUN}/lessons/1/video", headers={"Range": "bytes=4-11"}, buffered=True)
    assert (answer.status_code, answer.mimetype, answer.data) == (206, "video/mp4", b"ftypisom")
    kept = clerk.post(f"{BEGUN}/lessons/1/edit", video | {"title": "新名字"})
    assert kept.status == 303
    assert clerk.client.get(f"{BEGUN}/lessons/1/video", buffered=True).status_code == 200


def test_a_file_of_questions_is_taken_whole(clerk, database):
    answer = clerk.post(f"{BEGUN}/questions/import", {"file": upload("题.csv", BANK.encode())})
    assert (answer.status, answer.location) == (303, f"{BEGUN}/questions")
    found = stored(database, select(Question))
    assert [(one.kind, one.options, one.answer) for one in found] == [
        ("single", ["要", "不要"], [0]),
        ("true_false", ["对", "错"], [1]),
    ]


def test_a_file_with_faults_changes_nothing_and_says_all_of_them(clerk, database):
    bad = BANK + "单选题,,要,不要,C,\n问答题,为什么？,一,二,A,\n"
    seen = clerk.post(f"{BEGUN}/questions/import", {"file": upload("题.csv", bad.encode())})
    assert seen.status == 422
    assert "没有导入：有 3 处要改" in seen.text
    rows = [
        [cell.get_text(strip=True) for cell in row.select("th, td")][:2]
        for row in seen.page.select("tbody tr")
    ]
    assert rows == [["第 4 行", "题目"], ["第 4 行", "答案"], ["第 5 行", "题型"]]
    assert stored(database, select(Question)) == []
    assert clerk.post(f"{BEGUN}/questions/import", {}).status == 422


def test_the_same_file_twice_is_told_apart(clerk, database):
    for status in (303, 422):
        sent = {"file": upload("题.csv", BANK.encode())}
        assert clerk.post(f"{BEGUN}/questions/import", sent).status == status
    assert len(stored(database, select(Question))) == 2


def test_the_template_can_be_sent_in_as_it_is(clerk, database):
    template = clerk.client.get(f"{BEGUN}/questions/template.csv").data
    assert clerk.post(f"{BEGUN}/questions/import", {"file": upload("模板.csv", template)}).status == 303
    assert [one.kind for one in stored(database, select(Question))] == ["single", "multiple", "true_false"]


def test_a_question_that_is_unfit_is_refused_at_its_field(clerk):
    seen = clerk.post(f"{BEGUN}/questions/new", QUESTION | {"answer": "D", "option_b": ""})
    assert seen.status == 422
    assert "选项不到两个。请至少写选项 A 和选项 B。" in seen.text
    assert "答案里有不存在的选项。请核对答案的字母和选项。" in seen.text


def test_the_register_is_shown_and_taken_along(clerk, trained):
    seen = clerk.get(f"{trained}/register")
    for words in ("赵经纬", "天津海河示范食品有限公司", "已结业", "CT-120102-20260918-000001"):
        assert words in seen.text
    table = clerk.client.get(f"{trained}/register.csv").data.decode("utf-8-sig").splitlines()
    assert (
        table[0]
        == "学员姓名,学员身份,主体,统一社会信用代码,状态,报名日期,已学（分钟）,考试次数,最高分,证明编号,办件号"
    )
    assert table[1] == (
        "赵经纬,经办人,天津海河示范食品有限公司,91120102MA0DEM010E,已结业,2026-09-18,20,1,80,"
        "CT-120102-20260918-000001,TR-120102-20260918-000001"
    )
    answer = clerk.client.get(f"{trained}/register.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).active
    assert (sheet["A2"].value, sheet.max_row) == ("赵经纬", 2)


def test_a_lead_reads_with_names_masked_and_changes_nothing(as_person, trained):
    lead = as_person("lead")
    lead.post("/account/language", {"locale": "zh_Hans_CN"})
    assert lead.get(trained).page.select('form[action$="/publish"], a[href$="/edit"]') == []
    seen = lead.get(f"{trained}/register")
    assert "赵*" in seen.text
    assert "赵经纬" not in seen.text
    assert "赵经纬" not in lead.client.get(f"{trained}/register.csv").data.decode()
    for path in (
        "/training-office/new",
        f"{trained}/edit",
        f"{trained}/lessons/new",
        f"{trained}/questions/import",
    ):
        assert lead.get(path).status == 403
    assert lead.post(f"{trained}/publish").status == 403


def test_training_files_lead_from_the_person_to_the_subject(clerk, trained, database):
    register = clerk.get(f"{trained}/register").page
    person = register.select_one('a[href*="/people/"]')["href"]
    seen = clerk.get(person)
    assert "培训档案：周明远" in seen.heading
    assert "行政处罚信息修复培训" in seen.text
    subject = seen.page.select_one('a[href*="/subjects/"]')["href"]
    assert "赵经纬" in clerk.get(subject).text
    assert clerk.get(f"/training-office/people/{database.world.people['agent']}").status == 404


def test_everybody_reads_their_own_training_file_and_no_other(as_person, trained):
    seen = as_person("owner").get("/account/training")
    assert "CT-120102-20260918-000001" in seen.text
    assert seen.page.select('a[href^="/training-office"]') == []
    assert "您还没有报名过培训班" in as_person("other_owner").get("/account/training").text
    assert as_person("owner").get(f"{trained}/register").status == 403


def test_the_statistics_follow_the_national_template(clerk, trained):
    seen = clerk.get("/training-office/statistics")
    assert "1 份证明，1 行" in seen.text
    assert "修复不以培训为条件" in seen.text
    table = clerk.client.get("/training-office/statistics.csv").data.decode("utf-8-sig").splitlines()
    assert table == [
        "企业名称,统一社会信用代码,失信行为,失信类型,信用修复方式,处罚时间,完成修复时间,信用承诺公示网址,培训名称,培训时间,培训举办部门,培训内容",
        "天津海河示范食品有限公司,91120102MA0DEM010E,,,,,,,行政处罚信息修复培训（第一期）,2026-09-18/2026-09-18,示范区信用办,"
        "修复的条件；修复的步骤",
    ]
    assert clerk.client.get("/training-office/statistics.xlsx").data.startswith(b"PK")
    assert (
        "没有给单位发放过" in clerk.get("/training-office/statistics?since=2026-01-01&until=2026-01-31").text
    )
    assert clerk.get("/training-office/statistics?since=2026-02-01&until=2026-01-31").status == 422
