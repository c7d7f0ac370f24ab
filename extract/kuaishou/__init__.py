"""Kuaishou open platform: an own account's fans and videos. See README.md and contract.yml."""
