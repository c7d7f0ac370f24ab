"""The accounts of the simulated brand, as the extractors want them configured."""

from __future__ import annotations

from typing import Any

from sandbox.world.ads import make_advertisers, make_consent
from sandbox.world.wechat import make_accounts


def accounts(seed: int, scale: float = 1.0, base_url: str = "http://127.0.0.1:8900") -> list[dict[str, Any]]:
    """All accounts of a seed: dicts of source, account, name, connection, base_url, credentials (texts).

    Accounts with the same connection share one consent and one token pair. Pure: asks no server.
    """
    root = base_url.rstrip("/")
    found: list[dict[str, Any]] = []
    for account in make_accounts(seed):
        found.append(
            {
                "source": "wechat",
                "account": account.app_id,
                "name": account.name,
                "connection": f"wechat_{account.app_id}",
                "base_url": f"{root}/wechat",
                "credentials": {"appid": account.app_id, "secret": account.secret},
            }
        )
    consent = make_consent(seed)
    for advertiser in make_advertisers(seed):
        found.append(
            {
                "source": "oceanengine",
                "account": str(advertiser.advertiser_id),
                "name": advertiser.name,
                "connection": "oceanengine_consent",
                "base_url": f"{root}/oceanengine",
                "credentials": {
                    "app_id": str(consent.app_id),
                    "secret": consent.secret,
                    "auth_code": consent.auth_code,
                },
            }
        )
    found.append(
        {
            "source": "weibo_hot_search",
            "account": "archive",
            "name": "微博热搜存档",
            "connection": "weibo_hot_search_archive",
            "base_url": "",
            "credentials": {},
        }
    )
    return found
