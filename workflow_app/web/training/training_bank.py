"""The lessons and the question bank of a class, where the clerk writes them and a lead reads them.

Before the class is published everything may be changed; afterwards a lesson stands fast and a question is only ended.
A file of questions is taken whole or not at all, with all its faults on one page.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.training_classes import BankForm, LessonForm, QuestionForm, of_question

from ...domain import clock, tables
from ...domain import training_bank as bank
from ...domain.refusals import Refused
from ...domain.words import N_, Sentence
from ...extensions import db
from ...models.training import Lesson, Question, TrainingClass
from ...services.training import training_classes as classes
from ...services.training import training_lessons as lessons_of
from ...services.training import training_questions as questions_of
from ...services.training import training_videos
from ...workflows.training_words import LESSON_KINDS
from ..access import take_kept_form
from ..house import house
from ..pages import page
from .training_office import may_change, tabs, today
from .training_office_view import sent
from .training_view import in_parts

training_bank = Blueprint("training_bank", __name__, url_prefix="/training-office/classes/<ref>")
MOST_FAULTS = 50
MINUTE = 60
WAYS = {"up": -1, "down": 1}
PATTERN = (
    ("单选题", "申请信用修复要交费吗？", "要", "不要", "", "", "B", "办理信用修复不收取任何费用。"),
    ("多选题", "申请修复以前要先做到什么？", "改正行为", "履行义务", "参加培训", "", "AB", "培训是自愿的。"),
    ("判断题", "参加培训是申请修复的条件。", "", "", "", "", "错", "培训免费、自愿。"),
)
PATTERN_HEAD = ("题型", "题目", "选项A", "选项B", "选项C", "选项D", "答案", "解析")


@training_bank.get("/lessons")
def lessons(ref: str) -> Response:
    """The lessons in their order."""
    found = classes.by_ref(db.session(), ref)
    return page("training_office/lessons.html", kinds=LESSON_KINDS, **around(found))


@training_bank.route("/lessons/new", methods=["GET", "POST"])
def new_lesson(ref: str) -> Response | BaseResponse:
    """Add a lesson."""
    found = classes.by_ref(db.session(), ref)
    classes.refuse_when_published(found)
    return lesson_form(found, None)


@training_bank.route("/lessons/<int:position>/edit", methods=["GET", "POST"])
def edit_lesson(ref: str, position: int) -> Response | BaseResponse:
    """Change a lesson."""
    found = classes.by_ref(db.session(), ref)
    lesson = lessons_of.of_class(found, position)
    classes.refuse_when_published(found)
    return lesson_form(found, lesson)


@training_bank.post("/lessons/<int:position>/<any(up, down):way>")
def move_lesson(ref: str, position: int, way: str) -> BaseResponse:
    """Move a lesson by one place."""
    found = classes.by_ref(db.session(), ref)
    who = {"actor": current_user.actor, "now": clock.now()}
    lessons_of.move(db.session(), found, position, by=WAYS[way], **who)
    return redirect(url_for("training_bank.lessons", ref=ref), 303)


@training_bank.post("/lessons/<int:position>/remove")
def remove_lesson(ref: str, position: int) -> BaseResponse:
    """Take a lesson out."""
    found = classes.by_ref(db.session(), ref)
    lessons_of.remove(db.session(), found, position, actor=current_user.actor, now=clock.now())
    flash(_("已移除这门课程。"), "success")
    return redirect(url_for("training_bank.lessons", ref=ref), 303)


@training_bank.get("/lessons/<int:position>/video")
def video(ref: str, position: int) -> Response:
    """The video of a lesson, whole or the part that the player asks for."""
    lesson = lessons_of.of_class(classes.by_ref(db.session(), ref), position)
    return in_parts(training_videos.open_video(lesson, house().storage))


@training_bank.get("/questions")
def questions(ref: str) -> Response:
    """The bank, those that may be drawn first."""
    found = classes.by_ref(db.session(), ref)
    rows = [question_row(question) for question in questions_of.of_class(db.session(), found)]
    return page("training_office/questions.html", rows=rows, **around(found))


@training_bank.route("/questions/new", methods=["GET", "POST"])
def new_question(ref: str) -> Response | BaseResponse:
    """Add a question by hand."""
    return question_form(classes.by_ref(db.session(), ref), None)


@training_bank.route("/questions/<int:question_id>/edit", methods=["GET", "POST"])
def edit_question(ref: str, question_id: int) -> Response | BaseResponse:
    """Change a question of a class that nobody has seen yet."""
    found = classes.by_ref(db.session(), ref)
    question = questions_of.one(db.session(), found, question_id)
    if found.published_at is not None:
        raise Refused(questions_of.FIXED)
    return question_form(found, question)


@training_bank.post("/questions/<int:question_id>/end")
def end_question(ref: str, question_id: int) -> BaseResponse:
    """Let a question not be drawn any more."""
    found = classes.by_ref(db.session(), ref)
    question = questions_of.one(db.session(), found, question_id)
    who = {"actor": current_user.actor, "now": clock.now(), "today": today()}
    questions_of.end(db.session(), found, question, **who)
    flash(
        _("这道题不再抽取。已经交的答卷不受影响。") if found.published_at else _("已移除这道题。"), "success"
    )
    return redirect(url_for("training_bank.questions", ref=ref), 303)


@training_bank.route("/questions/import", methods=["GET", "POST"])
def import_questions(ref: str) -> Response | BaseResponse:
    """Take a file of questions, or say everything that is wrong in it."""
    found = classes.by_ref(db.session(), ref)
    form = BankForm(request.form)
    if request.method == "GET":
        return import_page(found, form)
    upload = request.files.get("file")
    if upload is None or not upload.filename:
        form.refuse("file", Sentence(N_("请选择填好的题库文件。")))
        return import_page(found, form)
    return taken(found, form, bank.read(upload.stream.read(bank.MOST_BYTES + 1), upload.filename))


@training_bank.get("/questions/template.csv")
def template(ref: str) -> Response:
    """A table with a question of each kind, to write over."""
    classes.by_ref(db.session(), ref)
    return sent(tables.as_csv(PATTERN_HEAD, PATTERN), _("题库模板"), "csv")


def taken(found: TrainingClass, form: BankForm, read: bank.Bank) -> Response | BaseResponse:
    """The questions of a file in the bank, or the page with what is wrong."""
    if read.faults:
        return import_page(found, form, read=read)
    try:
        count = questions_of.add(db.session(), found, read.drafts, actor=current_user.actor, now=clock.now())
    except Refused as refused:
        form.refuse("file", refused.sentence)
        return import_page(found, form)
    flash(ngettext("已导入 %(num)s 道题。", "已导入 %(num)s 道题。", count), "success")
    return redirect(url_for("training_bank.questions", ref=found.ref), 303)


def import_page(found: TrainingClass, form: BankForm, *, read: bank.Bank | None = None) -> Response:
    """The page on which a file is chosen; 422 with the faults of the last one."""
    faults = read.faults if read else ()
    return page(
        "training_office/import.html",
        status=422 if faults or form.errors or form.file.errors else 200,
        held=found,
        form=form,
        faults=faults[:MOST_FAULTS],
        fault_count=len(faults),
        most_bytes=bank.MOST_BYTES,
    )


def lesson_form(found: TrainingClass, lesson: Lesson | None) -> Response | BaseResponse:
    """The form of a lesson, and what comes of sending it."""
    form = LessonForm(
        request.form if request.method == "POST" else take_kept_form(), data=lesson_values(lesson)
    )
    if request.method == "POST" and form.validate():
        try:
            keep_lesson(found, lesson, form)
        except Refused as refused:
            form.refuse(refused.code, refused.sentence)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("training_bank.lessons", ref=found.ref), 303)
    return page(
        "training_office/lesson.html",
        status=422 if form.errors or form.video.errors else 200,
        held=found, lesson=lesson, form=form, most_bytes=lessons_of.MOST_BYTES,
    )  # fmt: skip


def keep_lesson(found: TrainingClass, lesson: Lesson | None, form: LessonForm) -> None:
    """Store a lesson with its video. Raises Refused."""
    plan = lessons_of.LessonPlan(
        form.kind.data, form.title.data or "", form.body.data or "", form.least_seconds()
    )
    upload = request.files.get("video")
    key = None
    if plan.kind == "video" and upload is not None and upload.filename:
        key = lessons_of.keep_video(upload.stream, name=upload.filename, house=house())  # type: ignore[arg-type]
    who = {"actor": current_user.actor, "now": clock.now()}
    if lesson is None:
        lesson = lessons_of.add(db.session(), found, plan, **who)
    else:
        lessons_of.change(db.session(), found, lesson, plan, **who)
    if key is not None:
        lesson.storage_key = key


def lesson_values(lesson: Lesson | None) -> dict[str, Any]:
    """What the fields hold before anything is typed; a part of a minute counts as one."""
    if lesson is None:
        return {"least_minutes": 10}
    minutes = -(-lesson.least_seconds // MINUTE)
    return {"kind": lesson.kind, "title": lesson.title, "body": lesson.body, "least_minutes": minutes}


def question_form(found: TrainingClass, question: Question | None) -> Response | BaseResponse:
    """The form of a question, and what comes of sending it."""
    known = of_question(questions_of.draft_of(question)) if question else {}
    form = QuestionForm(request.form if request.method == "POST" else take_kept_form(), data=known)
    if request.method == "POST" and form.validate():
        who = {"actor": current_user.actor, "now": clock.now()}
        try:
            if question is None:
                questions_of.add(db.session(), found, [form.draft()], **who)
            else:
                questions_of.change(db.session(), found, question, form.draft(), **who)
        except Refused as refused:
            form.refuse(refused.code if refused.code in form else "asked", refused.sentence)
        else:
            flash(_("已保存。"), "success")
            return redirect(url_for("training_bank.questions", ref=found.ref), 303)
    return page(
        "training_office/question.html",
        status=422 if form.errors else 200,
        held=found, question=question, form=form,
    )  # fmt: skip


def question_row(question: Question) -> dict[str, Any]:
    """A question with its options, the right ones marked."""
    return {
        "question": question,
        "kind": Sentence(bank.KINDS[question.kind]),
        "options": [
            (bank.LETTERS[place] if question.kind != "true_false" else "", option, place in question.answer)
            for place, option in enumerate(question.options)
        ],
    }


def around(found: TrainingClass) -> dict[str, Any]:
    """What stands on every part of a class."""
    return {
        "held": found,
        "tabs": tabs(found),
        "may_change": may_change(),
        "is_published": found.published_at is not None,
    }
