"""What all tests share: settings with a home of their own, free ports, the real data where it exists."""

from __future__ import annotations

import dataclasses
import os
import socket
from pathlib import Path

import pytest

from warehouse.settings import REPO, Settings

LONGEST = ("test_refresh.py", "test_truth.py", "test_deadline.py")
SHARED_DATA = Path(os.environ.get("SHARED_DATA", REPO.parent / "shared" / "data"))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def settings_at(home: Path, **changes: object) -> Settings:
    """Settings with their home at HOME, free ports and no configured accounts."""
    ports = {name: free_port() for name in ("airflow", "superset", "sandbox", "site")}
    base = Settings.load({"WAREHOUSE_HOME": str(home), "WAREHOUSE_ACCOUNTS": "sandbox"})
    values: dict[str, object] = {f"{name}_port": port for name, port in ports.items()}
    values |= {f"{name}_url": f"http://127.0.0.1:{port}" for name, port in ports.items()}
    return dataclasses.replace(base, **(values | changes))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first, so that no worker of `make test` is left alone with one at the end."""
    items.sort(key=lambda item: item.path.name not in LONGEST)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_at(tmp_path / "data")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    if not SHARED_DATA.exists():
        pytest.skip(f"the real public data is not at {SHARED_DATA} (set SHARED_DATA)")
    return SHARED_DATA
