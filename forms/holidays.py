"""What is asked when the office enters a year's holiday notice: a file or its lines, or one day changed by an order.

Shape only: whether the days fit together is judged by the domain, whether they are new by the service.
"""

from wtforms import FileField, Form, HiddenField, RadioField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from forms.fields import HouseForm, LegalDay, Line, Paragraph, needed
from workflow_app.domain.words import N_, Sentence

REASON = N_("为什么录入")
NEED_REASON = N_("请写明为什么录入，例如“国务院办公厅公布 2027 年放假安排”。期限变动的当事人会看到它。")


def named_if_off(form: Form, field: Field) -> None:
    """A day off has a name, which stands beside every day that is passed over."""
    if form["kind"].data == "off" and not field.data:
        raise ValidationError(Sentence(N_("改成放假时，请填写放假名称，例如“临时放假”。")))


class NoticeForm(HouseForm):
    """A whole year: a file, or its lines typed or mended in place. A file wins over the lines."""

    file = FileField(
        Sentence(N_("放假安排文件")),
        description=Sentence(N_("CSV（UTF-8）或 JSON，不超过 64 KB。")),
        render_kw={"accept": ".csv,.json,.txt"},
    )
    content = Paragraph(
        N_("或者在这里填写"),
        most=65536,
        description=Sentence(
            N_("照通知逐行写：日期、放假（off）还是上班（working）、节日名称。也可以直接写“2月5日至11日”。")
        ),
    )
    reason = Line(REASON, [needed(NEED_REASON)], most=500)


class DayForm(HouseForm):
    """One day of a year that is in: off, or worked."""

    day = LegalDay(N_("哪一天"), [needed(N_("请填写日期。"))])
    kind = RadioField(
        Sentence(N_("改成")),
        [InputRequired(Sentence(N_("请选择这一天改成放假还是上班。")))],
        choices=[
            SelectChoice("off", Sentence(N_("放假"))),
            SelectChoice("working", Sentence(N_("上班"))),
        ],
    )
    name = Line(
        N_("放假名称"),
        [named_if_off],
        most=40,
        description=Sentence(N_("改成放假时填写，例如“临时放假”。")),
    )
    source = Line(
        N_("依据的通知"),
        [needed(N_("请写明依据：哪个机关的哪份通知，最好带文号或网址。"))],
        most=300,
        description=Sentence(N_("决定这一天放假或上班的通知：名称、文号或网址。")),
    )
    reason = Line(REASON, [needed(NEED_REASON)], most=500)


class ConfirmForm(HouseForm):
    """What the preview showed, sent back: the lines, why, and the version that was in force then."""

    content = HiddenField()
    reason = HiddenField()
    seen = HiddenField()
