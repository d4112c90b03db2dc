"""Supervision: urging, second looks, and figures, also those that are published."""
