"""A rule that one list has to itself: the office proposes a new row of a family that lists name, like one that there is.

The preview, the second person and the story are those of every change (see rulebook.py). Decides nothing.
"""

from flask import Blueprint, Response, request
from werkzeug.wrappers import Response as BaseResponse

from forms.rulebook import OwnRuleForm, own_like

from ...domain.list_rules import family_of
from ...domain.refusals import NotYours
from ...domain.rules import Rule, to_row
from ...extensions import db
from ...services.rules import rule_changes, rulebooks
from ..access import take_kept_form
from ..house import house
from .rulebook import standing, today, weighed

own_rules = Blueprint("own_rules", __name__, url_prefix="/office/rules")


@own_rules.route("/<rule_id>/own", methods=["GET", "POST"])
def propose(rule_id: str) -> Response | BaseResponse:
    """Write a row of a new id in the family of this rule. 404 for a rule that no list can have to itself."""
    like = standing(rule_id)
    if family_of(like.id) is None:
        raise NotYours
    form = OwnRuleForm(
        request.form if request.method == "POST" else take_kept_form(), data=own_like(to_row(like))
    )
    form.offer_units_like(like)
    return weighed(form, like, rule_changes.fitting_new, "rulebook/own.html", others=begun_otherwise(like))


def begun_otherwise(like: Rule) -> dict[str, str]:
    """Rules of the family that start with another event, one for each; the new row starts with that of its like."""
    book = rulebooks.current(db.session(), house())
    family = [
        rule
        for rule in book.pack.in_force(on=today(), place=book.place)
        if family_of(rule.id) == family_of(like.id)
    ]
    return {rule.starts_when: rule.id for rule in family if rule.starts_when != like.starts_when}
