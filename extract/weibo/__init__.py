"""Weibo's open API: followers, posts and mentions of own accounts."""
