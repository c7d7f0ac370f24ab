"""The Ocean Engine server: paths, envelopes and error codes of platform-contracts §4, §18 and samples/oceanengine."""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import date, datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.oceanengine.numbers import (
    DIMENSIONS,
    METRICS,
    OceanNumbers,
    comment_row,
    metrics,
    project_row,
    promotion_row,
)
from sandbox.tokens import Pair, PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.oceanengine import OceanWorld, make_advertisers, make_consent
from sandbox.world.rng import digest
from sandbox.world.time import day_of, instant_of

_MESSAGES = {
    40100: "interface rate limit reached",
    40102: "access_token has expired",
    40103: "refresh_token has expired",
    40104: "access_token is empty",
    40105: "access_token invalid",
    40107: "refresh_token invalid, pass the newest one",
    40110: "developer rate limit reached",
    40113: "app does not exist or is not active",
    40115: "auth_code invalid",
    40119: "developer and advertiser are not the same company",
    40130: "advertiser QPS limit reached",
    50000: "SYS_ERROR",
}
RULES = TokenRules(
    kind="oe",
    access_life=86_399,
    refresh_life=2_591_999,
    empty=40104,
    invalid=40105,
    expired=40102,
    refresh_invalid=40107,
    refresh_dead=40103,
)
"""A refresh kills both old tokens (platform-contracts §4)."""
REPORT_SPAN = 30
REPORT_FROM = date(2016, 10, 26)
COMMENT_SPAN = 93


class _Failure(Exception):
    """An answer with a code other than 0."""

    def __init__(self, code: int, message: str | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message if message is not None else _MESSAGES.get(code, "SYS_ERROR")


def failure(code: int | str, message: str | None = None) -> Answer:
    """The answer with an error: HTTP 200, data {} (the latter unconfirmed)."""
    text = message if message is not None else _MESSAGES.get(int(code), "SYS_ERROR")
    return Answer({"code": code, "message": text, "request_id": _request_id(code, text), "data": {}})


def _request_id(*parts: object) -> str:
    return "20" + digest("request", *parts)[:30].upper()


def create(world: World, clock: Clock) -> OceanEngine:
    """The server of a world."""
    return OceanEngine(world.part(OceanWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The two advertisers under the one consent."""
    consent = make_consent(seed)
    credentials = {"app_id": str(consent.app_id), "secret": consent.secret, "auth_code": consent.auth_code}
    return [
        {
            "source": "oceanengine",
            "account": str(advertiser.id),
            "name": advertiser.name,
            "connection": "oceanengine_consent",
            "base_url": f"{root_url}/oceanengine",
            "credentials": credentials,
        }
        for advertiser in make_advertisers(seed)
    ]


class OceanEngine(Platform):
    """Answers calls for the brand's two advertisers."""

    source = "oceanengine"
    token_paths = ("/open_api/oauth2/access_token/", "/open_api/oauth2/refresh_token/")
    record_lists = ("list", "rows", "comment_list")
    day_fields = ("stat_time_day",)
    total_fields = ("total_number",)
    page_total_fields = ("total_page",)
    sum_fields = ("total_metrics",)
    page_parameters = ("page", "cursor")
    expired = failure(40102)
    quota_used = failure(40110)
    rate_limited = failure(40100)

    def __init__(self, world: OceanWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._tokens = PairTokens(Signer(world.seed), RULES, [str(world.consent.app_id)])
        clock.listeners.append(self._tokens.clock_moved)
        self._numbers = {str(e.account.id): OceanNumbers(e, world.comments[e.account.index]) for e in world.accounts}

    def renew_consent(self) -> None:
        """Lets the auth code be exchanged once more, as after a new consent."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message or None)

    def account_of(self, call: Call) -> str | None:
        """The advertiser a call is for."""
        return call.query.get("advertiser_id")

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for."""
        try:
            return date.fromisoformat(call.query["start_time"][:10]), date.fromisoformat(call.query["end_time"][:10])
        except (KeyError, ValueError):
            return None

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        try:
            data = self._route(call)
        except Refused as error:
            return failure(error.code)
        except _Failure as error:
            return failure(error.code, error.message)
        request_id = _request_id(call.path, sorted(call.query.items()), self._clock.now())
        return Answer({"code": 0, "message": "OK", "request_id": request_id, "data": data})

    def _route(self, call: Call) -> dict[str, Any]:
        now = self._clock.now()
        path = call.path if call.path.endswith("/") else call.path + "/"
        if path in self.token_paths:
            if call.method != "POST":
                raise _Failure(40000, "method: POST required")
            return self._token(path, call.json(), now)
        if call.method != "GET":
            raise _Failure(40000, "method: GET required")
        token = call.headers.get("access-token", "")
        if path == "/open_api/oauth2/advertiser/get/":
            self._tokens.check(call.query.get("access_token", "") or token, now)
            return self._advertisers()
        self._tokens.check(token, now)
        handlers = {
            "/open_api/v3.0/project/list/": self._projects,
            "/open_api/v3.0/promotion/list/": self._promotions,
            "/open_api/v3.0/report/custom/get/": self._report,
            "/open_api/v3.0/tools/comment/get/": self._comments,
        }
        if path not in handlers:
            raise _Failure(40000, f"path: {call.path} is not known")
        advertiser = _need(call, "advertiser_id")
        numbers = self._numbers.get(advertiser)
        if numbers is None:
            raise _Failure(40002, f"no permission for account {advertiser}")
        self._world.ensure_instant(now)
        return handlers[path](call, numbers, now)

    def _token(self, path: str, body: dict[str, Any], now: int) -> dict[str, Any]:
        consent = self._world.consent
        for name in ("app_id", "secret"):
            if body.get(name) in (None, ""):
                raise _Failure(40000, f"{name}: required")
        if str(body["app_id"]) != str(consent.app_id):
            raise _Failure(40113)
        if body["secret"] != consent.secret:
            raise _Failure(40002, "app_secret does not match")
        if path.endswith("/access_token/"):
            is_right = body.get("auth_code") == consent.auth_code
            pair = self._tokens.exchange(str(consent.app_id), now) if is_right else None
            if pair is None:
                raise _Failure(40115)
            return _pair(pair) | {"advertiser_ids": [e.account.id for e in self._world.accounts]}
        return _pair(self._tokens.refresh(str(body.get("refresh_token", "")), now))

    def _advertisers(self) -> dict[str, Any]:
        consent, brand = self._world.consent, self._world.brand
        rows = [_account(e.account.id, e.account.name, 1, "ADVERTISER") for e in self._world.accounts]
        company = [
            {"customer_company_id": consent.workbench_id % 10**8, "customer_company_name": f"{brand}商贸有限公司"}
        ]
        rows.append(_account(consent.workbench_id, f"{brand}-工作台", 2, "CUSTOMER_ADMIN") | {"company_list": company})
        rows.append(
            _account(consent.aweme_account_id, f"{brand}抖音号", 10, "PLATFORM_ROLE_AWEME")
            | {"is_valid": False, "account_string_id": f"MS4wLjABAAAA-{digest('sec_uid', consent.app_id)[:24]}"}
        )
        return {"list": rows}

    def _projects(self, call: Call, numbers: OceanNumbers, now: int) -> dict[str, Any]:
        wanted = _filtering(call)
        found = []
        for project, state in numbers.listed("campaign", now):
            row = project_row(project, state, numbers.events.account.id)
            if _passes(row, wanted, "project_id", "name", state.since, "project_modify"):
                found.append(row)
        return _page(call, found, "list", 100)

    def _promotions(self, call: Call, numbers: OceanNumbers, now: int) -> dict[str, Any]:
        wanted = _filtering(call)
        rows = []
        for promotion, state in numbers.listed("ad", now):
            project_id = numbers.events.campaigns[promotion.campaign].id
            row = promotion_row(promotion, state, project_id, numbers.events.account.id, self._world.brand)
            if wanted.get("project_id") not in (None, "", project_id, str(project_id)):
                continue
            if _passes(row, wanted, "promotion_id", "promotion_name", state.since, "promotion_modify"):
                rows.append(row)
        if "cursor" not in call.query:
            page = _whole(call, "page", 1)
            if page * _whole(call, "page_size", 10) > 10_000:
                raise _Failure(40000, "page: page * page_size must not exceed 10000, use cursor")
            return _page(call, rows, "list", 20)
        if wanted.get("ids"):
            raise _Failure(40000, "filtering.ids: not allowed with cursor")
        cursor, count = _whole(call, "cursor", 0, 0), _whole(call, "count", 10)
        if count > 20:
            raise _Failure(40000, "count: must be 1 to 20")
        rest = [row for row in rows if row["promotion_id"] > cursor]
        part = rest[:count]
        return {
            "list": part,
            "cursor_info": {
                "cursor": part[-1]["promotion_id"] if part else cursor,
                "count": len(part),
                "has_more": len(rest) > count,
            },
        }

    def _report(self, call: Call, numbers: OceanNumbers, now: int) -> dict[str, Any]:
        topic = _need(call, "data_topic")
        if topic != "BASIC_DATA":
            raise _Failure(40000, f"data_topic: {topic} is not allowed")
        dimensions, wanted = _names(call, "dimensions", DIMENSIONS), _names(call, "metrics", METRICS)
        first, last = _span(call, REPORT_SPAN, REPORT_FROM)
        keep: dict[str, set[str]] = {}
        for item in _array(call, "filters"):
            if not isinstance(item, dict) or item.get("field") not in ("cdp_project_id", "cdp_promotion_id"):
                raise _Failure(40000, "filters: field must be cdp_project_id or cdp_promotion_id")
            if item.get("operator") not in (1, 7):
                raise _Failure(40000, "filters: operator must be 1 or 7 for this field")
            keep[str(item["field"])] = {str(value) for value in item.get("values", [])}
        order = _array(call, "order_by")
        rows = numbers.report(dimensions, first, last, keep, now)
        made = [{"dimensions": labels, "metrics": metrics(counts, wanted)} for labels, counts in rows]
        for item in reversed(order):
            name = item.get("field") if isinstance(item, dict) else None
            if name not in (*dimensions, *wanted):
                raise _Failure(40000, f"order_by: field {name} is not among the dimensions and metrics")
            made.sort(key=lambda row: _sort_key(row, str(name)), reverse=item.get("type") == "DESC")
        total = Counter[str]()
        for _, counts in rows:
            total.update(counts)
        answer = _page(call, made, "rows", 100)
        return {
            "rows": answer["rows"],
            "total_metrics": metrics(total, wanted) if rows else {},
            "page_info": answer["page_info"],
        }

    def _comments(self, call: Call, numbers: OceanNumbers, now: int) -> dict[str, Any]:
        first, last = _span(call, COMMENT_SPAN, date(2021, 1, 1))
        wanted = _filtering(call)
        rows = []
        for comment in numbers.comments(first, last, now):
            row = comment_row(comment, numbers.events, now)
            if wanted.get("level_type", "LEVEL_ALL") not in ("LEVEL_ALL", row["level_type"]):
                continue
            if wanted.get("hide_status", "ALL") not in ("ALL", row["hide_status"]):
                continue
            rows.append(row)
        field = {"LIKE_COUNT": "like_count", "REPLY_COUNT": "reply_count"}.get(
            call.query.get("order_field", "CREATE_TIME"), "create_time"
        )
        rows.sort(key=lambda row: row[field], reverse=call.query.get("order_type", "DESC") != "ASC")
        return _page(call, rows, "comment_list", 100)


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "expires_in": pair.access_life,
        "refresh_token_expires_in": pair.refresh_life,
    }


def _account(number: int, name: str, role: int, kind: str) -> dict[str, Any]:
    return {
        "advertiser_id": number,
        "advertiser_name": name,
        "advertiser_role": role,
        "account_role": kind,
        "account_string_id": "",
        "is_valid": True,
        "company_list": [],
        "account_id": number,
        "account_name": name,
        "account_type": kind,
    }


def _need(call: Call, name: str) -> str:
    value = call.query.get(name, "")
    if not value:
        raise _Failure(40000, f"{name}: required")
    return value


def _whole(call: Call, name: str, default: int, least: int = 1) -> int:
    text = call.query.get(name, "")
    if not text:
        return default
    if not text.isdigit() or int(text) < least:
        raise _Failure(40000, f"{name}: must be a whole number of at least {least}")
    return int(text)


def _array(call: Call, name: str) -> list[Any]:
    try:
        value = json.loads(_need(call, name))
    except ValueError:
        raise _Failure(40000, f"{name}: must be a JSON array") from None
    if not isinstance(value, list):
        raise _Failure(40000, f"{name}: must be a JSON array")
    return value


def _names(call: Call, name: str, allowed: tuple[str, ...]) -> list[str]:
    values = _array(call, name)
    unknown = [str(value) for value in values if value not in allowed]
    if unknown or not values:
        raise _Failure(40000, f"{name}: {', '.join(unknown) or 'empty'} not allowed")
    return values


def _filtering(call: Call) -> dict[str, Any]:
    text = call.query.get("filtering", "")
    if not text:
        return {}
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise _Failure(40000, "filtering: must be a JSON object")
    return value


def _passes(row: dict[str, Any], wanted: dict[str, Any], key: str, name: str, modified: int, stem: str) -> bool:
    """Filters of the two listings: ids, name, status_first, time of change."""
    ids = wanted.get("ids")
    if ids and str(row[key]) not in {str(value) for value in ids}:
        return False
    if wanted.get("name") and str(wanted["name"]) not in row[name]:
        return False
    status = str(wanted.get("status_first") or "_ALL")
    if not status.endswith("_ALL") and row["status_first"] != status:
        return False
    try:
        after, before = wanted.get(f"{stem}_start_time"), wanted.get(f"{stem}_end_time")
        return (not after or modified >= instant_of(str(after))) and (not before or modified <= instant_of(str(before)))
    except ValueError:
        raise _Failure(40000, f"filtering.{stem}_start_time: must be yyyy-MM-dd HH:mm:ss") from None


def _span(call: Call, longest: int, earliest: date) -> tuple[int, int]:
    """Days of start_time and end_time, written yyyy-MM-dd or yyyy-MM-dd HH:mm:ss (both seen, §18)."""
    days = []
    for name in ("start_time", "end_time"):
        text = _need(call, name)
        try:
            value = datetime.strptime(text, "%Y-%m-%d" if len(text) == 10 else "%Y-%m-%d %H:%M:%S")
        except ValueError:
            raise _Failure(40000, f"{name}: must be yyyy-MM-dd or yyyy-MM-dd HH:mm:ss") from None
        days.append(day_of(value.date()))
    if days[0] > days[1]:
        raise _Failure(40000, "start_time: must not be after end_time")
    if days[1] - days[0] + 1 > longest:
        raise _Failure(40000, f"end_time: span must not exceed {longest} days")
    if days[0] < day_of(earliest):
        raise _Failure(40000, f"start_time: must not be before {earliest}")
    return days[0], days[1]


def _sort_key(row: dict[str, Any], name: str) -> tuple[float, str]:
    if name in row["metrics"]:
        return float(row["metrics"][name]), ""
    return 0.0, row["dimensions"][name]


def _page(call: Call, rows: list[dict[str, Any]], name: str, most: int) -> dict[str, Any]:
    page, size = _whole(call, "page", 1), _whole(call, "page_size", 10)
    if size > most:
        raise _Failure(40000, f"page_size: must be 1 to {most}")
    info = {"page": page, "page_size": size, "total_number": len(rows), "total_page": math.ceil(len(rows) / size)}
    return {name: rows[(page - 1) * size : page * size], "page_info": info}
