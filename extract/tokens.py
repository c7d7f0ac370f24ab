"""The token broker: one per connection (consent), shared by parallel tasks and processes through files.

`<tokens>/<connection>.token` holds the state, encrypted with Fernet. A new state is written aside, synced and renamed
BEFORE its first use, because a refresh kills the old pair. `<connection>.lock` (fcntl) makes sure that one consent is
refreshed by one process; the others then find the new token on disk.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from cryptography.fernet import Fernet, InvalidToken

from extract.errors import ExtractError, Permanent, Redactor
from extract.landing import sync_folder

LOG = logging.getLogger(__name__)

_MARGIN = timedelta(seconds=120)
_LOCK_POLL_SECONDS = 0.05


@dataclass(frozen=True)
class TokenState:
    """What is saved of a consent. Times are ISO, UTC. `pending_since` is set while a refresh is under way: if it is
    still there afterwards, the process died between asking and saving, and the new pair may be lost."""

    access_token: str = ""
    expires_at: str = ""
    refresh_token: str = ""
    code_digest: str = ""
    refresh_expires_at: str = ""
    pending_since: str = ""

    def __repr__(self) -> str:
        """Without the tokens."""
        return f"TokenState(expires_at={self.expires_at!r}, pending_since={self.pending_since!r})"

    def is_valid(self, now: datetime) -> bool:
        """Whether the access token may still be used at `now`."""
        if not self.access_token or not self.expires_at:
            return False
        return now + _MARGIN < datetime.fromisoformat(self.expires_at)

    def with_access(self, token: str, now: datetime, seconds: str) -> TokenState:
        """A new access token that lives for `seconds` (text, as received)."""
        expires = now.astimezone(UTC) + timedelta(seconds=int(seconds))
        return replace(self, access_token=token, expires_at=expires.isoformat())


class TokenProvider(Protocol):
    """Gets tokens from one platform.

    `obtain` is called under the lock with the saved state (None if there is none) and the access token that the
    platform rejected (None at the first use). It may call `save` before a step that cannot be repeated. A provider
    with `is_due(state) -> bool` is asked as well while the access token is still good.
    """

    def obtain(self, state: TokenState | None, rejected: str | None, save: Callable[[TokenState], None]) -> TokenState:
        """Tokens to use from now on."""
        ...


class TokenBroker:
    """Access tokens of one connection. Errors: ConsentRequired, Permanent(reason token) and those of the call."""

    def __init__(
        self,
        folder: Path,
        connection: str,
        key: bytes,
        now: datetime,
        provider: TokenProvider,
        redact: Redactor,
        lock_seconds: float = 120,
    ) -> None:
        self._folder = folder
        self._connection = connection
        self._fernet = Fernet(key)
        self._now = now
        self._provider = provider
        self._redact = redact
        self._lock_seconds = lock_seconds
        self._path = folder / f"{quote(connection, safe='')}.token"
        self._cached: TokenState | None = None

    def current(self) -> str:
        """A token that should be accepted now."""
        if self._cached is not None and self._cached.is_valid(self._now):
            return self._cached.access_token
        return self._under_lock(None)

    def renew(self, rejected: str) -> str:
        """Another token than the rejected one, which a parallel process may have got already."""
        return self._under_lock(rejected)

    def _under_lock(self, rejected: str | None) -> str:
        with self._lock():
            state = self._load()
            is_due = getattr(self._provider, "is_due", lambda state: False)
            if state is None or not state.is_valid(self._now) or state.access_token == rejected or is_due(state):
                state = self._provider.obtain(state, rejected, self._save)
                self._save(state)
                LOG.info("connection %s: new access token saved", self._connection)
            self._cached = state
            self._redact.add(state.access_token, state.refresh_token)
            return state.access_token

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(self._path.with_suffix(".lock"), os.O_CREAT | os.O_RDWR, 0o600)
        ends = time.monotonic() + self._lock_seconds
        try:
            while True:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > ends:
                        raise ExtractError(
                            f"connection {self._connection}: another process refreshes the token for more than "
                            f"{self._lock_seconds:g} s",
                            reason="timeout",
                            scope="account",
                            action="the next run asks again",
                        ) from None
                    time.sleep(_LOCK_POLL_SECONDS)
            yield
        finally:
            os.close(handle)

    def _load(self) -> TokenState | None:
        try:
            sealed = self._path.read_bytes()
        except FileNotFoundError:
            return None
        try:
            state = TokenState(**json.loads(self._fernet.decrypt(sealed)))
        except (InvalidToken, ValueError, TypeError):
            raise Permanent(
                f"connection {self._connection}: the saved token cannot be read with the present token key",
                reason="token",
                scope="account",
                action=f"restore the former token key; if it is lost, delete {self._path.name} in the tokens folder "
                "(a platform with consent then needs a new one)",
            ) from None
        self._redact.add(state.access_token, state.refresh_token)
        return state

    def _save(self, state: TokenState) -> None:
        self._redact.add(state.access_token, state.refresh_token)
        sealed = self._fernet.encrypt(json.dumps(asdict(state)).encode())
        hidden = self._folder / f".{self._path.name}.{os.getpid()}"
        handle = os.open(hidden, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        try:
            os.write(handle, sealed)
            os.fsync(handle)
        finally:
            os.close(handle)
        hidden.rename(self._path)
        sync_folder(self._folder)


def need_credentials(connection: str, credentials: object, *names: str) -> dict[str, str]:
    """The named credentials, all present. Raises Permanent(reason token) that names what is missing."""
    given = dict(credentials) if hasattr(credentials, "keys") else {}  # type: ignore[call-overload]
    missing = [name for name in names if not given.get(name)]
    if missing:
        raise Permanent(
            f"connection {connection}: expected credentials {', '.join(names)}; missing: {', '.join(missing)}",
            reason="token",
            scope="account",
            action=f"complete the connection {connection}",
        )
    return {name: str(given[name]) for name in names}
