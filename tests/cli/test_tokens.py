"""`flask tokens`: made for whoever needs one, listed, ended; what is printed is the token and nothing else."""

import json

import pytest
from sqlalchemy import select

from tests.factories import legal
from tests.web.visitor import real_office
from workflow_app.domain import clock
from workflow_app.models.api import ApiAnswer, ApiToken
from workflow_app.models.party import AccountEvent
from workflow_app.services.machines import repeats, tokens

NOW = legal("2026-09-18")


@pytest.fixture
def flask(sqlite, tmp_path):
    """Runs `flask …` on Friday 2026-09-18."""

    def run(*words, at=NOW):
        app = real_office(sqlite, tmp_path)
        with clock.fixed(at):
            return app.test_cli_runner().invoke(args=words)

    return run


def test_a_token_is_made_listed_and_ended_at_the_command_line(flask, sqlite):
    made = flask(
        "tokens", "create", "--login", "Handler", "--days", "7", "--scope", "cases:read",
        "--scope", "documents:read", "--name", "夜间核对", "--purpose", "核对文书", "--network", "10.20.0.5/16",
    )  # fmt: skip
    assert made.exit_code == 0, made.output
    text = made.output.removesuffix("\n")
    assert (text[:4], len(text)) == ("ccw_", 47)
    with sqlite.reading() as session:
        row = session.scalars(select(ApiToken)).one()
        assert (row.person.login, row.scopes, row.purpose) == (
            "handler",
            ["cases:read", "documents:read"],
            "核对文书",
        )
        assert (row.networks, row.expires_at) == (["10.20.0.0/16"], legal("2026-09-25"))
        assert tokens.find(session, text, ip="10.20.1.1", now=NOW) is row
        told = session.execute(select(AccountEvent.what, AccountEvent.by_id, AccountEvent.person_id)).all()
        assert told == [("token_made", None, row.person_id)]
    (listed,) = json.loads(flask("tokens", "list", "--json").output)["tokens"]
    assert (listed["prefix"], listed["last_used_at"]) == (text[:10], None)
    assert flask("tokens", "list").output.startswith(
        f"{text[:10]}  handler  cases:read,documents:read  ends "
    )
    assert text not in flask("tokens", "list").output
    assert flask("tokens", "end", text[:10]).output == f"{text[:10]} of handler has ended.\n"
    assert json.loads(flask("tokens", "list", "--json").output) == {"tokens": []}
    with sqlite.reading() as session:
        assert "令牌无效" in str(tokens.find(session, text, ip="10.20.1.1", now=NOW))


def test_what_is_not_said_is_every_scope_for_the_longest_time_and_json_says_all(flask):
    told = json.loads(flask("tokens", "create", "--login", "clerk", "--json").output)
    assert told["token"].startswith(told["prefix"])
    assert len(told["scopes"]) == 9
    assert told["expires_at"].startswith("2026-12-")
    ended = json.loads(flask("tokens", "end", told["token"], "--json").output)
    assert (ended["prefix"], ended["ended_at"][:10]) == (told["prefix"], "2026-09-18")


def test_what_can_not_be_done_ends_with_1_and_writes_nothing(flask, sqlite):
    for words, said in (
        (("create", "--login", "nobody"), "nobody names no account."),
        (("create", "--login", "clerk", "--days", "400"), "1 至 90 天"),
        (("create", "--login", "clerk", "--network", "everywhere"), "不是网段"),
        (("end", "ccw_nobody"), "ccw_nobody names no token"),
        (("end", ""), "names no token"),
    ):
        got = flask("tokens", *words)
        assert (got.exit_code, said in got.output) == (1, True), got.output
    with sqlite.reading() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_the_sweep_forgets_answers_that_are_kept_no_longer(flask, sqlite):
    with sqlite.writing() as session:
        repeats.take(session, sqlite.world.people["handler"], "key", digest="d", now=NOW)
    assert flask("sweep", at=legal("2026-09-19")).exit_code == 0
    with sqlite.reading() as session:
        assert session.scalars(select(ApiAnswer)).all() == []
