"""Papers of a case over HTTP: who may fetch them, how they are sent, and how a file is stopped at the door."""

import pytest

from tests.services.paper_samples import pdf_bytes, picture
from tests.web.firm import PLAN, address_of, fill_in, start


@pytest.fixture
def draft(district):
    """The draft's address and the link of its paper."""
    firm = district.browser("owner.haihe")
    address = address_of(fill_in(firm))
    return address, firm.get(f"/cases/{address}").link("平面图.pdf")


def test_a_paper_is_only_ever_a_download(district, draft):
    response = district.browser("owner.haihe").get(draft[1]).response
    assert response.data == PLAN[1]
    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    assert "%E5%B9%B3%E9%9D%A2%E5%9B%BE.pdf" in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "private, no-store"


def test_papers_of_a_draft_are_seen_by_the_firm_alone(district, draft):
    _address, paper = draft
    assert district.browser("agent.haihe").get(paper).response.data == PLAN[1]
    for login in ("owner.lizi", "handler.weijian", "lead.xinyong", "auditor", "admin.security"):
        district.browser(login).get(paper, status=404)
    assert district.browser().get(paper).path.startswith("/account/sign-in")


def test_a_paper_is_not_found_under_another_case(district, draft):
    other = district.case(subject="海河", item="ZMTD-02", state="signed")
    number = draft[1].rpartition("/")[2]
    district.browser("owner.haihe").get(f"/cases/{other}/attachments/{number}", status=404)


def test_a_colleague_cannot_take_back_what_another_uploaded(district, draft):
    agent = district.browser("agent.haihe")
    assert "移除" not in agent.get(f"/cases/{draft[0]}").text
    agent.post(f"{draft[1]}/remove", status=409)
    assert "平面图.pdf" in agent.get(f"/cases/{draft[0]}").text


def test_several_papers_go_in_at_once_under_safe_names(district):
    firm = district.browser("owner.haihe")
    files = [
        ("../../etc/图一.pdf", pdf_bytes()),
        ("我的文件/图二.png", picture("PNG")),
        ("照片.jpg", picture("JPEG")),
    ]
    page = firm.submit(
        start(firm), "/edit", {"reason": "门店。"}, button="先保存", files={"file_site_plan": files}
    )
    for name in ("图一.pdf", "图二.png", "照片.jpg"):
        assert name in page.text
    assert "etc" not in page.text
    assert "我的文件" not in page.text


def test_a_paper_under_an_unknown_field_is_ignored(district):
    firm = district.browser("owner.haihe")
    page = start(firm)
    before = len(firm.get(f"/cases/{address_of(page)}").soup.select("ul.papers li"))
    firm.post(
        f"/cases/{address_of(page)}/edit", {"version": page.typed("version"), "file_secret": "x"}, status=422
    )
    assert len(firm.get(f"/cases/{address_of(page)}").soup.select("ul.papers li")) == before == 0


def test_a_step_keeps_its_papers_when_it_is_refused(district):
    active = district.case(subject="海河", item="ZMTD-01", state="active")
    firm = district.browser("owner.haihe")
    page = firm.get(f"/cases/{active}/steps/report_performance")
    files = {"file_performance_evidence": [("证明.pdf", pdf_bytes())]}
    page = firm.submit(page, "/report_performance", files=files, status=422)
    assert page.error_of("performance_report") == "请写明已经履行了哪些承诺、何时履行。"
    assert "证明.pdf" in firm.get(f"/cases/{active}").text
    page = firm.submit(page, "/report_performance", {"performance_report": "已履行。"})
    assert district.stored(active).facts["performance_report"] == "已履行。"
