"""Weibo ads (超级粉丝通): campaigns, ads, creatives and daily reports."""
