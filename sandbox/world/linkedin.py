"""The brand's two LinkedIn pages as a part of the world: posts out of the plan, who saw and liked them, followers.

A world day is a UTC day here: that of day d runs from 08:00 of day d to 08:00 of day d+1 in Shanghai.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import numpy as np

from sandbox.world import calendar, plan, text
from sandbox.world.base import Planted, PlatformWorld
from sandbox.world.brand import World
from sandbox.world.late import append, restate
from sandbox.world.linkedin_ads import LinkedInAdsWorld
from sandbox.world.rng import stream
from sandbox.world.tables import Chunk, Tables, join, rows, stack
from sandbox.world.time import DAY_SECONDS, date_of, day_at, midnight

UTC_SHIFT = 8 * 3600
"""A UTC day begins so many seconds after that of Shanghai."""
ACTIONS = ("clicks", "likes", "comments", "shares")
_RATES = (0.016, 0.021, 0.0012, 0.0022)
"""Actions per impression, in order of ACTIONS."""
HISTORY = 45
"""Days before day 0 from which there are posts."""
CURVE = plan.Curve(first=0.38, steep=1.55, last=60)
_WEEK = (1.14, 1.18, 1.15, 1.10, 0.97, 0.63, 0.60)
_LARGE = ("SIZE_1001_TO_5000", "SIZE_5001_TO_10000", "SIZE_10001_OR_MORE")
_SEGMENTS: dict[str, tuple[str, tuple[str, ...], float]] = {
    "followerCountsByAssociationType": ("associationType", ("EMPLOYEE",), 0.012),
    "followerCountsByGeoCountry": ("geo", tuple(f"urn:li:geo:{102_890_883 + 7 * i}" for i in range(9)), 0.93),
    "followerCountsByGeo": ("geo", tuple(f"urn:li:geo:{103_873_152 + 11 * i}" for i in range(14)), 0.71),
    "followerCountsByFunction": ("function", tuple(f"urn:li:function:{i}" for i in range(1, 27)), 0.86),
    "followerCountsByIndustry": ("industry", tuple(f"urn:li:industry:{4 + 31 * i}" for i in range(20)), 0.82),
    "followerCountsBySeniority": ("seniority", tuple(f"urn:li:seniority:{i}" for i in range(1, 11)), 0.9),
    "followerCountsByStaffCountRange": (
        "staffCountRange",
        ("SIZE_1", "SIZE_2_TO_10", "SIZE_11_TO_50", "SIZE_51_TO_200", "SIZE_201_TO_500", "SIZE_501_TO_1000", *_LARGE),
        0.78,
    ),
}
"""Facet → the field of its segments, the segments, and the part of all followers that they hold together."""


@dataclass(frozen=True)
class Page:
    """A page; `page_id` is the organization's number."""

    index: int
    page_id: int
    name: str
    followers: int


@dataclass(frozen=True)
class Post:
    """A post. Instants are epoch seconds; `mention` is a member named in it, (name, member id)."""

    page: int
    number: int
    urn: str
    published_at: int
    title: str
    media: str
    parent: str | None
    edited_at: int | None
    deleted_at: int | None
    mention: tuple[str, str] | None
    total: float
    appeals: tuple[float, ...]

    def is_listed(self, instant: int) -> bool:
        """Whether the page shows it."""
        return self.published_at <= instant and (self.deleted_at is None or self.deleted_at > instant)


@dataclass
class PageEvents:
    """Everything that happened on one page; lists by UTC day since day 0."""

    page: Page
    posts: list[Post] = field(default_factory=list)
    activity: list[Chunk] = field(default_factory=list)
    """post, impressions, uniques (who saw it for the first time), ACTIONS, known_at; later rows are differences."""
    reach: list[int] = field(default_factory=list)
    """Different members who saw any post."""
    gains: list[tuple[int, int]] = field(default_factory=list)
    """Followers won less those lost: organic, paid."""
    segments: list[tuple[str, str, str, int]] = field(default_factory=list)
    """Facet, field, segment, its followers in millionths of all."""


def utc_midnight(day: int) -> int:
    """Instant at which a UTC day begins."""
    return midnight(day) + UTC_SHIFT


def utc_day_at(instant: int) -> int:
    """UTC day that an instant belongs to."""
    return day_at(instant - UTC_SHIFT)


def make_pages(seed: int) -> tuple[Page, ...]:
    """The company's page and a showcase page."""
    rng = stream(seed, "li.pages")
    base = 70_000_000 + int(rng.integers(1_000_000, 9_000_000))
    sizes = (int(rng.integers(34_000, 52_000)), int(rng.integers(4_500, 8_000)))
    names = (text.brand_name(seed), f"{text.brand_name(seed)} Careers")
    return tuple(Page(i, base + 5_003 * i, names[i], sizes[i]) for i in range(2))


def _segments(seed: int, page: Page) -> list[tuple[str, str, str, int]]:
    rng = stream(seed, "li.segments", page.index)
    found = []
    for facet, (name, segments, part) in _SEGMENTS.items():
        weights = rng.gamma(0.7, 1.0, len(segments)) + 0.02
        millionths = (weights / weights.sum() * part * 1_000_000).astype(int)
        found += [(facet, name, segment, int(n)) for segment, n in zip(segments, millionths, strict=True)]
    return found


def _publish(seed: int, scale: float, events: PageEvents, day: int) -> None:
    """Posts whose UTC day it is: pieces of the plan (a quarter of them on the second page), now and then a reshare."""
    page = events.page
    rng = stream(seed, "li.post", page.index, day)
    made: list[tuple[int, str, str, float, str | None]] = []
    for near in (day, day + 1):
        for piece, at in plan.published(seed, scale, near, "linkedin"):
            if utc_day_at(at) == day and (piece.number % 4 == 3) == (page.index == 1):
                media = {"video": "video", "article": "article"}.get(piece.format, "image")
                made.append((at, piece.title, media, piece.quality, None))
    listed = [post for post in events.posts[-12:] if post.deleted_at is None and post.parent is None]
    if listed and rng.random() < 0.05:
        at = utc_midnight(day) + int(rng.integers(3600, 9 * 3600))
        made.append((at, "再看一遍｜" + listed[0].title, "", float(rng.lognormal(-0.7, 0.6)), listed[0].urn))
    for at, title, media, quality, parent in sorted(made, key=lambda one: one[:2]):
        draw = rng.random(3)
        afternoon = midnight(day_at(at)) + 14 * 3600 + int(rng.integers(6 * 3600))
        later = afternoon + DAY_SECONDS * int(rng.integers(1, 25))
        author = text.person(seed, int(rng.integers(text.PERSONS)))
        member = text.person_id(seed, "linkedin", author.number, "{w10}")
        kind = "ugcPost" if media == "video" else "share"
        total = float(plan.expected_views(page.followers, quality, 0.16, 5.0))
        events.posts.append(
            Post(
                page=page.index,
                number=len(events.posts),
                urn=f"urn:li:{kind}:{(at * 1000 << 22) | int(rng.integers(1 << 21)) << 1 | 1}",
                published_at=at,
                title=title,
                media=media,
                parent=parent,
                edited_at=at + int(rng.integers(600, 40_000)) if draw[0] < 0.12 else None,
                deleted_at=later if draw[1] < 0.03 else None,
                mention=(author.nickname, member) if draw[2] < 0.12 else None,
                total=total,
                appeals=plan.appeal(rng, _RATES, quality),
            )
        )


def _activity(seed: int, events: PageEvents, day: int) -> Chunk:
    """What the posts did on a day: seen, clicked, liked, now and then likes taken back; 2 % of it stated anew."""
    rng = stream(seed, "li.activity", events.page.index, day)
    alive = [p for p in events.posts if day - utc_day_at(p.published_at) <= CURVE.last]
    alive = [p for p in alive if p.is_listed(utc_midnight(day + 1) - 1)]
    if not alive:
        return {name: np.zeros(0, np.int64) for name in ("post", "impressions", "uniques", *ACTIONS, "known_at")}
    age = np.array([day - utc_day_at(p.published_at) for p in alive], np.int64)
    hour = np.array([(p.published_at - utc_midnight(0)) % DAY_SECONDS / 3600 for p in alive])
    total = np.array([p.total for p in alive], float)
    seen = plan.views(rng, day, total, age, CURVE, hour, _WEEK)
    acts = plan.actions(rng, seen, np.array([p.appeals for p in alive], float))
    chunk: Chunk = {
        "post": np.array([p.number for p in alive], np.int64),
        "impressions": seen,
        "uniques": rng.binomial(seen, np.where(age == 0, 0.81, 0.52)).astype(np.int64),
        **{name: acts[:, i] for i, name in enumerate(ACTIONS)},
        "known_at": np.full(len(alive), utc_midnight(day + 1), np.int64),
    }
    chunk = {name: values[seen > 0] for name, values in chunk.items()}
    back = [p.number for p in alive if day > utc_day_at(p.published_at) + 2 and rng.random() < 0.03]
    taken = [(number, 0, 0, 0, -int(rng.integers(1, 4)), 0, 0, utc_midnight(day + 1)) for number in back]
    chunk = append(chunk, [row for row in taken if _likes(events, row[0]) + row[4] >= 0])
    return restate(rng, chunk, ("impressions", "uniques", *ACTIONS), day, share=0.02)


def _likes(events: PageEvents, number: int) -> int:
    """Likes of a post over the days so far."""
    return sum(int(chunk["likes"][chunk["post"] == number].sum()) for chunk in events.activity[-CURVE.last :])


def _gains(seed: int, events: PageEvents, day: int, pull: float) -> tuple[int, int]:
    rng = stream(seed, "li.gains", events.page.index, day)
    seen = int(events.activity[day]["impressions"].sum())
    crisis = calendar.crisis_on(seed, day)
    size = events.page.followers * _WEEK[date_of(day).weekday()] * calendar.reading_season(day)
    organic = int(rng.poisson(size * 0.00055) + rng.poisson(seen * 0.0006))
    organic -= int(rng.poisson(size * 0.00035 * (crisis.severity if crisis else 1.0)))
    paid = int(rng.poisson(events.page.followers * 0.00006 * pull)) - int(rng.random() < 0.04)
    return organic, paid


class LinkedInWorld(PlatformWorld):
    """Both pages; what is spent on LinkedIn's ads wins them followers."""

    name = "linkedin"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.pages = tuple(PageEvents(page, segments=_segments(world.seed, page)) for page in make_pages(world.seed))

    def extend(self, day: int) -> None:
        """Adds one UTC day."""
        pull = self.world.part(LinkedInAdsWorld).pull(day)
        for events in self.pages:
            for published in range(-HISTORY if day == 0 else day, day + 1):
                _publish(self.seed, self.scale, events, published)
            events.activity.append(_activity(self.seed, events, day))
            seen = int(events.activity[day]["impressions"].sum())
            rng = stream(self.seed, "li.reach", events.page.index, day)
            events.reach.append(int(rng.binomial(max(seen, 0), 0.66)))
            events.gains.append(_gains(self.seed, events, day, pull))

    def tables(self, first: int, last: int) -> Tables:
        """li_page, li_post, li_segment, and by UTC day li_activity, li_day (reach, organic, paid)."""
        days = [
            {"page": e.page.index, "day": day, "reach": e.reach[day], "organic": organic, "paid": paid}
            for e in self.pages
            for day, (organic, paid) in enumerate(e.gains)
        ]
        segments = [
            {"page": e.page.index, "facet": facet, "segment": segment, "millionths": millionths}
            for e in self.pages
            for facet, _, segment, millionths in e.segments
        ]
        return {
            "li_page": rows(
                (asdict(e.page) | {"page": e.page.index, "page_id": str(e.page.page_id)} for e in self.pages),
                page="int",
                page_id="text",
                name="text",
                followers="int",
            ),
            "li_post": rows(
                (vars(post) for e in self.pages for post in e.posts),
                page="int",
                number="int",
                urn="text",
                published_at="int",
                title="text",
                media="text",
                parent="text",
                deleted_at="int",
            ),
            "li_segment": rows(segments, page="int", facet="text", segment="text", millionths="int"),
            "li_activity": join(stack(e.activity, page=i) for i, e in enumerate(self.pages)),
            "li_day": rows(days, page="int", day="int", reach="int", organic="int", paid="int"),
        }

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Members named in posts."""
        for events in self.pages:
            for post in events.posts:
                if post.mention and first <= day_at(post.published_at) <= last:
                    where = f"linkedin {events.page.page_id} post {post.urn}"
                    yield Planted("nickname", post.mention[0], where)
                    yield Planted("member_id", post.mention[1], where)


def create(world: World) -> LinkedInWorld:
    """The part of a world."""
    return LinkedInWorld(world)
