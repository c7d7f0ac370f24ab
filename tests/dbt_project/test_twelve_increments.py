"""Rule 5 on everything: what all platforms told, built at once and in twelve parts of no order.

The world is the sandbox's, so every fact and mart has rows; restated days, falling counters, merges of persons and
withdrawn consents included. The small world of landing_world.py has the odd cases, one by one; `make soak` builds
120 mornings in their order.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from landing_world import Load
from warehouse_builds import Warehouse

from extract.landing import list_loads
from tests import pipeline
from tests.conftest import settings_at

NewWarehouse = Callable[..., Warehouse]
FIRST = date(2026, 3, 2)
MORNINGS = 6
DAYS_EACH = 2
PARTS = 12
EMPTY = {
    "core.bridge_content_topic",  # in twelve days no content names a topic of the hot list
    "core.inf_person_community",  # in twelve days nobody of a community allows a profile
    "core.fct_content_revision",  # in twelve days nobody deletes or renames a content
}
"""Tables of which this world has no row."""


@pytest.fixture(scope="module")
def loads(tmp_path_factory: pytest.TempPathFactory) -> list[Load]:
    """All loads, by source and resource."""
    settings = settings_at(tmp_path_factory.mktemp("twelve"), sandbox_seed=7, sandbox_scale=0.2)
    with pipeline.sandbox(settings):
        for number in range(MORNINGS):
            first = FIRST + timedelta(days=number * DAYS_EACH)
            pipeline.extract(settings, first, first + timedelta(days=DAYS_EACH - 1))
    return sorted((Load(**vars(load)) for load in list_loads(settings.landing)), key=lambda load: load.key)


@pytest.fixture(scope="module")
def at_once(loads: list[Load], new_warehouse: NewWarehouse) -> Warehouse:
    """Everything in one build."""
    warehouse = new_warehouse("at_once")
    warehouse.build(loads)
    return warehouse


def test_this_world_fills_every_table(at_once: Warehouse) -> None:
    assert {name for name, (rows, _) in at_once.hashes().items() if not rows} == EMPTY


def test_twelve_builds_in_no_order_equal_one(
    loads: list[Load], at_once: Warehouse, new_warehouse: NewWarehouse
) -> None:
    """Hashes come before the payload they point to, later answers before earlier ones, merges before sign-ups."""
    order = random.Random(1).sample(loads, len(loads))
    warehouse = new_warehouse("in_parts")
    for part in range(1, PARTS + 1):
        warehouse.build(order[: part * len(order) // PARTS])
    assert warehouse.hashes() == at_once.hashes()
    every = "select * from ops.reconciliation order by all"
    assert warehouse.rows(every) == at_once.rows(every)
