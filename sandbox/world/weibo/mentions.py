"""People who name the brand on Weibo, in posts of their own and in comments."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.rng import digest, stream
from sandbox.world.time import date_of, midnight
from sandbox.world.weibo.events import KINDS, AccountEvents, Post, status_id

_A_DAY = {"post": (8.0, 1.6), "comment": (12.0, 2.5)}
"""Mentions a day by kind, of the main account and the club."""
GROWS_FOR = 5 * 86_400


@dataclass(frozen=True)
class Mention:
    """A post or a comment that names an account. `under` is the post that it stands under or reposts: ours (its
    number) or somebody's (`stands_on`, an id). `growth` holds (instant, kind in KINDS, amount) of a post."""

    account: int
    id: int
    kind: str
    created_at: int
    person: int
    text: str
    emotion: str
    under: int | None
    stands_on: int | None
    is_shown: bool
    vanish_at: int | None
    growth: tuple[tuple[int, int, int], ...]
    planted: tuple[tuple[str, str], ...]


def has_authorised(seed: int, number: int) -> bool:
    """The platform shows an app only mentions by people who authorised it: about four of five of this public."""
    return int(digest("wb.authorised", seed, number)[:4], 16) % 5 != 0


def mention(seed: int, scale: float, events: AccountEvents, day: int) -> list[Mention]:
    """The mentions of a day in order of time."""
    account = events.account
    rng = stream(seed, "wb.mention", account.index, day)
    crisis = calendar.crisis_on(seed, day)
    rhythm = calendar.READ_WEEK[date_of(day).weekday()] * (crisis.severity**1.6 if crisis else 1.0) * scale
    recent = [p for p in events.posts[-40:] if day - 4 <= p.publish_day <= day]
    made = [
        _one(rng, seed, events, recent, crisis.subject if crisis else None, kind, day)
        for kind, means in _A_DAY.items()
        for _ in range(int(rng.poisson(means[account.index] * rhythm)))
    ]
    return sorted(made, key=lambda item: item.id)


def _one(
    rng: np.random.Generator,
    seed: int,
    events: AccountEvents,
    recent: list[Post],
    subject: str | None,
    kind: str,
    day: int,
) -> Mention:
    at = midnight(day) + int(86_399 * rng.beta(4, 2.2))
    draw = rng.random(7)
    author = text.person(seed, int(text.PERSONS * draw[0] ** 2.2))
    written = text.remark(rng, seed, author, subject if draw[1] < 0.6 else None)
    there = [p for p in recent if p.published_at < at and (p.deleted_at is None or p.deleted_at > at)]
    under = there[int(draw[2] * len(there))].number if there and (kind == "comment" or draw[3] < 0.35) else None
    stands_on = status_id(at - 5_400, rng) if kind == "comment" and under is None else None
    vanish = at + int(rng.integers(3_600, 9 * 86_400)) if draw[4] < 0.03 else None
    growth = tuple(
        (at + int(rng.integers(600, GROWS_FOR)), int(rng.integers(len(KINDS))), int(rng.poisson(6 * draw[5])))
        for _ in range(int(rng.integers(0, 5)) if kind == "post" else 0)
    )
    return Mention(
        account=events.account.index,
        id=status_id(at, rng),
        kind=kind,
        created_at=at,
        person=author.number,
        text=f"@{events.account.name} {written.text}",
        emotion=written.emotion,
        under=under,
        stands_on=stands_on,
        is_shown=has_authorised(seed, author.number),
        vanish_at=vanish,
        growth=tuple((i, k, n) for i, k, n in sorted(growth) if n and (vanish is None or i < vanish)),
        planted=written.planted,
    )
