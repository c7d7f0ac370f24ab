"""The brand's two ad accounts on Tencent Ads: ad groups and dynamic creatives under one consent.

Tencent has no campaigns: what the plan of ads calls a campaign is an ad group here, and its ads are the creatives.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sandbox.world import text
from sandbox.world.ads import AdsWorld
from sandbox.world.ads.model import AdAccount, Market, Step
from sandbox.world.brand import World
from sandbox.world.rng import digest, stream

_SLOGANS = ("新品试用", "限时8折🔥", "老客都在回购", "今天下单明天到", "关注领券")


def _new_id(instant: int, rng: np.random.Generator) -> int:
    """A 13-digit id; ids of Tencent are shorter than 2^53."""
    return instant * 1000 + int(rng.integers(0, 1000))


def _traits(rng: np.random.Generator, level: str, created_at: int, label: str, product: str) -> dict[str, Any]:
    if level == "campaign":
        is_lead = rng.random() < 0.6
        return {
            "goal": "MARKETING_GOAL_LEAD_RETENTION" if is_lead else "MARKETING_GOAL_PRODUCT_SALES",
            "optimization": "OPTIMIZATIONGOAL_LEADS" if is_lead else "OPTIMIZATIONGOAL_ECOMMERCE_ORDER",
            "is_optimized": bool(rng.random() < 0.85),
            "is_on_channels": bool(rng.random() < 0.5),
        }
    return {
        "title": product + _SLOGANS[int(rng.integers(len(_SLOGANS)))],
        "video": int(rng.integers(9 * 10**9, 10**10)),
    }


MARKET = Market(
    key="tx",
    spend_fen=420_000,
    names={"campaign": "{label}-{product}-{date:%m%d}", "ad_group": "", "ad": "{product}-创意{part:02d}"},
    labels=("公众号加粉", "视频号种草", "小程序成交"),
    traits=_traits,
    new_id=_new_id,
    ads_long=(5, 9),
    ads_short=(2, 5),
    budget_fen=44_000,
    cpm_fen=3_100,
    ctr=0.017,
    cvr=0.024,
    steps=(
        Step("plays", "impressions", 0.66),
        Step("over", "plays", 0.07),
        Step("reads", "clicks", 0.21),
        Step("likes", "impressions", 0.0022),
        Step("comments", "clicks", 0.019),
        Step("shares", "clicks", 0.016),
    ),
)
"""Conversions are written back to the day of the request for a week (platform-contracts §8)."""


@dataclass(frozen=True)
class Consent:
    """The developer app and the one consent that covers both accounts."""

    client_id: int
    client_secret: str
    auth_code: str
    redirect_uri: str


def make_ad_accounts(seed: int) -> tuple[AdAccount, ...]:
    """Two accounts with ids of eight digits."""
    first = 20_000_000 + int(stream(seed, "tx.accounts").integers(0, 9_000_000))
    brand = text.brand_name(seed)
    return tuple(AdAccount(i, first + 17 * i, f"{brand}-{label}") for i, label in enumerate(("朋友圈", "视频号")))


def make_consent(seed: int) -> Consent:
    """The app and its consent."""
    client = 1_100_000_000 + int(stream(seed, "tx.consent").integers(0, 10**8))
    secret, code = digest("tx.secret", seed)[:32], digest("tx.code", seed)[:32]
    return Consent(client, secret, code, "https://app.example.com/callback")


class TencentWorld(AdsWorld):
    """Both ad accounts and the consent that covers them."""

    name = "tencent_ads"
    market = MARKET

    def __init__(self, world: World) -> None:
        super().__init__(world, make_ad_accounts(world.seed))
        self.consent = make_consent(world.seed)


def create(world: World) -> TencentWorld:
    """The part of a world."""
    return TencentWorld(world)
