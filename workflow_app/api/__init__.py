"""The rooms for machines, each a blueprint under /api/v1. Errors of every address below /api/ are told in `problems`."""

from .calendar import calendar
from .publicity import publicity
from .sync import sync

API_ROOMS = (calendar, publicity, sync)
