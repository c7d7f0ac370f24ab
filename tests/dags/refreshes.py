"""What tests of refreshes share: one refresh and what a person saw, and the sandbox's faults."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import httpx
from rich.console import Console

from warehouse import refresh as refreshing
from warehouse.settings import Settings


def run(settings: Settings, first: date, last: date) -> tuple[refreshing.Outcome, str]:
    """One refresh and what a person saw."""
    screen = StringIO()
    console = Console(file=screen, width=240)
    outcome = refreshing.refresh(settings, first, last, console)
    refreshing.print_summary(outcome, f"Collected {first} to {last}", console)
    return outcome, screen.getvalue()


def plant(settings: Settings, *faults: dict[str, Any]) -> None:
    httpx.post(f"{settings.sandbox_url}/_sandbox/faults", json={"faults": list(faults)}).raise_for_status()


def heal(settings: Settings) -> None:
    httpx.delete(f"{settings.sandbox_url}/_sandbox/faults").raise_for_status()
