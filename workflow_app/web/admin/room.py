"""The blueprint of the administrators' rooms. Which grant opens which door stands in `web/audiences.py`."""

from flask import Blueprint

admin = Blueprint("admin", __name__, url_prefix="/admin")
