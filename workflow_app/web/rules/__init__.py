"""The rules: the rulebook, an office's own, holidays, and counting a period."""
