"""Credit records and licences: found, proposed, entered, changed, marked, shown to the public."""
