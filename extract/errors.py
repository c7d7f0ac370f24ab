"""Why a window could not be had, as exceptions that carry what `_gaps` needs.

`scope` says how far the failure reaches: this `window`, the whole `resource`, or the whole `account`. Texts hold no
secrets and no personal data: whoever raises with a platform's own words passes them through `Redactor` first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from typing import Literal

Scope = Literal["window", "resource", "account"]
Handling = Literal["refresh_token", "back_off", "tomorrow", "permanent", "skip"]


class ExtractError(Exception):
    """A window, resource or account that could not be extracted."""

    reason = "unavailable"
    scope: Scope = "window"

    def __init__(
        self,
        message: str,
        *,
        action: str = "",
        code: str = "",
        request_id: str = "",
        reason: str | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.action = action
        self.code = code
        self.request_id = request_id
        if reason is not None:
            self.reason = reason
        if scope is not None:
            self.scope = scope


class TokenRejected(ExtractError):
    """The platform does not accept the access token: get a new one and ask once more."""

    reason = "token"
    scope: Scope = "account"


class ConsentRequired(ExtractError):
    """No token can be had without a person."""

    reason = "consent"
    scope: Scope = "account"


class Transient(ExtractError):
    """Worth asking again after a pause. `wait` is the pause the platform asked for, seconds."""

    def __init__(self, message: str, *, wait: float = 0.0, attempts: int = 4, **kwargs: object) -> None:
        super().__init__(message, **kwargs)  # type: ignore[arg-type]
        self.wait = wait
        self.attempts = attempts


class Permanent(ExtractError):
    """Asking again would answer the same."""

    reason = "permission"
    scope: Scope = "resource"


class SkipItem(ExtractError):
    """This one item (say, an article without comments) has nothing to give; no failure."""


class QuotaUsed(ExtractError):
    """The platform's quota of the day is used up."""

    reason = "quota"
    scope: Scope = "resource"


class UnknownCode(ExtractError):
    """An error code that no contract lists: never retried, kept for a person to read."""

    reason = "unknown_code"
    scope: Scope = "window"


class BadPayload(ExtractError):
    """The answer is not what the contract says."""

    reason = "bad_payload"
    scope: Scope = "window"


class TimedOut(ExtractError):
    """The server did not answer in time, or the account's deadline passed."""

    reason = "timeout"
    scope: Scope = "resource"


class Delayed(ExtractError):
    """The platform says (or shows) that the day is not ready yet."""

    reason = "delayed"


@dataclass(frozen=True)
class CodeRule:
    """What an error code means: how it is handled, the gap's reason and reach, and what a person can do."""

    handling: Handling
    reason: str
    scope: Scope = "resource"
    action: str = ""


def named_codes(
    known: Mapping[str, tuple[CodeRule, tuple[str, ...]]], credentials: Mapping[str, str]
) -> dict[str, CodeRule]:
    """Codes of a platform that publishes no list of them. KNOWN holds a rule and the codes it is thought to have, by
    the name of the connection field that can say others (a list with commas)."""
    found: dict[str, CodeRule] = {}
    for name, (rule, codes) in known.items():
        given = tuple(code.strip() for code in credentials.get(name, "").split(",") if code.strip())
        found |= dict.fromkeys(given or codes, rule)
    return found


class Redactor:
    """Takes known secrets out of texts. Values shorter than six characters are not considered secrets."""

    def __init__(self) -> None:
        self._secrets: set[str] = set()

    def add(self, *values: str | None) -> None:
        """Learn secrets; None and short values are ignored."""
        self._secrets.update(value for value in values if value and len(value) >= 6)

    def __call__(self, text: str) -> str:
        """The text with every known secret replaced."""
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text


def internal_error(error: Exception) -> ExtractError:
    """An unexpected exception as a gap: its type and place, not its text, which may quote a record."""
    frames = extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if "extract" in Path(f.filename).parts), frames[-1] if frames else None)
    where = f"{Path(place.filename).name}:{place.lineno}" if place else "unknown place"
    detail = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return ExtractError(
        f"unexpected {type(error).__name__} at {where}{detail}",
        code=type(error).__name__,
        action="a defect or the machine (disk, memory): read the task's log, then run again",
    )
