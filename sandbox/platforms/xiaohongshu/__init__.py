"""Xiaohongshu, simulated: 聚光 and 蒲公英 (platform-contracts §6)."""
