"""Documents: the wording of texts, the sheet around them, PDF, signatures, and whether one is genuine."""
