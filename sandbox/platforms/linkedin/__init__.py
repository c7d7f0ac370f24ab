"""LinkedIn pages; `rest.py` is shared with the ads."""
