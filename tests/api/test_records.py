"""Records for machines: read as far as the caller may, handed in with a second person, told apart row by row."""

from io import BytesIO

from sqlalchemy import select

from tests.api.conftest import Machines
from tests.services.import_samples import PENALTY, table
from tests.web.conftest import District
from workflow_app.models.api import ApiCall
from workflow_app.models.party import Subject, Unit
from workflow_app.models.record import CreditRecord


def person_with_a_record(district: District) -> Subject:
    """A natural person of the demonstration against whom something stands."""
    with district.session() as session:
        found = select(Subject).join(CreditRecord, CreditRecord.subject_id == Subject.id)
        person = session.scalars(found.where(Subject.kind == "individual")).first()
        session.expunge(person)
        return person


def market(district: District) -> tuple[str, dict[str, str]]:
    """The code of the market unit of the demonstration, and a row that it may hand in."""
    with district.session() as session:
        unit = session.scalars(select(Unit).where(Unit.name == "演示区市场监管局")).one()
        names = {"CF_CFJG": unit.name, "CF_SJLY": unit.name, "CF_CFJGDM": unit.code, "CF_SJLYDM": unit.code}
        return unit.code, PENALTY | names


def test_records_are_read_as_far_as_the_caller_may(district: District, machine: Machines) -> None:
    with district.session() as session:
        row = session.scalars(
            select(CreditRecord).join(Subject).where(Subject.kind == "legal", CreditRecord.scope == "public")
        ).first()
        code, ref = row.subject.code, row.ref
    clerk = machine("clerk.xinyong")
    told = clerk.get(f"/subjects/{code}/records").json
    mine = next(each for each in told["items"] if each["id"] == ref)
    assert {"kind", "class", "decision_no", "decided_on", "unit", "published", "marks", "min_end_on"} <= set(
        mine
    )
    assert clerk.get(f"/records/{ref}").json == mine
    judged = clerk.get(f"/records/{ref}/repairability").json
    assert set(judged) == {"may_apply", "from_on", "because", "blocked_by"}
    assert clerk.get(f"/subjects/{code}").json["code"] == code
    assert machine("owner.suanpan").get(f"/subjects/{code}/records").status_code in (200, 404)
    assert clerk.get("/subjects/91120102MA0NOTTHER/records").status_code == 404


def test_what_is_read_of_a_person_is_masked_and_logged(district: District, machine: Machines) -> None:
    person = person_with_a_record(district)
    answer = machine("clerk.xinyong", purpose="核对异议").get(f"/subjects/{person.code}")
    assert answer.json["code"] != person.code
    assert answer.json["code"] == person.code[0] + "*" * 16 + person.code[-1]
    assert machine("handler.weijian").get(f"/subjects/{person.code}").status_code == 404
    with district.session() as session:
        call = session.scalars(select(ApiCall).order_by(ApiCall.id)).first()
        assert (call.purpose, call.subjects) == ("核对异议", [person.id])
        assert call.path == "/api/v1/subjects/…"


def test_a_list_is_checked_row_by_row_and_waits_for_a_second_person(
    district: District, machine: Machines
) -> None:
    handler = machine("handler.shichang")
    unit, row = market(district)
    good = row | {"CF_WSH": "津河东市监罚〔2026〕901号"}
    bad = row | {"CF_WSH": "津河东市监罚〔2026〕902号", "CF_XDR_SHXYM": "91120102MA0DEM90?"}
    answer = handler.post("/records", {"unit": unit, "records": [good, bad]})
    assert answer.status_code == 202, answer.json
    told = answer.json
    assert (told["stage"], told["rows"], told["created"], told["rejected"]) == ("waiting", 2, 1, 1)
    assert [row["status"] for row in told["items"]] == ["created", "rejected"]
    assert told["items"][1]["errors"][0]["field"] == "CF_XDR_SHXYM"
    again = handler.get(f"/records/import/{told['id']}").json
    assert {name: told[name] for name in again} == again
    rows = handler.get(f"/records/import/{told['id']}/rejected.csv").data.decode("utf-8-sig")
    assert "902号" in rows
    assert "901号" not in rows
    with district.session() as session:
        assert (
            session.scalar(select(CreditRecord.id).where(CreditRecord.decision_no == good["CF_WSH"])) is None
        )
    assert machine("handler.weijian").get(f"/records/import/{told['id']}").status_code == 404


def test_a_file_is_kept_for_the_worker_and_a_wrong_one_refused(district: District, machine: Machines) -> None:
    handler, (unit, row) = machine("handler.shichang"), market(district)
    sent = {
        "file": (BytesIO(table([row | {"CF_WSH": "津河东市监罚〔2026〕903号"}])), "处罚.csv"),
        "unit": unit,
    }
    answer = handler.post("/records/import", data=sent, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["stage"]) == (202, "checking")
    elsewhere = {"unit": "11120102MB9999999X", "records": [PENALTY]}
    assert handler.post("/records", elsewhere).json["code"] == "unit"
    assert handler.post("/records", {"unit": unit, "records": []}).json["fields"] == {
        "records": "应有 1 至 100 项，请分成几次。"
    }
    odd = handler.post("/records", {"unit": unit, "records": [{"cf_wsh": "x"}], "note": "x"})
    assert set(odd.json["fields"]) >= {"note"}
    wrong = {"file": (BytesIO(b"a,b\n1,2\n"), "x.csv"), "unit": unit}
    assert handler.post("/records/import", data=wrong, content_type="multipart/form-data").status_code == 409
