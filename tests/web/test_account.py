"""The account room over HTTP: the doors, the way back, and what is never lost or leaked."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import NOW
from tests.web.visitor import PASSWORD, SECRET, Visitor, give_passwords, real_office
from workflow_app.demo import DEMO_PASSWORD, DEMO_TOTP_SECRET
from workflow_app.domain import clock
from workflow_app.models.party import GrantRow, KeptForm, Person, SignIn
from workflow_app.services.people import second_factor
from workflow_app.web import audiences
from workflow_app.web.ways import safe_path

FORM = {
    "subject_id": "1",
    "login": "new.agent",
    "name": "𠮷小满",
    "mobile": "13800000009",
    "workflows": "commitment",
    "valid_from": "2026-09-18",
    "valid_to": "2026-12-31",
}


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def app(database, tmp_path):
    return real_office(database, tmp_path)


@pytest.fixture
def visitor(app):
    return Visitor(app)


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(NOW):
        yield


def later(**time):
    return clock.fixed(NOW + timedelta(**time))


def test_every_endpoint_stands_in_the_table_of_audiences(app):
    audiences.check_audiences(app)


def test_an_endpoint_that_is_not_in_the_table_is_refused_at_start(app):
    app.add_url_rule("/secret", "secret.room", lambda: "")
    with pytest.raises(audiences.Unlisted, match=r"secret\.room"):
        audiences.check_audiences(app)


def test_a_stranger_is_led_to_sign_in_and_back(visitor):
    seen = visitor.get("/account/mandates?x=1")
    assert (seen.status, seen.location) == (303, "/account/sign-in?next=/account/mandates?x%3D1")
    assert visitor.get(seen.location).value("next") == "/account/mandates?x=1"
    seen = visitor.sign_in("owner", next_page="/account/mandates?x=1")
    assert (seen.status, seen.location) == (303, "/account/mandates?x=1")


def test_a_wrong_password_is_told_in_one_sentence_and_not_sent_back(visitor):
    seen = visitor.sign_in("owner", password="wrong password 1")
    assert seen.status == 422
    assert "登录名或密码不正确，请核对后再试。" in seen.text
    assert seen.value("login") == "owner"
    assert "wrong password 1" not in seen.html


def test_empty_fields_say_what_to_fill_in(visitor):
    seen = visitor.sign_in("", password="")
    assert seen.status == 422
    assert "请填写登录名。" in seen.text
    assert "请填写密码。" in seen.text


def test_five_wrong_passwords_lock_the_account_until_the_minute_that_is_told(visitor):
    for _ in range(4):
        visitor.sign_in("owner", password="wrong password 1")
    assert "请在 10:01 之后再试" in visitor.sign_in("owner", password="wrong password 1").text
    with later(seconds=59):
        assert visitor.sign_in("owner").status == 422
    with later(seconds=60):
        assert visitor.sign_in("owner").status == 303


@pytest.mark.parametrize(
    "hostile",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "evil",
    ],
)
def test_nobody_is_sent_to_another_site_after_signing_in(visitor, hostile):
    assert safe_path(hostile, otherwise="/safe") == "/safe"
    assert visitor.sign_in("citizen", next_page=hostile).location == "/queue"


def test_signing_in_changes_the_session_and_its_csrf_token(visitor):
    visitor.get("/account/sign-in")
    before, token = visitor.cookie(), visitor.token
    visitor.sign_in("owner")
    assert visitor.cookie() != before
    visitor.get("/account")
    seen = visitor.post("/account/sign-out-everywhere", token=token, Referer="http://localhost/account")
    assert (seen.status, seen.location) == (303, "/account")
    assert "页面打开期间您重新登录过，刚才的操作没有办理。请再操作一次。" in visitor.get("/account").text


def test_staff_see_nothing_before_the_second_factor(visitor):
    assert visitor.sign_in("handler").location == "/queue"
    for path in (
        "/queue",
        "/account",
        "/account/mandates",
        "/account/password",
        "/account/second-factor/set-up",
    ):
        seen = visitor.get(path)
        assert seen.status == 303, path
        assert seen.location.startswith("/account/second-factor?next="), path
    assert visitor.enter_code().location == "/queue"
    assert visitor.get("/account").heading == "我的账户"


def test_the_second_factor_gives_the_sign_in_a_new_token(visitor, database):
    visitor.sign_in("handler")
    old_cookie = visitor.cookie()
    with database.reading() as session:
        before = session.scalars(select(SignIn.token_digest)).one()
    visitor.enter_code()
    with database.reading() as session:
        assert session.scalars(select(SignIn.token_digest)).one() != before
    visitor.client.set_cookie("session", old_cookie)
    assert visitor.get("/account").location.startswith("/account/sign-in")


def test_a_code_that_was_used_is_refused_on_another_browser(app, visitor):
    visitor.sign_in("handler")
    visitor.enter_code()
    other = Visitor(app)
    other.sign_in("handler")
    seen = other.enter_code()
    assert seen.status == 422
    assert "这个验证码已经用过" in seen.text


def test_staff_without_an_app_set_it_up_and_see_the_recovery_codes_once(visitor, database):
    with database.writing() as session:
        session.scalars(select(Person).where(Person.login == "handler")).one().totp_secret = None
    visitor.sign_in("handler")
    assert visitor.get("/queue").location.startswith("/account/second-factor/set-up?next=")
    seen = visitor.get("/account/second-factor/set-up")
    secret = seen.page.find("code").get_text().replace(" ", "")
    assert seen.page.find("img", src=lambda src: src.startswith("data:image/svg+xml")) is not None
    assert "验证码不正确" in visitor.post("/account/second-factor/set-up", {"code": "000000"}).text
    code = second_factor.current_code(secret, now=NOW)
    seen = visitor.post("/account/second-factor/set-up", {"code": code})
    assert seen.heading == "请保存这些恢复码"
    assert len(seen.page.select("main li code")) == 10
    assert visitor.get("/account").status == 200


def test_a_password_alone_can_not_replace_the_app_or_the_password(visitor):
    visitor.sign_in("handler")
    change = {"current_password": PASSWORD, "new_password": "x" * 20, "again_password": "x" * 20}
    for path, sent in (("/account/second-factor/set-up", {"code": "1"}), ("/account/password", change)):
        assert visitor.post(path, sent).location.startswith("/account/second-factor?next=")


def test_a_subject_may_work_without_a_second_factor_but_must_use_it_once_set_up(visitor, database):
    visitor.sign_in("owner")
    assert visitor.get("/account/mandates").status == 200
    with database.writing() as session:
        session.scalars(select(Person).where(Person.login == "owner")).one().totp_secret = SECRET
    assert visitor.get("/account/mandates").location.startswith("/account/second-factor")


def test_setting_up_an_app_by_choice_asks_for_the_password_again(visitor):
    visitor.sign_in("owner")
    seen = visitor.get("/account/second-factor/set-up")
    code = second_factor.current_code(seen.page.find("code").get_text().replace(" ", ""), now=NOW)
    seen = visitor.post("/account/second-factor/set-up", {"code": code})
    assert "请填写登录密码，用来确认是您本人。" in seen.text
    seen = visitor.post("/account/second-factor/set-up", {"code": code, "password": "wrong password 1"})
    assert "密码不正确，请重新输入您登录时用的密码。" in seen.text
    seen = visitor.post("/account/second-factor/set-up", {"code": code, "password": PASSWORD})
    assert seen.heading == "请保存这些恢复码"


@pytest.mark.parametrize(("login", "minutes"), [("owner", 120), ("handler", 30)])
def test_a_sign_in_ends_when_nothing_is_done(visitor, login, minutes):
    visitor.sign_in(login)
    if login == "handler":
        visitor.enter_code()
    with later(minutes=minutes - 1):
        assert visitor.get("/account").status == 200
    with later(minutes=2 * minutes - 2):
        assert visitor.get("/account").status == 200
    with later(minutes=3 * minutes - 2):
        assert visitor.get("/account").location.startswith("/account/sign-in")
        assert "登录已超时，请重新登录。" in visitor.get("/account/sign-in").text


def test_a_busy_sign_in_ends_after_twelve_hours(visitor):
    visitor.sign_in("owner")
    for hour in range(1, 12):
        with later(hours=hour):
            assert visitor.get("/account").status == 200
    with later(hours=12):
        assert visitor.get("/account").status == 303


def test_what_was_typed_when_the_sign_in_ran_out_comes_back_until_it_is_sent(visitor):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    with later(hours=3):
        seen = visitor.post("/account/mandates", FORM)
        assert (seen.status, seen.location) == (303, "/account/sign-in?next=/account/mandates")
        assert "您填写的内容已经保留" in visitor.get(seen.location).text
        assert visitor.sign_in("owner", next_page="/account/mandates").location == "/account/mandates"
        seen = visitor.get("/account/mandates")
        assert (seen.value("login"), seen.value("name")) == ("new.agent", "𠮷小满")
        assert seen.value("valid_to") == "2026-12-31"
        visitor.post("/account/mandates", {**FORM, "valid_to": ""})
        assert visitor.get("/account/mandates").value("name") == ""


def test_what_was_typed_comes_back_to_nobody_else_at_the_same_browser(visitor):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    with later(hours=3):
        visitor.post("/account/mandates", FORM)
        visitor.sign_in("other_owner")
        assert visitor.get("/account/mandates").value("name") == ""


def test_a_form_with_the_token_of_an_earlier_sign_in_is_kept_too(visitor):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    token = visitor.token
    visitor.client.delete_cookie("session")
    visitor.sign_in("owner")
    seen = visitor.post("/account/mandates", FORM, token=token)
    assert (seen.status, seen.location) == (303, "/account/mandates")
    seen = visitor.get("/account/mandates")
    assert "您填写的内容已保留，请核对后再提交一次。" in seen.text
    assert seen.value("name") == "𠮷小满"


def test_a_form_from_another_site_is_refused_and_not_kept(visitor, database):
    visitor.sign_in("owner")
    seen = visitor.post("/account/mandates", FORM, token="forged", Origin="https://evil.example")
    assert seen.status == 400
    with database.reading() as session:
        assert session.scalars(select(KeptForm)).all() == []


def test_htmx_is_told_to_leave_the_page_when_the_sign_in_ran_out(visitor):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    with later(hours=3):
        seen = visitor.post(
            "/cases/1/autosave",
            {"reason": "开店"},
            HX_Request="true",
            HX_Current_URL="http://localhost/account/mandates",
        )
    assert seen.status == 200
    assert seen.headers["HX-Redirect"] == "/account/sign-in?next=/account/mandates"


def test_signing_out_ends_the_sign_in_also_for_a_copied_cookie(visitor):
    visitor.sign_in("owner")
    visitor.get("/account")
    copied = visitor.cookie()
    visitor.post("/account/sign-out")
    visitor.client.set_cookie("session", copied)
    assert visitor.get("/account").status == 303


def test_signing_out_everywhere_ends_the_other_browsers(app, visitor):
    other = Visitor(app)
    other.sign_in("owner")
    visitor.sign_in("owner")
    assert len(visitor.get("/account").page.select("tbody tr")) == 2
    visitor.post("/account/sign-out-everywhere")
    assert visitor.get("/account").status == 200
    assert other.get("/account").status == 303


def test_a_closed_account_is_out_at_once(visitor, database):
    visitor.sign_in("owner")
    with database.writing() as session:
        session.scalars(select(Person).where(Person.login == "owner")).one().disabled_at = NOW
    assert visitor.get("/account").status == 303


def change(visitor, current=PASSWORD, new="春天的纸船停在旧月台上等雨", again=None):
    visitor.get("/account/password")
    sent = {"current_password": current, "new_password": new, "again_password": again or new}
    return visitor.post("/account/password", sent)


def test_a_password_is_changed_and_other_browsers_are_signed_out(app, visitor):
    other = Visitor(app)
    other.sign_in("owner")
    visitor.sign_in("owner")
    assert change(visitor).status == 303
    assert other.get("/account").status == 303
    assert visitor.get("/account").status == 200
    assert Visitor(app).sign_in("owner").status == 422
    assert Visitor(app).sign_in("owner", password="春天的纸船停在旧月台上等雨").status == 303


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"current": "wrong"}, "密码不正确，请重新输入您登录时用的密码。"),
        ({"new": "short"}, "新密码至少 12 个字符，现在是 5 个。"),
        ({"new": "the-owner-of-it"}, "新密码里不能包含登录名"),
        ({"again": "另外一个很长的密码啊啊啊"}, "两次输入的新密码不一样"),
        ({"new": PASSWORD}, "新密码和现在的密码一样"),
    ],
)
def test_a_password_that_can_not_be_taken_is_told_why(visitor, sent, sentence):
    visitor.sign_in("owner")
    seen = change(visitor, **sent)
    assert seen.status == 422
    assert sentence in seen.text


def test_a_one_time_password_must_be_changed_before_anything_else(visitor, database):
    with database.writing() as session:
        session.scalars(select(Person).where(Person.login == "owner")).one().must_change_password = True
    visitor.sign_in("owner")
    assert visitor.get("/queue").location == "/account/password?next=/queue"
    assert visitor.get("/account/password").heading == "请换成您自己的密码"
    change(visitor)
    assert visitor.get("/account").status == 200


def test_the_language_is_kept_in_the_browser_and_with_the_account(app, visitor, database):
    visitor.sign_in("owner")
    visitor.get("/account")
    seen = visitor.post("/account/language", {"locale": "en", "next": "/account?tab=1"})
    assert (seen.status, seen.location) == (303, "/account?tab=1")
    assert visitor.client.get_cookie("locale").value == "en"
    with database.reading() as session:
        assert session.scalars(select(Person.locale).where(Person.login == "owner")).one() == "en"
    assert visitor.post("/account/language", {"locale": "xx", "next": "//evil.example"}).location == "/"


def test_an_owner_names_a_new_agent_who_can_sign_in_at_once(app, visitor, database):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    seen = visitor.post("/account/mandates", FORM | {"subject_id": str(database.world.subjects["firm"])})
    assert seen.status == 200
    password = seen.page.select("dl code")[1].get_text()
    assert password not in visitor.get("/account/mandates").html
    agent = Visitor(app)
    assert agent.sign_in("new.agent", password=password).status == 303
    assert agent.get("/account/mandates").location.startswith("/account/password")


def test_an_unknown_agent_without_a_name_is_asked_for_it(visitor, database):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    sent = FORM | {"subject_id": str(database.world.subjects["firm"]), "name": ""}
    seen = visitor.post("/account/mandates", sent)
    assert seen.status == 422
    assert "这个登录名还没有账户" in seen.text


def test_a_refused_mandate_leaves_no_account_behind(visitor, database):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    sent = FORM | {"subject_id": str(database.world.subjects["firm"]), "valid_to": "2036-01-01"}
    assert "一次授权最长三年" in visitor.post("/account/mandates", sent).text
    with database.reading() as session:
        assert session.scalars(select(Person).where(Person.login == "new.agent")).all() == []


def test_a_mandate_for_a_subject_of_somebody_else_is_not_found(visitor, database):
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    sent = FORM | {"subject_id": str(database.world.subjects["other_firm"])}
    assert visitor.post("/account/mandates", sent).status == 404


def test_an_owner_ends_a_mandate_and_an_agent_sees_it_ended(app, visitor, database):
    with database.reading() as session:
        wanted = GrantRow.person_id == database.world.people["agent"]
        grant_id = session.scalars(select(GrantRow.id).where(wanted)).one()
    visitor.sign_in("owner")
    visitor.get("/account/mandates")
    assert visitor.post(f"/account/mandates/{grant_id}/end").status == 303
    agent = Visitor(app)
    agent.sign_in("agent")
    assert "已于 9 月 18 日（周五） 10:00 终止" in agent.get("/account/mandates").text


def test_the_demo_accounts_stand_on_no_page_of_a_real_office(visitor):
    seen = visitor.get("/account/sign-in")
    assert "演示账户" not in seen.html
    assert DEMO_PASSWORD not in seen.html
    assert "handler" not in seen.text


def test_the_sign_in_page_of_a_demo_district_shows_accounts_that_work(database, tmp_path):
    with database.writing() as session:
        session.scalars(select(Person).where(Person.login == "owner")).one().login = "owner.haihe"
        session.scalars(select(Person).where(Person.login == "agent")).one().login = "agent.unlisted"
    demo = real_office(database, tmp_path, is_demo=True, secret_key="demo-" + "s" * 40)
    seen = Visitor(demo).get("/account/sign-in")
    assert "演示账户" in seen.text
    assert DEMO_PASSWORD in seen.text
    assert second_factor.current_code(DEMO_TOTP_SECRET, now=NOW) in seen.text
    assert "天津海河示范食品有限公司 · 主体管理员" in seen.text
    assert "agent.unlisted" not in seen.text


def test_the_session_cookie_is_out_of_reach_for_scripts_and_other_sites(app, visitor):
    header = app.test_client().get("/account/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
