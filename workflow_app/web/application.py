"""The Flask application as it draws pages and takes requests here."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from .in_memory import OwnRequest
from .templates import PageEnvironment


class Application(Flask):
    """Flask with requests and templates of our own."""

    request_class = OwnRequest
    jinja_environment = PageEnvironment

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view and no handler of ours is a coroutine, which Flask would ask of each one on each request."""
        return func
