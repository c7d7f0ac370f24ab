"""LinkedIn pages. `client.py` is shared with `linkedin_ads`. See README.md and contract.yml."""
