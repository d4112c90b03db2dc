"""What machines read: the caller's queue, documents and their files, whether one is genuine, and tasks of targets."""

from io import BytesIO

from sqlalchemy import select

from tests.api.conftest import Machines
from tests.api.machine import Machine
from tests.web.conftest import PRINTED, District
from workflow_app.models.api import ApiCall
from workflow_app.models.case import Case
from workflow_app.models.document import Document
from workflow_app.models.sync import SyncTask


def test_the_queue_is_the_callers_own_and_turns_page_by_page(machine: Machines) -> None:
    handler = machine("handler.shichang")
    whole = handler.get("/queue?tab=open").json
    assert whole["next"] is None
    numbers, cursor = [], ""
    while cursor is not None:
        page = handler.get(f"/queue?tab=open&limit=3&cursor={cursor or ''}").json
        numbers += [each["number"] for each in page["items"]]
        cursor = page["next"]
    assert numbers == [each["number"] for each in whole["items"]]
    days = [each["due_on"] or "9999-12-31" for each in whole["items"]]
    assert days == sorted(days)
    assert {each["unit"]["name"] for each in whole["items"]} == {"演示区市场监管局"}
    assert machine("owner.lizi").get("/queue?tab=all&q=海河").json["items"] == []
    assert handler.get("/queue?tab=later").json["fields"]["tab"].startswith("可用的值是：mine")
    assert handler.get("/queue?cursor=x").json["code"] == "cursor"
    assert handler.get("/queue?state=nowhere&workflow=repair").json["code"] == "state"


def test_a_document_is_read_with_its_file_and_found_genuine(district: District, machine: Machines) -> None:
    owner, nobody = machine("owner.haihe"), Machine(district)
    with district.session() as session:
        case = session.scalars(select(Case).where(Case.number == PRINTED)).one()
        row = session.scalars(
            select(Document).where(Document.case_id == case.id).order_by(Document.id)
        ).first()
        number, code = row.number, row.verify_code
    told = owner.get(f"/documents/{number}").json
    assert (told["number"], told["status"], told["verify_code"]) == (number, "valid", code)
    file = owner.get(f"/documents/{number}.pdf")
    assert file.data.startswith(b"%PDF-")
    assert machine("owner.lizi").get(f"/documents/{number}").status_code == 404
    answer = nobody.get(f"/verify/{code}").json
    assert answer["answer"] == "valid"
    assert number in [field["value"] for field in answer["fields"]]
    sent = {"file": (BytesIO(file.data), "a.pdf")}
    assert nobody.post("/verify", data=sent, content_type="multipart/form-data").json["answer"] == "valid"
    forged = {"file": (BytesIO(b"%PDF-1.7 nothing of ours"), "b.pdf")}
    assert nobody.post("/verify", data=forged, content_type="multipart/form-data").json["answer"] == "foreign"
    assert nobody.get("/verify/MFRGGZDFMZTWQ2LK").json["answer"] == "unknown"


def test_tasks_are_read_and_confirmed_by_those_who_work_on_them(
    district: District, machine: Machines
) -> None:
    clerk = machine("clerk.xinyong")
    tasks = clerk.get("/sync/tasks?state=open").json["items"]
    assert {"target", "what", "due_on", "standing"} <= set(tasks[0])
    number = tasks[0]["id"]
    said = {"task": number, "evidence": "电话核实，对方已停止公示"}
    assert machine("owner.haihe").post(f"/sync/tasks/{number}/confirm", said).status_code == 404
    done = clerk.post(f"/sync/tasks/{number}/confirm", said)
    assert (done.status_code, done.json["task"]) == (200, number)
    assert clerk.post(f"/sync/tasks/{number}/confirm", said).json == done.json
    assert Machine(district).post(f"/sync/tasks/{number}/confirm", said).json["code"] == "not_signed"
    with district.session() as session:
        assert session.get_one(SyncTask, number).confirmed_by_id is not None
    assert machine("owner.haihe").get("/sync/tasks").json == {"items": [], "next": None}


def test_reading_data_of_a_person_is_logged_with_what_for(district: District, machine: Machines) -> None:
    clerk = machine("clerk.xinyong", purpose="核对异议")
    listed = clerk.get("/queue?tab=all&limit=200").json["items"]
    assert any(each["subject"]["kind"] == "individual" for each in listed)
    clerk.get("/queue?tab=all&limit=200", headers={"X-Purpose": "quarterly check"})
    clerk.get("/sync/tasks?state=dead&target=nobody")
    with district.session() as session:
        calls = session.execute(select(ApiCall.purpose, ApiCall.subjects).order_by(ApiCall.id)).all()
    assert [purpose for purpose, _ in calls] == ["核对异议", "quarterly check", ""]
    assert calls[0].subjects
    assert calls[0].subjects == calls[1].subjects
