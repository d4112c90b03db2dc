"""What leaves the house for a target: a signed call to a named host, or a whole file under a lasting name."""

import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests.factories import NOW, RULEBOOK, legal, record
from workflow_app.domain.refusals import Refused
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.delivery import signed_call
from workflow_app.services.delivery.signed_call import Undelivered
from workflow_app.services.documents import detached
from workflow_app.services.sync import sync, sync_addresses, sync_delivery
from workflow_app.services.sync.sync_delivery import Parcel

SECRET = "示范密钥-of-a-target"
HTTPS = "https://gx.example.gov.cn/notify"


@pytest.fixture
def site():
    """A site that takes what it is sent, or answers as it is told; keeps what came."""
    came, answer = [], SimpleNamespace(status=204, location="")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            came.append((self.path, dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(answer.status)
            if answer.location:
                self.send_header("Location", answer.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/notify"
    yield SimpleNamespace(address=address, port=server.server_port, came=came, answer=answer)
    server.shutdown()
    thread.join()
    server.server_close()


def parcel(address, deliverer="webhook", secret=SECRET):
    return Parcel(
        deliverer, address, secret, "120102-1-end_publicity.json", '{"task": 1, "名": "值"}'.encode()
    )


@pytest.fixture
def house_that_allows(house):
    return lambda *hosts: replace(house, sync_allowed_hosts=hosts)


def test_a_call_is_signed_over_time_and_body(site, house_that_allows):
    sync_delivery.send(parcel(site.address), house_that_allows("127.0.0.0/8"), now=NOW)
    ((path, headers, body),) = site.came
    assert (path, json.loads(body)) == ("/notify", {"task": 1, "名": "值"})
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["X-Casework-Delivery"] == "120102-1-end_publicity"
    stamp, signature = headers["X-Casework-Timestamp"], headers["X-Casework-Signature"]
    assert stamp == "1789696800"
    assert signed_call.is_signed(SECRET, stamp, signature, body, now=NOW)


def test_the_signature_is_the_one_that_other_languages_make():
    """Made with: printf '1789696800.{"task":1}' | openssl dgst -sha256 -hmac abc"""
    expected = "9cffb0af87dfd1e64caa6cff11ac3c8ad8c0e93a83f144b95c1858d40dc9d671"
    assert signed_call.mac("abc", "1789696800", b'{"task":1}') == expected


@pytest.mark.parametrize(
    ("stamp", "secret", "body", "at"),
    [
        ("1789696800", "another", b"{}", "10:00"),
        ("1789696800", "abc", b"{ }", "10:00"),
        ("1789696801", "abc", b"{}", "10:00"),
        ("1789696800", "abc", b"{}", "10:06"),
        ("1789696800", "abc", b"{}", "09:54"),
        ("", "abc", b"{}", "10:00"),
        ("١", "abc", b"{}", "10:00"),
        ("1789696800", "", b"{}", "10:00"),
    ],
)
def test_a_call_with_another_secret_body_or_time_is_not_signed(stamp, secret, body, at):
    signature = f"v1={signed_call.mac('abc', '1789696800', b'{}')}"
    assert signed_call.is_signed("abc", "1789696800", signature, b"{}", now=legal("2026-09-18", "10:04"))
    assert not signed_call.is_signed(secret, stamp, signature, body, now=legal("2026-09-18", at))


@pytest.mark.parametrize("status", [302, 400, 404, 500])
def test_only_an_answer_of_success_counts_and_no_redirection_is_followed(site, status, house_that_allows):
    site.answer.status, site.answer.location = status, site.address + "/elsewhere"
    with pytest.raises(Undelivered, match=f"答复 HTTP {status}"):
        sync_delivery.send(parcel(site.address), house_that_allows("127.0.0.1"), now=NOW)
    assert len(site.came) == 1


def test_a_site_that_is_not_there_is_told_in_words(house_that_allows):
    with pytest.raises(Undelivered, match=r"连接不上 127\.0\.0\.1"):
        sync_delivery.send(parcel("http://127.0.0.1:9/"), house_that_allows("127.0.0.1"), now=NOW)


def test_nothing_is_sent_without_a_secret(site, house_that_allows):
    with pytest.raises(Undelivered, match="还没有密钥"):
        sync_delivery.send(parcel(site.address, secret=""), house_that_allows("127.0.0.1"), now=NOW)
    assert site.came == []


def test_a_named_host_that_resolves_to_an_inner_address_is_not_called(site, house_that_allows):
    """`localhost` stands for a name whose owner lets it point inside: the name alone opens no network."""
    address = f"https://localhost:{site.port}/notify"
    with pytest.raises(Undelivered, match="连接不上 localhost"):
        sync_delivery.send(parcel(address), house_that_allows(f"localhost:{site.port}"), now=NOW)
    assert site.came == []


@pytest.mark.parametrize(
    ("url", "allowed", "sentence"),
    [
        (HTTPS, (), "不在允许发往的名单里"),
        ("https://gx.example.gov.cn:8443/", ("gx.example.gov.cn",), "不在允许发往的名单里"),
        ("https://evil.example/", ("gx.example.gov.cn",), "不在允许发往的名单里"),
        ("https://gx.example.gov.cn.evil.example/", ("gx.example.gov.cn",), "不在允许发往的名单里"),
        ("https://10.0.0.1/", ("gx.example.gov.cn",), "不在允许发往的名单里"),
        ("http://gx.example.gov.cn/", ("gx.example.gov.cn",), "https://"),
        ("http://127.0.0.1/", (), "https://"),
        ("https://user:word@gx.example.gov.cn/", ("gx.example.gov.cn",), "格式不对"),
        ("file:///etc/passwd", ("gx.example.gov.cn",), "格式不对"),
        ("gopher://gx.example.gov.cn/", ("gx.example.gov.cn",), "格式不对"),
        ("https://gx.example.gov.cn:99999/", ("gx.example.gov.cn",), "格式不对"),
        ("https://[::1/", (), "格式不对"),
        ("", (), "格式不对"),
    ],
)
def test_an_address_that_may_not_be_called_says_why(url, allowed, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        sync_addresses.check_url(url, allowed)
    assert refused.value.code == "address"


@pytest.mark.parametrize(
    ("url", "allowed", "found"),
    [
        (HTTPS, ("gx.example.gov.cn",), ("gx.example.gov.cn", 443)),
        ("https://GX.example.gov.cn:8443/a?b=c", ("gx.example.gov.cn:8443",), ("gx.example.gov.cn", 8443)),
        ("http://10.20.3.4:8080/", ("10.20.0.0/16",), ("10.20.3.4", 8080)),
        ("https://[fd00::5]/", ("fd00::/8",), ("fd00::5", 443)),
    ],
)
def test_a_named_host_or_network_may_be_called(url, allowed, found):
    assert sync_addresses.check_url(url, allowed) == found


@pytest.mark.parametrize(
    ("address", "allowed", "may"),
    [
        ("8.8.8.8", (), True),
        ("10.1.1.1", (), False),
        ("127.0.0.1", (), False),
        ("169.254.169.254", (), False),
        ("::1", (), False),
        ("::ffff:10.1.1.1", (), False),
        ("224.0.0.1", (), False),
        ("0.0.0.0", (), False),
        ("10.1.1.1", ("10.1.0.0/16",), True),
        ("10.2.1.1", ("10.1.0.0/16",), False),
        ("not an address", ("10.1.0.0/16",), False),
    ],
)
def test_an_inner_address_may_be_called_only_in_a_named_network(address, allowed, may):
    assert sync_addresses.may_call(address, allowed) is may


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "/etc", "A", "x" * 41, ".hidden"])
def test_a_folder_is_one_plain_name(name, tmp_path):
    with pytest.raises(Refused, match="文件夹只写一个名称"):
        sync_addresses.folder(name, tmp_path)


def test_a_file_lies_whole_under_a_lasting_name_and_a_repeat_replaces_it(tmp_path, house):
    house = replace(house, sync_folder=tmp_path)
    for _ in range(2):
        sync_delivery.send(parcel("province", "file"), house, now=NOW)
    (file,) = (tmp_path / "province").iterdir()
    assert (file.name, json.loads(file.read_bytes())["task"]) == ("120102-1-end_publicity.json", 1)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_folder_that_cannot_be_written_is_told_in_words(tmp_path, house):
    (tmp_path / "province").write_text("in the way")
    with pytest.raises(Undelivered, match="文件写不进交换文件夹"):
        sync_delivery.send(parcel("province", "file"), replace(house, sync_folder=tmp_path), now=NOW)


@pytest.fixture
def task_id(sqlite):
    """A task of a file target about a record of the citizen."""
    with sqlite.writing() as session:
        target = SyncTarget(
            key="province", name="省级平台", name_en="Province", kind="province", deliverer="file",
            address="province", does=["end_publicity"],
        )  # fmt: skip
        session.add(target)
        subjects, units = sqlite.world.subjects, sqlite.world.units
        row = record(session, subject_id=subjects["citizen"], unit_id=units["market"], decision_no="示罚7号")
        sync.ask(session, row, ["end_publicity"], case_id=None, now=NOW, rulebook=RULEBOOK)
        return session.scalars(select(SyncTask.id).where(SyncTask.target_id == target.id)).one()


def test_a_file_says_what_to_do_signed_and_with_a_person_masked(sqlite, house, task_id):
    with sqlite.reading() as session:
        made = sync_delivery.parcel(session, task_id, house)
        again = sync_delivery.parcel(session, task_id, house)
    assert made == again
    request = json.loads(made.body)
    signature = request.pop("signature")
    assert (request["what"], request["decision_number"], request["due_on"]) == (
        "end_publicity", "示罚7号", "2026-09-20",
    )  # fmt: skip
    assert (request["holder_name"], request["holder_code"]) == ("林*", "1****************2")
    certificate = detached.certificate(house.signer)
    assert detached.is_genuine(signature, detached.canonical(request), certificate=certificate)
    altered = request | {"what": "restore"}
    assert not detached.is_genuine(signature, detached.canonical(altered), certificate=certificate)


def test_nothing_is_sent_to_a_target_that_has_confirmed(sqlite, house, task_id):
    with sqlite.writing() as session:
        task = session.get_one(SyncTask, task_id)
        sync.confirm(session, task, by_id=None, evidence="回执", now=NOW, rulebook=RULEBOOK)
        assert sync_delivery.parcel(session, task_id, house) is None
