"""The two Ocean Engine advertisers as a part of the world: projects, promotions, delivery, conversions, comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.base import Planted, PlatformWorld
from sandbox.world.brand import World
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Chunk, Tables, join, rows, stack
from sandbox.world.time import date_of, midnight

WRITE_BACK_DAYS = 7
"""Attributed conversions are written back to the click day for so many days (platform-contracts §4)."""
_SLOGANS = ("新品试用名额开放", "限时8折", "老客都在回购", "今天下单明天到", "店长亲测")
REFERENCE_SPEND_FEN = 640_000
"""What both advertisers together spend on an ordinary day at scale 1, in 分."""
_LAG = (0.0, 0.25, 0.42, 0.20, 0.08, 0.05)
"""Share of an ad yuan's pull on followers by days since it was spent."""


@dataclass(frozen=True)
class Advertiser:
    """An advertiser account; `advertiser_id` has 16 digits."""

    index: int
    advertiser_id: int
    name: str


@dataclass(frozen=True)
class Consent:
    """The one consent that covers all advertisers of the brand."""

    app_id: int
    secret: str
    auth_code: str
    workbench_id: int
    aweme_account_id: int


@dataclass(frozen=True)
class Version:
    """State of a project or promotion from `since` on. Money in 分."""

    since: int
    name: str
    status: str
    budget: int
    cpa_bid: int
    phase: str


@dataclass(frozen=True)
class Project:
    """A project (campaign); versions in order of time."""

    advertiser: int
    number: int
    project_id: int
    created_at: int
    first_day: int
    last_day: int
    landing_type: str
    marketing_goal: str
    external_action: str
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class Promotion:
    """A promotion (ad) of a project."""

    advertiser: int
    number: int
    project: int
    promotion_id: int
    created_at: int
    first_day: int
    last_day: int
    item_id: int
    material_id: int
    title_material_id: int
    title: str
    item_title: str
    budget: int
    cpm: float
    ctr: float
    cvr: float
    versions: tuple[Version, ...]


@dataclass(frozen=True)
class AdComment:
    """A comment under an ad video. `growth` holds (instant, likes, replies) increments."""

    advertiser: int
    promotion: int
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


@dataclass
class AdvertiserEvents:
    """Everything that happened in one advertiser; lists by day since day 0."""

    advertiser: Advertiser
    projects: list[Project] = field(default_factory=list)
    promotions: list[Promotion] = field(default_factory=list)
    delivery: list[Chunk] = field(default_factory=list)
    """promotion, cost (分), impressions, clicks, plays, valid, play3s, over, known_at; later rows are differences."""
    conversions: list[Chunk] = field(default_factory=list)
    """By click day: promotion, clicked_at, converted_at, deep_at (0 = none)."""
    comments: list[list[AdComment]] = field(default_factory=list)
    spend: list[int] = field(default_factory=list)
    """Settled cost of the day in 分, before later corrections: what the brand's public felt."""
    planned_years: int = 0


def make_advertisers(seed: int) -> tuple[Advertiser, ...]:
    """Two advertisers of the brand."""
    rng = stream(seed, "oe.advertisers")
    base = 1_700_000_000_000_000 + int(rng.integers(10**13, 10**14))
    brand = text.brand_name(seed)
    return tuple(
        Advertiser(i, base + 1_000_003 * i + int(rng.integers(1, 999_999)), f"{brand}-{label}")
        for i, label in enumerate(("效果账户A", "品牌账户B"))
    )


def make_consent(seed: int) -> Consent:
    """The developer app and the consent given to it."""
    rng = stream(seed, "oe.consent")
    first = 1_790_000_000_000_000 + int(rng.integers(10**9, 10**12))
    return Consent(first, digest("oe.secret", seed)[:40], digest("oe.code", seed)[:40], first + 11, first + 23)


def _snowflake(instant: int, rng: np.random.Generator) -> int:
    """A 19-digit id like the platform's: seconds in the high bits; odd, so that doubles cannot hold it."""
    return (instant << 32) | int(rng.integers(0, 1 << 31)) << 1 | 1


def _versions(
    rng: np.random.Generator, created: int, last_day: int, name: str, budget: int, bid: int, kind: str
) -> tuple[Version, ...]:
    """History of a project or promotion: learning, budget and bid changes, a rename, the end, now and then deletion."""
    changes: list[tuple[int, dict[str, Any]]] = [(created, {})]
    end = midnight(last_day + 1) - int(rng.integers(600, 3600))
    span = max(end - created, 86_400)
    if kind == "promotion":
        learned = "LEARNED" if rng.random() < 0.8 else "LEARN_FAILED"
        changes.append((created + int(rng.integers(2 * 86_400, 5 * 86_400)), {"phase": learned}))
    for _ in range(int(rng.poisson(1.4 if kind == "promotion" else 2.2))):
        at = created + int(span * rng.uniform(0.08, 0.9))
        if rng.random() < 0.65:
            changes.append((at, {"budget": round(budget * float(rng.uniform(0.6, 1.7)) / 1000) * 1000}))
        else:
            changes.append((at, {"cpa_bid": round(bid * float(rng.uniform(0.8, 1.25)) / 10) * 10}))
    if rng.random() < 0.12:
        changes.append((created + int(span * rng.uniform(0.1, 0.7)), {"name": name + "-优化🔥"}))
    if rng.random() < 0.1 and kind == "promotion":
        pause = created + int(span * rng.uniform(0.3, 0.6))
        changes += [
            (pause, {"status": "DISABLE"}),
            (pause + int(rng.integers(86_400, 4 * 86_400)), {"status": "ENABLE"}),
        ]
    changes = sorted((c for c in changes if c[0] < end or c[0] == created), key=lambda c: c[0])
    changes.append((end, {"status": "DISABLE"}))
    if rng.random() < 0.08:
        changes.append((end + int(rng.integers(10 * 86_400, 60 * 86_400)), {"status": "DELETE"}))
    state = Version(created, name, "ENABLE", budget, bid, "LEARNING")
    made = []
    for at, change in changes:
        state = replace(state, since=at, **change)
        made.append(state)
    return tuple(made)


def _plan_year(seed: int, scale: float, events: AdvertiserEvents, year: int) -> None:
    """Plans a stretch of 365 days: evergreen projects so that something always runs, and flights around events."""
    index = events.advertiser.index
    rng = stream(seed, "oe.plan", index, year)
    start = year * calendar.YEAR_DAYS
    flights: list[tuple[str, int, int, float]] = []
    for label, opening in (
        ("拉新留资", (-34, -12) if year == 0 else (-8, 8)),
        ("品牌种草", (85, 125)),
        ("会员转化", (205, 250)),
    ):
        first = start + int(rng.integers(*opening))
        flights.append((label, first, first + int(rng.integers(165, 215)), 1.0))
    first_year = date_of(start).year
    nearby = [
        e for y in (first_year, first_year + 1) for e in calendar.events_of_year(y) if start <= e.day < start + 365
    ]
    for event in nearby:
        if rng.random() < 0.66 and len(flights) < 14:
            flights.append((event.name, event.day - int(rng.integers(5, 13)), event.day + int(rng.integers(0, 4)), 1.5))
    for label, first, last, weight in sorted(flights, key=lambda f: f[1]):
        created = midnight(first) + int(rng.integers(9 * 3600, 18 * 3600))
        item = text.product(rng, seed)
        name = f"{date_of(first):%m%d}-{label}-{item}"
        landing, action = ("LINK", "AD_CONVERT_TYPE_FORM") if rng.random() < 0.55 else ("SHOP", "AD_CONVERT_TYPE_PAY")
        budget = int(rng.integers(20, 90)) * 10_000
        bid = int(rng.integers(300, 1200)) * 10
        number = len(events.projects)
        events.projects.append(
            Project(
                advertiser=index,
                number=number,
                project_id=_snowflake(created, rng),
                created_at=created,
                first_day=first,
                last_day=last,
                landing_type=landing,
                marketing_goal="VIDEO_AND_IMAGE" if rng.random() < 0.85 else "LIVE",
                external_action=action,
                versions=_versions(rng, created, last, name, budget, bid, "project"),
            )
        )
        long = last - first > 60
        amount = max(1, round(float(rng.integers(6, 10) if long else rng.integers(2, 6)) * scale))
        for part in range(amount):
            begin = first if part < 2 or not long else first + int((last - first) * rng.uniform(0.1, 0.8))
            begin = begin if long else min(last, first + int(rng.integers(0, 4)))
            finish = min(last, begin + int(rng.integers(45, 110))) if long and part > 0 else last
            at = max(created + 600 * (part + 1), midnight(begin) + int(rng.integers(8 * 3600, 17 * 3600)))
            title = item + _SLOGANS[int(rng.integers(len(_SLOGANS)))]
            daily = int(np.clip(52_000 * weight * rng.lognormal(0, 0.75), 5_000, 400_000) // 1000 * 1000)
            events.promotions.append(
                Promotion(
                    advertiser=index,
                    number=len(events.promotions),
                    project=number,
                    promotion_id=_snowflake(at, rng),
                    created_at=at,
                    first_day=begin,
                    last_day=finish,
                    item_id=_snowflake(at - 7_000, rng),
                    material_id=_snowflake(at - 6_000, rng),
                    title_material_id=_snowflake(at - 5_000, rng),
                    title=title,
                    item_title=f"{item}｜{label}{('✨', '🔥', '', '')[int(rng.integers(4))]}",
                    budget=daily,
                    cpm=float(rng.lognormal(3.25, 0.25)),
                    ctr=float(np.clip(rng.lognormal(-3.9, 0.3), 0.006, 0.06)),
                    cvr=float(np.clip(rng.lognormal(-3.9, 0.5), 0.004, 0.09)),
                    versions=_versions(rng, at, finish, f"{label}-视频{part + 1:02d}", daily, bid, "promotion"),
                )
            )


def state_at(versions: tuple[Version, ...], instant: int) -> Version | None:
    """The version in force at an instant, None before creation."""
    found = None
    for version in versions:
        if version.since > instant:
            break
        found = version
    return found


def extend(seed: int, scale: float, events: AdvertiserEvents, day: int) -> None:
    """Adds one day of delivery, conversions and comments."""
    while events.planned_years * calendar.YEAR_DAYS <= day + 60:
        _plan_year(seed, scale, events, events.planned_years)
        events.planned_years += 1
    index = events.advertiser.index
    rng = stream(seed, "oe.day", index, day)
    noon = midnight(day) + 12 * 3600
    running: list[tuple[Promotion, Version]] = []
    for promotion in events.promotions:
        if promotion.first_day <= day <= promotion.last_day:
            state = state_at(promotion.versions, noon)
            if state is not None and state.status == "ENABLE":
                running.append((promotion, state))
    number = np.array([p.number for p, _ in running], np.int64)
    count = len(running)
    boost = float(rng.lognormal(0, 0.16)) * (2.1 if rng.random() < 0.13 else 1.0)
    rhythm = calendar.SPEND_WEEK[date_of(day).weekday()] * calendar.selling_season(day) * boost
    stalled = rng.random(count) < 0.03
    use = np.clip(rng.gamma(12, 1 / 12, count) * rhythm * 0.72, 0, 2.6) * ~stalled
    cost = (np.array([v.budget for _, v in running], float) * use).astype(np.int64)
    cpm_fen = np.array([p.cpm for p, _ in running]) * 100 * rng.lognormal(0, 0.08, count)
    impressions = (cost / cpm_fen * 1000).astype(np.int64) if count else cost
    clicks = rng.binomial(impressions, np.array([p.ctr for p, _ in running]))
    plays = rng.binomial(impressions, 0.83)
    play3s = rng.binomial(plays, 0.41)
    valid = rng.binomial(play3s, 0.78)
    over = rng.binomial(valid, 0.22)
    settled = midnight(day + 1) + 8 * 3600
    estimate = np.maximum(0, (cost * (1 + rng.normal(0, 0.004, count))).astype(np.int64))
    made: list[list[int]] = []
    for i in range(count):
        ad = int(number[i])
        made.append(
            [
                ad,
                int(estimate[i]),
                int(impressions[i]),
                int(clicks[i]),
                int(plays[i]),
                int(valid[i]),
                int(play3s[i]),
                int(over[i]),
                midnight(day + 1),
            ]
        )
        if cost[i] != estimate[i]:
            made.append([ad, int(cost[i] - estimate[i]), 0, 0, 0, 0, 0, 0, settled])
        if rng.random() < 0.02 and impressions[i] > 200:
            later = midnight(day + int(rng.integers(2, 8))) + int(rng.integers(3 * 3600, 6 * 3600))
            part = float(rng.uniform(0.005, 0.03))
            lost = max(1, int(clicks[i] * part)) if clicks[i] else 0
            made.append([ad, -int(cost[i] * part), -int(impressions[i] * part), -lost, 0, 0, 0, 0, later])
    columns = ("promotion", "cost", "impressions", "clicks", "plays", "valid", "play3s", "over", "known_at")
    table = np.array(made, np.int64).reshape(-1, len(columns))
    events.delivery.append({name: table[:, i] for i, name in enumerate(columns)})
    events.spend.append(int(cost.sum()))
    events.conversions.append(_convert(rng, running, number, clicks, day))
    events.comments.append(_comments(seed, scale, events, running, clicks, day))


def _convert(
    rng: np.random.Generator, running: list[tuple[Promotion, Version]], number: np.ndarray, clicks: np.ndarray, day: int
) -> Chunk:
    """Conversions of the day's clicks, up to 7 days later; about a sixth of them convert deeper."""
    counts = rng.binomial(clicks, np.array([p.cvr for p, _ in running]))
    total = int(counts.sum())
    clicked = midnight(day) + rng.integers(0, 86_400, total)
    lag = rng.choice(8, total, p=[0.62, 0.14, 0.08, 0.05, 0.04, 0.03, 0.02, 0.02])
    limit = clicked + WRITE_BACK_DAYS * 86_400
    opens = np.where(lag == 0, clicked, midnight(day) + lag * 86_400)
    closes = np.minimum(midnight(day) + (lag + 1) * 86_400 - 1, limit)
    converted = opens + (rng.random(total) * np.maximum(closes - opens, 0)).astype(np.int64)
    deep = converted + (rng.exponential(30 * 3600, total)).astype(np.int64)
    deep = np.where((rng.random(total) < 0.18) & (deep <= limit), deep, 0)
    return {"promotion": np.repeat(number, counts), "clicked_at": clicked, "converted_at": converted, "deep_at": deep}


def _comments(
    seed: int,
    scale: float,
    events: AdvertiserEvents,
    running: list[tuple[Promotion, Version]],
    clicks: np.ndarray,
    day: int,
) -> list[AdComment]:
    """The day's comments in order of time; likes and replies stop growing after five days."""
    index = events.advertiser.index
    rng = stream(seed, "oe.comment", index, day)
    crisis = calendar.crisis_on(seed, day)
    storm = 1 + (crisis.severity - 1) * 0.6 if crisis else 1.0
    made = []
    for (promotion, _), clicked in zip(running, clicks, strict=True):
        for created in rng.integers(
            midnight(day), midnight(day + 1), int(rng.poisson(min(clicked * 0.011 * storm, 60)))
        ):
            at = int(created)
            draw = rng.random(8)
            author = text.person(seed, int(text.PERSONS * draw[0] ** 2.2))
            written = text.remark(rng, seed, author, crisis.subject if crisis and draw[1] < 0.6 else None)
            growth = tuple(
                (at + int(rng.integers(600, 5 * 86_400)), int(rng.poisson(4 * draw[2])), int(rng.random() < 0.3))
                for _ in range(int(rng.integers(0, 4)))
            )
            made.append(
                AdComment(
                    advertiser=index,
                    promotion=promotion.number,
                    comment_id=_snowflake(at, rng),
                    created_at=at,
                    text=written.text,
                    person=author.number,
                    aweme_id=author.aweme_id,
                    aweme_name=author.nickname,
                    emotion=written.emotion,
                    level="LEVEL_TWO" if draw[3] < 0.15 else "LEVEL_ONE",
                    hidden_at=at + int(rng.integers(3600, 3 * 86_400))
                    if written.emotion == "NEGATIVE" and draw[4] < 0.3
                    else None,
                    vanish_at=at + int(rng.integers(2 * 86_400, 6 * 86_400)) if draw[5] < 0.03 else None,
                    is_paid=bool(draw[6] > 0.12),
                    has_image=bool(draw[7] < 0.05),
                    growth=growth,
                    planted=written.planted,
                )
            )
    return sorted(made, key=lambda comment: (comment.created_at, comment.comment_id))


class OceanWorld(PlatformWorld):
    """Both advertisers and the consent that covers them."""

    name = "oceanengine"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.advertisers = tuple(AdvertiserEvents(advertiser) for advertiser in make_advertisers(world.seed))
        self.consent = make_consent(world.seed)

    def extend(self, day: int) -> None:
        """Adds one day."""
        for advertiser in self.advertisers:
            extend(self.seed, self.scale, advertiser, day)

    def pull(self, day: int) -> float:
        """Lagged spend relative to an ordinary day; what moves followers."""
        self.ensure(day)
        ordinary = REFERENCE_SPEND_FEN * self.scale
        spent = 0.0
        for lag, share in enumerate(_LAG):
            if share and day - lag >= 0:
                spent += share * sum(a.spend[day - lag] for a in self.advertisers)
            elif share:
                spent += share * ordinary
        return float((spent / ordinary) ** 0.9)

    def tables(self, first: int, last: int) -> Tables:
        """oe_advertiser, oe_project and oe_promotion with their _version, oe_delivery, oe_conversion, oe_comment, …"""
        tables: Tables = {
            "oe_delivery": join(stack(e.delivery, advertiser=i) for i, e in enumerate(self.advertisers)),
            "oe_conversion": join(stack(e.conversions, advertiser=i) for i, e in enumerate(self.advertisers)),
            "oe_advertiser": rows(
                (
                    {"advertiser": i, "account_id": str(e.advertiser.advertiser_id)}
                    for i, e in enumerate(self.advertisers)
                ),
                advertiser="int",
                account_id="text",
            ),
        }
        for name, attribute in {"oe_project": "projects", "oe_promotion": "promotions"}.items():
            items = [item for e in self.advertisers for item in getattr(e, attribute)]
            tables[name] = rows(
                (asdict(item) for item in items),
                advertiser="int",
                number="int",
                created_at="int",
                project="int",
                project_id="int",
                promotion_id="int",
                landing_type="text",
                marketing_goal="text",
                item_id="int",
            )
            tables[f"{name}_version"] = rows(
                (
                    asdict(version) | {"advertiser": item.advertiser, "number": item.number, "step": step}
                    for item in items
                    for step, version in enumerate(item.versions)
                ),
                advertiser="int",
                number="int",
                step="int",
                since="int",
                name="text",
                status="text",
                budget="int",
                cpa_bid="int",
                phase="text",
            )
        comments = [c for e in self.advertisers for day in e.comments for c in day]
        tables["oe_comment"] = rows(
            (asdict(c) for c in comments),
            advertiser="int",
            promotion="int",
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
                {"comment_id": c.comment_id, "instant": at, "likes": likes, "replies": replies}
                for c in comments
                for at, likes, replies in c.growth
            ),
            comment_id="int",
            instant="int",
            likes="int",
            replies="int",
        )
        return tables

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Authors' ids and names, and what is planted in comments."""
        for advertiser in self.advertisers:
            for day in range(max(first, 0), last + 1):
                for comment in advertiser.comments[day]:
                    where = f"oceanengine {advertiser.advertiser.advertiser_id} comment {comment.comment_id}"
                    yield Planted("aweme_id", comment.aweme_id, where)
                    yield Planted("nickname", comment.aweme_name, where)
                    for kind, value in comment.planted:
                        yield Planted(kind, value, where)


def create(world: World) -> OceanWorld:
    """The part of a world."""
    return OceanWorld(world)
