"""The simulated platforms: a folder per source, `server.py` speaks the contract and `numbers.py` adds the events up.

A `server.py` has `create(world, clock) -> Platform` and `accounts(seed, scale, root_url) -> list[dict]`. A folder is
found by being here; nothing else names it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from sandbox.clock import Clock
from sandbox.web import Platform
from sandbox.world import World

Create = Callable[[World, Clock], Platform]
Accounts = Callable[[int, float, str], list[dict[str, Any]]]


@cache
def sources() -> tuple[str, ...]:
    """Names of the simulated sources, sorted; imports none of them."""
    return tuple(sorted(file.parent.name for file in Path(__file__).parent.glob("*/server.py")))


def create(source: str, world: World, clock: Clock) -> Platform:
    """The server of a source. Raises TypeError when it says that it is another one's."""
    platform = cast(Create, import_module(f"{__name__}.{source}.server").create)(world, clock)
    if platform.source != source:
        raise TypeError(f"sandbox/platforms/{source} makes a platform that calls itself {platform.source!r}")
    return platform


def accounts_of(source: str, seed: int, scale: float, root_url: str) -> list[dict[str, Any]]:
    """The accounts of a source, as the extractors want them configured."""
    return cast(Accounts, import_module(f"{__name__}.{source}.server").accounts)(seed, scale, root_url)
