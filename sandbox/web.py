"""One HTTP call and its answer, as the platform servers see them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol


@dataclass(frozen=True)
class Call:
    """A request below the mount of its platform; `path` starts with a slash, header names are lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as an object; empty when it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


@dataclass
class Answer:
    """Body and headers of an answer; platform errors travel with HTTP 200."""

    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class Platform(Protocol):
    """What the HTTP layer and the faults need of a platform."""

    @property
    def source(self) -> str:
        """Name of the source."""

    @property
    def token_paths(self) -> tuple[str, ...]:
        """Paths that hand out tokens."""

    @property
    def expired(self) -> dict[str, Any]:
        """Body of the answer to an expired token."""

    def answer(self, call: Call) -> Answer:
        """The answer without faults."""

    def account_of(self, call: Call) -> str | None:
        """The account a call is for."""

    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for."""

    def failure(self, code: int, message: str) -> dict[str, Any]:
        """Body of an error."""
