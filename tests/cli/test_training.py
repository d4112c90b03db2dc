"""`flask training load`: an office gets the classes that come with the software, unpublished, and keeps its own."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.factories import legal
from tests.web.visitor import real_office
from workflow_app.domain import clock
from workflow_app.models.party import AccountEvent
from workflow_app.models.training import TrainingClass


@pytest.fixture
def run(sqlite, tmp_path):
    """Runs `flask training load` on Friday 2026-09-18."""
    app = real_office(sqlite, tmp_path)

    def run(*words):
        with clock.fixed(legal("2026-09-18")):
            return app.test_cli_runner().invoke(args=["training", "load", *words])

    return run


def classes(sqlite):
    """What stands in the database, by reference."""
    with sqlite.reading() as session:
        return session.scalars(select(TrainingClass).order_by(TrainingClass.ref)).all()


def test_an_office_gets_three_classes_that_nobody_sees_yet(run, sqlite):
    result = run()
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[-1] == "3 classes loaded"
    found = classes(sqlite)
    assert [one.ref for one in found] == ["honest-business", "repair-law", "repair-steps"]
    assert {one.published_at for one in found} == {None}
    assert {one.unit_id for one in found} == {sqlite.world.units["office"]}


def test_the_proposed_days_leave_ten_working_days_to_announce_it(run, sqlite):
    """From September 18: Sunday 20 is worked, 25 to 27 and October 1 to 7 are off, so the tenth is October 9."""
    run()
    assert {(one.opens_on, one.ends_on) for one in classes(sqlite)} == {(date(2026, 10, 9), date(2027, 1, 7))}


def test_the_auditor_reads_that_the_classes_were_entered(run, sqlite):
    run()
    with sqlite.reading() as session:
        notes = session.scalars(select(AccountEvent.note).where(AccountEvent.what == "class_entered")).all()
    assert notes == [
        "honest-business 诚信经营与合规", "repair-law 信用修复法规要点", "repair-steps 信用修复怎么办",
    ]  # fmt: skip


def test_a_second_time_nothing_is_loaded(run, sqlite):
    run()
    again = run()
    assert again.output == "every built-in class is there; nothing was loaded\n"
    assert len(classes(sqlite)) == 3


def test_an_unknown_unit_loads_nothing(run, sqlite):
    result = run("--unit", "nowhere")
    assert result.exit_code == 1
    assert "There is no unit nowhere." in result.output
    assert classes(sqlite) == []
