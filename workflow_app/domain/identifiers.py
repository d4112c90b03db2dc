"""The numbers that name firms, people, cases and documents: reading them, checking them, making them.

What people type is first mended where no doubt is possible (full-width characters, lower case, spaces); what
remains wrong is refused with a sentence that says which character and how to put it right. Nothing here asks
whether the firm or the person exists.
"""

import re
from datetime import date

from .refusals import Refused
from .words import N_, Sentence

# GB 32100-2015: 31 symbols, digits and capitals without I O S V Z; weights are the powers of 3 modulo 31.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
USCC_DIVISION = range(2, 8)  # places counted from 0: the administrative division, digits only
NEVER_IN_USCC = "IOSVZ"

# GB 11643-1999: the remainder modulo 11 picks the check character.
CITIZEN_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CITIZEN_CHECKS = "10X98765432"

HALF_WIDTH = {full: full - 0xFEE0 for full in range(0xFF01, 0xFF5F)}
# Spaces of every kind and the invisible marks that come along when a number is pasted.
BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")


def parse_uscc(text: str) -> str:
    """The unified social credit code in `text`, in its plain form. Raises Refused (GB 32100-2015)."""
    code = _mended(text)
    if not code:
        raise Refused(N_("请填写统一社会信用代码，共 18 位，印在营业执照或登记证书上。"))
    if len(code) == 15 and code.isdigit():
        raise Refused(N_("您填写的像是 15 位工商注册号，请填写营业执照上 18 位的统一社会信用代码。"))
    if len(code) != 18:
        sentence = N_(
            "统一社会信用代码应为 18 位，您填写了 %(count)s 位，请对照营业执照补齐或删去多余的字符。"
        )
        raise Refused(Sentence(sentence, count=len(code)))
    _check_uscc_characters(code)
    if uscc_from(code[:17]) != code:
        raise Refused(N_("统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。"))
    return code


def uscc_from(first17: str) -> str:
    """The whole code of its first 17 characters, with the check character. Raises Refused for illegal ones."""
    if len(first17) != 17:
        raise ValueError(f"a code has 17 characters before its check character, not {len(first17)}")
    _check_uscc_characters(first17)
    total = sum(
        USCC_ALPHABET.index(symbol) * weight for symbol, weight in zip(first17, USCC_WEIGHTS, strict=True)
    )
    return first17 + USCC_ALPHABET[-total % 31]


def parse_citizen_id(text: str) -> str:
    """The citizen identity number in `text`, in its plain form. Raises Refused (GB 11643-1999)."""
    number = _mended(text)
    if not number:
        raise Refused(N_("请填写居民身份证号码，共 18 位。"))
    if len(number) == 15 and number.isdigit():
        raise Refused(N_("15 位的旧身份证号码已停止使用，请填写 18 位号码。"))
    if len(number) != 18:
        sentence = N_("居民身份证号码应为 18 位，您填写了 %(count)s 位，请对照身份证补齐或删去多余的字符。")
        raise Refused(Sentence(sentence, count=len(number)))
    _check_citizen_characters(number)
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], CITIZEN_WEIGHTS, strict=True))
    if CITIZEN_CHECKS[total % 11] != number[17]:
        raise Refused(N_("居民身份证号码第 18 位校验码不对，请对照身份证逐位核对。"))
    return number


def parse_code(text: str) -> str:
    """The code of an organisation or the number of a citizen in `text`, in its plain form. Raises Refused.

    A code may consist of digits alone; what fits neither is judged as what it looks like: a citizen's number has the
    year of birth in the seventh place.
    """
    try:
        return parse_uscc(text)
    except Refused as refused:
        number = _mended(text)
        if not (number[:17].isdigit() and number[6:8] in ("19", "20")):
            raise refused from None
        return parse_citizen_id(text)


def case_number(prefix: str, division: str, day: date, serial: int) -> str:
    """The number of a case, such as CM-120102-20260918-000001. Raises ValueError for parts of another shape."""
    return _number(prefix, division, day, serial)


def document_number(prefix: str, division: str, day: date, serial: int) -> str:
    """The number of a document, in the same shape; its prefix names the kind of document."""
    return _number(prefix, division, day, serial)


def _number(prefix: str, division: str, day: date, serial: int) -> str:
    if not re.fullmatch(r"[A-Z]{2,4}", prefix):
        raise ValueError(f"a prefix is two to four capitals, not {prefix!r}")
    if not re.fullmatch(r"[0-9]{6}", division):
        raise ValueError(f"an administrative division is six digits, not {division!r}")
    if not 1 <= serial <= 999_999:
        raise ValueError(f"a serial of one day lies between 1 and 999999, not at {serial}")
    return f"{prefix}-{division}-{day:%Y%m%d}-{serial:06d}"


def _mended(text: str) -> str:
    return BLANKS.sub("", text).translate(HALF_WIDTH).upper()


def _check_uscc_characters(code: str) -> None:
    for place, found in enumerate(code):
        if found in NEVER_IN_USCC:
            sentence = N_(
                "统一社会信用代码第 %(place)s 位是“%(found)s”，代码里不使用字母 I、O、S、V、Z，"
                "请核对是否把数字 1、0、5、2 或字母 U 看错了。"
            )
        elif found not in USCC_ALPHABET:
            sentence = N_(
                "统一社会信用代码第 %(place)s 位“%(found)s”不是数字或英文字母，请对照营业执照修改。"
            )
        elif place in USCC_DIVISION and not found.isdigit():
            sentence = N_(
                "统一社会信用代码第 3 至 8 位只能是数字，第 %(place)s 位是“%(found)s”，请对照营业执照修改。"
            )
        else:
            continue
        raise Refused(Sentence(sentence, place=place + 1, found=found))


def _check_citizen_characters(number: str) -> None:
    for place, found in enumerate(number):
        if found in "0123456789" or (place == 17 and found == "X"):
            continue
        sentence = N_(
            "居民身份证号码第 %(place)s 位“%(found)s”不对：前 17 位是数字，末位是数字或 X，请对照身份证修改。"
        )
        raise Refused(Sentence(sentence, place=place + 1, found=found))
    if not _is_day(number[6:14]):
        raise Refused(N_("居民身份证号码第 7 至 14 位是出生日期，您填写的日期不存在，请对照身份证核对。"))


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
