"""Weibo's open API, simulated."""
