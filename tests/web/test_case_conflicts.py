"""Two people, two pages or two versions: nothing that was typed is lost, and nobody overwrites anybody."""

import pytest
from sqlalchemy import select

from tests.web.conftest import District
from tests.web.firm import TYPED, address_of, start
from workflow_app.models.case import Case
from workflow_app.models.party import Person


@pytest.fixture
def waiting(district):
    """A signed case of the market regulation, which has two handlers."""
    return district.case(subject="算盘", item="ZMTD-01", state="signed")


def test_a_colleague_is_told_who_holds_the_case_and_keeps_what_was_typed(district, waiting):
    second = district.browser("handler.shichang2")
    page = second.get(f"/cases/{waiting}/steps/return_for_correction")
    first = district.browser("handler.shichang")
    held = first.submit(first.get(f"/cases/{waiting}"), "/claim")
    assert "放回队列" in held.text
    typed = {"tick_CM-R01": True, "note_CM-R01": "请写明迁址后的门牌号。"}
    page = second.submit(page, "/return_for_correction", typed, status=409)
    name = name_of(district, "handler.shichang")
    assert f"{name}自 10:00 起正在办理这件办件。请与其联系，或待其释放后再办。" in page.text
    assert page.typed("note_CM-R01") == "请写明迁址后的门牌号。"
    assert page.is_ticked("tick_CM-R01")
    first.submit(held, "/release")
    assert second.submit(page, "/return_for_correction").status == 200
    assert district.stored(waiting).state == "returned"


def name_of(district: District, login: str) -> str:
    """The name of the person with this login."""
    with district.session() as session:
        return session.scalars(select(Person.name).where(Person.login == login)).one()


def test_a_lease_ends_by_itself_after_half_an_hour(district, waiting):
    first = district.browser("handler.shichang")
    first.submit(first.get(f"/cases/{waiting}"), "/claim")
    second = district.browser("handler.shichang2")
    second.post(f"/cases/{waiting}/claim", status=409)
    with district.at("2026-11-20", "10:29"):
        second.post(f"/cases/{waiting}/claim", status=409)
    with district.at("2026-11-20", "10:30"):
        district.sign_in(second, "handler.shichang2")
        assert "放回队列" in second.submit(second.get(f"/cases/{waiting}"), "/claim").text


def test_a_case_that_moved_on_meanwhile_answers_409_with_its_present_state_and_what_was_typed(
    district, waiting
):
    second = district.browser("handler.shichang2")
    page = second.get(f"/cases/{waiting}/steps/return_for_correction")
    first = district.browser("handler.shichang")
    first.submit(first.get(f"/cases/{waiting}"), "/steps/accept")
    page = second.submit(
        page, "/return_for_correction", {"tick_CM-R01": True, "note_CM-R01": "写明门牌号。"}, status=409
    )
    assert "承诺生效，履行中" in page.text
    assert "写明门牌号。" in page.html


def test_a_page_older_than_the_case_answers_409_and_the_same_form_can_be_sent_again(district, waiting):
    firm = district.browser("owner.suanpan")
    page = firm.get(f"/cases/{waiting}/steps/withdraw")
    with district.session() as session:
        case = session.scalars(select(Case).where(Case.number == waiting)).one()
        case.version += 1
    page = firm.submit(page, "/withdraw", {"withdrawal_reason": "不迁址了。"}, status=409)
    assert "您阅读期间，这件办件已有新的变化" in page.text
    assert page.typed("withdrawal_reason") == "不迁址了。"
    firm.submit(page, "/withdraw")
    assert district.stored(waiting).state == "withdrawn"


def test_htmx_gets_the_panels_of_a_refusal_with_409(district, waiting):
    second = district.browser("handler.shichang2")
    first = district.browser("handler.shichang")
    first.submit(first.get(f"/cases/{waiting}"), "/claim")
    version = district.stored(waiting).version
    page = second.htmx(
        "POST", f"/cases/{waiting}/steps/accept", target="deeds", values={"version": version}, status=409
    )
    assert "正在办理这件办件" in page.text
    assert page.html.lstrip().startswith('<section class="panel deed" id="deeds"')


def test_autosave_keeps_what_was_typed_and_says_when(district):
    firm = district.browser("owner.haihe")
    page = start(firm)
    address = address_of(page)
    values = {"version": page.typed("version"), "reason": "自动保存的事由。", "contact_mobile": "139"}
    saved = firm.htmx("POST", f"/cases/{address}/autosave", target="saved", values=values)
    assert "已自动保存 11 月 20 日（周五） 10:00" in saved.text
    assert saved.typed("version") == str(int(page.typed("version")) + 1)
    assert district.stored(address).facts["reason"] == "自动保存的事由。"


def test_autosave_from_an_older_page_never_overwrites_and_never_says_saved(district):
    firm = district.browser("owner.haihe")
    page = start(firm)
    address = address_of(page)
    values = {"version": page.typed("version")}
    firm.htmx(
        "POST", f"/cases/{address}/autosave", target="saved", values={**values, "reason": "较新的事由。"}
    )
    stale = firm.htmx(
        "POST",
        f"/cases/{address}/autosave",
        target="saved",
        values={**values, "reason": "旧页面的事由。"},
        status=409,
    )
    assert "已自动保存" not in stale.text
    assert "您阅读期间，这件办件已有新的变化" in stale.text
    assert stale.typed("version") == values["version"]
    assert district.stored(address).facts["reason"] == "较新的事由。"


def test_a_stale_draft_page_answers_409_with_what_was_typed(district):
    firm = district.browser("owner.haihe")
    page, other = start(firm), None
    other = firm.get(page.path)
    firm.submit(other, "/edit", {"reason": "较新的事由。"}, button="先保存")
    page = firm.submit(page, "/edit", {**TYPED, "reason": "旧页面的事由。"}, button="下一步", status=409)
    assert "您阅读期间，这件办件已有新的变化" in page.text
    assert page.typed("reason") == "旧页面的事由。"
    assert district.stored(address_of(page)).facts["reason"] == "较新的事由。"


def test_a_stale_draft_is_never_said_to_be_saved_for_later(district):
    firm = district.browser("owner.haihe")
    page = start(firm)
    firm.submit(firm.get(page.path), "/edit", {"reason": "较新的事由。"}, button="先保存")
    page = firm.submit(page, "/edit", {"reason": "旧页面的事由。"}, button="先保存", status=409)
    assert page.typed("reason") == "旧页面的事由。"
