"""Who took part: the class register, the training files of a person and of a subject, the trainee's own, the statistics.

The office reads; a trainee sees only what is theirs. Everything can be taken along as a table in which no cell runs.
"""

from datetime import date
from tempfile import TemporaryFile

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from flask_login import current_user

from forms.training_classes import PeriodForm

from ...domain import clock, tables
from ...domain.masking import mask_code
from ...domain.refusals import Refused
from ...extensions import db
from ...models.training import TrainingClass
from ...services.training import certificate_batch, training_figures
from ...services.training import training_classes as classes
from ...services.training import training_register as register
from ...services.training.training_figures import Figures
from ..house import house
from ..pages import page
from . import training_office_view as view
from .training_office import may_change, tabs, today

training_register = Blueprint("training_register", __name__)


@training_register.get("/training-office/classes/<ref>/register")
def of_class(ref: str) -> Response:
    """Everybody who enrolled in a class."""
    found = classes.by_ref(db.session(), ref)
    places = register.of_class(db.session(), found, current_user.actor)
    return page(
        "training_office/register.html",
        held=found,
        tabs=tabs(found),
        rows=[view.place_row(place) for place in places],
        is_masked=not may_change(),
    )


@training_register.get("/training-office/classes/<ref>/register.<any(csv, xlsx):format_>")
def as_file(ref: str, format_: str) -> Response:
    """The register to take along."""
    found = classes.by_ref(db.session(), ref)
    places = register.of_class(db.session(), found, current_user.actor)
    return view.sent(view.register_file(places, format_), _("班级名册 %(ref)s", ref=ref), format_)


@training_register.get("/training-office/classes/<ref>/certificates")
def certificates(ref: str) -> Response:
    """How far the certificates of a class are; looks again by itself while some are still to come."""
    found = classes.by_ref(db.session(), ref)
    return certificates_page(found)


@training_register.post("/training-office/classes/<ref>/certificates.zip")
def all_certificates(ref: str) -> Response:
    """Every certificate of the class that is there, with a list; who took them is noted."""
    found, file = classes.by_ref(db.session(), ref), TemporaryFile()  # noqa: SIM115 -- sent, then closed by the answer
    who = {"storage": house().storage, "actor": current_user.actor, "now": clock.now()}
    try:
        certificate_batch.pack(db.session(), found, file, **who)
    except Refused as refused:
        file.close()
        return certificates_page(found, refusal=refused)
    return view.sent_file(file, _("培训证明 %(ref)s", ref=ref), "application/zip", "zip")


def certificates_page(found: TrainingClass, *, refusal: Refused | None = None) -> Response:
    """The page about the certificates of a class; 409 when they could not be taken along."""
    return page(
        "training_office/certificates.html",
        status=409 if refusal else 200,
        panels=("certificates",),
        held=found,
        tabs=tabs(found),
        progress=certificate_batch.progress(db.session(), found),
        refusal=refusal.sentence if refusal else None,
        may_take=may_change(),
    )


@training_register.get("/training-office/people/<int:person_id>")
def of_person(person_id: int) -> Response:
    """The training file of a person."""
    person, places = register.of_person(db.session(), person_id, current_user.actor)
    name = register.shown_name(person, current_user.actor)
    return page(
        "training_office/file.html",
        name=name,
        note="",
        rows=[view.place_row(place) for place in places],
        is_own=False,
        is_of_person=True,
        is_masked=not may_change(),
    )


@training_register.get("/training-office/subjects/<int:subject_id>")
def of_subject(subject_id: int) -> Response:
    """The training file of a subject."""
    subject, places = register.of_subject(db.session(), subject_id, current_user.actor)
    return page(
        "training_office/file.html",
        name=places[0].subject_name,
        note=mask_code(subject.kind, subject.code),
        rows=[view.place_row(place) for place in places],
        is_own=False,
        is_of_person=False,
        is_masked=not may_change(),
    )


@training_register.get("/account/training")
def mine() -> Response:
    """The reader's own training file."""
    places = register.own(db.session(), current_user.actor)
    rows = [view.place_row(place) for place in places]
    return page(
        "training_office/file.html",
        name="",
        note="",
        rows=rows,
        is_own=True,
        is_of_person=True,
        is_masked=False,
    )


@training_register.get("/training-office/statistics")
def statistics() -> Response:
    """The lines of the national template for a period; this year until today when none is asked for."""
    form = PeriodForm(request.args) if request.args else PeriodForm(data=this_year())
    found = counted(form) if not request.args or form.validate() else None
    return page(
        "training_office/statistics.html",
        status=422 if form.errors else 200,
        form=form,
        figures=found,
        period=view.period(found) if found else "",
        head=view.figures_head(),
        rows=view.figures_rows(found) if found else [],
    )


@training_register.get("/training-office/statistics.<any(csv, xlsx):format_>")
def statistics_file(format_: str) -> Response:
    """The same lines to take along; this year until today when no readable period is asked for."""
    form = PeriodForm(request.args)
    if not form.validate():
        form = PeriodForm(data=this_year())
    found = counted(form)
    content = tables.written(format_, view.figures_head(), view.figures_rows(found))
    return view.sent(content, f"training-{found.since}-{found.until}", format_)


def counted(form: PeriodForm) -> Figures:
    """The figures of the asked period."""
    since, until = form.since.data, form.until.data
    assert since is not None
    assert until is not None
    return training_figures.figures(db.session(), since=since, until=until, site_url=house().site_url)


def this_year() -> dict[str, date]:
    """From the first of January until today."""
    return {"since": date(today().year, 1, 1), "until": today()}
