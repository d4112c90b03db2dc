"""Whom a decision concerns: the columns that penalties and licences share, and how they must fit together.

An organisation is known by its unified social credit code, a natural person by an identity document. The number of a
natural person in an organisation's row is not taken: nothing needs it.
"""

from dataclasses import dataclass

from ..words import N_
from .kinds import SubjectCategory, parse_category
from .reading import Reading
from .values import citizen_id, compact

ID_CARD = "身份证"
_ID_CARDS = frozenset({"身份证", "居民身份证", "二代身份证", "中华人民共和国居民身份证", "公民身份证"})
# What a sole trader without a code is given in the table (practice, 待核实).
_NO_CODE_YET = "00000000000000000X"


@dataclass(frozen=True)
class Subject:
    """The subject of a decision as its table names it; "" where there is nothing.

    `code` tells subjects apart: the credit code, else the identity number, else the first of the older numbers.
    """

    name: str
    category: SubjectCategory
    code: str
    credit_code: str
    registration_number: str
    organisation_code: str
    tax_number: str
    institution_number: str
    society_number: str
    legal_representative: str
    representative_id_kind: str
    representative_id_number: str
    id_kind: str
    id_number: str


def read_subject(reading: Reading, prefix: str) -> Subject | None:
    """The subject in a row of a CF_ or XK_ table; None when its category can't be told. Faults go to the reading."""
    xdr = f"{prefix}_XDR_"
    name = reading.text(xdr + "MC")
    category = reading.read(xdr + "LB", reading.text(xdr + "LB"), by=parse_category)
    credit_code = _credit_code(reading, xdr, category)
    registration, organisation, tax, institution, society = reading.texts(
        *(xdr + end for end in ("GSZC", "ZZJG", "SWDJ", "SYDW", "SHZZ"))
    )
    older = (registration, organisation, tax, institution, society)
    representative = _representative(reading, prefix)
    id_kind, id_number = _identity(reading, xdr, category)
    if category is None:
        return None
    code = next((code for code in (credit_code, id_number, *older) if code), "")
    if category is SubjectCategory.SOLE_TRADER and not code and not reading.faults:
        reading.wrong(
            xdr + "SHXYM",
            N_("个体工商户没有任何能认出它的号码。"),
            N_("请填统一社会信用代码；确实还没有的，请填工商注册号。"),
        )
    return Subject(name, category, code, credit_code, *older, *representative, id_kind, id_number)


def _credit_code(reading: Reading, xdr: str, category: SubjectCategory | None) -> str:
    column = xdr + "SHXYM"
    written = compact(reading.glance(column)).upper()
    if category is SubjectCategory.NATURAL_PERSON:
        if written:
            reading.wrong(
                column,
                N_("相对人是自然人，却填了统一社会信用代码。"),
                N_("请删去代码，填自然人证件类型和号码；或把类别改为个体工商户。"),
            )
        return ""
    if written == _NO_CODE_YET and category is SubjectCategory.SOLE_TRADER:
        reading.doubt(
            column, N_("统一社会信用代码填的是占位号码，没有采用。"), N_("取得代码后请补填并重新导入。")
        )
        return ""
    if not written and category is SubjectCategory.ORGANISATION:
        reading.wrong(
            column,
            N_("法人及非法人组织没有填统一社会信用代码。"),
            N_("请照营业执照或登记证书填写 18 位代码。"),
        )
    return reading.unit_code(column)


def _representative(reading: Reading, prefix: str) -> tuple[str, str, str]:
    name = reading.text(f"{prefix}_FRDB")
    kind, number = reading.text(f"{prefix}_FR_ZJLX"), reading.text(f"{prefix}_FR_ZJHM")
    return name, *_document(reading, f"{prefix}_FR_ZJ", kind, number)


def _identity(reading: Reading, xdr: str, category: SubjectCategory | None) -> tuple[str, str]:
    kind, number = reading.text(xdr + "ZJLX"), reading.text(xdr + "ZJHM")
    if category is not SubjectCategory.NATURAL_PERSON:
        if number:
            reading.doubt(
                xdr + "ZJHM",
                N_("相对人不是自然人，自然人证件号码没有采用。"),
                N_("如果处罚或许可的是个人，请把类别改为自然人。"),
            )
        return "", ""
    if not number:
        reading.wrong(
            xdr + "ZJHM", N_("相对人是自然人，没有填证件号码。"), N_("请填自然人证件类型和证件号码。")
        )
        return kind, ""
    return _document(reading, xdr + "ZJ", kind, number)


def _document(reading: Reading, columns: str, kind: str, number: str) -> tuple[str, str]:
    """The kind and number of an identity document, an identity card's number checked."""
    if not number:
        return kind, ""
    if not kind and len(compact(number)) != 18:
        reading.wrong(
            columns + "LX", N_("填了证件号码，没有填证件类型。"), N_("请写明证件类型，如身份证、护照。")
        )
        return "", ""
    if kind and kind not in _ID_CARDS:
        return kind, compact(number).upper()
    return ID_CARD, reading.read(columns + "HM", number, by=citizen_id) or ""
