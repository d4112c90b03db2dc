"""Cases for machines: opened, read, filled in, taken through their steps. The same verbs and forms as the pages."""

from typing import Any

from flask_login import current_user

from ..domain.scopes import TokenScope
from ..domain.words import N_
from ..extensions import db
from ..services.cases import cases as verbs
from . import shapes
from .room import Room

cases = Room("cases_api", __name__, title=N_("办件"))


class CaseShape(shapes.Shape):
    """A case as its reader sees it."""

    number = shapes.Text(required=True)
    state = shapes.Text(required=True)
    version = shapes.Whole(required=True)


@cases.call("GET", "/cases/<address>", N_("查看一件办件"), scope=TokenScope.CASES_READ)
@cases.response(200, CaseShape)
def show(address: str) -> dict[str, Any]:
    """One case."""
    case = verbs.visible(db.session(), address, current_user.actor)
    return {"number": case.address, "state": case.state, "version": case.version}
