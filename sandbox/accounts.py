"""The accounts of the simulated brand, as the extractors want them configured."""

from __future__ import annotations

from typing import Any

from sandbox.platforms import accounts_of, sources


def accounts(seed: int, scale: float = 1.0, base_url: str = "http://127.0.0.1:8900") -> list[dict[str, Any]]:
    """All accounts of a seed: dicts of source, account, name, connection, base_url, credentials (texts).

    Accounts with the same connection share one consent and one token pair. Pure: asks no server.
    """
    root = base_url.rstrip("/")
    found = [account for source in sources() for account in accounts_of(source, seed, scale, root)]
    archive = {
        "source": "weibo_hot_search",
        "account": "archive",
        "name": "微博热搜存档",
        "connection": "weibo_hot_search_archive",
        "base_url": "",
        "credentials": {},
    }
    return [*found, archive]
