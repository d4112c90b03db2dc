"""The distribution's Chromium for the browser tests, driven by Playwright; no browser is ever downloaded.

A file of tests starts one browser when the first test asks for it; a test opens contexts of its own in it. It ends with
the file, because while it runs Playwright holds the event loop of this thread, and signing a PDF needs one of its own.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
# The tests visit this machine alone: the browser's own calls to its maker only cost time.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
)


@contextmanager
def started() -> Iterator[Browser]:
    """A headless browser for the length of the `with`."""
    with sync_playwright() as playwright:
        # The sandbox refuses to work for root and in many containers; the pages are our own.
        browser = playwright.chromium.launch(
            executable_path=installed_browser(), chromium_sandbox=False, args=list(ARGUMENTS)
        )
        try:
            yield browser
        finally:
            browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of one file of tests."""
    with started() as browser:
        yield browser


def installed_browser() -> str:
    """The path of the browser; FileNotFoundError says what to install."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise FileNotFoundError("Chromium is not installed: apt-get install chromium (./test does it).")
    return found
