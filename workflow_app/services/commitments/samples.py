"""The letter of an item as it would print for an invented firm, for the people who keep the item."""

from datetime import date

from markupsafe import Markup

from ...models.catalogue import CommitmentItem
from ...workflows.commitment import TYPES
from ..documents import documents, texts, wording
from ..documents.documents import Particulars
from ..documents.texts import Plain
from ..engine import circumstances
from ..house import House

NAME = "示例企业有限公司"
CODE = "91120102XXXXXXXXXX"
RECORD = (("签署方式", "（签署时写入）"),)


def letter(item: CommitmentItem, *, on: date, house: House) -> Markup:
    """The sheet of the item's letter on a legal day. Refused when no version is in force then."""
    text = texts.current(item.letter, on=on)
    particulars = Particulars(NAME, CODE, item.unit.name, item.title, "", RECORD)
    return documents.preview(
        "commitment_letter",
        text=text,
        values=_values(item, on=on, house=house),
        particulars=particulars,
        on=on,
    )


def _values(item: CommitmentItem, *, on: date, house: House) -> dict[str, Plain]:
    """What a letter may name: the item's own words, everything else plainly a sample."""
    return {
        "subject_name": NAME,
        "subject_code": CODE,
        "subject_kind": wording.SUBJECT_KINDS["legal"],
        "legal_representative": "（法定代表人姓名）",
        "contact_masked": "（联系人和手机）",
        "item_title": item.title,
        "item_code": item.code,
        "type_title": TYPES[item.type],
        "unit_name": item.unit.name,
        "reason": "（承诺人填写的承诺事由）",
        "conditions": tuple(item.conditions),
        "statement": "",
        "valid_from": on,
        "valid_until": circumstances.item_on(item, on).latest_end_on,
        "liability": item.liability,
        "publication": wording.PUBLICATIONS[item.publication],
        "site_name": house.site_name,
        "signer_name": "（签署人）",
        "signer_role": "主体管理员",
    }
