"""Queues: lists of cases, one act on many, lists to take away, and who stands in for whom."""
