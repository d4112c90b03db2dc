"""Credit records: found, entered, taken in from files, and the report of a subject."""
