"""GrowingIO: the raw events of site and app, by daily export."""
