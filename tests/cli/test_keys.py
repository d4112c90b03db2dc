"""`flask keys`: which keys signed here, the next one, and the end of one that may be in wrong hands."""

import json

import pytest
from sqlalchemy import select

from tests.factories import legal
from tests.web.visitor import real_office
from workflow_app.domain import clock
from workflow_app.models.party import AccountEvent
from workflow_app.services.documents import own_keys


@pytest.fixture
def flask(sqlite, tmp_path):
    """Runs `flask keys …` in a process that starts then, on Friday 2026-09-18."""

    def run(*words, **settings):
        app = real_office(sqlite, tmp_path, **settings)
        with clock.fixed(legal("2026-09-18")):
            return app.test_cli_runner().invoke(args=["keys", *words])

    return run


def listed(flask):
    return json.loads(flask("list", "--json").output)["keys"]


def test_a_key_is_rotated_and_the_old_one_is_withdrawn(flask, sqlite):
    (first,) = listed(flask)
    assert (first["signs_now"], first["documents"], first["first_used_at"]) == (True, 0, None)

    rotated = flask("rotate")
    assert rotated.exit_code == 0, rotated.output
    old, new = listed(flask)
    assert rotated.output.splitlines() == [
        f"{new['key'][:16]} signs from now on; {first['key'][:16]} is retired.",
        "Restart the web server and the worker now: until then they sign with the old key.",
    ]
    assert (old["key"], old["signs_now"], old["retired_at"][:10]) == (first["key"], False, "2026-09-18")
    assert (new["signs_now"], new["retired_at"]) == (True, None)

    withdrawn = flask("withdraw", old["key"][:8], "--why", "备份介质遗失")
    assert (
        withdrawn.output
        == f"{old['key'][:16]} is withdrawn. The 0 documents it signed here stay what they are.\n"
    )
    lines = flask("list").output.splitlines()
    assert lines[0].startswith(
        f"{old['key'][:16]}  withdrawn on 2026-09-18 (备份介质遗失); 0 documents; expires 20"
    )
    assert lines[1].startswith(f"{new['key'][:16]}  signs now; 0 documents; expires 20")
    with sqlite.reading() as session:
        told = session.execute(
            select(AccountEvent.what, AccountEvent.note).where(AccountEvent.what.startswith("key_"))
        )
        assert told.all() == [
            ("key_rotated", new["key"][:16]),
            ("key_withdrawn", f"{old['key'][:16]} 备份介质遗失"),
        ]


def test_what_must_not_be_done_says_why_and_changes_nothing(flask, tmp_path):
    (only,) = listed(flask)
    in_use = flask("withdraw", only["key"], "--why", "遗失")
    assert (in_use.exit_code, in_use.output) == (1, "Error: 这把密钥正在签发文书。请先更换密钥，再停用它。\n")
    short = flask("withdraw", only["key"][:7], "--why", "遗失")
    assert short.output == f"Error: {only['key'][:7]} names no key of `flask keys list`, or more than one.\n"
    own = own_keys.current(tmp_path / "var" / "keys")
    given = {"signing_key": str(own / "signer.key"), "signing_cert": str(own / "chain.pem")}
    outside = flask("rotate", **given)
    assert outside.exit_code == 1
    assert outside.output.startswith(
        "Error: SIGNING_KEY is set: put the new key and certificate into SIGNING_KEY"
    )
    assert listed(flask) == [only]
