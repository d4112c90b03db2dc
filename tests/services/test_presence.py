"""Who is at the browser, read in one statement: the same rights as from the rows, and nothing of a sign-in that is over."""

from datetime import date

import pytest
from sqlalchemy import event

from tests.factories import legal
from workflow_app.models.party import KeptForm, Person, Unit
from workflow_app.models.queue import StandIn
from workflow_app.services.people import accounts, presence, signin, stand_ins

TODAY = date(2026, 9, 18)
NOW = legal("2026-09-18", "10:00")
CALLER = signin.Caller("127.0.0.1", "Mozilla/5.0 (tests)")


@pytest.fixture
def desk(sqlite):
    """Signs somebody in and reads back who is there."""
    with sqlite.writing() as session:

        def seen(who, *, on=TODAY):
            person = session.get_one(Person, sqlite.world.people[who])
            opened = signin.open_sign_in(session, person, caller=CALLER, now=NOW)
            session.flush()
            return presence.find(session, opened.token, on=on)

        seen.session, seen.world = session, sqlite.world
        yield seen


def from_rows(session, person_id, on):
    person = session.get_one(Person, person_id)
    return stand_ins.with_stand_ins(session, accounts.load_actor(person, on=on), on=on)


@pytest.mark.parametrize("on", [TODAY, date(2020, 1, 1), date(2030, 1, 1)])
def test_everybody_has_the_rights_that_the_rows_tell(desk, on):
    for who, person_id in desk.world.people.items():
        assert desk(who, on=on).actor == from_rows(desk.session, person_id, on), who


def test_a_deputy_has_whoever_is_away_once_and_what_an_heir_took_over_through_the_chain(desk):
    session, people, units = desk.session, desk.world.people, desk.world.units
    for number in (1, 2):
        session.add(
            StandIn(
                ref=f"s{number}", person_id=people["handler"], deputy_id=people["second_head"], why="出差",
                from_on=TODAY, until_on=TODAY, made_at=NOW, made_by_id=people["handler"],
            )
        )  # fmt: skip
    ended = [Unit(key=f"old{n}", name=f"旧单位{n}", name_en=f"Old {n}", code=f"old{n}") for n in (1, 2)]
    session.add_all(ended)
    session.flush()
    ended[0].ended_on, ended[0].successor_id = date(2026, 1, 1), ended[1].id
    ended[1].ended_on, ended[1].successor_id = date(2026, 9, 18), units["market"]
    session.flush()
    session.expire_all()
    actor = desk("second_head").actor
    assert [each.person_id for each in actor.standing_in] == [people["handler"]]
    assert actor == from_rows(session, people["second_head"], TODAY)
    old = frozenset(row.id for row in ended)
    assert {grant.took_over for grant in actor.grants} == {old}
    assert {grant.took_over for grant in desk("second_head", on=date(2026, 9, 17)).actor.grants} == {
        frozenset()
    }
    session.get_one(Person, people["handler"]).disabled_at = NOW
    assert desk("second_head").actor.standing_in == ()


def test_a_right_that_ends_is_gone_at_the_next_look(desk):
    assert desk("handler").actor.is_staff
    for row in desk.session.get_one(Person, desk.world.people["handler"]).grants:
        row.ended_at = NOW
    desk.session.flush()
    seen = desk("handler")
    assert (seen.actor.grants, seen.actor.is_staff, len(seen.actor.ended)) == ((), False, 1)


def test_an_ended_sign_in_a_closed_account_and_an_unknown_token_are_nobody(desk):
    session, person = desk.session, desk.session.get_one(Person, desk.world.people["owner"])
    opened = signin.open_sign_in(session, person, caller=CALLER, now=NOW)
    assert presence.find(session, "unknown", on=TODAY) is None
    assert presence.find(session, opened.token, on=TODAY).sign_in_id == opened.row.id
    signin.end(session, opened.row, now=NOW, ip="")
    session.flush()
    assert presence.find(session, opened.token, on=TODAY) is None
    person.disabled_at = NOW
    assert desk("owner") is None


def test_it_is_one_statement_and_says_what_the_frame_of_a_page_needs(desk):
    session, person_id = desk.session, desk.world.people["owner"]
    session.add(KeptForm(person_id=person_id, path="/cases/1", values="{}", created_at=NOW))
    opened = signin.open_sign_in(session, session.get_one(Person, person_id), caller=CALLER, now=NOW)
    session.flush()
    told = []
    listening = (session.get_bind(), "before_cursor_execute", lambda *args: told.append(args[2]))
    event.listen(*listening)
    seen = presence.find(session, opened.token, on=TODAY)
    event.remove(*listening)
    assert len(told) == 1
    assert (seen.locale, seen.must_change_password, seen.has_second_factor) == ("zh_Hans_CN", False, False)
    assert (seen.has_kept_form, seen.created_at, seen.seen_at, seen.second_factor_at) == (
        True,
        NOW,
        NOW,
        None,
    )
    assert not desk("other_owner").has_kept_form
