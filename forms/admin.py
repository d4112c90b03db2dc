"""What the admin room asks: a person, a grant, a unit. Shape only; who may grant what is decided by the services."""

from collections.abc import Sequence

from wtforms import RadioField, SelectField
from wtforms.fields import Field, SelectChoice
from wtforms.validators import Optional, ValidationError

from workflow_app.domain.identifiers import parse_citizen_id, parse_uscc
from workflow_app.domain.people import FOR_A_SUBJECT, GRANT_TITLES, STAFF, GrantKind
from workflow_app.domain.refusals import Refused
from workflow_app.domain.words import N_, Sentence

from .fields import (
    LOGIN,
    CreditCode,
    Email,
    HouseForm,
    LegalDay,
    Line,
    Login,
    Mobile,
    UnitChoice,
    matches,
    needed,
)

# Agents are named by their owner, with a scope; the administrator's room only grants the others.
GRANTED_ON_UNITS = tuple(kind for kind in GrantKind if kind in STAFF)
GRANTED_ON_SUBJECTS = tuple(
    kind for kind in GrantKind if kind in FOR_A_SUBJECT and kind is not GrantKind.AGENT
)
SUBJECT_KINDS = (("legal", N_("法人或其他组织")), ("sole", N_("个体工商户")), ("individual", N_("自然人")))
LOGIN_SHAPE = N_("登录名为 3 至 80 个字母、数字或 . _ @ -，以字母或数字开头，请修改。")


class PersonForm(HouseForm):
    """Somebody new."""

    login = Login(N_("登录名"), [needed(N_("请起一个登录名。")), matches(LOGIN, LOGIN_SHAPE)])
    name = Line(N_("姓名"), [needed(N_("请填写姓名。"))], most=100)
    mobile = Mobile(N_("手机号"))
    email = Email(N_("电子邮箱"))


class UnitGrantForm(HouseForm):
    """A right in a unit."""

    kind = SelectField(Sentence(N_("权限")), [needed(N_("请选择权限。"))])
    unit_id = SelectField(Sentence(N_("单位")), [needed(N_("请选择单位。"))], coerce=int)
    valid_to = LegalDay(N_("到哪一天止（含当天）"), description=Sentence(N_("不填表示一直有效，直到收回。")))


class SubjectGrantForm(HouseForm):
    """A right for a firm or a person, who is entered here if not known yet."""

    kind = RadioField(
        Sentence(N_("权限")),
        [needed(N_("请选择权限。"))],
        choices=[SelectChoice(kind.value, Sentence(GRANT_TITLES[kind])) for kind in GRANTED_ON_SUBJECTS],
    )
    subject_kind = RadioField(
        Sentence(N_("主体类型")),
        [needed(N_("请选择主体类型。"))],
        choices=[SelectChoice(value, Sentence(title)) for value, title in SUBJECT_KINDS],
    )
    code = Line(
        N_("统一社会信用代码；自然人填身份证号码"), [needed(N_("请填写主体的代码，共 18 位。"))], most=60
    )
    name = Line(N_("主体名称"), [needed(N_("请填写营业执照或身份证上的名称。"))])
    valid_to = LegalDay(N_("到哪一天止（含当天）"), description=Sentence(N_("不填表示一直有效，直到收回。")))

    def validate_code(self, field: Field) -> None:
        """The code of an organisation or of a person, with its check character."""
        parse = parse_citizen_id if self.subject_kind.data == "individual" else parse_uscc
        try:
            field.data = parse(field.data or "")
        except Refused as refusal:
            raise ValidationError(refusal.sentence) from None


class UnitForm(HouseForm):
    """A department."""

    name = Line(N_("单位名称"), [needed(N_("请填写单位全称。"))])
    name_en = Line(N_("英文名称"), [needed(N_("请填写英文名称，英文页面要用。"))])
    code = CreditCode(N_("统一社会信用代码"), [needed(N_("请填写单位的统一社会信用代码，共 18 位。"))])


class SuccessorForm(HouseForm):
    """Who takes over what an ended unit did; nobody is an answer too, where a unit is being ended."""

    successor = UnitChoice(
        N_("继任单位"),
        [Optional()],
        description=Sentence(N_("接手这个单位职责的部门。合并、更名的请先新增新单位，再回到这里选择。")),
    )

    def offer(self, units: Sequence[tuple[str, str]], nobody: str = "") -> None:
        """The departments by key and name, and what it means to choose none."""
        first = [("", Sentence(nobody))] if nobody else []
        self.successor.choices = [SelectChoice(key, name) for key, name in (*first, *units)]
