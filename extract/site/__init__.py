"""The brand's own site: a receiver for signed events, a spool that outlives a crash, and taking it into landing."""
