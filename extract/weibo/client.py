"""Weibo open API: envelope, error codes, token. Facts: platform-contracts §2.1, §13, §18; samples weibo/."""

from __future__ import annotations

from typing import Any

from extract.client import ApiClient, Failure, Platform, connect_plain
from extract.errors import CodeRule, Permanent
from extract.model import Account, Deadline, ExtractContext
from extract.oauth import GivenToken
from extract.tokens import TokenBroker, need_credentials

HOSTS = {"open": "https://api.weibo.com", "commercial": "https://c.api.weibo.com"}
LIST = "list"
"""The name under which an answer that is a bare list arrives."""

_TOKEN = CodeRule("refresh_token", "token", "account", "give a new access_token (extract/weibo/README.md, Token)")
_FAULT = CodeRule("back_off", "unavailable", "window", "the platform had a fault; the next run asks again")
_WINDOW = "the limit of the hour is used up; the next run asks again"
_REQUEST = CodeRule("permanent", "bad_payload", "window", "a programming error: report it with the code")
_RIGHTS = CodeRule(
    "permanent", "permission", "resource", "the app lacks this permission: apply for it on open.weibo.com"
)

CODES = {
    "10001": _FAULT,
    "10002": _FAULT,
    "10003": _FAULT,
    "10009": _FAULT,
    "10010": _FAULT,
    "10011": _FAULT,
    "10022": CodeRule("tomorrow", "quota", "account", f"of this server's address: {_WINDOW}"),
    "10023": CodeRule("tomorrow", "quota", "account", f"of this user on this app: {_WINDOW}"),
    "10024": CodeRule("tomorrow", "quota", "resource", f"of this call: {_WINDOW}"),
    "10004": CodeRule("permanent", "permission", "account", "add this server's address to the app's IP list"),
    "10005": _RIGHTS,
    "10014": _RIGHTS,
    "10006": _REQUEST,
    "10008": _REQUEST,
    "10012": _REQUEST,
    "10016": _REQUEST,
    "10017": _REQUEST,
    "10013": CodeRule("permanent", "permission", "account", "the account is no valid Weibo user: check the account id"),
    "20003": CodeRule("permanent", "permission", "account", "there is no such user: check the account id"),
    "20101": CodeRule("skip", "permission", "window"),
    "20112": CodeRule("skip", "permission", "window"),
    **dict.fromkeys(("21314", "21315", "21316", "21317", "21319", "21327", "21332"), _TOKEN),
}


def failure(payload: dict[str, Any]) -> Failure | None:
    """A success has no error_code; a failure is {request, error_code, error}, the code text or number."""
    code = payload.get("error_code")
    return None if code is None else Failure(str(code), str(payload.get("error", "")))


PLATFORM = Platform(
    name="weibo", failure=failure, codes=CODES, sign=lambda token: ({"access_token": token}, {}), list_name=LIST
)
_HOW = (
    "the account's owner opens https://api.weibo.com/oauth2/authorize of app {app}, exchanges the code for a token at "
    "oauth2/access_token (there is no refresh token)"
)


def api_of(account: Account) -> str:
    """`open` or `commercial`, as the connection's field `api` says. Raises Permanent for anything else."""
    api = str(account.credentials.get("api") or "open")
    if api not in HOSTS:
        raise Permanent(
            f"connection {account.connection}: expected api as {' or '.join(HOSTS)}, got something else",
            scope="account",
            action=f"correct api in the connection {account.connection}",
        )
    return api


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the given token. Makes no call yet. Raises Permanent for missing credentials."""
    app = need_credentials(account.connection, account.credentials, "app_key")["app_key"]
    token = str(account.credentials.get("access_token") or "")
    host = HOSTS[api_of(account)]
    client = connect_plain(account, context, deadline, host=host, platform=PLATFORM, app=app, secrets=[token])
    client.tokens = TokenBroker(
        context.tokens,
        account.connection,
        context.token_key,
        context.now,
        GivenToken(account, _HOW.format(app=app)),
        client.redact,
    )
    return client
