"""Douyin open platform: envelope, error codes, the consent of an account and the token of the app.

Facts: platform-contracts §3, §13, §18; samples douyin/oauth_*.json; the app's token: the platform's page
"client token" (JSON body, 2 hours; a new one kills the last but one, the last lives on for 5 minutes).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from extract.client import ApiClient, Failure, Platform, connect_plain
from extract.errors import BadPayload, CodeRule
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.session import need
from extract.tokens import TokenBroker, TokenState, need_credentials

HOST = "https://open.douyin.com"
_CREDENTIALS = ("client_key", "client_secret")

_NEW_TOKEN = CodeRule(
    "refresh_token", "token", "account", "the platform rejects fresh tokens too: check the app's status"
)
_BUSY = CodeRule("back_off", "unavailable", "window", "the platform was busy; the next run asks again")
_QUOTA = CodeRule("tomorrow", "quota", "resource", "daily quota used up; the next day's run asks again")
_CONSENT = CodeRule("permanent", "consent", "account", "give a new consent (extract/douyin/README.md, Consent)")
_REQUEST = CodeRule("permanent", "bad_payload", "window", "a programming error: report it with the request id")
_APP = CodeRule("permanent", "token", "account", "correct client_key and client_secret in the connection")
_CLOSED = CodeRule("permanent", "permission", "account", "the Douyin account is closed, banned or private")

CODES = {
    "28001003": _NEW_TOKEN,
    "28001008": _NEW_TOKEN,
    "2190002": _NEW_TOKEN,
    "2190008": _NEW_TOKEN,
    "10008": _NEW_TOKEN,
    "28001005": _BUSY,
    "28001006": _BUSY,
    "2100004": _BUSY,
    "28003018": CodeRule("back_off", "rate", "resource", "rate limit; the next run asks again"),
    "28003017": _QUOTA,
    "2190001": _QUOTA,
    "28001007": _REQUEST,
    "10002": _REQUEST,
    "10005": _REQUEST,
    "10003": _APP,
    "10013": _APP,
    "10007": CodeRule("permanent", "consent", "account", "the auth_code is used or too old"),
    "10010": _CONSENT,
    "10020": _CONSENT,
    "28001015": CodeRule(
        "permanent",
        "consent",
        "account",
        "somebody else consented: consent again, signed in as the account whose open_id is configured",
    ),
    "10004": CodeRule("permanent", "permission", "resource", "the app lacks this permission: apply for it"),
    "28001012": CodeRule(
        "permanent", "permission", "resource", "the account did not grant this scope: consent again with all scopes"
    ),
    "28001018": CodeRule("permanent", "permission", "resource", "the app lacks this capability: apply for it"),
    "28001045": _CLOSED,
    "28001046": _CLOSED,
    "28001047": _CLOSED,
    "28001056": CodeRule(
        "permanent", "permission", "resource", "the platform retired this call: the contract must change"
    ),
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """Success is data.error_code 0 (a number or a text); newer calls say err_no at the top instead."""
    data, extra = (part if isinstance(part, dict) else {} for part in (payload.get("data"), payload.get("extra")))
    code = data.get("error_code", payload.get("err_no"))
    if code == "0":
        return None
    if code is None:
        raise BadPayload("expected data.error_code or err_no, got an object with neither")
    message = str(data.get("description") or payload.get("err_msg") or "")
    if extra.get("sub_error_code") not in (None, "0"):
        message += f" ({extra['sub_error_code']} {extra.get('sub_description', '')})"
    places = (extra.get("logid"), extra.get("log_id"), data.get("log_id"), payload.get("log_id"))
    return Failure(str(code), message, str(next(filter(None, places), "")))


PLATFORM = Platform(name="douyin", failure=failure, codes=CODES, sign=lambda token: ({}, {"access-token": token}))


class Endpoints:
    """The token calls of a consent, form-encoded. An access token lives 15 days, a refresh token 30; a refresh leaves
    the refresh token as old as it is, at most five times it can be renewed for another 30 days."""

    def __init__(self, credentials: dict[str, str]) -> None:
        self._key, self._secret = credentials["client_key"], credentials["client_secret"]

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """POST /oauth/access_token/"""
        path = "/oauth/access_token/"
        form = {"client_secret": self._secret, "code": code, "grant_type": "authorization_code"}
        return Grant.read(self._ask(client, path, form), path, refresh_expires="refresh_expires_in")

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """POST /oauth/refresh_token/ (without the secret)"""
        path = "/oauth/refresh_token/"
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return Grant.read(self._ask(client, path, form), path, refresh_expires="refresh_expires_in")

    def renew(self, client: ApiClient, refresh_token: str) -> Grant:
        """POST /oauth/renew_refresh_token/: `expires_in` is the life of the new refresh token."""
        path = "/oauth/renew_refresh_token/"
        data = self._ask(client, path, {"refresh_token": refresh_token})
        fresh = Grant.read(data, path, access="refresh_token")
        return Grant("", "0", fresh.refresh_token, fresh.expires_in)

    def how_to_consent(self) -> str:
        """Where the account's owner gets a code."""
        return (
            f"the owner of the Douyin account opens the authorisation page of app {self._key} "
            f"({HOST}/platform/oauth/connect/), signs in, grants all scopes, copies code from the address it "
            "redirects to (works once)"
        )

    def _ask(self, client: ApiClient, path: str, form: dict[str, str]) -> dict[str, Any]:
        data: dict[str, Any] = need(
            client.send("POST", path, form={"client_key": self._key, **form}), "data", dict, path
        )
        return data


class AppToken:
    """A token provider: POST /oauth/client_token/ gives a token of the app, for calls that no account consents to."""

    def __init__(self, client: ApiClient, credentials: dict[str, str], context: ExtractContext) -> None:
        self._client = client
        self._credentials = credentials
        self._now = context.now

    def obtain(self, state: TokenState | None, rejected: str | None, save: Callable[[TokenState], None]) -> TokenState:
        """A new token; the one before lives on for 5 minutes."""
        path = "/oauth/client_token/"
        body = {**self._credentials, "grant_type": "client_credential"}
        grant = Grant.read(need(self._client.send("POST", path, body=body), "data", dict, path), path)
        return TokenState().with_access(grant.access_token, self._now, grant.expires_in)


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client that calls with the account's consent. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, *_CREDENTIALS)
    return connect_with_consent(
        account,
        context,
        deadline,
        host=HOST,
        platform=PLATFORM,
        endpoints=Endpoints(credentials),
        app=credentials["client_key"],
        secrets=[credentials["client_secret"]],
    )


def connect_app(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client that calls with the token of the app, which all its accounts share. Makes no call yet."""
    credentials = need_credentials(account.connection, account.credentials, *_CREDENTIALS)
    app = credentials["client_key"]
    client = connect_plain(
        account, context, deadline, host=HOST, platform=PLATFORM, app=app, secrets=[credentials["client_secret"]]
    )
    provider = AppToken(client, credentials, context)
    client.tokens = TokenBroker(
        context.tokens, f"douyin_app_{app}", context.token_key, context.now, provider, client.redact
    )
    return client
