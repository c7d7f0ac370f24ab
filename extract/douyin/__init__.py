"""Douyin open platform: a brand's own accounts, organic."""
