"""Kuaishou open platform: envelope, error codes, consent. Facts: platform-contracts §5.1, §13; samples
kuaishou/open_*.json.

The samples' error numbers are invented. Those here are the platform's list as a mirror of its manual shows it
(apifox project 462993, doc 355272); a connection may name others (see README.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from extract.client import ApiClient, Failure, Platform
from extract.errors import BadPayload, CodeRule, named_codes
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.tokens import need_credentials

HOST = "https://open.kuaishou.com"

_CONSENT = CodeRule("permanent", "consent", "account", "give a new consent (extract/kuaishou/README.md, Consent)")
CODES = {
    "token_codes": (
        CodeRule("refresh_token", "token", "account", "the platform rejects fresh tokens too: check the app's status"),
        ("100200108", "100200102", "100200101"),
    ),
    "consent_codes": (_CONSENT, ("100200105", "100200109", "100200110", "100200111", "100200113")),
    "rate_codes": (CodeRule("back_off", "rate", "resource", "rate limit; the next run asks again"), ("400002",)),
    "fault_codes": (
        CodeRule("back_off", "unavailable", "window", "the platform had a fault; the next run asks again"),
        ("100200500",),
    ),
    "permission_codes": (
        CodeRule("permanent", "permission", "resource", "grant user_info and user_video_info, then consent again"),
        ("100200106", "100200107"),
    ),
    "parameter_codes": (
        CodeRule("permanent", "bad_payload", "window", "a programming error: report it with the message"),
        ("100200100", "100200103", "100200104", "100400"),
    ),
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """Success is result 1, any other number a failure with error_msg; there is no request id."""
    result = payload.get("result")
    if result == "1":
        return None
    if result is None:
        raise BadPayload("expected {result, …}, got an object without result")
    return Failure(str(result), str(payload.get("error_msg") or ""))


def platform(credentials: Mapping[str, str]) -> Platform:
    """How calls of this connection are signed and read: app id and token go in the query."""

    def sign(token: str) -> tuple[dict[str, str], dict[str, str]]:
        return {"app_id": credentials["app_id"], "access_token": token}, {}

    return Platform(name="kuaishou", failure=failure, codes=named_codes(CODES, credentials), sign=sign)


class Endpoints:
    """The token calls (§5.1), the secret in the query. A refresh gives a new refresh token with the old one's end."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self._app = {"app_id": credentials["app_id"], "app_secret": credentials["app_secret"]}

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """GET /oauth2/access_token"""
        query = {**self._app, "code": code, "grant_type": "authorization_code"}
        return Grant.read(client.send("GET", "/oauth2/access_token", query=query), "/oauth2/access_token")

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """GET /oauth2/refresh_token"""
        query = {**self._app, "refresh_token": refresh_token, "grant_type": "refresh_token"}
        return Grant.read(client.send("GET", "/oauth2/refresh_token", query=query), "/oauth2/refresh_token")

    def how_to_consent(self) -> str:
        """Where the account's owner gets a code."""
        return (
            f"the owner of the Kuaishou account opens the consent page of app {self._app['app_id']} "
            "(open.kuaishou.com/oauth2/authorize, scopes user_info and user_video_info), agrees, copies code from the "
            "address it redirects to (works once)"
        )


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, "app_id", "app_secret")
    return connect_with_consent(
        account,
        context,
        deadline,
        host=HOST,
        platform=platform(account.credentials),
        endpoints=Endpoints(credentials),
        app=credentials["app_id"],
        secrets=[credentials["app_secret"]],
    )
