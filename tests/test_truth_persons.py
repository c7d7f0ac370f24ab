"""Persons and segments of another brand than that of tests/test_truth.py equal the truth; an error in them is seen."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from tests import pipeline
from tests.conftest import settings_at
from tests.truth import explain, export_truth
from tests.truth_persons import compare

FIRST, LAST = date(2026, 10, 18), date(2026, 11, 18)  # 双11 lies in it
PLANTED = {
    "a phone of another person": (
        """update core.bridge_person_identity
           set person_id = (select min(person_id) from core.bridge_person_identity)
           where identity_id = (
               select max(identity_id) from core.bridge_person_identity where identity_kind = 'phone'
           )""",
        "persons",
    ),
    "a yuan too many": (
        """update core.inf_person_state set revenue_365d = revenue_365d + 1
           where is_newest and person_id = (select max(person_id) from core.inf_person_state where is_newest)""",
        "states",
    ),
    "a profile without consent": (
        """insert into marts.user_profile__persons
           select * replace ((select min(person_id) from core.bridge_person_order
                              where person_id not in (select person_id from marts.user_profile__persons)) as person_id)
           from marts.user_profile__persons limit 1""",
        "segments",
    ),
}


@pytest.fixture(scope="module")
def brand(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The built file of a brand's shop, and its truth."""
    settings = settings_at(tmp_path_factory.mktemp("persons"), sandbox_seed=7)
    truth = settings.home / "truth"
    with pipeline.sandbox(settings):
        for source in ("site", "database"):
            pipeline.extract(settings, FIRST, LAST, only=source)
        select = ["--select", "+user_profile__persons", "--exclude-resource-types", "test", "unit_test"]
        pipeline.build(settings, *select)
        export_truth(settings, truth, FIRST, LAST)
    return settings.build_file, truth


def test_persons_and_segments_equal_the_truth(brand: tuple[Path, Path]) -> None:
    found = compare(*brand)
    assert not found, explain(found)


@pytest.mark.parametrize("error", PLANTED)
def test_an_error_in_persons_is_seen(brand: tuple[Path, Path], tmp_path: Path, error: str) -> None:
    file, truth = brand
    sql, name = PLANTED[error]
    spoiled = tmp_path / "warehouse.duckdb"
    shutil.copy(file, spoiled)
    with duckdb.connect(str(spoiled)) as connection:
        connection.execute(sql)
    assert name in compare(spoiled, truth)
