"""The engine: the one way a case changes state, its clocks, its history, and what time brings about."""
