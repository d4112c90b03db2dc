"""The public column shows what the national list asks for, masked, and follows what became of the commitment."""

from datetime import date

import pytest
from sqlalchemy import select, update

from tests.factories import NOW, case_in, draft, take
from workflow_app.models.catalogue import CommitmentItem
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.models.party import Subject


def published(session):
    """The one line that is public."""
    return session.scalars(select(CommitmentPublicity)).one()


def test_a_firm_is_shown_with_its_whole_name_and_code(sqlite, house):
    with sqlite.writing() as session:
        case_in(session, "active", sqlite.world, house)
        line = published(session)
        assert (line.code, line.subject_name, line.subject_code) == (
            "12010220260918000001", "天津海河示范食品有限公司", "91120102MA0DEM010E",
        )  # fmt: skip
        assert (line.made_on, line.valid_until, line.unit_name, line.status, line.published_at) == (
            date(2026, 9, 18), date(2026, 12, 18), "示范区市场监管局", "active", NOW,
        )  # fmt: skip


def test_a_person_is_shown_masked(sqlite, house):
    with sqlite.writing() as session:
        session.execute(update(CommitmentItem).values(open_to=["individual"]))
        case = draft(session, sqlite.world, house, item="repair", by="citizen")
        take(session, case, "sign", sqlite.world.actors["citizen"], house)
        line = published(session)
        name = session.scalars(select(Subject.name).where(Subject.kind == "individual")).one()
        assert name not in line.subject_name
        assert "199001010012" not in line.subject_code
        assert line.subject_category == "自然人"


def test_neither_contact_nor_mobile_is_ever_published(sqlite, house):
    with sqlite.writing() as session:
        case_in(session, "active", sqlite.world, house)
        said = " ".join(str(value) for value in vars(published(session)).values())
        assert "赵经纬" not in said
        assert "13800000001" not in said


@pytest.mark.parametrize("publication", ["none", "limited"])
def test_what_is_not_public_has_no_line(publication, sqlite, house):
    with sqlite.writing() as session:
        session.execute(update(CommitmentItem).values(publication=publication))
        case_in(session, "active", sqlite.world, house)
        assert session.scalars(select(CommitmentPublicity)).all() == []


@pytest.mark.parametrize(
    ("degree", "status"), [("partly", "breached_partly"), ("not_at_all", "breached_not_at_all")]
)
def test_a_breach_is_shown_with_its_degree_what_was_not_done_and_the_liability(degree, status, sqlite, house):
    with sqlite.writing() as session:
        case = case_in(session, "breach_replied", sqlite.world, house)
        take(session, case, "decide_breach", sqlite.world.actors["head"], house, degree=degree)
        line = published(session)
        session.refresh(line)
        assert (line.status, line.unperformed, line.liability_pursued, line.confirmed_on) == (
            status, "没有按月自查。", "责令限期改正。", date(2026, 9, 18),
        )  # fmt: skip
