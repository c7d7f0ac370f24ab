"""The LinkedIn ads server: platform-contracts §7, §18 and samples/linkedin; creatives as documented."""

from __future__ import annotations

import base64
import re
from collections import Counter
from datetime import date
from typing import Any

from sandbox.ad_numbers import AdNumbers
from sandbox.clock import Clock
from sandbox.platforms.linkedin.rest import (
    LinkedInRest,
    credentials_of,
    elements,
    not_allowed,
    number_of,
    refuse,
    urns,
)
from sandbox.platforms.linkedin_ads.rows import FIELDS, account_row, campaign_row, creative_row, group_row, measures
from sandbox.web import Call
from sandbox.world import World
from sandbox.world.linkedin import utc_day_at
from sandbox.world.linkedin_ads import CURRENCIES, MARKET, LinkedInAdsWorld, make_ad_accounts
from sandbox.world.time import date_of, day_of

_RANGE = re.compile(
    r"\(start:\(year:(\d{4}),month:(\d{1,2}),day:(\d{1,2})\),end:\(year:(\d{4}),month:(\d{1,2}),day:(\d{1,2})\)\)"
)
_SEARCH = re.compile(r"\(status:\(values:List\(([A-Z_,]+)\)\)\)")
_PIVOTS = {
    "ACCOUNT": "sponsoredAccount",
    "CAMPAIGN_GROUP": "sponsoredCampaignGroup",
    "CAMPAIGN": "sponsoredCampaign",
    "CREATIVE": "sponsoredCreative",
}
_MOST_ROWS = 15_000


def create(world: World, clock: Clock) -> LinkedInAds:
    """The server of a world."""
    return LinkedInAds(world.part(LinkedInAdsWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """Both ad accounts under one consent."""
    return [
        {
            "source": "linkedin_ads",
            "account": str(account.id),
            "name": account.name,
            "connection": "linkedin_ads_consent",
            "base_url": f"{root_url}/linkedin_ads",
            "credentials": credentials_of(seed, "la"),
        }
        for account in make_ad_accounts(seed)
    ]


class LinkedInAds(LinkedInRest):
    """Answers calls for the brand's two ad accounts; the consent sees a test account, too."""

    source = "linkedin_ads"
    page_parameters = ()  # its listings tell no total: who reads them cannot see that a page shifted

    def __init__(self, world: LinkedInAdsWorld, clock: Clock) -> None:
        super().__init__(world.seed, clock, "la")
        self._world = world
        self._numbers = {str(events.account.id): AdNumbers(events, MARKET) for events in world.accounts}

    def account_of(self, call: Call) -> str | None:
        """The ad account that a call is for."""
        inside = re.match(r"/rest/adAccounts/(\d+)/", call.path)
        listed = re.search(r"sponsoredAccount(?::|%3A)(\d+)", call.query.get("accounts", ""))
        found = inside or listed
        return found[1] if found else None

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The UTC days that a call asks for."""
        asked = _RANGE.fullmatch(call.query.get("dateRange", ""))
        return _dates(asked) if asked else None

    def day_of(self, record: Any) -> str | None:
        """The UTC day of a report row."""
        span = record.get("dateRange") if isinstance(record, dict) else None
        return str(date(**span["start"])) if isinstance(span, dict) else None

    def get(self, call: Call, now: int) -> dict[str, Any]:
        """The body of a good answer. Raises Failure."""
        self._world.ensure_instant(now)
        if call.path == "/rest/adAnalytics":
            return elements(self._report(call, now))
        if call.path == "/rest/adAccounts":
            kept = _statuses(call)
            rows = [
                account_row(e.account, CURRENCIES[i], self._world.actor) for i, e in enumerate(self._world.accounts)
            ]
            test = account_row(self._world.test_account, "USD", self._world.actor) | {"status": "DRAFT", "test": True}
            return _page(call, [row for row in [*rows, test] if row["status"] in kept], 1000)
        numbers = self._numbers.get(self.account_of(call) or "")
        if numbers is None:
            raise refuse("ACCESS_DENIED", f"Not enough permissions to access: GET {call.path}")
        currency = CURRENCIES[numbers.events.account.index]
        match call.path.rsplit("/", 1)[1]:
            case "adCampaignGroups":
                kept = _statuses(call)
                made = [
                    group_row(u, s, numbers, currency, self._world.actor) for u, s in numbers.listed("campaign", now)
                ]
            case "adCampaigns":
                kept = _statuses(call)
                made = [
                    campaign_row(u, s, numbers, currency, self._world.actor) for u, s in numbers.listed("ad_group", now)
                ]
            case "creatives":
                if call.query.get("q") != "criteria":
                    raise not_allowed("q")
                kept = {"ACTIVE", "PAUSED"}
                made = [creative_row(u, s, numbers, self._world.actor) for u, s in numbers.listed("ad", now)]
            case _:
                raise refuse("RESOURCE_NOT_FOUND")
        return _page(call, [row for row in made if row.get("status", row.get("intendedStatus")) in kept], 1000)

    def _report(self, call: Call, now: int) -> list[dict[str, Any]]:
        """Rows by day and pivots; an account that is not ours has none, as on the platform."""
        asked = _RANGE.fullmatch(call.query.get("dateRange", ""))
        if not asked:
            raise not_allowed("dateRange")
        if call.query.get("timeGranularity") != "DAILY":
            raise not_allowed("timeGranularity")
        names = call.query.get("fields", "impressions,clicks").split(",")
        if len(names) > 20 or not set(names) <= {"pivotValues", "dateRange", *FIELDS}:
            raise not_allowed("fields")
        pivots = _pivots(call)
        first, last = _dates(asked)
        rows: list[dict[str, Any]] = []
        for urn in urns(call.query.get("accounts"), "accounts"):
            numbers = self._numbers.get(number_of(urn, "sponsoredAccount", "accounts"))
            if numbers is not None:
                ended = min(day_of(last), utc_day_at(now) - 1)
                for day in range(day_of(first), ended + 1):
                    rows += [{name: row[name] for name in names} for row in _day_rows(numbers, pivots, day, now)]
        return rows[:_MOST_ROWS]


def _day_rows(numbers: AdNumbers, pivots: list[str], day: int, now: int) -> list[dict[str, Any]]:
    events = numbers.events
    grouped: dict[tuple[str, ...], Counter[str]] = {}
    for number, counts in sorted(numbers.day(day, now).items()):
        ad = events.ads[number]
        ids = {
            "ACCOUNT": events.account.id,
            "CAMPAIGN_GROUP": events.campaigns[ad.campaign].id,
            "CAMPAIGN": events.ad_groups[ad.ad_group or 0].id,
            "CREATIVE": ad.id,
        }
        key = tuple(f"urn:li:{_PIVOTS[pivot]}:{ids[pivot]}" for pivot in pivots)
        grouped.setdefault(key, Counter()).update(counts)
    value = date_of(day)
    moment = {"year": value.year, "month": value.month, "day": value.day}
    return [
        {
            "pivotValues": list(key),
            "dateRange": {"start": moment, "end": moment},
            **measures(counts, CURRENCIES[events.account.index]),
        }
        for key, counts in grouped.items()
        if any(counts[name] for name in ("cost", "impressions", "clicks", "attributed"))
    ]


def _pivots(call: Call) -> list[str]:
    if call.query.get("q") == "analytics":
        found = [call.query.get("pivot", "")]
    elif call.query.get("q") == "statistics":
        inside = re.fullmatch(r"List\(([A-Z_,]+)\)", call.query.get("pivots", ""))
        found = inside[1].split(",") if inside else []
    else:
        raise not_allowed("q")
    if not 1 <= len(found) <= 3 or not set(found) <= set(_PIVOTS):
        raise not_allowed("pivots")
    return found


def _dates(asked: re.Match[str]) -> tuple[date, date]:
    parts = [int(part) for part in asked.groups()]
    try:
        return date(*parts[:3]), date(*parts[3:])
    except ValueError:
        raise not_allowed("dateRange") from None


def _statuses(call: Call) -> set[str]:
    """Statuses that a search keeps; all without one."""
    if call.query.get("q") != "search":
        raise not_allowed("q")
    text = call.query.get("search")
    asked = _SEARCH.fullmatch(text) if text else None
    if text and not asked:
        raise not_allowed("search")
    return set(asked[1].split(",")) if asked else {"ACTIVE", "PAUSED", "ARCHIVED", "CANCELED", "DRAFT"}


def _page(call: Call, rows: list[dict[str, Any]], most: int) -> dict[str, Any]:
    """A page by token; the token is the number of rows before it, not for reading."""
    size = call.query.get("pageSize", "100")
    if not (size.isdecimal() and 1 <= int(size) <= most):
        raise not_allowed("pageSize")
    token = call.query.get("pageToken", "")
    start = 0
    if token:
        try:
            start = int(base64.b64decode(token).decode().removeprefix("after:"))
        except ValueError:
            raise not_allowed("pageToken") from None
    end = start + int(size)
    metadata = {"nextPageToken": base64.b64encode(f"after:{end}".encode()).decode()} if end < len(rows) else {}
    return {"elements": rows[start:end], "metadata": metadata}
