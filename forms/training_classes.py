"""What is asked when the office keeps training classes: the class, its lessons, its questions, a file, a period.

Shape only: what may still be changed after publishing is the service's. A question is judged here by the same rules as
one from a file (`domain.training_bank`), so that both say the same sentences.
"""

from collections.abc import Callable, Mapping
from typing import Any

from wtforms import FileField, Form, IntegerField, RadioField, SelectField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, StopValidation, ValidationError

from forms.fields import Flagged, HouseForm, LegalDay, Line, Paragraph, needed
from workflow_app.domain.training_bank import KINDS as QUESTION_KINDS
from workflow_app.domain.training_bank import (
    LETTERS,
    LONGEST,
    LONGEST_OPTION,
    RIGHT,
    WRONG,
    Draft,
    answer_of,
    letters,
    problems,
)
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.training_words import KINDS, LESSON_KINDS

LONGEST_LESSON = 20_000
MINUTE = 60


def chosen(sentence: str) -> InputRequired:
    """One of the choices must be taken; `sentence` asks for it."""
    return InputRequired(Sentence(sentence))


def choices(titles: Mapping[str, str]) -> list[SelectChoice]:
    """Choices of a field with titles people read."""
    return [SelectChoice(name, Sentence(title)) for name, title in titles.items()]


def number(text: object) -> int | str:
    """The id that a choice stands for; the empty choice stays empty."""
    return int(str(text)) if text else ""


def between(least: int, most: int) -> Callable[[Form, Field], None]:
    """The field holds a whole number from `least` to `most`."""

    def check(form: Form, field: Field) -> None:
        if field.data is None:
            if field.errors:
                raise StopValidation
            raise StopValidation(
                Sentence(N_("请填写 %(least)s 至 %(most)s 之间的整数。"), least=least, most=most)
            )
        if not least <= field.data <= most:
            raise ValidationError(
                Sentence(N_("应在 %(least)s 至 %(most)s 之间，请改正。"), least=least, most=most)
            )

    check.field_flags = {"required": True, "min": least, "max": most}  # type: ignore[attr-defined]
    return check


class ClassForm(HouseForm):
    """A class, without its lessons and questions."""

    kind = RadioField(
        Sentence(N_("培训类型")), [chosen(N_("请选择培训类型。"))], choices=choices(KINDS), default="general"
    )
    unit_id = SelectField(Sentence(N_("举办部门")), [chosen(N_("请选择举办部门。"))], coerce=number)
    title = Line(
        N_("培训班名称"), [needed(N_("请填写培训班名称，例如“信用修复法规要点（2027 年第一期）”。"))]
    )
    title_en = Line(N_("培训班名称（英文）"))
    summary = Paragraph(N_("简介"), [needed(N_("请用几句话说明讲什么、给谁听。"))])
    summary_en = Paragraph(N_("简介（英文）"))
    opens_on = LegalDay(N_("开始报名的日期"), [needed(N_("请填写从哪一天起可以报名。"))])
    ends_on = LegalDay(
        N_("结束日"),
        [needed(N_("请填写最后一天，当天 24:00 结束。"))],
        description=Sentence(N_("当天 24:00 结束。以后推迟的，已经报名的学员仍按报名时的结束日办理。")),
    )
    seats = IntegerField(Sentence(N_("名额")), [between(1, 100_000)])
    draw = IntegerField(
        Sentence(N_("每次抽几道题")),
        [between(1, 200)],
        description=Sentence(N_("题库至少要有两倍的题，各次考试才不一样。")),
    )
    pass_mark = IntegerField(Sentence(N_("合格分数线（百分制）")), [between(1, 100)])
    minutes = IntegerField(Sentence(N_("每次考试多少分钟")), [between(1, 300)])
    attempts = IntegerField(Sentence(N_("可以考几次")), [between(1, 10)])

    def validate_ends_on(self, field: Field) -> None:
        """A class does not end before it opens."""
        opens_on = self.opens_on.data if "opens_on" in self else None
        if opens_on and field.data and field.data <= opens_on:
            raise ValidationError(Sentence(N_("结束日应晚于开始报名的日期。请核对这两个日期。")))

    def said(self) -> dict[str, Any]:
        """The values of the fields that are asked for."""
        return {name: "" if field.data is None else field.data for name, field in self._fields.items()}


class LessonForm(HouseForm):
    """One lesson."""

    kind = RadioField(
        Sentence(N_("课程形式")),
        [chosen(N_("请选择课程形式。"))],
        choices=choices(LESSON_KINDS),
        default="text",
    )
    title = Line(N_("课程名称"), [needed(N_("请填写课程名称。"))])
    body = Paragraph(
        N_("正文"),
        most=LONGEST_LESSON,
        description=Sentence(
            N_(
                "可以用 Markdown：# 是标题，- 是列表，**是加粗**。幻灯片用单独一行 --- 分页；视频请写上讲了什么，供看不了视频的人读。"
            )
        ),
    )
    video = FileField(
        Sentence(N_("视频文件")),
        description=Sentence(N_("只有视频课程需要。MP4 或者 WebM，不超过 60 MB。已经上传过的，不选就不换。")),
        render_kw={"accept": ".mp4,.m4v,.webm"},
    )
    least_minutes = IntegerField(
        Sentence(N_("最少学习时间（分钟）")),
        [between(0, 600)],
        description=Sentence(N_("系统按实际打开页面的时间累计，学满才算学完。")),
    )

    def least_seconds(self) -> int:
        """The least study time as it is stored."""
        return (self.least_minutes.data or 0) * MINUTE


class QuestionForm(HouseForm):
    """One question with up to six options."""

    kind = RadioField(
        Sentence(N_("题型")),
        [chosen(N_("请选择题型。"))],
        choices=choices(QUESTION_KINDS),
        default="single",
    )
    asked = Paragraph(N_("题目"), [needed(N_("请写上题目。"))], most=LONGEST)
    answer = Line(
        N_("答案"),
        [needed(N_("请写上答案。"))],
        most=20,
        description=Sentence(N_("写选项的字母，多选题几个字母连着写，例如 ACD；判断题写“对”或者“错”。")),
    )
    why = Paragraph(
        N_("解析"), most=LONGEST, description=Sentence(N_("交卷以后给学员看：为什么是这个答案，依据是什么。"))
    )

    def draft(self) -> Draft:
        """The question as it was written."""
        kind = self.kind.data or ""
        options = [self[option_name(letter)].data or "" for letter in LETTERS]
        while options and not options[-1]:
            options.pop()
        if kind == "true_false":
            options = [RIGHT, WRONG]
        answer = answer_of(kind, self.answer.data or "")
        return Draft(kind, self.asked.data or "", tuple(options), answer, self.why.data or "")

    def validate(self, extra_validators: Any = None) -> bool:
        """Also what the question must be as a whole; what a field has said already is not said twice."""
        is_well = super().validate(extra_validators)
        for part, problem, mend in problems(self.draft()):
            name = option_name(LETTERS[0]) if part == "options" else part
            if not self[name].errors:
                self.refuse(name, Sentence(N_("%(problem)s%(mend)s"), problem=problem, mend=mend))
                is_well = False
        return is_well


def option_name(letter: str) -> str:
    """The field of an option."""
    return f"option_{letter.lower()}"


# Each label is a message of its own, so that the catalogue holds it.
OPTION_LABELS = (N_("选项 A"), N_("选项 B"), N_("选项 C"), N_("选项 D"), N_("选项 E"), N_("选项 F"))
for _letter, _label in zip(LETTERS, OPTION_LABELS, strict=True):
    setattr(QuestionForm, option_name(_letter), Line(_label, most=LONGEST_OPTION))


class BankForm(HouseForm):
    """A file of questions."""

    file = FileField(
        Sentence(N_("题库文件")),
        [Flagged()],
        description=Sentence(
            N_("CSV 或者 TOML，不超过 1 MB、1000 道题。有一处不对就整份不导入，并逐行说明。")
        ),
        render_kw={"accept": ".csv,.txt,.toml"},
    )


class PeriodForm(HouseForm):
    """From the one day to the other, both included."""

    since = LegalDay(N_("发放证明的日期自"), [needed(N_("请填写从哪一天起，例如 2026-01-01。"))])
    until = LegalDay(N_("至（含当天）"), [needed(N_("请填写到哪一天止，例如 2026-12-31。"))])

    def validate_until(self, field: Field) -> None:
        """The period does not end before it begins."""
        if self.since.data and field.data and field.data < self.since.data:
            raise ValidationError(Sentence(N_("结束的日期早于开始的日期，请对调或者改正。")))


def of_question(draft: Draft) -> dict[str, Any]:
    """The values of the form for a question that is there."""
    shown = (RIGHT, WRONG)[draft.answer[0]] if draft.kind == "true_false" else letters(draft.answer)
    options = (
        {}
        if draft.kind == "true_false"
        else dict(zip(map(option_name, LETTERS), draft.options, strict=False))
    )
    return {"kind": draft.kind, "asked": draft.asked, "why": draft.why, "answer": shown, **options}
