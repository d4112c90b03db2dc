"""`flask workflows reasons`: an office that was set up before a workflow came gets its coded reasons with an update."""

import pytest
from sqlalchemy import delete, func, select, update

from tests.web.visitor import real_office
from workflow_app.models.catalogue import Reason


@pytest.fixture
def take_in(sqlite, tmp_path, house):
    """Runs the command in an office that knows no reason for a repair, and changed the words of one for a commitment."""
    app = real_office(sqlite, tmp_path)
    with sqlite.writing() as session:
        session.execute(delete(Reason).where(Reason.workflow == "repair"))
        session.execute(update(Reason).where(Reason.code == "CM-R01").values(title="本局的说法"))
    return lambda: app.test_cli_runner().invoke(args=["workflows", "reasons"])


def test_an_update_brings_the_new_reasons_and_leaves_those_of_the_house(take_in, sqlite):
    told = take_in()
    assert (told.exit_code, told.output) == (0, "29 coded reasons taken in\n")
    with sqlite.reading() as session:
        assert session.scalar(select(func.count()).where(Reason.workflow == "repair")) == 29
        assert session.get_one(Reason, "CM-R01").title == "本局的说法"


def test_a_second_run_finds_nothing_to_do(take_in):
    take_in()
    told = take_in()
    assert (told.exit_code, told.output) == (0, "every coded reason is there\n")
