"""The brand's two advertisers on Kuaishou: ads, who saw them, and the comments under their videos."""

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
from sandbox.world.tables import Chunk, Tables, join, rows, stack
from sandbox.world.time import midnight

LEADS, SHOP = 5, 3
"""campaign_type: collecting sales leads, orders of the shop (samples/kuaishou/ads_campaign_list.json)."""
GENDERS = (("女性", 0.58), ("男性", 0.38), ("未知", 0.04))
AGES = (("18-23岁", 0.19), ("24-30岁", 0.33), ("31-40岁", 0.30), ("41-49岁", 0.12), ("50岁以上", 0.06))
CELLS = tuple((gender, age, a * b) for gender, a in GENDERS for age, b in AGES)
SEEN = ("cost", "impressions", "covers", "clicks", "likes", "comments", "shares", "follows")
"""Counters that the audience report splits."""
_SLOGANS = ("新品试用名额开放", "限时8折", "老客都在回购", "今天下单明天到", "店长亲测")
_FIRST_ID = 1_600_000_000
BRAND_AUTHOR = 51_001
"""Whose videos they are: the brand's own Kuaishou id."""


def _new_id(instant: int, rng: np.random.Generator) -> int:
    """Ten digits that grow with time."""
    return (instant - _FIRST_ID) * 40 + int(rng.integers(0, 40))


def _traits(rng: np.random.Generator, level: str, created_at: int, label: str, product: str) -> dict[str, Any]:
    if level == "campaign":
        return {"campaign_type": LEADS if rng.random() < 0.5 else SHOP}
    if level == "ad_group":
        return {"ocpx_action_type": 53 if rng.random() < 0.5 else 395}
    return {
        "photo_id": 5_185_000_000_000_000 + (created_at - _FIRST_ID) * 1000 + int(rng.integers(0, 1000)),
        "description": product + _SLOGANS[int(rng.integers(len(_SLOGANS)))],
        "photo_name": f"{product}｜{label}{('✨', '🔥', '', '')[int(rng.integers(4))]}",
    }


MARKET = Market(
    key="ks",
    spend_fen=360_000,
    has_groups=True,
    names={
        "campaign": "{date:%m%d}-{label}-{product}",
        "ad_group": "{label}-定向{part:02d}",
        "ad": "{label}-创意{part:02d}",
    },
    traits=_traits,
    new_id=_new_id,
    ads_long=(4, 8),
    ads_short=(2, 5),
    budget_fen=42_000,
    cpm_fen=1_750,
    ctr=0.062,
    cvr=0.011,
    order_fen=16_900,
    steps=(
        Step("covers", "impressions", 0.976),
        Step("plays", "impressions", 0.982),
        Step("plays3s", "plays", 0.42),
        Step("plays5s", "plays3s", 0.76),
        Step("plays75", "plays5s", 0.38),
        Step("ended", "plays75", 0.74),
        Step("likes", "plays3s", 0.035),
        Step("comments", "likes", 0.1),
        Step("shares", "likes", 0.07),
        Step("follows", "likes", 0.06),
    ),
)
"""Impressions are 素材曝光 (aclick), clicks 行为 (bclick), covers 封面曝光 (show)."""


@dataclass(frozen=True)
class Consent:
    """The one consent that covers both advertisers."""

    app_id: int
    secret: str
    auth_code: str


@dataclass(frozen=True)
class AdComment:
    """A comment under an ad video. `growth` holds (instant, likes) increments."""

    account: int
    ad: int
    comment_id: int
    root_comment_id: int
    created_at: int
    text: str
    person: int
    author_id: int
    nickname: str
    emotion: str
    replied_at: int | None
    hidden_at: int | None
    vanish_at: int | None
    growth: tuple[tuple[int, int], ...]
    planted: tuple[tuple[str, str], ...]


def make_advertisers(seed: int) -> tuple[AdAccount, ...]:
    """Two advertisers of the brand; their ids have eight digits."""
    rng = stream(seed, "ks.advertisers")
    brand = text.brand_name(seed)
    return tuple(
        AdAccount(i, 20_000_000 + 100_000 * i + int(rng.integers(1, 99_999)), f"{brand}-快手{label}")
        for i, label in enumerate(("效果A", "小店B"))
    )


def make_consent(seed: int) -> Consent:
    """The developer app and the consent given to it."""
    rng = stream(seed, "ks.consent")
    app_id = 165_900_000 + int(rng.integers(1, 9_999))
    return Consent(app_id, digest("ks.ads.secret", seed)[:32], digest("ks.ads.code", seed)[:40])


class KuaishouAdsWorld(AdsWorld):
    """Both advertisers, their consent, and by account and day who saw the ads and what was said under them."""

    name = "kuaishou_ads"
    market = MARKET

    def __init__(self, world: World) -> None:
        super().__init__(world, make_advertisers(world.seed))
        self.consent = make_consent(world.seed)
        self.comments: dict[int, list[list[AdComment]]] = defaultdict(list)
        self.audience: dict[int, list[Chunk]] = defaultdict(list)

    def after(self, events: AdEvents, ran: list[Running], day: int) -> None:
        """The day's audience and comments."""
        index = events.account.index
        self.audience[index].append(_audience(self.seed, events, day))
        self.comments[index].append(_comments(self.seed, index, ran, day))

    def tables(self, first: int, last: int) -> Tables:
        """Those of the ads, and ks_audience, ks_cell, ks_comment and ks_comment_growth."""
        comments = [comment for days in self.comments.values() for day in days for comment in day]
        tables = super().tables(first, last)
        tables["ks_audience"] = join(stack(days, account=index) for index, days in self.audience.items())
        tables["ks_cell"] = rows(
            ({"cell": place, "gender": gender, "age": age} for place, (gender, age, _) in enumerate(CELLS)),
            cell="int",
            gender="text",
            age="text",
        )
        tables["ks_comment"] = rows(
            (asdict(comment) for comment in comments),
            account="int",
            ad="int",
            comment_id="int",
            created_at="int",
            text="text",
            author_id="int",
            emotion="text",
            hidden_at="int",
            vanish_at="int",
        )
        tables["ks_comment_growth"] = rows(
            (
                {"comment_id": comment.comment_id, "instant": at, "likes": likes}
                for comment in comments
                for at, likes in comment.growth
            ),
            comment_id="int",
            instant="int",
            likes="int",
        )
        return tables

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Authors' ids and names, and what is planted in comments."""
        for events in self.accounts:
            for day in self.comments[events.account.index][max(first, 0) : last + 1]:
                for comment in day:
                    where = f"kuaishou_ads {events.account.id} comment {comment.comment_id}"
                    yield Planted("kuaishou_id", str(comment.author_id), where)
                    yield Planted("nickname", comment.nickname, where)
                    for kind, value in comment.planted:
                        yield Planted(kind, value, where)


def create(world: World) -> KuaishouAdsWorld:
    """The part of a world."""
    return KuaishouAdsWorld(world)


def _audience(seed: int, events: AdEvents, day: int) -> Chunk:
    """The day as it stood at midnight, split by gender and age; it is not stated anew."""
    rng = stream(seed, "ks.audience", events.account.index, day)
    stated = events.delivery[day]
    first = stated["known_at"] == midnight(day + 1)
    share = np.array([share for _, _, share in CELLS]) * rng.gamma(40, 1 / 40, len(CELLS))
    split = {name: rng.multinomial(int(stated[name][first].sum()), share / share.sum()) for name in SEEN}
    return {
        "cell": np.arange(len(CELLS)),
        **{name: values.astype(np.int64) for name, values in split.items()},
        "known_at": np.full(len(CELLS), midnight(day + 1), np.int64),
    }


def _comments(seed: int, account: int, ran: list[Running], day: int) -> list[AdComment]:
    """The day's comments in order of time, a seventh of them below another; likes stop growing after five days."""
    rng = stream(seed, "ks.comment", account, day)
    crisis = calendar.crisis_on(seed, day)
    storm = 1 + (crisis.severity - 1) * 0.6 if crisis else 1.0
    made: list[AdComment] = []
    for running in ran:
        amount = int(rng.poisson(min(running.clicks * 0.003 * storm, 40)))
        said = np.sort(rng.integers(midnight(day), midnight(day + 1), amount))
        root = 0
        for at in (int(instant) for instant in said):
            draw = rng.random(7)
            waits = rng.integers((600, 3600, 2 * 86_400), (86_400, 3 * 86_400, 6 * 86_400))
            author = text.person(seed, int(text.PERSONS * draw[0] ** 2.2))
            written = text.remark(rng, seed, author, crisis.subject if crisis and draw[1] < 0.6 else None)
            times = at + np.sort(rng.integers(600, 5 * 86_400, int(rng.integers(0, 4))))
            number = snowflake(at, rng)
            is_answer = root > 0 and draw[2] < 0.14
            made.append(
                AdComment(
                    account=account,
                    ad=running.ad.number,
                    comment_id=number,
                    root_comment_id=root if is_answer else 0,
                    created_at=at,
                    text=written.text,
                    person=author.number,
                    author_id=int(text.person_id(seed, "kuaishou", author.number, "{d10}")),
                    nickname=author.nickname,
                    emotion=written.emotion,
                    replied_at=at + int(waits[0]) if draw[3] < 0.25 else None,
                    hidden_at=at + int(waits[1]) if written.emotion == "NEGATIVE" and draw[4] < 0.3 else None,
                    vanish_at=at + int(waits[2]) if draw[5] < 0.03 else None,
                    growth=tuple((int(instant), int(rng.poisson(5 * draw[6]))) for instant in times),
                    planted=written.planted,
                )
            )
            root = root if is_answer else number
    return sorted(made, key=lambda comment: (comment.created_at, comment.comment_id))
