"""Cases through the API alone: begun, filled in, signed, decided, and told as the pages tell them."""

import pytest
from sqlalchemy import func, select

from tests.api.desk import CITIZEN, CONTACT, FIRM, OTHER_FIRM, PASSWORD, Desk, step_of, take, upload
from tests.factories import NOW, case_in, record
from tests.lists import Listing, list_type
from tests.trainings import open_class
from workflow_app.domain import clock
from workflow_app.models.api import ApiAnswer, ApiCall
from workflow_app.models.event import Event
from workflow_app.models.party import AccountEvent, Person

REASON = "海河路 1 号二层增设堂食区，申请公共场所卫生许可。"


@pytest.fixture
def desk(sqlite, tmp_path):
    with clock.fixed(NOW):
        yield Desk.in_a_folder(sqlite, tmp_path)


@pytest.fixture
def active(desk, house):
    """A commitment in force; its number."""
    with desk.database.writing() as session:
        return case_in(session, "active", desk.world, house).number


def begun(machine, **said):
    """A fresh commitment of the firm."""
    asked = {"workflow": "commitment", "subject": FIRM, "item": "T-venue"} | said
    return machine.post("/cases", asked)


def test_a_commitment_goes_from_its_beginning_to_its_certificate_without_a_page(desk):
    owner, handler, head = map(desk.machine, ("owner", "handler", "head"))
    answer = begun(owner, facts={"reason": REASON})
    assert answer.status_code == 201, answer.json
    case = answer.json
    address = case["number"]
    assert answer.headers["Location"] == f"/api/v1/cases/{address}"
    assert (case["workflow"], case["state"], case["state_title"]) == ("commitment", "draft", "草稿")
    assert case["subject"] == {"kind": "legal", "name": "天津海河示范食品有限公司", "code": FIRM}
    assert (case["facts"]["reason"], case["facts"]["valid_until"]) == (REASON, "2027-03-18")
    assert case["facts_schema"]["properties"]["reason"]["maxLength"] == 512
    assert "valid_until" not in case["facts_schema"]["properties"], "the item fixes it"
    assert [each["rule"] for each in case["deadlines"]] == ["CM-01"]
    sign = step_of(case, "sign")
    assert (sign["allowed"], sign["given_schema"]) == (False, None)
    assert sign["why_not"] == "承诺书还没有填完整。请补上承诺事由、承诺期限、联系人和联系手机。"
    sent = {"version": case["version"], "facts": CONTACT}
    assert owner.call("PATCH", f"/cases/{address}", json=sent).status_code == 200
    paper = upload(owner, address, "site_plan", name="平面图.pdf")
    assert (paper.status_code, paper.json["type"], paper.json["submitted"]) == (201, "application/pdf", False)
    sign = step_of(owner.get(f"/cases/{address}").json, "sign")
    assert sign["allowed"], sign["why_not"]
    assert set(sign["given_schema"]["required"]) == {"has_read", "password"}
    version_of_letter = sign["given_schema"]["properties"]["letter_version"]["const"]
    given = {
        "letter_version": version_of_letter, "has_read": True, "publication_consent": True, "password": PASSWORD,
    }  # fmt: skip
    case = take(owner, address, "sign", given).json
    number = case["number"]
    assert (case["state"], number.startswith("CM-120102-20260918-")) == ("signed", True)
    assert case["attachments"][0]["submitted"] is True
    assert [(each["rule"], each["due_on"], each["overdue"]) for each in case["deadlines"]] == [
        ("CM-02", "2026-09-22", False)
    ]
    with desk.district.session() as session:
        (signing,) = [
            event.given["signing"] for event in session.scalars(select(Event)) if event.step == "sign"
        ]
    assert signing["token"] == owner.token[:10]
    assert PASSWORD not in str(signing)
    assert handler.post(f"/cases/{number}/claim").json["until"] == "2026-09-18T02:30:00+00:00"
    assert take(handler, number, "accept").json["state"] == "active"
    assert upload(owner, number, "performance_evidence").status_code == 201
    assert (
        take(owner, number, "report_performance", {"performance_report": "每周消毒两次。"}).status_code == 200
    )
    with desk.at("2027-03-19", "00:10"):
        desk.district.sweep()
    with desk.at("2027-03-22"):
        owner, handler, head = map(desk.machine, ("owner", "handler", "head"))
        given_to = head.post(f"/cases/{number}/assign", {"to": "handler", "why": "由原经办核查。"}).json
        assert (given_to["assignee"], given_to["until"]) == ("郑谷雨", None)
        case = take(handler, number, "confirm_fulfilled", {"checked_what": "到店核查，消毒记录完整。"}).json
        assert (case["state"], case["state_title"], case["deadlines"]) == ("fulfilled", "已履行", [])
        kinds = [document["kind"] for document in owner.get(f"/cases/{number}").json["documents"]]
    assert "fulfilment_certificate" in kinds
    told = owner_history(desk, number)
    assert told["verified"] is True
    assert [event["step"] for event in told["events"]] == [
        "sign", "accept", "report_performance", "start_check", "confirm_fulfilled",
    ]  # fmt: skip


def owner_history(desk, number):
    """The chain as the owner downloads it; the pages of events say the same in order."""
    owner = desk.machine("owner")
    first = owner.get(f"/cases/{number}/events?limit=2").json
    assert ([item["seq"] for item in first["items"]], first["next"]) == ([1, 2], 2)
    rest = owner.get(f"/cases/{number}/events?cursor=2").json
    assert ([item["seq"] for item in rest["items"]], rest["next"]) == ([3, 4, 5], None)
    assert first["items"][1]["who"] == "部门经办", "officials are told to the subject by their role"
    chain = owner.get(f"/cases/{number}/history").json
    assert [each["digest"] for each in chain["events"][:2]] == [item["digest"] for item in first["items"]]
    return chain


def test_every_workflow_is_begun_through_the_api(desk):
    with desk.database.writing() as session:
        ids = {"subject_id": desk.world.subjects["firm"], "unit_id": desk.world.units["market"]}
        ref = record(session, **ids).ref
        open_class(session, desk.world)
        list_type(session, desk.world)
        entry = (
            Listing(session, desk.world, desk.district.app.extensions["house"], kind="red")
            .to("listed")
            .entry.ref
        )
    owner, handler = desk.machine("owner"), desk.machine("handler")
    dispute = {"ground": "content", "claims": {"content": "罚款 0.2 万元"}, "statement": "罚款数额写错了。"}
    case = owner.post("/cases", {"workflow": "objection", "subject": FIRM, "record": ref, "facts": dispute})
    assert (case.status_code, case.json["state"], case.json["facts"]["claims"]) == (
        201, "draft", {"content": "罚款 0.2 万元"},
    )  # fmt: skip
    asked = {
        "workflow": "repair",
        "subject": FIRM,
        "record": ref,
        "facts": {"proof_source": "fetched", **CONTACT},
    }
    case = owner.post("/cases", asked)
    assert (case.status_code, case.json["facts"]["filled_by"]) == (201, "own")
    again = owner.post("/cases", asked)
    assert (again.status_code, again.json["number"]) == (200, case.json["number"]), (
        "the same draft is gone on with"
    )
    assert "承诺书" in step_of(again.json, "submit")["why_not"]
    letter = owner.post("/cases", {"workflow": "commitment", "subject": FIRM, "record": ref}).json
    given = {"letter_version": 1, "has_read": True, "publication_consent": True, "password": PASSWORD}
    assert take(owner, letter["number"], "sign", given).json["state"] == "active"
    handed_in = take(owner, case.json["number"], "submit")
    assert (handed_in.status_code, handed_in.json["state"]) == (200, "received"), handed_in.json
    case = owner.post("/cases", {"workflow": "training", "subject": FIRM, "class": "TC-2026-01"})
    assert (case.status_code, case.json["facts"]["trainee_name"]) == (201, "周明远")
    assert take(owner, case.json["number"], "apply").status_code == 409
    asked = {"workflow": "listing", "subject": OTHER_FIRM, "list_type": "list_serious"}
    wrong = handler.post("/cases", asked | {"subject_name": "天津银河示范有限公司"})
    assert (wrong.status_code, wrong.json["code"]) == (409, "name")
    facts = {"behaviour": "拒不整改。", "basis": "总局令第44号第五条", "measures": ["inspect"]}
    case = handler.post("/cases", asked | {"subject_name": "天津金河示范有限公司", "facts": facts})
    assert (case.status_code, case.json["facts"]["measures"]) == (201, ["inspect"])
    case = handler.post("/cases", {"workflow": "list_exit", "subject": FIRM, "entry": entry})
    assert (case.status_code, case.json["facts"]["way"]) == (201, "ex_officio")
    assert case.json["facts_schema"]["properties"] == {}
    assert (
        take(handler, case.json["number"], "initiate", {"grounds": "不再符合标准。"}).json["state"]
        == "reviewing"
    )


def test_what_is_begun_wrongly_is_told_at_its_name(desk):
    owner = desk.machine("owner")
    assert begun(owner, subject="91120102MA0DEM010X").json["fields"].keys() == {"subject"}
    assert begun(owner, subject=OTHER_FIRM).status_code == 404
    assert begun(owner, subject=CITIZEN).status_code == 404
    assert begun(owner, item="T-nothing").status_code == 404
    assert begun(owner, entry="x").json["fields"].keys() == {"item"}
    assert begun(owner, **{"class": "x"}).json["fields"] == {"class": "这个流程不用这一项，请去掉。"}
    assert owner.post("/cases", {"workflow": "training", "subject": FIRM}).json["fields"].keys() == {"class"}
    assert begun(owner, workflow="appeal").json["fields"].keys() == {"workflow"}
    wrong = begun(owner, facts={"reason": 5, "colour": "red", "contact_mobile": "123", "valid_until": None})
    assert wrong.json["fields"].keys() == {"facts.reason", "facts.colour", "facts.valid_until"}
    wrong = begun(owner, facts={"contact_mobile": "123"})
    assert wrong.json["fields"]["facts.contact_mobile"].startswith("手机号应为 11 位数字")
    with desk.district.session() as session:
        assert session.scalar(select(func.count()).select_from(Event)) == 0


def test_steps_are_refused_as_on_the_pages(desk, active):
    owner, handler, stranger = map(desk.machine, ("owner", "handler", "other_owner"))
    version = handler.get(f"/cases/{active}").json["version"]
    told = {"version": version, "given": {"performance_report": "做了。"}}
    path = f"/cases/{active}/steps"
    stale = owner.post(f"{path}/report_performance", told | {"version": version - 1})
    assert (stale.status_code, stale.json["code"], stale.json["version"]) == (409, "stale", version)
    assert stranger.post(f"{path}/report_performance", told).status_code == 404
    refused = owner.post(f"{path}/report_performance", told)
    assert (refused.status_code, refused.json["detail"]) == (
        409, "请至少上传一份证明履行情况的材料（PDF、JPG 或 PNG）。",
    )  # fmt: skip
    wrong = owner.post(
        f"{path}/report_performance", told | {"given": {"performance_report": ["x"], "extra": 1}}
    )
    assert wrong.json["fields"].keys() == {"given.performance_report", "given.extra"}
    blank = owner.post(f"{path}/report_performance", {"version": version})
    assert blank.json["fields"] == {"given.performance_report": "请写明已经履行了哪些承诺、何时履行。"}
    other = owner.post(f"{path}/start_check", {"version": version})
    assert (other.status_code, other.json["detail"]) == (409, "这一步由部门经办办理。")
    moved = owner.post(f"{path}/sign", {"version": version})
    assert (moved.status_code, moved.json["code"]) == (409, "moved")
    assert owner.post(f"{path}/fly", {"version": version}).status_code == 404
    locked = owner.call("PATCH", f"/cases/{active}", json={"version": version, "facts": {"reason": "改"}})
    assert (locked.status_code, locked.json["code"]) == (409, "refused")
    shape = owner.post(f"{path}/withdraw", {"version": "new", "given": [], "more": 1})
    assert shape.json["fields"].keys() == {"version", "given", "more"}
    assert owner.get(f"/cases/{active}").json["version"] == version


def test_a_return_names_coded_reasons_and_opens_only_what_it_marked(desk, house):
    with desk.database.writing() as session:
        number = case_in(session, "signed", desk.world, house).number
    owner, handler = desk.machine("owner"), desk.machine("handler")
    wrong = take(
        handler, number, "return_for_correction", {"reasons": [{"code": "CM-R01", "note": ""}, {"code": "X"}]}
    )
    assert wrong.json["fields"] == {
        "given.reasons.1.code": "现在没有这条原因，请从 given_schema 列出的编号中选择。"
    }
    wrong = take(handler, number, "return_for_correction", {"reasons": [{"code": "CM-R01"}]})
    assert wrong.json["fields"] == {"given.reasons.0.note": "请写明这条原因在本件中的具体情况。"}
    reasons = [{"code": "CM-R01", "target": "reason", "note": "没有写明许可证号。"}]
    assert take(handler, number, "return_for_correction", {"reasons": reasons}).json["state"] == "returned"
    case = owner.get(f"/cases/{number}").json
    assert case["facts_schema"]["properties"].keys() == {"reason"}
    change = {"version": case["version"], "facts": {"contact_name": "别人"}}
    assert owner.call("PATCH", f"/cases/{number}", json=change).json["fields"].keys() == {
        "facts.contact_name"
    }
    case = owner.call(
        "PATCH", f"/cases/{number}", json=change | {"facts": {"reason": "许可证 12 号延续。"}}
    ).json
    assert case["facts"]["reason"] == "许可证 12 号延续。"


def test_a_repeat_of_a_step_changes_nothing_and_a_wrong_password_counts_once(desk):
    owner = desk.machine("owner")
    case = begun(owner, item="T-permit", facts={"reason": REASON, **CONTACT}).json
    given = {"letter_version": 1, "has_read": True, "publication_consent": True}
    sent = {"version": case["version"], "given": given | {"password": "wrong"}}
    path, key = f"/cases/{case['number']}/steps/sign", {"Idempotency-Key": "k-1"}
    first, second = (owner.post(path, sent, headers=key) for _ in range(2))
    assert (first.status_code, first.json["code"]) == (409, "not_confirmed")
    assert (second.json, second.headers["Idempotency-Replayed"]) == (first.json, "true")
    sent["given"]["password"] = PASSWORD
    assert owner.post(path, sent, headers=key).json["code"] == "other_request"
    key = {"Idempotency-Key": "k-2"}
    signed, again = (owner.post(path, sent, headers=key) for _ in range(2))
    assert (signed.status_code, signed.json["state"], again.json) == (200, "signed", signed.json)
    assert owner.post(path.replace(case["number"], signed.json["number"]), sent).json["code"] == "stale"
    with desk.district.session() as session:
        failures = (
            select(func.count()).select_from(AccountEvent).where(AccountEvent.what == "identity_failed")
        )
        assert session.scalar(failures) == 1
        assert session.scalars(select(ApiAnswer.status).order_by(ApiAnswer.id)).all() == [409, 200]
        assert [event.step for event in session.scalars(select(Event))] == ["sign"]


def test_a_request_that_broke_off_is_not_done_again_and_keeps_its_key(desk):
    owner, key = desk.machine("owner"), {"Idempotency-Key": "k-1"}
    asked = {"workflow": "commitment", "subject": FIRM, "item": "T-permit"}
    assert owner.post("/cases", asked, headers=key).status_code == 201
    with desk.district.session() as session:
        session.scalars(select(ApiAnswer)).one().status = None
    for _ in range(2):
        answer = owner.post("/cases", asked, headers=key)
        assert (answer.status_code, answer.json["code"]) == (409, "unfinished")
    with desk.district.session() as session:
        assert session.scalars(select(ApiAnswer.status)).all() == [None]


def test_a_system_account_never_signs(desk):
    owner = desk.machine("owner")
    case = begun(owner, item="T-permit", facts={"reason": REASON, **CONTACT}).json
    with desk.district.session() as session:
        session.scalars(select(Person).where(Person.login == "owner")).one().is_system = True
    given = {"letter_version": 1, "has_read": True, "password": PASSWORD}
    refused = take(owner, case["number"], "sign", given)
    assert (refused.status_code, refused.json["code"]) == (409, "system")
    assert "系统账户不能签署" in refused.json["detail"]


def test_files_are_judged_by_content_and_given_out_as_they_were(desk, active):
    owner, stranger = desk.machine("owner"), desk.machine("other_owner")
    kept = upload(owner, active, "performance_evidence").json
    path = f"/cases/{active}/attachments"
    got = owner.get(f"{path}/{kept['id']}")
    assert (got.status_code, got.mimetype, len(got.data)) == (200, "application/pdf", kept["size"])
    assert stranger.get(f"{path}/{kept['id']}").status_code == 404
    assert owner.get(f"{path}/{2**70}").status_code == 404
    assert upload(owner, active, "performance_evidence", b"PK\x03\x04 no", name="a.docx").status_code == 415
    assert upload(owner, active, "performance_evidence", b"x" * (10 * 2**20 + 1)).status_code == 413
    empty = upload(owner, active, "performance_evidence", b"")
    assert (empty.status_code, empty.json["code"], empty.json["fields"].keys()) == (422, "empty", {"file"})
    assert upload(owner, active, "secret_paper").status_code == 409
    assert owner.post(path, {"field": "x"}).status_code == 415
    form = {"content_type": "multipart/form-data"}
    assert owner.post(path, data={"field": "x"}, **form).json["fields"].keys() == {"file"}
    assert owner.post(path, data={"field": "x", "file": "text"}, **form).json["fields"].keys() == {"file"}


def test_a_clock_is_paused_extended_and_told_with_its_ledger(desk, house):
    with desk.database.writing() as session:
        number = case_in(session, "checking", desk.world, house).number
    handler, head, path = desk.machine("handler"), desk.machine("head"), f"/cases/{number}/clock"
    version = handler.get(f"/cases/{number}").json["version"]
    act = {"version": version, "action": "extend", "reason": "两处门店还没有核查完。"}
    assert handler.post(path, act | {"days": 1}).json["detail"] == "这一步由部门负责人办理。"
    wrong = head.post(path, act | {"days": 1})
    assert (wrong.status_code, wrong.json["fields"].keys()) == (422, {"days"})
    before = handler.get(f"/cases/{number}").json["deadlines"][0]["due_on"]
    told = head.post(path, act)
    assert told.status_code == 200, told.json
    (entry,) = told.json["ledger"]
    assert (entry["action"], entry["old_due_on"], entry["new_due_on"]) == (
        "extend",
        before,
        told.json["due_on"],
    )
    assert told.json["due_on"] > before
    assert head.post(path, act).json["code"] == "stale"
    act = {"version": told.json["version"], "action": "pause", "reason": "委托检测。"}
    assert "请上传作为依据的材料" in handler.post(path, act).json["detail"]
    upload(handler, number, "clock_paper")
    paused = handler.post(path, act).json
    assert (paused["due_on"], paused["deadlines"][0]["paused"]) == (None, True)
    act |= {"version": paused["version"], "action": "resume"}
    assert handler.post(path, act).json["due_on"] == told.json["due_on"]
    assert desk.machine("owner").post(path, act | {"version": 99}).json["code"] == "stale"


def test_a_case_in_another_hand_says_whose_and_since_when(desk, house):
    with desk.database.writing() as session:
        active = case_in(session, "checking", desk.world, house).number
    handler, second, head, owner = map(desk.machine, ("handler", "second_handler", "head", "owner"))
    assert handler.post(f"/cases/{active}/claim").json["assignee"] == "郑谷雨"
    refused = second.post(f"/cases/{active}/claim")
    assert (refused.status_code, refused.json["code"]) == (409, "taken")
    assert refused.json["detail"].startswith("郑谷雨自 10:00 起正在办理这件办件。")
    assert second.post(f"/cases/{active}/release").status_code == 409
    assert owner.post(f"/cases/{active}/claim").status_code == 404
    assert (second.get(f"/cases/{active}").json["assignee"], owner.get(f"/cases/{active}").json["assignee"]) == (
        "郑谷雨", None,
    )  # fmt: skip
    assert handler.post(f"/cases/{active}/release").json["assignee"] is None
    assert handler.post(f"/cases/{active}/release").status_code == 409
    given = {"to": "second_handler", "why": "原经办休假。"}
    assert handler.post(f"/cases/{active}/assign", given).json["code"] == "assign"
    assert head.post(f"/cases/{active}/assign", given | {"to": "nobody"}).json["fields"].keys() == {"to"}
    assert head.post(f"/cases/{active}/assign", given).json["assignee"] == "王芒种"


def test_reading_a_natural_person_is_logged_with_its_purpose_and_masked(desk, house):
    with desk.database.writing() as session:
        changed = {"item": "permit", "by": "citizen"}
        address = case_in(session, "draft", desk.world, house, **changed).ref
    citizen = desk.machine("citizen")
    assert citizen.get(f"/cases/{address}").json["subject"]["code"] == "1****************2"
    with desk.district.session() as session:
        (call,) = session.scalars(select(ApiCall)).all()
        assert (call.subjects, call.purpose) == ([desk.world.subjects["citizen"]], "核对办件")
