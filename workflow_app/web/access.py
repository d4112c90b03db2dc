"""Who may enter which room, decided before any view runs, by the table in `audiences`.

Every request: who is it (Flask-Login), may this kind of person enter (the table), is the form from our own page
(CSRF), in this order, so that a form sent after the sign-in ran out is kept and not thrown away as a wrong
token. What a person may do with one case is never decided here but by the workflow's scopes.

A view whose page holds a long form calls `take_kept_form()` on GET and fills its form with the answer, if any:
`form = SignForm(take_kept_form())`. What was kept is gone as soon as the page is sent again.
"""

from flask import Flask, Response, abort, current_app, flash, g, redirect, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from ..api import bearer
from ..domain import clock
from ..extensions import csrf, db, login
from ..services.people import kept_forms, signin
from .audiences import ALWAYS_OPEN, WITHOUT_A_PERSON, Audience, Unlisted, audience_of
from .signed_in import SEEN, TOUCH_AFTER, account_links, load, of_token, touch
from .transaction import SAFE
from .ways import local_path, page_of_form, safe_path


def bind(app: Flask) -> None:
    """Guard every request of the application. Flask-WTF's own check is left to `guard`, which knows the person."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    login.session_protection = None  # A phone changes its address on the way; the token is what counts.
    login.user_loader(load)
    login.request_loader(bearer.load)
    app.before_request(guard)
    app.after_request(touch)
    app.context_processor(lambda: {"account_links": account_links})


def guard() -> BaseResponse | None:
    """Let the request through, or answer it here."""
    endpoint = request.endpoint
    if endpoint is None or endpoint in WITHOUT_A_PERSON:
        return None
    audience = audience_of(endpoint)
    if audience is None:
        raise Unlisted(endpoint)
    if audience is Audience.TOKEN:
        return bearer.guard()
    if audience is Audience.WATCHER:
        return bearer.guard_watcher()
    if audience is not Audience.PUBLIC:
        person = current_user._get_current_object()
        if not person.is_authenticated:
            return to_sign_in()
        way = person.still_to_do()
        if way and endpoint != ALWAYS_OPEN and request.path != url_for(way):
            return leave_for(url_for(way, next=page_of_form()))
        if isinstance(audience, frozenset) and not any(map(person.actor.holds, audience)):
            abort(403)
    return check_csrf()


def check_csrf() -> BaseResponse | None:
    """A form comes from a page of ours. One of an older sign-in of the same person is kept and shown again."""
    if request.method in SAFE or not current_app.config["WTF_CSRF_ENABLED"]:
        return None
    try:
        csrf.protect(apply_exemptions=True)
    except CSRFError:
        if current_user.is_authenticated and is_from_here():
            if keep(current_user.person_id):
                flash(_("页面打开期间您重新登录过。您填写的内容已保留，请核对后再提交一次。"), "warning")
            else:
                flash(_("页面打开期间您重新登录过，刚才的操作没有办理。请再操作一次。"), "warning")
            return leave_for(page_of_form())
        if request.endpoint == "account.sign_in_with_password":
            flash(_("登录页打开得太久了，请再登录一次。"), "warning")
            return leave_for(
                url_for("account.sign_in", next=safe_path(request.args.get("next"), otherwise="/"))
            )
        raise
    if request.method == "POST" and current_user.is_authenticated and bearer.calling() is None:
        note_post()
    return None


def note_post() -> None:
    """Somebody sits there and sends a form: the sign-in goes on, and what was kept of an earlier one has served."""
    now, presence = clock.now(), current_user.presence
    if now >= presence.seen_at + TOUCH_AFTER:
        signin.note_use(db.session(), presence.sign_in_id, now=now)
    if presence.has_kept_form:
        kept_forms.forget_form(db.session(), current_user.person_id, sent_to=request.path)


def to_sign_in() -> BaseResponse:
    """The way to the sign-in page and back; a form that was sent too late is kept for its person."""
    expired = g.get("expired")
    if request.method == "POST" and expired is not None and is_from_here() and keep(expired.person_id):
        flash(_("登录已超时。您填写的内容已经保留，重新登录后会回到原来的页面。"), "warning")
        if any(file.filename for file in request.files.values()):
            flash(_("未保存的文件没有保留，登录后请重新选择。"), "warning")
    elif expired is not None:
        flash(_("登录已超时，请重新登录。"), "warning")
    return leave_for(url_for("account.sign_in", next=page_of_form()))


def keep(person_id: int) -> bool:
    """Keep what the request carries for this person and page; whether there was anything."""
    return kept_forms.keep_form(
        db.session(),
        person_id,
        page=local_path(page_of_form()),
        sent_to=request.path,
        typed=request.form.items(multi=True),
        now=clock.now(),
    )


def take_kept_form() -> MultiDict[str, str] | None:
    """What the signed-in person had typed on this page when an earlier sign-in ran out, or None."""
    if not current_user.is_authenticated or not current_user.presence.has_kept_form:
        return None
    kept = kept_forms.take_kept_form(db.session(), current_user.person_id, page=request.path, now=clock.now())
    return MultiDict(kept) if kept else None


def is_from_here() -> bool:
    """Whether the browser says that the form stood on one of our pages."""
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")


def leave_for(url: str) -> BaseResponse:
    """Go to another page: 303, or for htmx the header that makes it leave the page instead of swapping it in."""
    if request.headers.get("HX-Request"):
        return Response("", headers={"HX-Redirect": url, "Cache-Control": "no-store"})
    return redirect(url, 303)


def enter(opened: signin.Opened) -> None:
    """Put a new or rotated sign-in into the browser's session; nothing of an earlier one stays."""
    session.clear()
    session[SEEN] = int(clock.now().timestamp())
    db.session.flush()
    login_user(of_token(opened.token))


def leave() -> None:
    """Forget the sign-in in this browser."""
    logout_user()
    session.clear()
