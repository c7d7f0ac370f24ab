"""GrowingIO: signing in, and the envelope of the raw export. Facts: platform-contracts §9; samples growingio/."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from extract.client import ApiClient, Failure, Platform, connect_plain
from extract.errors import CodeRule
from extract.model import Account, Deadline, ExtractContext
from extract.session import need
from extract.tokens import need_credentials

HOST = "https://www.growingio.com"
AUTH_PATH = "/auth/token"
STATUSES = ("FINISHED", "RUNNING", "NOT_EXISTS", "ERROR", "success")

CODES = {
    "HTTP 401": CodeRule(
        "refresh_token", "token", "account", "check client_id and private_key, and this machine's clock"
    ),
    "HTTP 403": CodeRule("permanent", "permission", "account", "the raw export is a paid option: have it enabled"),
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """An answer of the export says a status; `failed` is that of signing in."""
    status = payload.get("status")
    if status in STATUSES:
        return None
    if status == "failed":
        return Failure("HTTP 401", "signing in failed")
    if isinstance(status, str):
        return Failure(status, "unknown status")
    return Failure("no status", "expected {status, downloadLinks}")


class SignedIn:
    """The token of one run, got by a signed call; nothing is kept."""

    def __init__(self, client: ApiClient, credentials: dict[str, str], now_milliseconds: int) -> None:
        self._client, self._credentials, self._now = client, credentials, now_milliseconds
        self._token = ""

    def current(self) -> str:
        """The present token; the first call signs in."""
        return self._token or self.renew("")

    def renew(self, rejected: str) -> str:
        """Sign in anew."""
        given = self._credentials
        text = f"POST\n{AUTH_PATH}\nproject={given['project']}&ai={given['ai']}&tm={self._now}"
        signed = hmac.new(given["private_key"].encode(), text.encode(), hashlib.sha256).hexdigest()
        form = {"project": given["project"], "ai": given["ai"], "tm": str(self._now), "auth": signed}
        answer = self._client.send("POST", AUTH_PATH, form=form)
        self._token = str(need(answer, "code", str, AUTH_PATH))
        self._client.redact.add(self._token)
        return self._token


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client that signs in at its first call. Raises Permanent for missing credentials."""
    names = ("client_id", "private_key", "project", "ai")
    credentials = need_credentials(account.connection, account.credentials, *names)
    prefix = account.credentials.get("token_prefix", "")
    platform = Platform(
        name="growingio",
        failure=failure,
        codes=CODES,
        sign=lambda token: ({}, {"Authorization": f"{prefix}{token}"}),
        headers={"X-Client-Id": credentials["client_id"]},
    )
    client = connect_plain(
        account,
        context,
        deadline,
        host=HOST,
        platform=platform,
        app=credentials["client_id"],
        secrets=[credentials["private_key"]],
    )
    client.tokens = SignedIn(client, credentials, int(context.now.timestamp() * 1000))
    return client
