"""Supervision: urging and its answer, who is late, second looks, and figures by month."""
