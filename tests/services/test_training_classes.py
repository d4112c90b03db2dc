"""Keeping training classes: what the office may say, what is missing before publishing, what stands fast afterwards.

The day is Friday 2026-09-18. Sunday September 20 is worked, September 25 to 27 and October 1 to 7 are off, so the tenth
working day after it is Friday October 9.
"""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, TODAY
from tests.trainings import Training, open_class
from workflow_app.domain.refusals import NotYours, Refused
from workflow_app.domain.training_bank import Draft
from workflow_app.models.party import AccountEvent, Unit
from workflow_app.services.training import training_classes as classes
from workflow_app.services.training import training_lessons as lessons
from workflow_app.services.training import training_questions as questions
from workflow_app.services.training import training_register as register
from workflow_app.services.training.training_lessons import LessonPlan

MP4 = b"\x00\x00\x00\x18ftypisom" + b"\x00" * 200
TEXT = LessonPlan("text", "明码标价", "逐件标价。", 600)


class Desk:
    """One database and the clerk's hands."""

    def __init__(self, session, world, house):
        self.session, self.world, self.house = session, world, house
        self.who = {"actor": world.actors["clerk"], "now": NOW}
        self.plan = classes.Plan(
            kind="general", title="诚信经营（第一期）", title_en="", summary="讲标价。", summary_en="",
            unit_id=world.units["office"], opens_on=date(2026, 10, 12), ends_on=date(2026, 11, 30), seats=50,
            pass_mark=60, attempts=2, minutes=30, draw=2,
        )  # fmt: skip

    def made(self, **changed):
        return classes.create(self.session, replace(self.plan, **changed), **self.who, today=TODAY)

    def ready(self, **changed):
        """A class with a lesson and four questions."""
        found = self.made(**changed)
        lessons.add(self.session, found, TEXT, **self.who)
        questions.add(self.session, found, [asked(n) for n in range(4)], **self.who)
        return found

    def change(self, found, **changed):
        plan = replace(classes.plan_of(found), **changed)
        return classes.change(self.session, found, plan, **self.who, today=TODAY)

    def looked(self, found):
        return classes.look_over(self.session, found, today=TODAY, rulebook=RULEBOOK)

    def publish(self, found):
        classes.publish(self.session, found, **self.who, today=TODAY, rulebook=RULEBOOK)
        return found

    def titles(self, found):
        self.session.expire(found, ["lessons"])
        return [(lesson.position, lesson.title) for lesson in found.lessons]


def asked(number):
    return Draft("single", f"第 {number} 题", ("对的", "错的"), (0,))


@pytest.fixture
def desk(sqlite, house):
    with sqlite.writing() as session:
        yield Desk(session, sqlite.world, house)


def refused(code):
    """A refusal with this code."""
    return pytest.raises(Refused, check=lambda error: error.code == code)


def test_a_class_is_entered_numbered_and_logged_and_nobody_sees_it_yet(database, house):
    with database.writing() as session:
        desk = Desk(session, database.world, house)
        first, second = desk.made(), desk.made()
        assert (first.ref, second.ref) == ("TC-2026-01", "TC-2026-02")
        assert (first.title_en, first.summary_en, first.published_at) == (
            "诚信经营（第一期）",
            "讲标价。",
            None,
        )
        logged = session.scalars(select(AccountEvent).where(AccountEvent.what == "class_entered")).all()
        assert [event.note for event in logged] == [
            "TC-2026-01 诚信经营（第一期）",
            "TC-2026-02 诚信经营（第一期）",
        ]


def test_a_class_that_ends_before_it_opens_is_refused(desk):
    with refused("ends_on"):
        desk.made(ends_on=date(2026, 10, 12))


def test_an_ended_department_holds_no_class(desk):
    desk.session.get(Unit, desk.world.units["health"]).ended_on = TODAY
    with refused("unit_id"):
        desk.made(unit_id=desk.world.units["health"])
    assert desk.made(unit_id=desk.world.units["market"]).unit.name == "示范区市场监管局"


def test_everything_missing_is_said_at_once(desk):
    found = desk.made(opens_on=date(2026, 9, 17))
    lessons.add(desk.session, found, replace(TEXT, body="  ", least_seconds=0), **desk.who)
    lessons.add(desk.session, found, replace(TEXT, kind="video", title="看一遍"), **desk.who)
    questions.add(desk.session, found, [asked(1)], **desk.who)
    assert [str(fault) for fault in desk.looked(found).faults] == [
        "第 1 门课程“明码标价”没有正文。请补上。",
        "第 1 门课程“明码标价”的最少学习时间是 0。请填写学完大约要几分钟。",
        "第 2 门课程“看一遍”还没有上传视频。请上传，或者改成文字。",
        "题库里有 1 道题，至少要有 4 道（每次抽 2 道的两倍），还差 3 道。",
        "开始报名的日期 2026 年 9 月 17 日已经过了。请改成今天或者以后的日期。",
    ]
    with refused("unfit"):
        desk.publish(found)
    assert found.published_at is None


def test_a_class_without_lessons_says_so(desk):
    assert "还没有课程。请至少加一门课程。" in [str(fault) for fault in desk.looked(desk.made()).faults]


def test_a_class_announced_ten_working_days_before_it_opens_is_in_time(desk):
    assert desk.looked(desk.ready()) == classes.Looked((), ())


def test_a_class_announced_later_is_published_all_the_same_with_a_word_about_it(desk):
    found = desk.ready(opens_on=date(2026, 9, 21))
    (doubt,) = desk.looked(found).doubts
    assert str(doubt) == (
        "今天发布，离开始报名只有 2 个工作日，规则 TR-01 要求提前 10 个工作日公布。"
        "仍可以发布；时间充裕的，请把开始报名的日期改到 2026 年 10 月 9 日或者以后。"
    )
    assert desk.publish(found).published_at == NOW


def test_publishing_happens_once_and_is_logged(desk):
    found = desk.publish(desk.ready())
    with refused("published"):
        desk.publish(found)
    logged = desk.session.scalars(select(AccountEvent).where(AccountEvent.what == "class_published")).one()
    assert (logged.by_id, logged.note) == (desk.world.people["clerk"], "TC-2026-01 诚信经营（第一期）")


def test_before_publishing_everything_may_change(desk):
    found = desk.made()
    assert desk.change(found, seats=5, ends_on=date(2026, 11, 1), pass_mark=80, title="另一个名字") == [
        "title", "ends_on", "seats", "pass_mark",
    ]  # fmt: skip


def test_afterwards_there_may_be_more_seats_a_later_end_and_another_summary(desk):
    found = desk.publish(desk.ready())
    desk.change(found, seats=60, ends_on=date(2026, 12, 31), summary="也讲宣传。")
    assert (found.seats, found.ends_on, found.summary) == (60, date(2026, 12, 31), "也讲宣传。")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"seats": 49}, "seats"), ({"ends_on": date(2026, 11, 29)}, "ends_on"), ({"pass_mark": 50}, "pass_mark"),
        ({"opens_on": date(2026, 10, 13)}, "opens_on"), ({"draw": 3}, "draw"), ({"title": "别的"}, "title"),
        ({"attempts": 3}, "attempts"), ({"minutes": 60}, "minutes"), ({"kind": "penalty"}, "kind"),
    ],
)  # fmt: skip
def test_nothing_else_of_what_was_announced_may_change(desk, changed, code):
    found = desk.publish(desk.ready())
    with refused(code):
        desk.change(found, **changed)


def test_lessons_are_added_moved_and_taken_out_and_stay_numbered(database, house):
    with database.writing() as session:
        desk = Desk(session, database.world, house)
        found = desk.made()
        for title in ("一", "二", "三"):
            lessons.add(session, found, replace(TEXT, title=title), **desk.who)
        lessons.move(session, found, 3, by=-1, **desk.who)
        assert desk.titles(found) == [(1, "一"), (2, "三"), (3, "二")]
        lessons.move(session, found, 1, by=-1, **desk.who)
        assert desk.titles(found) == [(1, "一"), (2, "三"), (3, "二")]
        lessons.remove(session, found, 1, **desk.who)
        assert desk.titles(found) == [(1, "三"), (2, "二")]


def test_after_publishing_lessons_stand_fast(desk):
    found = desk.publish(desk.ready())
    with refused("published"):
        lessons.add(desk.session, found, TEXT, **desk.who)
    with refused("published"):
        lessons.change(desk.session, found, found.lessons[0], TEXT, **desk.who)
    with refused("published"):
        lessons.move(desk.session, found, 1, by=1, **desk.who)
    with refused("published"):
        lessons.remove(desk.session, found, 1, **desk.who)


def test_a_video_is_kept_by_its_content(desk):
    key = lessons.keep_video(BytesIO(MP4), name="标价.mp4", house=desk.house)
    assert desk.house.storage.read_verified(key) == MP4
    assert lessons.type_of(MP4) == "video/mp4"
    assert lessons.type_of(b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm") == "video/webm"


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00\x00\x00\x18ftypheic", b"<html>" + b" " * 80])
def test_what_is_no_video_is_refused_whatever_its_name_says(desk, content):
    with refused("video"):
        lessons.keep_video(BytesIO(content), name="标价.mp4", house=desk.house)


def test_a_lesson_that_is_no_video_any_more_forgets_its_file(desk):
    found = desk.made()
    lesson = lessons.add(desk.session, found, replace(TEXT, kind="video"), **desk.who)
    lesson.storage_key = "0" * 64
    lessons.change(desk.session, found, lesson, TEXT, **desk.who)
    assert lesson.storage_key is None


def test_before_publishing_a_question_is_changed_or_taken_out(desk):
    found = desk.ready()
    question = questions.of_class(desk.session, found)[0]
    questions.change(desk.session, found, question, asked(9), **desk.who)
    assert question.asked == "第 9 题"
    questions.end(desk.session, found, question, **desk.who, today=TODAY)
    assert [one.asked for one in questions.of_class(desk.session, found)] == ["第 1 题", "第 2 题", "第 3 题"]


def test_after_publishing_a_question_is_ended_and_only_when_enough_are_left(desk):
    found = desk.publish(desk.ready())
    question = questions.of_class(desk.session, found)[0]
    with refused("published"):
        questions.change(desk.session, found, question, asked(9), **desk.who)
    with refused("too_few"):
        questions.end(desk.session, found, question, **desk.who, today=TODAY)
    questions.add(desk.session, found, [asked(9)], **desk.who)
    questions.end(desk.session, found, question, **desk.who, today=TODAY)
    assert (question.ended_on, classes.live_questions(desk.session, found)) == (TODAY, 4)
    assert questions.of_class(desk.session, found)[-1] is question


def test_the_same_question_stands_in_a_bank_once(desk):
    found = desk.ready()
    with refused("asked"):
        questions.add(desk.session, found, [asked(1)], **desk.who)


def test_a_question_of_another_class_is_nobodys(desk):
    first, second = desk.ready(), desk.made()
    with pytest.raises(NotYours):
        questions.one(desk.session, second, questions.of_class(desk.session, first)[0].id)


def test_the_register_tells_progress_score_and_certificate(desk):
    held = open_class(desk.session, desk.world)
    done = Training(desk.session, desk.world, desk.house, of=held).to("certified")
    (place,) = register.of_class(desk.session, held, desk.world.actors["clerk"])
    assert (place.trainee, place.subject_name, place.minutes) == ("赵经纬", "天津海河示范食品有限公司", 20)
    assert (place.score, place.attempts, place.state) == (80, 1, "已结业")
    assert place.certificate is not None
    assert place.case.number == done.case.number


def test_whoever_only_oversees_sees_no_whole_name(desk):
    held = open_class(desk.session, desk.world)
    trainee = Training(desk.session, desk.world, desk.house, of=held).to("learning")
    (place,) = register.of_class(desk.session, held, desk.world.actors["lead"])
    assert (place.trainee, place.subject_name) == ("赵*", "天津海河示范食品有限公司")
    (own,) = register.own(desk.session, desk.world.actors["owner"])
    assert (own.trainee, own.case.id) == ("赵经纬", trainee.case.id)
    assert register.own(desk.session, desk.world.actors["agent"]) == []


def test_training_files_are_kept_by_person_and_by_subject(desk):
    held = open_class(desk.session, desk.world)
    Training(desk.session, desk.world, desk.house, of=held).to("cancelled")
    clerk = desk.world.actors["clerk"]
    person, places = register.of_person(desk.session, desk.world.people["owner"], clerk)
    assert (person.name, [place.state for place in places]) == ("周明远", ["已取消"])
    assert len(register.of_subject(desk.session, desk.world.subjects["firm"], clerk)[1]) == 1
    with pytest.raises(NotYours):
        register.of_person(desk.session, desk.world.people["agent"], clerk)
    with pytest.raises(NotYours):
        register.of_subject(desk.session, desk.world.subjects["citizen"], clerk)


def test_classes_are_listed_with_the_seats_that_are_taken(desk):
    held = open_class(desk.session, desk.world)
    Training(desk.session, desk.world, desk.house, of=held).to("applied")
    later = desk.made(ends_on=date(2027, 1, 31))
    assert classes.all_classes(desk.session) == [(later, 0), (held, 1)]
    assert (classes.by_ref(desk.session, "TC-2026-01"), later.ref) == (held, "TC-2026-02")
