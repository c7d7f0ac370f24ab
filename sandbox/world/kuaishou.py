"""Events of the brand's two Kuaishou accounts: videos, their counters, fans. The platform shows the present only."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

import numpy as np

from sandbox.world import calendar, plan, text
from sandbox.world.base import PlatformWorld
from sandbox.world.brand import World
from sandbox.world.kuaishou_ads import KuaishouAdsWorld
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Chunk, Tables, join, rows, stack
from sandbox.world.text import person_id
from sandbox.world.time import DAY_SECONDS, date_of, midnight

COUNTERS = ("views", "likes", "comments")
CURVE = plan.Curve(first=0.46, steep=1.5, last=75)
HOURS = (3, 8, 9, 12, 15, 18, 21, 24)
"""Hours of a day up to which a part of it is counted; what is counted shows at once."""
_HOUR_SHARE = (0.06, 0.07, 0.04, 0.16, 0.15, 0.17, 0.22, 0.13)
_RATES = (0.028, 0.0021)
_ACCOUNTS = (("", 128_000, 1.0), ("会员店", 31_000, 0.4))
"""Name after the brand, fans, share of the planned pieces that the account posts."""
_REACH = 0.35
"""Views of a video of quality 1, as a part of the fans."""


@dataclass(frozen=True)
class KuaishouAccount:
    """An account: ids and size. `chance` is the share of the planned pieces that it posts."""

    index: int
    open_id: str
    name: str
    fans: int
    chance: float
    auth_code: str


@dataclass(frozen=True)
class Photo:
    """One video, as the platform calls it. Instants are epoch seconds; None where it never happens."""

    account: int
    number: int
    photo_id: str
    caption: str
    published_at: int
    publish_day: int
    reviewed_at: int
    """Until then it is pending and shows no counters."""
    quality: float
    appeal: tuple[float, ...]
    deleted_at: int | None


@dataclass
class AccountEvents:
    """Everything that happened on one account, per day since day 0."""

    account: KuaishouAccount
    photos: list[Photo] = field(default_factory=list)
    counts: list[Chunk] = field(default_factory=list)
    """photo, views, likes, comments, known_at inside the day; a clean-up takes some off."""
    fans: list[Chunk] = field(default_factory=list)
    """gained, lost, known_at inside the day."""


def make_app(seed: int) -> tuple[str, str]:
    """app_id and app_secret of the brand's application."""
    return person_id(seed, "kuaishou.app", 0, "ks{d18}"), digest("ks.secret", seed)[:24]


def make_accounts(seed: int) -> tuple[KuaishouAccount, ...]:
    """The brand's two accounts."""
    rng = stream(seed, "ks.accounts")
    return tuple(
        KuaishouAccount(
            index,
            digest("ks.open_id", seed, index)[:32],
            text.brand_name(seed) + label,
            int(size * rng.lognormal(0, 0.12)),
            chance,
            digest("ks.code", seed, index)[:40],
        )
        for index, (label, size, chance) in enumerate(_ACCOUNTS)
    )


class KuaishouWorld(PlatformWorld):
    """Two accounts under one application; what is spent on Kuaishou ads moves their fans. No answer shows a person."""

    name = "kuaishou"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.accounts = tuple(AccountEvents(account) for account in make_accounts(world.seed))

    def extend(self, day: int) -> None:
        """Adds one day."""
        pull = self.world.part(KuaishouAdsWorld).pull(day)
        for events in self.accounts:
            self._publish(events, day)
            events.counts.append(self._count(events, day))
            events.fans.append(self._follow(events, day, pull))

    def tables(self, first: int, last: int) -> Tables:
        """ko_account, ko_photo, ko_counts, ko_fans."""
        return {
            "ko_account": rows(
                (asdict(e.account) | {"account": e.account.index} for e in self.accounts),
                account="int",
                open_id="text",
                fans="int",
            ),
            "ko_photo": rows(
                (asdict(photo) for e in self.accounts for photo in e.photos),
                account="int",
                number="int",
                photo_id="text",
                caption="text",
                published_at="int",
                publish_day="int",
                reviewed_at="int",
                deleted_at="int",
            ),
            "ko_counts": join(stack(e.counts, account=e.account.index) for e in self.accounts),
            "ko_fans": join(stack(e.fans, account=e.account.index) for e in self.accounts),
        }

    def _publish(self, events: AccountEvents, day: int) -> None:
        account = events.account
        rng = stream(self.seed, "ks.publish", account.index, day)
        for piece, at in plan.published(self.seed, self.scale, day, "kuaishou"):
            draws = rng.random(4)
            waits = rng.integers((300, 3 * 3600, 2 * DAY_SECONDS), (5_400, 22 * 3600, 40 * DAY_SECONDS))
            appeal = plan.appeal(rng, _RATES, piece.quality)
            if draws[0] >= account.chance:
                continue
            number = len(events.photos)
            events.photos.append(
                Photo(
                    account=account.index,
                    number=number,
                    photo_id=person_id(self.seed, f"kuaishou.photo.{account.index}", number, "3x{w13}"),
                    caption="" if draws[1] < 0.05 else f"{piece.title} #{piece.product} #{text.brand_name(self.seed)}",
                    published_at=at,
                    publish_day=day,
                    reviewed_at=at + int(waits[1] if draws[2] < 0.05 else waits[0]),
                    quality=piece.quality,
                    appeal=appeal,
                    deleted_at=at + int(waits[2]) if draws[3] < 0.03 else None,
                )
            )

    def _count(self, events: AccountEvents, day: int) -> Chunk:
        """What the day adds to the counters of every video that is still looked at, in the parts of the day."""
        index = events.account.index
        rng = stream(self.seed, "ks.count", index, day)
        alive = [
            photo
            for photo in events.photos
            if photo.publish_day >= day - CURVE.last
            and photo.reviewed_at < midnight(day + 1)
            and (photo.deleted_at is None or photo.deleted_at > midnight(day))
        ]
        number = np.array([photo.number for photo in alive], np.int64)
        age = np.array([day - photo.publish_day for photo in alive], np.int64)
        hour = np.array([(photo.published_at - midnight(photo.publish_day)) / 3600 for photo in alive])
        quality = np.array([photo.quality for photo in alive])
        total = plan.expected_views(events.account.fans, quality, _REACH)
        crisis = calendar.crisis_on(self.seed, day)
        views = plan.views(rng, day, total * (crisis.severity**0.4 if crisis else 1.0), age, CURVE, hour)
        appeals = np.array([photo.appeal for photo in alive])
        acts = plan.actions(rng, views, appeals) if alive else np.zeros((0, len(_RATES)), np.int64)
        ends = midnight(day) + np.array(HOURS) * 3600
        reviewed = np.array([photo.reviewed_at for photo in alive], np.int64)
        chance = np.array(_HOUR_SHARE) * (ends[None, :] > reviewed[:, None])
        chance = chance / chance.sum(axis=1, keepdims=True) if alive else chance
        parts = [rng.multinomial(counts, chance) for counts in (views, acts[:, 0], acts[:, 1])]
        chunk = {
            "photo": np.repeat(number, len(HOURS)),
            **{name: part.reshape(-1).astype(np.int64) for name, part in zip(COUNTERS, parts, strict=True)},
            "known_at": np.tile(ends, len(alive)),
        }
        return self._clean_up(rng, events, alive, chunk, day)

    def _clean_up(
        self, rng: np.random.Generator, events: AccountEvents, alive: list[Photo], chunk: Chunk, day: int
    ) -> Chunk:
        """Now and then false likes and views of the days before are taken off a video: its counters fall."""
        later: list[list[int]] = []
        for photo, struck, part in zip(alive, rng.random(len(alive)), rng.uniform(0.01, 0.04, len(alive)), strict=True):
            if struck < 0.012 and 2 <= day - photo.publish_day <= 30:
                before = [known["photo"] == photo.number for known in events.counts[photo.publish_day :]]
                had = {
                    name: sum(
                        int(c[name][m].sum()) for c, m in zip(events.counts[photo.publish_day :], before, strict=True)
                    )
                    for name in ("views", "likes")
                }
                taken = [-int(had["views"] * part), -int(had["likes"] * part), 0]
                later.append([photo.number, *taken, midnight(day) + 5 * 3600])
        if not later:
            return chunk
        extra = np.array(later, np.int64).T
        return {name: np.concatenate([values, extra[i]]) for i, (name, values) in enumerate(chunk.items())}

    def _follow(self, events: AccountEvents, day: int, pull: float) -> Chunk:
        account = events.account
        rng = stream(self.seed, "ks.fans", account.index, day)
        season = calendar.FOLLOW_WEEK[date_of(day).weekday()] * calendar.reading_season(day)
        crisis = calendar.crisis_on(self.seed, day)
        fresh = sum(photo.quality for photo in events.photos if 0 <= day - photo.publish_day <= 1)
        gain = account.fans * 0.0011 * season * (0.6 + 0.4 * pull) * (1 + 0.05 * min(fresh, 30))
        loss = account.fans * 0.0007 * (1 + (crisis.severity - 1) * 1.5 if crisis else 1.0)
        share = np.array(_HOUR_SHARE)
        return {
            "gained": rng.poisson(gain * share * rng.gamma(14, 1 / 14)).astype(np.int64),
            "lost": rng.poisson(loss * share * rng.gamma(14, 1 / 14)).astype(np.int64),
            "known_at": midnight(day) + np.array(HOURS) * 3600,
        }


def create(world: World) -> KuaishouWorld:
    """The part of a world."""
    return KuaishouWorld(world)
