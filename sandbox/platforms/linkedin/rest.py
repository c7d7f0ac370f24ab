"""What LinkedIn's pages and ads have in common: tokens, versions, errors by HTTP status, Restli queries (§7)."""

from __future__ import annotations

import re
from abc import abstractmethod
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import unquote

from sandbox.clock import Clock
from sandbox.tokens import PairTokens, Refused, Signer, TokenRules
from sandbox.web import Answer, Call, Platform
from sandbox.world.rng import digest

OLDEST_VERSION = "202511"
"""Versions before this month are sunset, whatever the virtual clock says."""
REDIRECT = "https://brand.example.com/linkedin"
_TOKEN_PATH = "/oauth/v2/accessToken"
_STATUS = {
    "EXPIRED_ACCESS_TOKEN": (401, 65602, "The token used in the request has expired"),
    "REVOKED_ACCESS_TOKEN": (401, 65601, "The token used in the request has been revoked by the user"),
    "INVALID_ACCESS_TOKEN": (401, 65600, "Invalid access token"),
    "ACCESS_DENIED": (403, 100, "Not enough permissions to access"),
    "NONEXISTENT_VERSION": (426, None, "Requested version is not active"),
    "VERSION_MISSING": (400, None, "A version must be present. Please specify a version by adding the "
                        "Linkedin-Version header."),
    "RESOURCE_NOT_FOUND": (404, 0, "No virtual resource found"),
}  # fmt: skip
_EMPTY = {"message": "Empty oauth2_access_token", "serviceErrorCode": 401, "status": 401}
_THROTTLED = {
    "message": "Resource level throttle limit for calls to this resource is reached.",
    "serviceErrorCode": 429,
    "status": 429,
}
_URN = re.compile(r"urn:li:[A-Za-z]+:[A-Za-z0-9_]+")


class Failure(Exception):
    """An answer that is no success."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.status)
        self.answer = answer


def failure(code: int | str, message: str = "") -> Answer:
    """The answer with an error. A code that is no HTTP status comes with 422."""
    text = str(code)
    if text == "429":
        return Answer({**_THROTTLED, "message": message or _THROTTLED["message"]}, 429)
    status, number, words = _STATUS.get(text, (0, 0, "Internal Server Error"))
    if not status:
        status = int(text) if text.isdecimal() and 400 <= int(text) < 600 else 422
    body: dict[str, Any] = {"status": status, "code": text, "message": message or words}
    if number is not None:
        body["serviceErrorCode"] = number
    return Answer(body, status)


def refuse(code: str, message: str = "") -> Failure:
    """An error to raise."""
    return Failure(failure(code, message))


def not_allowed(field: str) -> Failure:
    """A parameter that the call does not know, or a value that it does not take."""
    return Failure(
        Answer(
            {
                "errorDetailType": "com.linkedin.common.error.BadRequest",
                "message": "Invalid param. Please see errorDetails for more information.",
                "errorDetails": {
                    "inputErrors": [{"code": "QUERY_PARAM_NOT_ALLOWED", "input": {"inputPath": {"fieldPath": field}}}]
                },
                "status": 400,
            },
            400,
        )
    )


def elements(rows: list[Any]) -> dict[str, Any]:
    """An answer of a finder without pages; `paging` is only an envelope."""
    return {"paging": {"start": 0, "count": 10, "links": []}, "elements": rows}


def number_of(urn: str, kind: str, field: str) -> str:
    """The last part of a urn of this kind. Raises Failure."""
    urn = unquote(urn)
    if not urn.startswith(f"urn:li:{kind}:"):
        raise not_allowed(field)
    return urn.rsplit(":", 1)[1]


def urns(text: str | None, field: str) -> list[str]:
    """The urns of `List(…)`, whose parts were escaped. Raises Failure."""
    if not text:
        return []
    inside = re.fullmatch(r"List\((.*)\)", text)
    found = [unquote(part) for part in inside[1].split(",")] if inside else []
    if not found or not all(_URN.fullmatch(urn) for urn in found):
        raise not_allowed(field)
    return found


def stamp(instant: int) -> int:
    """Epoch milliseconds."""
    return instant * 1000


class LinkedInRest(Platform):
    """Tokens, headers and errors; what is behind the paths is the subclass's."""

    token_paths = (_TOKEN_PATH,)
    record_lists = ("elements",)
    expired = failure("EXPIRED_ACCESS_TOKEN")
    quota_used = failure(429)
    rate_limited = failure(429)

    def __init__(self, seed: int, clock: Clock, kind: str) -> None:
        rules = TokenRules(
            kind=kind,
            access_life=5_183_999,
            refresh_life=31_535_999,
            empty="EMPTY",
            invalid="INVALID_ACCESS_TOKEN",
            expired="EXPIRED_ACCESS_TOKEN",
            refresh_invalid="invalid_grant",
            refresh_dead="invalid_grant",
            rotates=False,
            old_access_life=None,
        )
        self._credentials = credentials_of(seed, kind)
        self._clock = clock
        self._tokens = PairTokens(Signer(seed), rules, [self._credentials["client_id"]])
        clock.listeners.append(self._tokens.clock_moved)

    @abstractmethod
    def get(self, call: Call, now: int) -> dict[str, Any]:
        """The body of a good answer. Raises Failure."""

    def renew_consent(self) -> None:
        """Lets the auth code be exchanged once more, as after a new consent."""
        self._tokens.renew_consent()

    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with a planted error code."""
        return failure(code, message)

    def answer(self, call: Call) -> Answer:
        """One call; never raises for what a client sends."""
        headers = {"x-li-uuid": digest("uuid", call.path, call.raw_query, self._clock.now())[:22] + "=="}
        try:
            body = self._token(call) if call.path == _TOKEN_PATH else self._rest(call)
        except Failure as error:
            return Answer(error.answer.body, error.answer.status, headers)
        except Refused as error:
            known = _EMPTY if error.code == "EMPTY" else None
            answer = Answer(known, 401) if known else failure(error.code)
            return Answer(answer.body, answer.status, headers)
        return Answer(body, headers=headers)

    def _token(self, call: Call) -> dict[str, Any]:
        form, own = call.form(), self._credentials
        if call.method != "POST" or form.get("client_id") != own["client_id"]:
            raise _oauth("invalid_client_id", "The passed in client_id is invalid")
        if form.get("client_secret") != own["client_secret"]:
            raise _oauth("invalid_client", "Client authentication failed")
        now = self._clock.now()
        if form.get("grant_type") == "refresh_token":
            try:
                pair = self._tokens.refresh(form.get("refresh_token", ""), now)
            except Refused:
                text = "The provided authorization grant or refresh token is invalid, expired or revoked"
                raise _oauth("invalid_grant", text) from None
        else:
            is_right = form.get("code") == own["auth_code"] and form.get("redirect_uri") == own["redirect_uri"]
            given = self._tokens.exchange(own["client_id"], now) if is_right else None
            if given is None:
                text = (
                    "appid/redirect uri/code verifier does not match authorization code. Or authorization code expired"
                )
                raise _oauth("invalid_request", f"Unable to retrieve access token: {text}")
            pair = given
        return {
            "access_token": pair.access_token,
            "expires_in": pair.access_life,
            "refresh_token": pair.refresh_token,
            "refresh_token_expires_in": pair.refresh_life,
            "scope": "r_ads,r_ads_reporting,r_organization_social,rw_organization_admin",
        }

    def _rest(self, call: Call) -> dict[str, Any]:
        bearer = call.headers.get("authorization", "").removeprefix("Bearer ")
        now = self._clock.now()
        self._tokens.check(bearer, now)
        version = call.headers.get("linkedin-version", "")
        if not version:
            raise refuse("VERSION_MISSING")
        if not re.fullmatch(r"20\d{4}", version) or version < OLDEST_VERSION:
            raise refuse("NONEXISTENT_VERSION", f"Requested version {version} is not active")
        if call.headers.get("x-restli-protocol-version") != "2.0.0":
            raise not_allowed("X-Restli-Protocol-Version")
        if re.search(r"%(28|29|2C)", call.raw_query, re.IGNORECASE):
            raise not_allowed("escaped Restli syntax")
        if call.method != "GET":
            raise refuse("ACCESS_DENIED", f"Not enough permissions to access: {call.method}")
        return self.get(call, now)


def credentials_of(seed: int, kind: str) -> dict[str, str]:
    """The developer app and the consent given to it."""
    return {
        "client_id": "77" + digest("li.client", seed)[:12],
        "client_secret": digest("li.secret", seed)[:24],
        "redirect_uri": REDIRECT,
        "auth_code": "AQ" + digest("li.code", seed, kind)[:60],
    }


def _oauth(code: str, text: str) -> Failure:
    return Failure(Answer({"error": code, "error_description": text}, 400))


def utc_date(millis: int) -> date:
    """UTC date of epoch milliseconds."""
    return datetime.fromtimestamp(millis / 1000, UTC).date()
