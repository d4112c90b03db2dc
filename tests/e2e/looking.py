"""What can be measured on a page as it is drawn: does it fit, does anything lie on anything else, can it be hit."""

from typing import TypedDict

from playwright.sync_api import Page

TOUCH = 44


class Target(TypedDict):
    """Something to press, as the script below measures it; in pixels from the corner of the page."""

    name: str
    x: float
    y: float
    width: float
    height: float
    hit: bool
    apart: bool


_SIDEWAYS = """() => {
    const page = document.scrollingElement;
    return Math.max(0, page.scrollWidth - page.clientWidth);
}"""

# Links within a sentence may be smaller (WCAG 2.5.8, inline); a box or radio is hit through its label as well.
_TARGETS = """() => {
    const seen = element => {
        const box = element.getBoundingClientRect();
        const look = getComputedStyle(element);
        return box.width > 1 && box.height > 1 && look.visibility === 'visible' && look.clipPath === 'none'
            && element.checkVisibility();
    };
    const placed = element => getComputedStyle(element).position === 'static' && element.parentElement
        ? placed(element.parentElement) : element;
    const inSentence = element => element.tagName === 'A' && getComputedStyle(element).display === 'inline';
    const wanted = 'a[href], button, input:not([type=hidden]), select, textarea, summary, label[for]';
    return [...document.querySelectorAll(wanted)].filter(seen).map(element => {
        // A link may cover the whole card it stands in.
        const cover = getComputedStyle(element, '::after');
        const covers = cover.content !== 'none' && cover.position === 'absolute';
        const box = (covers ? placed(element.parentElement) : element).getBoundingClientRect();
        const kind = element.tagName.toLowerCase();
        const isTick = kind === 'input' && ['checkbox', 'radio'].includes(element.type);
        return {
            name: `${kind} “${(element.innerText || element.name || element.id || '').trim().slice(0, 30)}”`,
            x: box.x + scrollX, y: box.y + scrollY, width: box.width, height: box.height,
            hit: kind !== 'label' && !isTick && !inSentence(element),
            apart: kind !== 'label' && !inSentence(element) && !covers,
        };
    });
}"""


# A word that stands on two lines has two boxes.
_BROKEN = """places => [...document.querySelectorAll(places)].flatMap(place => {
    const broken = [];
    const walker = document.createTreeWalker(place, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
        for (const found of walker.currentNode.data.matchAll(/[a-zA-Z]+/g)) {
            const word = document.createRange();
            word.setStart(walker.currentNode, found.index);
            word.setEnd(walker.currentNode, found.index + found[0].length);
            if (word.getClientRects().length > 1) broken.push(found[0]);
        }
    return broken;
})"""


def broken_words(page: Page, places: str) -> list[str]:
    """Latin words in these places that begin on one line and end on another."""
    return list(page.evaluate(_BROKEN, places))


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate(_SIDEWAYS))


def targets_on(page: Page) -> list[Target]:
    """Everything that is to be pressed, and where it lies."""
    found: list[Target] = page.evaluate(_TARGETS)
    return found


def too_small(targets: list[Target]) -> list[str]:
    """What is to be touched and is less than 44 px high."""
    return [
        f"{one['name']} {one['width']:.0f} × {one['height']:.0f}"
        for one in targets
        if one["hit"] and one["height"] < TOUCH - 0.5
    ]


def overlapping(targets: list[Target]) -> list[str]:
    """Pairs of things to press that lie on each other."""
    found = [one for one in targets if one["apart"]]
    return [
        f"{one['name']} lies on {other['name']}"
        for at, one in enumerate(found)
        for other in found[at + 1 :]
        if _on(one, other)
    ]


def _on(one: Target, other: Target) -> bool:
    wide = min(one["x"] + one["width"], other["x"] + other["width"]) - max(one["x"], other["x"])
    high = min(one["y"] + one["height"], other["y"] + other["height"]) - max(one["y"], other["y"])
    return wide > 2 and high > 2
