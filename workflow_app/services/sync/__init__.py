"""Copies of records elsewhere: places asked and delivered to, the feeds, and the evidence for other sites."""
