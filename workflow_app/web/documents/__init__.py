"""Documents: whether one is genuine, the checker, ending one, and the texts they are made of."""
