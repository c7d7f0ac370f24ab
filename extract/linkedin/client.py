"""LinkedIn: versioned REST calls, errors by HTTP status, consent. Facts: platform-contracts §7, §13; samples linkedin/.

Both sources, `linkedin` (pages) and `linkedin_ads`, connect here. The token calls and lifetimes are those of
learn.microsoft.com/linkedin/shared/authentication (official): access 60 days, refresh 365 days from the consent on.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from extract.client import ApiClient, Failure, Platform
from extract.errors import CodeRule, Permanent
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import Grant, connect_with_consent
from extract.tokens import need_credentials

LOG = logging.getLogger(__name__)

HOST = "https://api.linkedin.com"
AUTH_HOST = "https://www.linkedin.com"
TOKEN_PATH = "/oauth/v2/accessToken"
FINDER = {"X-RestLi-Method": "FINDER"}  # goes with every call that has q= (sample posts, third-party)
VERSION = "202610"  # LinkedIn-Version, unless the connection says another
ALARM_MONTHS = 11  # a version lives about 12 months (§7 official banners)
_VERSION = re.compile(r"20\d{2}(0[1-9]|1[0-2])")

_CONSENT = CodeRule("permanent", "consent", "account", "give a new consent (extract/linkedin/README.md, Consent)")
_APP = CodeRule("permanent", "token", "account", "check client_id and client_secret in the developer portal")
_VERSION_GONE = CodeRule(
    "permanent",
    "bad_payload",
    "account",
    "set `version` in the connection to a version that LinkedIn lists as active (YYYYMM)",
)

CODES = {
    "EXPIRED_ACCESS_TOKEN": CodeRule("refresh_token", "token", "account", "the platform rejects fresh tokens too"),
    "REVOKED_ACCESS_TOKEN": _CONSENT,
    "NONEXISTENT_VERSION": _VERSION_GONE,
    "HTTP 400": CodeRule("permanent", "bad_payload", "window", "a programming error: report it with the request id"),
    "HTTP 401": CodeRule("refresh_token", "token", "account", "the platform rejects fresh tokens too"),
    "HTTP 403": CodeRule(
        "permanent",
        "permission",
        "resource",
        "the member needs the role on this page or account, the app the product (README.md, To set up an account)",
    ),
    "HTTP 404": CodeRule("permanent", "permission", "resource", "check the id in config/accounts.yml"),
    "HTTP 414": CodeRule("permanent", "bad_payload", "window", "too many ids in one call: lower the batch size"),
    "HTTP 426": _VERSION_GONE,
    "HTTP 429": CodeRule(
        "back_off",
        "quota",
        "resource",
        "calls are counted by UTC day: a run after 00:00 UTC (08:00 Shanghai) asks again",
    ),
    "invalid_grant": _CONSENT,
    "invalid_request": _CONSENT,
    "invalid_client": _APP,
    "invalid_client_id": _APP,
    "unauthorized_client": _APP,
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """Errors hold their HTTP status ({status, message, code?, serviceErrorCode?}) or are OAuth's {error, …}.

    A code that the table does not know goes by its status, and stays in the message.
    """
    if "error" in payload:
        return Failure(str(payload["error"]), str(payload.get("error_description", "")))
    status = payload.get("status")
    if not (isinstance(status, str) and status.isdecimal() and int(status) >= 400):
        return None
    code, message = str(payload.get("code", "")), str(payload.get("message", ""))
    if code in CODES:
        return Failure(code, message)
    return Failure(f"HTTP {status}", f"{code} {message}".strip())


PLATFORM = Platform(
    name="linkedin",
    failure=failure,
    codes=CODES,
    sign=lambda token: ({}, {"Authorization": f"Bearer {token}"}),
    request_id_header="x-li-uuid",
)


class Endpoints:
    """The token calls. The refresh token stays the same and dies a year after the consent."""

    def __init__(self, credentials: dict[str, str], host: str) -> None:
        self._address = host + TOKEN_PATH
        self._redirect = credentials["redirect_uri"]
        self._app = {"client_id": credentials["client_id"], "client_secret": credentials["client_secret"]}

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """POST /oauth/v2/accessToken, grant_type authorization_code"""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self._redirect, **self._app}
        return Grant.read(client.send("POST", self._address, form=form), TOKEN_PATH)

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """POST /oauth/v2/accessToken, grant_type refresh_token"""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, **self._app}
        return Grant.read(client.send("POST", self._address, form=form), TOKEN_PATH)

    def how_to_consent(self) -> str:
        """Where a member gets a code."""
        return (
            f"a member with the roles opens {AUTH_HOST}/oauth/v2/authorization of app {self._app['client_id']} with "
            "the scopes of README.md, copies `code` from the address it redirects to (lives 30 minutes, works once)"
        )


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet.

    Raises Permanent for missing credentials and for a `version` that is none; an old one is a notice.
    """
    names = ("client_id", "client_secret", "redirect_uri")
    credentials = need_credentials(account.connection, account.credentials, *names)
    version = str(account.credentials.get("version") or VERSION)
    if not _VERSION.fullmatch(version):
        raise Permanent(
            f"connection {account.connection}: expected version as YYYYMM, got {version[:12]!r}",
            reason="bad_payload",
            scope="account",
            action=f"correct version in the connection {account.connection}",
        )
    client = connect_with_consent(
        account,
        context,
        deadline,
        host=HOST,
        platform=replace(PLATFORM, headers={"LinkedIn-Version": version, "X-Restli-Protocol-Version": "2.0.0"}),
        endpoints=Endpoints(credentials, account.base_url or AUTH_HOST),
        app=credentials["client_id"],
        secrets=[credentials["client_secret"]],
    )
    age = version_age(version, context.now)
    if age >= ALARM_MONTHS:
        notice = (
            f"LinkedIn-Version {version} is {age} months old and will be refused (426) at about 12: set `version` in "
            f"the connection {account.connection} to a newer one"
        )
        LOG.warning("%s", notice)
        client.notices.append(notice)
    return client


def version_age(version: str, now: datetime) -> int:
    """Whole months between the version's month (YYYYMM) and the month of `now`; negative for a future one."""
    return now.year * 12 + now.month - int(version[:4]) * 12 - int(version[4:])


# --- Restli 2.0 queries: ( ) : , stay as they are, ids inside are escaped (§7; samples linkedin/) -----------------


def urn(kind: str, number: str) -> str:
    """`urn:li:<kind>:<number>`"""
    return f"urn:li:{kind}:{number}"


def escaped(text: str) -> str:
    """A urn or token as a value inside a Restli query."""
    return quote(text, safe="")


def restli_list(values: Iterable[str]) -> str:
    """`List(a,b)` of escaped values."""
    return f"List({','.join(escaped(value) for value in values)})"


def restli_query(**parts: str) -> str:
    """`name=value&…` as it goes out, in the order given; the values are Restli texts already."""
    return "&".join(f"{name}={value}" for name, value in parts.items())
