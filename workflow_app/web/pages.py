"""A whole page or one panel of it: decided here, once.

A panel is a block of the page's template whose name is the element's id. The panel alone is answered only to
htmx, not boosted, not restoring history, and only when its target is on the list the view gives: a check that
stands around a block would be stepped round otherwise.
"""

import re

from flask import Response, current_app, make_response, render_template
from htmx_flask import request

NOT_IN_HTML = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
"""What HTML can't carry is shown as a replacement mark where it was typed, so that its place can be seen and mended."""


def page(template: str, /, *, panels: tuple[str, ...] = (), status: int = 200, **view: object) -> Response:
    """The answer for this reader: `template` whole, or the block that htmx asks for."""
    target = request.htmx.target if is_for_panel() else None
    body = panel(template, target, **view) if target in panels else render_template(template, **view)
    response = make_response(NOT_IN_HTML.sub("\ufffd", body), status)
    response.headers["Vary"] = "HX-Request, HX-Target, Cookie, Accept-Language"
    response.headers["Cache-Control"] = "no-store"
    return response


def is_for_panel() -> bool:
    """Whether htmx asks for a part of the page."""
    return bool(request.htmx) and not request.htmx.boosted and not request.htmx.history_restore_request


def panel(template: str, block: str, /, **view: object) -> str:
    """One block of a template that extends another, also when the block is inherited.

    What the template sets and imports is done when the first piece of the page comes; the rest isn't drawn.
    """
    found = current_app.jinja_env.get_template(template)
    values: dict[str, object] = dict(view)
    current_app.update_template_context(values)
    context = found.new_context(values)
    next(found.root_render_func(context))
    return "".join(context.blocks[block][0](context))
