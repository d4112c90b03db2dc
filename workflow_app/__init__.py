"""create_app: settings, extensions, rooms, commands. Nothing else."""

from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from . import cli, database, extensions
from .api import API_ROOMS, calling
from .config import ROOT, Settings
from .models.base import keyring
from .services.documents import printing
from .services.house import open_house
from .web import ROOMS, access, errors, headers, replica, request_times, transaction, ui
from .web.account import provider
from .web.application import Application

MAX_REQUEST = 64 * 1024 * 1024
STATIC_SECONDS = 3600
# Only files of our own: a page that mixes a secret with what somebody typed must not be compressed.
STATIC_TYPES = ["text/css", "text/javascript", "image/svg+xml"]


def create_app(settings: Settings) -> Flask:
    """The application for these settings. Raises BadSettings or ValueError when it could not work."""
    app = Application(__name__, template_folder=str(ROOT / "templates"), static_folder="web/static")
    app.config.update(
        SECRET_KEY=settings.secret_key,
        **database.configured(settings),
        MAX_CONTENT_LENGTH=MAX_REQUEST,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        BABEL_DEFAULT_LOCALE="zh_Hans_CN",
        BABEL_DEFAULT_TIMEZONE="Asia/Shanghai",
        BABEL_TRANSLATION_DIRECTORIES="translations",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_https,
        WTF_CSRF_TIME_LIMIT=None,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
        COMPRESS_MIMETYPES=STATIC_TYPES,
        RATELIMIT_STORAGE_URI=settings.ratelimit_url,
    )
    app.extensions["settings"] = settings
    app.extensions["house"] = open_house(settings)
    for sentence in printing.check_environment():
        app.logger.warning("%s", sentence)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # JSON is UTF-8, and people read it too.
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    request_times.bind(app, settings.metrics_folder)
    bind(app, settings)
    return app


def bind(app: Flask, settings: Settings) -> None:
    """Bind the extensions, the rooms and the commands to the application."""
    keyring.load(settings.field_keys)
    if settings.is_sqlite and (file := settings.database_url.removeprefix("sqlite:///")):
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    extensions.db.init_app(app)
    with app.app_context():
        for name, engine in extensions.db.engines.items():
            database.prepare(engine, is_reader=name == database.READER)
    extensions.migrate.init_app(app, extensions.db, directory=str(ROOT / "migrations"))
    extensions.csrf.init_app(app)
    extensions.babel.init_app(app, locale_selector=ui.locale)
    extensions.htmx.init_app(app)
    app.request_class = Application.request_class  # which is also the extension's own
    extensions.login.init_app(app)
    extensions.compress.init_app(app)
    extensions.limiter.init_app(app)
    calling.bind_log(app)
    for part in (headers, transaction, access, provider, ui, errors, calling, cli):
        part.bind(app)
    for room in (*ROOMS, *API_ROOMS):
        app.register_blueprint(room)
    replica.bind(app)
