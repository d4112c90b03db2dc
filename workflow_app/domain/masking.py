"""What of a personal field may be shown to others: each kind of field has its rule.

Masking happens on the server, before a value leaves it; the raw value is never sent. The hidden part has a
fixed length where its true length would tell something. Codes of organisations are public and stay whole
(个人信息保护法第二十五条, 市场监督管理行政处罚信息公示规定第六条).
"""

import re

HIDDEN = "****"

# The kinds of subject that have a unified social credit code: firms and other bodies, and sole traders.
ORGANISATIONS = ("legal", "sole")

# Province or municipality, city, district: an address is shown down to the district and never further. An area
# such as 小区 or 园区 is not a district but part of the home address.
_UP_TO_DISTRICT = re.compile(
    r"(?:[^\W\d]{2,5}?(?:省|自治区))?"
    r"(?:[^\W\d]{2,4}?市|[^\W\d]{2,10}?自治州|[^\W\d]{2,4}?(?:地区|盟))"
    r"(?:[^\W\d]{1,5}?(?:(?<![小社园片校])区|县|旗))?"
)


def mask_name(name: str) -> str:
    """A natural person's name: the first character and one star, 张*."""
    name = name.strip()
    return name[:1] + "*" if name else ""


def mask_citizen_id(number: str) -> str:
    """An identity number: first and last character only, so no digit of the birth date."""
    return _keep(number, left=1, right=1)


def mask_mobile(number: str) -> str:
    """A mobile number: 138****1234. Any other telephone number keeps its last two digits."""
    digits = re.sub(r"\D", "", number)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) == 11 and digits.startswith("1"):
        return digits[:3] + HIDDEN + digits[-4:]
    return HIDDEN + digits[-2:] if len(digits) >= 7 else _all_hidden(digits)


def mask_email(address: str) -> str:
    """A mail address: the first character and the domain, z****@example.com."""
    name, at, domain = address.strip().rpartition("@")
    return name[:1] + HIDDEN + at + domain if name and domain else _all_hidden(address)


def mask_bank_account(number: str) -> str:
    """A bank account: the last four digits."""
    digits = re.sub(r"\s", "", number)
    return HIDDEN + digits[-4:] if len(digits) >= 12 else _all_hidden(digits)


def mask_address(address: str) -> str:
    """A home address: down to the district if it can be told apart, else nothing."""
    found = _UP_TO_DISTRICT.match(address.strip())
    return (found[0] if found else "") + _all_hidden(address)


def mask_code(kind: str, code: str) -> str:
    """The code of a subject of this kind: whole for an organisation, masked for an individual or any other kind."""
    return code if kind in ORGANISATIONS else mask_citizen_id(code)


def _keep(text: str, *, left: int, right: int) -> str:
    hidden = len(text) - left - right
    # Of a short value the ends would be most of it.
    return text[:left] + "*" * hidden + text[-right:] if hidden >= left + right else _all_hidden(text)


def _all_hidden(text: str) -> str:
    return HIDDEN if text.strip() else ""
