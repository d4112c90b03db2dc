"""Around every call of the API: the body is looked at before, a repeat is answered from what is kept, the call is logged.

Bound in two places (see create_app): what is kept belongs to the transaction of the request, the log comes after it.
"""

import hashlib
import json
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, current_app, g, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import (
    BadRequest,
    Conflict,
    RequestEntityTooLarge,
    TooManyRequests,
    UnprocessableEntity,
    UnsupportedMediaType,
)

from ..database import begin_writing
from ..domain import clock
from ..domain.refusals import Refused
from ..domain.words import N_, Sentence
from ..extensions import db
from ..services.machines import calls, repeats, tokens
from ..web.transaction import SAFE
from . import bearer
from .problems import is_machine, problem
from .room import JSON

KEY, PURPOSE, REPLAYED = "Idempotency-Key", "X-Purpose", "Idempotency-Replayed"
LARGEST_JSON = 2 * 1024 * 1024
LOOKED_IN = "metrics.show"
"""Asked several times a minute for ever, and tells nothing of anybody: only those who were refused stand in the log."""
KEPT_HEADERS = ("Location", "ETag", "Content-Type")
UNREADABLE = N_("请求体不是可读的 JSON（UTF-8）。请核对引号、逗号和编码。")
LONG_KEY = N_("Idempotency-Key 应有 1 至 200 个字符，只用可见的 ASCII 字符。")


def bind_log(app: Flask) -> None:
    """Log each call, after its transaction: what is registered first runs last."""
    app.after_request(note)


def bind(app: Flask) -> None:
    """Look at bodies and keys, once it is known who calls."""
    app.before_request(look)
    app.after_request(finish)


def look() -> Response | None:
    """Refuse a body that can't be read; answer a repeat with what was answered before."""
    if request.method in SAFE or not is_machine():
        return None
    view = current_app.view_functions.get(request.endpoint or "")
    takes: str = getattr(view, "takes", "")
    if not takes:
        return None
    if wrong := wrong_body(takes):
        return wrong
    key, who = request.headers.get(KEY), bearer.calling()
    if key is None or who is None:
        return None
    if not (0 < len(key) <= repeats.LONGEST and key.isascii() and key.isprintable()):
        return problem(UnprocessableEntity.code, fields={KEY: Sentence(LONG_KEY)})
    g.key, g.digest = key, digest_of_request()
    try:
        kept = repeats.take(db.session(), who.person.id, key, digest=g.digest, now=clock.now())
    except Refused as refused:
        g.key = None  # what is kept under it belongs to another request
        status = UnprocessableEntity.code if isinstance(refused, repeats.OtherRequest) else Conflict.code
        return problem(status, refused.sentence, code=refused.code)
    if kept is None:
        return None
    g.key = None
    return Response(kept.body, kept.status, {**kept.headers, REPLAYED: "true"})


def wrong_body(takes: str) -> Response | None:
    """415 for another type, 413 for JSON that is too large, 400 for what can't be read."""
    if not request.content_length and takes == JSON and not request.get_data():
        return None
    if request.mimetype != takes:
        return problem(UnsupportedMediaType.code)
    if takes != JSON:
        return None
    sent = request.get_data()
    if len(sent) > LARGEST_JSON:
        return problem(RequestEntityTooLarge.code)
    try:
        json.dumps(json.loads(sent), ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return problem(BadRequest.code, Sentence(UNREADABLE))
    return None


def digest_of_request() -> str:
    """What makes two requests the same: where they go and what they carry, files by their content."""
    parts = [request.method.encode(), request.full_path.encode()]
    if request.mimetype == JSON:
        parts.append(request.get_data())
    else:
        parts += [f"{name}={value}".encode() for name, value in sorted(request.form.items(multi=True))]
        parts += [
            part_of(name, file)
            for name, file in sorted(request.files.items(multi=True), key=lambda one: one[0])
        ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def part_of(name: str, file: FileStorage) -> bytes:
    """A file as it counts for the digest."""
    found = hashlib.file_digest(file.stream, "sha256").digest()  # type: ignore[arg-type]
    file.stream.seek(0)
    return f"{name}={file.filename}".encode() + found


def finish(response: Response) -> Response:
    """Keep the answer to a key, and let a reader ask whether anything changed."""
    if not is_machine() or (who := bearer.calling()) is None:
        return response
    if g.get("key") and response.status_code < 500:
        if not db.session().in_transaction():  # an error undid everything, the key too
            begin_writing(db.session())
        headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
        answer = repeats.Kept(response.status_code, headers, response.get_data(as_text=True))
        repeats.keep(db.session(), who.person.id, g.key, digest=g.digest, answer=answer, now=clock.now())
    response.headers.setdefault("Cache-Control", "private, no-cache")
    if request.method == "GET" and response.status_code == 200 and not response.is_streamed:
        response.add_etag()
        response.make_conditional(request)
    return response


def note(response: Response) -> Response:
    """Log the call in a transaction of its own, before the answer leaves."""
    if not is_machine():
        return response
    who = bearer.calling()
    is_sent = "Authorization" in request.headers
    is_flood = who is None and response.status_code == TooManyRequests.code
    if is_flood or (who is None and not is_sent):
        return response
    now: datetime = clock.now()
    session = db.session()
    begin_writing(session)
    if who is not None:
        session.add(who.token)  # which was read in a session that may be over
    subjects = who.subjects if who else set()
    asked_for = request.headers.get(PURPOSE, "").strip() or (who.token.purpose if who else "")
    call = calls.Call(
        request.method, path_without_code(), request.endpoint or "", response.status_code, g.get("problem_code", ""),
        request.remote_addr or "", asked_for if subjects else "", subjects,
    )  # fmt: skip
    if not (request.endpoint == LOOKED_IN and response.status_code == HTTPStatus.OK):
        calls.note(session, call, token=who.token if who else None, now=now)
    if who is not None:
        tokens.used(who.token, ip=request.remote_addr or "", now=now)
    session.commit()
    return response


def path_without_code() -> str:
    """The address that was called; a code in it is left out, because a person's must not lie open in a log."""
    code = (request.view_args or {}).get("code")
    return request.path.replace(code, "…") if code else request.path
