"""The same number or file in the applications of many firms, for a person of the credit office to look at.

Never shown to an applicant, never a ground for anything: what the office learns by asking is written down with its
verdict, and how often it was a false alarm is shown.
"""

from typing import Any

from flask import Blueprint, Response, flash, redirect, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from forms.repairs import verdict_form

from ...domain import clock
from ...domain.refusals import Refused
from ...domain.words import Sentence
from ...extensions import db
from ...models.repair import ClusterFlag
from ...services.cases import agents
from ..cases import typed
from ..pages import page

clusters = Blueprint("clusters", __name__, url_prefix="/office/clusters")


@clusters.get("")
def index() -> Response:
    """All clusters, those nobody looked at first."""
    session = db.session()
    return page(
        "clusters/index.html",
        rows=[row(flag) for flag in agents.flags(session)],
        tally=agents.tally(session),
        from_subjects=agents.FROM_SUBJECTS,
    )


@clusters.route("/<int:flag_id>", methods=["GET", "POST"])
def show(flag_id: int) -> Response | BaseResponse:
    """One cluster with the subjects it joins, and what somebody found out."""
    session = db.session()
    flag = agents.flag(session, flag_id)
    form = verdict_form(agents.VERDICTS)(typed.form(), obj=flag)
    if request.method == "POST" and form.validate():
        found = {"verdict": form["verdict"].data, "note": form["note"].data}
        try:
            agents.judge(session, flag, **found, actor=current_user.actor, now=clock.now())
        except Refused as refused:
            form.refuse("verdict", refused.sentence)
        else:
            flash(_("已记下核实的结果。"), "success")
            return redirect(url_for("clusters.index"), 303)
    return page(
        "clusters/show.html",
        status=typed.status(form),
        form=form,
        subjects=agents.subjects_of(session, flag),
        **row(flag),
    )


def row(flag: ClusterFlag) -> dict[str, Any]:
    """A cluster in a line."""
    return {
        "flag": flag,
        "kind": Sentence(agents.KINDS[flag.kind]),
        "count": len(flag.subject_ids),
        "verdict": Sentence(agents.VERDICTS[flag.verdict]) if flag.verdict else None,
        "url": url_for("clusters.show", flag_id=flag.id),
    }
