"""LinkedIn ads."""
