"""Staff sign in at the city's own provider: the whole way with a real one, and every way to be told no."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from tests import city_provider
from tests.factories import NOW
from tests.web.visitor import PASSWORD, Visitor, give_passwords, real_office
from workflow_app import config
from workflow_app.domain import clock
from workflow_app.models.api import OidcIdentity
from workflow_app.models.party import AccountEvent, GrantRow, Person, SignIn, Throttle

START = "/account/sign-in/provider"
pytestmark = pytest.mark.filterwarnings(
    "ignore:get_jwt_config.*:DeprecationWarning"
)  # by the provider of the tests


@pytest.fixture(scope="module")
def served():
    with city_provider.running() as city:
        yield city


@pytest.fixture
def city(served):
    served.bent.clear()
    return served


@pytest.fixture
def database(sqlite):
    with sqlite.writing() as session:
        give_passwords(session)
    return sqlite


@pytest.fixture
def app(database, tmp_path, city):
    return real_office(database, tmp_path, **city.settings)


@pytest.fixture
def visitor(app):
    return Visitor(app)


@pytest.fixture(autouse=True)
def fixed_clock():
    with clock.fixed(NOW):
        yield


@pytest.fixture
def bound(database, city):
    """Bind an identity to an account, past the pages."""

    def bound(login, sub="zheng"):
        person_id = database.world.people[login]
        with database.writing() as session:
            session.add(
                OidcIdentity(
                    person_id=person_id, issuer=city.issuer, sub=sub, bound_at=NOW, bound_by_id=person_id
                )
            )

    return bound


def way_back(city, seen, sub):
    """The path on which the provider sends somebody back whom it knows as `sub`."""
    assert seen.status == 303
    parts = urlsplit(city.answer(seen.location, sub))
    assert parts.path == "/account/sign-in/provider/back"
    return f"{parts.path}?{parts.query}"


def come_in(visitor, city, sub="zheng", next_page="/account"):
    return visitor.get(way_back(city, visitor.get(f"{START}?next={next_page}"), sub))


def told(visitor, seen):
    """The words of the page somebody was sent to."""
    assert seen.status == 303, seen.text
    page = visitor.get(seen.location)
    assert page.status == 200
    return page.page.get_text(" ")


def logged(database, what):
    with database.reading() as session:
        rows = session.scalars(select(AccountEvent).where(AccountEvent.what == what))
        return [(row.person_id, row.note) for row in rows]


def test_somebody_binds_an_identity_signs_out_and_comes_back_by_it(visitor, city, database):
    visitor.sign_in("handler")
    visitor.enter_code()
    assert visitor.get("/account").page.find("a", href="/account/provider") is not None
    page = visitor.get("/account/provider")
    assert (page.status, page.heading) == (200, "用“统一身份认证”登录")
    assert visitor.get("/account/provider/go").location == "/account/provider"
    page = visitor.post("/account/provider/bind", {"password": "wrong password 1"})
    assert page.status == 422
    assert "密码不正确，请重新输入您登录时用的密码。" in page.text
    assert visitor.post("/account/provider/bind", {"password": PASSWORD}).status == 303
    assert "第二步：到“统一身份认证”登录" in visitor.get("/account/provider").text

    asked = visitor.get("/account/provider/go")
    wishes = parse_qs(urlsplit(asked.location).query)
    assert wishes["scope"] == ["openid"]
    assert wishes["code_challenge_method"] == ["S256"]
    assert wishes["prompt"] == ["login"]
    assert wishes["acr_values"] == [city_provider.STRONG]
    assert wishes.keys() >= {"state", "nonce", "code_challenge"}
    seen = visitor.get(way_back(city, asked, "zheng"))
    assert seen.location == "/account/provider"
    assert "已绑定。下次可以用“统一身份认证”登录。" in told(visitor, seen)
    me = database.world.people["handler"]
    assert logged(database, "identity_bound") == [(me, "")]

    seen = visitor.post("/account/sign-out")
    assert seen.location == "/account/signed-out"
    page = visitor.get(seen.location)
    assert page.heading == "您已退出登录"
    way_out = page.page.find("a", string="也退出“统一身份认证”")["href"]
    assert way_out == f"{city.way_out}?client_id=casework"
    assert visitor.get("/account").location.startswith("/account/sign-in")

    page = visitor.get("/account/sign-in?next=/account/mandates")
    button = page.page.find("a", string="用“统一身份认证”登录")["href"]
    before = visitor.cookie()
    seen = visitor.get(way_back(city, visitor.get(button), "zheng"))
    assert seen.location == "/account/mandates"
    assert visitor.cookie() != before
    assert visitor.get("/account/mandates").location.startswith("/account/second-factor")
    assert visitor.enter_code(NOW + timedelta(seconds=30)).status == 303
    assert visitor.get("/account/mandates").status == 200
    assert logged(database, "sign_in") == [(me, ""), (me, "统一身份认证")]

    assert visitor.post("/account/provider/unbind", {"password": "wrong password 1"}).status == 422
    assert visitor.post("/account/provider/unbind", {"password": PASSWORD}).status == 303
    assert logged(database, "identity_unbound") == [(me, "")]
    assert visitor.post("/account/sign-out").location == "/"
    assert "还没有绑定本平台的账户" in told(visitor, come_in(visitor, city))


@pytest.mark.parametrize("sub", ["strong", "keyed"])
def test_the_second_factor_of_the_provider_counts_where_the_office_says_so(
    visitor, city, bound, database, sub
):
    bound("handler", sub)
    assert come_in(visitor, city, sub, "//evil.example").location == "/queue"
    assert visitor.get("/account").status == 200
    assert len(logged(database, "second_factor")) == 1


def test_no_word_of_the_provider_counts_where_the_office_says_nothing(database, tmp_path, city, bound):
    bound("handler", "strong")
    visitor = Visitor(real_office(database, tmp_path, **{**city.settings, "oidc_acr": (), "oidc_amr": ()}))
    come_in(visitor, city, "strong")
    assert visitor.get("/account").location.startswith("/account/second-factor")


def test_nobody_comes_in_whose_account_is_closed_has_no_right_or_is_not_bound(visitor, city, bound, database):
    with database.reading() as session:
        people = len(session.scalars(select(Person)).all())
    why = told(visitor, come_in(visitor, city, "unknown"))
    assert "您在“统一身份认证”的身份还没有绑定本平台的账户。请先用登录名和密码登录" in why
    bound("owner", "unknown")
    assert "您的账户现在没有工作人员的权限" in told(visitor, come_in(visitor, city, "unknown"))
    bound("handler")
    me = database.world.people["handler"]
    with database.writing() as session:
        session.get_one(Person, me).disabled_at = NOW
    assert "账户已停用" in told(visitor, come_in(visitor, city))
    with database.writing() as session:
        session.get_one(Person, me).disabled_at = None
        for row in session.scalars(select(GrantRow).where(GrantRow.person_id == me)):
            row.ended_at = NOW
    seen = come_in(visitor, city)
    assert seen.location == "/account/sign-in?next=/account"
    assert "没有工作人员的权限" in told(visitor, seen)
    assert logged(database, "sign_in_failed") == [
        (None, "身份没有绑定账户"),
        (database.world.people["owner"], "没有工作人员权限"),
        (me, "账户已停用"),
        (me, "没有工作人员权限"),
    ]
    with database.reading() as session:
        assert session.scalars(select(SignIn)).all() == []
        assert len(session.scalars(select(Person)).all()) == people


def test_failures_are_counted_like_wrong_passwords_and_lock_for_a_while(visitor, city, bound, database):
    bound("owner")
    for _ in range(5):
        assert "没有工作人员的权限" in told(visitor, come_in(visitor, city))
    assert "请在 10:01 之后再试" in told(visitor, come_in(visitor, city))
    with database.reading() as session:
        counted = {row.key: row.failed for row in session.scalars(select(Throttle))}
    assert counted == {"account:owner": 5, "address:127.0.0.1": 5}


def test_an_answer_counts_once_in_its_own_browser_and_for_ten_minutes(app, visitor, city, bound):
    bound("handler")
    back = way_back(city, visitor.get(START), "zheng")
    stranger = Visitor(app)
    assert "这一步已经办过，或者隔得太久" in told(stranger, stranger.get(back))
    asked_from = visitor.cookie()
    assert visitor.get(back).location == "/queue"
    visitor.get("/account/second-factor")
    visitor.post("/account/sign-out")
    assert "这一步已经办过，或者隔得太久" in told(visitor, visitor.get(back))
    visitor.client.set_cookie("session", asked_from)
    assert "这一步已经办过，或者隔得太久" in told(visitor, visitor.get(back))
    back = way_back(city, visitor.get(START), "zheng")
    with clock.fixed(NOW + timedelta(minutes=10)):
        assert "这一步已经办过，或者隔得太久" in told(visitor, visitor.get(back))


def test_pressing_cancel_there_changes_nothing_and_keeps_the_way(visitor, city):
    seen = come_in(visitor, city, sub="", next_page="/account/mandates")
    assert seen.location == "/account/sign-in?next=/account/mandates"
    assert "您在“统一身份认证”取消了，什么都没有改变" in told(visitor, seen)
    assert "取消了，什么都没有改变" in told(visitor, visitor.get(f"{START}/back?error=access_denied"))


def test_made_up_answers_are_told_in_a_sentence(visitor, city):
    for made_up in (
        "",
        "?code=1",
        "?state=%00&code=%F0",
        "?error=server_error&state=1",
        "?iss=x&code=1&state=",
    ):
        assert "请重新开始" in told(visitor, visitor.get(f"{START}/back{made_up}"))
    for change, why in (
        ("&iss=https://elsewhere.example", "答复核对不上"),
        ("&error=unheard_of", "答复核对不上"),
        ("&error=temporarily_unavailable", "现在联系不上"),
    ):
        back = way_back(city, visitor.get(START), "zheng")
        assert why in told(visitor, visitor.get(back + change)), change
    state = parse_qs(urlsplit(visitor.get(START).location).query)["state"][0]
    assert "答复核对不上" in told(visitor, visitor.get(f"{START}/back?state={state}"))


@pytest.mark.parametrize(
    ("bent", "why"),
    [
        ({"issuer": "https://elsewhere.example"}, "答复核对不上"),
        ({"issuer": None}, "答复核对不上"),
        ({"token_endpoint": "http://elsewhere.example/token"}, "答复核对不上"),
        ({"jwks_uri": 7}, "答复核对不上"),
        ({"id_token_signing_alg_values_supported": ["none", "HS256"]}, "答复核对不上"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "答复核对不上"),
    ],
)
def test_a_provider_that_is_not_what_it_should_be_is_not_gone_to(visitor, city, bent, why):
    city.bent.update(bent)
    assert why in told(visitor, visitor.get(START))


@pytest.mark.parametrize(
    ("bent", "why"),
    [
        ({"authorization_response_iss_parameter_supported": True}, "答复核对不上"),
        ({"id_token_signing_alg_values_supported": ["ES256"]}, "答复核对不上"),
        ({"jwks_uri": "http://localhost:1/jwks"}, "现在联系不上"),
        ({"jwks_uri": "{city}/userinfo"}, "现在联系不上"),
        ({"token_endpoint": "{city}/nowhere"}, "现在联系不上"),
        ({"token_endpoint": "{elsewhere}/oauth2/token"}, "答复核对不上"),
    ],
)
def test_what_it_says_of_somebody_is_not_taken_unless_it_can_be_checked(visitor, city, bound, bent, why):
    bound("handler")
    places = {"city": city.issuer, "elsewhere": f"http://127.0.0.1:{city.port}"}
    city.bent.update(
        {key: value.format(**places) if isinstance(value, str) else value for key, value in bent.items()}
    )
    assert why in told(visitor, come_in(visitor, city))
    assert visitor.get("/account").location.startswith("/account/sign-in")


def test_a_provider_that_is_away_is_told_and_left_alone(database, tmp_path, city):
    away = Visitor(real_office(database, tmp_path, **{**city.settings, "oidc_issuer": "http://localhost:1"}))
    for _ in range(2):
        seen = away.get(f"{START}?next=/account/mandates")
        assert seen.location == "/account/sign-in?next=/account/mandates"
        assert "现在联系不上“统一身份认证”。请过一会儿再试" in told(away, seen)
    assert "几个人共用这台电脑的" in away.get("/account/signed-out").text
    assert away.sign_in("handler").status == 303


def test_an_identity_is_bound_to_one_account_by_the_person_who_began(app, visitor, city, bound, database):
    bound("clerk")

    def ready():
        visitor.get("/account/provider")
        visitor.post("/account/provider/bind", {"password": PASSWORD})
        return visitor.get("/account/provider/go")

    visitor.sign_in("handler")
    visitor.enter_code()
    assert "已经绑定了本平台的另一个账户" in told(visitor, visitor.get(way_back(city, ready(), "zheng")))
    back = way_back(city, ready(), "other")
    with clock.fixed(NOW + timedelta(minutes=31)):
        assert visitor.get(back).location == "/account/provider"
    back = way_back(city, ready(), "other")
    visitor.post("/account/sign-out-everywhere")
    assert "已绑定" in told(visitor, visitor.get(back))
    bound_twice = way_back(city, ready(), "third")
    assert "您的账户已经绑定了一个身份" in told(visitor, visitor.get(bound_twice))
    with database.reading() as session:
        subs = {(row.person_id, row.sub) for row in session.scalars(select(OidcIdentity))}
    assert subs == {
        (database.world.people["clerk"], "zheng"),
        (database.world.people["handler"], "other"),
    }


def test_subjects_have_no_such_way_and_an_office_without_a_provider_neither(app, database, tmp_path):
    subject = Visitor(app)
    subject.sign_in("owner")
    assert subject.get("/account/provider").status == 403
    assert "统一身份认证" not in subject.get("/account").html
    plain = Visitor(real_office(database, tmp_path))
    assert plain.get(START).status == 404
    assert "统一身份认证" not in plain.get("/account/sign-in").html
    assert "default-src 'none'" in plain.get(START).headers["Content-Security-Policy"]


def test_the_security_administrator_takes_a_binding_off_but_not_the_own(app, visitor, city, bound, database):
    bound("handler", "strong")
    bound("security_admin", "own")
    come_in(visitor, city, "strong")
    admin = Visitor(app)
    admin.sign_in("security_admin")
    admin.enter_code()
    people = database.world.people
    assert "已于 9 月 18 日（周五） 10:00 绑定" in admin.get(f"/admin/people/{people['handler']}").text
    assert admin.post(f"/admin/people/{people['handler']}/unbind").status == 303
    assert "未绑定" in admin.get(f"/admin/people/{people['handler']}").text
    assert admin.post(f"/admin/people/{people['security_admin']}/unbind").status == 409
    assert visitor.get("/account").location.startswith("/account/sign-in")
    assert "还没有绑定" in told(visitor, come_in(visitor, city, "strong"))
    bound("clerk", "clerk")
    assert admin.post(f"/admin/people/{people['clerk']}/reset-password").status == 200
    assert [person for person, _ in logged(database, "identity_unbound")] == [
        people["handler"],
        people["clerk"],
    ]


WHOLE = {"OIDC_ISSUER": "https://id.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"OIDC_ISSUER": "https://id.example"}, "belong together"),
        ({"OIDC_CLIENT_SECRET": "b"}, "belong together"),
        ({**WHOLE, "OIDC_ISSUER": "http://id.example"}, "OIDC_ISSUER must begin with https://"),
        ({**WHOLE, "OIDC_ISSUER": "id.example"}, "OIDC_ISSUER must begin with https://"),
        ({**WHOLE, "OIDC_ISSUER": "https://["}, "OIDC_ISSUER must begin with https://"),
        ({**WHOLE, "OIDC_ISSUER": "https://id.example/?a=1"}, "bare address"),
        ({**WHOLE, "OIDC_ISSUER": "https://"}, "bare address|belong together|begin with"),
        ({"OIDC_AMR": "otp"}, "need OIDC_ISSUER"),
    ],
)
def test_settings_by_halves_or_in_the_clear_stop_the_start_with_a_sentence(given, why):
    key = "dGVzdHMtb25seS1rZXktMzItYnl0ZXMtbG9uZy0wMDE="
    base = {"SECRET_KEY": "s" * 40, "FIELD_KEYS": key}
    with pytest.raises(config.BadSettings, match=why):
        config.read(base | given)
    read = config.read(base | WHOLE | {"OIDC_ISSUER": "http://localhost:9/", "OIDC_ACR": "urn:A, b"})
    assert (read.oidc_issuer, read.oidc_acr) == ("http://localhost:9", ("urn:A", "b"))
