"""What every request bears, whichever room it is for: its headers, its cookie, its way to the database."""

from inspect import iscoroutinefunction

import pytest

from tests.factories import FIELD_KEY
from workflow_app import config, create_app

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "browsing-topics=()",
}


def office(tmp_path, **own):
    """A browser at an office with these settings."""
    given = {"VAR_FOLDER": str(tmp_path), "SECRET_KEY": "s" * 40, "FIELD_KEYS": FIELD_KEY, **own}
    return create_app(config.read(given)).test_client()


@pytest.mark.parametrize(
    "path", ["/healthz", "/calculator", "/nowhere", "/static/app.js", "/queue", "/api/v1/nothing"]
)
def test_every_answer_bears_the_headers_once(district, path):
    with district.browser().client.get(path) as answer:
        for name, value in HEADERS.items():
            assert answer.headers.getlist(name) == [value], name
        assert "Strict-Transport-Security" not in answer.headers


def test_whoever_comes_to_a_site_of_https_without_it_is_led_there(tmp_path):
    browser = office(tmp_path, SITE_URL="https://credit.example.gov.cn")
    answer = browser.get("/healthz?a=1", base_url="http://credit.example.gov.cn")
    assert (answer.status_code, answer.location) == (302, "https://credit.example.gov.cn/healthz?a=1")
    assert "Strict-Transport-Security" not in answer.headers
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "come", [{"base_url": "https://credit.example.gov.cn"}, {"headers": {"X-Forwarded-Proto": "https"}}]
)
def test_whoever_came_by_https_is_told_for_a_year_to_come_no_other_way(tmp_path, come):
    answer = office(tmp_path, SITE_URL="https://credit.example.gov.cn").get("/healthz", **come)
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31556926; includeSubDomains"


def test_a_session_that_nobody_changed_is_not_sent_again(district):
    browser = district.browser("owner.haihe")
    browser.client.get("/account/")
    answer = browser.client.get("/account/")
    assert "Set-Cookie" not in answer.headers
    assert "Cookie" in answer.vary


def test_the_cookie_is_sent_again_once_the_browser_was_in_use_for_a_minute(district):
    browser = district.browser("owner.haihe")
    browser.client.get("/account/")
    with district.at("2026-11-20", "10:01"):
        assert "Set-Cookie" in browser.client.get("/account/").headers
        assert "Set-Cookie" not in browser.client.get("/account/").headers


def test_no_view_and_no_handler_is_a_coroutine(worker_app):
    handlers = [
        each
        for kept in (worker_app.before_request_funcs, worker_app.after_request_funcs)
        for each in kept[None]
    ]
    found = [each for each in (*worker_app.view_functions.values(), *handlers) if iscoroutinefunction(each)]
    assert found == []
