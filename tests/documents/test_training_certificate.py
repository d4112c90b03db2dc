"""What the papers of a training say, each made by the real engine, and that a certificate stays one sheet of paper.

The class has two lessons of ten minutes; everything is done on Friday 2026-09-18 (see `tests.trainings`). TR-02 gives
three working days: Sunday September 20 is worked, so they end on Tuesday the 22nd.
"""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.factories import NOW
from tests.trainings import Training, open_class
from workflow_app.models.document import Document
from workflow_app.models.party import Subject
from workflow_app.models.training import Lesson, Study
from workflow_app.services.documents import documents, sheets, texts, verification

LONG_NAME = "天津海河示范食品餐饮管理有限责任公司河东分公司第一食品经营门店及配送中心联合体（有限合伙）"
LONG_UNIT = "天津市河东区社会信用体系建设领导小组办公室（天津市河东区发展和改革委员会）"
LONG_TITLE = (
    "行政处罚信息与严重失信主体名单信用修复专题公益培训班（二〇二六年秋季第三期，面向餐饮和食品经营单位）"
)


@pytest.fixture
def session(sqlite):
    with sqlite.writing() as session:
        session.info["world"] = sqlite.world
        yield session


def certified(session, house, **changed):
    """A training that ended with a certificate, after a first attempt that failed."""
    training = Training(session, session.info["world"], house, **changed)
    by = changed.get("by", "owner")
    training.go(("apply", by), ("approve", "clerk"), ("study", by))
    training.hand_in(score=40, by=by)
    training.hand_in(score=80, by=by)
    return training


def paper_of(training, kind):
    """The last document of this kind."""
    wanted = select(Document).where(Document.case_id == training.case.id, Document.kind == kind)
    return training.session.scalars(wanted.order_by(Document.id.desc())).first()


def text_of(training, kind):
    """Its words, without blanks."""
    sheet = documents.sheet_of(paper_of(training, kind), site_url="")
    return re.sub(r"\s+", "", sheets.article(sheet).striptags())


def test_a_certificate_says_who_learnt_what_and_what_was_reached(session, house):
    training = certified(session, house)
    assert re.fullmatch("CT-120102-20260918-000001", paper_of(training, "training_certificate").number)
    said = text_of(training, "training_certificate")
    for part in (
        "赵经纬（天津海河示范食品有限公司经办人，单位代码：91120102MA0DEM010E）",
        "参加示范区信用办举办的“行政处罚信息修复培训（第一期）”，学完全部2门课程，考试合格。特此证明。",
        "类型和编号：行政处罚信息修复培训，TC-2026-01", "培训班起止：2026年9月1日至2026年10月30日",
        "学习时间：20分钟（系统计时）", "考试成绩：80分（满分100分，合格分数线60分）", "考试日期：2026年9月18日",
        "出具日期：2026年9月18日，没有有效期限", "办件号：TR-120102-20260918-000001", "修复的条件；修复的步骤。",
        "培训免费、自愿参加，不是信用修复的条件，有没有本证明都可以申请信用修复。",
        "本证明不是信用修复的证明，不代替认定单位的任何决定，审核修复申请时只作参考。",
        "文书编号：CT-120102-20260918-000001", "系统认证确认，未加盖法定电子印章",
    ):  # fmt: skip
        assert part in said, part


def test_a_citizen_is_named_once_and_by_a_masked_code(session, house):
    training = certified(session, house, by="citizen", trainee_name="林霜降", trainee_role="self")
    said = text_of(training, "training_certificate")
    assert "林霜降（代码：1****************2）参加示范区信用办举办的" in said
    assert said.count("林霜降") == 1


def test_only_whole_minutes_that_the_server_counted_are_printed(session, house):
    training = Training(session, session.info["world"], house).to("exam_open")
    row = session.scalars(select(Study).where(Study.case_id == training.case.id)).first()
    row.seconds = 659
    training.hand_in(score=100)
    assert "学习时间：20分钟（系统计时）" in text_of(training, "training_certificate")
    row.seconds = 661
    values = documents.thawed(paper_of(training, "training_certificate").facts["values"])
    assert values["minutes_studied"] == 20


def test_the_verify_page_repeats_name_grade_and_days_and_says_that_it_proves_no_repair(session, house):
    document = paper_of(certified(session, house), "training_certificate")
    answer = verification.answer(verification.Register(session, house.signer, NOW), document.verify_code)
    assert str(answer.sentence).startswith("这份培训证明有效，只说明学完课程、考试合格，不是信用修复的证明。")
    told = {str(label): str(value) for label, value in answer.fields}
    assert told["持有人"] == "天津海河示范食品有限公司"
    assert told["事项"] == "行政处罚信息修复培训（第一期）"
    assert told["出具单位"] == "示范区信用办"
    assert told["内容或结果"] == (
        "赵经纬（经办人）学完全部课程，共 20 分钟；2026年9月18日考试成绩 80 分，合格分数线 60 分，考试合格"
    )


def test_the_receipt_of_an_application_says_what_happens_next_and_that_nothing_hangs_on_it(session, house):
    training = Training(session, session.info["world"], house).to("applied")
    said = text_of(training, "receipt")
    for part in (
        "业务类别修复培训", "办理事项行政处罚信息修复培训（第一期）（TC-2026-01）", "联系方式赵*138****0001", "受理单位示范区信用办",
        "承诺办结时间2026年9月22日", "信用办经办通过报名后，办件转为“学习中”。", "信用办逾期没有审核的，报名自动通过。",
        "上面写明的是审核报名的期限。报名通过后，请在2026年10月30日前学完课程并通过考试。",
        "培训免费、自愿参加，不是信用修复的条件。不参加、没有学完或者没有通过考试，都不影响申请信用修复。",
    ):  # fmt: skip
        assert part in said, part


def test_the_certificate_of_a_firm_is_one_landscape_page(session, house):
    assert pages_of(certified(session, house), house) == [(842, 595)]


def test_long_names_stay_on_one_page_and_lose_nothing(session, house):
    held = open_class(session, session.info["world"], title=LONG_TITLE)
    held.unit.name = LONG_UNIT
    held.lessons += [
        Lesson(position=at, title=f"第{at}课：怎样纠正和履行", body="略", least_seconds=600)
        for at in range(3, 7)
    ]
    session.get_one(Subject, session.info["world"].subjects["firm"]).name = LONG_NAME
    training = certified(session, house, of=held, trainee_name="买买提·阿不都热合曼江·艾力克孜古丽")
    assert pages_of(training, house) == [(842, 595)]
    said = text_of(training, "training_certificate")
    for part in (
        LONG_NAME,
        LONG_UNIT,
        LONG_TITLE,
        "买买提·阿不都热合曼江·艾力克孜古丽",
        "第6课：怎样纠正和履行。",
    ):
        assert part in said


def pages_of(training, house):
    """The sizes of its pages in points; none may have lost the last line, which stands lowest."""
    document = paper_of(training, "training_certificate")
    made = documents.made(document, signer=house.signer, site_url="https://credit.example.gov.cn")
    pages = PdfReader(BytesIO(made.content)).pages
    assert "系统认证确认，未加盖法定电子印章" in "".join(pages[-1].extract_text().split())
    return [(round(page.mediabox.width), round(page.mediabox.height)) for page in pages]


def test_no_word_of_the_text_makes_training_a_condition():
    text = next(text for text in texts.library() if text.id == "training_certificate")
    assert "不是信用修复的条件" in text.body
    for word in ("应当参加", "必须", "须参加", "收费标准"):
        assert word not in text.body
