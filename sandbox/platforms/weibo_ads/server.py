"""The server of Weibo ads: paths, envelopes and codes of platform-contracts §2.2, §18 and samples/weibo/ads_*.

Campaigns and ads have list and paging at the top, creatives and reports under `data`, as the public client reads them.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import date
from typing import Any
from urllib.parse import parse_qs

from sandbox.clock import Clock
from sandbox.platforms.weibo_ads.numbers import METRICS, WeiboAdsNumbers, ad_row, campaign_row, creative_row, metrics
from sandbox.tokens import Pair, PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.rng import digest
from sandbox.world.time import day_of
from sandbox.world.weibo_ads import WeiboAdsWorld, make_advertiser, make_consent

_MESSAGES = {
    40001: "invalid parameter",
    40101: "access token expired",
    40102: "code used or expired",
    40103: "unknown client",
    40104: "refresh token expired or already used",
    40301: "permission denied",
    42901: "too many requests",
    50001: "internal error",
}
RULES = TokenRules(
    kind="wba",
    access_life=86_400,
    refresh_life=2_592_000,
    empty=40101,
    invalid=40101,
    expired=40101,
    refresh_invalid=40104,
    refresh_dead=40104,
)
"""Whether a refresh kills the old pair is not known; here it does."""
LARGEST_PAGE = 200
REPORT_SPAN = 90


class _Failure(Exception):
    """An answer with a code above 0."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message


def _trace(*parts: object) -> str:
    return digest("wba.trace", *parts)[:32].upper()


def failure(code: int | str, message: str = "") -> Answer:
    """The answer with an error: HTTP 200, but 500 for the platform's own faults (unconfirmed, as every code)."""
    known = int(code) if str(code).isdigit() else 0
    said = message or _MESSAGES.get(known, "internal error")
    return Answer({"trace_id": _trace(code, said), "code": code, "message": said}, 500 if known == 50001 else 200)


def create(world: World, clock: Clock) -> WeiboAds:
    """The server of a world."""
    return WeiboAds(world.part(WeiboAdsWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The one advertiser."""
    consent, advertiser = make_consent(seed), make_advertiser(seed)
    return [
        {
            "source": "weibo_ads",
            "account": str(advertiser.id),
            "name": advertiser.name,
            "connection": "weibo_ads_consent",
            "base_url": f"{root_url}/weibo_ads",
            "credentials": {
                "client_id": str(consent.client_id),
                "redirect_uri": consent.redirect_uri,
                "auth_code": consent.auth_code,
            },
        }
    ]


class WeiboAds(Platform):
    """Answers calls for the brand's advertiser."""

    source = "weibo_ads"
    token_paths = ("/oauth/token", "/oauth/refresh_token")
    record_lists = ("list",)
    day_fields = ("date",)
    total_fields = ("total", "total_num")
    page_total_fields = ("page_total", "pages")
    sum_fields = ("sum",)
    page_parameters = ("page",)
    expired = failure(40101)
    quota_used = failure(42901)
    rate_limited = failure(42901)

    def __init__(self, world: WeiboAdsWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._tokens = PairTokens(Signer(world.seed), RULES, [str(world.consent.client_id)])
        clock.listeners.append(self._tokens.clock_moved)
        self._numbers = {str(e.account.id): WeiboAdsNumbers(e) for e in world.accounts}

    def renew_consent(self) -> None:
        """Lets the auth code be exchanged once more, as after a new consent."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message)

    def account_of(self, call: Call) -> str | None:
        """The advertiser a call is for."""
        return call.query.get("advertiser_id")

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for."""
        try:
            return date.fromisoformat(call.query["start_date"]), date.fromisoformat(call.query["end_date"])
        except (KeyError, ValueError):
            return None

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        try:
            return self._route(call)
        except Refused as error:
            return failure(error.code)
        except _Failure as error:
            return failure(error.code, error.message)

    def _route(self, call: Call) -> Answer:
        now = self._clock.now()
        if call.path == "/oauth/token" and call.method == "GET":
            return Answer(_pair(self._exchange(call.query, now)))
        if call.path == "/oauth/refresh_token" and call.method == "POST":
            body = call.json()
            if str(body.get("client_id")) != str(self._world.consent.client_id):
                raise _Failure(40103)
            return _success(call, now, {"data": _pair(self._tokens.refresh(str(body.get("refresh_token", "")), now))})
        handlers = {
            "/v3/campaigns": self._campaigns,
            "/v3/ads": self._ads,
            "/v4/creatives": self._creatives,
            "/v3/report/effect/get_creative_data": self._report,
        }
        if call.method != "GET" or call.path not in handlers:
            raise _Failure(40001)
        self._tokens.check(call.headers.get("authorization", "").removeprefix("Bearer "), now)
        own = str(self._world.accounts[0].account.id)
        numbers = self._numbers.get(call.query.get("advertiser_id", own))
        if numbers is None:
            raise _Failure(40301)
        self._world.ensure_instant(now)
        return _success(call, now, handlers[call.path](call, numbers, now))

    def _exchange(self, query: dict[str, str], now: int) -> Pair:
        consent = self._world.consent
        if query.get("client_id") != str(consent.client_id):
            raise _Failure(40103)
        wanted = (consent.redirect_uri, "authorization_code", consent.auth_code)
        is_right = tuple(query.get(name) for name in ("redirect_uri", "grant_type", "code")) == wanted
        pair = self._tokens.exchange(str(consent.client_id), now) if is_right else None
        if pair is None:
            raise _Failure(40102)
        return pair

    def _campaigns(self, call: Call, numbers: WeiboAdsNumbers, now: int) -> dict[str, Any]:
        """Deleted ones only when asked for; deleted ads and creatives stay in their listings."""
        is_deleted = call.query.get("is_recycled") == "1"
        listed = numbers.listed("campaign", now, deleted=True)
        advertiser = numbers.events.account.id
        rows = [campaign_row(c, s, advertiser) for c, s in listed if (s.status == "DELETE") == is_deleted]
        return _page(call, rows)

    def _ads(self, call: Call, numbers: WeiboAdsNumbers, now: int) -> dict[str, Any]:
        return _page(call, self._ad_rows(numbers, now))

    def _ad_rows(self, numbers: WeiboAdsNumbers, now: int) -> list[dict[str, Any]]:
        rows = []
        for ad, state in numbers.listed("ad_group", now, deleted=True):
            campaign = numbers.events.campaigns[ad.campaign]
            campaign_state = campaign.state(now) or campaign.versions[0]
            rows.append(ad_row(ad, state, campaign, campaign_state, numbers.events.account.id, now))
        return rows

    def _creatives(self, call: Call, numbers: WeiboAdsNumbers, now: int) -> dict[str, Any]:
        ads = {row["id"]: row for row in self._ad_rows(numbers, now)}
        rows = []
        for creative, state in numbers.listed("ad", now, deleted=True):
            ad = ads[numbers.events.ad_groups[creative.ad_group or 0].id]
            rows.append(creative_row(creative, state, ad["campaign"], ad))
        return {"data": _page(call, rows)}

    def _report(self, call: Call, numbers: WeiboAdsNumbers, now: int) -> dict[str, Any]:
        asked = parse_qs(call.raw_query)
        wanted = asked.get("fields") or asked.get("fields[]") or []
        days = self.days_of(call)
        if not wanted or set(wanted) - set(METRICS) or call.query.get("group_by") != "date" or days is None:
            raise _Failure(40001)
        first, last = (day_of(day) for day in days)
        if not first <= last < first + REPORT_SPAN:
            raise _Failure(40001)
        rows = numbers.report(first, last, now)
        total: Counter[str] = Counter()
        for _, counts in rows:
            total.update(counts)
        made = [ids | metrics(counts, wanted) for ids, counts in rows]
        if call.query.get("order_field") in wanted:
            made.sort(
                key=lambda row: row.get(call.query["order_field"], 0), reverse=call.query.get("order_type") == "desc"
            )
        page = _page(call, made, LARGEST_PAGE)
        names = {"total_num": page["total"], "pages": page["page_total"]}
        kept = {name: page[name] for name in ("list", "page", "page_size")}
        return {"data": kept | names | {"sum": metrics(total, wanted) if rows else {}}}


def _success(call: Call, now: int, body: dict[str, Any]) -> Answer:
    return Answer({"trace_id": _trace(call.path, call.raw_query, now), "code": 0, "message": "success"} | body)


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "access_token": pair.access_token,
        "expires_in": pair.access_life,
        "refresh_token": pair.refresh_token,
        "refresh_expires_in": pair.refresh_life,
        "token_type": "Bearer",
    }


def _page(call: Call, rows: list[dict[str, Any]], most: int = 100) -> dict[str, Any]:
    page, size = (call.query.get(name, default) for name, default in (("page", "1"), ("page_size", "20")))
    if not (page.isdigit() and size.isdigit() and int(page) > 0 and 0 < int(size) <= most):
        raise _Failure(40001)
    part = rows[(int(page) - 1) * int(size) : int(page) * int(size)]
    pages = math.ceil(len(rows) / int(size))
    return {"list": part, "total": len(rows), "page_total": pages, "page_size": int(size), "page": int(page)}
