"""Queues: which cases a list shows to whom, in what order, found how; who takes one in hand, and one act on many."""
