"""Lists: the types that the office keeps, entries and exits, and the measures that units take because of an entry."""
