"""Tables of penalties and licences for tests: rows as units send them, as CSV bytes."""

import csv
import io

from sqlalchemy import select

from workflow_app.domain.identifiers import uscc_from
from workflow_app.domain.intake import layouts
from workflow_app.models.party import Unit
from workflow_app.services.imports import imports
from workflow_app.services.imports.imports import File

MARKET = uscc_from("11120102MB0000001")
HEALTH = uscc_from("11120102MB0000002")
OFFICE = uscc_from("11120102MB0000003")
PENALTY = {
    "CF_XDR_MC": "天津示范商贸有限公司", "CF_XDR_LB": "法人及非法人组织", "CF_XDR_SHXYM": uscc_from("91120102MA0DEM901"),
    "CF_WSH": "津河东市监罚〔2026〕7号", "CF_WFXW": "经营超过保质期的食品", "CF_SY": "货架上有超过保质期的食品。",
    "CF_YJ": "《中华人民共和国食品安全法》第一百二十四条", "CF_CFLB": "警告；罚款", "CF_NR": "警告，罚款一万五千元。",
    "CF_NR_FK": "1.5", "CF_JDRQ": "2026-09-10", "CF_YXQ": "2027-09-10", "CF_CFJG": "示范区市场监管局", "CF_CFJGDM": MARKET,
    "CF_SJLY": "示范区市场监管局", "CF_SJLYDM": MARKET,
}  # fmt: skip
LICENCE = {
    "XK_XDR_MC": "天津示范商贸有限公司", "XK_XDR_LB": "法人及非法人组织", "XK_XDR_SHXYM": uscc_from("91120102MA0DEM901"),
    "XK_XKWS": "食品经营许可决定书", "XK_WSH": "津河东市监许〔2026〕3号", "XK_XKLB": "普通", "XK_XKZS": "食品经营许可证",
    "XK_XKBH": "JY11201020000001", "XK_NR": "准予食品销售。", "XK_JDRQ": "2026-09-10", "XK_YXQZ": "2026-09-10",
    "XK_YXQZI": "2031-09-09", "XK_XKJG": "示范区市场监管局", "XK_XKJGDM": MARKET, "XK_LYDW": "示范区市场监管局",
    "XK_LYDWDM": MARKET,
}  # fmt: skip


def table(rows, layout=layouts.PENALTIES):
    """The rows as a CSV file with the codes for a header."""
    codes = [column.code for column in layout.columns]
    text = io.StringIO(newline="")
    csv.writer(text).writerows([codes, *([row.get(code, "") for code in codes] for row in rows)])
    return text.getvalue().encode()


def penalties(*changes, common=()):
    """A file of penalties, one row for each dictionary of changes."""
    return table([PENALTY | dict(common) | change for change in changes])


def licences(*changes):
    """A file of licences."""
    return table([LICENCE | change for change in changes], layouts.LICENCES)


def many(count, **changed):
    """A file of so many firms with one penalty each."""
    rows = [
        {"CF_XDR_MC": f"天津示范第{n}商店", "CF_XDR_SHXYM": uscc_from(f"91120102MA{n:07d}"), "CF_WSH": f"津罚〔2026〕{n}号"}
        for n in range(1, count + 1)
    ]  # fmt: skip
    return penalties(*rows, common=changed)


def give_codes(session):
    """The units get codes that stand the check of a table."""
    for unit, code in zip(
        session.scalars(select(Unit).order_by(Unit.id)), (MARKET, HEALTH, OFFICE), strict=True
    ):
        unit.code = code


def handed_in(
    session,
    world,
    house,
    content,
    *,
    kind="penalties",
    unit="market",
    by="handler",
    now,
    name="九月.csv",
    **more,
):
    """A file that was handed in, with the codes in place."""
    give_codes(session)
    return imports.start(
        session, File(name, content), kind, unit_id=unit and world.units[unit], by_id=world.people[by], now=now, house=house,
        **more,
    )  # fmt: skip
