"""What keeps machines from filling in a public form, without a script and without a third party.

The page carries a signed ticket with the second it was shown. A form that comes back faster than anybody reads, without
a ticket of ours, or with the field filled in that people don't see, is shown again with everything typed still in it.
"""

from datetime import datetime
from secrets import token_hex

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

from ...domain.refusals import Refused
from ...domain.words import N_

LEAST_SECONDS = 3
MOST_SECONDS = 12 * 60 * 60
TOO_FAST = N_("提交得太快了。请核对一遍再提交，填写的内容都在。")
NOT_OURS = N_("这个页面打开得太久了。填写的内容都在，请核对后再提交一次。")
TRAPPED = N_("请把最下面一栏留空再提交：那一栏是用来识别自动程序的。")


def ticket(now: datetime) -> str:
    """A fresh ticket for a page that is shown now."""
    return str(_serializer().dumps([token_hex(16), int(now.timestamp())]))


def check(shown: str, trap: str, *, now: datetime) -> str:
    """What the ticket carries, the same each time it comes. Raises Refused; code `ticket` when it must be a new one."""
    try:
        nonce, second = _serializer().loads(shown)
    except BadSignature:
        raise Refused(NOT_OURS, code="ticket") from None
    age = int(now.timestamp()) - second
    if age > MOST_SECONDS:
        raise Refused(NOT_OURS, code="ticket")
    if age < LEAST_SECONDS:
        raise Refused(TOO_FAST)
    if trap:
        raise Refused(TRAPPED)
    return str(nonce)


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="petition")
