"""The two Ocean Engine advertisers as a part of the world: projects and promotions, and the comments under the ads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.ads import AdsWorld
from sandbox.world.ads.days import Running
from sandbox.world.ads.model import AdAccount, AdEvents, Market, Step, snowflake
from sandbox.world.base import Planted
from sandbox.world.brand import World
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Tables, rows
from sandbox.world.time import midnight

_SLOGANS = ("新品试用名额开放", "限时8折", "老客都在回购", "今天下单明天到", "店长亲测")


def _traits(rng: np.random.Generator, level: str, created_at: int, label: str, product: str) -> dict[str, Any]:
    if level == "campaign":
        is_form = rng.random() < 0.55
        return {
            "landing_type": "LINK" if is_form else "SHOP",
            "external_action": "AD_CONVERT_TYPE_FORM" if is_form else "AD_CONVERT_TYPE_PAY",
            "marketing_goal": "VIDEO_AND_IMAGE" if rng.random() < 0.85 else "LIVE",
        }
    return {
        "item_id": snowflake(created_at - 7_000, rng),
        "material_id": snowflake(created_at - 6_000, rng),
        "title_material_id": snowflake(created_at - 5_000, rng),
        "title": product + _SLOGANS[int(rng.integers(len(_SLOGANS)))],
        "item_title": f"{product}｜{label}{('✨', '🔥', '', '')[int(rng.integers(4))]}",
    }


MARKET = Market(
    key="oe",
    spend_fen=640_000,
    traits=_traits,
    steps=(
        Step("plays", "impressions", 0.83),
        Step("play3s", "plays", 0.41),
        Step("valid", "play3s", 0.78),
        Step("over", "valid", 0.22),
    ),
)
"""Projects are campaigns, promotions are ads; conversions are written back for 7 days (platform-contracts §4)."""


@dataclass(frozen=True)
class Consent:
    """The one consent that covers all advertisers of the brand."""

    app_id: int
    secret: str
    auth_code: str
    workbench_id: int
    aweme_account_id: int


@dataclass(frozen=True)
class AdComment:
    """A comment under an ad video. `growth` holds (instant, likes, replies) increments."""

    account: int
    ad: int
    comment_id: int
    created_at: int
    text: str
    person: int
    aweme_id: str
    aweme_name: str
    emotion: str
    level: str
    hidden_at: int | None
    vanish_at: int | None
    is_paid: bool
    has_image: bool
    growth: tuple[tuple[int, int, int], ...]
    planted: tuple[tuple[str, str], ...]


def make_advertisers(seed: int) -> tuple[AdAccount, ...]:
    """Two advertisers of the brand; their ids have 16 digits."""
    rng = stream(seed, "oe.advertisers")
    base = 1_700_000_000_000_000 + int(rng.integers(10**13, 10**14))
    brand = text.brand_name(seed)
    return tuple(
        AdAccount(i, base + 1_000_003 * i + int(rng.integers(1, 999_999)), f"{brand}-{label}")
        for i, label in enumerate(("效果账户A", "品牌账户B"))
    )


def make_consent(seed: int) -> Consent:
    """The developer app and the consent given to it."""
    rng = stream(seed, "oe.consent")
    first = 1_790_000_000_000_000 + int(rng.integers(10**9, 10**12))
    return Consent(first, digest("oe.secret", seed)[:40], digest("oe.code", seed)[:40], first + 11, first + 23)


class OceanWorld(AdsWorld):
    """Both advertisers, the consent that covers them, and the comments of every account by day."""

    name = "oceanengine"
    market = MARKET

    def __init__(self, world: World) -> None:
        super().__init__(world, make_advertisers(world.seed))
        self.consent = make_consent(world.seed)
        self.comments: dict[int, list[list[AdComment]]] = defaultdict(list)

    def after(self, events: AdEvents, ran: list[Running], day: int) -> None:
        """The day's comments."""
        self.comments[events.account.index].append(_comments(self.seed, events.account.index, ran, day))

    def tables(self, first: int, last: int) -> Tables:
        """Those of the ads, and oe_comment and oe_comment_growth."""
        comments = [comment for days in self.comments.values() for day in days for comment in day]
        tables = super().tables(first, last)
        tables["oe_comment"] = rows(
            (asdict(comment) for comment in comments),
            account="int",
            ad="int",
            comment_id="int",
            created_at="int",
            text="text",
            aweme_id="text",
            emotion="text",
            level="text",
            hidden_at="int",
            vanish_at="int",
            is_paid="bool",
        )
        tables["oe_comment_growth"] = rows(
            (
                {"comment_id": comment.comment_id, "instant": at, "likes": likes, "replies": replies}
                for comment in comments
                for at, likes, replies in comment.growth
            ),
            comment_id="int",
            instant="int",
            likes="int",
            replies="int",
        )
        return tables

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Authors' ids and names, and what is planted in comments."""
        for events in self.accounts:
            for day in self.comments[events.account.index][max(first, 0) : last + 1]:
                for comment in day:
                    where = f"oceanengine {events.account.id} comment {comment.comment_id}"
                    yield Planted("aweme_id", comment.aweme_id, where)
                    yield Planted("nickname", comment.aweme_name, where)
                    for kind, value in comment.planted:
                        yield Planted(kind, value, where)


def create(world: World) -> OceanWorld:
    """The part of a world."""
    return OceanWorld(world)


def _comments(seed: int, account: int, ran: list[Running], day: int) -> list[AdComment]:
    """The day's comments in order of time; likes and replies stop growing after five days."""
    rng = stream(seed, "oe.comment", account, day)
    crisis = calendar.crisis_on(seed, day)
    storm = 1 + (crisis.severity - 1) * 0.6 if crisis else 1.0
    made = []
    for running in ran:
        amount = int(rng.poisson(min(running.clicks * 0.011 * storm, 60)))
        for created in rng.integers(midnight(day), midnight(day + 1), amount):
            at = int(created)
            draw = rng.random(8)
            author = text.person(seed, int(text.PERSONS * draw[0] ** 2.2))
            written = text.remark(rng, seed, author, crisis.subject if crisis and draw[1] < 0.6 else None)
            growth = tuple(
                (at + int(rng.integers(600, 5 * 86_400)), int(rng.poisson(4 * draw[2])), int(rng.random() < 0.3))
                for _ in range(int(rng.integers(0, 4)))
            )
            hides = written.emotion == "NEGATIVE" and draw[4] < 0.3
            made.append(
                AdComment(
                    account=account,
                    ad=running.ad.number,
                    comment_id=snowflake(at, rng),
                    created_at=at,
                    text=written.text,
                    person=author.number,
                    aweme_id=author.aweme_id,
                    aweme_name=author.nickname,
                    emotion=written.emotion,
                    level="LEVEL_TWO" if draw[3] < 0.15 else "LEVEL_ONE",
                    hidden_at=at + int(rng.integers(3600, 3 * 86_400)) if hides else None,
                    vanish_at=at + int(rng.integers(2 * 86_400, 6 * 86_400)) if draw[5] < 0.03 else None,
                    is_paid=bool(draw[6] > 0.12),
                    has_image=bool(draw[7] < 0.05),
                    growth=growth,
                    planted=written.planted,
                )
            )
    return sorted(made, key=lambda comment: (comment.created_at, comment.comment_id))
