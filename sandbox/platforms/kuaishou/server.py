"""The server of Kuaishou's open platform: platform-contracts §5.1, samples kuaishou/open_*.json.

Error numbers are those of the platform's list as a mirror of its manual shows it (apifox project 462993, doc 355272);
the samples' are invented.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.kuaishou.numbers import KuaishouNumbers
from sandbox.tokens import Pair, PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.kuaishou import KuaishouWorld, make_accounts, make_app

_MESSAGES = {
    100200100: "请求缺少参数或参数类型错误",
    100200101: "无效的client",
    100200102: "请求被拒绝",
    100200104: "请求的 grantType 不支持",
    100200105: "请求的 code 错误",
    100200108: "access_token过期",
    100200113: "refresh_token过期",
    100200500: "服务内部错误",
    400002: "api限速",
}
RULES = TokenRules(
    kind="ko",
    access_life=172_800,
    refresh_life=15_552_000,
    empty=100200100,
    invalid=100200102,
    expired=100200108,
    refresh_invalid=100200113,
    refresh_dead=100200113,
    prolongs=False,
    old_access_life=None,
)
"""A new refresh token ends with the first one; old and new access tokens live side by side (§5.1)."""
SCOPES = ["user_info", "user_video_info"]
_MOST = 200


class _Failure(Exception):
    """An answer with a result other than 1."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def failure(code: int | str, message: str | None = None) -> Answer:
    """The answer with an error: HTTP 200."""
    return Answer({"result": code, "error_msg": message or _MESSAGES.get(int(code), "服务内部错误")})


def create(world: World, clock: Clock) -> Kuaishou:
    """The server of a world."""
    return Kuaishou(world.part(KuaishouWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The two accounts, each with a consent of its own."""
    app_id, secret = make_app(seed)
    return [
        {
            "source": "kuaishou",
            "account": account.open_id,
            "name": account.name,
            "connection": f"kuaishou_{account.index}",
            "base_url": f"{root_url}/kuaishou",
            "credentials": {"app_id": app_id, "app_secret": secret, "auth_code": account.auth_code},
        }
        for account in make_accounts(seed)
    ]


class Kuaishou(Platform):
    """Answers calls for the brand's two accounts; the token says which."""

    source = "kuaishou"
    token_paths = ("/oauth2/access_token", "/oauth2/refresh_token")
    record_lists = ("video_list",)
    page_parameters = ()  # the cursor is a video's id, so a video that comes or goes shifts no page
    expired = failure(100200108)
    quota_used = failure(400002)
    rate_limited = failure(400002)

    def __init__(self, world: KuaishouWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._app_id, self._secret = make_app(world.seed)
        self._numbers = {e.account.open_id: KuaishouNumbers(e) for e in world.accounts}
        self._tokens = PairTokens(Signer(world.seed), RULES, self._numbers)
        clock.listeners.append(self._tokens.clock_moved)

    def renew_consent(self) -> None:
        """Lets the codes be exchanged once more, as after new consents."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message or None)

    def account_of(self, call: Call) -> str | None:
        """The account that a token was given for."""
        try:
            return self._tokens.check(call.query.get("access_token", ""), self._clock.now())
        except Refused:
            return None

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """Never any: only the present is shown."""
        return None

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        try:
            body = self._route(call)
        except Refused as error:
            return failure(error.code)
        except _Failure as error:
            return failure(error.code)
        return Answer({"result": 1, **body})

    def _route(self, call: Call) -> dict[str, Any]:
        now, query = self._clock.now(), call.query
        if call.method != "GET":
            raise _Failure(100200100)
        if query.get("app_id") != self._app_id:
            raise _Failure(100200101)
        if call.path in self.token_paths:
            return self._token(call, now)
        owner = self._tokens.check(query.get("access_token", ""), now)
        self._world.ensure_instant(now)
        numbers = self._numbers[owner]
        if call.path == "/openapi/user_info":
            return {"user_info": numbers.user(now)}
        if call.path == "/openapi/photo/list":
            return {"video_list": self._page(numbers.photos(now), query)}
        raise _Failure(100200100)

    def _page(self, photos: list[dict[str, Any]], query: dict[str, str]) -> list[dict[str, Any]]:
        """`count` videos after the one that `cursor` names; a cursor that is gone has nothing after it."""
        count = query.get("count", "20")
        if not count.isdecimal() or not 0 < int(count) <= _MOST:
            raise _Failure(100200100)
        cursor = query.get("cursor", "")
        start = 0
        if cursor:
            places = [place for place, photo in enumerate(photos) if photo["photo_id"] == cursor]
            start = places[0] + 1 if places else len(photos)
        return photos[start : start + int(count)]

    def _token(self, call: Call, now: int) -> dict[str, Any]:
        query = call.query
        if query.get("app_secret") != self._secret:
            raise _Failure(100200101)
        is_refresh = call.path.endswith("refresh_token")
        if query.get("grant_type") != ("refresh_token" if is_refresh else "authorization_code"):
            raise _Failure(100200104)
        if is_refresh:
            return _pair(self._tokens.refresh(query.get("refresh_token", ""), now))
        owners = {e.account.auth_code: e.account.open_id for e in self._world.accounts}
        owner = owners.get(query.get("code", ""))
        pair = self._tokens.exchange(owner, now) if owner else None
        if pair is None:
            raise _Failure(100200105)
        return _pair(pair) | {"open_id": pair.owner}


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "access_token": pair.access_token,
        "expires_in": pair.access_life,
        "refresh_token": pair.refresh_token,
        "refresh_token_expires_in": pair.refresh_life,
        "scopes": SCOPES,
    }
