"""Rule 5: the same set of landed loads gives the same core and marts, in any order, split or repetition."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from landing_world import (
    ADVERTISER,
    DAYS,
    WECHAT,
    Answer,
    Landing,
    Load,
    day,
    report_rows,
    total_details,
    write_day,
    write_world,
)
from warehouse_builds import Warehouse

from extract.compaction import compact
from extract.landing import list_loads

NewWarehouse = Callable[..., Warehouse]


def thirds(loads: Sequence[Load]) -> list[list[Load]]:
    """Cut a sequence in three, keeping its order."""
    cuts = [0, len(loads) // 3, 2 * len(loads) // 3, len(loads)]
    return [list(loads[a:b]) for a, b in itertools.pairwise(cuts)]


def build_step_by_step(warehouse: Warehouse, parts: Sequence[Sequence[Load]]) -> Warehouse:
    """One build per part, each wanting what came before as well."""
    wanted: list[Load] = []
    for part in parts:
        wanted += part
        warehouse.build(wanted)
    return warehouse


@pytest.mark.parametrize("order", ["reversed", "shuffled"])
def test_three_builds_equal_one(order: str, world: Landing, whole: Warehouse, new_warehouse: NewWarehouse) -> None:
    loads = list(world.loads)
    if order == "reversed":
        loads.reverse()
    elif order == "shuffled":
        random.Random(7).shuffle(loads)
    built = build_step_by_step(new_warehouse("parts"), thirds(loads))
    assert built.hashes() == whole.hashes()


def test_every_load_twice_equals_once(root: Path, whole: Warehouse, new_warehouse: NewWarehouse) -> None:
    """Each morning is fetched twice, the second time as sightings or payloads, in the same build or a later one."""
    landing = write_world(root / "landing_twice")
    once = list(landing.loads)
    for as_of in range(DAYS):
        if as_of % 2:
            landing.known.clear()
        write_day(landing, as_of)
    assert len(landing.loads) == 2 * len(once)
    built = build_step_by_step(
        new_warehouse("twice"), [landing.loads[: len(once) + 50], landing.loads[len(once) + 50 :]]
    )
    assert built.hashes() == whole.hashes()


def test_deleted_stage_is_derived_again(world: Landing, whole: Warehouse, two_thirds: Warehouse) -> None:
    warehouse = two_thirds.copy("stageless")
    shutil.rmtree(warehouse.stage.parent)
    warehouse.stage.parent.mkdir()
    warehouse.build(world.loads)
    assert warehouse.hashes() == whole.hashes()


def test_a_build_opens_new_files_only(root: Path, world: Landing, whole: Warehouse, two_thirds: Warehouse) -> None:
    """Old landing files are gone, and the build still succeeds with the same result; one without new loads too."""
    warehouse = two_thirds.copy("moved")
    gone = [replace(load, path=root / "gone" / load.path.name) for load in world.loads]
    cut = len(warehouse.applied)
    warehouse.build([*gone[:cut], *world.loads[cut:]])
    assert warehouse.hashes() == whole.hashes()
    warehouse.build(gone)
    assert warehouse.hashes() == whole.hashes()


def test_compacted_landing_gives_the_same_tables(
    root: Path, world: Landing, whole: Warehouse, two_thirds: Warehouse
) -> None:
    """The merged files also hold loads that were read before; they count once."""
    compacted = root / "landing_compacted"
    shutil.copytree(world.root, compacted)
    compact(compacted, datetime(2030, 1, 1))
    paths = {load.load_id: load.path for load in list_loads(compacted)}
    assert len(set(paths.values())) < len(paths) / 3
    warehouse = two_thirds.copy("compacted")
    warehouse.build([replace(load, path=paths[load.load_id]) for load in world.loads])
    assert warehouse.hashes() == whole.hashes()


def test_a_stage_ahead_of_a_thrown_away_build_is_harmless(
    world: Landing, whole: Warehouse, two_thirds: Warehouse
) -> None:
    """A build is thrown away; the next one starts from the older snapshot, while stage has read the new loads."""
    warehouse = two_thirds.copy("thrown_away")
    warehouse.build(world.loads)
    shutil.copy(two_thirds.file, warehouse.file)
    warehouse.applied = dict(two_thirds.applied)
    assert warehouse.hashes() != whole.hashes()
    warehouse.build(world.loads)
    assert warehouse.hashes() == whole.hashes()


def test_exclusion_equals_never_having_had_the_load(
    world: Landing, whole: Warehouse, new_warehouse: NewWarehouse
) -> None:
    """One load of every resource is taken out of a finished build; then all come back."""
    last = {(load.source, load.resource): load for load in world.loads[: 2 * len(world.loads) // 3]}
    out = list(last.values())
    rest = [load for load in world.loads if load not in out]
    never = new_warehouse("never")
    never.build(rest, others=out)
    warehouse = whole.copy("excluded")
    with_all = whole.hashes()
    warehouse.build(rest)
    assert warehouse.hashes() == never.hashes() != with_all
    shutil.rmtree(warehouse.stage.parent)  # the excluded loads' payloads are still wanted by later sightings
    warehouse.stage.parent.mkdir()
    warehouse.build(rest, others=out)
    assert warehouse.hashes() == never.hashes()
    warehouse.build(world.loads)
    assert warehouse.hashes() == with_all


def test_what_an_excluded_load_brings_late_is_known(world: Landing, new_warehouse: NewWarehouse) -> None:
    """Later loads hold hashes of its payloads: these count from then on, though it itself does not."""
    third = len(world.loads) // 3
    late, seen_again = world.loads[:third], world.loads[third:]
    warehouse, fresh = new_warehouse("late_payloads"), new_warehouse("late_payloads_fresh")
    warehouse.build(seen_again)
    before = warehouse.hashes()
    warehouse.build(seen_again, others=late)
    fresh.build(seen_again, others=late)
    assert warehouse.hashes() == fresh.hashes() != before
    assert warehouse.hashes()["core.fct_comment"] != before["core.fct_comment"]


def test_missing_table_is_made_for_every_day(world: Landing, whole: Warehouse, spoiled: Warehouse) -> None:
    """A fact that the cloned snapshot does not have yet gets all its days, and the others stay right."""
    with spoiled.connect(read_only=False) as connection:
        connection.execute("drop table core.fct_ad_daily")
    spoiled.build(world.loads)
    assert spoiled.hashes() == whole.hashes()


def test_full_refresh_makes_every_table_again(world: Landing, whole: Warehouse, spoiled: Warehouse) -> None:
    """Whatever a damaged build or stage holds, `--full-refresh` derives it from landing again."""
    with spoiled.connect(read_only=False) as connection:
        connection.execute("update core.fct_ad_daily set spend_amount = 0")
        connection.execute("delete from core.fct_comment")
        connection.execute("delete from stage.staging.stg_wechat__article_reads")
    spoiled.build(world.loads, flags=["--full-refresh"])
    assert spoiled.hashes() == whole.hashes()


def test_a_number_that_returns_counts_again(root: Path, new_warehouse: NewWarehouse) -> None:
    """A, then B, then A: the third answer lands as a sighting of the first one's payload, and is the newest."""
    landing = Landing(root / "landing_returning")
    for hour, spend in enumerate(["100.00", "90.00", "100.00"]):
        row = report_rows(0, 0)[0]
        row["metrics"]["stat_cost"] = spend
        at = datetime(2026, 3, 3, 2 + hour)
        landing.write("oceanengine", ADVERTISER, "report_custom", at, [Answer(day(0), day(0), [row])])
    warehouse = new_warehouse("returning", "+fct_ad_daily +loads")
    spend_now = "select spend_amount from core.fct_ad_daily"
    warehouse.build(landing.loads)
    assert warehouse.rows(spend_now) == [(100,)]
    assert warehouse.rows("select payloads from ops.loads order by load_id") == [(1,), (1,), (0,)]
    warehouse.build(landing.loads[:2])
    assert warehouse.rows(spend_now) == [(90,)]


def test_publication_that_lands_late_gives_later_days_their_age(root: Path, new_warehouse: NewWarehouse) -> None:
    """An article is read long after the days that its counters can touch; its publish day lands afterwards."""
    landing = Landing(root / "landing_late")
    msgid, late = "2247500000_1", 45
    at = datetime(2026, 5, 1, 2)
    read = {"ref_date": str(day(late)), "msgid": msgid, "detail": {"read_user": "3"}}
    landing.write("wechat", WECHAT, "getarticleread", at, [Answer(day(late), day(late), [read])])
    landing.write("wechat", WECHAT, "getarticletotaldetail", at, [Answer(day(0), day(0), total_details(0, 1))])
    warehouse = new_warehouse("late", "+fct_content_daily")
    warehouse.build(landing.loads[:1])
    age = "select age_days from core.fct_content_daily where metric_date = ?"
    assert warehouse.rows(age, day(late)) == [(None,)]
    warehouse.build(landing.loads)
    assert warehouse.rows(age, day(late)) == [(late,)]
