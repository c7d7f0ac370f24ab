"""One HTTP call and its answer, and what the HTTP layer and the faults need of a platform."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Call:
    """A request below the mount of its platform; `path` starts with a slash, header names are lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    raw_query: str = ""
    """The query as it was sent, for contracts that sign it or write more than `name=value`."""

    def json(self) -> dict[str, Any]:
        """The body as an object; empty when it is none."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    def form(self) -> dict[str, str]:
        """The body as a form; the last value of a repeated name. Empty when it is no UTF-8 text."""
        try:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True))
        except UnicodeDecodeError:
            return {}

    def parameters(self) -> dict[str, Any]:
        """Query and body as one: what the call asks for, wherever its contract puts it."""
        kind = self.headers.get("content-type", "")
        return self.query | (self.form() if "x-www-form-urlencoded" in kind else self.json())


def dump(body: Any) -> bytes:
    """JSON as the platforms write it: UTF-8, not escaped."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Answer:
    """Body, HTTP status and headers of an answer.

    A download is no JSON: `content` is its bytes, or a function that writes them from `body`, so that the faults can
    still break single records.
    """

    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes | Callable[[Any], bytes] = dump
    media_type: str = JSON

    def write(self) -> bytes:
        """What goes over the wire."""
        return self.content if isinstance(self.content, bytes) else self.content(self.body)


class Platform(ABC):
    """A simulated platform. The lists of names say what its answers look like, so that the faults need not know."""

    source: str
    """Name of the source, that of its folder."""
    token_paths: tuple[str, ...]
    """Paths that hand out tokens; faults without a path leave them alone."""
    record_lists: tuple[str, ...]
    """Keys of the lists that hold an answer's records, at any depth of objects; an answer that is a list needs none."""
    day_fields: tuple[str, ...] = ()
    """Names under which a record says its day."""
    total_fields: tuple[str, ...] = ()
    """Names under which an answer counts all rows of a listing."""
    page_total_fields: tuple[str, ...] = ()
    """Names under which an answer counts all pages of a listing."""
    sum_fields: tuple[str, ...] = ()
    """Names of objects with the sums over all rows; empty objects when there are no rows."""
    page_parameters: tuple[str, ...] = ()
    """Parameters of a call (query or body) that choose the page of a listing."""
    delay_field: str | None = None
    """Name of the boolean that says a day is not complete yet, on platforms that have one."""
    expired: Answer
    """The answer to an expired token."""
    quota_used: Answer
    """The answer when the day's calls are used up."""
    rate_limited: Answer
    """The answer to calls that come too fast."""

    @abstractmethod
    def answer(self, call: Call) -> Answer:
        """The answer without faults; never raises for what a client sends."""

    @abstractmethod
    def account_of(self, call: Call) -> str | None:
        """The account a call is for."""

    @abstractmethod
    def days_of(self, call: Call) -> tuple[date, date] | None:
        """The business days a call asks for."""

    @abstractmethod
    def failure(self, code: int | str, message: str) -> Answer:
        """The answer with an error code; the platform's own words when `message` is empty."""

    def day_of(self, record: Any) -> str | None:
        """The day that a record says, in itself or in an object right below (its dimensions), as YYYY-MM-DD."""
        if not isinstance(record, dict):
            return None
        for node in (record, *(value for value in record.values() if isinstance(value, dict))):
            for name in self.day_fields:
                if name in node:
                    return str(node[name])[:10]
        return None

    def renew_consent(self) -> None:  # noqa: B027 (platforms without a consent have nothing to do)
        """The brand's administrator consents anew: the auth codes may be exchanged once more."""
