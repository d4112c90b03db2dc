"""What is asked when a unit hands in a file of penalties or licences, and when somebody else decides on it.

Shape only: whether the file can be read is found out when it is checked, row by row.
"""

from wtforms import FileField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from forms.fields import Flagged, HouseForm, Paragraph
from workflow_app.domain.words import N_, Sentence

SEVERAL = 0
"""The choice of a file whose rows say their unit themselves."""


class FileForm(HouseForm):
    """A file, what it holds, and for which unit."""

    kind = RadioField(
        Sentence(N_("文件里是什么")),
        [InputRequired(Sentence(N_("请选择文件里是行政处罚还是行政许可。")))],
        choices=[
            SelectChoice("penalties", Sentence(N_("行政处罚"))),
            SelectChoice("licences", Sentence(N_("行政许可"))),
        ],
    )
    unit_id = SelectField(Sentence(N_("哪个单位的决定")), [Flagged()], coerce=int)
    file = FileField(
        Sentence(N_("文件")),
        [Flagged()],
        description=Sentence(N_("CSV 或 XLSX，不超过 50 MB、5 万行。列名用模板里的名称或代码。")),
        render_kw={"accept": ".csv,.xlsx,.xlsm,.txt"},
    )


class DecisionForm(HouseForm):
    """Why a file is sent back."""

    why = Paragraph(
        N_("退回的理由"),
        most=500,
        description=Sentence(N_("不同意时填写，交文件的人会看到。")),
    )
