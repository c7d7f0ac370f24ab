"""Tencent Ads, simulated."""
