"""The least that a page could cost with the libraries of this project, for `bench.side_by_side`: somebody signed in, one row, one line.

Flask, Flask-Login, Flask-SQLAlchemy and a template on the same database of ours, with the cookie of a session. No rights, no case,
no menu, no words. A whole case asks for it as often as ours asks for pages: what no application of these libraries goes below.
"""

import os

from flask import Flask, redirect, render_template_string
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.wrappers import Response

from bench.browsers import Browser

REQUESTS = 20
"""Of a whole case on our pages."""
LINE = "<!doctype html><title>bare</title><p>{{ who.name }}</p>"

db = SQLAlchemy()


class Person(UserMixin, db.Model):  # type: ignore[name-defined]
    """Somebody, as our table has it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str]
    name: Mapped[str]


application = Flask(__name__)
application.config.update(SECRET_KEY="bare-" + "b" * 40)
application.config.update(SQLALCHEMY_DATABASE_URI=os.environ.get("DATABASE_URL", "sqlite://"))
db.init_app(application)
people = LoginManager(application)
people.user_loader(lambda number: db.session.get(Person, int(number)))


@application.get("/enter/<login>")
def sign_in(login: str) -> Response:
    """Sign in whoever asks."""
    login_user(db.session.execute(db.select(Person).filter_by(login=login)).scalar_one())
    return redirect("/")


@application.get("/")
def line() -> str:
    """A line with a name."""
    return render_template_string(LINE, who=current_user)


def enter(browser: Browser, kind: str, number: int) -> None:
    """Sign in; nothing is asked."""
    browser.get(f"/enter/bench-{kind}-{number}")


def case(owner: Browser, _handler: Browser, _head: Browser) -> None:
    """As many pages as a case asks of ours."""
    for _ in range(REQUESTS):
        owner.get("/")
