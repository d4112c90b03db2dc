"""People, units and rights: accounts, signing in, grants, the log of them, and what was typed when it ran out."""
