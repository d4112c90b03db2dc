"""What is asked in the repair workflow. Form classes are named after the steps; EditForm fills in a draft.

Shape only: whether the period is over, the proof is there or a ruling is needed is for the guards of the workflow.
"""

from wtforms import BooleanField

from forms.fields import HouseForm, LegalDay, Line, Mobile, OneOf, Paragraph, needed
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.repair_words import BASES, FILLERS, LABELS, PROOFS


def told(name: str, sentence: str, *, most: int = 2000) -> Paragraph:
    """A fact that has to be written out; `sentence` says what to write."""
    return Paragraph(LABELS[name], [needed(sentence)], most=most)


def found(name: str) -> BooleanField:
    """A condition that is ticked when it was checked and holds; an unticked one is judged by the guard."""
    return BooleanField(Sentence(LABELS[name]))


class EditForm(HouseForm):
    """What the applicant fills in for one record; what the record itself says is not asked again."""

    basis = OneOf(
        LABELS["basis"], BASES, N_("请选择申请依据。一般情况选第一项；只有重整、和解期间才选第二项。")
    )
    correction = told("correction", N_("请写明怎样纠正了失信行为、何时纠正完毕。"))
    duties = told(
        "duties", N_("请逐项写明怎样履行了决定书上的义务，例如罚款何时缴清；没有其他义务的写“无其他义务”。")
    )
    proof_source = OneOf(
        LABELS["proof_source"], PROOFS, N_("请选择证明材料由谁提供。认定单位自己能核对的，不用您上传。")
    )
    ruling_no = Line(LABELS["ruling_no"], most=128)
    plan_ends_on = LegalDay(LABELS["plan_ends_on"])
    contact_name = Line(LABELS["contact_name"], [needed(N_("请填写联系人姓名。"))], most=50)
    contact_mobile = Mobile(
        LABELS["contact_mobile"], [needed(N_("请填写联系人的手机号，办理进度会通知到这个号码。"))]
    )
    filled_by = OneOf(LABELS["filled_by"], FILLERS, N_("请选择由谁填写。信用修复未授权任何机构代办。"))


class NoteSecondReturnForm(HouseForm):
    """Why there may be a further return for reasons that the first did not name."""

    second_return_note = told(
        "second_return_note", N_("请写明为什么第一次退回时没有提出、现在必须提出。"), most=500
    )


class WithdrawForm(HouseForm):
    """Withdrawing needs a reason; nothing that was handed in is destroyed."""

    withdrawal_reason = told("withdrawal_reason", N_("请写明撤回的理由。"), most=1000)


class ProposeApprovalForm(HouseForm):
    """The four conditions one by one, and how each was checked."""

    period_reached = found("period_reached")
    duties_performed = found("duties_performed")
    commitment_made = found("commitment_made")
    other_conditions = found("other_conditions")
    finding = told("finding", N_("请逐项写明核对了什么材料或系统、结果如何。"))


class ProposeRejectionForm(HouseForm):
    """From which day the applicant may ask again; the reasons themselves are coded."""

    next_possible_on = LegalDay(
        LABELS["next_possible_on"],
        [needed(N_("请填写可以再次申请的第一天；理由消除后随时可以申请的，填写今天。"))],
    )


class SendBackForm(HouseForm):
    """What is to be checked again."""

    send_back_note = told("send_back_note", N_("请写明哪些情况需要重新核对。"), most=1000)


class ApproveForm(HouseForm):
    """Why the repair is granted."""

    decision_reasons = told("decision_reasons", N_("请写明同意修复的理由和依据。"))


class RejectForm(HouseForm):
    """Why it is not, beyond the coded reasons."""

    decision_reasons = told(
        "decision_reasons", N_("请写明不予修复的理由和依据，让申请人知道还缺什么、怎样做到。")
    )


class ShieldForm(HouseForm):
    """Why the record is shielded while a plan is carried out."""

    decision_reasons = told(
        "decision_reasons", N_("请写明同意临时屏蔽的理由，以及临时解除哪些妨碍计划执行的措施。")
    )


class FinaliseForm(HouseForm):
    """That the plan was carried out; the ruling goes with it as a file."""

    plan_performed = told("plan_performed", N_("请写明计划或者协议何时执行完毕，以及裁定书的文号。"))


class RestoreForm(HouseForm):
    """That the plan failed; the proof goes with it as a file."""

    plan_failed = told(
        "plan_failed", N_("请写明计划或者协议怎样没有执行，以及裁定书或者证明材料的名称和文号。")
    )


class ProposeRevocationForm(HouseForm):
    """What was false or broken, and by which provision that counts."""

    revocation_facts = told(
        "revocation_facts", N_("请写明哪份材料虚假、哪项承诺严重不实或者被故意违反，以及认定的证据。")
    )
    revocation_basis = told("revocation_basis", N_("请写明依据的规定或者承诺条款。"))


class ReplyForm(HouseForm):
    """The subject's own account."""

    reply = told("reply", N_("请写明您的陈述申辩意见；有证据的，请一并上传。"), most=4000)


class DropRevocationForm(HouseForm):
    """Why the repair stands."""

    drop_reasons = told("drop_reasons", N_("请写明不撤销修复的理由。"))


class RevokeForm(HouseForm):
    """Why the repair is revoked, with an answer to each point of the reply."""

    decision_reasons = told(
        "decision_reasons", N_("请写明撤销的理由，并逐点答复陈述申辩意见；没有收到陈述申辩的也请写明。")
    )
