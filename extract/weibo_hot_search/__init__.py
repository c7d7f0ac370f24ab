"""Weibo hot search from files in the drop folder. See README.md and contract.yml."""
