"""Events of one Weibo account: posts, their counters, followers.

Counters and followers change by the hour, as the platform shows them: every change is a row with the instant from
which it is known. A later negative row is a clean-up of false likes or followers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sandbox.world import calendar, plan, text
from sandbox.world.late import append, one_in_fifty
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Chunk
from sandbox.world.time import date_of, midnight

KINDS = ("repost", "comment", "like")
SLOTS = (3, 9, 13, 18, 22)
"""Hours at which the platform's counters move."""
_SLOT_SHARE = np.array([0.04, 0.16, 0.28, 0.27, 0.25])
_RATES = (0.004, 0.006, 0.020)
"""Reposts, comments and likes per view."""
CURVE = plan.Curve(first=0.62, steep=1.7, last=40)
_CLIENTS = ("微博网页版", "iPhone客户端", "微博视频号", "皮皮时光机")
_QUIPS = ("转发微博", "开奖啦🎉", "来看看大家怎么说", "收藏这一条", "转起")
_SHOWS = ("收到了，好评🎈", "用了一周来交作业", "排队两小时终于买到", "朋友推荐的，真香")


@dataclass(frozen=True)
class WeiboAccount:
    """An account of the brand. `rate` is views at quality 1 by followers, `statuses` its posts before the epoch."""

    index: int
    uid: int
    name: str
    followers: int
    statuses: int
    rate: float


@dataclass(frozen=True)
class Original:
    """The post that a repost shows: the main account's (`person` None) or somebody's."""

    id: int
    created_at: int
    person: int | None
    text: str


@dataclass(frozen=True)
class Post:
    """A post. `title` is the brand's own words, `text` all of it. `deleted_at` is None when it stays."""

    account: int
    number: int
    id: int
    published_at: int
    publish_day: int
    title: str
    text: str
    pictures: int
    client: str
    expected: float
    appeal: tuple[float, ...]
    deleted_at: int | None
    original: Original | None
    planted: tuple[tuple[str, str], ...]

    @property
    def kind(self) -> str:
        """Repost, image or text."""
        return "repost" if self.original else "image" if self.pictures else "text"


@dataclass
class AccountEvents:
    """Everything that happened on one account; lists by day since day 0."""

    account: WeiboAccount
    posts: list[Post] = field(default_factory=list)
    counts: list[Chunk] = field(default_factory=list)
    """post, kind (number in KINDS), amount, known_at."""
    follows: list[Chunk] = field(default_factory=list)
    """amount (gained less lost), known_at."""
    totals: np.ndarray = field(default_factory=lambda: np.zeros((0, len(KINDS)), np.int64))
    """By post, at the end of the last day."""


def status_id(instant: int, rng: np.random.Generator) -> int:
    """A 16-digit id that grows with time, as the platform's do."""
    return (instant - 515_483_463) << 22 | int(rng.integers(1, 1 << 22))


def person_uid(seed: int, number: int) -> int:
    """The Weibo id of a person of the public, 10 digits."""
    return int(text.person_id(seed, "weibo", number, "{d10}"))


def make_accounts(seed: int) -> tuple[WeiboAccount, ...]:
    """The brand's main account, and its club that reposts."""
    rng = stream(seed, "wb.accounts")
    brand = text.brand_name(seed)
    first = 2_100_000_000 + int(rng.integers(10**7, 10**8))
    sizes = [int(size * rng.lognormal(0, 0.12)) for size in (254_000, 47_000)]
    return (
        WeiboAccount(0, first, f"{brand}官方微博", sizes[0], 4_127, 0.12),
        WeiboAccount(1, first + 7_654_321, f"{brand}会员俱乐部", sizes[1], 1_290, 0.09),
    )


def _post(rng: np.random.Generator, seed: int, events: AccountEvents, at: int, quality: float, **given: object) -> None:
    """Adds a post with how it will do."""
    account = events.account
    gone = at + int(rng.integers(3 * 3600, 20 * 86_400)) if rng.random() < 0.025 else None
    events.posts.append(
        Post(
            account=account.index,
            number=len(events.posts),
            id=status_id(at, rng),
            published_at=at,
            publish_day=(at - midnight(0)) // 86_400,
            client=_CLIENTS[int(rng.integers(len(_CLIENTS)))],
            expected=float(plan.expected_views(account.followers, quality, account.rate)),
            appeal=plan.appeal(rng, _RATES, quality),
            deleted_at=gone,
            **given,  # type: ignore[arg-type]
        )
    )


def publish(seed: int, scale: float, events: AccountEvents, day: int) -> None:
    """The main account's posts of a day, taken from the brand's plan."""
    rng = stream(seed, "wb.publish", events.account.index, day)
    for piece, at in plan.published(seed, scale, day, "weibo"):
        link = f"http://t.cn/{digest('link', seed, piece.number)[:8]}"
        planted: tuple[tuple[str, str], ...] = ()
        rest = [link]
        if piece.theme == "福利" and rng.random() < 0.5:
            winner = text.person(seed, int(rng.integers(text.PERSONS)))
            rest.append(f"恭喜@{winner.nickname} 中奖")
            planted = (("at_name", f"@{winner.nickname}"),)
        title = f"{piece.title} #{piece.theme}#"
        pictures = int(rng.choice([1, 3, 6, 9])) if piece.format in ("image", "article") else 0
        more = {"title": title, "text": " ".join((title, *rest)), "pictures": pictures}
        _post(rng, seed, events, at, piece.quality, **more, original=None, planted=planted)


def repost(seed: int, scale: float, events: AccountEvents, main: AccountEvents, day: int) -> None:
    """The club's reposts of a day: some of the main account's posts, and what people show of their purchases."""
    rng = stream(seed, "wb.repost", events.account.index, day)
    made: list[tuple[int, str, Original, tuple[tuple[str, str], ...]]] = []
    for post in (p for p in main.posts[-60:] if p.publish_day == day and rng.random() < 0.4):
        at = post.published_at + int(rng.integers(300, 5 * 3600))
        original = Original(post.id, post.published_at, None, post.text)
        if (at - midnight(0)) // 86_400 == day:
            made.append((at, f"//@{main.account.name}:{post.title}", original, ()))
    for _ in range(int(rng.poisson(0.35 * scale))):
        at = midnight(day) + int(rng.integers(9 * 3600, 22 * 3600))
        author = text.person(seed, int(rng.integers(text.PERSONS)))
        shown = _SHOWS[int(rng.integers(len(_SHOWS)))]
        planted: tuple[tuple[str, str], ...] = (("at_name", f"@{author.nickname}"),)
        if rng.random() < 0.3:
            shown += f"，有问题打{author.phone}"
            planted += (("phone", author.phone),)
        original = Original(status_id(at - 7_200, rng), at - 7_200, author.number, shown)
        made.append((at, f"//@{author.nickname}:{shown}", original, planted))
    for at, chain, original, planted in sorted(made, key=lambda item: item[0]):
        title = _QUIPS[int(rng.integers(len(_QUIPS)))]
        more = {"title": title, "text": title + chain, "pictures": 0}
        _post(rng, seed, events, at, float(rng.lognormal(-0.5, 1.15)), **more, original=original, planted=planted)


def count(seed: int, scale: float, events: AccountEvents, day: int) -> None:
    """Reposts, comments and likes of a day, and a clean-up now and then."""
    account = events.account
    grow = len(events.posts) - len(events.totals)
    events.totals = np.concatenate([events.totals, np.zeros((grow, len(KINDS)), np.int64)])
    rng = stream(seed, "wb.day", account.index, day)
    start = midnight(day)
    alive = [
        p
        for p in events.posts[-int(400 * max(1.0, scale)) :]
        if p.publish_day <= day <= p.publish_day + CURVE.last and (p.deleted_at is None or p.deleted_at > start)
    ]
    numbers = np.array([p.number for p in alive], np.int64)
    born = np.array([p.published_at for p in alive], np.int64)
    age = np.array([day - p.publish_day for p in alive], np.int64)
    hour = np.array([(p.published_at - midnight(p.publish_day)) / 3600 for p in alive], float)
    crisis = calendar.crisis_on(seed, day)
    expected = np.array([p.expected for p in alive], float) * (crisis.severity if crisis else 1.0)
    seen = plan.views(rng, day, expected, age, CURVE, hour)
    appeals = np.array([p.appeal for p in alive], float)
    acted = plan.actions(rng, seen, appeals) if alive else np.zeros((0, len(KINDS)), np.int64)
    parts = rng.multinomial(acted, _SLOT_SHARE)  # posts × kinds × slots
    post, kind, slot = np.nonzero(parts)
    known = np.maximum(start + np.array(SLOTS)[slot] * 3600 + rng.integers(0, 3000, len(slot)), born[post] + 300)
    gone = np.array([p.deleted_at or 1 << 40 for p in alive], np.int64)
    kept = known < gone[post]
    chunk: Chunk = {
        "post": numbers[post[kept]],
        "kind": kind[kept].astype(np.int64),
        "amount": parts[post, kind, slot][kept].astype(np.int64),
        "known_at": known[kept],
    }
    np.add.at(events.totals, (chunk["post"], chunk["kind"]), chunk["amount"])
    taken: list[tuple[int, ...]] = []
    for number, place in zip(numbers.tolist(), rng.random(len(alive)).tolist(), strict=True):
        had = int(events.totals[number, 2])
        if place < 0.015 and had > 30 and events.posts[number].publish_day < day:
            lost = max(1, int(had * rng.uniform(0.01, 0.05)))
            taken.append((number, 2, -lost, start + 23 * 3600 + int(rng.integers(0, 3000))))
            events.totals[number, 2] -= lost
    events.counts.append(append(chunk, taken))


def follow(seed: int, events: AccountEvents, day: int, pull: float) -> None:
    """Followers won and lost on a day. `pull` is the brand's lagged ad spend, 1 on an ordinary day."""
    account = events.account
    rng = stream(seed, "wb.follow", account.index, day)
    week = calendar.FOLLOW_WEEK[date_of(day).weekday()]
    crisis = calendar.crisis_on(seed, day)
    gained = account.followers * 0.0009 * week * (0.6 + 0.4 * pull) * calendar.reading_season(day)
    lost = account.followers * 0.0006 * (crisis.severity if crisis else 1.0)
    if one_in_fifty(seed, "wb.purge", account.index, day):  # the platform removes false accounts
        lost += account.followers * float(rng.uniform(0.002, 0.005))
    slots = len(SLOTS)
    amount = rng.poisson(gained * _SLOT_SHARE) - rng.poisson(lost * _SLOT_SHARE)
    known = midnight(day) + np.array(SLOTS) * 3600 + rng.integers(0, 3000, slots)
    events.follows.append({"amount": amount.astype(np.int64), "known_at": known.astype(np.int64)})
