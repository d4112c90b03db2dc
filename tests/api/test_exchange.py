"""Exchange by machine: rows by days with the rights of the token's person, files for other systems, files of targets.

The time is Friday 2026-11-20 10:00. What the district holds was made in the months before.
"""

import csv
import io
import json

from sqlalchemy import select

from tests.api.conftest import Machines
from tests.web.conftest import District
from workflow_app.models.api import ApiCall, Difference
from workflow_app.models.commitment import CommitmentPublicity
from workflow_app.models.party import GrantRow, Person
from workflow_app.models.record import CreditRecord
from workflow_app.models.sync import SyncTarget

YEAR = "from=2026-01-01&to=2026-11-20"


def everything(machine, kind, more=""):
    """All rows of a kind, page by page."""
    items, cursor = [], ""
    while cursor is not None:
        answer = machine.get(f"/exchange/{kind}?{YEAR}&limit=3&cursor={cursor.replace('+', '%2B')}{more}")
        assert answer.status_code == 200
        assert len(answer.json["items"]) <= 3
        items += answer.json["items"]
        cursor = answer.json["next"]
    return items


def test_the_office_takes_everything_page_by_page_and_a_department_its_own(
    district: District, machine: Machines
):
    lead, unit = machine("lead.xinyong"), machine("handler.shichang")
    with district.session() as session:
        codes = set(session.scalars(select(CommitmentPublicity.code)))
        repaired = select(CreditRecord.decision_no).where(CreditRecord.repaired_at.is_not(None))
        numbers = sorted(session.scalars(repaired))
    taken = everything(lead, "commitments")
    assert {row["code"] for row in taken} == codes
    assert len(taken) == len(codes) > 3
    assert all(len(row["code"]) == 20 and row["publication"] == "可向社会公开" for row in taken)
    assert sorted(row["CF_WSH"] for row in everything(lead, "repairs")) == numbers
    own = everything(unit, "commitments")
    assert {row["accept_unit"] for row in own} == {"演示区市场监管局"}
    assert 0 < len(own) < len(taken)
    told = lead.get(f"/exchange/repairs?{YEAR}").json["fields"]
    assert [field["code"] for field in told[:3]] == ["CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM"]
    entries, exits = everything(lead, "list_entries"), everything(lead, "list_exits")
    assert entries
    assert exits
    assert "重点关注名单" not in {row["MD_LB"] for row in entries + exits}
    assert all(row["MD_YCRQ"] and row["MD_YCFS"] for row in exits)


def test_the_same_rows_come_as_csv_xlsx_and_json_lines_and_the_call_is_logged(
    district: District, machine: Machines
):
    lead = machine("lead.xinyong")
    items = everything(lead, "list_entries")
    as_csv = lead.get(f"/exchange/list_entries?{YEAR}&format=csv")
    assert as_csv.data.startswith(b"\xef\xbb\xbf")
    assert as_csv.mimetype == "text/csv"
    assert [dict(row) for row in csv.DictReader(io.StringIO(as_csv.data.decode("utf-8-sig")))] == items
    lines = lead.get(f"/exchange/list_entries?{YEAR}&format=jsonl")
    assert [json.loads(line) for line in lines.data.decode().splitlines()] == items
    assert lead.get(f"/exchange/list_entries?{YEAR}&format=xlsx").data[:2] == b"PK"
    assert as_csv.data == lead.get(f"/exchange/list_entries?{YEAR}&format=csv").data
    with district.session() as session:
        call = session.scalars(select(ApiCall).order_by(ApiCall.id)).first()
        assert (call.endpoint, call.status) == ("exchange_api.taken", 200)


def test_what_cannot_be_asked_is_refused_by_field(machine: Machines):
    lead = machine("lead.xinyong")
    for query, field in (
        ("to=2026-11-20", "from"),
        ("from=2026-11-20&to=2026-11-19", "to"),
        ("from=2020-01-01&to=2026-11-19", "to"),
        ("from=0001-01-01&to=0001-01-02", "from"),
        ("from=9999-12-31&to=9999-12-31", "from"),
        (f"{YEAR}&format=pdf", "format"),
        (f"{YEAR}&limit=201", "limit"),
        (f"{YEAR}&colour=red", "colour"),
    ):
        answer = lead.get(f"/exchange/repairs?{query}")
        assert (answer.status_code, list(answer.json["fields"])) == (422, [field]), query
    assert lead.get(f"/exchange/nothing?{YEAR}").status_code == 404
    assert machine("owner.haihe").get(f"/exchange/repairs?{YEAR}").status_code == 403
    assert lead.get(f"/exchange/repairs?{YEAR}&cursor=%00~x").status_code in (200, 422)


def test_a_target_hands_in_its_file_and_asks_what_became_of_it(district: District, machine: Machines):
    clerk = machine("clerk.xinyong")
    with district.session() as session:
        shown = session.scalars(
            select(CreditRecord).where(
                CreditRecord.publicity_ended_at.is_(None), CreditRecord.scope == "public"
            )
        ).first()
        number = shown.id
        row = {"decision_number": shown.decision_no, "record": shown.ref, "state": "hidden"}
    content = json.dumps(row).encode()

    def post(who, content, key="national", **form):
        data = {"file": (io.BytesIO(content), "held.jsonl"), **form}
        return who.call(
            "POST", f"/exchange/targets/{key}/file", data=data, content_type="multipart/form-data"
        )

    sent = post(clerk, content, day="2026-11-20")
    assert (sent.status_code, sent.json["state"], sent.json["target"]) == (202, "waiting", "national")
    assert post(clerk, content).json["id"] == sent.json["id"]
    district.deliver()
    now = clerk.get(f"/exchange/targets/national/files/{sent.json['id']}").json
    assert (now["state"], now["lines"], now["unreadable"]) == ("compared", 1, [])
    with district.session() as session:
        found = session.scalars(select(Difference).where(Difference.record_id == number)).all()
        assert [(one.kind, one.theirs) for one in found] == [("missing_there", "hidden")]
        assert now["open"] == len(session.scalars(select(Difference)).all())
    wrong = post(clerk, b'{"decision_number": "1", "state": "perhaps"}').json["id"]
    district.deliver()
    told = clerk.get(f"/exchange/targets/national/files/{wrong}").json
    assert (told["state"], [(one["line"], one["field"]) for one in told["unreadable"]]) == (
        "unreadable",
        [(1, "state")],
    )
    assert list(post(clerk, content, day="2026-11-21").json["fields"]) == ["day"]
    assert list(post(clerk, b"").json["fields"]) == ["file"]
    assert post(clerk, content, key="nowhere").status_code == 404
    assert post(machine("handler.keji"), content).status_code == 404
    assert clerk.post("/exchange/targets/national/file", {"file": "x"}).status_code == 415
    missing = clerk.call(
        "POST", "/exchange/targets/national/file", data={}, content_type="multipart/form-data"
    )
    assert missing.status_code == 422
    assert clerk.get(f"/exchange/targets/province/files/{sent.json['id']}").status_code == 404
    assert clerk.get("/exchange/targets/national/files/99999999999").status_code == 404


def test_a_system_of_the_target_s_own_unit_hands_in_its_file_and_no_other(
    district: District, machine: Machines
):
    with district.session() as session:
        register = session.scalars(select(SyncTarget).where(SyncTarget.key == "register")).one()
        person = session.scalars(select(Person).where(Person.login == "handler.shichang")).one()
        own = select(GrantRow.unit_id).where(GrantRow.person_id == person.id)
        register.unit_id = session.scalars(own).first()
        person.is_system = True
    system = machine("handler.shichang")
    data = {
        "file": (io.BytesIO("决定书文号,公示状态,信息类别\n外地罚1号,公示中,行政处罚信息".encode()), "a.csv")
    }
    sent = system.call(
        "POST", "/exchange/targets/register/file", data=data, content_type="multipart/form-data"
    )
    assert sent.status_code == 202
    district.deliver()
    assert system.get(f"/exchange/targets/register/files/{sent.json['id']}").json["state"] == "compared"
    assert system.get(f"/exchange/targets/national/files/{sent.json['id']}").status_code == 404
