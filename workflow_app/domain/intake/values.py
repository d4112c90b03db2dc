"""Cells as text: what can be mended without doubt is mended, the rest is left as it was written.

Chinese punctuation stays Chinese in running text; only digits and letters become half-width. Where a cell is a code,
an amount or a day, the whole of it is brought to its plain form (NFKC).
"""

import re
import unicodedata
from functools import lru_cache

from ..identifiers import parse_citizen_id, parse_uscc
from ..words import N_
from .faults import Unreadable

# What people type where there is nothing to say.
_NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "无", "空", "NULL", "null", "None", "N/A", "n/a"})
# Full-width digits and letters; full-width punctuation is how Chinese is written.
_HALF_WIDTH = {
    full: full - 0xFEE0
    for span in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B))
    for full in range(*span)
}
_BLANKS = dict.fromkeys((0x3000, 0xA0, 0x2007, 0x202F, ord("\t")), " ")
_UNUSUAL = re.compile(r"[０-９Ａ-Ｚａ-ｚ]")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_ROUGH_NUMBER = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?\d+")
_BRACKETS = str.maketrans("〔【［（〈《{[", "((((((((") | str.maketrans("〕】］）〉》}]", "))))))))")


def plain(cell: str) -> str:
    """The cell as text: no control or invisible characters, half-width digits and letters, no blanks around it; ""
    for what only says that there is nothing."""
    if not cell.isprintable() or _UNUSUAL.search(cell):
        cell = cell.replace("\r\n", "\n").replace("\r", "\n").translate(_HALF_WIDTH).translate(_BLANKS)
        cell = "".join(sign for sign in cell if sign == "\n" or unicodedata.category(sign) not in _INVISIBLE)
    text = unicodedata.normalize("NFC", cell).strip()
    return "" if text in _NOTHING else text


def compact(text: str) -> str:
    """The plain form of a code, an amount or a day: compatibility forms resolved, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def key_of(number: str) -> str:
    """A document number for comparison: 津市监罚〔2026〕12号 and 津市监罚 [2026] 12 号 are one."""
    return compact(number.translate(_BRACKETS)).translate(_BRACKETS).upper()


@lru_cache(maxsize=4096)
def unit_code(text: str) -> str:
    """A unified social credit code. Raises Refused (its own sentence) or Unreadable."""
    _refuse_rough(text)
    return parse_uscc(compact(text))


def citizen_id(text: str) -> str:
    """A citizen identity number. Raises Refused (its own sentence) or Unreadable."""
    _refuse_rough(text)
    return parse_citizen_id(compact(text))


def _refuse_rough(text: str) -> None:
    """A number turned into 1.2E+17 by a spreadsheet has lost its last digits for good."""
    if _ROUGH_NUMBER.fullmatch(compact(text)):
        raise Unreadable(
            N_("号码被表格软件改成了科学计数法，末几位已经丢失。"),
            N_("请把这一列的单元格格式改为“文本”，再照原件重新填写号码。"),
        )
