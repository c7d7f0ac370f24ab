"""The brand's editorial plan: the pieces that organic platforms take their posts from, and how posts are seen.

A piece has one quality on all its platforms, so that what does well on Douyin tends to do well on Kuaishou. WeChat
writes its own articles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.rng import stream
from sandbox.world.time import date_of, midnight

PLATFORMS = ("weibo", "douyin", "kuaishou", "xiaohongshu", "linkedin", "channels")
FORMATS = ("video", "image", "article", "live")
_FORMAT_SHARE = (0.46, 0.36, 0.12, 0.06)
_CHANCE = {
    "video": (0.55, 0.85, 0.70, 0.45, 0.08, 0.60),
    "image": (0.90, 0.15, 0.00, 0.65, 0.12, 0.00),
    "article": (0.60, 0.00, 0.00, 0.20, 0.45, 0.00),
    "live": (0.10, 0.75, 0.55, 0.15, 0.00, 0.50),
}
"""Chance that a piece is published, by format, in order of PLATFORMS."""
_LAGS = (0.72, 0.20, 0.08)
"""Days between a piece's day and its publication on a platform; what is live is live everywhere at once."""
_THEMES = {
    "新品": ("{b}{p}新品上市🎉", "{p}终于来了", "第一眼｜{b}新款{p}", "{s}上新：{p}"),
    "教程": ("一分钟学会用{p}", "{p}的正确打开方式🌿", "{p}新手必看的5件事", "关于{p}的20个问题"),
    "测评": ("{p}到底值不值？", "连用30天{p}，说实话", "三款{p}放在一起比", "别再乱买{p}了！"),
    "幕后": ("{p}是怎样来到你手里的", "走进{b}的工厂", "做{p}的人，做了三十年", "我们为什么要做{p}"),
    "故事": ("{p}陪我度过的那些日子", "一位老顾客和她的{p}", "周末去哪儿？带上{p}出发", "早安，从{p}开始☀️"),
    "福利": ("抽奖｜留言送{p}🎁", "{p}限时八折🔥", "会员日：{p}直降", "转发抽3位送{p}"),
}


@dataclass(frozen=True)
class Piece:
    """A planned piece. `number` is unique and never changes; `quality` is heavy-tailed with a median of 1."""

    number: int
    day: int
    hour: int
    theme: str
    product: str
    title: str
    quality: float
    format: str
    published: tuple[tuple[str, int], ...]
    """Platforms with the instant of publication there, in order of PLATFORMS; at least one."""

    def published_at(self, platform: str) -> int | None:
        """Instant of publication on a platform, None when it is not published there."""
        return dict(self.published).get(platform)


@lru_cache(maxsize=4096)
def pieces(seed: int, scale: float, day: int) -> tuple[Piece, ...]:
    """The pieces planned for a day, about four at scale 1; days before the epoch have theirs too."""
    rng = stream(seed, "plan", day)
    value = date_of(day)
    mean = 4.0 * calendar.READ_WEEK[value.weekday()] * scale * (1.2 if calendar.selling_season(day) > 1.3 else 1.0)
    event = next((e.name for e in calendar.events_of_year(value.year) if 0 <= e.day - day <= 6), None)
    return tuple(_piece(rng, seed, day, i, event) for i in range(int(rng.poisson(mean))))


def _piece(rng: np.random.Generator, seed: int, day: int, index: int, event: str | None) -> Piece:
    kind = FORMATS[int(rng.choice(len(FORMATS), p=_FORMAT_SHARE))]
    theme = tuple(_THEMES)[int(rng.integers(len(_THEMES)))]
    forms = _THEMES[theme]
    product = text.product(rng, seed)
    words = {"p": product, "b": text.brand_name(seed), "s": text.season(date_of(day).month)}
    title = forms[int(rng.integers(len(forms)))].format(**words)
    if event is not None and rng.random() < 0.5:
        theme, title = event, f"{event}｜{title}"
    if kind == "live":
        title = f"直播预告：{title}"
    hour = int(rng.choice([8, 10, 12, 17, 18, 19, 20, 21], p=[0.08, 0.1, 0.2, 0.1, 0.17, 0.15, 0.14, 0.06]))
    hour = max(hour, 19) if kind == "live" else hour
    at = midnight(day) + hour * 3600 + int(rng.integers(0, 3000))
    quality = float(np.clip(rng.lognormal(0, 1.25), 0.02, 80))
    draws, lags = rng.random(len(PLATFORMS)), rng.choice(len(_LAGS), len(PLATFORMS), p=_LAGS)
    minutes = rng.integers(0, 1500, len(PLATFORMS))
    chosen = [i for i, chance in enumerate(_CHANCE[kind]) if draws[i] < chance]
    if not chosen:
        chosen = [int(np.argmax(_CHANCE[kind]))]
    published = tuple(
        (PLATFORMS[i], at if kind == "live" else at + int(lags[i]) * 86_400 + int(minutes[i])) for i in chosen
    )
    return Piece(day * 1000 + index, day, hour, theme, product, title, quality, kind, published)


def published(seed: int, scale: float, day: int, platform: str) -> list[tuple[Piece, int]]:
    """What appears on a platform on a day: pieces with their instant of publication, in order of time."""
    found = []
    for planned in range(day - len(_LAGS) + 1, day + 1):
        for piece in pieces(seed, scale, planned):
            at = piece.published_at(platform)
            if at is not None and midnight(day) <= at < midnight(day + 1):
                found.append((piece, at))
    return sorted(found, key=lambda pair: (pair[1], pair[0].number))


@dataclass(frozen=True)
class Curve:
    """How a post's views spread over its age in days: `first` of them on the day itself, then age^-`steep`."""

    first: float = 0.5
    steep: float = 1.6
    last: int = 60
    """Age after which nobody looks any more."""

    def shares(self, age: np.ndarray, hour: np.ndarray | None = None) -> np.ndarray:
        """Share of all views at each age; of posts published at `hour` (0–24) the first day is shorter."""
        late = 0.0 if hour is None else np.clip((np.asarray(hour) - 8) / 16, 0, 1)
        first = self.first * (1 - 0.45 * late)
        norm = 1.0 / np.power(np.arange(1, self.last + 1), -self.steep).sum()
        tail = np.power(np.maximum(age, 1.0), -self.steep) * norm * (1 - first)
        return np.where(age == 0, first, np.where(age <= self.last, tail, 0.0))


def expected_views(followers: int, quality: np.ndarray | float, rate: float, most: float = 4.0) -> np.ndarray:
    """Views that posts will have in all: `rate` of the followers at quality 1, at most `most` times the followers."""
    return np.clip(followers * rate * np.asarray(quality, float), 10, followers * most)


def views(
    rng: np.random.Generator,
    day: int,
    total: np.ndarray,
    age: np.ndarray,
    curve: Curve,
    hour: np.ndarray | None = None,
    week: tuple[float, ...] = calendar.READ_WEEK,
) -> np.ndarray:
    """New views of posts on one day: expected `total` × share by age × weekday × season × luck, as whole numbers."""
    mood = week[date_of(day).weekday()] * calendar.reading_season(day) * float(rng.lognormal(0, 0.07))
    luck = rng.gamma(9, 1 / 9, len(total))
    return rng.poisson(total * curve.shares(np.asarray(age), hour) * mood * luck).astype(np.int64)


def appeal(rng: np.random.Generator, rates: tuple[float, ...], quality: float) -> tuple[float, ...]:
    """A post's own rates of actions per view around the platform's `rates`; better posts move people a little more."""
    lift = float(np.clip(quality**0.12, 0.6, 1.6))
    return tuple(float(v) for v in np.minimum(np.array(rates) * lift * rng.lognormal(0, 0.4, len(rates)), 0.35))


def actions(rng: np.random.Generator, seen: np.ndarray, appeals: np.ndarray) -> np.ndarray:
    """Actions on one day, posts × kinds, from the day's views (posts) and the posts' rates (posts × kinds)."""
    return rng.binomial(seen[:, None], np.asarray(appeals, float).reshape(len(seen), -1)).astype(np.int64)
