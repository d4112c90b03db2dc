"""What is asked when a unit enters, corrects or withdraws a record, notes duties done, a measure or a mark.

Shape only: whether a finding may stand is judged by the service, with the name of the field. `entry()` gives the
values as a finding keeps them.
"""

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional, ValidationError

from forms.fields import Flagged, HouseForm, LegalDay, Line, Paragraph, needed
from forms.office import KINDS as SUBJECT_KINDS
from forms.office import Ticks, choices, number
from workflow_app.domain.identifiers import parse_citizen_id, parse_uscc
from workflow_app.domain.intake.amounts import parse_amount
from workflow_app.domain.intake.faults import Unreadable
from workflow_app.domain.intake.kinds import TITLES as PENALTIES
from workflow_app.domain.intake.kinds import PenaltyKind
from workflow_app.domain.publicity_period import NAMES
from workflow_app.domain.record_words import KINDS, MARKS, OWN_MARKS
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import N_, Sentence

SCOPES = {
    "public": N_("向社会公示"),
    "limited": N_("不公示，只在有关机关之间共享"),
}
CONFISCATED = (PenaltyKind.ILLEGAL_GAINS, PenaltyKind.ILLEGAL_GOODS)
LICENCE = (PenaltyKind.SUSPENDED_LICENCE, PenaltyKind.REVOKED_LICENCE)
AMOUNTS = {PenaltyKind.FINE: "fine", **dict.fromkeys(CONFISCATED, "confiscated")}


def chosen(sentence: str) -> InputRequired:
    """One of the choices must be taken; `sentence` asks for it."""
    return InputRequired(Sentence(sentence))


class Amount(Line):
    """An amount of money in 万元; “3000元” is read as 0.3."""

    amount: Decimal | None = None

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        """Read the amount. ValidationError carries the sentence."""
        if not self.data:
            return
        try:
            self.amount, _doubt = parse_amount(self.data)
        except Unreadable as bad:
            told = Sentence(N_("%(problem)s%(mend)s"), problem=bad.problem, mend=bad.mend)
            raise ValidationError(told) from None


class FindingForm(HouseForm):
    """What a finding says. The class may be left open until the proposal was seen."""

    kind = RadioField(Sentence(N_("信息种类")), [chosen(N_("请选择信息种类。"))], choices=choices(KINDS))
    decision_no = Line(N_("决定书文号"), [needed(N_("请照决定书填写文号。"))], most=128)
    decided_on = LegalDay(
        N_("文书日期"),
        [needed(N_("请填写决定书的日期。"))],
        description=Sentence(N_("公示期从这一天起算。")),
    )
    title = Line(N_("违法行为类型"), [needed(N_("请用一句话写明是什么行为，例如“未明码标价”。"))], most=300)
    behaviour = Paragraph(
        N_("违法事实"),
        [needed(N_("请写明违法事实。"))],
        description=Sentence(N_("会原样公示。不要写身份证号、手机号、住址、银行账号，自然人写成“张某”。")),
    )
    basis = Paragraph(N_("认定依据"), [needed(N_("请写明依据的法律、法规和条款。"))], most=2000)
    penalties = Ticks(
        Sentence(N_("处罚种类")),
        choices=choices({kind.value: title for kind, title in PENALTIES.items()}),
        description=Sentence(N_("行政处罚必填，照决定书勾选，可以多选。")),
    )
    fine = Amount(N_("罚款金额（万元）"), most=30)
    confiscated = Amount(N_("没收金额（万元）"), most=30)
    licence = Line(N_("暂扣或吊销的证照名称及编号"), most=200)
    content = Paragraph(N_("处理内容"), [needed(N_("请写明处罚或者处理的内容。"))])
    is_special_field = BooleanField(
        Sentence(N_("属于特种设备、安全生产、消防等特定领域")),
        description=Sentence(N_("只影响 2026-04-01 以前作出的文书。")),
    )
    class_ = RadioField(
        Sentence(N_("失信信息的类别")),
        [Flagged(), Optional()],
        choices=choices({kind.value: title for kind, title in NAMES.items()}),
        description=Sentence(N_("先看系统的建议，再由本单位按标准选定。")),
    )
    class_standard = Line(
        N_("选定类别的标准"),
        [Flagged()],
        most=300,
        description=Sentence(N_("本领域分类标准的名称和条款。")),
    )
    scope = RadioField(
        Sentence(N_("公示范围")),
        [chosen(N_("请选择公示范围。"))],
        choices=choices(SCOPES),
        description=Sentence(N_("轻微失信信息原则上不公示；自然人的信息一律不公示。")),
    )
    not_repairable_because = Line(
        N_("不能修复的依据"),
        most=300,
        description=Sentence(
            N_("法律、法规或者党中央、国务院文件规定不能修复的，写明名称和条款；一般留空。")
        ),
    )

    def ask_for_class(self) -> bool:
        """Before it is sent the class and its standard must stand. Whether they do."""
        if not self.class_.data:
            self.refuse("class_", N_("请选定失信信息的类别。"))
        if not self.class_standard.data:
            self.refuse("class_standard", N_("请写明按哪一个标准选定，例如本部门公布的分类标准第几项。"))
        return not self.errors

    def items(self) -> list[tuple[str, Decimal | None, str]]:
        """Each penalty with its amount and what it took."""
        found = []
        for kind in PENALTIES:
            if kind.value in (self.penalties.data or ()):
                amount = self[AMOUNTS[kind]].amount if kind in AMOUNTS else None
                found.append((kind.value, amount, self.licence.data or "" if kind in LICENCE else ""))
        return found

    def entry(self) -> dict[str, Any]:
        """The plain values by the names of the columns, but for the penalties."""
        named = (
            "kind", "decision_no", "decided_on", "title", "behaviour", "basis", "content", "class_", "class_standard",
            "is_special_field", "scope", "not_repairable_because",
        )  # fmt: skip
        return {name: "" if self[name].data is None else self[name].data for name in named}


class EntryForm(FindingForm):
    """A new record: also of whom, and by which unit."""

    unit_id = SelectField(Sentence(N_("认定单位")), [chosen(N_("请选择认定单位。"))], coerce=number)
    subject_kind = RadioField(
        Sentence(N_("相对人类别")), [chosen(N_("请选择相对人类别。"))], choices=choices(SUBJECT_KINDS)
    )
    subject_name = Line(N_("相对人名称"), [needed(N_("请照营业执照或者身份证填写名称。"))])
    subject_code = Line(
        N_("统一社会信用代码或身份证号码"), [needed(N_("请填写 18 位代码或者号码。"))], most=60
    )

    def validate_subject_code(self, field: Line) -> None:
        """A citizen has a citizen's number, everybody else a credit code."""
        parse = parse_citizen_id if self.subject_kind.data == "individual" else parse_uscc
        try:
            field.data = parse(field.data or "")
        except Refused as refused:
            raise ValidationError(refused.sentence) from None


class CorrectionForm(FindingForm):
    """A record as it should be, and why."""

    why = Paragraph(N_("为什么更正"), [needed(N_("请写明更正的理由，复核的人和当事人都会看到。"))], most=500)


class WithdrawalForm(HouseForm):
    """The basis is gone."""

    known_on = LegalDay(
        N_("得知变更或撤销的日期"),
        [needed(N_("请填写本单位得知的日期。"))],
        description=Sentence(N_("从这一天起三个工作日内要撤回公示（《行政处罚法》第四十八条）。")),
    )
    why = Paragraph(
        N_("撤回的理由"),
        [needed(N_("请写明哪个机关的哪份文书变更、撤销了原决定。"))],
        most=500,
        description=Sentence(N_("依法要公开说明，会原样公示。")),
    )


class DecisionForm(HouseForm):
    """The word of the second person."""

    reason = Paragraph(N_("不同意的理由"), most=500, description=Sentence(N_("同意的不用填写。")))


class DutiesForm(HouseForm):
    """Everything was corrected and performed: when, and how that was established."""

    done_on = LegalDay(N_("履行完毕的日期"), [needed(N_("请填写纠正并履行完毕的日期。"))])
    how = Line(
        N_("凭什么认定"),
        [needed(N_("请写明看了什么，例如“罚款缴款书 0318 号、整改复查记录”。"))],
        most=500,
    )


class MeasureForm(HouseForm):
    """A measure that a unit takes because of a record."""

    measure_unit = SelectField(Sentence(N_("采取措施的单位")), [chosen(N_("请选择单位。"))], coerce=number)
    measure_title = Line(N_("措施"), [needed(N_("请写明采取了什么措施。"))], most=300)
    measure_basis = Line(N_("措施的依据"), [needed(N_("请写明依据的文件和条款。"))], most=300)
    started_on = LegalDay(N_("起始日期"), [needed(N_("请填写从哪一天起。"))])


class LiftForm(HouseForm):
    """A measure ends."""

    lifted_on = LegalDay(N_("解除日期"), [needed(N_("请填写从哪一天起解除。"))])
    lifted_why = Line(N_("为什么解除"), [needed(N_("请写明为什么解除。"))], most=500)


class MarkForm(HouseForm):
    """A review or a lawsuit runs: the record bears a mark, and stays public (行政复议法、行政诉讼法)."""

    mark_kind = RadioField(
        Sentence(N_("标注")),
        [chosen(N_("请选择标注。"))],
        choices=choices({name: MARKS[name] for name in OWN_MARKS}),
    )
    mark_note = Line(N_("案号和受理机关"), most=500, description=Sentence(N_("只给工作人员看，不公示。")))


def of_finding(values: dict[str, Any], items: list[tuple[str, Decimal | None, str]]) -> dict[str, Any]:
    """What the fields hold for a finding that is there."""
    first = dict(values) | {"penalties": [kind for kind, _amount, _what in items]}
    for kind, amount, what in items:
        if amount is not None and kind in AMOUNTS:
            first[AMOUNTS[PenaltyKind(kind)]] = f"{amount.normalize():f}"
        if what:
            first["licence"] = what
    return first
