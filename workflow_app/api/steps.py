"""Taking a step of a case: what is given goes through the form of the page, the same gate and the same engine."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response
from werkzeug.datastructures import MultiDict

from ..domain import clock
from ..domain.scopes import TokenScope
from ..domain.words import N_
from ..extensions import db
from ..web.cases import case_forms, taking
from ..web.cases.case_rows import Shown
from . import case_told, filled, shapes
from .case_told import CaseShape
from .problems import problem
from .room import Room
from .showing import says

steps = Room("steps_api", __name__, title=N_("办理步骤"))
MORE = N_(
    "given 的内容见办件里这一步的 given_schema。需要材料的步骤，先上传到 attachments，再办理。"
    "签署的步骤要在 given 里写登录密码，与页面上一样核验；系统账户不能签署。"
)


class Taking(shapes.Shape):
    """What is given with a step."""

    version = shapes.Whole(required=True, metadata=says(N_("读到的版本"), 3))
    given = shapes.Anything(
        load_default=dict,
        metadata=says(N_("这一步要写的内容，见 given_schema"), {"checked_what": "已逐项核查。"}),
    )


@steps.call("POST", "/cases/<address>/steps/<step>", N_("办理一步"), scope=TokenScope.CASES_WRITE, more=MORE)
@steps.arguments(Taking)
@steps.response(200, CaseShape)
def take(sent: dict[str, Any], address: str, step: str) -> Response | dict[str, Any]:
    """Take a step; the case after it."""
    now = clock.now()
    shown = case_told.opened(address, now=now, version=sent["version"], is_locked=True)
    try:
        taken = take_step(shown, step, sent["given"], now=now)
    except taking.NotConfirmed as refused:  # not raised further: that the password was wrong stays counted
        return problem(409, refused.sentence, code=refused.code)
    return case_told.anew(taken, now=now)


def take_step(shown: Shown, name: str, given: Mapping[str, Any], *, now: datetime) -> str:
    """Take a step with what was given; where the case is now. Raises Unfit, NotYours, Stale, Refused or NotConfirmed.

    Who may not take it is told that, and not what is wrong with what was given.
    """
    form, offer = case_told.blank(shown, name, now=now), taking.offered(shown, name)
    if offer is not None and offer.is_allowed:
        sent = filled.read(form, given, at="given")
        form = case_forms.step_form(db.session(), shown, name, sent)
        if not taking.is_ready(shown, name, form, files=MultiDict(), now=now):
            raise filled.Unfit({"given": filled.faults(form, given)})
    return taking.take(shown, name, form, version=shown.case.version, now=now).address
