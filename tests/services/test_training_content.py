"""The classes that come with the house: fit for publishing, fair to whoever sits the exam, and never a gate of a repair."""

import re
import shutil
from collections import Counter
from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import NOW
from workflow_app.domain.training_bank import problems
from workflow_app.models.party import Unit
from workflow_app.models.training import TrainingClass
from workflow_app.services.rules import rulebooks
from workflow_app.services.training import lesson_text, training_classes, training_content
from workflow_app.workflows.training_words import KINDS

FOLDERS = training_content.built_in()
OPENS, ENDS = date(2026, 10, 26), date(2026, 12, 31)
LESSON_KINDS = {"text", "slides"}
SHORTEST, LONGEST, LEAST_SECONDS, MOST_SECONDS = 600, 1500, 120, 300
FEWEST_QUESTIONS, TIMES_THE_DRAW = 30, 3
CITED = re.compile(r"（第[1-6]课(、第[1-6]课)*）。$")
GATES = re.compile(
    "(必须|应当|应该|须|需要|要|得)(先)?(参加|完成|通过|接受)(信用修复)?培训|培训(合格|通过|完成|结业)?(后|以后|之后)?(才|方可|方能|才能)"
    "|(没有|未|不)(参加)?培训(证明)?(的)?，?(就)?(不能|不得|不予)|(提交|上传|出示|凭|持)培训证明|培训证明(是|作为).{0,8}条件"
)
PRICES = re.compile(
    "培训费|学费|报名费|考试费|工本费|培训(须|需|要)?(交|缴|付|收)费|付费(培训|学习|课程)|优惠价|元/人|每人.{0,4}元"
)

every_class = pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)


def plain(text):
    """The signs of a text without blanks and markup."""
    return re.sub(r"[\s#*|>-]", "", text)


def words_of(content):
    """Everything that people read of a class."""
    said = [content.said["title"], content.said["summary"]]
    lessons = [part for lesson in content.lessons for part in (lesson.title, lesson.body)]
    questions = [part for draft in content.questions for part in (draft.asked, *draft.options, draft.why)]
    return [*said, *lessons, *questions]


@pytest.fixture
def load(sqlite, house):
    """Loads a folder into a real database, opening on 2026-10-26, and gives it back with the session."""
    with sqlite.writing() as session:
        office = session.get_one(Unit, sqlite.world.units["office"])

        def load(folder, *, is_published=True):
            return training_content.load(
                session, folder, unit=office, opens_on=OPENS, ends_on=ENDS, created_by_id=None, now=NOW,
                is_published=is_published,
            )  # fmt: skip

        load.session, load.rulebook, load.office = session, rulebooks.current(session, house), office
        yield load


def test_three_classes_come_with_the_house():
    assert [folder.name for folder in FOLDERS] == ["honest-business", "repair-law", "repair-steps"]


@every_class
def test_the_office_finds_nothing_missing_in_it(folder, load):
    found = load(folder)
    looked = training_classes.look_over(load.session, found, today=NOW.date(), rulebook=load.rulebook)
    assert [str(fault) for fault in looked.faults] == []
    assert [str(doubt) for doubt in looked.doubts] == []


@every_class
def test_it_becomes_rows_under_its_own_name(folder, load):
    content = training_content.read(folder)
    load(folder)
    load.session.expire_all()
    found = training_classes.by_ref(load.session, folder.name)
    assert (found.opens_on, found.ends_on, found.published_at, found.unit) == (OPENS, ENDS, NOW, load.office)
    assert found.kind in KINDS
    assert (found.pass_mark, found.attempts, found.minutes, found.draw) == (80, 2, 30, 10)
    assert [lesson.position for lesson in found.lessons] == list(range(1, len(content.lessons) + 1))
    assert [row.asked for row in found.questions] == [draft.asked for draft in content.questions]


@every_class
def test_every_lesson_can_be_read_in_the_time_it_asks_for(folder):
    lessons = training_content.read(folder).lessons
    assert 4 <= len(lessons) <= 6
    assert {lesson.kind for lesson in lessons} == LESSON_KINDS
    for lesson in lessons:
        assert SHORTEST <= len(plain(lesson.body)) <= LONGEST, lesson.title
        assert LEAST_SECONDS <= lesson.least_seconds <= MOST_SECONDS, lesson.title


@every_class
def test_every_lesson_keeps_its_shape_on_the_page(folder, load):
    """Tables, lists and bold words become what they are meant to be, and slides have several pages."""
    for lesson in load(folder).lessons:
        pages = lesson_text.parts(lesson)
        assert len(pages) == 1 if lesson.kind == "text" else len(pages) >= 6, lesson.title
        shown = re.sub(r"<[^>]+>", "", "".join(pages))
        assert not re.search(r"\*\*|^\s*(\||- |[0-9]+\. |#)", shown, re.MULTILINE), lesson.title


@every_class
def test_there_are_questions_for_more_than_three_different_papers(folder):
    content = training_content.read(folder)
    assert len(content.questions) >= max(FEWEST_QUESTIONS, TIMES_THE_DRAW * content.said["draw"])


@every_class
def test_every_question_is_well_made_and_tells_where_it_was_taught(folder):
    content = training_content.read(folder)
    for draft in content.questions:
        assert list(problems(draft)) == [], draft.asked
        assert len(draft.options) in ((2,) if draft.kind == "true_false" else (3, 4)), draft.asked
        assert 1 <= len(draft.answer) < len(draft.options), draft.asked
        assert CITED.search(draft.why), draft.asked
        assert draft.why.count("。") == 1, draft.asked
        cited = [int(number) for number in re.findall(r"第([1-6])课", draft.why[draft.why.rindex("（") :])]
        assert max(cited) <= len(content.lessons), draft.asked


@every_class
def test_no_question_and_no_option_stands_twice(folder):
    drafts = training_content.read(folder).questions
    asked = [plain(draft.asked) for draft in drafts]
    assert len(set(asked)) == len(asked)
    for draft in drafts:
        assert len({plain(option) for option in draft.options}) == len(draft.options), draft.asked


@every_class
def test_guessing_always_the_same_place_helps_nobody(folder):
    drafts = training_content.read(folder).questions
    assert {"single", "multiple", "true_false"} == {draft.kind for draft in drafts}
    first = Counter(draft.answer[0] for draft in drafts if draft.kind == "single")
    assert {0, 1, 2} <= first.keys()
    assert max(first.values()) <= sum(first.values()) / 2
    assert {draft.answer for draft in drafts if draft.kind == "true_false"} == {(0,), (1,)}


@every_class
def test_every_lesson_is_asked_about(folder):
    content = training_content.read(folder)
    cited = {number for draft in content.questions for number in re.findall(r"第([1-6])课", draft.why)}
    assert cited == {str(at) for at in range(1, len(content.lessons) + 1)}


@every_class
def test_nothing_says_that_training_is_a_condition_of_repair_or_costs_money(folder):
    content = training_content.read(folder)
    for words in words_of(content):
        assert not GATES.search(words), words
        assert not PRICES.search(words), words
    assert "培训免费、自愿参加，参加与否不影响申请信用修复。" in content.said["summary"]
    assert "Free and voluntary" in content.said["summary_en"]


@pytest.mark.parametrize(
    "words",
    [
        "必须参加培训。",
        "培训合格后方可申请修复。",
        "没有培训证明，不能修复。",
        "请上传培训证明。",
        "培训费二百元。",
    ],
)
def test_a_word_that_makes_it_a_condition_or_a_price_would_be_found(words):
    assert GATES.search(words) or PRICES.search(words)


def test_what_is_not_confirmed_is_taught_as_such():
    """The length of the bar and the days from acceptance on could not be read in the order itself."""
    law, steps = (
        training_content.read(training_content.FOLDER / key) for key in ("repair-law", "repair-steps")
    )
    assert "具体几年，原文还在核对（**待核实**）" in law.lessons[3].body
    assert "原文天数**待核实**，平台暂按七个工作日设定" in steps.lessons[2].body


def test_what_an_office_loads_is_not_published_and_comes_once(load):
    made = training_content.load_missing(
        load.session, unit=load.office, opens_on=OPENS, ends_on=ENDS, now=NOW
    )
    assert [found.ref for found in made] == ["honest-business", "repair-law", "repair-steps"]
    made[0].title = "诚信经营与合规（第二期）"
    again = training_content.load_missing(
        load.session, unit=load.office, opens_on=OPENS, ends_on=ENDS, now=NOW
    )
    assert again == []
    rows = load.session.scalars(select(TrainingClass).order_by(TrainingClass.ref)).all()
    assert [row.published_at for row in rows] == [None, None, None]
    assert rows[0].title == "诚信经营与合规（第二期）"


def broken(folder, tmp_path, name, old, new):
    """A copy of the folder in which one thing is wrong."""
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    file = copy / name
    source = file.read_text(encoding="utf-8")
    assert old in source
    file.write_text(source.replace(old, new, 1), encoding="utf-8")
    return copy


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("class.toml", "draw = 10", "draw = 30", "35 questions, at least 60"),
        ("class.toml", "seats = 300\n", "", "class.toml must say exactly"),
        ("01-prices-and-advertising.md", "least_seconds: 180", "least_seconds: 0", "lesson 1 needs"),
        ("01-prices-and-advertising.md", "kind: text\n", "", "must say title, kind and least_seconds"),
        ("questions.toml", 'answer = "B"', 'answer = "F"', "questions.toml:1: 答案里有不存在的选项。"),
    ],
)
def test_a_folder_that_is_not_well_made_is_refused_whole(tmp_path, name, old, new, said):
    folder = broken(training_content.FOLDER / "honest-business", tmp_path, name, old, new)
    with pytest.raises(ValueError, match="honest-business") as refused:
        training_content.read(folder)
    assert said in str(refused.value)
