"""What every page keeps, whoever opens it and whatever it is about; `tests/browser.py` asks on each answer.

Only what can be seen in the HTML is judged here: that it is valid, that it can be used by keyboard and screen
reader, that each of its addresses leads somewhere, and that nothing stands on it that the reader may not see.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import html5lib
from bs4 import BeautifulSoup, Tag
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

MARKERS = re.compile(r"%\([a-z_]+\)[sd]|Sentence\(|N_\(|<Markup|Undefined")
NAMING = ("aria-describedby", "aria-labelledby", "aria-controls", "aria-owns", "for", "headers")
ASSETS = (("script", "src"), ("link", "href"), ("img", "src"), ("use", "href"), ("iframe", "src"))
HX_METHODS = {"hx-get": "GET", "hx-post": "POST", "hx-put": "PUT", "hx-delete": "DELETE", "hx-patch": "PATCH"}
ELSEWHERE = ("http://", "https://", "mailto:", "tel:")
NOT_TYPED_IN = ("hidden", "submit", "button", "reset", "image")
ALLOWED_PARSE_ERRORS: frozenset[str] = frozenset()


def broken(
    html: str, soup: BeautifulSoup, *, app: Flask, forbidden: tuple[str, ...], is_whole: bool
) -> list[str]:
    """What is wrong with a page, or with a part of one; an empty list when all is well."""
    found = [
        *validity(html, is_whole=is_whole),
        *ids(soup),
        *fields(soup),
        *forms(soup),
        *content_policy(soup),
    ]
    found += [*addresses(soup, app), *markers(soup), *private(html, forbidden)]
    return [*found, *frame(soup), *targets(soup)] if is_whole else found


def validity(html: str, *, is_whole: bool) -> Iterator[str]:
    """HTML5 as the parser of the standard reads it, without a single error to forgive."""
    parser = html5lib.HTMLParser(strict=False)
    if is_whole:
        parser.parse(html)
    else:
        parser.parseFragment(html)
    lines = html.split("\n")
    for (line, _), code, values in parser.errors:
        if code not in ALLOWED_PARSE_ERRORS:
            yield f"invalid HTML: {code} {dict(values)} near: {lines[line - 1].strip()[:160]}"


def frame(soup: BeautifulSoup) -> Iterator[str]:
    """One heading, a title, a language."""
    headings = soup.find_all("h1")
    if len(headings) != 1:
        yield f"{len(headings)} h1 instead of one"
    elif not headings[0].get_text(strip=True):
        yield "an empty h1"
    title = soup.find("title")
    if title is None or not title.get_text(strip=True).split("·")[0].strip():
        yield "no title"
    html = soup.find("html")
    if not isinstance(html, Tag) or html.get("lang") not in ("zh-Hans", "en"):
        yield "no language"


def ids(soup: BeautifulSoup) -> Iterator[str]:
    """Every id once, and every reference to one that exists."""
    counted = Counter(tag["id"] for tag in soup.find_all(id=True))
    yield from (f"id {name!r} stands {count} times" for name, count in counted.items() if count > 1)
    for attribute in NAMING:
        for tag in soup.find_all(attrs={attribute: True}):
            for name in str(tag[attribute]).split():
                if name not in counted:
                    yield f"{attribute}={name!r} of <{tag.name}> names nothing on the page"
    for link in soup.find_all("a", href=re.compile("^#")):
        if str(link["href"])[1:] not in counted:
            yield f"the link {link['href']} leads nowhere on the page"


def fields(soup: BeautifulSoup) -> Iterator[str]:
    """Every field that is filled in says what it asks."""
    labelled = {label.get("for") for label in soup.find_all("label")}
    for field in soup.find_all(("input", "select", "textarea")):
        if field.name == "input" and field.get("type") in NOT_TYPED_IN:
            continue
        is_named = field.get("aria-label") or field.get("aria-labelledby") or field.find_parent("label")
        if not is_named and (not field.get("id") or field["id"] not in labelled):
            yield f"field {field.get('name') or field.get('id')!r} has no label"
    for button in soup.find_all("button"):
        if not button.get_text(strip=True) and not button.get("aria-label"):
            yield "a button without words"


def forms(soup: BeautifulSoup) -> Iterator[str]:
    """Every form that changes something carries the token, and files only travel in parts."""
    for form in soup.find_all("form"):
        method = str(form.get("method", "get")).lower()
        token = form.find("input", attrs={"name": "csrf_token"})
        if method == "post" and (not isinstance(token, Tag) or not token.get("value")):
            yield f"the form to {form.get('action')} has no CSRF token"
        if method == "get" and token is not None:
            yield f"the form to {form.get('action')} would put its token into the address"
        if form.find("input", type="file") and form.get("enctype") != "multipart/form-data":
            yield f"the form to {form.get('action')} would lose its files"


def content_policy(soup: BeautifulSoup) -> Iterator[str]:
    """Nothing that the content policy would refuse: no inline style, script or handler, no other host."""
    for tag in soup.find_all(True):
        if tag.name == "style" or (tag.name == "script" and not tag.get("src")):
            yield f"inline <{tag.name}>"
        for attribute in tag.attrs:
            if attribute == "style" or attribute.startswith("on"):
                yield f"inline {attribute} on <{tag.name}>"
    for name, attribute in ASSETS:
        for tag in soup.find_all(name, attrs={attribute: True}):
            if urlsplit(str(tag[attribute])).netloc:
                yield f"<{name}> from another host: {tag[attribute]}"


def addresses(soup: BeautifulSoup, app: Flask) -> Iterator[str]:
    """Every address on the page belongs to a route that takes its method, every asset is a file that exists."""
    for url, method in set(_addresses(soup)):
        if url.startswith((*ELSEWHERE, "#", "data:")):
            continue
        path = unquote(urlsplit(url).path)
        if not path.startswith("/"):
            yield f"{url!r} is not a whole path"
        elif problem := _leads_nowhere(path, method, app):
            yield problem


def _addresses(soup: BeautifulSoup) -> Iterator[tuple[str, str]]:
    for link in soup.find_all("a", href=True):
        yield str(link["href"]), "GET"
    for name, attribute in ASSETS:
        for tag in soup.find_all(name, attrs={attribute: True}):
            yield str(tag[attribute]), "GET"
    for form in soup.find_all("form"):
        if form.get("action"):
            yield str(form["action"]), str(form.get("method", "get")).upper()
        for button in form.find_all(attrs={"formaction": True}):
            yield str(button["formaction"]), str(form.get("method", "get")).upper()
    for attribute, method in HX_METHODS.items():
        for tag in soup.find_all(attrs={attribute: True}):
            yield str(tag[attribute]), method


def _leads_nowhere(path: str, method: str, app: Flask) -> str | None:
    try:
        endpoint, values = app.url_map.bind("localhost").match(path, method=method)
    except (NotFound, MethodNotAllowed):
        return f"no route for {method} {path}"
    except RequestRedirect:
        return f"{path} only leads to another address"
    if endpoint == "static" and not (Path(app.static_folder or "") / values["filename"]).is_file():
        return f"no such file: {path}"
    return None


def targets(soup: BeautifulSoup) -> Iterator[str]:
    """Every panel that htmx is to replace is there."""
    for tag in soup.find_all(attrs={"hx-target": True}):
        target = str(tag["hx-target"])
        if target.startswith("#") and soup.find(id=target[1:]) is None:
            yield f"hx-target {target} does not exist"


def markers(soup: BeautifulSoup) -> Iterator[str]:
    """No place that should have been filled in."""
    for text in soup.stripped_strings:
        if found := MARKERS.search(text):
            yield f"left over: {found.group()} in {text[:80]!r}"


def private(html: str, forbidden: tuple[str, ...]) -> Iterator[str]:
    """Nothing personal that this reader may not see, anywhere in the answer."""
    yield from (f"personal data shown: {text}" for text in forbidden if text in html)
