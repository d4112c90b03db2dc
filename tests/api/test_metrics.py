"""/metrics: who may look, and that what is told is what stands in the database, in the format of Prometheus."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest
from flask import Flask
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, select, update

from tests.api.desk import Desk
from tests.factories import NOW, TODAY, case_in
from workflow_app.domain import clock
from workflow_app.domain.scopes import TokenScope
from workflow_app.extensions import db
from workflow_app.models.api import ApiCall, ApiToken
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.outbox import Message
from workflow_app.models.party import Person
from workflow_app.services.delivery import outbox
from workflow_app.services.machines import systems, tokens
from workflow_app.web import request_times

ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def desk(database, tmp_path):
    with clock.fixed(NOW):
        desk = Desk.in_a_folder(database, tmp_path)
        yield desk
    with desk.district.app.app_context():
        for engine in db.engines.values():
            engine.dispose()


def look(desk, *, token="", environ=None, **headers):
    """One scrape."""
    if token:
        headers["Authorization"] = f"Bearer {token}"
    return desk.district.app.test_client().get("/metrics", headers=headers, environ_overrides=environ or {})


def figures(answer):
    """Each line as it is read by Prometheus: its name and what its labels say, in the order of their names → number."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def token_of(desk, login, scope):
    """A token of a person, or of a system that is opened for it."""
    with desk.district.session() as session:
        person = session.scalars(select(Person).where(Person.login == login)).first()
        by = session.scalars(select(Person)).first()
        person = person or systems.create(session, login=login, name="监控", by=by, now=NOW)
        wish = tokens.Wish("监控", [scope], "运行监控", 30)
        return tokens.make(session, person, wish, by=by, now=NOW).text


def test_what_waits_and_what_was_given_up_is_told_by_kind(desk):
    with desk.database.writing() as session:
        outbox.put(session, "a", "mail", {}, now=NOW - timedelta(minutes=9))
        outbox.put(session, "b", "mail", {}, now=NOW - timedelta(minutes=2))
        outbox.put(session, "c", "mail", {}, now=NOW, not_before=NOW + timedelta(minutes=5))
        outbox.put(session, "d", "sync", {}, now=NOW)
        outbox.put(session, "e", "sync", {}, now=NOW)
        outbox.put(session, "f", "sync", {}, now=NOW)
        session.execute(update(Message).where(Message.key == "d").values(done_at=NOW))
        session.execute(update(Message).where(Message.key == "e").values(dead_at=NOW))
        for key in ("g", "h", "i"):
            outbox.put(session, key, "mail", {}, now=NOW)
        session.execute(update(Message).where(Message.key.in_(("g", "h", "i"))).values(dead_at=NOW))
        session.execute(update(Message).where(Message.key == "i").values(done_at=NOW))
        session.execute(
            update(Message).where(Message.key == "f").values(error="x", due_at=NOW + timedelta(hours=1))
        )
    found = figures(look(desk))
    assert found["casework_outbox_waiting", "mail"] == 2
    assert found["casework_outbox_retrying", "mail"] == 0
    since = found["casework_outbox_oldest_due_timestamp_seconds", "mail"]
    assert since == (NOW - timedelta(minutes=9)).timestamp()
    assert (found["casework_outbox_waiting", "sync"], found["casework_outbox_retrying", "sync"]) == (0, 1)
    assert ("casework_outbox_oldest_due_timestamp_seconds", "sync") not in found
    assert found["casework_given_up", "mail"] == 2, "what somebody has dealt with is not told any more"
    assert found["casework_given_up", "sync"] == 0, "the task itself says whether it was given up"


def test_cases_are_told_by_whose_turn_it_is_and_late_ones_with_staff_alone(desk, house):
    with desk.database.writing() as session:
        for state in ("draft", "signed", "checking", "returned", "fulfilled"):
            case_in(session, state, desk.world, house)
        late = update(Case).where(Case.ended_at.is_(None)).values(due_on=TODAY - timedelta(days=1))
        session.execute(late)
    found = figures(look(desk))
    told = {
        who: found["casework_cases_open", who, "commitment"] for who in ("department", "office", "applicant")
    }
    assert told == {"department": 2, "office": 0, "applicant": 2}
    assert found["casework_cases_overdue", "department", "commitment"] == 2
    assert ("casework_cases_overdue", "applicant", "commitment") not in found
    assert found["casework_cases_open", "office", "listing"] == 0, (
        "a line that is always there can be watched"
    )


def test_unprinted_documents_unswept_clocks_and_signs_of_life_are_told(desk, house):
    before = figures(look(desk))
    assert ("casework_worker_seen_timestamp_seconds",) not in before
    assert (before["casework_documents_unprinted",], before["casework_clocks_unswept",]) == (0, 0)
    with desk.database.writing() as session:
        case_in(session, "signed", desk.world, house)
        numbers = session.scalars(select(Document.number)).all()
        outbox.show_life(session, outbox.WORKER, now=NOW)
        outbox.show_life(session, outbox.SWEEP, now=NOW - timedelta(seconds=40))
    with desk.at("2027-01-20"):
        found = figures(look(desk))
    assert (found["casework_documents_unprinted",], found["casework_clocks_unswept",]) == (len(numbers), 1)
    assert found["casework_documents_unprinted_since_timestamp_seconds",] == NOW.timestamp()
    assert found["casework_worker_seen_timestamp_seconds",] == NOW.timestamp()
    assert found["casework_swept_timestamp_seconds",] == NOW.timestamp() - 40
    assert found["casework_given_up", "hook_call"] == found["casework_given_up", "sync"] == 0


def test_a_look_costs_four_statements(desk):
    said = []
    with desk.district.app.app_context():
        engines = set(db.engines.values())
    for engine in engines:
        event.listen(engine, "before_cursor_execute", lambda *more: said.append(more[2]))
    figures(look(desk))
    asked = [statement for statement in said if statement != "BEGIN"]
    assert len(asked) == 4, asked


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "127.8.8.8"])
def test_whoever_asks_on_this_machine_needs_no_token(desk, address):
    assert look(desk, environ={"REMOTE_ADDR": address}).status_code == 200


@pytest.mark.parametrize(
    ("environ", "headers"),
    [
        (ELSEWHERE, {}),
        ({"REMOTE_ADDR": ""}, {}),
        ({}, {"X-Forwarded-For": "127.0.0.1"}),
        ({}, {"X-Forwarded-Proto": "https"}),
        ({}, {"Forwarded": "for=127.0.0.1"}),
        ({}, {"Via": "1.1 proxy"}),
        ({}, {"X-Real-IP": "127.0.0.1"}),
    ],
)
def test_what_a_proxy_passed_on_is_not_from_here(desk, environ, headers):
    answer = look(desk, environ=environ, **headers)
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")
    assert answer.json["code"] == "no_token"


def test_from_elsewhere_only_a_system_with_the_scope_may_look(desk):
    answers = {
        (login, scope): look(desk, token=token_of(desk, login, scope), environ=ELSEWHERE)
        for login in ("owner", "sys.prometheus")
        for scope in (TokenScope.CASES_READ, TokenScope.METRICS_READ)
    }
    told = {asked: (answer.status_code, (answer.json or {}).get("code")) for asked, answer in answers.items()}
    assert told == {
        ("owner", "cases:read"): (403, "no_scope"),
        ("owner", "metrics:read"): (403, "no_grant"),
        ("sys.prometheus", "cases:read"): (403, "no_scope"),
        ("sys.prometheus", "metrics:read"): (200, None),
    }
    assert look(desk, token="ccw_nothing", environ=ELSEWHERE).status_code == 401


def test_scrapes_do_not_fill_the_log_of_calls_but_refusals_and_the_last_use_are_noted(desk):
    token = token_of(desk, "sys.prometheus", TokenScope.METRICS_READ)
    assert look(desk, token=token, environ=ELSEWHERE).status_code == 200
    assert look(desk, token=token + "x", environ=ELSEWHERE).status_code == 401
    with desk.district.session() as session:
        assert [(call.path, call.status) for call in session.scalars(select(ApiCall))] == [("/metrics", 401)]
        (row,) = session.scalars(select(ApiToken)).all()
        assert (row.last_used_at, row.last_used_ip) == (NOW, "192.0.2.7")


def test_nothing_but_reading_is_answered(desk):
    assert desk.district.app.test_client().post("/metrics").status_code == 405


SERVE = """
import sys
from workflow_app.web.request_times import Timed
site = Timed(lambda environ, begin: begin(environ["status"], []) or [])
for status in sys.argv[1:]:
    site({"status": status}, lambda *said: None)
"""


def test_the_times_of_several_processes_add_up_also_when_one_of_them_has_ended(tmp_path):
    told = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for statuses in (("200 OK", "404 NOT FOUND"), ("200 OK", "302 FOUND", "503 AWAY"), ()):
        subprocess.run([sys.executable, "-c", SERVE, *statuses], env=told, check=True)
    assert len(list(tmp_path.iterdir())) == 2, "a process that answers nothing leaves no file"
    app = Flask("watched")
    app.extensions["settings"] = type("Told", (), {"metrics_folder": str(tmp_path)})
    registry = CollectorRegistry()
    with app.app_context():
        request_times.collect(registry)
    name = "casework_request_duration_seconds_count"
    counted = {
        status: registry.get_sample_value(name, {"status": status}) for status in ("2xx", "3xx", "4xx", "5xx")
    }
    assert counted == {"2xx": 2, "3xx": 1, "4xx": 1, "5xx": 1}
