"""WeChat: envelope, error codes, token. Facts: platform-contracts §1.1, §13; samples wechat/stable_token.json."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from extract.client import ApiClient, Failure, Platform, connect_plain
from extract.errors import BadPayload, CodeRule
from extract.model import Account, Deadline, ExtractContext
from extract.tokens import TokenBroker, TokenState, need_credentials

HOST = "https://api.weixin.qq.com"
_RID = re.compile(r"\s*rid:\s*([0-9A-Za-z-]+)")

_NEW_TOKEN = CodeRule(
    "refresh_token",
    "token",
    "account",
    "the platform rejects fresh tokens too: check that nobody else forces refreshes for this app id",
)
_DATES = CodeRule("permanent", "bad_payload", "window", "a programming error: report it with the request id")

_ADDRESS = CodeRule(
    "permanent",
    "permission",
    "account",
    "add this server's address to the account's IP allow-list (mp.weixin.qq.com)",
)

CODES = {
    "40001": _NEW_TOKEN,
    "40014": _NEW_TOKEN,
    "42001": _NEW_TOKEN,
    "-1": CodeRule("back_off", "unavailable", "window", "the platform was busy; the next run asks again"),
    "45011": CodeRule("back_off", "rate", "resource", "per-minute limit; the next run asks again"),
    "45009": CodeRule("tomorrow", "quota", "resource", "daily quota used up; the next day's run asks again"),
    "40013": CodeRule("permanent", "token", "account", "correct appid in the connection"),
    "40125": CodeRule("permanent", "token", "account", "correct the secret in the connection"),
    "40164": _ADDRESS,
    "61004": _ADDRESS,
    "48001": CodeRule(
        "permanent",
        "permission",
        "resource",
        "the account lacks this permission: verify it or apply for the call",
    ),
    "47009": CodeRule(
        "permanent", "permission", "resource", "the platform retired this call: the contract must change"
    ),
    "61500": _DATES,
    "61501": _DATES,
    "88010": _DATES,
    "88000": CodeRule("skip", "permission", "window", "apply for the comment function (留言) of the account"),
    "88001": CodeRule("skip", "permission", "window"),
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """A success has no errcode, or errcode 0; the request id hides at the end of errmsg."""
    code = payload.get("errcode", "0")
    if code == "0":
        return None
    message = str(payload.get("errmsg", ""))
    found = _RID.search(message)
    return Failure(str(code), _RID.sub("", message), found.group(1) if found else "")


PLATFORM = Platform(name="wechat", failure=failure, codes=CODES, sign=lambda token: ({"access_token": token}, {}))


class StableToken:
    """POST /cgi-bin/stable_token. Normal mode repeats the running token; if that one was rejected, it is forced
    (20 a day, 30 s apart; it kills the old token at once)."""

    def __init__(self, client: ApiClient, credentials: dict[str, str], context: ExtractContext) -> None:
        self._client = client
        self._credentials = credentials
        self._now = context.now

    def obtain(self, state: TokenState | None, rejected: str | None, save: Callable[[TokenState], None]) -> TokenState:
        """A token other than the rejected one; forced only if the platform repeats that one."""
        answer = self._ask(force=False)
        if answer["access_token"] == rejected:
            answer = self._ask(force=True)
        return TokenState().with_access(answer["access_token"], self._now, answer["expires_in"])

    def _ask(self, *, force: bool) -> dict[str, str]:
        body = {
            "grant_type": "client_credential",
            "appid": self._credentials["appid"],
            "secret": self._credentials["secret"],
            "force_refresh": force,
        }
        answer = self._client.send("POST", "/cgi-bin/stable_token", body=body)
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(seconds, str) or not seconds.isdecimal():
            raise BadPayload("/cgi-bin/stable_token: expected access_token and expires_in", scope="account")
        return {"access_token": token, "expires_in": seconds}


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the account's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, "appid", "secret")
    client = connect_plain(
        account,
        context,
        deadline,
        host=HOST,
        platform=PLATFORM,
        app=credentials["appid"],
        secrets=[credentials["secret"]],
    )
    provider = StableToken(client, credentials, context)
    client.tokens = TokenBroker(
        context.tokens, account.connection, context.token_key, context.now, provider, client.redact
    )
    return client
