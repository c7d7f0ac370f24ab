"""Weibo ads, simulated."""
