"""Weibo ads: envelope, error codes, consent and tokens. Facts: platform-contracts §2.2, §13, §18; samples weibo/ads_*
and biz_oauth_*. No official list of error codes was read: those here are placeholders that a connection can replace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.client import ApiClient, Failure, Platform
from extract.errors import CodeRule
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.tokens import need_credentials

HOST = "https://api.biz.weibo.com"

_RULES = {
    "token_codes": CodeRule(
        "refresh_token", "token", "account", "the platform rejects fresh tokens too: check the app's status"
    ),
    "consent_codes": CodeRule(
        "permanent", "consent", "account", "give a new consent (extract/weibo_ads/README.md, Consent)"
    ),
    "rate_codes": CodeRule("back_off", "rate", "resource", "rate limit; the next run asks again"),
    "fault_codes": CodeRule("back_off", "unavailable", "window", "the platform had a fault; the next run asks again"),
    "permission_codes": CodeRule(
        "permanent", "permission", "resource", "the consent does not cover this advertiser: grant it, consent again"
    ),
    "request_codes": CodeRule(
        "permanent", "bad_payload", "window", "a programming error: report it with the request id"
    ),
}
_CODES = {
    "token_codes": "40101",
    "consent_codes": "40102 40103 40104",
    "rate_codes": "42901",
    "fault_codes": "50001",
    "permission_codes": "40301",
    "request_codes": "40001",
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """A code above 0 is an error (third-party); whether a success has a code is not sure."""
    code = payload.get("code", "0")
    if code == "0":
        return None
    return Failure(str(code), str(payload.get("message", "")), str(payload.get("trace_id", "")))


def platform(credentials: Mapping[str, str]) -> Platform:
    """The platform with its codes; a connection's own lists (`token_codes: "40101 40105"`, …) replace the guesses."""
    codes = {code: rule for name, rule in _RULES.items() for code in str(credentials.get(name) or _CODES[name]).split()}
    return Platform(
        name="weibo_ads",
        failure=failure,
        codes=codes,
        sign=lambda token: ({}, {"Authorization": f"Bearer {token}"}),
        headers={"Content-Type": "application/json"},
    )


PLATFORM = platform({})


class Endpoints:
    """The token calls. The first answer has its fields at the top, a refresh has them under `data`."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._client_id = str(credentials["client_id"])
        self._redirect = str(credentials["redirect_uri"])
        secret = str(credentials.get("client_secret") or "")
        self._secret = {"client_secret": secret} if secret else {}

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """GET /oauth/token"""
        query = {
            "client_id": self._client_id,
            "redirect_uri": self._redirect,
            "grant_type": "authorization_code",
            "code": code,
            **self._secret,
        }
        return _grant(client.send("GET", "/oauth/token", query=query), "/oauth/token")

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """POST /oauth/refresh_token; whether the old refresh token dies is not known, it is treated as dead."""
        number = int(self._client_id) if self._client_id.isdecimal() else self._client_id
        body = {"client_id": number, "refresh_token": refresh_token, **self._secret}
        return _grant(client.send("POST", "/oauth/refresh_token", body=body), "/oauth/refresh_token")

    def how_to_consent(self) -> str:
        """Where an administrator gets a code."""
        return (
            f"an administrator of the advertiser opens {HOST}/oauth/authorize of client {self._client_id} with scope "
            "ads_read, copies the code from the address it redirects to"
        )


def _grant(answer: dict[str, Any], where: str) -> Grant:
    data = answer.get("data")
    return Grant.read(data if isinstance(data, dict) else answer, where, refresh_expires="refresh_expires_in")


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, "client_id", "redirect_uri")
    return connect_with_consent(
        account,
        context,
        deadline,
        host=HOST,
        platform=platform(account.credentials),
        endpoints=Endpoints(account.credentials),
        app=credentials["client_id"],
        secrets=[str(account.credentials.get("client_secret") or "")],
    )
