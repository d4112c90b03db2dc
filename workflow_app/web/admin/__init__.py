"""The administrators' rooms, three separate doors: accounts and rights, configuration, audit."""

from . import audit, calls, people, rights, system, systems
from .room import admin

__all__ = ["admin", "audit", "calls", "people", "rights", "system", "systems"]
