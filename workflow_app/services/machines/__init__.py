"""Machines: the tokens they act by, the log of their calls, answers kept for a repeat, and the hooks that tell them."""
