"""The Tencent Ads server: paths, envelopes and error codes of platform-contracts §8, §13, §18, samples/tencent_ads."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from datetime import date
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.tencent_ads.numbers import METRICS, TIME_LINES, Json, TencentNumbers, advertiser_row
from sandbox.tokens import Pair, PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.rng import digest
from sandbox.world.tencent_ads import TencentWorld, make_ad_accounts, make_consent
from sandbox.world.time import day_at, day_of

_MESSAGES = {
    10000: ("system busy", "系统繁忙"),
    11000: ("access token expired", "access_token 已过期"),
    11002: ("access token invalid", "access_token 无效"),
    11005: ("access token is empty", "access_token 为必填字段"),
    11007: ("the client_id is invalid", "应用 id 无效"),
    11010: ("refresh token is malformed", "refresh_token 格式错误"),
    11012: ("refresh token expired", "refresh_token 已过期"),
    11013: ("authorization code can only be used once", "授权码只能使用一次"),
    11014: ("no permission", "无权限"),
    11016: ("rate limit per second", "秒级调用超限"),
    11017: ("rate limit per minute", "分钟级调用超限"),
    11018: ("daily quota used up", "当日调用超限"),
    12000: ("a common parameter is missing", "缺少公共参数"),
}
WRONG = 31001
"""Of parameters that do not fit; the number is made up (the list of codes seen ends before it)."""
RULES = TokenRules(
    kind="tx",
    access_life=86_400,
    refresh_life=2_592_000,
    empty=11005,
    invalid=11002,
    expired=11000,
    refresh_invalid=11010,
    refresh_dead=11012,
)
"""A refresh kills both old tokens (platform-contracts §8)."""
LEVELS = {
    "REPORT_LEVEL_ADVERTISER": ("date",),
    "REPORT_LEVEL_ADGROUP": ("date", "adgroup_id"),
    "REPORT_LEVEL_DYNAMIC_CREATIVE": ("date", "adgroup_id", "dynamic_creative_id"),
}
SKEW, SPAN, KEEPS = 300, 90, 365
_NONCES = 20_000
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class _Failure(Exception):
    """An answer with a code other than 0."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message


def failure(code: int | str, message: str = "") -> Answer:
    """The answer with an error: HTTP 200."""
    english, chinese = _MESSAGES.get(int(code), ("system busy", "系统繁忙"))
    trace = digest("trace", code, message)[:32]
    words = {"message": message or english, "message_cn": message or chinese}
    return Answer({"code": code, **words, "trace_id": trace, "errors": [], "data": {}})


def create(world: World, clock: Clock) -> TencentAds:
    """The server of a world."""
    return TencentAds(world.part(TencentWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The two ad accounts under the one consent."""
    consent = make_consent(seed)
    credentials = {
        "client_id": str(consent.client_id),
        "client_secret": consent.client_secret,
        "redirect_uri": consent.redirect_uri,
        "auth_code": consent.auth_code,
    }
    return [
        {
            "source": "tencent_ads",
            "account": str(account.id),
            "name": account.name,
            "connection": "tencent_ads_consent",
            "base_url": f"{root_url}/tencent_ads",
            "credentials": credentials,
        }
        for account in make_ad_accounts(seed)
    ]


class TencentAds(Platform):
    """Answers calls for the brand's two ad accounts."""

    source = "tencent_ads"
    token_paths = ("/oauth/token", "/oauth/refresh_token")
    record_lists = ("list",)
    day_fields = ("date",)
    total_fields = ("total_number",)
    page_total_fields = ("total_page",)
    page_parameters = ("page", "cursor")
    expired = failure(11000)
    quota_used = failure(11018)
    rate_limited = failure(11017)

    def __init__(self, world: TencentWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._tokens = PairTokens(Signer(world.seed), RULES, [str(world.consent.client_id)])
        clock.listeners.append(self._tokens.clock_moved)
        self._numbers = {str(e.account.id): TencentNumbers(e) for e in world.accounts}
        self._nonces: dict[str, None] = {}

    def renew_consent(self) -> None:
        """Lets the authorization code be exchanged once more, as after a new consent."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message)

    def account_of(self, call: Call) -> str | None:
        """The ad account a call is for."""
        return call.query.get("account_id")

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for."""
        try:
            asked = json.loads(call.query["date_range"])
            return date.fromisoformat(asked["start_date"]), date.fromisoformat(asked["end_date"])
        except (KeyError, TypeError, ValueError):
            return None

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        try:
            data = self._route(call)
        except Refused as error:
            return failure(error.code)
        except _Failure as error:
            return failure(error.code, error.message)
        trace = digest("trace", call.path, call.query.get("nonce", ""), self._clock.now())[:32]
        return Answer({"code": 0, "message": "", "message_cn": "", "trace_id": trace, "data": data})

    def _route(self, call: Call) -> Json:
        now = self._clock.now()
        if call.method != "GET":
            raise _Failure(WRONG, "GET required")
        if call.path in self.token_paths:
            return self._token(call, now)
        self._check_signature(call)
        self._tokens.check(call.query.get("access_token", ""), now)
        handlers: dict[str, Callable[[Call, TencentNumbers, int], Json]] = {
            "/v3.0/advertiser/get": self._advertisers,
            "/v3.0/adgroups/get": self._adgroups,
            "/v3.0/dynamic_creatives/get": self._creatives,
            "/v3.0/daily_reports/get": self._report,
        }
        if call.path not in handlers:
            raise _Failure(WRONG, f"{call.path} is not known")
        numbers = self._numbers.get(_need(call, "account_id"))
        if numbers is None:
            raise _Failure(11014)
        if "filtering" in call.query:
            raise _Failure(WRONG, "filtering is not simulated")
        self._world.ensure_instant(now)
        return handlers[call.path](call, numbers, now)

    def _check_signature(self, call: Call) -> None:
        """timestamp and nonce (official): by the machine's clock, which does not jump with the sandbox's."""
        stamp, nonce = call.query.get("timestamp", ""), call.query.get("nonce", "")
        if not stamp.isdecimal() or not 0 < len(nonce) <= 32:
            raise _Failure(12000)
        if abs(int(stamp) - time.time()) > SKEW:
            raise _Failure(12000, f"timestamp is more than {SKEW} seconds off")
        if nonce in self._nonces:
            raise _Failure(12000, "nonce was used before")
        self._nonces[nonce] = None
        if len(self._nonces) > _NONCES:
            self._nonces.pop(next(iter(self._nonces)))

    def _token(self, call: Call, now: int) -> Json:
        """`/oauth/refresh_token`, and `/oauth/token` with either grant type (the older refresh)."""
        consent, query = self._world.consent, call.query
        if query.get("client_id") != str(consent.client_id) or query.get("client_secret") != consent.client_secret:
            raise _Failure(11007)
        if call.path == "/oauth/token" and query.get("grant_type") == "authorization_code":
            is_right = query.get("authorization_code") == consent.auth_code
            is_right = is_right and query.get("redirect_uri") == consent.redirect_uri
            pair = self._tokens.exchange(str(consent.client_id), now) if is_right else None
            if pair is None:
                raise _Failure(11013)
            return self._pair(pair)
        return self._pair(self._tokens.refresh(query.get("refresh_token", ""), now))

    def _pair(self, pair: Pair) -> Json:
        first = self._world.accounts[0].account
        return {
            "authorizer_info": {
                "account_uin": first.id + 1,
                "account_id": first.id,
                "scope_list": ["account_management", "ads_management", "ads_insights"],
                "wechat_account_id": "",
                "account_role_type": "ACCOUNT_ROLE_TYPE_ADVERTISER",
                "account_type": "ACCOUNT_TYPE_ADVERTISER",
                "role_type": "ROLE_TYPE_ROOT",
            },
            "access_token": pair.access_token,
            "refresh_token": pair.refresh_token,
            "access_token_expires_in": pair.access_life,
            "refresh_token_expires_in": pair.refresh_life,
        }

    def _advertisers(self, call: Call, numbers: TencentNumbers, now: int) -> Json:
        if _need(call, "pagination_mode") != "PAGINATION_MODE_NORMAL":
            raise _Failure(WRONG, "pagination_mode: the cursor is not simulated here")
        return _numbered(call, [advertiser_row(numbers.events.account.id, self._world.brand)], 100)

    def _adgroups(self, call: Call, numbers: TencentNumbers, now: int) -> Json:
        return _listed(call, numbers.adgroups(now), "adgroup_id")

    def _creatives(self, call: Call, numbers: TencentNumbers, now: int) -> Json:
        return _listed(call, numbers.creatives(now, self._world.brand), "dynamic_creative_id")

    def _report(self, call: Call, numbers: TencentNumbers, now: int) -> Json:
        level, group_by, fields = _need(call, "level"), _array(call, "group_by"), _array(call, "fields")
        if not group_by or not fields or not {*group_by} <= {*LEVELS.get(level, ())}:
            raise _Failure(WRONG, f"group_by: {group_by} does not fit {level}")
        if unknown := {*fields} - {*METRICS, "account_id", "date", "adgroup_id", "dynamic_creative_id"}:
            raise _Failure(WRONG, f"fields: {sorted(unknown)} not allowed")
        time_line = call.query.get("time_line", "REQUEST_TIME")
        if time_line not in TIME_LINES:
            raise _Failure(WRONG, f"time_line: {time_line} not allowed")
        span = self.days_of(call)
        if span is None or span[0] > span[1] or (span[1] - span[0]).days >= SPAN:
            raise _Failure(WRONG, f"date_range: start_date and end_date as YYYY-MM-DD, at most {SPAN} days")
        first, last = day_of(span[0]), day_of(span[1])
        if first < day_at(now) - KEEPS:
            raise _Failure(WRONG, f"date_range: the last {KEEPS} days only")
        return _numbered(call, numbers.report(group_by, first, last, time_line, now), 2000)


def _need(call: Call, name: str) -> str:
    value = call.query.get(name, "")
    if not value:
        raise _Failure(WRONG, f"{name}: required")
    return value


def _whole(call: Call, name: str, default: int, most: int) -> int:
    text = call.query.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise _Failure(WRONG, f"{name}: must be 1 to {most}")
    return int(text)


def _array(call: Call, name: str) -> list[str]:
    try:
        value = json.loads(_need(call, name))
    except ValueError:
        value = None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _Failure(WRONG, f"{name}: must be a JSON array of texts")
    return value


def _shown(call: Call, rows: list[Json]) -> list[Json]:
    """Only the fields asked for."""
    fields = _array(call, "fields")
    return [{name: row[name] for name in fields if name in row} for row in rows]


def _numbered(call: Call, rows: list[Json], most: int) -> Json:
    page, size = _whole(call, "page", 1, 99_999), _whole(call, "page_size", 10, most)
    info = {"page": page, "page_size": size, "total_number": len(rows), "total_page": math.ceil(len(rows) / size)}
    return {"list": _shown(call, rows[(page - 1) * size : page * size]), "page_info": info}


def _listed(call: Call, rows: list[Json], key: str) -> Json:
    """Rows that are deleted or not, as asked (both when not asked), by number or by cursor: the last id seen."""
    wanted = call.query.get("is_deleted")
    if wanted not in (None, "true", "false"):
        raise _Failure(WRONG, "is_deleted: must be true or false")
    rows = [row for row in rows if wanted is None or row["is_deleted"] == (wanted == "true")]
    if call.query.get("pagination_mode") != "PAGINATION_MODE_CURSOR":
        return _numbered(call, rows, 100)
    size, cursor = _whole(call, "page_size", 10, 100), call.query.get("cursor", "")
    try:
        rest = [row for row in rows if row[key] > (int(cursor, 36) if cursor else 0)]
    except ValueError:
        raise _Failure(WRONG, "cursor: pass next_cursor of the page before") from None
    following = _base36(rest[size - 1][key]) if len(rest) > size else ""
    info = {"page_size": size, "total_number": len(rows), "next_cursor": following, "previous_cursor": cursor}
    return {"list": _shown(call, rest[:size]), "cursor_page_info": info}


def _base36(number: int) -> str:
    """At most ten characters, as a cursor may have."""
    return (_base36(number // 36) if number >= 36 else "") + _DIGITS[number % 36]
