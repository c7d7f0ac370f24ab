"""The Douyin server: paths, envelopes and error codes of platform-contracts §3, §18 and samples/douyin."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.douyin.numbers import DouyinNumbers
from sandbox.platforms.douyin.tokens import RULES, AppTokens
from sandbox.tokens import PairTokens, Refused, Signer
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.douyin import PORTRAIT, DouyinWorld, Video, make_accounts, make_app
from sandbox.world.rng import digest
from sandbox.world.time import date_of, day_at, midnight, text_of
from sandbox.world.weibo_hot_search import HotWorld

_WORDS = {
    10003: "client_key 不存在",
    10005: "缺少参数",
    10007: "授权码过期",
    10010: "refresh_token 无效或过期",
    10013: "client_key 或者 client_secret 错误",
    10020: "超过刷新次数限制",
    28001003: "access_token无效",
    28001005: "系统繁忙,此时请开发者稍候再试",
    28001007: "参数不合法",
    28001008: "access_token过期,请刷新或重新授权",
    28001012: "用户未授权该OpenAPI",
    28001015: "请求参数 access_token 和 openId不匹配",
    28001018: "应用未获得该能力",
    28001056: "该能力API已下线,不再支持调用",
    28003017: "quota 已用完",
    28003018: "请求频率过高",
}
DATE_TYPES = ("7", "15", "30")
_SCOPES = "user_info,video.list.bind,data.external.user,data.external.item,fans.data.bind,renew_refresh_token"
_USER = ("item", "fans", "like", "comment", "share", "profile")
_ITEM = ("like", "comment", "play", "share")
_LARGEST_PAGE = 20


class _Failure(Exception):
    """An answer with an error code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def failure(code: int | str, message: str = "") -> Answer:
    """The answer of a data call with an error: HTTP 200, said twice."""
    words = message or _WORDS.get(int(code), "系统繁忙,此时请开发者稍候再试")
    said = {"error_code": code, "description": words}
    return Answer({"data": said, "extra": _extra(code, words)})


def _extra(code: int | str, words: str, now: int = 0) -> dict[str, Any]:
    return {
        "error_code": code,
        "description": words,
        "sub_error_code": 0,
        "sub_description": "",
        "logid": "20" + digest("log", code, words, now)[:30].upper(),
        "now": now * 1000,
    }


def create(world: World, clock: Clock) -> Douyin:
    """The server of a world."""
    return Douyin(world, clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The two accounts, each with its consent, under one application that may call as fast as it likes."""
    key, secret = make_app(seed)
    app = {"client_key": key, "client_secret": secret, "calls_per_second": "0"}
    return [
        {
            "source": "douyin",
            "account": account.open_id,
            "name": account.name,
            "connection": f"douyin_{account.open_id}",
            "base_url": f"{root_url}/douyin",
            "credentials": {**app, "auth_code": account.auth_code},
        }
        for account in make_accounts(seed)
    ]


class Douyin(Platform):
    """Answers calls for the brand's two accounts."""

    source = "douyin"
    token_paths = (
        "/oauth/access_token/",
        "/oauth/refresh_token/",
        "/oauth/renew_refresh_token/",
        "/oauth/client_token/",
    )
    record_lists = ("result_list", "list", *PORTRAIT)
    day_fields = ("date",)
    page_parameters = ("cursor",)
    expired = failure(28001008)
    quota_used = failure(28003017)
    rate_limited = failure(28003018)

    def __init__(self, world: World, clock: Clock) -> None:
        self._world = world.part(DouyinWorld)
        self._hot = world.part(HotWorld).hot
        self._clock = clock
        self._key, self._secret = make_app(world.seed)
        self._codes = {account.auth_code: account.open_id for account in make_accounts(world.seed)}
        signer = Signer(world.seed)
        self._tokens = PairTokens(signer, RULES, self._codes.values())
        self._app_tokens = AppTokens(signer)
        clock.listeners.append(self._tokens.clock_moved)
        self._numbers = {events.account.open_id: DouyinNumbers(events) for events in self._world.accounts}

    def renew_consent(self) -> None:
        """Lets the auth codes be exchanged once more, as after new consents."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message)

    def account_of(self, call: Call) -> str | None:
        """The open_id a call is for."""
        return call.query.get("open_id")

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for: the last N, up to yesterday."""
        if call.query.get("date_type") not in DATE_TYPES:
            return None
        yesterday = date_of(day_at(self._clock.now()) - 1)
        return yesterday - timedelta(days=int(call.query["date_type"]) - 1), yesterday

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        now = self._clock.now()
        path = call.path if call.path.endswith("/") else call.path + "/"
        try:
            if path in self.token_paths:
                return self._token(path, call, now)
            data = self._data(path, call, now)
        except (Refused, _Failure) as error:
            if path not in self.token_paths:
                return failure(error.code)
            said = {"error_code": error.code, "description": _WORDS[int(error.code)], "captcha": "", "desc_url": ""}
            return Answer({"data": said | {"log_id": _extra(error.code, path)["logid"]}, "message": "error"})
        whole = {"error_code": 0, "description": "", **data}
        return Answer({"data": whole, "extra": _extra(0, "", now)})

    # --- tokens ------------------------------------------------------------------------------------------------

    def _token(self, path: str, call: Call, now: int) -> Answer:
        if call.method != "POST":
            raise _Failure(10005)
        is_app = path == "/oauth/client_token/"
        asked = call.json() if is_app else call.form()
        if not asked.get("client_key"):
            raise _Failure(10005)
        if asked["client_key"] != self._key:
            raise _Failure(10003)
        if path in ("/oauth/access_token/", "/oauth/client_token/") and asked.get("client_secret") != self._secret:
            raise _Failure(10013)
        data: dict[str, Any] = {"description": "", "error_code": 0}
        if is_app:
            token, seconds = self._app_tokens.issue(self._key, now)
            return Answer({"data": data | {"access_token": token, "expires_in": seconds}, "message": "success"})
        if path == "/oauth/access_token/":
            owner = self._codes.get(asked.get("code", ""))
            pair = self._tokens.exchange(owner, now) if owner else None
            if pair is None:
                raise _Failure(10007)
            data |= {"captcha": "", "desc_url": "", "log_id": _extra(0, path, now)["logid"]}
            lives: tuple[Any, Any] = (pair.access_life, pair.refresh_life)
        elif path == "/oauth/refresh_token/":
            pair = self._tokens.refresh(asked.get("refresh_token", ""), now)
            lives = (str(pair.access_life), str(pair.refresh_life))
        else:
            pair = self._tokens.renew(asked.get("refresh_token", ""), now)
            data |= {"refresh_token": pair.refresh_token, "expires_in": str(pair.refresh_life)}
            return Answer({"data": data, "message": "success"})
        data |= {"access_token": pair.access_token, "expires_in": lives[0], "open_id": pair.owner, "scope": _SCOPES}
        data |= {"refresh_token": pair.refresh_token, "refresh_expires_in": lives[1]}
        return Answer({"data": data, "message": "success"})

    # --- data --------------------------------------------------------------------------------------------------

    def _data(self, path: str, call: Call, now: int) -> dict[str, Any]:
        if call.method != "GET":
            raise _Failure(28001007)
        token = call.headers.get("access-token", "")
        if path == "/hotsearch/sentences/":
            self._app_tokens.check(token, now)
            return self._hot_list(now)
        owner = self._tokens.check(token, now)
        if call.query.get("open_id") != owner:
            raise _Failure(28001015)
        self._world.ensure_instant(now)
        numbers = self._numbers[owner]
        folder, _, part = path.strip("/").rpartition("/")
        if folder == "data/external/user" and part in _USER:
            return {"result_list": numbers.account_days(part, _back(call), now)}
        if folder == "data/external/item" and part in (*_ITEM, "base"):
            video = numbers.video(call.query.get("item_id", ""), now)
            if video is None:
                raise _Failure(28001007)
            if part == "base":
                return {"result": numbers.item_totals(video, now)}
            return {"result_list": numbers.item_days(video, part, _back(call), now)}
        if path == "/api/douyin/v1/video/video_list/":
            return _page(call, numbers, now)
        if path == "/api/douyin/v1/user/fans_data/":
            lists = numbers.portrait(now)
            everyone = sum(row["value"] for row in lists["gender_distributions"])
            portrait = {"all_fans_num": everyone, **lists, "flow_contributions": numbers.contributions(now)}
            return {"error_code": "0", "fans_data": portrait}
        raise _Failure(28001056)

    def _hot_list(self, now: int) -> dict[str, Any]:
        """What Weibo talks about, in another order: new every two hours."""
        day = day_at(now)
        hour = (now - midnight(day)) // 3600 // 2 * 2
        talk = self._hot.listing(day, hour) or self._hot.listing(day, hour - 1)
        found = [
            {"sentence": row["title"], "hot_level": int(str(row["hot"])) * (7 + int(digest(row["title"])[:2], 16) % 9)}
            for row in talk
            if row["hot"] and not row["ads"]
        ]
        found.sort(key=lambda row: (-int(str(row["hot_level"])), str(row["sentence"])))
        return {"active_time": text_of(midnight(day) + hour * 3600), "list": found[:50]}


def _back(call: Call) -> int:
    if call.query.get("date_type") not in DATE_TYPES:
        raise _Failure(28001007)
    return int(call.query["date_type"])


def _page(call: Call, numbers: DouyinNumbers, now: int) -> dict[str, Any]:
    """A page of the videos. The cursor is the publication of the last one in ms; pinned videos stand on the first."""
    cursor, count = call.query.get("cursor", "0"), call.query.get("count", "")
    if not (cursor.isdigit() and count.isdigit() and 1 <= int(count) <= _LARGEST_PAGE):
        raise _Failure(28001007)
    pinned, others = numbers.listing(now)
    if int(cursor):
        others = [video for video in others if video.published_at * 1000 < int(cursor)]
    page = others[: max(1, int(count) - (0 if int(cursor) else len(pinned)))]
    rows = [_video(video, now) | {"is_top": False} for video in page]
    if not int(cursor):
        rows = [_video(video, now) | {"is_top": True} for video in pinned] + rows
    if numbers.events.account.index == 0:  # the other account's scope does not give the counts
        counts = numbers.statistics(now)
        for row, video in zip(rows, [*([] if int(cursor) else pinned), *page], strict=True):
            row["statistics"] = counts[video.number]
    following = page[-1].published_at * 1000 if page else int(cursor)
    return {"list": rows, "cursor": following, "has_more": len(others) > len(page)}


def _video(video: Video, now: int) -> dict[str, Any]:
    is_private = video.private_at is not None and video.private_at <= now
    return {
        "item_id": video.item_id,
        "video_id": video.video_id,
        "title": video.title,
        "cover": f"https://p3.douyinpic.com/img/{digest('cover', video.item_id)[:24]}.jpeg",
        "create_time": video.published_at,
        "is_reviewed": True,
        "media_type": video.media_type,
        "share_url": f"https://www.iesdouyin.com/share/video/{video.video_id}/?region=CN",
        "video_status": 7 if is_private else 5,
    }
