"""Kuaishou's advertising platform (磁力引擎)."""
