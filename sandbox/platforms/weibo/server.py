"""The server of Weibo's open API: paths, errors and limits of platform-contracts §2.1, §18 and samples/weibo.

The commercial paths (…/biz.json) answer as well: the whole timeline, mentions by everybody.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.weibo.numbers import WeiboNumbers
from sandbox.tokens import Claim, PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.time import midnight
from sandbox.world.weibo import WeiboWorld, make_app
from sandbox.world.weibo.events import make_accounts

NEWEST = 5
"""What an ordinary app gets of a timeline, whatever it asks for (third-party)."""
LONGEST = 100
_MESSAGES = {
    10001: "System error!",
    10008: "Param error, see doc for more info.",
    10014: "Insufficient app permissions!",
    10016: "Miss required parameter ({}), see doc for more info.",
    10021: "HTTP method is not suported for this request",
    10023: "User requests out of rate limit!",
    10024: "User requests for ({}) out of rate limit!",
    20003: "User does not exists!",
    21327: "expired_token",
    21332: "invalid_access_token",
}
RULES = TokenRules(
    kind="wb",
    access_life=157_680_000,
    refresh_life=None,
    empty=10006,
    invalid=21332,
    expired=21327,
    refresh_invalid=21332,
    refresh_dead=21332,
)
"""A token that the app's own developer was given lives for five years; there is no refresh (unconfirmed)."""


class _Failure(Exception):
    """An answer with an error_code."""

    def __init__(self, code: int, name: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.name = name


def failure(code: int | str, message: str = "", path: str = "/2/users/show.json", name: str = "") -> Answer:
    """The answer with an error: HTTP 403 for limits and permissions, 503 for the system's, else 400 (unconfirmed)."""
    known = int(code) if str(code).isdigit() else 0
    said = message or _MESSAGES.get(known, "System error!").format(name or path)
    status = 403 if 10014 <= known <= 10024 and known != 10016 else 503 if known == 10001 else 400
    return Answer({"request": path, "error_code": code, "error": said}, status)


def create(world: World, clock: Clock) -> Weibo:
    """The server of a world."""
    return Weibo(world.part(WeiboWorld), clock)


def token(seed: int, uid: int) -> str:
    """The token that the owner of an account was given on the world's first day."""
    return Signer(seed).write(Claim(RULES.kind + "A", str(uid), 1, midnight(0)))


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The two accounts, each with its token, under one app."""
    return [
        {
            "source": "weibo",
            "account": str(account.uid),
            "name": account.name,
            "connection": f"weibo_{account.uid}",
            "base_url": f"{root_url}/weibo",
            "credentials": {"app_key": make_app(seed), "access_token": token(seed, account.uid)},
        }
        for account in make_accounts(seed)
    ]


class Weibo(Platform):
    """Answers calls for the brand's two accounts."""

    source = "weibo"
    token_paths = ()
    record_lists = ("statuses", "comments")
    total_fields = ("total_number",)
    expired = failure(21327)
    quota_used = failure(10023)
    rate_limited = failure(10024)

    def __init__(self, world: WeiboWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        main = world.accounts[0].account
        self._tokens = PairTokens(Signer(world.seed), RULES, [str(e.account.uid) for e in world.accounts])
        self._numbers = {
            str(e.account.uid): WeiboNumbers(world.seed, e, world.mentions[e.account.index], main)
            for e in world.accounts
        }

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message)

    def account_of(self, call: Call) -> str | None:
        """The account whose token a call carries."""
        try:
            return self._tokens.check(call.query.get("access_token", ""), self._clock.now())
        except Refused:
            return None

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """No call asks for days."""
        return None

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        try:
            return Answer(self._route(call))
        except Refused as error:
            return failure(error.code, path=call.path)
        except _Failure as error:
            return failure(error.code, path=call.path, name=error.name)

    def _route(self, call: Call) -> Any:
        now = self._clock.now()
        name = call.path.removeprefix("/2/").removesuffix(".json")
        is_commercial = name.endswith("/biz")
        handlers = {
            "users/show": self._show,
            "users/counts": self._user_counts,
            "statuses/user_timeline": self._timeline,
            "statuses/count": self._counts,
            "statuses/mentions": self._mentions,
            "comments/mentions": self._mentions,
        }
        handler = handlers.get(name.removesuffix("/biz"))
        if call.method != "GET" or handler is None:
            raise _Failure(10021)
        owner = self._tokens.check(call.query.get("access_token", ""), now)
        self._world.ensure_instant(now)
        return handler(call, self._numbers[owner], now, is_commercial)

    def _show(self, call: Call, numbers: WeiboNumbers, now: int, is_commercial: bool) -> Any:
        uid = _need(call, "uid")
        if uid not in self._numbers:
            raise _Failure(20003)
        shown = self._numbers[uid]
        newest = shown.posts(now)[:1]
        return shown.user(now) | ({"status": shown.post(newest[0], now, with_user=False)} if newest else {})

    def _user_counts(self, call: Call, numbers: WeiboNumbers, now: int, is_commercial: bool) -> Any:
        """Numbers as text; an unknown user is left out."""
        asked = [uid for uid in _ids(call, "uids") if uid in self._numbers]
        found = [(uid, self._numbers[uid].user(now)) for uid in asked]
        names = ("followers_count", "friends_count", "statuses_count")
        return [{"id": uid} | {name: str(user[name]) for name in names} for uid, user in found]

    def _timeline(self, call: Call, numbers: WeiboNumbers, now: int, is_commercial: bool) -> Any:
        if call.query.get("uid", str(numbers.events.account.uid)) != str(numbers.events.account.uid):
            raise _Failure(10014)
        posts = numbers.posts(now)
        part, cursor = _below(call, posts if is_commercial else posts[:NEWEST], 20, LONGEST)
        return _listing("statuses", [numbers.post(post, now) for post in part], cursor, numbers.statuses(now))

    def _counts(self, call: Call, numbers: WeiboNumbers, now: int, is_commercial: bool) -> Any:
        """A post that does not exist, or no more, is left out."""
        every = {str(post.id): (n, post) for n in self._numbers.values() for post in n.posts(now)}
        likes = "likes" if is_commercial else "attitudes"
        rows = []
        for number in _ids(call, "ids"):
            found = every.get(number)
            if found is None or "deleted" in (row := found[0].post(found[1], now, with_user=False)):
                continue
            counts = (row["comments_count"], row["reposts_count"], row["attitudes_count"])
            rows.append({"id": number} | dict(zip(("comments", "reposts", likes), map(str, counts), strict=True)))
        return rows

    def _mentions(self, call: Call, numbers: WeiboNumbers, now: int, is_commercial: bool) -> Any:
        is_post = call.path.startswith("/2/statuses/")
        found = numbers.mentions("post" if is_post else "comment", now, everybody=is_commercial)
        part, cursor = _below(call, found, 50, 200)
        write = numbers.mention if is_post else numbers.comment
        return _listing("statuses" if is_post else "comments", [write(m, now) for m in part], cursor, len(found))


def _listing(name: str, rows: list[Any], cursor: int, total: int) -> dict[str, Any]:
    return {name: rows, "hasvisible": False, "previous_cursor": 0, "next_cursor": cursor, "total_number": total}


def _below(call: Call, items: list[Any], size: int, most: int) -> tuple[list[Any], int]:
    """A page of a listing, newest first, by since_id, max_id (included), count and page; and the next max_id."""
    since, highest = _whole(call, "since_id", 0), _whole(call, "max_id", 0)
    size, page = min(_whole(call, "count", size), most), _whole(call, "page", 1)
    rest = [item for item in items if item.id > since and (not highest or item.id <= highest)]
    part = rest[(page - 1) * size : page * size]
    return part, part[-1].id - 1 if part and len(rest) > page * size else 0


def _need(call: Call, name: str) -> str:
    value = call.query.get(name, "")
    if not value:
        raise _Failure(10016, name)
    return value


def _ids(call: Call, name: str) -> list[str]:
    found = _need(call, name).split(",")
    if len(found) > LONGEST or not all(number.isdigit() for number in found):
        raise _Failure(10008)
    return found


def _whole(call: Call, name: str, default: int) -> int:
    value = call.query.get(name, "") or str(default)
    if not value.isdigit():
        raise _Failure(10008)
    return int(value)
