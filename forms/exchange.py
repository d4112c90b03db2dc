"""What is asked when a file is taken, when a target's file is handed in, and when somebody looked at a difference.

Shape only: which days and targets are open, and whether a difference may be settled, is the services' to say.
"""

from wtforms import FileField, RadioField, SelectField

from forms.fields import Flagged, HouseForm, LegalDay, OneOf, Paragraph, needed
from forms.office import choices, chosen
from workflow_app.domain.difference_words import VERDICTS
from workflow_app.domain.words import N_, Sentence

FORMATS = {"xlsx": N_("XLSX（给人看）"), "csv": N_("CSV（给系统读）"), "jsonl": N_("JSON lines（给系统读）")}


class TakeForm(HouseForm):
    """Which rows, in which form."""

    kind = RadioField(Sentence(N_("取哪一类")), [chosen(N_("请选择取哪一类。"))])
    from_on = LegalDay(N_("从哪天起有变化"), [needed(N_("请填写开始日期，例如 2026-11-01。"))])
    to_on = LegalDay(N_("到哪天为止"), [needed(N_("请填写结束日期，例如 2026-11-20。"))])
    format = RadioField(
        Sentence(N_("文件格式")), [chosen(N_("请选择文件格式。"))], choices=choices(FORMATS), default="xlsx"
    )


class TargetFileForm(HouseForm):
    """What a target holds."""

    target = SelectField(Sentence(N_("哪个同步对象的文件")), [Flagged()])
    day = LegalDay(
        N_("文件说的是哪一天的情况"), [needed(N_("请填写日期，例如 2026-11-20。"))],
        description=Sentence(N_("一般是今天。比已经对过账的更早的，不再对账。")),
    )  # fmt: skip
    file = FileField(
        Sentence(N_("文件")), [Flagged()],
        description=Sentence(N_("CSV、XLSX 或 JSON lines，不超过 50 MB、5 万行。")),
        render_kw={"accept": ".csv,.xlsx,.xlsm,.txt,.jsonl,.ndjson"},
    )  # fmt: skip


class SettleForm(HouseForm):
    """Who is right, and why."""

    verdict = OneOf(N_("核对的结果"), VERDICTS, N_("请选择核对的结果。"))
    note = Paragraph(
        N_("理由"), [needed(N_("请写明理由。"))], most=1000,
        description=Sentence(N_("例如：核对了决定书原件；已电话告知对方（谁、何时）。")),
    )  # fmt: skip
