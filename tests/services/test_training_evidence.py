"""A certificate stands with the repairs of its subject in whichever order they came, and no rule ever asks for it.

Everything is done on Friday 2026-09-18; the records are penalties of 2026-05-06, repairable from 2026-08-07.
"""

import ast
import time
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.lists import Leaving, Listing
from tests.services.test_perform import at_once
from tests.services.test_repair_course import TO_COMPLETION, Course
from tests.trainings import Training, open_class
from workflow_app.domain import clock
from workflow_app.domain.people import Actor
from workflow_app.domain.refusals import NotYours
from workflow_app.models.document import Document
from workflow_app.models.sync import SyncTarget
from workflow_app.models.training import CaseEvidence
from workflow_app.services.documents import documents
from workflow_app.services.engine import gate, opened, perform
from workflow_app.services.training import training, training_evidence
from workflow_app.workflows import ALL
from workflow_app.workflows.repair import REPAIR

ROOT = Path(__file__).resolve().parents[2]
TO_REVIEW = TO_COMPLETION[:3]
SERIAL = count(1)


@pytest.fixture
def repair(sqlite, house):
    """A repair that is filled in."""
    with sqlite.writing() as session:
        yield Course(session, sqlite.world, house)


def certificate(repair, *, by="owner"):
    """What somebody earned in a class of its own."""
    held = open_class(repair.session, repair.world, ref=f"TC-2026-{next(SERIAL)}")
    made = Training(repair.session, repair.world, repair.house, by=by, of=held)
    made.go(("apply", by), ("approve", "clerk"), ("study", by))
    made.hand_in(score=80, by=by)
    wanted = select(Document).where(Document.case_id == made.case.id, Document.kind == "training_certificate")
    return repair.session.scalars(wanted).one()


def beside(repair):
    return [row.number for row in training_evidence.beside(repair.session, repair.case)]


def test_a_certificate_earned_before_stands_with_the_repair_from_the_day_it_is_handed_in(repair):
    earned = certificate(repair)
    assert beside(repair) == []
    repair.go(*TO_REVIEW[:1])
    assert beside(repair) == [earned.number]


def test_a_certificate_earned_meanwhile_stands_with_the_repair_under_review(repair):
    repair.go(*TO_REVIEW)
    earned = certificate(repair)
    assert beside(repair) == [earned.number]


def test_a_certificate_stands_with_a_repair_once(repair):
    earned = certificate(repair)
    repair.go(*TO_REVIEW)
    for row in repair.session.scalars(select(CaseEvidence).where(CaseEvidence.document_id == earned.id)):
        assert (row.case_id, row.attached_at) == (repair.case.id, NOW)
    assert beside(repair) == [earned.number]


def test_certificates_stand_with_a_list_exit_whether_they_were_earned_before_it_or_under_review(
    sqlite, house
):
    """The list of the 18th has no least time, so that the firm may ask to leave on the same day."""
    with sqlite.writing() as session:
        entry = Listing(session, sqlite.world, house, kind="abnormal").to("listed").entry
        leaving = Leaving(session, sqlite.world, house, entry)
        before = certificate(leaving)
        assert beside(leaving) == []
        leaving.submit()
        assert beside(leaving) == [before.number]
        meanwhile = certificate(leaving)
        assert beside(leaving) == [before.number, meanwhile.number]


def test_a_revoked_certificate_and_one_of_another_subject_stand_with_nothing(repair):
    certificate(repair).status = "revoked"
    certificate(repair, by="other_owner")
    repair.go(*TO_REVIEW[:1])
    assert beside(repair) == []


def test_a_repair_that_has_ended_takes_no_certificate(repair):
    repair.go(*TO_REVIEW, ("withdraw", "owner"))
    certificate(repair)
    assert beside(repair) == []


def test_whoever_may_see_the_repair_may_open_the_certificate_and_nobody_else(repair):
    earned = certificate(repair)
    # Before the repair is handed in the unit sees neither.
    of_the_training = {
        "owner", "agent_without_signing", "clerk", "second_clerk", "lead", "second_lead", "auditor",
    }  # fmt: skip
    assert readers(repair, earned) == of_the_training
    repair.go(*TO_REVIEW[:1])
    assert readers(repair, earned) == of_the_training | {
        "agent_for_repair", "handler", "second_handler", "head", "second_head", "handler_and_head",
    }  # fmt: skip


def readers(repair, document):
    """Who of the world may open it."""
    found = set()
    for name, actor in repair.world.actors.items():
        try:
            documents.for_reader(repair.session, document.number, actor=actor)
        except NotYours:
            continue
        found.add(name)
    return found


def test_the_repair_unit_does_not_get_to_the_training_case_or_its_receipt(repair):
    earned = certificate(repair)
    repair.go(*TO_REVIEW)
    wanted = select(Document).where(Document.case_id == earned.case_id, Document.kind == "receipt")
    receipt = repair.session.scalars(wanted).one()
    assert not documents.may_read(repair.session, receipt, repair.world.actors["handler"])


def test_a_trainee_who_left_the_subject_keeps_the_certificate_but_not_the_case(repair):
    earned = certificate(repair)
    left = Actor(person_id=repair.world.people["owner"], name="周明远", grants=())
    assert documents.for_reader(repair.session, earned.number, actor=left) is earned
    receipt = repair.session.scalars(select(Document).where(Document.case_id == earned.case_id)).first()
    assert receipt.kind == "receipt"
    assert not documents.may_read(repair.session, receipt, left)


def test_my_certificates_are_those_that_i_earned_newest_first(repair):
    first, second = certificate(repair), certificate(repair)
    certificate(repair, by="other_owner")
    people = repair.world.people
    assert training.certificates_of(repair.session, people["owner"]) == [second, first]
    assert training.certificates_of(repair.session, people["handler"]) == []


def offered(repair):
    """What everybody may do with the repair now, and why not."""
    file = opened.again(repair.session, repair.case, day=clock.legal_day(NOW))
    return {
        (name, offer.step.name): (offer.is_allowed, str(offer.why_not))
        for name, actor in repair.world.actors.items()
        for offer in gate.offers(REPAIR, repair.case, actor, acted=file.acted, about=file.about)
    }


def test_with_and_without_a_certificate_everybody_may_do_the_same_at_every_step(repair):
    repair.session.add(
        SyncTarget(key="national", name="国家公示网站", name_en="National site", kind="national", deliverer="hand",
                   does=["end_publicity"])
    )  # fmt: skip
    repair.sign_letter()
    for step, by in TO_COMPLETION:
        without = offered(repair)
        with repair.session.begin_nested() as tried:
            earned = certificate(repair)
            repair.session.merge(CaseEvidence(case_id=repair.case.id, document_id=earned.id, attached_at=NOW))
            repair.session.flush()
            assert offered(repair) == without
            tried.rollback()
        repair.session.expire_all()
        repair.take(step, by)
    assert repair.case.state == "syncing"


@pytest.mark.parametrize(
    "workflow", [each for each in ALL if each.name in training_evidence.HELPED], ids=lambda each: each.name
)
def test_no_guard_of_a_helped_workflow_mentions_training_or_what_it_earns(workflow):
    guards = {guard for step in workflow.steps for guard in step.only_if}
    assert guards
    for guard in guards:
        assert "培训" not in guard.sentence
        for name in names_in(guard.holds.__code__):
            assert not any(word in name for word in ("training", "certificate", "evidence", "class_ref"))


def names_in(code):
    """Every name and string that a function reads, with those inside it."""
    inner = [each for each in code.co_consts if hasattr(each, "co_names")]
    said = [each for each in code.co_consts if isinstance(each, str)]
    return {*code.co_names, *code.co_freevars, *said, *(name for each in inner for name in names_in(each))}


def test_what_stands_as_evidence_is_read_to_show_and_open_it_and_to_tell_of_its_end_and_by_nothing_that_judges():
    readers = {
        str(path.relative_to(ROOT / "workflow_app"))
        for path in (ROOT / "workflow_app").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Name) and node.id == "CaseEvidence")
        or (isinstance(node, ast.ImportFrom) and any(each.name == "training_evidence" for each in node.names))
    }
    assert readers == {
        "services/documents/documents.py", "services/documents/ending.py", "services/engine/effects.py", "services/training/training_evidence.py", "services/cases/case_file.py",
    }  # fmt: skip


@pytest.mark.parametrize("first", ["certificate", "repair"])
def test_a_certificate_and_a_repair_of_the_same_moment_do_not_miss_each_other(database, house, first):
    with database.writing() as session:
        repair = Course(session, database.world, house)
        repair.sign_letter()
        made = Training(session, database.world, house).to("exam_open")
        made.mark(score=100)
        addresses = {"certificate": made.case.address, "repair": repair.case.address}
        repair_id = repair.case.id
    steps = {"certificate": "attempt", "repair": "submit"}

    def take(which):
        time.sleep(0 if which == first else 0.5)
        with database.writing() as session:
            order, actor = perform.Order(steps[which], {}, None), database.world.actors["owner"]
            perform.perform(session, addresses[which], order, actor=actor, now=NOW, house=house)
            time.sleep(1 if which == first else 0)

    assert at_once(*(lambda which=which: take(which) for which in steps)) == [None, None]
    with database.reading() as session:
        assert len(session.scalars(select(CaseEvidence).where(CaseEvidence.case_id == repair_id)).all()) == 1
