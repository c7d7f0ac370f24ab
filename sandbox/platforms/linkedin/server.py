"""The LinkedIn pages server: platform-contracts §7, §18 and samples/linkedin."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any
from urllib.parse import unquote

from sandbox.clock import Clock
from sandbox.platforms.linkedin.numbers import KEPT_DAYS, PageNumbers, post_row
from sandbox.platforms.linkedin.rest import (
    LinkedInRest,
    credentials_of,
    elements,
    not_allowed,
    number_of,
    refuse,
    stamp,
    urns,
    utc_date,
)
from sandbox.web import Call
from sandbox.world import World
from sandbox.world.linkedin import LinkedInWorld, make_pages, utc_day_at, utc_midnight
from sandbox.world.time import day_of

_INTERVALS = re.compile(r"\(timeRange:\(start:(\d+),end:(\d+)\),timeGranularityType:DAY\)")
_DAY_MS = 86_400_000
_MOST_URNS = 20


def create(world: World, clock: Clock) -> LinkedInPages:
    """The server of a world."""
    return LinkedInPages(world.part(LinkedInWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """Both pages under one consent."""
    return [
        {
            "source": "linkedin",
            "account": str(page.page_id),
            "name": page.name,
            "connection": "linkedin_pages",
            "base_url": f"{root_url}/linkedin",
            "credentials": credentials_of(seed, "lp"),
        }
        for page in make_pages(seed)
    ]


class LinkedInPages(LinkedInRest):
    """Answers calls for the brand's two pages."""

    source = "linkedin"
    page_parameters = ("start",)

    def __init__(self, world: LinkedInWorld, clock: Clock) -> None:
        super().__init__(world.seed, clock, "lp")
        self._world = world
        self._pages = {str(events.page.page_id): PageNumbers(events) for events in world.pages}

    def account_of(self, call: Call) -> str | None:
        """The page that a call is for."""
        text = call.query.get("organizationalEntity") or call.query.get("author") or call.path
        return unquote(text).rsplit(":", 1)[-1] if ":organization:" in unquote(text) else None

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The UTC days that a call asks for."""
        asked = _INTERVALS.fullmatch(call.query.get("timeIntervals", ""))
        return (utc_date(int(asked[1])), utc_date(int(asked[2])) - timedelta(days=1)) if asked else None

    def day_of(self, record: Any) -> str | None:
        """The UTC day of a bucket."""
        span = record.get("timeRange") if isinstance(record, dict) else None
        return str(utc_date(span["start"])) if isinstance(span, dict) else None

    def get(self, call: Call, now: int) -> dict[str, Any]:
        """The body of a good answer. Raises Failure."""
        page = self._pages.get(self.account_of(call) or "")
        if page is None:
            raise refuse("ACCESS_DENIED", f"Not enough permissions to access: GET {call.path}")
        self._world.ensure_instant(now)
        resource = call.path.removeprefix("/rest/").split("/")[0]
        handlers = {
            "networkSizes": self._size,
            "organizationalEntityFollowerStatistics": self._followers,
            "organizationalEntityShareStatistics": self._shares,
            "posts": self._posts,
        }
        if resource not in handlers:
            raise refuse("RESOURCE_NOT_FOUND")
        return handlers[resource](call, page, now)

    def _size(self, call: Call, page: PageNumbers, now: int) -> dict[str, Any]:
        if call.query.get("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER":
            raise not_allowed("edgeType")
        return {"firstDegreeSize": page.followers(now)}

    def _followers(self, call: Call, page: PageNumbers, now: int) -> dict[str, Any]:
        urn = _finder(call)
        days = _asked_days(call, now)
        if days is None:
            return elements([{**page.facets(now), "organizationalEntity": urn}])
        rows = []
        for day in days:
            gains = page.gains(day, now)
            if gains is not None:
                counts = {"organicFollowerGain": gains[0], "paidFollowerGain": gains[1]}
                rows.append({"timeRange": _range(day), "followerGains": counts, "organizationalEntity": urn})
        return elements(rows)

    def _shares(self, call: Call, page: PageNumbers, now: int) -> dict[str, Any]:
        urn = _finder(call)
        days = _asked_days(call, now)
        posts = {post.urn: post for post in page.events.posts if post.is_listed(now)}
        rows: list[dict[str, Any]] = []
        for parameter, name in (("shares", "share"), ("ugcPosts", "ugcPost")):
            asked = urns(call.query.get(parameter), parameter)
            if asked and (days is not None or len(asked) > _MOST_URNS):
                raise not_allowed(parameter)
            for post in asked:
                number_of(post, name, parameter)
                counts = page.lifetime(posts[post], now) if post in posts else None
                if counts is not None:
                    rows.append({"totalShareStatistics": counts, name: post, "organizationalEntity": urn})
        if days is None and not call.query.get("shares") and not call.query.get("ugcPosts"):
            raise not_allowed("shares")
        for day in days or ():
            statistics = page.statistics(day, now)
            if statistics is not None:
                rows.append({"timeRange": _range(day), "totalShareStatistics": statistics, "organizationalEntity": urn})
        return elements(rows)

    def _posts(self, call: Call, page: PageNumbers, now: int) -> dict[str, Any]:
        number_of(call.query.get("author", ""), "organization", "author")
        if call.query.get("q") != "author" or call.query.get("sortBy", "LAST_MODIFIED") != "LAST_MODIFIED":
            raise not_allowed("q")
        start, count = (call.query.get(name, default) for name, default in (("start", "0"), ("count", "10")))
        if not (start.isdecimal() and count.isdecimal() and 1 <= int(count) <= 100):
            raise not_allowed("count")
        urn = f"urn:li:organization:{page.events.page.page_id}"
        rows = [post_row(post, urn, now) for post in page.posts(now)[int(start) : int(start) + int(count)]]
        return {"paging": {"start": int(start), "count": int(count), "links": []}, "elements": rows}


def _finder(call: Call) -> str:
    """The page's urn, after a look at the finder."""
    urn = unquote(call.query.get("organizationalEntity", ""))
    number_of(urn, "organization", "organizationalEntity")
    if call.query.get("q") != "organizationalEntity":
        raise not_allowed("q")
    return urn


def _asked_days(call: Call, now: int) -> range | None:
    """The UTC days whose start lies in the asked range; None when no range is asked."""
    text = call.query.get("timeIntervals")
    if text is None:
        return None
    asked = _INTERVALS.fullmatch(text)
    if not asked or int(asked[1]) >= int(asked[2]):
        raise not_allowed("timeIntervals")
    first, last = (day_of(utc_date(int(part) + shift)) for part, shift in ((asked[1], _DAY_MS - 1), (asked[2], -1)))
    if first < utc_day_at(now) - KEPT_DAYS - 1:
        raise not_allowed("timeIntervals.timeRange.start")
    return range(first, last + 1)


def _range(day: int) -> dict[str, int]:
    return {"start": stamp(utc_midnight(day)), "end": stamp(utc_midnight(day + 1))}
