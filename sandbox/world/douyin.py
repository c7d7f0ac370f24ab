"""Events of the brand's two Douyin accounts: videos, plays, watched seconds, actions, fans and who they are."""

from __future__ import annotations

import base64
from dataclasses import asdict, dataclass, field

import numpy as np

from sandbox.world import calendar, late, plan, text
from sandbox.world.base import PlatformWorld
from sandbox.world.brand import World
from sandbox.world.oceanengine import OceanWorld
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Chunk, Tables, join, rows, stack
from sandbox.world.time import date_of, midnight

KINDS = ("like", "comment", "share", "download", "forward")
PICTURES, VIDEO = 2, 4
"""media_type as the platform numbers it (samples/douyin/video_list.json)."""
CURVE = plan.Curve(first=0.52, steep=1.55, last=60)
READY_SECONDS = 9 * 3_600 + 1_800
"""A day is shown from 09:30 of the next one ("about 10:00", official for the mini-app twins of the calls)."""
_RATES = (0.036, 0.0032, 0.0016, 0.0002, 0.0005)
_ACCOUNTS = (("", 318_000, 0.5), ("会员中心", 47_000, 0.2))
"""Name after the brand, followers, share of the planned pieces that the account posts."""
PORTRAIT: dict[str, tuple[tuple[str, float], ...]] = {
    "gender_distributions": (("1", 0.39), ("2", 0.61)),
    "age_distributions": (("1-23", 0.20), ("24-30", 0.35), ("31-40", 0.29), ("41-50", 0.11), ("50-", 0.05)),
    "geographical_distributions": (
        ("上海", 0.09),
        ("广东", 0.11),
        ("浙江", 0.08),
        ("江苏", 0.08),
        ("北京", 0.06),
        ("四川", 0.05),
        ("山东", 0.05),
        ("湖北", 0.04),
    ),
    "active_days_distributions": (
        ("0~4", 0.18),
        ("5~8", 0.2),
        ("9~12", 0.16),
        ("13~16", 0.13),
        ("17~20", 0.11),
        ("20+", 0.22),
    ),
    "device_distributions": (("苹果", 0.4), ("华为", 0.23), ("小米", 0.13), ("OPPO", 0.1), ("vivo", 0.08)),
    "interest_distributions": (("生活", 0.18), ("美食", 0.16), ("旅行", 0.09), ("时尚", 0.08), ("科技", 0.05)),
}
"""Items of each list with their usual share; where these do not add up to 1, the rest is in no list."""
ITEMS = tuple((name, item) for name, items in PORTRAIT.items() for item, _ in items)


@dataclass(frozen=True)
class DouyinAccount:
    """An account: ids and size. `chance` is the share of the planned pieces that it posts."""

    index: int
    open_id: str
    name: str
    followers: int
    chance: float
    auth_code: str


@dataclass(frozen=True)
class Video:
    """One post. Instants are epoch seconds; None where it never happens."""

    account: int
    number: int
    item_id: str
    video_id: str
    title: str
    published_at: int
    publish_day: int
    media_type: int
    is_top: bool
    quality: float
    appeal: tuple[float, ...]
    seconds: float
    deleted_at: int | None
    private_at: int | None

    @property
    def gone_at(self) -> int | None:
        """From when on nobody sees it."""
        return min((at for at in (self.deleted_at, self.private_at) if at is not None), default=None)


@dataclass
class AccountEvents:
    """Everything that happened on one account, per day since day 0."""

    account: DouyinAccount
    videos: list[Video] = field(default_factory=list)
    plays: list[Chunk] = field(default_factory=list)
    """video, plays, seconds (watched in all), known_at."""
    actions: list[Chunk] = field(default_factory=list)
    """video, kind, amount, known_at."""
    fans: list[Chunk] = field(default_factory=list)
    """gained, lost, visitors (people who opened the profile), known_at: one row a day, more where restated."""
    portrait: list[Chunk] = field(default_factory=list)
    """item (place in ITEMS), people (gained − lost), known_at."""
    stock: dict[str, np.ndarray] = field(default_factory=dict)
    """Fans of each list by item, the last place holding those in no item; where the portrait stands."""


def make_app(seed: int) -> tuple[str, str]:
    """client_key and client_secret of the brand's application."""
    return "aw" + digest("dy.key", seed)[:14], digest("dy.secret", seed)[:32]


def make_accounts(seed: int) -> tuple[DouyinAccount, ...]:
    """The brand's two accounts."""
    rng = stream(seed, "dy.accounts")
    made = []
    for index, (label, size, chance) in enumerate(_ACCOUNTS):
        raw = digest("dy.open_id", seed, index)
        open_id = f"{raw[:8]}-{raw[8:12]}-4{raw[12:15]}-8{raw[15:18]}-{raw[18:30]}"
        followers = int(size * rng.lognormal(0, 0.12))
        code = digest("dy.code", seed, index)[:36]
        made.append(DouyinAccount(index, open_id, text.brand_name(seed) + label, followers, chance, code))
    return tuple(made)


class DouyinWorld(PlatformWorld):
    """Two accounts under one application; what is spent on Douyin ads moves their fans. No answer shows a person."""

    name = "douyin"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.accounts = tuple(AccountEvents(account) for account in make_accounts(world.seed))
        for events in self.accounts:
            rng = stream(self.seed, "dy.stock", events.account.index)
            for name, items in PORTRAIT.items():
                events.stock[name] = rng.multinomial(events.account.followers, _shares(items)).astype(np.int64)

    def extend(self, day: int) -> None:
        """Adds one day."""
        pull = self.world.part(OceanWorld).pull(day)
        for events in self.accounts:
            self._publish(events, day)
            known = self._known(events, day)
            seen = self._watch(events, day, known)
            self._follow(events, day, known, pull, seen)

    def tables(self, first: int, last: int) -> Tables:
        """dy_account, dy_video, dy_item (of the portrait), and the days' dy_plays, dy_actions, dy_fans, dy_portrait."""
        tables: Tables = {
            f"dy_{name}": join(stack(getattr(e, name), account=e.account.index) for e in self.accounts)
            for name in ("plays", "actions", "fans", "portrait")
        }
        tables["dy_account"] = rows(
            (asdict(e.account) | {"account": e.account.index} for e in self.accounts),
            account="int",
            open_id="text",
            followers="int",
        )
        tables["dy_video"] = rows(
            (asdict(video) for e in self.accounts for video in e.videos),
            account="int",
            number="int",
            item_id="text",
            video_id="text",
            title="text",
            published_at="int",
            publish_day="int",
            media_type="int",
            deleted_at="int",
        )
        tables["dy_item"] = rows(
            ({"item": place, "distribution": name, "label": item} for place, (name, item) in enumerate(ITEMS)),
            item="int",
            distribution="text",
            label="text",
        )
        return tables

    def _known(self, events: AccountEvents, day: int) -> int:
        """When the platform has the day: next morning, on about 3 % of the days only towards noon."""
        rng = stream(self.seed, "dy.late", events.account.index, day)
        is_late = rng.random() < 0.03
        return midnight(day + 1) + (int(rng.integers(10 * 3600 + 600, 13 * 3600)) if is_late else READY_SECONDS)

    def _publish(self, events: AccountEvents, day: int) -> None:
        account = events.account
        rng = stream(self.seed, "dy.publish", account.index, day)
        for piece, at in plan.published(self.seed, self.scale, day, "douyin"):
            draws = rng.random(5)
            wait = rng.integers(30_000, 20 * 86_400, 2)
            appeal = plan.appeal(rng, _RATES, piece.quality)
            seconds = float(np.clip(rng.lognormal(2.3, 0.35), 3, 45))
            if draws[0] >= account.chance:
                continue
            number = len(events.videos)
            tag = digest("dy.item", self.seed, account.index, number)
            events.videos.append(
                Video(
                    account=account.index,
                    number=number,
                    item_id=f"@9VwB{base64.b64encode(bytes.fromhex(tag)).decode()}",
                    video_id=str((at << 32) + int(tag[:7], 16)),
                    title=f"{piece.title} #{text.brand_name(self.seed)}",
                    published_at=at,
                    publish_day=day,
                    media_type=PICTURES if piece.format == "image" else VIDEO,
                    is_top=bool(draws[1] < 0.03),
                    quality=piece.quality,
                    appeal=appeal,
                    seconds=seconds,
                    deleted_at=at + int(wait[0]) if draws[2] < 0.025 else None,
                    private_at=at + int(wait[1]) if draws[3] < 0.015 else None,
                )
            )

    def _watch(self, events: AccountEvents, day: int, known: int) -> int:
        """Plays, watched seconds and actions of the day; returns the plays."""
        rng = stream(self.seed, "dy.day", events.account.index, day)
        start = midnight(day)
        alive = [
            video
            for video in events.videos
            if day - video.publish_day <= CURVE.last
            and start < min(video.deleted_at or known, video.private_at or known)
        ]
        count = len(alive)
        number = np.array([video.number for video in alive], np.int64)
        age = np.array([day - video.publish_day for video in alive], np.int64)
        hour = np.array([(video.published_at - midnight(video.publish_day)) / 3600 for video in alive])
        total = plan.expected_views(events.account.followers, np.array([v.quality for v in alive]), 0.05)
        plays = plan.views(rng, day, total, age, CURVE, hour)
        seconds = plays * np.array([video.seconds for video in alive]) * rng.gamma(80, 1 / 80, count)
        appeals = np.array([video.appeal for video in alive]).reshape(count, len(KINDS))
        done = rng.binomial(plays[:, None], appeals).astype(np.int64)
        chunk: Chunk = {
            "video": number,
            "plays": plays,
            "seconds": seconds.astype(np.int64),
            "known_at": np.full(count, known, np.int64),
        }
        events.plays.append(late.restate(rng, chunk, ("plays", "seconds"), day, share=0.03))
        chunk = {
            "video": np.repeat(number, len(KINDS)),
            "kind": np.tile(np.arange(len(KINDS)), count),
            "amount": done.ravel(),
            "known_at": np.full(count * len(KINDS), known, np.int64),
        }
        events.actions.append(late.restate(rng, chunk, ("amount",), day, share=0.012))
        return int(plays.sum())

    def _follow(self, events: AccountEvents, day: int, known: int, pull: float, plays: int) -> None:
        """Fans gained and lost, by item of every list, and people who opened the profile."""
        account = events.account
        rng = stream(self.seed, "dy.follow", account.index, day)
        crisis = calendar.crisis_on(self.seed, day)
        rhythm = calendar.FOLLOW_WEEK[date_of(day).weekday()] * calendar.reading_season(day) * rng.lognormal(0, 0.06)
        gained = int(rng.poisson(account.followers * 0.0007 * rhythm * (0.5 + 0.5 * pull) + plays * 0.0012))
        lost = int(rng.poisson(account.followers * 0.0006 * (crisis.severity if crisis else 1)))
        visitors = int(rng.poisson(account.followers * 0.003 * rhythm + plays * 0.015))
        row = {"gained": gained, "lost": lost, "visitors": visitors, "known_at": known}
        fans: Chunk = {name: np.array([value], np.int64) for name, value in row.items()}
        if late.one_in_fifty(self.seed, "dy.fans.restated", account.index, day):
            again = (int(rng.integers(1, 12)), int(rng.integers(0, 4)), 0, late.correction_at(rng, day))
            fans = late.append(fans, [again])
        events.fans.append(fans)
        net = []
        for name, items in PORTRAIT.items():
            stock = events.stock[name]
            change = rng.multinomial(gained, _shares(items)) - rng.multinomial(lost, stock / stock.sum())
            events.stock[name] = stock + change
            net.append(change[:-1])
        people = np.concatenate(net).astype(np.int64)
        if day == 0:
            people = np.concatenate([events.stock[name][:-1] for name in PORTRAIT])
        events.portrait.append(
            {"item": np.arange(len(ITEMS)), "people": people, "known_at": np.full(len(ITEMS), known, np.int64)}
        )


def _shares(items: tuple[tuple[str, float], ...]) -> np.ndarray:
    """Shares of the items, and of those that are in none."""
    shares = np.array([share for _, share in items])
    return np.append(shares, max(0.0, 1 - shares.sum())) / max(1.0, shares.sum())


def create(world: World) -> DouyinWorld:
    """The part of a world."""
    return DouyinWorld(world)
