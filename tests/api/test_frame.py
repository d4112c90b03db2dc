"""What is the same at every door of the API: tokens, scopes, shapes of refusals, the log, the document."""

import re
from datetime import timedelta

from sqlalchemy import select

from tests.api.conftest import Machines
from tests.api.machine import Machine
from tests.web.conftest import NOW, District
from workflow_app.domain import clock
from workflow_app.domain.scopes import TokenScope
from workflow_app.models.api import ApiCall, ApiToken
from workflow_app.web import audiences
from workflow_app.web.audiences import Audience

CASE = "/cases/CM-120102-20260415-000001"


def test_the_document_of_the_api_is_openapi_3_1(district: District) -> None:
    told = Machine(district).get("/openapi.json").json
    assert told["openapi"] == "3.1.0"
    assert told["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    shown = told["paths"]["/api/v1/cases/{address}"]["get"]
    assert shown["security"] == [{"token": ["cases:read"]}]
    assert {"200", "401", "403", "404", "422", "429"} <= set(shown["responses"])
    assert shown["summary"] == "查看一件办件"


def test_a_token_opens_what_its_person_may_see_and_nothing_else(machine: Machines) -> None:
    assert machine("owner.haihe").get(CASE).json["number"] == "CM-120102-20260415-000001"
    assert machine("owner.lizi").get(CASE).status_code == 404


def test_without_a_token_that_works_the_answer_is_401_and_says_why(
    district: District, machine: Machines
) -> None:
    nobody = Machine(district).get(CASE)
    assert (nobody.status_code, nobody.json["code"]) == (401, "no_token")
    assert nobody.headers["WWW-Authenticate"] == "Bearer"
    wrong = Machine(district, "ccw_" + "x" * 43).get(CASE)
    assert "令牌无效" in wrong.json["detail"]
    late = machine("owner.haihe", days=1)
    with clock.fixed(NOW + timedelta(days=1)):
        assert "2026 年 11 月 21 日" in late.get(CASE).json["detail"]
    away = machine("owner.haihe", networks=["10.20.0.0/16"])
    assert "不能从 127.0.0.1 使用" in away.get(CASE).json["detail"]


def test_a_token_reaches_no_further_than_its_scope(machine: Machines) -> None:
    answer = machine("owner.haihe", [TokenScope.DOCUMENTS_READ]).get(CASE)
    assert (answer.status_code, answer.json["code"]) == (403, "no_scope")
    assert "cases:read" in answer.json["detail"]


def test_a_cookie_opens_nothing_for_a_machine_and_a_token_opens_no_page(
    district: District, machine: Machines
) -> None:
    browser = district.browser("owner.haihe")
    assert browser.client.get("/api/v1" + CASE).status_code == 401
    bearer = {"Authorization": f"Bearer {machine('owner.haihe').token}"}
    with district.app.test_client() as client:
        assert client.get(CASE, headers=bearer).status_code == 303


def test_a_right_that_ended_acts_at_once(district: District, machine: Machines) -> None:
    owner = machine("owner.haihe")
    assert owner.get(CASE).status_code == 200
    with district.session() as session:
        row = session.scalars(select(ApiToken)).one()
        row.person.disabled_at = NOW
    assert owner.get(CASE).status_code == 401


def test_every_call_is_logged_also_one_that_was_refused(district: District, machine: Machines) -> None:
    owner = machine("owner.haihe")
    owner.get(CASE)
    owner.get("/cases/CM-120102-20990101-000001")
    Machine(district, "ccw_nothing").get(CASE)
    with district.session() as session:
        calls = session.execute(
            select(ApiCall.status, ApiCall.code, ApiCall.token_id, ApiCall.endpoint)
        ).all()
        used = session.scalars(select(ApiToken.last_used_at)).one()
    assert calls == [
        (200, "", 1, "cases_api.show"),
        (404, "not_found", 1, "cases_api.show"),
        (401, "no_token", None, "cases_api.show"),
    ]
    assert used == NOW


def test_who_has_an_answer_is_told_that_nothing_changed(machine: Machines) -> None:
    owner = machine("owner.haihe")
    first = owner.get(CASE)
    assert owner.get(CASE, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


def test_no_call_is_answered_without_a_token_or_beyond_its_scope(
    district: District, machine: Machines
) -> None:
    nobody, other = Machine(district), {scope: machine("head.shichang", [scope]) for scope in TokenScope}
    wrong = []
    for rule in district.app.url_map.iter_rules():
        if audiences.audience_of(rule.endpoint) is not Audience.TOKEN:
            continue
        path = re.sub(r"<(int:)?\w+>", "1", rule.rule).removeprefix("/api/v1")
        scope = district.app.view_functions[rule.endpoint].scope  # type: ignore[attr-defined]
        unfit = next(other[each] for each in TokenScope if each != scope)
        for method in sorted((rule.methods or set()) & {"GET", "POST", "PATCH", "PUT", "DELETE"}):
            got = (nobody.call(method, path).status_code, unfit.call(method, path).status_code)
            wrong += [f"{method} {rule.rule}: {got}"] if got != (401, 403) else []
    assert not wrong, wrong
