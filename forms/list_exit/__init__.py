"""What is asked in the list exit workflow. Form classes are named after the steps; EditForm fills in a draft.

Shape only: whether the least time is over, the proof is there or a minimum has to be chosen is for the guards. Who leaves a
list that stands in its favour is not asked for a correction: `fit` takes out what the kind of list has no use for.
"""

from typing import Any

from wtforms import BooleanField

from forms.fields import HouseForm, Line, Mobile, OneOf, Paragraph, needed
from forms.repair import (
    NoteSecondReturnForm,
    ProposeRejectionForm,
    ReplyForm,
    RevokeForm,
    SendBackForm,
    WithdrawForm,
)
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.list_exit_words import LABELS, MINIMUMS
from workflow_app.workflows.listing_words import ADVERSE
from workflow_app.workflows.repair_words import FILLERS, PROOFS

__all__ = [
    "NoteSecondReturnForm",
    "ProposeRejectionForm",
    "ReplyForm",
    "RevokeForm",
    "SendBackForm",
    "WithdrawForm",
]
"""Asked in the same words as for a repair."""


def told(name: str, sentence: str, *, most: int = 2000) -> Paragraph:
    """A fact that has to be written out; `sentence` says what to write."""
    return Paragraph(LABELS[name], [needed(sentence)], most=most)


def found(name: str) -> BooleanField:
    """A condition that is ticked when it was checked and holds; an unticked one is judged by the guard."""
    return BooleanField(Sentence(LABELS[name]))


ABOUT_ACT = ("correction", "duties", "proof_source")
CONDITIONS = ("duties_performed", "harm_removed", "commitment_made", "none_again")
MINIMUM = ("minimum", "minimum_basis")


class EditForm(HouseForm):
    """What the applicant fills in for one entry; what the entry itself says is not asked again."""

    def fit(self, facts: Any) -> None:
        """Only a list that stands against its subject has an act to correct; a unit that starts by itself is no contact."""
        taken_out: tuple[str, ...] = () if facts.kind in ADVERSE else ABOUT_ACT
        if facts.way == "ex_officio":
            taken_out = (*ABOUT_ACT, "contact_name", "contact_mobile", "filled_by")
        for name in taken_out:
            del self[name]

    correction = told("correction", N_("请写明怎样纠正了失信行为、何时纠正完毕。"))
    duties = told(
        "duties",
        N_("请逐项写明怎样履行了义务、怎样消除了危害后果和不良影响；没有其他义务的写“无其他义务”。"),
    )
    proof_source = OneOf(
        LABELS["proof_source"], PROOFS, N_("请选择证明材料由谁提供。认定单位自己能核对的，不用您上传。")
    )
    contact_name = Line(LABELS["contact_name"], [needed(N_("请填写联系人姓名。"))], most=50)
    contact_mobile = Mobile(
        LABELS["contact_mobile"], [needed(N_("请填写联系人的手机号，办理进度会通知到这个号码。"))]
    )
    filled_by = OneOf(LABELS["filled_by"], FILLERS, N_("请选择由谁填写。移出名单未授权任何机构代办。"))


class InitiateForm(HouseForm):
    """Why the unit lets somebody leave who did not ask for it."""

    grounds = told("grounds", N_("请写明依职权移出的事实、理由和依据，例如不再符合列入标准。"))


class ProposeApprovalForm(HouseForm):
    """The four conditions one by one, which minimum is held to and by what, and how each was checked."""

    def fit(self, facts: Any) -> None:
        """The conditions and the minimum are those of lists that stand against their subject."""
        if facts.kind not in ADVERSE:
            for name in (*CONDITIONS, *MINIMUM):
                del self[name]

    duties_performed = found("duties_performed")
    harm_removed = found("harm_removed")
    commitment_made = found("commitment_made")
    none_again = found("none_again")
    minimum = OneOf(
        LABELS["minimum"], MINIMUMS, N_("请选择适用哪一个最短期限；两个日期见本页“移出的条件和日期”。")
    )
    minimum_basis = Line(
        LABELS["minimum_basis"],
        most=500,
        description=Sentence(
            N_("只适用名单规定的最短期限时必填，写到条款；《信用修复管理办法》的期限也已届满的不用填。")
        ),
    )
    finding = told("finding", N_("请逐项写明核对了什么材料或系统、结果如何。"))


class ApproveForm(HouseForm):
    """Why the subject leaves the list."""

    decision_reasons = told("decision_reasons", N_("请写明决定移出名单的理由和依据。"))


class RejectForm(HouseForm):
    """Why it does not, beyond the coded reasons."""

    decision_reasons = told(
        "decision_reasons", N_("请写明不予移出的理由和依据，让申请人知道还缺什么、怎样做到。")
    )


class ProposeRevocationForm(HouseForm):
    """What was false or broken, and by which provision that counts."""

    revocation_facts = told(
        "revocation_facts", N_("请写明哪份材料虚假、哪项承诺严重不实或者被故意违反，以及认定的证据。")
    )
    revocation_basis = told("revocation_basis", N_("请写明依据的规定或者承诺条款。"))


class DropRevocationForm(HouseForm):
    """Why the exit stands."""

    drop_reasons = told("drop_reasons", N_("请写明不撤销移出的理由。"))
