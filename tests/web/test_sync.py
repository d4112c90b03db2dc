"""The tracker over HTTP: who sees and confirms what, the signed call back, the public feed, and the worker that sends."""

import io
import json
import zipfile
from datetime import date

import pytest
from sqlalchemy import select

from tests.browser import Browser
from tests.factories import NOW, RULEBOOK, draft, legal, record
from tests.services.paper_samples import picture
from tests.services.test_evidence_pack import decision
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app import worker
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.case import Case
from workflow_app.models.outbox import Message
from workflow_app.models.record import CreditRecord, Measure
from workflow_app.models.sync import SyncTarget, SyncTask
from workflow_app.services.delivery import signed_call
from workflow_app.services.sync import sync

SECRET = "示范密钥-of-the-hub"
TARGETS = (
    {"key": "hub", "name": "示范共享平台", "kind": "third_party", "deliverer": "webhook",
     "address": "http://127.0.0.1:9/notify", "secret": SECRET, "does": ["end_publicity"]},
    {"key": "letter", "name": "示范黄页", "kind": "third_party", "deliverer": "hand", "does": ["end_publicity"],
     "page_url": "https://pages.example/search"},
    {"key": "province", "name": "示范省平台", "kind": "province", "deliverer": "file", "address": "province",
     "does": ["end_publicity", "stop_sharing"]},
)  # fmt: skip


@pytest.fixture
def database(sqlite):
    """Three targets and one record of the firm that was repaired in a case, with a measure of the health commission."""
    with sqlite.writing() as session:
        give_passwords(session)
        session.add_all(SyncTarget(**row, name_en=row["key"]) for row in TARGETS)
    return sqlite


@pytest.fixture
def app(database, tmp_path):
    app = real_office(database, tmp_path, sync_allowed_hosts=("127.0.0.0/8",))
    with clock.fixed(NOW):
        yield app


@pytest.fixture
def asked(app, database):
    """Everything was asked; the ids of the tasks by target and request."""
    house = app.extensions["house"]
    with database.writing() as session:
        units, subjects = database.world.units, database.world.subjects
        case = draft(session, database.world, house)
        session.add(decision(case, house))
        row = record(session, subject_id=subjects["firm"], unit_id=units["market"])
        started = date(2026, 5, 10)
        session.add(Measure(record_id=row.id, unit_id=units["health"], title="限制评优", started_on=started))
        session.flush()
        whats = ["end_publicity", "stop_sharing", "lift_measures"]
        sync.ask(session, row, whats, case_id=case.id, now=NOW, rulebook=RULEBOOK)
        return {f"{task.target.key}/{task.what}": task.id for task in session.scalars(select(SyncTask))}


@pytest.fixture
def as_person(app):
    """Everybody signs in once: the clock stands, and a code is good for one time."""
    signed_in = {}

    def sign_in(login):
        if login not in signed_in:
            signed_in[login] = visitor = Visitor(app)
            visitor.sign_in(login)
            if login != "owner":
                visitor.enter_code(NOW)
            visitor.get("/notices")
        return signed_in[login]

    return sign_in


def stored(database, task_id):
    with database.reading() as session:
        task = session.get_one(SyncTask, task_id)
        session.expunge(task)
        return task


def address(task_id, *more):
    return "/".join(("/office/sync/tasks", str(task_id), *more))


def deliver(app):
    with app.app_context():
        counts = worker.deliver(app.extensions["house"])
        db.session.remove()
    return counts


def test_the_office_sees_every_target_and_a_department_its_own_tasks(as_person, asked, database):
    office = as_person("clerk").get("/office/sync")
    assert office.heading == "同步跟踪"
    for name in ("示范共享平台", "示范黄页", "示范省平台", "示范区卫健委"):
        assert name in office.text
    department = as_person("other_handler").get("/office/sync")
    assert department.heading == "同步任务"
    assert "解除惩戒措施" in department.text
    assert "示范共享平台" not in department.text
    assert "没有未完成的任务" in as_person("handler").get("/office/sync").text


def test_a_task_of_another_department_is_not_found(as_person, asked):
    assert as_person("handler").get(address(asked["hub/end_publicity"])).status == 404
    assert as_person("handler").post(address(asked["hub/end_publicity"], "confirm")).status == 404


def test_a_department_lifts_its_measure_and_confirms(as_person, asked, database):
    (key,) = [name for name in asked if name.endswith("lift_measures")]
    handler = as_person("other_handler")
    page = handler.get(address(asked[key]))
    assert "确认已经办理" in page.text
    assert "重新发送" not in page.text
    sent = handler.post(address(asked[key], "confirm"), {"evidence": "已在系统中解除，编号 7"})
    assert sent.status == 303
    with database.reading() as session:
        assert session.scalars(select(Measure)).one().lifted_on == date(2026, 9, 18)
        assert session.scalars(select(CreditRecord)).one().measures_lifted_at == NOW
    assert "编号 7" in handler.get(address(asked[key])).text
    assert handler.post(address(asked[key], "confirm"), {"evidence": "再来"}).status == 422
    assert handler.post(address(asked[key], "seen"), {"note": "x"}).status == 403


def test_a_confirmation_without_anything_to_show_is_mended(as_person, asked, database):
    answer = as_person("clerk").post(address(asked["letter/end_publicity"], "confirm"), {"evidence": " "})
    assert answer.status == 422
    assert "请写明凭什么确认，或者上传凭据。" in answer.text
    assert stored(database, asked["letter/end_publicity"]).confirmed_at is None


def test_a_file_is_evidence_enough_and_is_only_a_download(as_person, asked, database):
    clerk, task = as_person("clerk"), asked["letter/end_publicity"]
    scan = picture("PNG")
    sent = {"evidence": "", "evidence_file": (io.BytesIO(scan), "回函.png")}
    assert clerk.post(address(task, "confirm"), sent).status == 303
    found = clerk.client.get(address(task, "evidence"))
    assert found.data == scan
    assert found.headers["Content-Disposition"] == f"attachment; filename=evidence-{task}.png"
    assert clerk.get(address(task, "picture")).status == 404
    assert as_person("handler").get(address(task, "evidence")).status == 404


def test_a_file_of_another_kind_is_refused_with_its_reason(as_person, asked, database):
    sent = {"evidence": "见附件", "evidence_file": (io.BytesIO(b"MZ" + b"0" * 99), "a.exe")}
    answer = as_person("clerk").post(address(asked["letter/end_publicity"], "confirm"), sent)
    assert answer.status == 422
    assert stored(database, asked["letter/end_publicity"]).confirmed_at is None


def test_the_public_page_is_looked_at_with_a_note_and_a_picture(as_person, asked, database):
    clerk, task = as_person("clerk"), asked["letter/end_publicity"]
    assert "核实对方的公示页" not in clerk.get(address(task)).text
    clerk.post(address(task, "confirm"), {"evidence": "电话确认"})
    page = clerk.get(address(task))
    assert page.page.find("a", href="https://pages.example/search") is not None
    assert clerk.post(address(task, "seen"), {"note": ""}).status == 422
    sent = {"note": "查无此条", "picture": (io.BytesIO(picture("PNG")), "截图.png")}
    assert clerk.post(address(task, "seen"), sent).status == 303
    kept = stored(database, task)
    assert (kept.seen_note, kept.seen_by_id) == ("查无此条", database.world.people["clerk"])
    assert clerk.client.get(address(task, "picture")).mimetype == "image/png"


def test_a_target_told_by_letter_is_registered_by_the_office(as_person, app, asked, database):
    task = asked["letter/end_publicity"]
    deliver(app)
    assert stored(database, task).sent_at is None
    assert as_person("clerk").post(address(task, "told")).status == 303
    assert stored(database, task).sent_at == NOW
    assert as_person("clerk").post(address(asked["hub/end_publicity"], "told")).status == 409


def test_the_worker_drops_files_tells_departments_and_keeps_what_failed(app, asked, database):
    _, failed = deliver(app)
    assert failed == 1
    folder = app.extensions["house"].sync_folder / "province"
    assert sorted(json.loads(file.read_bytes())["what"] for file in folder.iterdir()) == [
        "end_publicity", "stop_sharing",
    ]  # fmt: skip
    assert stored(database, asked["province/end_publicity"]).sent_at == NOW
    hub = stored(database, asked["hub/end_publicity"])
    assert (hub.attempts, hub.dead_at, hub.sent_at) == (1, None, None)
    assert str(signed_call.told(hub.error)).startswith("连接不上 127.0.0.1。")


def test_after_the_last_try_a_task_is_dead_shown_and_sent_again_by_hand(as_person, app, asked, database):
    for at in ("10:00", "10:01", "10:05", "10:30", "13:00", "23:00"):
        with clock.fixed(legal("2026-09-18", at)):
            deliver(app)
    task = asked["hub/end_publicity"]
    dead = stored(database, task)
    assert (dead.attempts, dead.dead_at) == (6, legal("2026-09-18", "23:00"))
    clerk = as_person("clerk")
    assert "示范共享平台" in clerk.get("/office/sync?tab=dead").text
    assert "不再自动重试" in clerk.get(address(task)).text
    assert clerk.post(address(task, "send")).status == 303
    assert stored(database, task).dead_at is None
    with database.reading() as session:
        waiting = [row.key for row in session.scalars(select(Message)) if not row.done_at and not row.dead_at]
        assert waiting == [f"sync/{task}/1"]
    assert clerk.post(address(task, "send")).status == 409


def test_the_worker_tells_each_of_those_concerned_once_about_a_silent_target(as_person, app, asked, database):
    deliver(app)
    with clock.fixed(legal("2026-09-23")):
        for told in (5, 0):
            with app.app_context():
                assert worker.tell_silences() == (told, 0)
                db.session.remove()
        deliver(app)
        notices = as_person("owner").get("/notices").text
    assert notices.count("证据包") == 4
    assert "“示范黄页”过了 9 月 22 日（周二） 还没有确认全部办理" in notices


def call_back(app, task_id, *, secret=SECRET, at=NOW, said=None, about=None):
    """What a target sends by itself."""
    body = json.dumps(said or {"task": about or task_id, "evidence": "回执 R-1"}).encode()
    headers = signed_call.signed_headers(secret, body, name="x", now=at)
    url = f"/api/v1/sync/tasks/{task_id}/confirm"
    return app.test_client().post(url, data=body, headers=headers, content_type="application/json")


def test_a_target_confirms_by_a_signed_call_and_a_repeat_gets_the_same_answer(app, asked, database):
    task = asked["hub/end_publicity"]
    first, again = call_back(app, task), call_back(app, task)
    assert (first.status_code, first.json) == (
        200,
        {"task": task, "confirmed_at": "2026-09-18T02:00:00+00:00"},
    )
    assert again.json == first.json
    kept = stored(database, task)
    assert (kept.evidence, kept.confirmed_by_id) == ("回执 R-1", None)


@pytest.mark.parametrize(
    "change",
    [{"secret": "another"}, {"at": legal("2026-09-18", "09:50")}, {"at": legal("2026-09-18", "10:06")}],
)
def test_a_call_that_is_not_signed_right_changes_nothing(app, asked, database, change):
    answer = call_back(app, asked["hub/end_publicity"], **change)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed")
    assert stored(database, asked["hub/end_publicity"]).confirmed_at is None


def test_an_unknown_task_and_one_of_another_target_answer_alike(app, asked):
    told = [call_back(app, task) for task in (9999, asked["province/end_publicity"])]
    assert [answer.status_code for answer in told] == [401, 401]
    assert told[0].json == told[1].json


@pytest.mark.parametrize("said", [{"task": 9999, "evidence": "x"}, {"evidence": "x"}, {"task": 1}, [1], "x"])
def test_a_signed_call_about_something_else_is_refused(app, asked, database, said):
    answer = call_back(app, asked["hub/end_publicity"], said=said)
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["evidence"])
    assert stored(database, asked["hub/end_publicity"]).confirmed_at is None


def test_the_feed_is_public_and_answers_304_while_nothing_changed(app, asked):
    client = app.test_client()
    first = client.get("/feed/removals.json")
    assert first.status_code == 200
    assert [entry["what"] for entry in first.json["feed"]["entries"]] == ["stop_sharing", "end_publicity"]
    assert first.headers["Last-Modified"] == "Fri, 18 Sep 2026 02:00:00 GMT"
    assert "天津海河" not in first.get_data(as_text=True)
    same = client.get("/feed/removals.json", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    assert "Set-Cookie" not in first.headers


def test_the_firm_sees_its_targets_and_fetches_the_pack_and_nobody_else_does(as_person, app, asked, database):
    with database.reading() as session:
        case = session.scalars(select(Case)).one().address
    with clock.fixed(legal("2026-09-23")):
        owner = as_person("owner")
        page = owner.get(f"/cases/{case}/sync")
        assert "有的地方到期还没有确认" in page.text
        assert "示范黄页" in page.text
        pack = owner.client.get(f"/cases/{case}/sync/evidence.zip?target=letter")
    assert pack.headers["Content-Disposition"] == f"attachment; filename=evidence-{case}.zip"
    with zipfile.ZipFile(io.BytesIO(pack.data)) as archive:
        assert "complaint/letter.txt" in archive.namelist()
    assert as_person("other_handler").get(f"/cases/{case}/sync/evidence.zip").status == 404
    assert as_person("other_handler").get(f"/cases/{case}/sync").status == 404


def test_every_page_of_the_tracker_is_sound(as_person, asked, database):
    """Valid HTML, one heading, labelled fields, tokens, nothing of other people: what the house's browser looks at."""
    clerk = Browser(as_person("clerk").client)
    for task in asked.values():
        clerk.get(address(task))
    clerk.post(address(asked["letter/end_publicity"], "confirm"), {"evidence": ""}, status=422)
    clerk.post(address(asked["letter/end_publicity"], "confirm"), {"evidence": "回函"})
    clerk.post(address(asked["letter/end_publicity"], "seen"), {"note": "查无此条"})
    for query in ("", "?tab=overdue", "?tab=seen", "?tab=all&target=hub", "?before=1", "?tab=x&before=y"):
        clerk.get(f"/office/sync{query}")
    clerk.htmx("GET", "/office/sync?tab=all", target="tasks")
    for page in ("", "/new", "/hub", "/letter"):
        clerk.get(f"/office/sync/targets{page}")
    clerk.post("/office/sync/targets/hub/secret")
    with database.reading() as session:
        case = session.scalars(select(Case)).one().address
    Browser(as_person("owner").client).get(f"/cases/{case}/sync")


def test_the_pages_of_a_long_list_follow_each_other(as_person, asked, database):
    with database.writing() as session:
        for _ in range(10):
            row = record(session, subject_id=1, unit_id=database.world.units["market"])
            sync.ask(session, row, ["end_publicity"], case_id=None, now=NOW, rulebook=RULEBOOK)
    clerk, seen, url = Browser(as_person("clerk").client), [], "/office/sync"
    for _ in range(2):
        page = clerk.get(url)
        seen += [link["href"] for link in page.soup.select('a.row-link[href^="/office/sync/tasks/"]')]
        url = next((link["href"] for link in page.soup.select('a[rel="next"]')), "")
    assert url == ""
    assert len(seen) == len(set(seen)) == 35


FILLED = {
    "key": "new-site", "name": "新网站", "kind": "third_party", "unit_id": "", "deliverer": "file", "address": "new",
    "does": ["end_publicity"], "page_url": "", "ended_on": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("login", "status"), [("clerk", 303), ("system_admin", 303), ("lead", 403), ("head", 403)]
)
def test_clerk_and_system_administrator_keep_the_list_of_targets(as_person, database, login, status):
    assert as_person(login).post("/office/sync/targets/new", FILLED).status == status


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"key": "hub"}, "这个代号已经用过"),
        ({"address": "../x"}, "文件夹只写一个名称"),
        ({"deliverer": "webhook", "address": "https://evil.example/"}, "不在允许发往的名单里"),
        ({"deliverer": "webhook", "address": "http://169.254.169.254/"}, "https://"),
        ({"kind": "unit"}, "请选择是哪个部门"),
        ({"does": []}, "请至少选择一项"),
        ({"page_url": "javascript:alert(1)"}, "网址的格式不对"),
    ],
)
def test_a_target_that_could_not_be_used_is_refused_at_its_field(as_person, database, changed, sentence):
    answer = as_person("clerk").post("/office/sync/targets/new", FILLED | changed)
    assert answer.status == 422
    assert sentence in answer.text


def test_a_new_secret_is_shown_once(as_person, database):
    clerk = as_person("clerk")
    made = clerk.post("/office/sync/targets/hub/secret")
    with database.reading() as session:
        secret = session.scalars(select(SyncTarget.secret).where(SyncTarget.key == "hub")).one()
    assert secret != SECRET
    assert secret in made.text
    assert secret not in clerk.get("/office/sync/targets/hub").text
    assert clerk.post("/office/sync/targets/province/secret").status == 409


def test_a_target_is_changed_and_the_platform_itself_is_not(as_person, asked, database):
    clerk = as_person("clerk")
    page = clerk.get("/office/sync/targets/letter")
    assert page.value("name") == "示范黄页"
    changed = FILLED | {"name": "改名黄页", "deliverer": "hand", "ended_on": "2026-10-01"}
    assert clerk.post("/office/sync/targets/letter", changed).status == 303
    assert "改名黄页" in clerk.get("/office/sync/targets").text
    assert clerk.get("/office/sync/targets/own").status == 404
