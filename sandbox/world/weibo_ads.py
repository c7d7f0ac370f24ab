"""The brand's advertiser on Weibo as a part of the world: campaigns, ads (groups here) and creatives (ads here)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sandbox.world import text
from sandbox.world.ads import AdsWorld
from sandbox.world.ads.model import AdAccount, Market, Step
from sandbox.world.brand import World
from sandbox.world.rng import digest, stream

OBJECTIVES = (88030001, 88030003, 88030006)
"""Brand, leads, shop."""
LEADS = ("form", "phone", "chat")


def _traits(rng: np.random.Generator, level: str, created_at: int, label: str, product: str) -> dict[str, Any]:
    if level == "campaign":
        return {
            "objective": OBJECTIVES[int(rng.integers(len(OBJECTIVES)))],
            "is_total_budget": bool(rng.random() < 0.2),
        }
    if level == "ad_group":
        return {"billing_type": int(rng.choice([1, 4, 12]))}
    return {"creative_type": int(rng.integers(1, 4)), "lead": LEADS[int(rng.choice(len(LEADS), p=[0.7, 0.2, 0.1]))]}


def _new_id(instant: int, rng: np.random.Generator) -> int:
    """A 13-digit number that grows with time."""
    return (instant - 1_700_000_000) * 100_000 + int(rng.integers(100_000))


MARKET = Market(
    key="wba",
    spend_fen=180_000,
    has_groups=True,
    names={
        "campaign": "{date:%m%d}-{label}-{product}",
        "ad_group": "{label}-计划{part:02d}",
        "ad": "{label}-创意{part:02d}",
    },
    traits=_traits,
    new_id=_new_id,
    ads_long=(4, 7),
    ads_short=(2, 4),
    cpm_fen=1_900,
    ctr=0.011,
    cvr=0.018,
    steps=(
        Step("reposts", "impressions", 0.0017),
        Step("comments", "impressions", 0.0028),
        Step("likes", "impressions", 0.0130),
        Step("saves", "impressions", 0.0009),
        Step("follows", "impressions", 0.0006),
    ),
)
"""Clicks are those that lead out (traffic_bhv); conversions are leads, told for the day on which they came."""


@dataclass(frozen=True)
class Consent:
    """The client and the consent given to it."""

    client_id: int
    redirect_uri: str
    auth_code: str


def make_advertiser(seed: int) -> AdAccount:
    """The brand's one advertiser."""
    number = 9_000_000_000 + int(stream(seed, "wba.advertiser").integers(10**7, 10**9))
    return AdAccount(0, number, f"{text.brand_name(seed)}-超级粉丝通")


def make_consent(seed: int) -> Consent:
    """The client and its auth code."""
    client = 10**9 + int(digest("wba.client", seed)[:8], 16) % 10**9
    return Consent(client, "https://collector.example.com/callback", digest("wba.code", seed)[:32])


class WeiboAdsWorld(AdsWorld):
    """The advertiser and the consent that covers it."""

    name = "weibo_ads"
    market = MARKET

    def __init__(self, world: World) -> None:
        super().__init__(world, [make_advertiser(world.seed)])
        self.consent = make_consent(world.seed)


def create(world: World) -> WeiboAdsWorld:
    """The part of a world."""
    return WeiboAdsWorld(world)
