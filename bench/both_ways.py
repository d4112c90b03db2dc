"""How somebody signs in, and how a case goes from its owner's first page to the head's decision: on our pages, and on viewflow's.

The same five decisions on both: signed, accepted, check begun, breach proposed, breach dropped by the head; handler and head
look at their queue before. Each side the shortest way its own pages offer; on viewflow's a task is assigned before it is
carried out. Whatever is not as expected ends the measure.
"""

import re

from bench.browsers import Browser
from workflow_app import demo

ITEM, UNIT = "SPTD-01", "market_regulation"
LOOKS_AGAIN = 5
PEER_PASSWORD = "bench-2026-office"
TYPED = {
    "reason": "海河示范路 9 号门店食品经营许可证将到期，申请延续。",
    "contact_name": "周明远",
    "contact_mobile": "19900000001",
}
SIGNING = {"has_read": "y", "publication_consent": "y", "password": demo.DEMO_PASSWORD}
PROPOSED = {
    "unperformed": "没有在期限内补交设备清单。",
    "breach_facts": "核查时没有见到承诺的冷藏设备。",
    "breach_basis": "承诺书第四部分。",
}
DROPPED = {"drop_reasons": "设备因运输延误晚到，已经安装完毕，承诺已经履行。"}


def enter_ours(browser: Browser, kind: str, number: int) -> None:
    """Sign in here, with the second factor where there is one."""
    browser.get("/account/sign-in")
    typed = {"login": f"bench-{kind}-{number}", "password": demo.DEMO_PASSWORD}
    browser.send(typed, to="/account/sign-in")
    if 'name="code"' in browser.page:
        browser.send({"code": demo.code_now()}, to="/account/second-factor")


def enter_theirs(browser: Browser, kind: str, number: int) -> None:
    """Sign in there."""
    browser.get("/accounts/login/")
    browser.send({"username": f"{kind}{number}", "password": PEER_PASSWORD})


def our_case(owner: Browser, handler: Browser, head: Browser) -> None:
    """Five decisions on our pages."""
    owner.get(f"/items/{ITEM}")
    owner.send({}, to=f"/items/{ITEM}/start")
    owner.send(TYPED, to=owner.path)
    owner.send(SIGNING, to=owner.path)
    case = owner.path
    handler.get("/queue")
    handler.get(case)
    for step in ("accept", "start_check"):
        handler.send({}, to=f"{case}/steps/{step}")
    handler.get(f"{case}/steps/propose_breach")
    handler.send(PROPOSED, to=f"{case}/steps/propose_breach")
    head.get("/queue")
    head.get(f"{case}/steps/drop_breach")
    head.send(DROPPED, to=f"{case}/steps/drop_breach")
    assert "已履行" in head.page


def their_case(owner: Browser, handler: Browser, head: Browser) -> None:
    """The same five on viewflow's; every task is assigned before it is carried out, as its pages have it."""
    onward = {"_continue": "1"}
    owner.get("/commitment/sign/")
    owner.send({**onward, **TYPED, "publication_consent": "on"})
    case = owner.path
    handler.get(listed(handler, f'href="({case}accept/[0-9]+/)"'))
    for _ in ("accept", "start the check"):
        handler.send(onward)
        handler.send(onward)
    handler.send(onward)
    handler.send(PROPOSED)
    head.get(listed(head, f'href="({case}decide/[0-9]+/)"'))
    head.send(onward)
    head.send({**onward, **DROPPED})
    assert head.path == case


def listed(browser: Browser, pattern: str) -> str:
    """Where viewflow's queue leads. It counts before it reads: what comes in between pushes the oldest off a short page, so that
    one looks again, which is seldom and counted as a request."""
    for _ in range(LOOKS_AGAIN):
        if found := re.search(pattern, browser.get("/commitment/queue/")):
            return found[1]
    raise AssertionError(f"nothing like {pattern} in the queue")
