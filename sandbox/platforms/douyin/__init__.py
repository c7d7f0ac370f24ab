"""The Douyin open platform."""
