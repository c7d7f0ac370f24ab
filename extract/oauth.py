"""Consent by OAuth: a code that a person fetched is exchanged once, then tokens are refreshed for as long as it lives.

What differs between platforms are the two or three calls (`OAuthEndpoints`) and whether a refresh gives a new refresh
token. A refresh is marked before the call and its answer saved before use: on platforms that rotate, the old pair is
dead by then, and a crash in between must be known.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from extract.client import ApiClient, Platform, connect_plain
from extract.errors import BadPayload, ConsentRequired, ExtractError, TokenRejected
from extract.model import Account, Deadline, ExtractContext
from extract.session import need
from extract.tokens import TokenBroker, TokenState

LOG = logging.getLogger(__name__)

RENEW_BEFORE = timedelta(days=5)


@dataclass(frozen=True)
class Grant:
    """What a token call gave. `refresh_token` "" = the one that was used goes on; lifetimes are seconds as text,
    "" = not told."""

    access_token: str = field(repr=False)
    expires_in: str
    refresh_token: str = field(default="", repr=False)
    refresh_expires_in: str = ""

    @classmethod
    def read(
        cls,
        answer: Any,
        where: str,
        *,
        access: str = "access_token",
        expires: str = "expires_in",
        refresh: str = "refresh_token",
        refresh_expires: str = "refresh_token_expires_in",
    ) -> Grant:
        """A grant from the object that holds it, by the platform's names. Raises BadPayload."""
        seconds = answer.get(expires) if isinstance(answer, dict) else None
        if not (isinstance(seconds, str) and seconds.isdecimal()):
            raise BadPayload(f"{where}: expected {expires} in whole seconds", scope="account")
        longer = answer.get(refresh_expires)
        return cls(
            need(answer, access, str, where),
            seconds,
            str(answer.get(refresh) or ""),
            longer if isinstance(longer, str) and longer.isdecimal() else "",
        )


class OAuthEndpoints(Protocol):
    """A platform's token calls. Each raises an ExtractError with reason `consent` when a person must act."""

    def exchange(self, client: ApiClient, code: str) -> Grant:
        """The first tokens for an authorisation code, which works once."""
        ...

    def refresh(self, client: ApiClient, refresh_token: str) -> Grant:
        """New tokens."""
        ...

    def how_to_consent(self) -> str:
        """What a person does to get a new code, and where to put it."""
        ...


class RenewsRefreshTokens(Protocol):
    """A platform whose refresh token is prolonged by a call of its own."""

    def renew(self, client: ApiClient, refresh_token: str) -> Grant:
        """A refresh token that lives longer (`access_token` is not used); kills the one given."""
        ...


class OAuthConsent:
    """A token provider (see tokens.py). The connection's `auth_code` is the code that a person fetched; a new one
    (a new consent) is exchanged first, an old one is the last resort."""

    def __init__(self, client: ApiClient, endpoints: OAuthEndpoints, account: Account, context: ExtractContext) -> None:
        self._client = client
        self._endpoints = endpoints
        self._code = str(account.credentials.get("auth_code") or "")
        self._connection = account.connection
        self._now = context.now
        client.redact.add(self._code)

    def obtain(self, state: TokenState | None, rejected: str | None, save: Callable[[TokenState], None]) -> TokenState:
        """New tokens: by a new auth_code, by refresh, or by the old auth_code as the last resort."""
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
        return self._apply(state, self._endpoints.exchange(self._client, self._code))

    def _refresh(self, state: TokenState, save: Callable[[TokenState], None]) -> TokenState:
        """Marked before the call: if no answer is ever saved, the new pair is lost, and a person must know."""
        state = self._renewed(state, save)
        return self._marked(state, save, lambda: self._endpoints.refresh(self._client, state.refresh_token))

    def is_due(self, state: TokenState) -> bool:
        """Whether the refresh token is to be prolonged now. An access token may live longer than that can wait."""
        if not hasattr(self._endpoints, "renew") or not state.refresh_expires_at:
            return False
        return self._now < datetime.fromisoformat(state.refresh_expires_at) <= self._now + RENEW_BEFORE

    def _renewed(self, state: TokenState, save: Callable[[TokenState], None]) -> TokenState:
        """The state with a prolonged refresh token where the platform offers that and it is time."""
        renew = getattr(self._endpoints, "renew", None)
        if renew is None or not self.is_due(state):
            return state
        try:
            fresh = self._marked(state, save, lambda: renew(self._client, state.refresh_token))
        except ExtractError as error:
            if error.reason in ("timeout", "bad_payload"):
                raise
            LOG.warning(
                "connection %s: the consent ends at %s and cannot be prolonged (%s); %s",
                self._connection,
                state.refresh_expires_at,
                error.message,
                self._endpoints.how_to_consent(),
            )
            return state  # renewed too often: the present one still refreshes until it dies
        fresh = replace(fresh, access_token=state.access_token, expires_at=state.expires_at)
        save(fresh)
        return fresh

    def _marked(self, state: TokenState, save: Callable[[TokenState], None], call: Callable[[], Grant]) -> TokenState:
        save(replace(state, pending_since=state.pending_since or self._now.isoformat()))
        try:
            return self._apply(state, call())
        except TokenRejected as error:
            save(replace(state, pending_since=""))
            raise ConsentRequired(error.message, code=error.code, request_id=error.request_id) from None
        except ExtractError as error:
            if error.reason not in ("timeout", "bad_payload"):  # the platform refused or was not reached
                save(replace(state, pending_since=""))
            raise

    def _apply(self, state: TokenState, grant: Grant) -> TokenState:
        self._client.redact.add(grant.access_token, grant.refresh_token)
        fresh = replace(state, refresh_token=grant.refresh_token or state.refresh_token, pending_since="")
        if grant.refresh_expires_in:
            dies = self._now.astimezone(UTC) + timedelta(seconds=int(grant.refresh_expires_in))
            fresh = replace(fresh, refresh_expires_at=dies.isoformat())
        return fresh.with_access(grant.access_token, self._now, grant.expires_in)

    def _explain(self, error: ExtractError, interrupted: str) -> ConsentRequired:
        story = f"; a refresh begun at {interrupted} never ended, so its new pair is lost" if interrupted else ""
        return ConsentRequired(
            f"connection {self._connection}: no usable token ({error.message}){story}",
            code=error.code,
            request_id=error.request_id,
            action=f"{self._endpoints.how_to_consent()}, writes it into the connection {self._connection}, field "
            "auth_code, and runs the refresh again",
        )


def connect_with_consent(
    account: Account,
    context: ExtractContext,
    deadline: Deadline,
    *,
    host: str,
    platform: Platform,
    endpoints: OAuthEndpoints,
    app: str,
    secrets: Iterable[str],
) -> ApiClient:
    """A client of a platform with consent: token broker, budget of the app, secrets redacted. Makes no call yet."""
    client = connect_plain(account, context, deadline, host=host, platform=platform, app=app, secrets=secrets)
    provider = OAuthConsent(client, endpoints, account, context)
    client.tokens = TokenBroker(
        context.tokens, account.connection, context.token_key, context.now, provider, client.redact
    )
    return client


class GivenToken:
    """A token provider for platforms that only hand a token to a person: the connection holds `access_token`."""

    def __init__(self, account: Account, how_to_consent: str) -> None:
        self._token = str(account.credentials.get("access_token") or "")
        self._connection = account.connection
        self._how = how_to_consent

    def obtain(self, state: TokenState | None, rejected: str | None, save: Callable[[TokenState], None]) -> TokenState:
        """The connection's token. Raises ConsentRequired when it is missing or was rejected."""
        if not self._token or self._token == rejected:
            what = "the platform rejects the access_token" if self._token else "no access_token"
            raise ConsentRequired(
                f"connection {self._connection}: {what}",
                action=f"{self._how}, writes it into the connection {self._connection}, field access_token",
            )
        return TokenState(access_token=self._token, expires_at=datetime.max.replace(tzinfo=UTC).isoformat())
