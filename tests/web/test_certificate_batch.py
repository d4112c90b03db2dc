"""The certificates of a whole class over HTTP: how far they are, all of them in one ZIP, and who took them."""

import csv
import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.trainings import Training, open_class
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app import worker
from workflow_app.domain import clock
from workflow_app.extensions import db
from workflow_app.models.document import Document
from workflow_app.models.party import AccountEvent, Person
from workflow_app.services.documents import standing

PAGE = "/training-office/classes/TC-2026-31/certificates"
FIRST, SECOND = "CT-120102-20260918-000001", "CT-120102-20260918-000002"


@pytest.fixture
def app(sqlite, house, tmp_path):
    """A class in which two trainees passed, one sits in the exam, and nothing is printed yet."""
    with sqlite.writing() as session:
        give_passwords(session)
        held = open_class(session, sqlite.world, ref="TC-2026-31", seats=5)
        Training(session, sqlite.world, house, of=held, trainee_name='=1+2 张/"三"').to("certified")
        with_papers = Training(session, sqlite.world, house, by="citizen", of=held, trainee_role="self")
        with_papers.go(("apply", "citizen"), ("approve", "clerk"), ("study", "citizen"))
        with_papers.hand_in(score=80, by="citizen")
        learns = Training(session, sqlite.world, house, by="other_owner", of=held)
        learns.go(("apply", "other_owner"), ("approve", "clerk"), ("study", "other_owner"))
        open_class(session, sqlite.world, ref="TC-2026-32")
    app = real_office(sqlite, tmp_path)
    with clock.fixed(NOW + timedelta(seconds=1)):
        yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def sign_in(app):
    def sign_in(login):
        visitor = Visitor(app)
        visitor.sign_in(login)
        visitor.enter_code()
        return visitor

    return sign_in


def deliver(app):
    with app.app_context():
        assert worker.deliver(app.extensions["house"])[1] == 0
        db.session.remove()


def summary(seen):
    return {
        row.dt.get_text(strip=True): row.dd.get_text().split()[0]
        for row in seen.page.select("dl.summary > div")
    }


def taken(visitor):
    """The ZIP of the class: its answer, its files, and the rows of its list."""
    answer = visitor.client.post(f"{PAGE}.zip", data={"csrf_token": visitor.token}, buffered=True)
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    listed = files.pop("manifest.csv").decode("utf-8-sig")
    return answer, files, list(csv.reader(io.StringIO(listed)))


def test_a_class_is_followed_until_every_certificate_is_there_and_then_taken_along(app, sign_in, sqlite):
    clerk = sign_in("clerk")
    before = clerk.get(PAGE)
    assert summary(before) == {"应发": "2", "已发": "2", "已生成": "0"}
    assert "已生成 0 份，共 2 份。" in before.text
    assert "下载全部证明" not in before.text
    panel = before.page.find(id="certificates")
    assert (panel["hx-get"], panel["hx-trigger"]) == (PAGE, "every 3s")
    assert before.page.select_one("head noscript meta[http-equiv=refresh]")["content"] == f"10; url={PAGE}"
    refused = clerk.post(f"{PAGE}.zip")
    assert refused.status == 409
    assert "还没有生成好的培训证明" in refused.text

    deliver(app)
    part = clerk.get(PAGE, HX_Request="true", HX_Target="certificates")
    assert part.page.find("h1") is None
    assert summary(part) == {"应发": "2", "已发": "2", "已生成": "2"}
    after = clerk.get(PAGE)
    assert "hx-get" not in after.page.find(id="certificates").attrs
    assert after.page.select_one("meta[http-equiv=refresh]") is None

    answer, files, listed = taken(clerk)
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.headers["Cache-Control"] == "no-store"
    assert "TC-2026-31.zip" in answer.headers["Content-Disposition"]
    with sqlite.reading() as session:
        wanted = select(Document).where(Document.kind == "training_certificate").order_by(Document.number)
        first, second = session.scalars(wanted)
        (event,) = session.scalars(select(AccountEvent).where(AccountEvent.what == "certificates_taken"))
        by = session.get_one(Person, event.by_id).login
    one, two = f"{FIRST} =1+2 张__三_.pdf", f"{SECOND} 赵经纬.pdf"
    assert listed == [
        ["number", "trainee", "file", "sha256", "code"],
        [FIRST, '\'=1+2 张/"三"', one, first.sha256, first.verify_code],
        [SECOND, "赵经纬", two, second.sha256, second.verify_code],
    ]
    assert {name: hashlib.sha256(content).hexdigest() for name, content in files.items()} == {
        one: first.sha256,
        two: second.sha256,
    }
    assert (by, event.note) == ("clerk", "TC-2026-31: 2")


def test_what_was_revoked_stays_out_what_was_damaged_is_named_and_who_only_oversees_takes_nothing(
    app, sign_in, sqlite
):
    deliver(app)
    with sqlite.writing() as session:
        which, now = Document.number == FIRST, NOW + timedelta(seconds=1)
        standing.end(session, which, status="revoked", why="issued_in_error", now=now)
    clerk, lead = sign_in("clerk"), sign_in("lead")
    seen = clerk.get(PAGE)
    assert summary(seen) == {"应发": "1", "已发": "1", "已生成": "1", "已撤销": "1"}
    assert "全部生成" in seen.text
    assert [row[0] for row in taken(clerk)[2]] == ["number", SECOND]

    with sqlite.reading() as session:
        second = session.scalars(select(Document).where(Document.number == SECOND)).one()
    app.extensions["house"].storage._path(second.sha256).write_bytes(b"%PDF-1.7 not what was issued")
    refused = clerk.post(f"{PAGE}.zip")
    assert refused.status == 409
    assert f"培训证明 {SECOND} 的文件缺失或者被改动，没有打包。" in refused.text

    overseen = lead.get(PAGE)
    assert overseen.status == 200
    assert overseen.page.find("form", action=f"{PAGE}.zip") is None
    assert lead.post(f"{PAGE}.zip").status == 403
    empty = clerk.get(PAGE.replace("31", "32"))
    assert "还没有人通过考试" in empty.text
    assert "证明由系统自动编号和生成" in empty.text
