"""Kuaishou ads: envelope, error codes, consent and rotating tokens. Facts: platform-contracts §5.2, §13, §17; samples
kuaishou/ads_oauth_*.json.

No list of error codes is published (§17): those below, 401000 aside, are placeholders until a first real account shows
them, and a connection may name others (see README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.client import ApiClient, Failure, Platform
from extract.errors import BadPayload, CodeRule, Permanent, named_codes
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.tokens import need_credentials

HOST = "https://ad.e.kuaishou.com"
BASE = "/rest/openapi"
REFUSED = "401000"
LIMIT_WORDS = ("limit", "上限", "超限", "次数")
"""401000 is any refusal; with one of these words in its message it is a used-up limit of the day."""

_REFUSAL = CodeRule("permanent", "permission", "resource", "the platform's message says what it refuses")
CODES = {
    "token_codes": (
        CodeRule("refresh_token", "token", "account", "the platform rejects fresh tokens too: check the app's status"),
        ("402000",),
    ),
    "consent_codes": (
        CodeRule("permanent", "consent", "account", "give a new consent (extract/kuaishou_ads/README.md, Consent)"),
        ("402001",),
    ),
    "rate_codes": (CodeRule("back_off", "rate", "resource", "rate limit; the next run asks again"), ("402013",)),
    "permission_codes": (
        CodeRule("permanent", "permission", "resource", "the consent does not cover this advertiser: consent again"),
        ("402009",),
    ),
}
_KNOWN = {
    REFUSED: _REFUSAL,
    f"{REFUSED} limit": CodeRule("tomorrow", "quota", "resource", "a limit of the day; the next day's run asks again"),
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """Success is code 0. A refusal that speaks of a limit gets a code of its own, because 401000 says nothing."""
    code = payload.get("code")
    if code == "0":
        return None
    if code is None:
        raise BadPayload("expected {code, message, request_id, data}, got an object without code")
    message = str(payload.get("message") or "")
    if code == REFUSED and any(word in message.lower() for word in LIMIT_WORDS):
        code = f"{REFUSED} limit"
    return Failure(str(code), message, str(payload.get("request_id") or ""))


def platform(credentials: Mapping[str, str]) -> Platform:
    """How calls of this connection are signed and read."""
    return Platform(
        name="kuaishou_ads",
        failure=failure,
        codes=_KNOWN | named_codes(CODES, credentials),
        sign=lambda token: ({}, {"Access-Token": token}),
    )


class Endpoints:
    """The token calls (§5.2). A refresh gives a new refresh token and kills both old ones."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        app_id = credentials["app_id"]
        self._app = {"app_id": int(app_id) if app_id.isdecimal() else app_id, "secret": credentials["secret"]}

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """POST /oauth2/authorize/access_token"""
        return self._grant(client, f"{BASE}/oauth2/authorize/access_token", {"auth_code": code})

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """POST /oauth2/authorize/refresh_token"""
        return self._grant(client, f"{BASE}/oauth2/authorize/refresh_token", {"refresh_token": refresh_token})

    def how_to_consent(self) -> str:
        """Where an administrator gets a code."""
        return (
            f"an administrator of the advertisers opens the authorisation page of app {self._app['app_id']} "
            "(developers.e.kuaishou.com, scopes report_service, ad_query, account_service), grants the accounts, "
            "copies auth_code from the address it redirects to (works once)"
        )

    def _grant(self, client: ApiClient, path: str, body: dict[str, Any]) -> Grant:
        try:
            answer = client.send("POST", path, body={**self._app, **body}).get("data")
        except Permanent as error:
            error.scope = "account"  # without a token nothing else can be asked
            raise
        return Grant.read(answer, path, expires="access_token_expires_in")


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, "app_id", "secret")
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
