"""The server of Kuaishou ads: platform-contracts §5.2, §18, samples kuaishou/ads_*.json, manual pages 2927 and 2928.

Error codes are the samples' placeholders; 401000 is any refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from sandbox.clock import Clock
from sandbox.platforms.kuaishou_ads.numbers import LEVELS, KuaishouAdsNumbers
from sandbox.platforms.kuaishou_ads.tasks import DONE, VIEWS, Task, Tasks, csv_file
from sandbox.tokens import Pair, PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world import World
from sandbox.world.kuaishou_ads import KuaishouAdsWorld, make_advertisers, make_consent
from sandbox.world.rng import digest
from sandbox.world.time import SHANGHAI, date_of, day_at, day_of, text_of

_MESSAGES = {
    402000: "access_token expired",
    402001: "auth_code or refresh_token invalid",
    402009: "no permission for this advertiser",
    402013: "too many requests",
}
RULES = TokenRules(
    kind="ka",
    access_life=86_399,
    refresh_life=2_591_999,
    empty=402000,
    invalid=402000,
    expired=402000,
    refresh_invalid=402001,
    refresh_dead=402001,
)
"""A refresh kills both old tokens (reported of the manual's page 2541)."""
BASE = "/rest/openapi"
SYNC_DAYS = 7
"""Days, today included, that a report answers at once."""
SPAN = 7
KEPT_DAYS = 183
NAME_LENGTH = 50
Data = dict[str, Any]


class _Failure(Exception):
    """An answer with a code other than 0."""

    def __init__(self, message: str, code: int = 401000) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def failure(code: int | str, message: str | None = None) -> Answer:
    """The answer with an error: HTTP 200, data {}."""
    said = message or _MESSAGES.get(int(code), "system error")
    return Answer({"code": code, "message": said, "data": {}, "request_id": _request_id(code, said)})


def _request_id(*parts: object) -> str:
    return digest("ks.request", *parts)[:32]


def create(world: World, clock: Clock) -> KuaishouAds:
    """The server of a world."""
    return KuaishouAds(world.part(KuaishouAdsWorld), clock)


def accounts(seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The two advertisers under the one consent."""
    consent = make_consent(seed)
    credentials = {"app_id": str(consent.app_id), "secret": consent.secret, "auth_code": consent.auth_code}
    return [
        {
            "source": "kuaishou_ads",
            "account": str(advertiser.id),
            "name": advertiser.name,
            "connection": "kuaishou_ads_consent",
            "base_url": f"{root_url}/kuaishou_ads",
            "credentials": credentials,
        }
        for advertiser in make_advertisers(seed)
    ]


class KuaishouAds(Platform):
    """Answers calls for the brand's two advertisers."""

    source = "kuaishou_ads"
    token_paths = (f"{BASE}/oauth2/authorize/access_token", f"{BASE}/oauth2/authorize/refresh_token")
    record_lists = ("details",)
    day_fields = ("stat_date",)
    total_fields = ("total_count",)
    page_parameters = ("page",)
    expired = failure(402000)
    quota_used = failure(401000, "daily operation limit reached")
    rate_limited = failure(402013)

    def __init__(self, world: KuaishouAdsWorld, clock: Clock) -> None:
        self._world = world
        self._clock = clock
        self._tokens = PairTokens(Signer(world.seed), RULES, [str(world.consent.app_id)])
        clock.listeners.append(self._tokens.clock_moved)
        self._tasks = Tasks()
        self._numbers = {
            str(e.account.id): KuaishouAdsNumbers(e, world.comments[e.account.index], world.audience[e.account.index])
            for e in world.accounts
        }
        self._handlers: dict[str, Callable[[Data, KuaishouAdsNumbers, int], Data]] = {
            **{f"/gw/dsp/{word}/list": self._listing(word) for word in LEVELS},
            "/v1/report/creative_report": self._report(KuaishouAdsNumbers.creatives),
            "/v1/report/account_report": self._report(KuaishouAdsNumbers.account),
            "/v1/report/audience_report": self._report(KuaishouAdsNumbers.audience, dims=True),
            "/v1/comment/list": self._comments,
            "/v1/async_task/create": self._order,
            "/v1/async_task/list": self._orders,
        }

    def renew_consent(self) -> None:
        """Lets the auth code be exchanged once more, as after a new consent."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message or None)

    def account_of(self, call: Call) -> str | None:
        """The advertiser a call is for."""
        given = call.parameters().get("advertiser_id")
        return None if given is None else str(given)

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for; of a file those of its order."""
        asked = call.parameters()
        task = self._task(asked)
        if task is not None:
            return date_of(task.first), date_of(task.last)
        span = asked.get("task_params", asked)
        try:
            if "post_time_start" in asked:
                ends = (int(asked["post_time_start"]) // 1000, int(asked["post_time_end"]) // 1000)
                return date_of(day_at(ends[0])), date_of(day_at(ends[1]))
            return date.fromisoformat(span["start_date"]), date.fromisoformat(span["end_date"])
        except (KeyError, TypeError, ValueError):
            return None

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        now = self._clock.now()
        try:
            if call.path == f"{BASE}/v1/async_task/download":
                return self._download(call, now)
            data = self._route(call, now)
        except Refused as error:
            return failure(error.code)
        except _Failure as error:
            return failure(error.code, error.message)
        request_id = _request_id(call.path, call.body, now)
        return Answer({"code": 0, "message": "OK", "data": data, "request_id": request_id})

    def _route(self, call: Call, now: int) -> Data:
        if call.method != "POST":
            raise _Failure("method: POST required")
        body = call.json()
        if call.path in self.token_paths:
            return self._token(call.path, body, now)
        handler = self._handlers.get(call.path.removeprefix(BASE))
        if handler is None:
            raise _Failure(f"path: {call.path} is not known")
        return handler(body, self._advertiser(call, now), now)

    def _advertiser(self, call: Call, now: int) -> KuaishouAdsNumbers:
        self._tokens.check(call.headers.get("access-token", ""), now)
        numbers = self._numbers.get(self.account_of(call) or "")
        if numbers is None:
            raise _Failure(_MESSAGES[402009], 402009)
        self._world.ensure_instant(now)
        return numbers

    def _token(self, path: str, body: Data, now: int) -> Data:
        consent = self._world.consent
        if str(body.get("app_id")) != str(consent.app_id) or body.get("secret") != consent.secret:
            raise _Failure("app_id or secret wrong")
        if path.endswith("refresh_token"):
            return _pair(self._tokens.refresh(str(body.get("refresh_token", "")), now))
        is_right = body.get("auth_code") == consent.auth_code
        pair = self._tokens.exchange(str(consent.app_id), now) if is_right else None
        if pair is None:
            raise _Failure(_MESSAGES[402001], 402001)
        ids = [e.account.id for e in self._world.accounts]
        about = {"advertiser_id": ids[0], "advertiser_ids": ids, "user_id": 3_000_000_001, "approval_type": 1}
        return _pair(pair) | about

    # --- listings, reports, comments ---------------------------------------------------------------------------

    def _listing(self, word: str) -> Callable[[Data, KuaishouAdsNumbers, int], Data]:
        def answer(body: Data, numbers: KuaishouAdsNumbers, now: int) -> Data:
            campaign = body.get("campaign_id")
            if word == "creative" and not isinstance(campaign, int):
                raise _Failure("campaign_id: required")
            rows = numbers.listing(word, campaign, now, deleted=body.get("status") == -2)
            return _page(body, rows, 500)

        return answer

    def _report(
        self, rows: Callable[[KuaishouAdsNumbers, int, int, int], list[Data]], *, dims: bool = False
    ) -> Callable[[Data, KuaishouAdsNumbers, int], Data]:
        def answer(body: Data, numbers: KuaishouAdsNumbers, now: int) -> Data:
            first, last = _span(body)
            if first < day_at(now) - SYNC_DAYS + 1:
                raise _Failure("start_date: only the last 7 days, use async_task for older ones")
            if last - first + 1 > SPAN:
                raise _Failure("end_date: at most one week")
            if body.get("temporal_granularity", "DAILY") != "DAILY":
                raise _Failure("temporal_granularity: only DAILY is simulated")
            if dims and body.get("report_dims") != ["gender", "age"]:
                raise _Failure("report_dims: only gender and age together are simulated")
            found = rows(numbers, first, last, now)
            if "photo" not in body.get("extend_info", []):
                found = [
                    {name: value for name, value in row.items() if name not in ("photo_id", "photo_md5")}
                    for row in found
                ]
            return _page(body, found, 2000)

        return answer

    def _comments(self, body: Data, numbers: KuaishouAdsNumbers, now: int) -> Data:
        first, last = body.get("post_time_start"), body.get("post_time_end")
        if (first is None) != (last is None):
            raise _Failure("post_time_start, post_time_end: both or none")
        for value in (first, last):
            if value is not None and (not isinstance(value, int) or value < 10**12):
                raise _Failure("post_time_start, post_time_end: must be milliseconds")
        found = numbers.comments((first or 0) // 1000, (last or now * 1000) // 1000, now)
        return _page(body, found, 100)

    # --- ordered reports ---------------------------------------------------------------------------------------

    def _order(self, body: Data, numbers: KuaishouAdsNumbers, now: int) -> Data:
        name, params = body.get("task_name"), body.get("task_params")
        if not isinstance(name, str) or not 0 < len(name) <= NAME_LENGTH:
            raise _Failure("task_name: must have 1 to 50 characters")
        if not isinstance(params, dict) or params.get("view_type") not in VIEWS:
            raise _Failure(f"view_type: only {sorted(VIEWS)} are simulated")
        first, last = _span(params)
        if last - first + 1 > KEPT_DAYS or first < day_at(now) - KEPT_DAYS:
            raise _Failure("start_date: only the last 6 months")
        advertiser = str(body["advertiser_id"])
        task = self._tasks.create(advertiser, name, VIEWS[params["view_type"]], first, last, now)
        if task is None:
            raise _Failure("task_name: exists already")
        return {"advertiser_id": int(advertiser), "task_id": task.task_id}

    def _orders(self, body: Data, numbers: KuaishouAdsNumbers, now: int) -> Data:
        ids = body.get("task_ids", [])
        if len(ids) > 10:
            raise _Failure("task_ids: at most 10")
        tasks = self._tasks.of(str(body["advertiser_id"]), ids)
        rows = []
        for task in tasks:
            task.asks += 1
            size = len(csv_file(self._file(task))) if task.status == DONE else 0
            rows.append(
                {
                    "advertiser_id": int(task.advertiser),
                    "task_id": task.task_id,
                    "task_name": task.name,
                    "create_time": text_of(task.now),
                    "task_status": task.status,
                    "file_size": size,
                }
            )
        return _page(body, rows, 100)

    def _download(self, call: Call, now: int) -> Answer:
        if call.method != "GET":
            raise _Failure("method: GET required")
        self._advertiser(call, now)
        task = self._task(call.query)
        if task is None or task.status < DONE:
            raise _Failure("task_id: not known or not done")
        return Answer(self._file(task), content=csv_file, media_type="text/csv; charset=utf-8")

    def _task(self, asked: dict[str, Any]) -> Task | None:
        number = str(asked.get("task_id", ""))
        found = self._tasks.of(str(asked.get("advertiser_id", "")), [int(number)]) if number.isdecimal() else []
        return found[0] if found else None

    def _file(self, task: Task) -> Data:
        numbers = self._numbers[task.advertiser]
        rows = numbers.creatives if task.view == "creative" else numbers.account
        return {"details": rows(task.first, task.last, task.now), "columns": ["stat_date", "creative_id", "charge"]}


def _pair(pair: Pair) -> Data:
    return {
        "access_token": pair.access_token,
        "access_token_expires_in": pair.access_life,
        "refresh_token": pair.refresh_token,
        "refresh_token_expires_in": pair.refresh_life,
    }


def _span(body: Data) -> tuple[int, int]:
    days = []
    for name in ("start_date", "end_date"):
        try:
            value = datetime.strptime(str(body.get(name)), "%Y-%m-%d").replace(tzinfo=SHANGHAI)
        except ValueError:
            raise _Failure(f"{name}: must be yyyy-MM-dd") from None
        days.append(day_of(value.date()))
    if days[0] > days[1]:
        raise _Failure("start_date: must not be after end_date")
    return days[0], days[1]


def _page(body: Data, rows: list[Data], most: int) -> Data:
    page, size = body.get("page", 1), body.get("page_size", 20)
    if not isinstance(page, int) or page < 1:
        raise _Failure("page: must be a whole number of at least 1")
    if not isinstance(size, int) or not 1 <= size <= most:
        raise _Failure(f"page_size: must be 1 to {most}")
    return {"total_count": len(rows), "details": rows[(page - 1) * size : page * size]}
