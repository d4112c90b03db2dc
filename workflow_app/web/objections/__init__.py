"""Objections and petitions: both sides, what is disputed, and undoing harm."""
