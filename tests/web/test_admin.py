"""The administrators' rooms over HTTP: three separate doors, and what each lets one do."""

import pytest
from sqlalchemy import select

from tests.factories import NOW, TODAY
from tests.web.visitor import Visitor, give_passwords, real_office
from workflow_app.domain import clock
from workflow_app.domain.people import GrantKind
from workflow_app.models.party import Person, Subject, Unit
from workflow_app.services.people import account_log, accounts

DOORS = {
    "security_admin": "/admin/people",
    "system_admin": "/admin/units",
    "auditor": "/admin/log",
}
PERSON = {"login": "new.person", "name": "𠮷小满", "mobile": "138 0000 0009", "email": "n@example.test"}
UNIT = {"name": "示范区消防救援支队", "name_en": "Fire Brigade", "code": "91350100M000100Y43"}


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def app(database, tmp_path):
    return real_office(database, tmp_path)


@pytest.fixture
def enter(app):
    def enter(login, path=None):
        visitor = Visitor(app)
        visitor.sign_in(login)
        visitor.enter_code()
        visitor.get(path or DOORS[login])
        return visitor

    return enter


@pytest.fixture
def person(database):
    """The address of a person's page."""
    return lambda login: f"/admin/people/{database.world.people[login]}"


def stored(database, login):
    with database.reading() as session:
        found = session.scalars(select(Person).where(Person.login == login)).one()
        accounts.with_grants(session, found.id)
        return found


def is_handler(database, login):
    """Whether somebody works for a unit today."""
    with database.reading() as session:
        found = session.scalars(select(Person).where(Person.login == login)).one()
        return accounts.load_actor(found, on=TODAY).holds(GrantKind.HANDLER)


@pytest.mark.parametrize("login", [*DOORS, "handler", "lead", "clerk", "head"])
@pytest.mark.parametrize("path", ["/admin/people", "/admin/units", "/admin/log"])
def test_each_door_opens_for_one_kind_of_administrator_only(enter, login, path):
    assert enter(login, path="/account").get(path).status == (200 if path == DOORS.get(login) else 403)


@pytest.mark.parametrize(("login", "door"), DOORS.items())
def test_an_administrator_lands_at_the_own_door(app, login, door):
    visitor = Visitor(app)
    assert visitor.sign_in(login).location == door


def test_a_new_account_is_opened_and_its_password_shown_once(enter, app):
    admin = enter("security_admin")
    seen = admin.post("/admin/people", PERSON)
    assert seen.status == 200
    login, password = (code.get_text() for code in seen.page.select("dl code"))
    assert login == "new.person"
    assert password not in admin.get("/admin/people?q=new.person").html
    assert "138****0009" in seen.text
    assert "13800000009" not in seen.html
    fresh = Visitor(app)
    fresh.sign_in("new.person", password=password)
    assert fresh.get("/account").location.startswith("/account/password")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"login": "OWNER"}, "登录名“owner”已被使用"),
        ({"login": "a b/c"}, "登录名为 3 至 80 个字母、数字"),
        ({"name": ""}, "请填写姓名。"),
        ({"name": "甲" * 101}, "“姓名”最多 100 个字，现在有 101 个，请删去 1 个字。"),
        ({"name": "张\u202e三"}, "“姓名”的第 2 个字符看不见或无法识别"),
        ({"name": "张\x00三"}, "“姓名”的第 2 个字符看不见或无法识别"),
        ({"mobile": "12345"}, "手机号应为 11 位数字"),
        ({"email": "n@"}, "电子邮箱的格式不对"),
    ],
)
def test_a_wrong_account_is_refused_at_the_field_and_nothing_typed_is_lost(enter, changed, sentence):
    seen = enter("security_admin").post("/admin/people", PERSON | changed)
    assert seen.status == 422
    assert sentence in seen.text
    assert seen.value("email") == (PERSON | changed)["email"]


def test_hostile_text_in_a_name_is_shown_as_text(enter):
    admin = enter("security_admin")
    seen = admin.post("/admin/people", PERSON | {"name": "<script>alert(1)</script>{{ 7 * 7 }}"})
    assert "<script>alert" not in seen.html
    assert "<script>alert(1)</script>{{ 7 * 7 }}" in seen.heading


def test_a_right_in_a_unit_is_given_and_taken_back(enter, database, person):
    admin = enter("security_admin")
    sent = {"unit-kind": "handler", "unit-unit_id": database.world.units["market"], "unit-valid_to": ""}
    seen = admin.post(f"{person('citizen')}/grants/unit", sent)
    assert (seen.status, seen.location) == (303, person("citizen"))
    found = stored(database, "citizen")
    assert is_handler(database, "citizen")
    row = next(row for row in found.grants if row.kind == "handler")
    admin.post(f"{person('citizen')}/grants/{row.id}/end")
    assert not is_handler(database, "citizen")


def test_a_right_that_may_not_be_given_is_refused_at_the_field(enter, database, person):
    admin = enter("security_admin")
    sent = {"unit-kind": "clerk", "unit-unit_id": database.world.units["market"]}
    seen = admin.post(f"{person('citizen')}/grants/unit", sent)
    assert seen.status == 422
    assert "“信用办经办”只能授在信用办，请改选单位。" in seen.text


def test_nobody_grants_to_themself_over_http(enter, database, person):
    admin = enter("security_admin")
    assert admin.get(person("security_admin")).page.find("form", action=lambda url: "/grants/" in url) is None
    sent = {"unit-kind": "security_admin", "unit-unit_id": database.world.units["office"]}
    seen = admin.post(f"{person('security_admin')}/grants/unit", sent)
    assert seen.status == 422
    assert "不能给自己授权，请让另一位有权的人办理。" in seen.text
    for action in ("disable", "enable", "reset-password", "reset-second-factor"):
        assert admin.post(f"{person('security_admin')}/{action}").status == 409


SUBJECT = {
    "subject-kind": "owner",
    "subject-subject_kind": "legal",
    "subject-code": "9135 0100 m000 100y 43",
    "subject-name": "天津河东示范商贸有限公司",
}


def test_a_new_subject_is_entered_with_its_owner(enter, database, person):
    admin = enter("security_admin")
    assert admin.post(f"{person('handler')}/grants/subject", SUBJECT).status == 303
    with database.reading() as session:
        codes = [subject.code for subject in session.scalars(select(Subject))]
    assert "91350100M000100Y43" in codes


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"subject-code": "91350100M000100Y44"},
            "统一社会信用代码第 18 位校验码不对，请对照营业执照逐位核对。",
        ),
        (
            {"subject-subject_kind": "individual", "subject-code": "11010519491231002Y"},
            "居民身份证号码第 18 位",
        ),
        ({"subject-code": ""}, "请填写主体的代码，共 18 位。"),
        ({"subject-kind": "agent"}, "这一项不在可选范围内，请从列出的选项中重新选择。"),
        ({"subject-valid_to": "2026-02-30"}, "“2026-02-30”不是一个存在的日期。"),
        ({"subject-valid_to": "2026-09-17"}, "截止日期已经过去，请填写今天或以后的日期。"),
    ],
)
def test_a_wrong_subject_is_refused_and_not_entered(enter, database, person, changed, sentence):
    admin = enter("security_admin")
    sent = SUBJECT | changed
    seen = admin.post(f"{person('handler')}/grants/subject", sent)
    assert seen.status == 422
    assert sentence in seen.text
    with database.reading() as session:
        assert len(session.scalars(select(Subject)).all()) == 3


def test_a_closed_account_can_not_sign_in_until_it_is_opened_again(enter, app, person):
    admin = enter("security_admin")
    admin.post(f"{person('owner')}/disable")
    assert Visitor(app).sign_in("owner").status == 422
    admin.post(f"{person('owner')}/enable")
    assert Visitor(app).sign_in("owner").status == 303


def test_a_forgotten_password_is_replaced_and_the_lock_lifted(enter, app, person):
    for _ in range(5):
        Visitor(app).sign_in("owner", password="wrong password 1")
    admin = enter("security_admin")
    seen = admin.post(f"{person('owner')}/reset-password")
    password = seen.page.select("dl code")[1].get_text()
    assert Visitor(app).sign_in("owner", password=password).status == 303


def test_a_lost_phone_is_replaced(enter, app, person):
    enter("security_admin").post(f"{person('handler')}/reset-second-factor")
    visitor = Visitor(app)
    visitor.sign_in("handler")
    assert visitor.get("/queue").location.startswith("/account/second-factor/set-up")


def test_a_person_who_does_not_exist_is_not_found(enter):
    assert enter("security_admin").get("/admin/people/999999").status == 404


def test_a_unit_is_entered_once_and_ended(enter, database):
    admin = enter("system_admin")
    seen = admin.post("/admin/units", UNIT | {"code": "9112"})
    assert "统一社会信用代码应为 18 位，您填写了 4 位" in seen.text
    assert admin.post("/admin/units", UNIT).status == 303
    assert "已经登记过" in admin.post("/admin/units", UNIT).text
    with database.reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.code == UNIT["code"])).one()
    assert admin.post(f"/admin/units/{unit_id}/end").status == 303
    assert "已于 9 月 18 日（周五） 撤销" in admin.get("/admin/units").text
    again = admin.post(f"/admin/units/{unit_id}/end")
    assert (again.status, "请选择" in again.text) == (422, True)


def test_the_auditor_reads_who_did_what_and_can_not_change_it(enter, person):
    admin = enter("security_admin")
    admin.post(f"{person('owner')}/disable")
    auditor = enter("auditor")
    seen = auditor.get("/admin/log?what=person_disabled")
    assert "周明远（owner）" in seen.text
    assert "秦小寒（security_admin）" in seen.text
    assert auditor.post("/admin/log").status == 405
    assert auditor.post(f"{person('owner')}/enable").status == 403


def test_the_log_is_paged_from_the_newest_on(enter, database):
    with database.writing() as session:
        person = session.get_one(Person, database.world.people["citizen"])
        for _ in range(60):
            account_log.record(session, "sign_in", person=person, by=person, now=NOW)
    auditor = enter("auditor")
    first = auditor.get("/admin/log?login=citizen")
    assert len(first.page.select("tbody tr")) == 50
    more = first.page.find("a", rel="next")["href"]
    assert len(auditor.get(more).page.select("tbody tr")) == 10
