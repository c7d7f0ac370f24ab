"""Ocean Engine: envelope, error codes, consent and rotating tokens. Facts: platform-contracts §4, §13, §18 (its codes
correct §4 and §13); samples oceanengine/oauth2_*.json."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from extract.client import ApiClient, Failure, Platform
from extract.errors import BadPayload, CodeRule, ConsentRequired, ExtractError, Redactor
from extract.model import Account, Deadline, ExtractContext
from extract.tokens import TokenBroker, TokenState, need_credentials

HOST = "https://api.oceanengine.com"
CALLS_PER_SECOND = 10.0  # unconfirmed, §4: rates are set per app and not published

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
    calls_per_second=CALLS_PER_SECOND,
)


class Consent:
    """auth_code exchange (once), then rotating refreshes: a refresh kills both old tokens.

    A new `auth_code` in the connection (a person gave a new consent) is exchanged first.
    """

    def __init__(
        self, client: ApiClient, credentials: dict[str, str], account: Account, context: ExtractContext
    ) -> None:
        self._client = client
        self._app = {"app_id": _number(credentials["app_id"]), "secret": credentials["secret"]}
        self._code = str(account.credentials.get("auth_code") or "")
        self._connection = account.connection
        self._now = context.now

    def obtain(self, state: TokenState | None, rejected: str | None, save: Callable[[TokenState], None]) -> TokenState:
        """A new pair: by a new auth_code, by refresh, or by the old auth_code as the last resort."""
        state = state or TokenState()
        interrupted = state.pending_since
        digest = hashlib.sha256(self._code.encode()).hexdigest() if self._code else ""
        fresh_code = bool(digest) and digest != state.code_digest
        coded = replace(state, code_digest=digest or state.code_digest)
        try:
            if fresh_code or not state.refresh_token:
                return self._exchange(coded)
            return self._refresh(coded, save)
        except ExtractError as error:
            if error.reason != "consent":
                raise
            refused = error
        try:
            if state.refresh_token:
                return self._refresh(coded, save) if fresh_code else self._exchange(coded)
        except ExtractError as error:
            if error.reason != "consent":
                raise
        raise self._explain(refused, interrupted)

    def _exchange(self, state: TokenState) -> TokenState:
        if not self._code:
            raise ConsentRequired("no auth_code in the connection")
        body = {**self._app, "grant_type": "auth_code", "auth_code": self._code}
        return self._pair("/open_api/oauth2/access_token/", body, state)

    def _refresh(self, state: TokenState, save: Callable[[TokenState], None]) -> TokenState:
        """Marked before the call: if no answer is ever saved, the new pair is lost, and a person must know."""
        body = {**self._app, "grant_type": "refresh_token", "refresh_token": state.refresh_token}
        save(replace(state, pending_since=state.pending_since or self._now.isoformat()))
        try:
            return self._pair("/open_api/oauth2/refresh_token/", body, state)
        except ExtractError as error:
            if error.reason not in ("timeout", "bad_payload"):  # the platform refused or was not reached
                save(replace(state, pending_since=""))
            raise

    def _pair(self, path: str, body: dict[str, Any], state: TokenState) -> TokenState:
        data = self._client.send("POST", path, body=body).get("data")
        data = data if isinstance(data, dict) else {}
        access, renewed, seconds = (data.get(name) for name in ("access_token", "refresh_token", "expires_in"))
        if not (isinstance(access, str) and isinstance(renewed, str) and str(seconds).isdecimal()):
            raise BadPayload(f"{path}: expected access_token, refresh_token and expires_in", scope="account")
        self._client.redact.add(access, renewed)
        fresh = replace(state, refresh_token=renewed, pending_since="")
        return fresh.with_access(access, self._now, str(seconds))

    def _explain(self, error: ExtractError, interrupted: str) -> ConsentRequired:
        story = f"; a refresh begun at {interrupted} never ended, so its new pair is lost" if interrupted else ""
        return ConsentRequired(
            f"connection {self._connection}: no usable token ({error.message}){story}",
            code=error.code,
            request_id=error.request_id,
            action=(
                f"an administrator of the advertisers opens the authorisation page of app {self._app['app_id']} "
                "(open.oceanengine.com, app management), grants the accounts, copies auth_code from the address it "
                f"redirects to (lives 10 minutes, works once) into the connection {self._connection}, field auth_code, "
                "and runs the refresh again"
            ),
        )


def _number(text: str) -> int | str:
    return int(text) if text.isdecimal() else text


def connect(account: Account, context: ExtractContext, deadline: Deadline) -> ApiClient:
    """A client with the consent's token broker. Makes no call yet. Raises Permanent for missing credentials."""
    credentials = need_credentials(account.connection, account.credentials, "app_id", "secret")
    redact = Redactor()
    redact.add(credentials["secret"], account.credentials.get("auth_code"))
    client = ApiClient(account.base_url or HOST, PLATFORM, deadline, redact)
    provider = Consent(client, credentials, account, context)
    client.tokens = TokenBroker(context.tokens, account.connection, context.token_key, context.now, provider, redact)
    return client
