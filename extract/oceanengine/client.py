"""Ocean Engine: envelope, error codes, consent and rotating tokens. Facts: platform-contracts §4, §13, §18 (its codes
correct §4 and §13); samples oceanengine/oauth2_*.json."""

from __future__ import annotations

from typing import Any

from extract.client import ApiClient, Failure, Platform
from extract.errors import BadPayload, CodeRule
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.tokens import need_credentials

HOST = "https://api.oceanengine.com"

_NEW_TOKEN = CodeRule(
    "refresh_token", "token", "account", "the platform rejects fresh tokens too: check the app's status"
)
_RATE = CodeRule("back_off", "rate", "resource", "rate limit; the next run asks again")
_FAULT = CodeRule("back_off", "unavailable", "window", "the platform had a fault; the next run asks again")
_CONSENT = CodeRule("permanent", "consent", "account", "give a new consent (extract/oceanengine/README.md, Consent)")
_REQUEST = CodeRule("permanent", "bad_payload", "window", "a programming error: report it with the request id")

CODES = {
    "40102": _NEW_TOKEN,
    "40104": _NEW_TOKEN,
    "40105": _NEW_TOKEN,
    "40103": _CONSENT,
    "40107": _CONSENT,
    "40115": CodeRule("permanent", "consent", "account", "the auth_code is used, older than 10 minutes or replaced"),
    "40100": _RATE,
    "40110": _RATE,
    "40130": _RATE,
    "50000": _FAULT,
    "50001": _FAULT,
    "50002": _FAULT,
    "40000": _REQUEST,
    "40001": _REQUEST,
    "50003": _REQUEST,
    "50004": _REQUEST,
    "50005": _REQUEST,
    "40002": CodeRule(
        "permanent",
        "permission",
        "resource",
        "the consent does not cover this account or scope: grant it in the developer console, then consent again",
    ),
    "40113": CodeRule("permanent", "token", "account", "the developer app is missing or disabled: check app_id"),
    "40119": CodeRule(
        "permanent", "permission", "resource", "comments need developer and advertiser to be the same company"
    ),
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """Success is code 0; an answer without a code is not this platform's."""
    code = payload.get("code")
    if code == "0":
        return None
    if code is None:
        raise BadPayload("expected {code, message, request_id, data}, got an object without code")
    return Failure(str(code), str(payload.get("message", "")), str(payload.get("request_id", "")))


PLATFORM = Platform(
    name="oceanengine",
    failure=failure,
    codes=CODES,
    sign=lambda token: ({}, {"Access-Token": token}),
)


class Endpoints:
    """The token calls (§4). A refresh gives a new refresh token and kills both old ones."""

    def __init__(self, credentials: dict[str, str]) -> None:
        app_id = credentials["app_id"]
        self._app = {"app_id": int(app_id) if app_id.isdecimal() else app_id, "secret": credentials["secret"]}

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """POST /open_api/oauth2/access_token/"""
        body = {**self._app, "grant_type": "auth_code", "auth_code": code}
        return self._grant(client, "/open_api/oauth2/access_token/", body)

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """POST /open_api/oauth2/refresh_token/"""
        body = {**self._app, "grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._grant(client, "/open_api/oauth2/refresh_token/", body)

    def how_to_consent(self) -> str:
        """Where an administrator gets a code."""
        return (
            f"an administrator of the advertisers opens the authorisation page of app {self._app['app_id']} "
            "(open.oceanengine.com, app management), grants the accounts, copies auth_code from the address it "
            "redirects to (lives 10 minutes, works once)"
        )

    def _grant(self, client: ApiClient, path: str, body: dict[str, Any]) -> Grant:
        return Grant.read(client.send("POST", path, body=body).get("data"), path)


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, "app_id", "secret")
    return connect_with_consent(
        account,
        context,
        deadline,
        host=HOST,
        platform=PLATFORM,
        endpoints=Endpoints(credentials),
        app=credentials["app_id"],
        secrets=[credentials["secret"]],
    )
