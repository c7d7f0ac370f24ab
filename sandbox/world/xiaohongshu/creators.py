"""Creators of 蒲公英 and the notes that they write for the brand: orders, growth by day, clean-ups."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.late import append, hold_back, one_in_fifty
from sandbox.world.rng import digest, stream
from sandbox.world.tables import Chunk
from sandbox.world.time import date_of, midnight

CREATORS = 60
FOLLOW_DAYS = 90
"""Notes older than this grow no more."""
COUNTS = ("imp", "read", "readers", "likes", "saves", "comments", "shares", "finishes", "seconds", "interest")
"""Of the day, for everybody; `ad_imp` and `ad_read` of them came from ads."""
AMOUNTS = (*COUNTS, "ad_imp", "ad_read")
_FORMS = (
    "{p}真实测评｜空瓶不踩雷",
    "被问了100遍的{p}✨",
    "{s}必备！{p}用法合集",
    "打工人的{p}自由🌿",
    "跟着博主选{p}，看这篇就够",
    "沉浸式{p}vlog🎬",
    "回购三次的{p}到底好在哪",
)
_SEASONS = ("冬日", "冬日", "早春", "春日", "春日", "初夏", "夏日", "夏日", "初秋", "秋日", "秋日", "冬日")
_CONTACTS = (("phone", "，合作请回电{v}"), ("email", "，商务 {v} 谢谢"), ("at_name", " {v} 一起"))
_AGENCIES = ("青藤文化", "星野互动", "南山传媒", "")


@dataclass(frozen=True)
class Creator:
    """A creator, who is a person of the brand's public. Prices in 分."""

    number: int
    person: int
    kol_id: str
    red_id: str
    nickname: str
    agency: str
    level: int
    followers: int
    gain: int
    price: int
    video_price: int

    def followers_on(self, day: int) -> int:
        """Followers at the end of a day."""
        return self.followers + self.gain * day + int(digest("fans", self.kol_id, day)[:4], 16) % 40


@dataclass(frozen=True)
class Note:
    """A note that the brand ordered. `number` is unique and never changes; `masked_title` is the title without the
    value planted in it. Money in 分."""

    number: int
    creator: int
    note_id: str
    order_id: str
    order_title: str
    title: str
    masked_title: str
    planted: tuple[tuple[str, str], ...]
    is_video: bool
    duration: int
    publish_day: int
    price: int
    fee: int
    quality: float
    read_rate: float
    removed_day: int | None
    """From the snapshot of this day on, the note is not listed."""


@dataclass
class CreatorEvents:
    """Everything that happened; `growth` by day since day 0: note, AMOUNTS, known_at. Later rows are differences."""

    creators: tuple[Creator, ...]
    notes: list[Note] = field(default_factory=list)
    growth: list[Chunk] = field(default_factory=list)
    likes: dict[int, int] = field(default_factory=dict)
    """Likes to date by note: a clean-up cannot take more."""


@lru_cache(maxsize=8)
def make_creators(seed: int) -> tuple[Creator, ...]:
    """The creators whom the brand works with."""
    rng = stream(seed, "xhs.creators")
    persons = rng.permutation(text.PERSONS)[:CREATORS]
    made = []
    for number, person in enumerate(persons.tolist()):
        followers = int(np.clip(rng.lognormal(10.3, 1.1), 2_000, 3_000_000))
        price = max(300, int(followers * float(rng.uniform(0.02, 0.06))) // 100 * 100) * 100
        tag = digest("xhs.user", seed, person)
        made.append(
            Creator(
                number=number,
                person=person,
                kol_id="5" + tag[:23],
                red_id=f"red{tag[24:34]}",
                nickname=text.person(seed, person).nickname,
                agency=_AGENCIES[int(rng.integers(len(_AGENCIES)))],
                level=int(rng.integers(1, 5)),
                followers=followers,
                gain=int(followers * float(rng.uniform(-0.0001, 0.0012))),
                price=price,
                video_price=price * 8 // 5 // 10_000 * 10_000 or price,
            )
        )
    return tuple(made)


@lru_cache(maxsize=4096)
def notes_of_day(seed: int, scale: float, day: int) -> tuple[Note, ...]:
    """The notes that are published on a day; none before the epoch."""
    if day < 0:
        return ()
    rng = stream(seed, "xhs.notes", day)
    rhythm = calendar.READ_WEEK[date_of(day).weekday()] * calendar.selling_season(day)
    count = int(rng.poisson(0.8 * scale * rhythm))
    return tuple(_note(rng, seed, make_creators(seed), day * 1000 + i, day) for i in range(count))


def _note(rng: np.random.Generator, seed: int, creators: tuple[Creator, ...], number: int, day: int) -> Note:
    creator = creators[int(rng.integers(len(creators)))]
    draw = rng.random(6)
    is_video = bool(draw[0] < 0.45)
    item = text.product(rng, seed)
    title = _FORMS[int(draw[1] * len(_FORMS))].format(p=item, s=_SEASONS[date_of(day).month - 1])
    masked = title
    planted: tuple[tuple[str, str], ...] = ()
    if draw[2] < 0.06:
        kind, form = _CONTACTS[int(draw[3] * len(_CONTACTS))]
        who = text.person(seed, creator.person)
        value = {"phone": who.phone, "email": who.email, "at_name": f"@{who.nickname}"}[kind]
        shown = {"phone": "<phone>", "email": "<email>", "at_name": "<name>"}[kind]
        title, masked, planted = title + form.format(v=value), masked + form.format(v=shown), ((kind, value),)
    wanted = creator.video_price if is_video else creator.price
    price = max(10_000, int(wanted * (0.85 + 0.25 * draw[4])) // 10_000 * 10_000)
    tag = digest("xhs.note", seed, number)
    return Note(
        number=number,
        creator=creator.number,
        note_id=f"{midnight(day) + 36_000:08x}{tag[:16]}",
        order_id=str(200_000_000 + number * 7 + int(tag[:2], 16) % 7),
        order_title=f"{date_of(day):%m}月-{item}-达人种草",
        title=title,
        masked_title=masked,
        planted=planted,
        is_video=is_video,
        duration=int(rng.integers(20, 240)) if is_video else 0,
        publish_day=day,
        price=price,
        fee=price // 10,
        quality=float(4 * creator.followers**0.7 * rng.lognormal(0.6, 1.1)),
        read_rate=float(np.clip(rng.lognormal(-2.1, 0.3), 0.04, 0.4)),
        removed_day=day + int(rng.integers(2, 60)) if draw[5] < 0.02 else None,
    )


def grow(seed: int, events: CreatorEvents, day: int, ads: dict[int, tuple[int, int]]) -> None:
    """Adds a day to every note that still grows; `ads` holds (impressions, clicks) of the day's ads by note."""
    rng = stream(seed, "xhs.growth", day)
    alive = [
        note
        for note in events.notes
        if day - FOLLOW_DAYS < note.publish_day <= day and (note.removed_day is None or day < note.removed_day)
    ]
    age = day - np.array([note.publish_day for note in alive], np.int64)
    rhythm = calendar.READ_WEEK[date_of(day).weekday()] * calendar.reading_season(day)
    wanted = np.array([note.quality for note in alive]) * rhythm * rng.lognormal(0, 0.25, len(alive))
    organic = rng.poisson(np.minimum(wanted * 0.55 * (age + 1.0) ** -1.25, 4e6))
    organic_read = rng.binomial(organic, np.array([note.read_rate for note in alive]))
    ad_imp, ad_read = np.array([ads.get(note.number, (0, 0)) for note in alive], np.int64).reshape(-1, 2).T
    read = organic_read + ad_read
    likes = rng.binomial(read, 0.052)
    chunk: Chunk = {
        "note": np.array([note.number for note in alive], np.int64),
        "imp": organic + ad_imp,
        "read": read,
        "readers": rng.binomial(read, 0.9),
        "likes": likes,
        "saves": rng.binomial(read, 0.024),
        "comments": rng.binomial(read, 0.007),
        "shares": rng.binomial(read, 0.004),
        "finishes": rng.binomial(read, 0.3) * np.array([note.is_video for note in alive], np.int64),
        "seconds": read * rng.integers(12, 45, len(alive)),
        "interest": rng.binomial(read, 0.02),
        "ad_imp": ad_imp,
        "ad_read": ad_read,
        "known_at": np.full(len(alive), midnight(day + 1) + 6 * 3600, np.int64),
    }
    chunk = _known_later(chunk, ("interest",), midnight(day + 2) + 6 * 3600)
    if one_in_fifty(seed, "xhs.late", 0, day):
        organic_only = (chunk["ad_imp"] == 0) & (chunk["imp"] > 0)
        chunk = hold_back(rng, chunk, COUNTS, organic_only, midnight(day + 2) + 6 * 3600)
    taken = _clean_up(rng, events, alive, likes)
    fixed = {"known_at": midnight(day + 1) + 6 * 3600}
    lost = [{"note": number, "likes": -amount, **fixed} for number, amount in taken.items()]
    events.growth.append(append(chunk, [tuple(row.get(name, 0) for name in chunk) for row in lost]))


def _known_later(chunk: Chunk, amounts: tuple[str, ...], until: int) -> Chunk:
    """Moves whole amounts to rows of their own that are known at `until` (the T+2 part)."""
    moved = {name: values if name in (*amounts, "note") else np.zeros_like(values) for name, values in chunk.items()}
    moved["known_at"] = np.full(len(chunk["note"]), until, np.int64)
    first = {name: np.zeros_like(values) if name in amounts else values for name, values in chunk.items()}
    return {name: np.concatenate([first[name], moved[name]]) for name in chunk}


def _clean_up(rng: np.random.Generator, events: CreatorEvents, alive: list[Note], likes: np.ndarray) -> dict[int, int]:
    """Likes that the platform takes back that day, by note: false ones, found later."""
    taken: dict[int, int] = {}
    struck = rng.random(len(alive)) < 0.012
    for note, gained, is_struck in zip(alive, likes.tolist(), struck.tolist(), strict=True):
        before = events.likes.get(note.number, 0)
        if is_struck and before > 20:
            taken[note.number] = gained + max(1, before // 60)
        events.likes[note.number] = before + gained - taken.get(note.number, 0)
    return taken
