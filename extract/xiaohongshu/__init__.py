"""Xiaohongshu: ads (聚光) and creator notes (蒲公英). See README.md and contract.yml."""
