"""The rooms of tokens: one's own, those of systems, and the log of calls that the auditor alone reads."""

import csv
import io

import pytest
from sqlalchemy import select

from tests.api.machine import Machine
from tests.web.conftest import NOW, PASSWORD
from workflow_app.models.api import ApiToken
from workflow_app.models.party import Person, Subject
from workflow_app.services.machines import calls

CASE = "/cases/CM-120102-20260415-000001"
WISH = {
    "name": "执法系统对接",
    "scopes": ["cases:read", "records:read"],
    "purpose": "核对本局办件",
    "days": "30",
    "networks": "10.20.0.5/16，127.0.0.1",
    "password": PASSWORD,
}


def text_on(page):
    """The token that the page shows, which can be marked and copied."""
    shown = page.one("#new-token")
    assert "select-all" in shown["class"]
    assert page.one("[data-copy=new-token]").has_attr("hidden")  # a script brings it up
    return shown.get_text(strip=True)


def test_a_token_of_ones_own_is_made_used_replaced_and_ended(district):
    owner = district.browser("owner.haihe")
    page = owner.get(owner.get("/account").link("接口令牌"))
    assert "您还没有令牌" in page.text
    made = owner.submit(page, "新建令牌", WISH)
    first = text_on(made)
    assert Machine(district, first).get(CASE).status_code == 200
    listed = owner.get("/account/tokens")
    assert first not in listed.html
    (row,) = listed.words("tbody tr")
    assert row == (
        f"执法系统对接 用途：核对本局办件 {first[:10]}… 查看办件和办件列表、查看信用信息 "
        "只限来自 10.20.0.0/16、127.0.0.1/32 11 月 20 日（周五） 10:00，来自 127.0.0.1 "
        "12 月 20 日（周日） 10:00 有效"
    )
    one = owner.get(listed.link("执法系统对接"))
    changed = owner.submit(one, "更换令牌", {"password": PASSWORD})
    second = text_on(changed)
    assert f"旧令牌 {first[:10]}… 可以用到 11 月 21 日（周六） 10:00" in changed.text
    assert [Machine(district, each).get(CASE).status_code for each in (first, second)] == [200, 200]
    old = owner.get(f"/account/tokens/{1}")
    assert "更换令牌" not in old.text
    ended = owner.submit(old, "立即停用")
    assert "令牌已停用，从现在起不能再用。" in ended.text
    assert [Machine(district, each).get(CASE).status_code for each in (first, second)] == [401, 200]
    with district.at("2026-11-21"):
        assert Machine(district, second).get(CASE).status_code == 200


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "wrong-password-1"}, "密码不正确"),
        ({"scopes": []}, "请至少勾选一项"),
        ({"scopes": ["cases:all"]}, "不在可选范围内"),
        ({"scopes": ["metrics:read"]}, "不在可选范围内"),
        ({"days": "91"}, "令牌的有效期应为 1 至 90 天。"),
        ({"days": "9" * 5000}, "请填写整数"),
        ({"days": "9" * 400}, "令牌的有效期应为 1 至 90 天。"),
        ({"networks": "10.20.0.0/16\n到处"}, "“到处”不是网段"),
        ({"purpose": " "}, "请写明用这个令牌读取的数据作什么用"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_no_token_is_made(district, changed, told):
    owner = district.browser("owner.haihe")
    values = WISH | changed
    seen = owner.post("/account/tokens", values, status=422)
    assert told in seen.text
    assert not seen.soup.select("#new-token")
    with district.session() as session:
        assert session.scalars(select(ApiToken)).all() == []


def test_nobody_reaches_the_token_of_another_and_an_open_browser_gives_none_away(district):
    owner, other = district.browser("owner.haihe"), district.browser("owner.lizi")
    owner.post("/account/tokens", WISH)
    for way in ("", "/rotate", "/end"):
        other.post(f"/account/tokens/1{way}", {"password": PASSWORD}, status=404 if way else 405)
    other.get("/account/tokens/1", status=404)
    seen = owner.post("/account/tokens/1/rotate", {"password": "wrong-password-1"}, status=422)
    assert "密码不正确" in seen.text
    with district.session() as session:
        assert [row.ended_at for row in session.scalars(select(ApiToken))] == [None]


def test_a_system_gets_an_account_rights_and_tokens_and_loses_them_all_at_once(district):
    admin = district.browser("admin.security")
    page = admin.get("/admin/systems")
    assert "还没有系统账户" in page.text
    wrong = admin.submit(page, "新开系统账户", {"login": "zhifa", "name": "执法系统"}, status=422)
    assert "系统账户的登录名应以“sys.”开头" in wrong.text
    system = admin.submit(page, "新开系统账户", {"login": "sys.zhifa", "name": "执法系统"})
    assert "还没有任何权限" in system.text
    account = admin.get(system.link("授予权限或停用账户"))
    assert not {"重置密码", "重置动态验证码"} & set(account.words("button"))
    with district.session() as session:
        market = (
            session.scalars(select(Person).where(Person.login == "handler.weijian")).one().grants[0].unit_id
        )
    right = {"unit-kind": "head", "unit-unit_id": str(market)}
    refused = admin.submit(account, "授予单位权限", right, status=422)
    assert "“部门负责人”要由人来看、来定，系统账户不能担任" in refused.text
    admin.submit(account, "授予单位权限", right | {"unit-kind": "handler"})

    made = admin.submit(admin.get(system.path), "新建令牌", WISH | {"days": "366"})
    machine = Machine(district, text_on(made))
    assert machine.get("/queue").status_code == 200
    replaced = admin.submit(admin.get(made.link("执法系统对接")), "更换令牌", {"password": PASSWORD})
    second = Machine(district, text_on(replaced))
    admin.submit(admin.get(f"{system.path}/tokens/1"), "立即停用")
    assert [machine.get("/queue").status_code, second.get("/queue").status_code] == [401, 200]
    assert admin.get("/admin/systems").words("tbody tr") == ["sys.zhifa 执法系统 部门经办 1 正常"]

    admin.submit(account, "停用账户")
    assert second.get("/queue").status_code == 401
    closed = admin.get(system.path)
    assert "新建令牌" not in closed.words("button")
    refused = admin.post(f"{system.path}/tokens", WISH, status=409)
    assert "这个账户已停用，不能再有令牌" in refused.text
    # A page of a system is not a way to the tokens of people.
    with district.session() as session:
        owner = session.scalars(select(Person.id).where(Person.login == "owner.haihe")).one()
    admin.post(f"/admin/systems/{owner}/tokens", WISH, status=404)


def test_a_system_watches_the_figures_of_operation_without_any_right(district):
    admin = district.browser("admin.security")
    opened = {"login": "sys.jiankong", "name": "运行监控"}
    system = admin.submit(admin.get("/admin/systems"), "新开系统账户", opened)
    assert "还没有任何权限。令牌除了查看运行指标，什么也办不了。" in system.text
    made = admin.submit(system, "新建令牌", WISH | {"scopes": ["metrics:read"]})
    asked = {"headers": {"Authorization": f"Bearer {text_on(made)}"}}
    elsewhere = {"environ_overrides": {"REMOTE_ADDR": "10.20.0.9"}}
    client = district.app.test_client()
    assert client.get("/metrics", **asked, **elsewhere).status_code == 200
    assert client.get("/metrics", **elsewhere).status_code == 401


def test_the_auditor_reads_who_called_what_and_whose_data_left(district):
    with district.session() as session:
        citizen = session.scalars(select(Subject).where(Subject.kind == "individual").limit(1)).one()
        name, ref = citizen.name, citizen.id
    owner = Machine.of(district, "owner.haihe", purpose="核对自己的办件")
    owner.get(CASE)
    owner.get("/cases/CM-120102-20990101-000001")
    Machine(district, "ccw_nothing").get("/queue?secret=never-logged")
    with district.session() as session:
        from_log(session, ref)
    auditor = district.browser("auditor")
    page = auditor.get("/admin/calls")
    assert page.words("tbody tr")[0].startswith("2026-11-20 10:00:00 ")
    whole = page.words("tbody tr")
    assert len(whole) == 4
    assert "不明：没有有效的令牌 来自 127.0.0.1 GET /api/v1/queue 401 no_token —" in whole[1]
    assert "（owner.haihe）" in whole[2]
    assert "404 not_found" in whole[2]
    assert "never-logged" not in page.html
    assert f"{name} 用途：核对身份" in whole[0]

    def rows(**asked):
        return len(auditor.submit(page, "/admin/calls", asked).words("tbody tr"))

    assert (rows(denied="1"), rows(personal="1"), rows(login="owner.haihe")) == (2, 1, 2)
    assert "没有符合条件的调用" in auditor.get("/admin/calls?login=nobody").text
    assert auditor.get("/admin/calls?before=99999999999999999999999&login=%00").status == 200
    file = auditor.get(page.link("下载 CSV"))
    head, *lines = csv.reader(io.StringIO(file.response.get_data().decode("utf-8-sig")))
    assert (head[0], len(lines), lines[1][5:7]) == ("时间", 4, ["401", "no_token"])
    assert lines[0][8:] == ["核对身份", name]


def test_the_log_is_nobodys_but_the_auditors_and_goes_on_page_by_page(district):
    for login in ("admin.security", "admin.system", "lead.xinyong", "owner.haihe"):
        for path in ("/admin/calls", "/admin/calls.csv"):
            district.browser(login).get(path, status=403)
    auditor = district.browser("auditor")
    assert "还没有人调用接口" in auditor.get("/admin/calls").text
    with district.session() as session:
        for number in range(52):
            from_log(session, number)
    page = auditor.get("/admin/calls?personal=1")
    assert len(page.words("tbody tr")) == 50
    rest = auditor.get(page.link("下一页"))
    assert len(rest.words("tbody tr")) == 2
    assert len(auditor.get(rest.link("下载 CSV")).response.get_data().splitlines()) == 3


def from_log(session, subject_id):
    """A line of the log about the data of one person."""
    call = calls.Call(
        "GET", "/api/v1/subjects", "subjects_api.one", 200, "", "127.0.0.1", "核对身份", {subject_id}
    )
    calls.note(session, call, token=None, now=NOW)
