"""What a department's own system is told, by a real receiver: once, signed, thin, and only what its owner may read."""

import json
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import delete, select

from tests.factories import FACTS, NOW, RULEBOOK, case_in, legal, record
from tests.services.test_evidence_pack import decision
from workflow_app.api.webhooks import WEBHOOKS
from workflow_app.domain.hook_kinds import HookKind
from workflow_app.domain.refusals import Refused
from workflow_app.models.api import Hook, HookCall
from workflow_app.models.case import Case
from workflow_app.models.event import Event
from workflow_app.models.outbox import Message
from workflow_app.models.party import GrantRow, Person
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.delivery import signed_call
from workflow_app.services.delivery.signed_call import Undelivered
from workflow_app.services.engine import sweep
from workflow_app.services.machines import hook_calls, hook_news, hooks
from workflow_app.services.people import accounts
from workflow_app.services.sync import sync

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def receiver():
    """Somebody else's system: keeps what came, and answers as it is told."""
    came, answer = [], SimpleNamespace(status=204)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            came.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answer.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}/told", came=came, answer=answer)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def house_at_home(house):
    return replace(house, sync_allowed_hosts=("127.0.0.0/8",))


@pytest.fixture
def hooked(database, receiver, house_at_home):
    """Makes a hook of this person; its id."""

    def made(login="handler", kinds=tuple(HookKind)):
        with database.writing() as session:
            person = session.get_one(Person, database.world.people[login])
            wish = hooks.Wish("执法系统", receiver.url, kinds)
            return hooks.make(session, person, wish, by=person, now=NOW, house=house_at_home).id

    return made


def gathered(database, hook_id, *, now=LATER):
    """What the worker writes down for a hook; the keys of all that was ever written down."""
    with database.writing() as session:
        hook_news.gather(session, session.get_one(Hook, hook_id), now=now)
        mine = select(HookCall.key).where(HookCall.hook_id == hook_id).order_by(HookCall.id)
        return list(session.scalars(mine))


def signed_case(database, house):
    """A case of the firm at the market authority that waits for acceptance; its id and the ids of its steps."""
    with database.writing() as session:
        case = case_in(session, "signed", database.world, house)
        steps = select(Event.id).where(Event.case_id == case.id).order_by(Event.id)
        return case.id, list(session.scalars(steps))


def schema_of(kind):
    """What the published document says of the body of this kind."""
    return WEBHOOKS[kind]["post"]["requestBody"]["content"]["application/json"]["schema"]


def test_every_step_is_told_once_thin_and_signed_and_fits_the_published_schema(
    database, house_at_home, hooked, receiver
):
    hook_id = hooked()
    case_id, steps = signed_case(database, house_at_home)
    keys = [f"step-{number}" for number in steps]
    assert gathered(database, hook_id) == gathered(database, hook_id) == keys
    for again in range(2):
        with database.writing() as session:
            last = session.scalars(select(HookCall).order_by(HookCall.id.desc())).first()
            call = hook_calls.prepared(session, last.id, now=LATER, house=house_at_home)
            signed_call.send(call, house_at_home.sync_allowed_hosts, now=LATER + timedelta(minutes=again))
            secret, ref, case = last.hook.secret, last.hook.ref, session.get_one(Case, case_id)
            number, version = case.number, case.version
    (headers, body), (later, repeat) = receiver.came
    told = json.loads(body)
    Draft202012Validator(schema_of("case.step")).validate(told)
    assert told == {
        "format": "casework-hook-1", "id": f"{ref}-step-{steps[-1]}", "kind": "case.step",
        "at": "2026-09-18T02:00:00+00:00", "case": number, "workflow": "commitment", "version": version,
        "step": "sign", "from": "draft", "to": "signed", "seq": len(steps),
        "link": f"{house_at_home.site_url}/api/v1/cases/{number}",
    }  # fmt: skip
    assert repeat == body
    assert later["X-Casework-Delivery"] == headers["X-Casework-Delivery"] == told["id"]
    stamp, signature = headers["X-Casework-Timestamp"], headers["X-Casework-Signature"]
    assert signed_call.is_signed(secret, stamp, signature, body, now=LATER)
    assert not signed_call.is_signed("another", stamp, signature, body, now=LATER)
    assert not signed_call.is_signed(secret, stamp, signature, body, now=LATER + timedelta(minutes=6))
    assert not any(
        str(fact) in body.decode() for fact in (FACTS["contact_name"], FACTS["contact_mobile"], "周明远")
    )


def test_a_step_committed_late_under_an_earlier_number_is_not_lost(database, house_at_home, hooked):
    """Number 900 was taken first and committed after 901, as PostgreSQL may do it."""
    hook_id = hooked()
    case_id, steps = signed_case(database, house_at_home)

    def committed(number, seq, at):
        with database.writing() as session:
            session.add(Event(id=number, case_id=case_id, seq=seq, step="accept", source="signed", target="active",
                              actor_id=None, acting_as="clock", at=at, given={}, changes={},
                              previous_digest="", digest=""))  # fmt: skip

    first = [f"step-{number}" for number in steps]
    committed(901, 91, NOW + timedelta(minutes=1))
    assert gathered(database, hook_id, now=NOW + timedelta(minutes=2)) == [*first, "step-901"]
    committed(900, 90, NOW + timedelta(minutes=1))
    assert gathered(database, hook_id, now=NOW + timedelta(minutes=9)) == [*first, "step-901", "step-900"]
    gathered(database, hook_id, now=NOW + timedelta(minutes=30))
    with database.reading() as session:
        assert session.get_one(Hook, hook_id).after_event_id == 901


def test_only_what_the_owner_may_read_now_is_told(database, house_at_home, hooked, receiver):
    theirs, stranger, closed = hooked("handler"), hooked("other_handler"), hooked("second_handler")
    with database.writing() as session:
        second = session.get_one(Person, database.world.people["second_handler"])
        by = session.get_one(Person, database.world.people["security_admin"])
        accounts.disable(session, second, by=by, now=NOW)
    signed_case(database, house_at_home)
    assert gathered(database, stranger) == gathered(database, closed) == []
    assert gathered(database, theirs) != []
    with database.writing() as session:
        for grant in session.scalars(
            select(GrantRow).where(GrantRow.person_id == database.world.people["handler"])
        ):
            grant.ended_at = NOW
        session.flush()
        waiting = session.scalars(select(HookCall)).first()
        assert hook_calls.prepared(session, waiting.id, now=LATER, house=house_at_home) is None
        assert "看不到这个办件" in str(signed_call.told(waiting.error))
        assert waiting.dead_at == LATER
    assert receiver.came == []


def test_what_could_not_be_brought_is_dead_in_words_and_sent_again_by_hand(
    database, house_at_home, hooked, receiver
):
    hook_id = hooked()
    signed_case(database, house_at_home)
    gathered(database, hook_id)
    receiver.answer.status = 500
    with database.writing() as session:
        row = session.scalars(select(HookCall)).first()
        with pytest.raises(Refused, match="正等待发送"):
            hook_calls.send_again(session, row, now=LATER)
        call = hook_calls.prepared(session, row.id, now=LATER, house=house_at_home)
        with pytest.raises(Undelivered, match="答复 HTTP 500") as error:
            signed_call.send(call, house_at_home.sync_allowed_hosts, now=LATER)
        hook_calls.note_failure(session, row.id, error.value, is_last=True, now=LATER)
        assert hook_calls.prepared(session, row.id, now=LATER, house=house_at_home) is None
        hook_calls.send_again(session, row, now=LATER)
        assert hook_calls.prepared(session, row.id, now=LATER, house=house_at_home) == call
        hook_calls.note_sent(session, row.id, now=LATER)
        assert (row.attempts, row.error, row.sent_at) == (2, None, LATER)
        row.sent_at = None
        session.execute(delete(Message))
        hook_calls.send_again(session, row, now=LATER)  # its worker died under it


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("https://evil.example/told", "不在允许发往的名单里"),
        ("http://gx.example.gov.cn/", "https://"),
        ("https://10.0.0.1/", "不在允许发往的名单里"),
        ("file:///etc/passwd", "格式不对"),
    ],
)
def test_an_address_that_may_not_be_called_is_refused(sqlite, house, url, sentence):
    with sqlite.writing() as session:
        person = session.get_one(Person, sqlite.world.people["handler"])
        wish = hooks.Wish("执法系统", url, [HookKind.CASE_STEP])
        with pytest.raises(Refused, match=sentence) as refused:
            hooks.make(session, person, wish, by=person, now=NOW, house=house)
        assert refused.value.code == "url"


def test_a_clock_that_runs_out_is_told_once(database, house_at_home, hooked):
    hook_id = hooked("head", [HookKind.CASE_OVERDUE, HookKind.CASE_DUE_SOON])
    case_id, _steps = signed_case(database, house_at_home)
    late = legal("2026-10-30")
    for _ in range(2):
        with database.writing() as session:
            while found := sweep.next_due(session, today=late.date()):
                sweep.act(session, found, now=late, house=house_at_home)
    with database.reading() as session:
        (told,) = session.scalars(select(HookCall).where(HookCall.hook_id == hook_id))
        number = session.get_one(Case, case_id).number
        assert (told.kind, told.body["case"], told.body["clock"]) == ("case.overdue", number, "signed")
        Draft202012Validator(schema_of("case.overdue")).validate(told.body | {"link": "https://x.example/"})


def test_documents_and_tasks_are_told_by_whoever_moved_them_and_every_kind_fits_its_schema(
    sqlite, house_at_home, receiver
):
    with sqlite.writing() as session:
        person = session.get_one(Person, sqlite.world.people["handler"])
        wish = hooks.Wish("执法系统", receiver.url, tuple(HookKind))
        hook = hooks.make(session, person, wish, by=person, now=NOW, house=house_at_home)
        case = case_in(session, "signed", sqlite.world, house_at_home)
        target = SyncTarget(key="province", name="省级平台", name_en="Province", kind="province", deliverer="file",
                            address="province", does=["end_publicity"])  # fmt: skip
        session.add_all([target, document := decision(case, house_at_home)])
        session.flush()
        world = sqlite.world
        row = record(session, subject_id=world.subjects["firm"], unit_id=world.units["market"])
        sync.ask(session, row, ["end_publicity"], case_id=case.id, now=NOW, rulebook=RULEBOOK)
        task = session.scalars(select(SyncTask).where(SyncTask.target_id == target.id)).one()
        for _ in range(2):
            hook_news.document_ready(session, document, now=NOW)
            hook_news.task_moved(session, task, "sent", now=NOW)
        sync.confirm(session, task, by_id=None, evidence="回执", now=NOW, rulebook=RULEBOOK)
        told = session.scalars(
            select(HookCall).where(HookCall.hook_id == hook.id).order_by(HookCall.id)
        ).all()
        assert [one.key for one in told] == [
            f"document-{document.id}", f"task-{task.id}-sent", f"task-{task.id}-confirmed",
        ]  # fmt: skip
        bodies = [hook_calls.prepared(session, one.id, now=NOW, house=house_at_home).body for one in told]
    for body in map(json.loads, bodies):
        Draft202012Validator(schema_of(body["kind"])).validate(body)
    for kind in HookKind:
        (example,) = schema_of(kind)["examples"]
        Draft202012Validator(schema_of(kind)).validate(example)
