"""Commitments: the items one may commit to, their letters, and the public column."""
