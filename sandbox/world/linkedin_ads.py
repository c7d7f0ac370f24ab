"""The brand's two LinkedIn ad accounts as a part of the world, one in yuan, one in dollars.

A world day is a UTC day here: that of day d ends at 08:00 of day d+1 in Shanghai. Money is hundredths of the account's
own currency.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sandbox.world import text
from sandbox.world.ads import AdsWorld
from sandbox.world.ads.model import AdAccount, Market, Step
from sandbox.world.base import Planted
from sandbox.world.brand import World
from sandbox.world.rng import stream
from sandbox.world.tables import Tables, rows

CURRENCIES = ("CNY", "USD")
"""Of the accounts, in order of their index."""
_OBJECTIVES = ("WEBSITE_VISIT", "LEAD_GENERATION", "BRAND_AWARENESS", "VIDEO_VIEW")
_FORMATS = ("STANDARD_UPDATE", "SINGLE_VIDEO", "CAROUSEL")
_WEEK = (1.12, 1.16, 1.14, 1.10, 0.98, 0.66, 0.62)
"""Business readers: little at the week-end."""


def _traits(rng: np.random.Generator, level: str, created_at: int, label: str, product: str) -> dict[str, Any]:
    if level == "ad_group":
        objective = _OBJECTIVES[int(rng.integers(len(_OBJECTIVES)))]
        return {
            "objective": objective,
            "format": "SINGLE_VIDEO" if objective == "VIDEO_VIEW" else _FORMATS[int(rng.integers(len(_FORMATS)))],
            "cost_type": ("CPM", "CPC")[int(rng.integers(2))],
        }
    if level == "ad":
        return {"share_id": ((created_at - 7_000) * 1000 << 22) | int(rng.integers(1 << 21)) << 1 | 1}
    return {}


def _short_id(instant: int, rng: np.random.Generator) -> int:
    """A number of nine digits, as LinkedIn gives to campaigns and creatives."""
    return (instant - 1_600_000_000) * 4 + int(rng.integers(4))


MARKET = Market(
    key="li",
    spend_fen=260_000,
    has_groups=True,
    names={
        "campaign": "{date:%Y%m%d} {label} {product}",
        "ad_group": "{label} audience {part:02d}",
        "ad": "{label} creative {part:02d}",
    },
    labels=("Lead generation", "Thought leadership", "Retargeting"),
    traits=_traits,
    new_id=_short_id,
    ads_long=(3, 6),
    ads_short=(1, 4),
    budget_fen=30_000,
    cpm_fen=9_000,
    ctr=0.006,
    cvr=0.05,
    steps=(
        Step("landing_clicks", "clicks", 0.72),
        Step("likes", "impressions", 0.0011),
        Step("comments", "impressions", 0.00012),
        Step("shares", "impressions", 0.0002),
        Step("follows", "impressions", 0.00025),
        Step("form_opens", "clicks", 0.12),
        Step("leads", "form_opens", 0.3),
        Step("video_views", "impressions", 0.21),
        Step("completions", "video_views", 0.24),
    ),
    week=_WEEK,
    restated=0.025,
    lags=(0.50, 0.13, 0.08, 0.05, 0.04, 0.03, 0.03, *(0.14 / 23,) * 23),
)
"""Campaign groups are campaigns, campaigns ad groups, creatives ads; numbers change for 30 days (sample)."""


def make_ad_accounts(seed: int) -> tuple[AdAccount, ...]:
    """The two accounts; their ids have nine digits."""
    rng = stream(seed, "li.ad_accounts")
    base = 500_000_000 + int(rng.integers(1_000_000, 9_000_000))
    brand = text.brand_name(seed)
    return tuple(
        AdAccount(i, base + 1_009 * i + int(rng.integers(1, 900)), f"{brand} LinkedIn {currency}")
        for i, currency in enumerate(CURRENCIES)
    )


class LinkedInAdsWorld(AdsWorld):
    """Both ad accounts."""

    name = "linkedin_ads"
    market = MARKET

    def __init__(self, world: World) -> None:
        super().__init__(world, make_ad_accounts(world.seed))
        self.test_account = AdAccount(2, self.accounts[1].account.id + 77, f"{world.brand} test")
        self.actor = text.person_id(world.seed, "linkedin", text.PERSONS + 1, "{w10}")
        """Member id of the employee who runs the ads."""

    def tables(self, first: int, last: int) -> Tables:
        """Those of the ads, and li_currency: account, currency."""
        currencies = [{"account": i, "currency": currency} for i, currency in enumerate(CURRENCIES)]
        return super().tables(first, last) | {"li_currency": rows(currencies, account="int", currency="text")}

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Who changed campaigns and creatives."""
        yield Planted("member_id", self.actor, "linkedin_ads actor")


def create(world: World) -> LinkedInAdsWorld:
    """The part of a world."""
    return LinkedInAdsWorld(world)
