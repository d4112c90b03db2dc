"""Objections and petitions: the way in, the findings, corrections and the notices of them, late providers."""
