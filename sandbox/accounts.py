"""The accounts of the simulated brand, as the extractors want them configured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.feeds import ERP_ACCOUNT, ERP_FILE, SITE_ACCOUNT
from sandbox.platforms import accounts_of, sources


def accounts(
    seed: int, scale: float = 1.0, base_url: str = "http://127.0.0.1:8900", files: Path = Path("data/sandbox")
) -> list[dict[str, Any]]:
    """All accounts of a seed: dicts of source, account, name, connection, base_url, credentials (texts).

    Accounts with the same connection share one consent and one token pair. FILES is where the shop keeps its ERP.
    Pure: asks no server, writes nothing.
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
    shop = {
        "source": "site",
        "account": SITE_ACCOUNT,
        "name": "官网商城",
        "connection": "",
        "base_url": "",
        "credentials": {},
    }
    erp = {
        "source": "database",
        "account": ERP_ACCOUNT,
        "name": "商城 ERP",
        "connection": "shop_erp",
        "base_url": "",
        "credentials": {"url": f"sqlite:///{(files / ERP_FILE).resolve()}"},
    }
    return [*found, archive, shop, erp]
