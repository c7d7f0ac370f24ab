"""Kuaishou's open platform: own accounts, organic."""
