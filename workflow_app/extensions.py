"""The Flask extensions, created here and bound in create_app, so that no module needs the app to import them."""

from flask import current_app, request
from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from .database import LedSession
from .models.base import Base


class SparingLimiter(Limiter):
    """Looks, before a request, only at the few views that are limited; the extension's own walks through every limit."""

    def _check_request_limit(self, callable_name: str | None = None, in_middleware: bool = True) -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if not in_middleware or hasattr(view, "__wrapper-limiter-instance"):
            super()._check_request_limit(callable_name, in_middleware)


db = SQLAlchemy(model_class=Base, session_options={"class_": LedSession})
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
htmx = Htmx()
compress = Compress()
limiter = SparingLimiter(get_remote_address)
