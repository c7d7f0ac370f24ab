"""What binds people to the brand beside its shop: activities on its own site, members' points, communities.

The lists of activities and communities are the same under every seed, so that the shipped seeds are every brand's; who
takes part is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from sandbox.world import calendar, text
from sandbox.world.base import Planted, PlatformWorld
from sandbox.world.brand import World
from sandbox.world.rng import digest, stream
from sandbox.world.shop import ShopWorld
from sandbox.world.shop.days import PUBLIC
from sandbox.world.tables import Tables, rows
from sandbox.world.time import date_of, day_of, midnight

KINDS = {
    "lottery": ("抽奖", 55.0, (6_000, 30_000)),
    "check_in": ("签到", 34.0, (1_500, 4_000)),
    "co_creation": ("共创", 9.0, (1_000, 3_000)),
    "offline": ("体验日", 40.0, (12_000, 45_000)),
}
"""Name, people a day at scale 1, and cost from and to, in the activity's currency."""
COMMUNITIES = {"forum": (5.0, 70.0), "vip_group": (2.0, 45.0), "testers": (0.3, 6.0)}
"""Who joins, and what its members do, a day at scale 1; `testers` are on no list of the brand."""
SOURCES = ("weibo", "douyin", "xiaohongshu", "wechat", "sms", "")
_SOURCE_SHARE = (0.2, 0.22, 0.14, 0.16, 0.06, 0.22)
_HOUR = np.array([1, 0.5, 0.3, 0.2, 0.3, 0.6, 1.5, 3, 4, 4, 4, 4.5, 5, 4, 4, 4, 4, 4.5, 5, 6.5, 8, 8.5, 6, 3])
_LATE_SHARE = 0.03


@dataclass(frozen=True)
class Activity:
    """A marketing activity; `cost` in hundredths of its currency. Some are on no list of the brand."""

    activity_id: str
    name: str
    kind: str
    first: int
    last: int
    cost: int
    currency: str
    is_listed: bool


@dataclass(frozen=True)
class Participation:
    """Somebody does something in an activity."""

    activity_id: str
    action: str
    person: int
    is_member: bool
    at: int
    known_at: int
    source: str


@dataclass(frozen=True)
class Entry:
    """Points given to a member or taken away; `order_id` and `activity_id` say what for, where there is one."""

    person: int
    points: int
    reason: str
    order_id: str
    activity_id: str
    at: int
    known_at: int


@dataclass(frozen=True)
class Act:
    """What a member does in a community."""

    community_id: str
    action: str
    person: int
    at: int
    known_at: int


@dataclass
class LoyaltyDay:
    """What the site sends of a day beside the shop's events."""

    day: int
    participations: list[Participation] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)


@lru_cache(maxsize=64)
def activities_of_year(year: int) -> tuple[Activity, ...]:
    """The brand's activities that begin in a calendar year, in order: lotteries before selling days, check-ins and days
    in a store by month, co-creation by quarter, and a pop-up by half-year that is on no list."""
    spans = [("lottery", e.name, date_of(e.day - 4), date_of(e.day)) for e in calendar.events_of_year(year)]
    for month in range(1, 13):
        first, after = date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)
        saturday = first + timedelta(days=(5 - first.weekday()) % 7 + 7)
        spans.append(("check_in", f"{month}月", first, after - timedelta(days=1)))
        spans.append(("offline", f"{month}月门店", saturday, saturday + timedelta(days=1)))
        if month % 3 == 2:
            spans.append(("co_creation", f"{text.season(month)}新品", date(year, month, 8), date(year, month, 28)))
        if month % 6 == 0:
            spans.append(("popup", f"{month}月", first + timedelta(days=4), first + timedelta(days=6)))
    return tuple(_activity(*span) for span in sorted(spans, key=lambda span: (span[2], span[0])))


def _activity(kind: str, subject: str, first: date, last: date) -> Activity:
    told = "offline" if kind == "popup" else kind
    title, _, (least, most) = KINDS[told]
    cost = least + int(digest("activity", kind, first)[:8], 16) % (most - least)
    currency = "USD" if kind == "co_creation" else "CNY"
    head = (f"{kind}-{first:%Y%m%d}", f"{subject}{title}", told)
    return Activity(*head, day_of(first), day_of(last), cost * 100, currency, kind != "popup")


def running(day: int) -> list[Activity]:
    """Activities of a day."""
    year = date_of(day).year
    return [one for one in activities_of_year(year - 1) + activities_of_year(year) if one.first <= day <= one.last]


class LoyaltyWorld(PlatformWorld):
    """Participations in activities, entries of points and what happens in communities, by day."""

    name = "loyalty"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.by_day: list[LoyaltyDay] = []
        self.members: dict[int, int] = {}
        """Members with the instant of their sign-up, those of later days not among them."""
        self._joined: dict[str, list[tuple[int, bool]]] = {}
        self._ledger: dict[int, tuple[int, int]] = {}
        """Members with the balance of their points and the day of their last entry."""
        self._buyers: dict[str, int] = {}
        """Members by the orders that gave them points."""
        self._inside: dict[str, dict[int, None]] = {community: {} for community in COMMUNITIES}
        """Members of each community, in the order in which they joined."""

    @property
    def shop(self) -> ShopWorld:
        """Whose site it is, and whose members."""
        return self.world.part(ShopWorld)

    def extend(self, day: int) -> None:
        """Adds one day."""
        self.shop.ensure(day)
        self.members |= {one.person: one.at for one in self.shop.by_day[day].sign_ups}
        found = LoyaltyDay(day)
        for one in running(day):
            self._take_part(found, one)
        self._book(found)
        self._gather(found)
        self.by_day.append(found)

    def _take_part(self, found: LoyaltyDay, one: Activity) -> None:
        """A day of an activity: its pull is heavy-tailed; who checks in is a member, who wins joined before."""
        rng = stream(self.seed, f"loyalty.{one.activity_id.partition('-')[0]}", found.day, one.first)
        pull = float(stream(self.seed, "loyalty.pull", one.first, len(one.activity_id)).lognormal(0, 0.7))
        pull *= calendar.READ_WEEK[date_of(found.day).weekday()] * calendar.selling_season(found.day) ** 0.3
        count = int(rng.poisson(KINDS[one.kind][1] * self.scale * min(pull, 6.0)))
        known = list(self.members)
        if one.kind == "check_in":
            persons = [known[int(place)] for place in len(known) * rng.random(count) ** 2] if known else []
        else:
            persons = (PUBLIC * rng.random(count) ** 2.2).astype(int).tolist()
        first = {"check_in": "check_in", "co_creation": "submit"}.get(one.kind, "join")
        joined = self._joined.setdefault(one.activity_id, [])
        for person in persons:
            at = midnight(found.day) + int(rng.choice(24, p=_HOUR / _HOUR.sum())) * 3600 + int(rng.integers(3000))
            is_member = self.members.get(person, at + 1) <= at
            if one.kind == "check_in" and not is_member:
                continue
            source = SOURCES[int(rng.choice(len(SOURCES), p=_SOURCE_SHARE))]
            self._add(rng, found, one, first, person, is_member, at, source)
            joined.append((person, is_member))
            if one.kind == "offline" and rng.random() < 0.7:
                self._add(rng, found, one, "check_in", person, is_member, at + 300, source)
            for number in range(min(9, int(rng.pareto(1.6) * 0.6))):
                self._add(rng, found, one, "share", person, is_member, at + 20 + 40 * number, source)
        if one.kind == "lottery" and found.day == one.last:
            at = midnight(found.day) + 23 * 3600 + 55 * 60
            for place in sorted(set(rng.integers(len(joined), size=12).tolist()) if joined else ()):
                person, is_member = joined[int(place)]
                self._add(rng, found, one, "win", person, is_member, at, "")
                if rng.random() < 0.8:
                    self._add(rng, found, one, "redeem", person, is_member, at + 60 + int(rng.integers(200)), "")

    def _add(
        self,
        rng: np.random.Generator,
        found: LoyaltyDay,
        one: Activity,
        action: str,
        person: int,
        is_member: bool,
        at: int,
        source: str,
    ) -> None:
        known_at = at + _delay(rng)
        found.participations.append(Participation(one.activity_id, action, person, is_member, at, known_at, source))

    def _book(self, found: LoyaltyDay) -> None:
        """A day of points: a yuan is a point and paid back with it, check-ins and tasks give some, gifts cost a hundred
        and more of the days before, and on the first of a month those expire of who had no entry for ninety days."""
        rng = stream(self.seed, "loyalty.points", found.day)
        start, made = midnight(found.day), self.shop.by_day[found.day]
        if date_of(found.day).day == 1:
            for person, (balance, last) in sorted(self._ledger.items()):
                if balance > 0 and last < found.day - 90:
                    self._enter(rng, found, person, -balance, "expire", start + 7200)
        known = list(self.members)
        busy = calendar.READ_WEEK[date_of(found.day).weekday()] * self.scale if known else 0
        for _ in range(int(rng.poisson(9 * busy))):
            at = start + int(rng.integers(8 * 3600, 24 * 3600))
            person = known[int(rng.integers(len(known)))]
            gift = 100 * int(rng.geometric(0.4))
            if self._ledger.get(person, (0, 0))[0] >= gift:
                self._enter(rng, found, person, -gift, "redeem", at)
        for order in made.orders:
            if order.is_member and order.paid >= 100:
                self._buyers[order.order_id] = order.person
                self._enter(rng, found, order.person, order.paid // 100, "order", order.at + 60, order=order.order_id)
        for refund in made.refunds:
            if (buyer := self._buyers.get(refund.order_id)) is not None and refund.amount >= 100:
                back = -(refund.amount // 100)
                self._enter(rng, found, buyer, back, "correct", refund.at + 60, order=refund.order_id)
        for one in found.participations:
            if one.is_member and one.action == "check_in":
                self._enter(rng, found, one.person, 5, "check_in", one.at + 1, activity=one.activity_id)
        for _ in range(int(rng.poisson(14 * busy))):
            at = start + int(rng.integers(8 * 3600, 24 * 3600))
            person = known[int(len(known) * float(rng.random()) ** 2)]
            if self.members[person] < at:
                self._enter(rng, found, person, int(rng.choice((20, 50, 200), p=(0.6, 0.3, 0.1))), "task", at)

    def _enter(
        self,
        rng: np.random.Generator,
        found: LoyaltyDay,
        person: int,
        points: int,
        reason: str,
        at: int,
        *,
        order: str = "",
        activity: str = "",
    ) -> None:
        self._ledger[person] = (self._ledger.get(person, (0, 0))[0] + points, found.day)
        found.entries.append(Entry(person, points, reason, order, activity, at, at + _delay(rng)))

    def _gather(self, found: LoyaltyDay) -> None:
        """A day of communities: some leave before noon, then members talk, few of them most, and others join, new
        members of the brand before old ones, some of whom were inside already."""
        rng = stream(self.seed, "loyalty.communities", found.day)
        start, known = midnight(found.day), list(self.members)
        busy = calendar.READ_WEEK[date_of(found.day).weekday()] * self.scale if known else 0

        def act(community: str, action: str, person: int, hours: tuple[int, int]) -> None:
            at = start + int(rng.integers(hours[0] * 3600, hours[1] * 3600))
            found.acts.append(Act(community, action, person, at, at + _delay(rng)))

        for community, (joins, talk) in COMMUNITIES.items():
            inside = self._inside[community]
            leaving = [person for person in inside if rng.random() < 0.002]
            for person in leaving:
                del inside[person]
                act(community, "leave", person, (7, 12))
            members = list(inside)
            for _ in range(int(rng.poisson(talk * busy)) if members else 0):
                person = members[int(len(members) * float(rng.random()) ** 2)]
                act(community, str(rng.choice(("post", "reply", "react"), p=(0.15, 0.35, 0.5))), person, (12, 24))
            for _ in range(int(rng.poisson(joins * busy))):
                person = known[-1 - int(len(known) * float(rng.random()) ** 2)]
                if person in inside and rng.random() < 0.9:
                    continue
                if self.members[person] < start and person not in leaving:
                    inside[person] = None
                    act(community, "join", person, (12, 24))

    def utm(self, one: Participation) -> dict[str, str]:
        """Where a participation came from, as the links of the activity say it; empty for typed addresses."""
        if not one.source:
            return dict.fromkeys(("utm_source", "utm_medium", "utm_campaign"), "")
        medium = "crm" if one.source == "sms" else "social"
        return {"utm_source": one.source, "utm_medium": medium, "utm_campaign": one.activity_id}

    # --- for the truth and the leak searches ------------------------------------------------------------------------

    def tables(self, first: int, last: int) -> Tables:
        """loyalty_activity of the years until the day last; what happened in loyalty_* of all days until then."""
        days = self.by_day[: last + 1]
        years = range(date_of(0).year, date_of(last).year + 1)
        return {
            "loyalty_activity": rows(
                (vars(one) for year in years for one in activities_of_year(year)),
                activity_id="text",
                name="text",
                kind="text",
                first="int",
                last="int",
                cost="int",
                currency="text",
                is_listed="bool",
            ),
            "loyalty_participation": rows(
                (row for found in days for row in self._participations(found)),
                event_id="text",
                activity_id="text",
                action="text",
                person="int",
                is_member="bool",
                at="int",
                known_at="int",
                utm_source="text",
                utm_medium="text",
                utm_campaign="text",
            ),
            "loyalty_entry": rows(
                (
                    vars(one) | {"event_id": self.shop.event_id("points", found.day, i)}
                    for found in days
                    for i, one in enumerate(found.entries)
                ),
                event_id="text",
                person="int",
                points="int",
                reason="text",
                order_id="text",
                activity_id="text",
                at="int",
                known_at="int",
            ),
            "loyalty_act": rows(
                (
                    vars(one) | {"event_id": self.shop.event_id("community", found.day, i)}
                    for found in days
                    for i, one in enumerate(found.acts)
                ),
                event_id="text",
                community_id="text",
                action="text",
                person="int",
                at="int",
                known_at="int",
            ),
        }

    def _participations(self, found: LoyaltyDay) -> Iterator[dict[str, Any]]:
        for i, one in enumerate(found.participations):
            yield vars(one) | self.utm(one) | {"event_id": self.shop.event_id("activity", found.day, i)}

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Cookies and member numbers of who took part, has points or is in a community."""
        for found in self.by_day[max(first, 0) : last + 1]:
            for number in sorted({one.person for one in found.participations}):
                yield Planted("visitor_id", self.shop.visitor_id(number), f"activities, day {found.day}")
            told = (found.participations, found.entries, found.acts)
            for number in sorted({one.person for group in told for one in group}):
                yield Planted("user_id", self.shop.user_id(number), f"activities, day {found.day}")


def _delay(rng: np.random.Generator) -> int:
    """Seconds until the webhook brings it: two, of a few a good deal more."""
    return int(np.clip(rng.lognormal(9.8, 1.1), 600, 60 * 3600)) if rng.random() < _LATE_SHARE else 2


def create(world: World) -> LoyaltyWorld:
    """The part of a world."""
    return LoyaltyWorld(world)
