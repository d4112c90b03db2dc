"""Copies elsewhere: places, what they were told, and the feed."""
