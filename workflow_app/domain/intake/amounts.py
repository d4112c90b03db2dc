"""Amounts of money in 万元 (ten thousand yuan), exact to six places, which is one fen.

A bare number is 万元, because the column says so. An amount that names its unit is converted: “15000元” is 1.5, and the
sender is told. A bare number of 10,000 and more (a hundred million yuan) is kept and asked about: it is more often
yuan than true.
"""

import re
from decimal import Context, Decimal

from ..words import N_, Sentence
from .faults import Unreadable
from .values import compact

_EXACTLY = Context(prec=80)
_PLACES = Decimal("0.000001")
_MOST_DIGITS = 12  # before the point: decimal(18, 6)
_REMARKABLE = Decimal(10_000)
_UNITS = {
    "": Decimal(1),
    "万": Decimal(1),
    "万元": Decimal(1),
    "元": Decimal("0.0001"),
    "圆": Decimal("0.0001"),
    "亿": Decimal(10_000),
    "亿元": Decimal(10_000),
}
_OWN_UNITS = ("", "万", "万元")
_AMOUNT = re.compile(
    r"(?:人民币|RMB|CNY)?¥?([+-]?)((?:\d{1,3}(?:,\d{3})+|\d{1,30})(?:\.\d{0,30})?|\.\d{1,30})(亿元?|万元?|元|圆)?整?",
    re.ASCII,
)
_HOW = N_("请只写数字，单位是万元：一万五千元写 1.5。")


def parse_amount(text: str) -> tuple[Decimal, Sentence | None]:
    """The amount in 万元, and a sentence when the sender should look again. Raises Unreadable."""
    written = compact(text)
    found = _AMOUNT.fullmatch(written)
    if not found:
        raise Unreadable(Sentence(N_("“%(written)s”不是能认出的金额。"), written=written[:30]), _HOW)
    sign, digits, unit = found[1], found[2].replace(",", ""), found[3] or ""
    number = Decimal(digits)
    if sign == "-" and number:
        raise Unreadable(N_("金额不能是负数。"), _HOW)
    amount = _EXACTLY.multiply(number, _UNITS[unit])
    exact = amount.quantize(_PLACES, context=_EXACTLY) if amount < 10**_MOST_DIGITS else None
    if exact is None:
        raise Unreadable(N_("金额太大，整数部分最多 12 位。"), _HOW)
    if exact != amount:
        raise Unreadable(
            N_("金额比一分钱还细，小数最多 6 位。"), N_("请照决定书填写到分，万元后最多 6 位小数。")
        )
    return exact, _doubt(written, unit, exact)


def _doubt(written: str, unit: str, amount: Decimal) -> Sentence | None:
    if unit not in _OWN_UNITS:
        sentence = N_("“%(written)s”换算成了 %(amount)s 万元，请核对。")
        return Sentence(sentence, written=written[:30], amount=told(amount))
    if not unit and amount >= _REMARKABLE:
        sentence = N_("%(amount)s 万元就是 %(yuan)s 元，请确认填写的单位是万元。")
        return Sentence(sentence, amount=told(amount), yuan=told(amount * 10_000))
    return None


def told(amount: Decimal) -> str:
    """The amount without needless zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
