"""Xiaohongshu: envelope, error codes, consent and rotating tokens. Facts: platform-contracts §6, §13, §18; samples
xiaohongshu/oauth2_*.json.

No list of error codes is published (§17): those below are placeholders until a first real account shows them, and a
connection may name others (`token_codes`, `rate_codes`, `permission_codes`, `parameter_codes`; lists with commas).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.client import ApiClient, Failure, Platform
from extract.errors import BadPayload, CodeRule, Permanent
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.tokens import need_credentials

HOST = "https://adapi.xiaohongshu.com"
PLATFORM_TYPES = {"1": "聚光", "2": "蒲公英"}
_SUCCESS = ("0", "200")  # one public client takes 200 for a success too
_NO_CODE = "none"

_RULES = {
    "token_codes": CodeRule(
        "refresh_token", "token", "account", "the platform rejects fresh tokens too: check the app's status"
    ),
    "rate_codes": CodeRule("back_off", "rate", "resource", "rate limit; the next run asks again"),
    "permission_codes": CodeRule(
        "permanent",
        "permission",
        "resource",
        "the consent does not cover this account or scope: grant it, then consent again",
    ),
    "parameter_codes": CodeRule(
        "permanent", "bad_payload", "window", "a programming error: report it with the request id"
    ),
}
_CODES = {"token_codes": "10001", "rate_codes": "10002", "permission_codes": "10003", "parameter_codes": "10004"}
_GATEWAY = {"10005": CodeRule("back_off", "unavailable", "window", "the gateway had a fault; the next run asks again")}


def codes(credentials: Mapping[str, str]) -> dict[str, CodeRule]:
    """What each code means for this connection. Unconfirmed, all of it."""
    found = dict(_GATEWAY)
    for name, rule in _RULES.items():
        given = credentials.get(name) or _CODES[name]
        found |= {code.strip(): rule for code in given.split(",") if code.strip()}
    return found


def failure(payload: dict[str, Any]) -> Failure | None:
    """A success has code 0 and success true. The gateway in front answers with errorCode and errorMsg instead."""
    code, success = payload.get("code", payload.get("errorCode")), payload.get("success")
    if code is None and success is None:
        raise BadPayload("expected {code, success, msg, request_id, data}, got an object without code and success")
    if code in _SUCCESS and success is not False:
        return None
    message = next((payload[name] for name in ("msg", "message", "errorMsg") if payload.get(name)), "")
    return Failure(_NO_CODE if code is None else str(code), str(message), str(payload.get("request_id") or ""))


def platform(credentials: Mapping[str, str]) -> Platform:
    """How calls of this connection are signed and read. Raises Permanent for a setting that is none of the known."""
    header = credentials.get("token_header") or "access-token"
    if header not in ("access-token", "bearer"):
        raise Permanent(
            "token_header: expected access-token or bearer, got something else",
            reason="token",
            scope="account",
            action="correct token_header in the connection (extract/xiaohongshu/README.md)",
        )

    def sign(token: str) -> tuple[dict[str, str], dict[str, str]]:
        return {}, {"Authorization": f"Bearer {token}"} if header == "bearer" else {"Access-Token": token}

    return Platform(name="xiaohongshu", failure=failure, codes=codes(credentials), sign=sign)


class Endpoints:
    """The token calls (§6). A refresh gives a new refresh token."""

    def __init__(self, credentials: dict[str, str]) -> None:
        app_id = credentials["app_id"]
        self._app = {"app_id": int(app_id) if app_id.isdecimal() else app_id, "secret": credentials["secret"]}
        self._kind = PLATFORM_TYPES[credentials["platform_type"]]

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """POST /api/open/oauth2/access_token"""
        return self._grant(client, "/api/open/oauth2/access_token", {**self._app, "auth_code": code})

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """POST /api/open/oauth2/refresh_token"""
        return self._grant(client, "/api/open/oauth2/refresh_token", {**self._app, "refresh_token": refresh_token})

    def how_to_consent(self) -> str:
        """Where an administrator gets a code."""
        return (
            f"an administrator opens the authorisation page of app {self._app['app_id']} for {self._kind} "
            "(ad.xiaohongshu.com/aurora/openApiAuth), grants the account, copies auth_code from the address it "
            "redirects to (lives 10 minutes, works once)"
        )

    def _grant(self, client: ApiClient, path: str, body: dict[str, Any]) -> Grant:
        answer = client.send("POST", path, body=body).get("data")
        return Grant.read(answer, path, expires="access_token_expires_in")


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, "app_id", "secret", "platform_type")
    if credentials["platform_type"] not in PLATFORM_TYPES:
        raise Permanent(
            f"connection {account.connection}: expected platform_type 1 (聚光) or 2 (蒲公英), got another value",
            reason="token",
            scope="account",
            action=f"correct platform_type in the connection {account.connection}",
        )
    return connect_with_consent(
        account,
        context,
        deadline,
        host=HOST,
        platform=platform(account.credentials),
        endpoints=Endpoints(credentials),
        app=credentials["app_id"],
        secrets=[credentials["secret"]],
    )
