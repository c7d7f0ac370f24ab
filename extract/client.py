"""The HTTP client that all API sources share: time limits, envelopes, error classes, retries, tokens, no leaks.

Most of these platforms answer HTTP 200 with an error code in the body, so a status code decides nothing: every answer
goes through the platform's envelope (`Platform.failure`) and its table of codes (`Platform.codes`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type

from extract.budget import Budget, budget_of
from extract.contract import load_contract
from extract.errors import (
    BadPayload,
    CodeRule,
    ExtractError,
    Permanent,
    QuotaUsed,
    Redactor,
    SkipItem,
    TimedOut,
    TokenRejected,
    Transient,
    UnknownCode,
)
from extract.jsontext import AmbiguousObject, parse
from extract.model import Account, Deadline, ExtractContext
from extract.scrub import mask_text

LOG = logging.getLogger(__name__)

RATE_ATTEMPTS = 7  # pauses of 0.5, 1, 2, … 30 s: together over a minute, so a per-minute limit passes
_MAX_BODY = 256 * 1024 * 1024
_FILE = "file content"


@dataclass(frozen=True)
class Failure:
    """What an envelope says when it is not a success; all text, as received."""

    code: str
    message: str
    request_id: str = ""


@dataclass(frozen=True)
class Platform:
    """What differs between platforms at the level of one call.

    `failure(payload)` → None for a success. `sign(token)` → (query, headers) that carry the token; asked for every
    attempt, so that a nonce or a timestamp is never used twice. `headers` go with every call. A platform that speaks
    by HTTP status has codes like "HTTP 403" too. `request_id_header` names the header that support asks for, where
    the answer itself holds no request id. `list_name` is the name under which an answer that is a bare list is given
    on; "" = a list is no answer.
    """

    name: str
    failure: Callable[[dict[str, Any]], Failure | None]
    codes: Mapping[str, CodeRule]
    sign: Callable[[str], tuple[dict[str, str], dict[str, str]]]
    headers: Mapping[str, str] = field(default_factory=dict)
    request_id_header: str = ""
    list_name: str = ""


@dataclass(frozen=True)
class Limits:
    """Seconds: to connect, between two bytes, for one whole answer; and the pauses between attempts."""

    connect: float
    read: float
    whole: float
    first_pause: float = 0.5
    longest_pause: float = 30.0

    @classmethod
    def for_deadline(cls, seconds: float) -> Limits:
        """A twentieth of the account's deadline, 1 to 30 s, so that a hanging server is noticed early."""
        read = min(30.0, max(1.0, seconds / 20))
        return cls(connect=min(10.0, read), read=read, whole=4 * read)


class Tokens(Protocol):
    """Gives the access token; `renew` is told which one the platform rejected."""

    def current(self) -> str:
        """The present token."""
        ...

    def renew(self, rejected: str) -> str:
        """Another token than the rejected one."""
        ...


@dataclass(frozen=True)
class _Reply:
    """One answer as it came; `retry_in` is the pause the platform asks for, seconds."""

    status: int
    raw: bytes
    retry_in: float
    request_id: str


@dataclass(frozen=True)
class _Request:
    """One call as asked, before it is signed."""

    method: str
    path: str
    query: Mapping[str, str] | str
    body: Mapping[str, Any] | None
    form: Mapping[str, str] | None
    headers: Mapping[str, str]
    token: str | None = field(repr=False)
    is_file: bool = False


class ApiClient:
    """Calls one host for one account. Not thread-safe.

    `call` returns the parsed success payload (numbers as text) or raises an ExtractError. Messages name method, path,
    account and what came; tokens and other secrets are cut out of everything that leaves this class.
    """

    def __init__(
        self,
        base_url: str,
        platform: Platform,
        deadline: Deadline,
        redact: Redactor,
        *,
        budget: Budget | None = None,
        limits: Limits | None = None,
    ) -> None:
        _silence_http_loggers()
        self._base_url = base_url.rstrip("/")
        self._platform = platform
        self._deadline = deadline
        self.limits = limits or Limits.for_deadline(deadline.seconds)
        self._budget = budget
        self._http = httpx.Client(follow_redirects=False, headers={"Accept": "application/json", **platform.headers})
        self.redact = redact
        self.tokens: Tokens | None = None
        self.calls = 0
        self.answered = 0
        self.notices: list[str] = []

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | str | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        is_file: bool = False,
    ) -> dict[str, Any]:
        """Call with the account's token. An expired token is renewed once and the call repeated.

        A `query` that is a text goes out as it is, for platforms whose syntax must not be escaped. `headers` are this
        call's own.
        """
        ask = partial(self.send, method, path, query=query, body=body, form=form, headers=headers, is_file=is_file)
        if self.tokens is None:
            return ask()
        token = self.tokens.current()
        try:
            return ask(token=token)
        except TokenRejected as error:
            LOG.info("%s: token not accepted (code %s), renewing", path, error.code)
        return ask(token=self.tokens.renew(token))

    def download(self, path: str, *, query: Mapping[str, str] | None = None) -> bytes:
        """GET a file with the account's token. An answer that is a JSON object is the platform's refusal."""
        content = self.call("GET", path, query=query, is_file=True).get(_FILE)
        if not isinstance(content, bytes):
            raise BadPayload(f"{path}: expected a file, got a JSON object")
        return content

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | str | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
        is_file: bool = False,
    ) -> dict[str, Any]:
        """Call with this token (or none), asking again while the failure is transient.

        `path` may be a whole address where a platform gives tokens at another host.
        """
        self.redact.add(token)
        request = _Request(method, path, query or {}, body, form, headers or {}, token, is_file)
        retrying = Retrying(
            retry=retry_if_exception_type(Transient),
            stop=self._stop,
            wait=self._wait,
            before_sleep=self._before_sleep(path),
            reraise=True,
        )
        return retrying(self._once, request)

    # --- one attempt ------------------------------------------------------------------------------------------

    def _once(self, request: _Request) -> dict[str, Any]:
        if self._deadline.passed:
            raise deadline_passed(self._deadline)
        path = request.path
        if self._budget is not None:
            self._budget.take(path)
        self.calls += 1
        reply = self._exchange(request)
        status = reply.status
        if request.is_file and status == 200 and not reply.raw.lstrip().startswith(b"{"):
            self.answered += 1
            return {_FILE: reply.raw}
        try:
            payload = parse(reply.raw)
        except BadPayload as error:
            if status >= 500 or status == 429 or f"HTTP {status}" in self._platform.codes:
                raise self._by_status(reply, path) from None
            raise Transient(f"{path}: {error.message}", reason="bad_payload", attempts=2) from None
        if isinstance(payload, list) and self._platform.list_name:
            payload = {self._platform.list_name: payload}
        if not isinstance(payload, dict) or isinstance(payload, AmbiguousObject):
            raise Transient(
                f"{path}: expected a JSON object with unique keys at the top",
                reason="bad_payload",
                attempts=2,
            )
        failure = self._platform.failure(payload)
        if failure is None and status == 200:
            self.answered += 1
            return payload
        is_known = failure is not None and failure.code in self._platform.codes
        if failure is None or (not is_known and (status >= 500 or status == 429)):
            raise self._by_status(reply, path)
        raise self._by_code(failure, reply, path)

    def _exchange(self, request: _Request) -> _Reply:
        path = request.path
        url, headers = self._signed(request)
        limits, left = self.limits, max(0.1, self._deadline.remaining())
        timeout = httpx.Timeout(min(limits.read, left), connect=min(limits.connect, left))
        ends = time.monotonic() + min(limits.whole, left)
        started = False
        try:
            with self._http.stream(
                request.method, url, headers=headers, json=request.body, data=request.form, timeout=timeout
            ) as response:
                started = True
                chunks, size = [], 0
                for chunk in response.iter_bytes():
                    chunks.append(chunk)
                    size += len(chunk)
                    if time.monotonic() > ends:
                        raise httpx.ReadTimeout("answer takes too long")
                    if size > _MAX_BODY:
                        raise BadPayload(f"{path}: answer larger than {_MAX_BODY} bytes")
                return _Reply(
                    response.status_code,
                    b"".join(chunks),
                    _seconds(response.headers.get("X-RateLimit-RetryIn")),
                    response.headers.get(self._platform.request_id_header or "-", ""),
                )
        except httpx.ConnectTimeout:
            raise self._timeout(path, f"no connection within {timeout.connect:g} s") from None
        except httpx.TimeoutException:
            raise self._timeout(
                path, f"no complete answer within {timeout.read:g} s (whole: {limits.whole:g} s)"
            ) from None
        except httpx.ConnectError as error:
            raise Transient(
                f"{path}: no connection ({type(error).__name__})",
                scope="account",
                action=f"check that {self._base_url} is reachable from here (network, base_url)",
            ) from None
        except httpx.RemoteProtocolError:
            reason = "bad_payload" if started else "unavailable"
            what = "the answer was cut off" if started else "the server closed the connection without an answer"
            raise Transient(f"{path}: {what}", reason=reason, attempts=3) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Transient(f"{path}: {type(error).__name__}", attempts=3) from None

    def _signed(self, request: _Request) -> tuple[httpx.URL, dict[str, str]]:
        """The address with its query and the headers, signed anew for this attempt."""
        query, signature = self._platform.sign(request.token) if request.token else ({}, {})
        headers = {**request.headers, **signature}
        url = httpx.URL(request.path if "://" in request.path else self._base_url + request.path)
        if isinstance(request.query, str):
            signed = urlencode(query)
            raw = "&".join(part for part in (request.query, signed) if part)
            return url.copy_with(raw_path=url.raw_path + b"?" + raw.encode("ascii")), headers
        params = {**request.query, **query}
        return (url.copy_with(params=params) if params else url), headers

    def _timeout(self, path: str, what: str) -> Transient:
        return Transient(
            f"{path}: {what}",
            reason="timeout",
            scope="resource",
            attempts=2,
            action="the next run asks again; if it stays, check the platform's status page",
        )

    def _by_status(self, reply: _Reply, path: str) -> ExtractError:
        code = f"HTTP {reply.status}"
        if code in self._platform.codes:
            return self._by_code(Failure(code, "no message"), reply, path)
        facts: dict[str, Any] = {"code": code, "request_id": reply.request_id[:64]}
        if reply.status == 429:
            return Transient(f"{path}: {code}", reason="rate", scope="resource", wait=reply.retry_in, **facts)
        if reply.status >= 500:
            return Transient(f"{path}: {code}", wait=reply.retry_in, **facts)
        return UnknownCode(
            f"{path}: expected HTTP 200, got {reply.status}",
            action="check base_url and the platform's notices",
            **facts,
        )

    def _by_code(self, failure: Failure, reply: _Reply, path: str) -> ExtractError:
        rule = self._platform.codes.get(failure.code)
        said = mask_text(self.redact(failure.message))[:200]
        message = f"{path}: {self._platform.name} answered {failure.code}: {said}"
        facts: dict[str, Any] = {"code": failure.code, "request_id": (failure.request_id or reply.request_id)[:64]}
        if rule is None:
            action = "unknown code: look it up in the platform's manual and add it to the source's client.py"
            return UnknownCode(message, action=action, **facts)
        facts |= {"action": rule.action, "reason": rule.reason, "scope": rule.scope}
        match rule.handling:
            case "refresh_token":
                return TokenRejected(message, **facts)
            case "back_off":
                return Transient(message, wait=reply.retry_in, attempts=RATE_ATTEMPTS, **facts)
            case "tomorrow":
                return QuotaUsed(message, **facts)
            case "skip":
                return SkipItem(message, **facts)
            case _:
                return Permanent(message, **facts)

    # --- pauses ------------------------------------------------------------------------------------------------

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.wait if isinstance(error, Transient) else 0.0
        grown: float = min(self.limits.longest_pause, self.limits.first_pause * 2 ** (state.attempt_number - 1))
        return max(asked, grown)

    def _stop(self, state: RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        attempts = error.attempts if isinstance(error, Transient) else 1
        return state.attempt_number >= attempts or self._wait(state) >= self._deadline.remaining()

    @staticmethod
    def _before_sleep(path: str) -> Callable[[RetryCallState], None]:
        def log(state: RetryCallState) -> None:
            error = state.outcome.exception() if state.outcome else None
            if isinstance(error, ExtractError):
                LOG.info("asking again, attempt %d failed: %s", state.attempt_number, error.message)

        return log


def connect_plain(
    account: Account,
    context: ExtractContext,
    deadline: Deadline,
    *,
    host: str,
    platform: Platform,
    app: str,
    secrets: Iterable[str],
) -> ApiClient:
    """A client without tokens for the connection's `base_url` (or HOST), with the budget of APP, secrets redacted."""
    redact = Redactor()
    redact.add(*secrets)
    budget = budget_of(account, context, load_contract(account.source).limits, app)
    return ApiClient(account.base_url or host, platform, deadline, redact, budget=budget)


def deadline_passed(deadline: Deadline) -> TimedOut:
    """The error for whatever was not asked before the account's deadline."""
    return TimedOut(
        f"the account's deadline of {deadline.seconds:g} s passed before this was asked",
        scope="account",
        action="the next run asks again; raise the deadline if this happens every day",
    )


def _seconds(text: str | None) -> float:
    try:
        return max(0.0, float(text)) if text else 0.0
    except ValueError:
        return 0.0


def _silence_http_loggers() -> None:
    """httpx logs whole addresses at INFO, httpcore headers at DEBUG: both would carry tokens."""
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.WARNING)
