"""GrowingIO: the raw events of the brand's site, as daily exports."""
