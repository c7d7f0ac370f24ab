"""Kuaishou ads (磁力引擎): campaigns, units, creatives, reports, audience, comments. See README.md and contract.yml."""
