"""Cases for machines: opened, read, filled in. The same verbs, forms and refusals as the pages."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from flask_login import current_user

from ..domain import clock
from ..domain.scopes import TokenScope
from ..domain.words import N_
from ..extensions import db
from ..services.cases import cases as verbs
from ..services.engine import leases
from ..web.cases import case_forms
from ..web.cases.case_rows import Shown
from ..web.house import house
from . import beginning, case_told, filled, shapes
from .case_told import CaseShape
from .room import Room
from .showing import says

cases = Room("cases_api", __name__, title=N_("办件"))
MORE_OF_BEGINNING = N_(
    "按流程写明：commitment 写 item（承诺事项），或者写 record、entry 为修复或移出签署承诺书；objection 写 record，"
    "并在 facts 里写 ground（事由），需要时写 about_case；repair 写 record；training 写 class；"
    "listing 写 list_type 和 subject_name；list_exit 写 entry。"
    "同一件事已经有草稿的，接着用那一份，答复 200；新建的答复 201，地址在 Location。"
)
MORE_OF_FILLING = N_(
    "只改 facts 里写明的各项，其余不变；null 是清空。草稿可以填写全部内容，退回补正的只能填写标出的部分。"
    "可以填写的见 facts_schema。有一项不对，全部不改。"
)


class Beginning(shapes.Shape):
    """What is begun."""

    workflow = shapes.Text(
        required=True, validate=shapes.one_of(tuple(beginning.WAYS)),
        metadata=says(N_("流程"), "commitment") | {"enum": list(beginning.WAYS)},
    )  # fmt: skip
    subject = shapes.Text(
        required=True, validate=shapes.most(60),
        metadata=says(N_("信用主体的统一社会信用代码；个人写身份证件号码"), "91120102MA0DEM010E"),
    )  # fmt: skip
    record = shapes.Text(validate=shapes.most(60), metadata=says(N_("信用信息的编号"), "vwXYoHB6tTx0"))
    item = shapes.Text(validate=shapes.most(60), metadata=says(N_("承诺事项的代码"), "SPTD-02"))
    class_ = shapes.Text(
        data_key="class", validate=shapes.most(60), metadata=says(N_("培训班的编号"), "b2KqP0aQ9x1z")
    )
    list_type = shapes.Text(validate=shapes.most(80), metadata=says(N_("名单的代号"), "serious-tax"))
    entry = shapes.Text(validate=shapes.most(60), metadata=says(N_("列入记录的编号"), "Qm3fX8kLw0Ze"))
    subject_name = shapes.Text(
        validate=shapes.most(200),
        metadata=says(N_("只用于 listing：主体的全称，要与代码登记的一致"), "天津海河示范食品有限公司"),
    )
    facts = shapes.Anything(
        load_default=dict, metadata=says(N_("同时填写的内容，见 facts_schema"), {"reason": "增设堂食区"})
    )


class Filling(shapes.Shape):
    """What is filled in."""

    version = shapes.Whole(required=True, metadata=says(N_("读到的版本"), 3))
    facts = shapes.Anything(
        required=True,
        metadata=says(N_("要改的各项，按名称"), {"reason": "增设堂食区，申请公共场所卫生许可。"}),
    )


@cases.call("POST", "/cases", N_("开始一件办件"), scope=TokenScope.CASES_WRITE, more=MORE_OF_BEGINNING)
@cases.alt_response(200, schema=CaseShape, description=N_("接着用已有的草稿"))
@cases.arguments(Beginning)
@cases.response(201, CaseShape)
def begin(sent: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Open a draft, and fill it in as far as facts are sent."""
    now, facts = clock.now(), sent["facts"]
    words = {name.rstrip("_"): value for name, value in sent.items() if name.rstrip("_") in beginning.WORDS}
    case, is_new = beginning.begin(
        sent["workflow"], sent["subject"], words=words, facts=facts, actor=current_user.actor, now=now
    )
    if sent["workflow"] == "objection":
        facts = {name: value for name, value in facts.items() if name not in beginning.OF_AN_OBJECTION}
    address = case.address
    if facts:
        fill_in(case_told.opened(address, now=now), facts, version=case.version, now=now)
    location = {"Location": url_for("cases_api.show", address=address)}
    return case_told.anew(address, now=now), 201 if is_new else 200, location


@cases.call("GET", "/cases/<address>", N_("查看一件办件"), scope=TokenScope.CASES_READ)
@cases.response(200, CaseShape)
def show(address: str) -> dict[str, Any]:
    """One case."""
    now = clock.now()
    return case_told.told(case_told.opened(address, now=now), now=now)


@cases.call(
    "PATCH", "/cases/<address>", N_("填写草稿或者补正"), scope=TokenScope.CASES_WRITE, more=MORE_OF_FILLING
)
@cases.arguments(Filling)
@cases.response(200, CaseShape)
def fill(sent: dict[str, Any], address: str) -> dict[str, Any]:
    """Fill in a draft, or the marked parts of a returned case."""
    now = clock.now()
    shown = case_told.opened(address, now=now, version=sent["version"])
    fill_in(shown, sent["facts"], version=sent["version"], now=now)
    leases.renew(shown.case, current_user.actor, now=now)
    return case_told.anew(address, now=now)


def fill_in(shown: Shown, facts: Mapping[str, Any], *, version: int, now: datetime) -> None:
    """Keep these facts and no others. Raises Unfit, NotYours, Stale or Refused; then nothing is kept."""
    blank = case_forms.edit_form(shown, None)
    form = case_forms.edit_form(shown, filled.read(blank, facts, at="facts"))
    form.validate()
    named = [field for field in filled.asked(form) if field.name in facts]
    wrong = {f.name: filled.fault_of(f) for f in named if f.errors and not filled.is_blank(facts[f.name])}
    if wrong:
        raise filled.Unfit({"facts": wrong})
    values = {field.name: field.data for field in named}
    verbs.save(
        db.session(),
        shown.case.address,
        values,
        version=version,
        actor=current_user.actor,
        now=now,
        house=house(),
    )
