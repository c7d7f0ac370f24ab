"""What selling ads is made of: campaigns → (ad groups) → ads, each with its versions, and how a platform's differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sandbox.world.calendar import SPEND_WEEK
from sandbox.world.tables import Chunk

LEVELS = ("campaign", "ad_group", "ad")


def snowflake(instant: int, rng: np.random.Generator) -> int:
    """A 19-digit id: seconds in the high bits; odd, so that doubles cannot hold it."""
    return (instant << 32) | int(rng.integers(0, 1 << 31)) << 1 | 1


def no_traits(rng: np.random.Generator, level: str, created_at: int, label: str, product: str) -> dict[str, Any]:
    """Traits of a platform that has none of its own."""
    return {}


@dataclass(frozen=True)
class Step:
    """One more counter of delivery: a binomial part (`rate`) of the counter `of`, which stands before it."""

    name: str
    of: str
    rate: float


@dataclass(frozen=True)
class Market:
    """How a platform sells ads. Money in hundredths of the currency (分), rates of 0 to 1, medians where spread."""

    key: str
    """Prefix of the tables and of the random streams."""
    spend_fen: int
    """What all accounts together spend on an ordinary day at scale 1; the measure of `pull`."""
    has_groups: bool = False
    names: Mapping[str, str] = field(
        default_factory=lambda: {
            "campaign": "{date:%m%d}-{label}-{product}",
            "ad_group": "{label}-人群{part:02d}",
            "ad": "{label}-视频{part:02d}",
        }
    )
    """Names by level, from date, label, product and part."""
    labels: tuple[str, str, str] = ("拉新留资", "品牌种草", "会员转化")
    """What the three campaigns of a year are for that always run; the others are named for the calendar's events."""
    traits: Callable[[np.random.Generator, str, int, str, str], dict[str, Any]] = no_traits
    """(rng, level, created_at, label, product) -> the platform's own fields of a unit: numbers, texts, booleans."""
    new_id: Callable[[int, np.random.Generator], int] = snowflake
    ads_long: tuple[int, int] = (6, 10)
    """Ads of a campaign that always runs, from and below, at scale 1."""
    ads_short: tuple[int, int] = (2, 6)
    budget_fen: int = 50_000
    """Daily budget of an ad; between a tenth and eight times of it."""
    cpm_fen: int = 2_580
    ctr: float = 0.020
    cvr: float = 0.020
    """Conversions per click."""
    steps: tuple[Step, ...] = ()
    week: tuple[float, ...] = SPEND_WEEK
    settles_at: int = 8
    """Hour of the next day at which the cost, an estimate until then, is settled."""
    restated: float = 0.02
    """Share of the ads' days that are stated anew two to seven days later."""
    lags: tuple[float, ...] = (0.62, 0.14, 0.08, 0.05, 0.04, 0.03, 0.02, 0.02)
    """Conversions by whole days since the click; nothing converts later."""
    deep_share: float = 0.18
    """Conversions that convert deeper (pay, visit) inside the same days."""
    order_fen: int = 0
    """Median value of a conversion, 0 where conversions have none."""

    @property
    def write_back_days(self) -> int:
        """Days after the click in which a conversion can come."""
        return len(self.lags) - 1

    @property
    def counters(self) -> tuple[str, ...]:
        """Additive columns of delivery."""
        return ("cost", "impressions", "clicks", *(step.name for step in self.steps))


@dataclass(frozen=True)
class AdAccount:
    """An advertiser's account; `id` as the platform writes it."""

    index: int
    id: int
    name: str


@dataclass(frozen=True)
class Version:
    """State of a campaign, ad group or ad from `since` on. Status is ENABLE, DISABLE or DELETE; money in 分."""

    since: int
    name: str
    status: str
    budget: int
    bid: int
    phase: str
    """Of ads: LEARNING, then LEARNED or LEARN_FAILED."""


@dataclass(frozen=True)
class Unit:
    """A campaign, an ad group or an ad. `number` counts in its level and account; versions in order of time."""

    account: int
    number: int
    campaign: int
    """Number of its campaign; of a campaign its own."""
    ad_group: int | None
    """Number of its ad group; None of campaigns, and where there are no groups."""
    id: int
    created_at: int
    first_day: int
    last_day: int
    label: str
    product: str
    versions: tuple[Version, ...]
    traits: dict[str, Any]

    def state(self, instant: int) -> Version | None:
        """The version in force at an instant, None before creation."""
        found = None
        for version in self.versions:
            if version.since > instant:
                break
            found = version
        return found


@dataclass(frozen=True)
class Ad(Unit):
    """An ad and how well it does; `cpm` in 分."""

    cpm: float
    ctr: float
    cvr: float


@dataclass
class AdEvents:
    """Everything that happened in one account; lists by day since day 0."""

    account: AdAccount
    campaigns: list[Unit] = field(default_factory=list)
    ad_groups: list[Unit] = field(default_factory=list)
    ads: list[Ad] = field(default_factory=list)
    delivery: list[Chunk] = field(default_factory=list)
    """ad, the market's counters, known_at; later rows are differences."""
    conversions: list[Chunk] = field(default_factory=list)
    """By click day: ad, clicked_at, converted_at, deep_at (0 = none), amount (分)."""
    spend: list[int] = field(default_factory=list)
    """Settled cost of the day in 分, before later corrections: what the brand's public felt."""
    planned_years: int = 0

    def units(self, level: str) -> list[Unit]:
        """The units of a level, planned ones included."""
        return {"campaign": self.campaigns, "ad_group": self.ad_groups, "ad": list[Unit](self.ads)}[level]
