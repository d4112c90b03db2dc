"""What a unit is asked about a joint measure: whether it takes it on, when it took it, when it lifted it, and what shows it.

Shape only: whether the unit may say so now, and on which days, is the service's to judge.
"""

from wtforms import FileField

from forms.fields import HouseForm, LegalDay, OneOf, Paragraph, needed
from workflow_app.domain.words import N_, Sentence

FILES = ".pdf,.jpg,.jpeg,.png"
HINT = N_("PDF、JPG 或 PNG，不超过 10 MB。可以用手机拍照。")
ANSWERS = {"will": N_("执行"), "cannot": N_("不能执行")}
ONE_OF_BOTH = N_("写文字或上传凭据，至少一样。内部留存，不对外公开。")


class AnswerForm(HouseForm):
    """Whether the unit takes the measure on."""

    answer = OneOf(N_("本单位能不能执行"), ANSWERS, N_("请选择执行还是不能执行。"))
    note = Paragraph(
        N_("说明"), most=1000, description=Sentence(N_("不能执行的必须写明理由，例如：该企业在本单位没有许可事项。"))
    )  # fmt: skip


class ExecuteForm(HouseForm):
    """The measure was taken."""

    executed_on = LegalDay(N_("执行日期"), [needed(N_("请填写哪一天执行的。"))])
    evidence = Paragraph(
        N_("怎样执行的，凭什么证明"), most=1000,
        description=[Sentence(N_("例如：已列入重点抽查名录，检查计划编号。")), Sentence(ONE_OF_BOTH)],
    )  # fmt: skip
    evidence_file = FileField(Sentence(N_("凭据")), description=Sentence(HINT), render_kw={"accept": FILES})


class LiftForm(HouseForm):
    """The measure was lifted."""

    lifted_on = LegalDay(N_("解除日期"), [needed(N_("请填写哪一天解除的。"))])
    evidence = Paragraph(
        N_("怎样解除的，凭什么证明"), most=1000,
        description=[
            Sentence(N_("例如：已从重点抽查名录中删除。没有执行过的，写“没有执行过”。")),
            Sentence(ONE_OF_BOTH),
        ],
    )  # fmt: skip
    evidence_file = FileField(Sentence(N_("凭据")), description=Sentence(HINT), render_kw={"accept": FILES})
