"""The house of the running application, for views that hand it to a verb."""

from flask import current_app

from ..services.house import House


def house() -> House:
    """The house this process serves."""
    found: House = current_app.extensions["house"]
    return found
