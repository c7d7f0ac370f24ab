"""The Xiaohongshu server: paths and envelopes of platform-contracts §6, §18 and samples/xiaohongshu.

Error codes are the samples' placeholders; no list of them is published (§17).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.xiaohongshu.creator_numbers import CreatorNumbers
from sandbox.platforms.xiaohongshu.numbers import XhsNumbers
from sandbox.tokens import Pair, PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.rng import digest
from sandbox.world.text import brand_name
from sandbox.world.time import date_of, day_of, last_ready_day
from sandbox.world.xiaohongshu import XiaohongshuWorld, make_advertisers, make_app

Json = dict[str, Any]
_MESSAGES = {
    10001: "access token expired",
    10002: "too many requests",
    10003: "no permission",
    10004: "bad parameter",
    10005: "gateway error",
}
RULES = TokenRules(
    kind="xhs",
    access_life=86_400,
    refresh_life=2_592_000,
    empty=10001,
    invalid=10001,
    expired=10001,
    refresh_invalid=10003,
    refresh_dead=10003,
)
"""A new refresh token comes back (third-party); what it does to the old pair, and the lives, are unconfirmed."""
NOTE_SPAN = 30
KEPT_SNAPSHOTS = 3
ROOT = "/api/open"


class _Failure(Exception):
    """An answer with a code other than 0."""

    def __init__(self, code: int, message: str = "") -> None:
        super().__init__(code)
        self.code, self.message = code, message


def failure(code: int | str, message: str = "") -> Answer:
    """The answer with an error: HTTP 200; the gateway's has other names."""
    text = message or _MESSAGES.get(int(code), "system error")
    if code == 10005:
        return Answer({"success": False, "errorCode": code, "errorMsg": text})
    return Answer({"code": code, "success": False, "msg": text, "request_id": _request_id(code, text), "data": None})


def _request_id(*parts: object) -> str:
    return digest("xhs.request", *parts)[:32]


def create(world: World, clock: Clock) -> Xiaohongshu:
    """The server of a world."""
    return Xiaohongshu(world.part(XiaohongshuWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[Json]:
    """Two advertisers under one consent, and the brand's account of 蒲公英 under another."""
    app = make_app(seed)
    wanted = [("1", str(e.id), e.name, "xiaohongshu_ads") for e in make_advertisers(seed)]
    wanted.append(("2", app.brand_user_id, f"{brand_name(seed)}-蒲公英", "xiaohongshu_creators"))
    return [
        {
            "source": "xiaohongshu",
            "account": account,
            "name": name,
            "connection": connection,
            "base_url": f"{root_url}/xiaohongshu",
            "credentials": {
                "app_id": str(app.app_id),
                "secret": app.secret,
                "auth_code": app.auth_codes[kind],
                "platform_type": kind,
            },
        }
        for kind, account, name, connection in wanted
    ]


class Xiaohongshu(Platform):
    """Answers calls for the brand's advertisers and for its orders to creators."""

    source = "xiaohongshu"
    token_paths = (f"{ROOT}/oauth2/access_token", f"{ROOT}/oauth2/refresh_token")
    record_lists = ("data_list", "datas", "base_campaign_dtos", "unit_infos", "creativity_dtos")
    day_fields = ("time", "date_key")
    total_fields = ("total_count", "total")
    page_total_fields = ("total_page",)
    page_parameters = ("page", "page_num")
    expired = failure(10001)
    quota_used = failure(10002)
    rate_limited = failure(10002)

    def __init__(self, world: XiaohongshuWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._tokens = PairTokens(Signer(world.seed), RULES, ["1", "2"])
        clock.listeners.append(self._tokens.clock_moved)
        self._ads = {str(e.account.id): XhsNumbers(e, world.market) for e in world.accounts}
        self._notes = CreatorNumbers(world.creators, world.app.brand_user_id, world.brand)

    def renew_consent(self) -> None:
        """Lets the auth codes be exchanged once more, as after a new consent."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message)

    def account_of(self, call: Call) -> str | None:
        """The advertiser or the brand that a call is for."""
        body = call.json()
        account = body.get("advertiser_id", body.get("user_id"))
        return None if account is None else str(account)

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The days of a report, or the day of a snapshot."""
        body = call.json()
        try:
            if "date_key" in body:
                day = date.fromisoformat(str(body["date_key"]))
                return day, day
            return date.fromisoformat(body["start_date"]), date.fromisoformat(body["end_date"])
        except (KeyError, TypeError, ValueError):
            return None

    def day_of(self, record: Any) -> str | None:
        """As everywhere; date_key is written 20261120."""
        day = super().day_of(record)
        return f"{day[:4]}-{day[4:6]}-{day[6:]}" if day and day.isdecimal() else day

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        handlers: dict[str, Callable[[Json, int], Json]] = {
            f"{ROOT}/oauth2/access_token": self._exchange,
            f"{ROOT}/oauth2/refresh_token": self._refresh,
            f"{ROOT}/jg/campaign/list": self._campaigns,
            f"{ROOT}/jg/unit/list": self._units,
            f"{ROOT}/jg/creativity/search": self._creatives,
            f"{ROOT}/jg/data/report/offline/creative": self._creative_report,
            f"{ROOT}/jg/data/report/offline/note": self._note_report,
            f"{ROOT}/pgy/note/post/data": self._creator_notes,
            f"{ROOT}/pgy/kol/data/detail": self._creators,
        }
        if call.path not in handlers:
            return Answer({"success": False, "errorCode": 10005, "errorMsg": "no such path"}, 404)
        now, body = self._clock.now(), call.json()
        try:
            if call.method != "POST":
                raise _Failure(10004, "POST required")
            if call.path not in self.token_paths:
                self._check(call, now)
            self._world.ensure_instant(now)
            data = handlers[call.path](body, now)
        except _Failure as error:
            return failure(error.code, error.message)
        except Refused as error:
            return failure(error.code)
        request_id = _request_id(call.path, sorted(body.items(), key=str), now)
        return Answer({"code": 0, "success": True, "msg": "成功", "request_id": request_id, "data": data})

    # --- tokens -------------------------------------------------------------------------------------------------

    def _check(self, call: Call, now: int) -> None:
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        kind = self._tokens.check(call.headers.get("access-token", "") or bearer, now)
        if kind != ("2" if "/pgy/" in call.path else "1"):
            raise _Failure(10003)

    def _exchange(self, body: Json, now: int) -> Json:
        self._check_app(body)
        code = body.get("auth_code")
        kind = next((kind for kind, own in self._world.app.auth_codes.items() if own == code), None)
        pair = self._tokens.exchange(kind, now) if kind else None
        if pair is None:
            raise _Failure(10003, "auth_code invalid")
        return self._grant(pair)

    def _refresh(self, body: Json, now: int) -> Json:
        self._check_app(body)
        return self._grant(self._tokens.refresh(str(body.get("refresh_token", "")), now))

    def _check_app(self, body: Json) -> None:
        app = self._world.app
        if body.get("app_id") != app.app_id or body.get("secret") != app.secret:
            raise _Failure(10003, "app_id or secret invalid")

    def _grant(self, pair: Pair) -> Json:
        shown = self._world.accounts if pair.owner == "1" else ()
        return {
            "access_token": pair.access_token,
            "access_token_expires_in": pair.access_life,
            "refresh_token": pair.refresh_token,
            "refresh_token_expires_in": pair.refresh_life,
            "user_id": self._world.app.brand_user_id,
            "approval_role_type": 4,
            "role_type": 1,
            "platform_type": int(pair.owner),
            "approval_advertisers": [{"advertiser_id": e.account.id, "advertiser_name": e.account.name} for e in shown],
        }

    # --- 聚光 ---------------------------------------------------------------------------------------------------

    def _of(self, body: Json) -> XhsNumbers:
        numbers = self._ads.get(str(_need(body, "advertiser_id", int)))
        if numbers is None:
            raise _Failure(10003)
        return numbers

    def _campaigns(self, body: Json, now: int) -> Json:
        return _listing(body, self._of(body).campaigns(now), "base_campaign_dtos", status=6)

    def _units(self, body: Json, now: int) -> Json:
        rows, size = self._of(body).units(now), _size(body, 100)
        page = _need(body, "page", int)
        return {"total_count": len(rows), "unit_infos": rows[(page - 1) * size : page * size]}

    def _creatives(self, body: Json, now: int) -> Json:
        rows = self._of(body).creatives(self._world.app.brand_user_id, now)
        return _listing(body, rows, "creativity_dtos", status=2)

    def _creative_report(self, body: Json, now: int) -> Json:
        return _report(body, self._of(body).by_creative(*_days(body, "start_date", "end_date"), now))

    def _note_report(self, body: Json, now: int) -> Json:
        return _report(body, self._of(body).by_note(*_days(body, "start_date", "end_date"), now))

    # --- 蒲公英 -------------------------------------------------------------------------------------------------

    def _check_brand(self, body: Json) -> None:
        if _need(body, "user_id", str) != self._world.app.brand_user_id:
            raise _Failure(10003)

    def _creator_notes(self, body: Json, now: int) -> Json:
        self._check_brand(body)
        first, last = _days(body, "start_time", "end_time")
        if last - first >= NOTE_SPAN:
            raise _Failure(10004, f"end_time: at most {NOTE_SPAN} days")
        if _need(body, "date_type", int) not in (1, 2):
            raise _Failure(10004, "date_type: 1 or 2")
        try:
            day = day_of(date.fromisoformat(_need(body, "date_key", str)))
        except ValueError:
            raise _Failure(10004, "date_key: yyyyMMdd") from None
        if day <= last_ready_day(now) - KEPT_SNAPSHOTS:
            raise _Failure(10004, f"date_key: only the last {KEPT_SNAPSHOTS}")
        rows, size, page = self._notes.notes(day, first, last, now), _size(body, 100), _need(body, "page_num", int)
        return {
            "total": len(rows),
            "page_num": page,
            "page_size": size,
            "total_page": math.ceil(len(rows) / size),
            "datas": rows[(page - 1) * size : page * size],
        }

    def _creators(self, body: Json, now: int) -> Json:
        self._check_brand(body)
        day = last_ready_day(now)
        wanted = [str(kol_id) for kol_id in _need(body, "kol_ids", list)]
        return {"date_key": f"{date_of(day):%Y%m%d}", "datas": self._notes.creators(wanted, day)}


def _need[T](body: Json, name: str, kind: type[T]) -> T:
    value = body.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise _Failure(10004, f"{name}: {kind.__name__} required")
    return value


def _size(body: Json, most: int) -> int:
    size = _need(body, "page_size", int)
    if not 1 <= size <= most:
        raise _Failure(10004, f"page_size: 1 to {most}")
    return size


def _days(body: Json, first: str, last: str) -> tuple[int, int]:
    try:
        days = tuple(day_of(date.fromisoformat(_need(body, name, str))) for name in (first, last))
    except ValueError:
        raise _Failure(10004, f"{first}, {last}: yyyy-MM-dd") from None
    if days[0] > days[1]:
        raise _Failure(10004, f"{first}: after {last}")
    return days[0], days[1]


def _listing(body: Json, rows: list[Json], name: str, *, status: int) -> Json:
    """A page of a list whose page is an object; `status` is the one that asks for all that are not deleted."""
    if body.get("status") != status:
        raise _Failure(10004, f"status: the sandbox knows {status} alone")
    asked = _need(body, "page", dict)
    size, page = _size(asked, 100), _need(asked, "page_index", int)
    info = {"page_index": page, "total_count": len(rows)}
    return {"page": info, name: rows[(page - 1) * size : page * size]}


def _report(body: Json, rows: list[Json]) -> Json:
    if body.get("time_unit") != "DAY" or body.get("split_columns"):
        raise _Failure(10004, "time_unit: the sandbox knows DAY alone, and no split_columns")
    size, page = _size(body, 500), _need(body, "page_num", int)
    return {"data_list": rows[(page - 1) * size : page * size], "total_count": len(rows)}
