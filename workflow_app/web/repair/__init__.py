"""Credit repair: the way into an application and what it must fulfil."""
