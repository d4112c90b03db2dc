"""Commitments: the items, what an office keeps of them, and the public column."""
