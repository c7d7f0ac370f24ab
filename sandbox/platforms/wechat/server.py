"""The WeChat Official Accounts server: paths, envelopes and error codes of platform-contracts §1 and samples/wechat."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.wechat.numbers import WeChatNumbers
from sandbox.platforms.wechat.tokens import WeChatTokens
from sandbox.tokens import Signer
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.rng import digest
from sandbox.world.time import date_of, day_at, day_of
from sandbox.world.wechat import WeChatWorld
from sandbox.world.wechat.events import make_accounts

RETIRED = ("getarticlesummary", "getarticletotal", "getuserread", "getuserreadhour", "getusershare", "getusersharehour")
_SPANS = {
    "getusersummary": 7,
    "getusercumulate": 7,
    "getbizsummary": 30,
    "getarticletotaldetail": 1,
    "getarticleread": 1,
    "getarticleshare": 1,
}
_MESSAGES = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40013: "invalid appid",
    40007: "invalid media_id",
    40066: "invalid url",
    40125: "invalid appsecret",
    40097: "invalid args",
    41001: "access_token missing",
    42001: "access_token expired",
    43002: "require POST method",
    47001: "data format error",
    45009: "reach max api daily quota limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47009: "this api is offline, please use the new api",
    61500: "date format error",
    61501: "date range error",
    88001: "msg_data is not exists",
    88010: "count range error. cout <= 0 or count > 50",
}
LIVES = "/channels/finderlive/get_finder_live_data_list"
LIVES_A_PAGE = 2
"""Lives on a page; how many the platform gives is not known (unconfirmed)."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class _Failure(Exception):
    """An answer with an errcode."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def failure(code: int | str, message: str = "") -> Answer:
    """The answer with an error: always HTTP 200 (third-party)."""
    text = message or _MESSAGES.get(int(code), "system error")
    rid = digest("rid", code, text)
    return Answer({"errcode": code, "errmsg": f"{text} rid: {rid[:8]}-{rid[8:16]}-{rid[16:24]}"})


def create(world: World, clock: Clock) -> WeChat:
    """The server of a world."""
    return WeChat(world.part(WeChatWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The two Official Accounts, a connection each."""
    return [
        {
            "source": "wechat",
            "account": account.app_id,
            "name": account.name,
            "connection": f"wechat_{account.app_id}",
            "base_url": f"{root_url}/wechat",
            "credentials": {"appid": account.app_id, "secret": account.secret, "channels": "yes"},
        }
        for account in make_accounts(seed)
    ]


class WeChat(Platform):
    """Answers calls for the brand's two Official Accounts."""

    source = "wechat"
    token_paths = ("/cgi-bin/stable_token",)
    record_lists = ("list", "item", "comment")
    day_fields = ("stat_date", "ref_date")
    total_fields = ("total_count", "total")
    page_parameters = ("offset", "begin", "last_buffer")
    delay_field = "is_delay"
    expired = failure(42001)
    quota_used = failure(45009)
    rate_limited = failure(45011)

    def __init__(self, world: WeChatWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._tokens = WeChatTokens(Signer(world.seed))
        self._numbers = {
            e.account.app_id: WeChatNumbers(e, lives) for e, lives in zip(world.accounts, world.lives, strict=True)
        }

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message)

    def account_of(self, call: Call) -> str | None:
        """The app a call is for, by its token or its appid."""
        if call.path in self.token_paths:
            value = call.json().get("appid")
            return value if isinstance(value, str) else None
        owner = self._tokens.check(call.query.get("access_token", ""), self._clock.now())
        return owner if isinstance(owner, str) else None

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for."""
        body = call.json()
        try:
            if call.path == LIVES:
                return date_of(day_at(int(body["start_time"]))), date_of(day_at(int(body["end_time"])))
            return date.fromisoformat(str(body["begin_date"])), date.fromisoformat(str(body["end_date"]))
        except (KeyError, TypeError, ValueError):
            return None

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        try:
            return Answer(self._route(call))
        except _Failure as error:
            return failure(error.code)

    def _route(self, call: Call) -> dict[str, Any]:
        now = self._clock.now()
        if call.method != "POST":
            raise _Failure(43002)
        try:
            body = json.loads(call.body or b"{}")
        except ValueError:
            raise _Failure(47001) from None
        if not isinstance(body, dict):
            raise _Failure(47001)
        if call.path == "/cgi-bin/stable_token":
            return self._token(body, now)
        group, _, name = call.path.removeprefix("/").rpartition("/")
        if group == "datacube" and name in RETIRED:
            raise _Failure(47009)
        token = call.query.get("access_token", "")
        if not token:
            raise _Failure(41001)
        owner = self._tokens.check(token, now)
        if isinstance(owner, int):
            raise _Failure(owner)
        numbers = self._numbers[owner]
        self._world.ensure_instant(now)
        if group == "datacube" and name in _SPANS:
            return self._datacube(name, numbers, body, now)
        if call.path == "/cgi-bin/freepublish/batchget":
            return self._freepublish(numbers, body, now)
        if call.path == "/cgi-bin/comment/list":
            return self._comments(numbers, body, now)
        if call.path == LIVES:
            return self._finished_lives(numbers, body, now)
        raise _Failure(40066)

    def _token(self, body: dict[str, Any], now: int) -> dict[str, Any]:
        account = next((e.account for e in self._world.accounts if e.account.app_id == body.get("appid")), None)
        if body.get("grant_type") != "client_credential":
            raise _Failure(40097)
        if account is None:
            raise _Failure(40013)
        if body.get("secret") != account.secret:
            raise _Failure(40125)
        issued = self._tokens.issue(account.app_id, now, force=body.get("force_refresh") is True)
        if issued is None:
            raise _Failure(45009)
        return {"access_token": issued[0], "expires_in": issued[1]}

    def _datacube(self, name: str, numbers: WeChatNumbers, body: dict[str, Any], now: int) -> dict[str, Any]:
        first, last = (_day(body.get(key)) for key in ("begin_date", "end_date"))
        if first > last or last - first + 1 > _SPANS[name] or last >= day_at(now):
            raise _Failure(61501)
        if name == "getusersummary":
            return {"list": numbers.user_summary(first, last, now)}
        if name == "getusercumulate":
            return {"list": numbers.user_cumulate(first, last, now)}
        if name == "getbizsummary":
            delayed = any(numbers.is_delayed(day, now) for day in range(max(first, last - 3), last + 1))
            return {"list": numbers.biz_summary(first, last, now), "is_delay": delayed}
        if name == "getarticletotaldetail":
            delayed = any(numbers.is_delayed(day, now) for day in range(first, first + 4))
            return {"list": numbers.total_detail(first, now), "is_delay": delayed}
        read = numbers.article_read if name == "getarticleread" else numbers.article_share
        return {"list": read(first, now), "is_delay": numbers.is_delayed(first, now)}

    def _freepublish(self, numbers: WeChatNumbers, body: dict[str, Any], now: int) -> dict[str, Any]:
        offset, count = _whole(body.get("offset", 0)), _whole(body.get("count", 20))
        if offset < 0 or not 1 <= count <= 20:
            raise _Failure(40097)
        messages = numbers.published(now)
        items = []
        for articles in messages[offset : offset + count]:
            news = []
            for article in articles:
                thumb = digest("thumb", article.article_id)[:24]
                item: dict[str, Any] = {"title": article.title, "author": article.author, "digest": article.digest}
                if body.get("no_content") != 1:
                    item["content"] = f"<p>{article.title}</p>"
                item |= {
                    "content_source_url": "",
                    "thumb_media_id": thumb,
                    "thumb_url": f"https://mmbiz.qpic.cn/mmbiz_jpg/{thumb}/0",
                    "show_cover_pic": 0,
                    "need_open_comment": int(article.is_comment_open),
                    "only_fans_can_comment": 0,
                    "url": article.url,
                    "is_deleted": article.deleted_at is not None and article.deleted_at <= now,
                }
                news.append(item)
            items.append(
                {
                    "article_id": articles[0].article_id,
                    "content": {"news_item": news},
                    "update_time": articles[0].published_at,
                }
            )
        return {"total_count": len(messages), "item_count": len(items), "item": items}

    def _comments(self, numbers: WeChatNumbers, body: dict[str, Any], now: int) -> dict[str, Any]:
        count, begin, kind = _whole(body.get("count", 49)), _whole(body.get("begin", 0)), _whole(body.get("type", 0))
        if not 0 < count < 50 or begin < 0:
            raise _Failure(88010)
        found = numbers.commented(_whole(body.get("msg_data_id")), _whole(body.get("index", 0)), now)
        if found is None:
            raise _Failure(88001)
        rows: list[dict[str, Any]] = []
        for comment in found:
            featured = int(comment.featured_at is not None and comment.featured_at <= now)
            if (kind == 1 and featured) or (kind == 2 and not featured):
                continue
            row: dict[str, Any] = {"user_comment_id": comment.number}
            if comment.openid is not None:
                row["openid"] = comment.openid
            row |= {"create_time": comment.created_at, "content": comment.content, "comment_type": featured}
            if comment.reply is not None and comment.reply_at is not None and comment.reply_at <= now:
                row["reply"] = {"content": comment.reply, "create_time": comment.reply_at}
            rows.append(row)
        return {"errcode": 0, "errmsg": "ok", "total": len(rows), "comment": rows[begin : begin + count]}

    def _finished_lives(self, numbers: WeChatNumbers, body: dict[str, Any], now: int) -> dict[str, Any]:
        """Lives by the time of their end. A full page says that there may be more: the last page may be empty."""
        start, end = _whole(body.get("start_time", 0)), _whole(body.get("end_time", now))
        buffer = body.get("last_buffer") or "LIVES_0"
        if start > end or not isinstance(buffer, str) or not re.fullmatch(r"LIVES_\d{1,9}", buffer):
            raise _Failure(40097)
        begin = int(buffer.removeprefix("LIVES_"))
        page = numbers.lives(start, end, now)[begin : begin + LIVES_A_PAGE]
        return {
            "errcode": 0,
            "errmsg": "ok",
            "last_buffer": f"LIVES_{begin + len(page)}",
            "continue_flag": len(page) == LIVES_A_PAGE,
            "item": page,
        }


def _day(value: object) -> int:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise _Failure(61500)
    try:
        return day_of(date.fromisoformat(value))
    except ValueError:
        raise _Failure(61500) from None


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Failure(47001)
    return value
