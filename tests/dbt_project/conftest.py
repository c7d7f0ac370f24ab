"""One landing world and one finished build for all tests of the models; the parsed project is shared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from landing_world import Landing, write_world
from warehouse_builds import Warehouse

NewWarehouse = Callable[..., Warehouse]


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("dbt_project")


@pytest.fixture(scope="session")
def manifests() -> dict[str, Any]:
    """The parsed project, once a process."""
    return {}


@pytest.fixture(scope="session")
def world(root: Path) -> Landing:
    return write_world(root / "landing")


@pytest.fixture(scope="session")
def new_warehouse(root: Path, manifests: dict[str, Any]) -> NewWarehouse:
    return lambda name, only="": Warehouse(root / name, manifests, only=only).start()


@pytest.fixture(scope="session")
def whole(world: Landing, new_warehouse: NewWarehouse) -> Warehouse:
    """Everything in one go, with every dbt test green."""
    warehouse = new_warehouse("whole")
    warehouse.build(world.loads, "build")
    return warehouse


@pytest.fixture(scope="session")
def two_thirds(world: Landing, new_warehouse: NewWarehouse) -> Warehouse:
    """The first two thirds of the loads: tests of what comes after go on from a copy."""
    warehouse = new_warehouse("two_thirds")
    warehouse.build(world.loads[: 2 * len(world.loads) // 3])
    return warehouse


@pytest.fixture
def spoiled(whole: Warehouse) -> Warehouse:
    """A copy of the finished build that a test may damage."""
    return whole.copy("spoiled")
