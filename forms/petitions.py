"""What is asked of somebody who objects without an account, and what a clerk is asked before deciding on it.

Shape only: whether the record is public and whose it is, whether the files can be taken and who it really is, is found
out elsewhere. `homepage` is a trap for machines that fill in whatever there is; people never see it.
"""

from wtforms import BooleanField, Form, HiddenField, RadioField, StringField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import InputRequired, ValidationError

from forms.fields import HouseForm, Line, Mobile, OneTimeCode, Paragraph, needed, tidy_code
from forms.files import NEEDED, with_files
from workflow_app.domain.disputable import FIELDS
from workflow_app.domain.identifiers import parse_citizen_id, parse_uscc
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import N_, Sentence
from workflow_app.workflows.objection import NEEDS_CLAIMS
from workflow_app.workflows.objection_words import GROUNDS, LABELS, PAPERS

OFFERED = ("same_name", "content", "listing", "period", "privacy")
"""What can be said of a record alone; the other grounds are about a case, which who has no account has not."""
KINDS = {
    "legal": N_("企业、社会组织等单位"),
    "sole": N_("个体工商户"),
    "individual": N_("自然人"),
}
CLAIM = "claim_"
CLAIMED = ("decision_no", "decided_on", "title", "behaviour", "basis", "content", "fine", "class_")
"""The disputable fields that stand on the public page."""
WRONG_FIELD = N_("请至少在一项里写出应当是什么；公示页上没有的，写在“事实和理由”里。")
NEEDED_PAPER = "file_identity_proof"


def code_of_kind(form: Form, field: Field) -> None:
    """A citizen number of a natural person, a unified social credit code of everybody else."""
    parse = parse_citizen_id if form["kind"].data == "individual" else parse_uscc
    if not field.data:
        return
    try:
        field.data = parse(field.data)
    except Refused as refused:
        raise ValidationError(refused.sentence) from None


def choices(titles: dict[str, str], keys: tuple[str, ...]) -> list[SelectChoice]:
    """These of the values, by their titles."""
    return [SelectChoice(key, Sentence(titles[key])) for key in keys]


class BareForm(HouseForm):
    """Who objects, against what, and how the office can ask back."""

    ground = RadioField(
        Sentence(LABELS["ground"]),
        [InputRequired(Sentence(N_("请选择异议事由。")))],
        choices=choices(GROUNDS, OFFERED),
    )
    statement = Paragraph(LABELS["statement"], [needed(N_("请写明哪里不对、实际情况是什么。"))])
    kind = RadioField(
        Sentence(N_("谁提出异议")), [InputRequired(Sentence(N_("请选择提出异议的是单位、个体工商户还是自然人。")))],
        choices=choices(KINDS, tuple(KINDS)),
    )  # fmt: skip
    name = Line(N_("名称或者姓名"), [needed(N_("请填写名称或者姓名，与证件上的一致。"))])
    code = Line(
        N_("统一社会信用代码或者身份证号码"), [needed(N_("请填写代码或者号码，用来核对身份。")), code_of_kind], most=60,
        description=Sentence(N_("单位和个体工商户填 18 位统一社会信用代码，自然人填身份证号码。加密保存，不会公开。")),
    )  # fmt: skip
    contact_name = Line(LABELS["contact_name"], [needed(N_("请填写联系人姓名。"))], most=50)
    contact_mobile = Mobile(
        LABELS["contact_mobile"], [needed(N_("请填写联系手机，核对身份时可能要打电话。"))]
    )
    is_true = BooleanField(
        Sentence(N_("以上内容真实。我同意信用办为核对身份、办理这件异议，使用我填写的信息和上传的证件。")),
        [needed(N_("请勾选确认，否则无法核对身份。"))],
    )
    ticket = HiddenField()
    homepage = StringField(Sentence(N_("这一栏请留空")))

    def validate_ground(self, field: Field) -> None:
        """Where the ground is about what is written, at least one field is named."""
        if field.data in NEEDS_CLAIMS and not self.claims():
            raise ValidationError(Sentence(WRONG_FIELD))

    def claims(self) -> dict[str, str]:
        """What each field should say, as far as anything was typed."""
        typed = {name: self[f"{CLAIM}{name}"].data or "" for name in CLAIMED}
        return {name: text for name, text in typed.items() if text}


PetitionForm = with_files(
    type("WithClaims", (BareForm,), {f"{CLAIM}{name}": Line(FIELDS[name], most=500) for name in CLAIMED}),
    {name: Sentence(PAPERS[name]) for name in ("identity_proof", "evidence", "authorisation")},
    required=("identity_proof",),
)
"""The form as it is shown; the identity is proven by an upload, or else the objection is made at the window."""
IDENTITY_NEEDED = Sentence(NEEDED, paper=Sentence(PAPERS["identity_proof"]))


class StandingForm(HouseForm):
    """The number and the code that were noted down."""

    ref = Line(
        N_("来件号"), [needed(N_("请填写来件号，例如 PT-20261120-000001。"))], most=40, filters=(tidy_code,)
    )
    code = OneTimeCode(N_("查询码"), [needed(N_("请填写提交时给您的查询码，共 12 位。"))])


class ConfirmForm(HouseForm):
    """The clerk answers for having looked."""

    has_checked = BooleanField(
        Sentence(N_("已核对身份证明：与填写的名称、代码一致；由他人代办的，授权委托书齐全。")),
        [needed(N_("请先打开身份证明核对，再勾选。"))],
    )


class SendBackForm(HouseForm):
    """Why it is sent back, in words for its author."""

    why = Paragraph(
        N_("退回的理由"), [needed(N_("退回时请写明理由和怎样补齐，来件人会看到。"))], most=500,
        description=Sentence(N_("来件人凭查询码看到这段话。请写清缺什么、怎样补。")),
    )  # fmt: skip
