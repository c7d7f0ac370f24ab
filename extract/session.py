"""What run.py and the sources say to each other: a session answers windows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import pyarrow as pa

from extract.contract import ResourceSpec
from extract.errors import BadPayload, ExtractError
from extract.jsontext import AmbiguousObject
from extract.model import Window


@dataclass
class Answer:
    """What a platform gave for one window, unscrubbed.

    `records` belong to the asked resource, `also` to the further resources of its contract (`with`). `missing` lists
    parts of the window that are not answered completely, with the reason; records of them may be here all the same.
    Bulk events come as `table` in the place of `records`, all text, its names those of the contract.
    """

    records: list[Any] = field(default_factory=list)
    also: dict[str, list[Any]] = field(default_factory=dict)
    missing: list[tuple[Window, ExtractError]] = field(default_factory=list)
    table: pa.Table | None = None


class Caller(Protocol):
    """What run.py reads of a session's connection: answers so far, and what a person should see to."""

    answered: int
    notices: list[str]


class Session(Protocol):
    """An account of a source that is asked, connected."""

    @property
    def client(self) -> Caller:
        """The connection."""
        ...

    def fetch(self, spec: ResourceSpec, window: Window) -> Answer:
        """Ask one window. Raises ExtractError if nothing of it can be used."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


def need(payload: Any, name: str, kind: type, where: str) -> Any:
    """`payload[name]` of the expected type (dict, list or str). Raises BadPayload that says what came instead."""
    value = payload.get(name) if isinstance(payload, dict) else None
    if isinstance(value, AmbiguousObject):
        raise BadPayload(f"{where}: a key occurs twice inside {name}")
    if not isinstance(value, kind):
        came = "nothing" if value is None else type(value).__name__
        raise BadPayload(f"{where}: expected {name} as {kind.__name__}, got {came}")
    return value


def need_int(payload: Any, name: str, where: str) -> int:
    """`payload[name]`, a whole number written as text. Raises BadPayload."""
    text = payload.get(name) if isinstance(payload, dict) else None
    if isinstance(text, str) and text.removeprefix("-").isdecimal():
        return int(text)
    raise BadPayload(
        f"{where}: expected {name} as a whole number, got {'nothing' if text is None else 'something else'}"
    )
