"""Lists: types, entries, exits, and the joint measures of each unit."""
