"""An office that handles commitments with viewflow, for `bench.side_by_side`; runs only in an environment made for it."""
