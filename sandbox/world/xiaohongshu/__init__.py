"""Xiaohongshu as a part of the world: two 聚光 advertisers, and creators who write notes for the brand (蒲公英)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from sandbox.world import text
from sandbox.world.ads import AdsWorld
from sandbox.world.ads.model import AdAccount, Market, Step
from sandbox.world.base import Planted
from sandbox.world.brand import World
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Tables, join, rows, stack
from sandbox.world.time import day_at, midnight
from sandbox.world.xiaohongshu import creators

_BOOSTED = 0.35
"""Share of the ads that show a creator's note rather than one of the brand's own, when there is a recent one."""


@dataclass(frozen=True)
class App:
    """The developer app, a consent for each kind of account (1 聚光, 2 蒲公英), the brand's account of 蒲公英."""

    app_id: int
    secret: str
    auth_codes: dict[str, str]
    brand_user_id: str


def make_app(seed: int) -> App:
    """The app of a seed's brand."""
    number = 1_000_000 + int(stream(seed, "xhs.app").integers(1, 90_000))
    codes = {kind: digest("xhs.code", seed, kind)[:40] for kind in ("1", "2")}
    return App(number, digest("xhs.secret", seed)[:40], codes, f"5f{digest('xhs.brand_user', seed)[:22]}")


def make_advertisers(seed: int) -> tuple[AdAccount, ...]:
    """Two advertisers of the brand; their ids have 7 digits."""
    first = 9_500_000 + int(stream(seed, "xhs.advertisers").integers(1, 400_000))
    brand = text.brand_name(seed)
    return tuple(AdAccount(i, first + 17 * i, f"{brand}-聚光{label}") for i, label in enumerate(("种草", "转化")))


def _new_id(instant: int, rng: np.random.Generator) -> int:
    """An id of 10 or 11 digits that grows with time."""
    return (instant - 1_600_000_000) * 128 + int(rng.integers(0, 128))


def _traits(
    seed: int, scale: float, rng: np.random.Generator, level: str, created_at: int, label: str, product: str
) -> dict[str, Any]:
    """The target of a campaign; of an ad the note that it shows: a creator's, or the brand's own (`note` is -1)."""
    if level == "campaign":
        return {"target": {"客资收集": 9, "搜索拦截": 3}.get(label, 4)}
    if level == "ad_group":
        return {}
    day = day_at(created_at)
    recent = [note for back in range(2, 13) for note in creators.notes_of_day(seed, scale, day - back)]
    is_boosted, choice = rng.random() < _BOOSTED, int(rng.integers(0, 1 << 30))
    if recent and is_boosted:
        note = recent[choice % len(recent)]
        author = creators.make_creators(seed)[note.creator].kol_id
        return {"note": note.number, "note_id": note.note_id, "note_title": note.title, "author": author}
    note_id = f"{created_at - 40_000:08x}{digest('xhs.brand_note', seed, created_at, choice)[:16]}"
    return {"note": -1, "note_id": note_id, "note_title": text.article_title(rng, seed, 1 + choice % 12), "author": ""}


MARKET = Market(
    key="xhs",
    spend_fen=900_000,
    has_groups=True,
    names={
        "campaign": "{date:%m%d}-{label}-{product}",
        "ad_group": "{label}-单元{part:02d}",
        "ad": "{label}-创意{part:02d}",
    },
    labels=("产品种草", "搜索拦截", "客资收集"),
    new_id=_new_id,
    ads_long=(7, 12),
    ads_short=(3, 7),
    budget_fen=45_000,
    cpm_fen=1_900,
    ctr=0.034,
    cvr=0.006,
    steps=(
        Step("likes", "clicks", 0.038),
        Step("comments", "clicks", 0.006),
        Step("saves", "clicks", 0.026),
        Step("follows", "clicks", 0.003),
        Step("shares", "clicks", 0.004),
        Step("leads", "clicks", 0.004),
    ),
    deep_share=0.0,
    order_fen=16_000,
)
"""Conversions are orders, booked to the day of the click for 7 days (platform-contracts §6)."""


class XiaohongshuWorld(AdsWorld):
    """Both advertisers, and the creators with their notes."""

    name = "xiaohongshu"

    def __init__(self, world: World) -> None:
        super().__init__(world, make_advertisers(world.seed))
        self.market = replace(MARKET, traits=partial(_traits, world.seed, world.scale))
        self.app = make_app(world.seed)
        self.creators = creators.CreatorEvents(creators.make_creators(world.seed))

    def extend(self, day: int) -> None:
        """Adds one day: ads first, since they show notes of creators too."""
        super().extend(day)
        self.creators.notes += creators.notes_of_day(self.seed, self.scale, day)
        creators.grow(self.seed, self.creators, day, self._ads_on_notes(day))

    def _ads_on_notes(self, day: int) -> dict[int, tuple[int, int]]:
        """Impressions and clicks of the day's ads, as first stated, by the creator's note that they show."""
        shown: dict[int, tuple[int, int]] = {}
        for events in self.accounts:
            chunk = events.delivery[day]
            stated = chunk["known_at"] == midnight(day + 1)
            columns = [chunk[name][stated].tolist() for name in ("ad", "impressions", "clicks")]
            for number, impressions, clicks in zip(*columns, strict=True):
                note = events.ads[number].traits["note"]
                if note >= 0:
                    before = shown.get(note, (0, 0))
                    shown[note] = (before[0] + impressions, before[1] + clicks)
        return shown

    def tables(self, first: int, last: int) -> Tables:
        """Those of the ads, and xhs_creator, xhs_follower, xhs_note, xhs_growth."""
        events = self.creators
        tables = super().tables(first, last)
        tables["xhs_growth"] = join([stack(events.growth)])
        tables["xhs_creator"] = rows(
            (asdict(creator) for creator in events.creators),
            number="int",
            kol_id="text",
            agency="text",
            level="int",
            price="int",
            video_price="int",
        )
        tables["xhs_follower"] = rows(
            (
                {"creator": creator.number, "day": day, "followers": creator.followers_on(day)}
                for creator in events.creators
                for day in range(first, last + 1)
            ),
            creator="int",
            day="int",
            followers="int",
        )
        tables["xhs_note"] = rows(
            (asdict(note) | {"account_id": self.app.brand_user_id} for note in events.notes),
            number="int",
            account_id="text",
            creator="int",
            note_id="text",
            order_id="text",
            order_title="text",
            masked_title="text",
            is_video="bool",
            duration="int",
            publish_day="int",
            price="int",
            fee="int",
            removed_day="int",
        )
        return tables

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Ids, handles and names of the creators of notes that are followed, and what stands in titles."""
        events = self.creators
        for note in events.notes:
            if first - creators.FOLLOW_DAYS < note.publish_day <= last:
                creator, where = events.creators[note.creator], f"xiaohongshu note {note.note_id}"
                yield Planted("xhs_user_id", creator.kol_id, where)
                yield Planted("red_id", creator.red_id, where)
                yield Planted("nickname", creator.nickname, where)
                for kind, value in note.planted:
                    yield Planted(kind, value, where)


def create(world: World) -> XiaohongshuWorld:
    """The part of a world."""
    return XiaohongshuWorld(world)
