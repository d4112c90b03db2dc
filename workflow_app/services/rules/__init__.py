"""The rules in force: the rulebook, changing a rule, its story, and the holidays of the years."""
