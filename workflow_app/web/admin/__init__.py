"""The administrators' rooms, three separate doors: accounts and rights, configuration, audit."""

from . import audit, people, rights, system
from .room import admin

__all__ = ["admin", "audit", "people", "rights", "system"]
