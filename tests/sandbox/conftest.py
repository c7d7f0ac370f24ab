"""A running sandbox on a real socket."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sandbox_client import Running, start

SAMPLES = Path(os.environ.get("SHARED_SAMPLES", Path(__file__).parents[3] / "shared" / "docs" / "samples"))
NOW = "2026-03-10T11:45:00"


@pytest.fixture(scope="session")
def shared_sandbox() -> Iterator[Running]:
    running = start(7, 1, NOW)
    yield running
    running.server.should_exit = True


@pytest.fixture
def box(shared_sandbox: Running) -> Iterator[Running]:
    """Seed 7 at 2026-03-10 11:45, with no faults."""
    shared_sandbox.clear()
    shared_sandbox.at(NOW)
    yield shared_sandbox
    shared_sandbox.clear()


@pytest.fixture
def samples() -> Path:
    if not SAMPLES.exists():
        pytest.skip(f"the contract samples are not at {SAMPLES} (set SHARED_SAMPLES)")
    return SAMPLES
