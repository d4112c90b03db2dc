"""What one application for many records asks: shared parts once, what differs once for each record, then the signature.

Shape only, as in `forms.repair`, whose fields these are; which records there are is only known when the page is made.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from forms.fields import HouseForm, Paragraph, Secret, needed
from forms.repair import EditForm as OneRecord
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.repair_words import LABELS

OWN = ("correction", "duties")
"""What is told for each record by itself; everything else is the same for all."""
SEPARATOR = "-"


class SharedForm(OneRecord):
    """What is the same for every record of the application. Who fills it in is decided by rights and not asked."""

    correction = None  # type: ignore[assignment]
    duties = None  # type: ignore[assignment]
    filled_by = None  # type: ignore[assignment]


def form_of(refs: Sequence[str]) -> type[HouseForm]:
    """The form for an application with drafts of these references."""
    told = {
        "correction": N_("请写明怎样纠正了失信行为、何时纠正完毕。"),
        "duties": N_("请逐项写明怎样履行了决定书上的义务，例如罚款何时缴清；没有其他义务的写“无其他义务”。"),
    }
    fields: dict[str, Any] = {
        own_field(name, ref): Paragraph(LABELS[name], [needed(told[name])]) for ref in refs for name in OWN
    }
    return type("ApplicationForm", (SharedForm,), fields)


def own_field(name: str, ref: str) -> str:
    """The field of one record."""
    return f"{name}{SEPARATOR}{ref}"


class SignForm(HouseForm):
    """Signing all letters at once: that they were read, and the identity confirmed again."""

    has_read = BooleanField(
        Sentence(
            N_("我已逐份阅读上面的信用修复承诺书，内容由我方自愿作出，材料真实有效，愿意承担违反承诺的责任。")
        ),
        [needed(N_("请阅读承诺书全文，并勾选确认。"))],
    )
    password = Secret(N_("登录密码"), [needed(N_("签署前需要再次确认您的身份。请输入登录密码。"))])


class WindowForm(HouseForm):
    """At the window the letters are signed on paper; the clerk answers for whom they came from."""

    has_checked = BooleanField(
        Sentence(
            N_("已核对来人的身份证件和授权，承诺书由申请人逐份签字（盖章）并注明日期，内容已向申请人读过。")
        ),
        [needed(N_("请核对来人身份和纸面承诺书，并勾选确认。"))],
    )


class VerdictForm(HouseForm):
    """What somebody of the office found when looking at a cluster."""

    verdict = RadioField(
        Sentence(N_("核实的结果")), [InputRequired(Sentence(N_("请选择核实的结果。")))], choices=[]
    )
    note = Paragraph(N_("怎样核实的"), [needed(N_("请写明向谁核实、听到了什么。"))], most=500)


def verdict_form(titles: Mapping[str, str]) -> type[VerdictForm]:
    """The form with these results to choose from."""
    choices = [SelectChoice(code, Sentence(title)) for code, title in titles.items()]
    field = RadioField(
        Sentence(N_("核实的结果")), [InputRequired(Sentence(N_("请选择核实的结果。")))], choices=choices
    )
    return type("ClusterForm", (VerdictForm,), {"verdict": field})
