"""Tencent Ads: envelope, error codes, signed calls, consent and rotating tokens. Facts: platform-contracts §8, §13,
§18; samples tencent_ads/oauth_*.json; the platform's list of codes (developers.e.qq.com/v3.0/docs/errors)."""

from __future__ import annotations

import time
import uuid
from typing import Any

from extract.client import ApiClient, Failure, Platform
from extract.errors import BadPayload, CodeRule
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.tokens import need_credentials

HOST = "https://api.e.qq.com"
REFRESH_PATH = "/oauth/refresh_token"

_NEW_TOKEN = CodeRule(
    "refresh_token",
    "token",
    "account",
    "the platform rejects fresh tokens too: check that nobody else refreshes with this client_id",
)
_FAULT = CodeRule("back_off", "unavailable", "window", "the platform had a fault; the next run asks again")
_RATE = CodeRule("back_off", "rate", "resource", "rate limit; the next run asks again")
_QUOTA = CodeRule("tomorrow", "quota", "resource", "daily quota of this call used up; the next day's run asks again")
_CONSENT = CodeRule("permanent", "consent", "account", "give a new consent (extract/tencent_ads/README.md, Consent)")
_APP = CodeRule("permanent", "token", "account", "correct client_id and client_secret in the connection")
_REQUEST = CodeRule("permanent", "bad_payload", "window", "a programming error: report it with the request id")

CODES = {
    "11000": _NEW_TOKEN,
    "11002": _NEW_TOKEN,
    "10000": _FAULT,
    "10001": _FAULT,
    "11016": _RATE,
    "11017": _RATE,
    "11019": _RATE,
    "11008": _QUOTA,
    "11018": _QUOTA,
    "11009": _CONSENT,
    "11010": _CONSENT,
    "11011": _CONSENT,
    "11012": _CONSENT,
    "11013": _CONSENT,
    "11004": _APP,
    "11005": _APP,
    "11007": _APP,
    "11014": CodeRule(
        "permanent",
        "permission",
        "resource",
        "the consent does not cover this call or account: grant it in the developer console, then consent again",
    ),
    "12000": _REQUEST,
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """Success is code 0; an answer without a code is not this platform's."""
    code = payload.get("code")
    if code == "0":
        return None
    if code is None:
        raise BadPayload("expected {code, message, message_cn, data}, got an object without code")
    message = payload.get("message") or payload.get("message_cn") or ""
    return Failure(str(code), str(message), str(payload.get("trace_id", "")))


def sign(token: str) -> tuple[dict[str, str], dict[str, str]]:
    """The query of one attempt: the timestamp may be 300 s off at most (so it is the machine's, not the run's), a nonce
    of 32 characters is never used twice."""
    return {"access_token": token, "timestamp": str(int(time.time())), "nonce": uuid.uuid4().hex}, {}


PLATFORM = Platform(name="tencent_ads", failure=failure, codes=CODES, sign=sign)


class Endpoints:
    """The token calls (§8): GET, without version in the path, not signed. A refresh kills both old tokens."""

    def __init__(self, credentials: dict[str, str], refresh_path: str) -> None:
        self._app = {"client_id": credentials["client_id"], "client_secret": credentials["client_secret"]}
        self._redirect_uri = credentials["redirect_uri"]
        self._refresh_path = refresh_path

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """GET /oauth/token"""
        query = {"grant_type": "authorization_code", "authorization_code": code, "redirect_uri": self._redirect_uri}
        return self._grant(client, "/oauth/token", query)

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """GET /oauth/refresh_token, or the older /oauth/token if the connection says so (unconfirmed)."""
        query = {"refresh_token": refresh_token}
        if self._refresh_path != REFRESH_PATH:
            query["grant_type"] = "refresh_token"
        return self._grant(client, self._refresh_path, query)

    def how_to_consent(self) -> str:
        """Where an administrator gets a code."""
        return (
            f"an administrator of the ad accounts opens the authorisation page of app {self._app['client_id']} "
            "(developers.e.qq.com), grants the accounts, copies authorization_code from the address it redirects to "
            "(works once)"
        )

    def _grant(self, client: ApiClient, path: str, query: dict[str, str]) -> Grant:
        data = client.send("GET", path, query={**self._app, **query}).get("data")
        return Grant.read(data, path, expires="access_token_expires_in", refresh_expires="refresh_token_expires_in")


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(
        account.connection, account.credentials, "client_id", "client_secret", "redirect_uri"
    )
    return connect_with_consent(
        account,
        context,
        deadline,
        host=HOST,
        platform=PLATFORM,
        endpoints=Endpoints(credentials, str(account.credentials.get("refresh_path") or REFRESH_PATH)),
        app=credentials["client_id"],
        secrets=[credentials["client_secret"]],
    )
