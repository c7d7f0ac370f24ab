"""The daily refresh through a real Airflow against the sandbox's servers: success, repetition, failures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from sandbox.world import World
from sandbox.world.time import day_of
from tests import pipeline, privacy
from tests.conftest import settings_at
from tests.dags.refreshes import heal, plant, run
from tests.truth import differences, explain
from warehouse import refresh as refreshing
from warehouse.settings import Settings

FIRST, LAST = date(2026, 11, 1), date(2026, 11, 18)
COMPARED = "select * from ops.reconciliation order by all"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Airflow and the sandbox running over an empty home."""
    settings = settings_at(tmp_path_factory.mktemp("house"), account_deadline_seconds=240)
    with refreshing.running(settings, LAST, Console(file=StringIO())):
        yield settings


def test_first_refresh_publishes_what_is_true(house: Settings) -> None:
    outcome, screen = run(house, FIRST, LAST)
    assert outcome.published, screen
    assert not outcome.problems, screen
    assert "published snapshot" in screen
    assert f"data as of {LAST}" in screen
    assert all(row["fetched"] for row in pipeline.manifest(house)["refresh"]), pipeline.manifest(house)["refresh"]
    for mart in ("marts.roi__ads_daily", "marts.content__performance_daily"):
        assert mart in screen
    found = differences(house, FIRST, LAST, until=LAST - timedelta(days=1))
    assert not found, explain(found)


def test_second_refresh_of_the_day_changes_no_row(house: Settings) -> None:
    before, compared = pipeline.hashes(pipeline.manifest(house)), pipeline.query(house, COMPARED)
    outcome, screen = run(house, LAST, LAST)
    assert outcome.published, screen
    after = pipeline.manifest(house)
    assert pipeline.hashes(after) == before == pipeline.row_hashes(house)
    assert pipeline.query(house, COMPARED) == compared
    refreshed = [row for row in after["refresh"] if row["source"] != "growingio"]  # bulk answers land whole each time
    assert sum(row["fetched"] for row in refreshed) > 0
    assert sum(row["landed"] for row in refreshed) == 0, "unchanged payloads cost a hash, not a payload"


def test_a_rebuild_from_landing_asks_nobody_and_changes_no_row(house: Settings) -> None:
    before = pipeline.manifest(house)
    plant(house, *({"source": source, "kind": "http_500"} for source in ("wechat", "oceanengine")))
    try:
        outcome = refreshing.rebuild(house, Console(file=StringIO()))
        calls = httpx.get(f"{house.sandbox_url}/_sandbox/faults").json()["faults"]
    finally:
        heal(house)
    assert outcome.published, outcome.problems
    assert [fault["hits"] for fault in calls] == [0, 0]
    after = pipeline.manifest(house)
    assert pipeline.hashes(after) == pipeline.hashes(before)
    assert sum(row["fetched"] for row in after["refresh"]) >= sum(row["fetched"] for row in before["refresh"])


def test_a_bad_account_token_costs_that_account_only(house: Settings) -> None:
    day = LAST + timedelta(days=1)
    bad, good = sorted(a.account for a in pipeline.sandbox_accounts(house) if a.source == "wechat")
    plant(house, {"source": "wechat", "account": bad, "path": "stable_token", "kind": "error_code",
                  "code": 40125, "message": "invalid appsecret"})  # fmt: skip
    for token in house.tokens.glob("*"):
        if bad in token.name:
            token.unlink()
    try:
        outcome, screen = run(house, day, day)
    finally:
        heal(house)
    assert outcome.published, screen
    assert f"extract_wechat · extract_account · {bad}" in screen
    assert "40125" in screen
    covered = dict(
        pipeline.query(
            house, "select account_id, max(metric_date) from core.fct_account_daily where source = 'wechat' group by 1"
        )
    )
    assert covered == {good: day, bad: LAST}
    gaps = pipeline.query(
        house,
        "select distinct resource, message, action from ops.gaps where account = ? and window_start >= ?",
        bad,
        day,
    )
    assert {"getusersummary", "getarticleread"} <= {g[0] for g in gaps}
    assert any("40125" in str(g[1]) for g in gaps)
    assert all(g[2] for g in gaps), "every gap says what to do"


def test_a_failing_audit_publishes_nothing_and_the_next_run_mends_it(house: Settings) -> None:
    day = LAST + timedelta(days=2)
    before = pipeline.manifest(house)
    plant(house, {"source": "wechat", "path": "getusersummary", "kind": "off_by_one", "field": "new_user",
                  "day": str(day)})  # fmt: skip
    try:
        outcome, screen = run(house, day, day)
    finally:
        heal(house)
    assert not outcome.published, screen
    assert "nothing was published" in screen
    assert "detail rows add up to the source's own total" in screen
    assert pipeline.manifest(house)["snapshot_id"] == before["snapshot_id"]
    outcome, screen = run(house, day, day)
    assert outcome.published, screen
    found = differences(house, FIRST, day, until=day - timedelta(days=1))
    assert not found, f"the bad account's day comes with the next good run, but {explain(found)}"
    failed = pipeline.query(house, "select count(*) from ops.audits where not success")
    assert failed[0][0] > 0, "the failed audit is on record"


def test_nothing_personal_is_written_anywhere(house: Settings) -> None:
    """Landing, tokens, warehouse, snapshots, Airflow's metadata and every log of the refreshes above."""
    world = World(house.sandbox_seed, house.sandbox_scale)
    planted = {p.value: p.kind for p in world.planted(day_of(FIRST), day_of(LAST + timedelta(days=2)))}
    assert {"openid", "phone", "email", "at_name", "nickname", "aweme_id", "author"} <= set(planted.values())
    secrets = {value: name for name, value in house.secrets.items()}
    found = privacy.find(house.home, [*planted, *secrets], but=house.sandbox_files)
    found = {v: place for v, place in found.items() if Path(place).name not in {"secrets.env", "passwords.json"}}
    assert not found, [({**planted, **secrets}[v], place) for v, place in list(found.items())[:10]]
