"""The Flask extensions, created here and bound in create_app, so that no module needs the app to import them."""

from flask_babel import Babel
from flask_compress import Compress
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from htmx_flask import Htmx

from .database import ReadingSession
from .models.base import Base

db = SQLAlchemy(model_class=Base, session_options={"class_": ReadingSession})
migrate = Migrate()
login = LoginManager()
csrf = CSRFProtect()
babel = Babel()
htmx = Htmx()
compress = Compress()
limiter = Limiter(get_remote_address)
