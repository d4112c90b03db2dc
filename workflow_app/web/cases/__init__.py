"""The case: its page, its forms, taking a step, papers, and what stands beside."""
