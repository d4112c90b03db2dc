"""Plain Python about the law: days, rules, identifiers, people. Imports nothing of ours above it, no Flask, no SQLAlchemy."""
