"""The public Weibo hot-search archive, whole and as published, through extraction, landing and dbt to the fact.

Compared with an independent reading of the files. Skips where the archive is not on the machine.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from extract.model import Account, ExtractContext
from extract.run import extract_account
from tests import pipeline
from tests.conftest import settings_at
from warehouse.settings import Settings

FIRST, LAST = date(2024, 5, 20), date(2025, 6, 30)
BROKEN = "2025-07-01/00.json"


@pytest.fixture(scope="module")
def archive(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A warehouse of both shapes of the archive: CSV of 13 months, one day also as JSON, one unreadable file."""
    settings = settings_at(tmp_path_factory.mktemp("archive"))
    drop = settings.drop / "weibo_hot_search"
    shutil.copytree(shared_data / "weibo_hot_hourly", drop)
    (drop / BROKEN).parent.mkdir()
    (drop / BROKEN).write_text('[{"title": "cut')
    context = ExtractContext(
        landing=settings.landing,
        drop=settings.drop,
        tokens=settings.tokens,
        identity_key=b"k",
        token_key=settings.secrets["TOKEN_KEY"].encode(),
        now=datetime(2025, 7, 2, 2, tzinfo=UTC),
    )
    account = Account("weibo_hot_search", "archive", "archive", "", "", {})
    extract_account(account, FIRST, LAST, context)
    pipeline.build(settings)
    yield settings


def rows(settings: Settings, sql: str) -> list[tuple]:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_fact_holds_exactly_the_archives_rows(archive: Settings, shared_data: Path) -> None:
    files = str(shared_data / "weibo_hot_hourly" / "*.csv.gz")
    published = f"""
        select cast(snapshot_date as date) as snapshot_date, cast(snapshot_hour as integer) as snapshot_hour,
               cast(rank_in_file as integer) as rank, title, category,
               cast(round(cast(hot as double)) as bigint) as heat, cast(ads as boolean) as is_ad,
               cast(round(cast(read_count as double)) as bigint) as read_count,
               cast(round(cast(discuss_count as double)) as bigint) as discuss_count,
               cast(round(cast(origin_count as double)) as bigint) as origin_count
        from read_csv('{files}', all_varchar = true, header = true, quote = '"', nullstr = '')
    """
    with duckdb.connect(str(archive.build_file), read_only=True) as connection:
        columns = [c[0] for c in connection.execute(f"describe {published}").fetchall()]
        fact = f"select {', '.join(columns)} from core.fct_hot_topic_hourly"
        missing = connection.execute(f"{published} except all {fact}").fetchall()
        extra = connection.execute(f"{fact} except all ({published})").fetchall()
        count = connection.execute(f"select count(*) from ({published})").fetchone()
    assert count and count[0] > 470_000
    assert (missing[:3], extra[:3]) == ([], [])


def test_an_hour_in_both_shapes_counts_once_and_the_richer_wins(archive: Settings) -> None:
    day = "from core.fct_hot_topic_hourly where snapshot_date = date '2024-06-18'"
    assert rows(archive, f"select count(*), count(distinct (snapshot_hour, rank)) {day}")[0] == (1189, 1189)
    assert rows(archive, f"select count(url) {day}") == [(1189,)]


def test_missing_hours_are_gaps_to_the_hour(archive: Settings) -> None:
    """Hours between the first and the last of the archive, without a row, are exactly the hours in ops.gaps."""
    missing = rows(
        archive,
        """
        with hours as (
            select unnest(generate_series(min(stamp), max(stamp), interval 1 hour)) as hour_start
            from (select snapshot_date + snapshot_hour * interval 1 hour as stamp from core.fct_hot_topic_hourly)
        )
        select hour_start from hours
        where hour_start not in (select snapshot_date + snapshot_hour * interval 1 hour from core.fct_hot_topic_hourly)
        order by 1
        """,
    )
    listed = rows(
        archive,
        """
        select unnest(generate_series(window_start, window_end - interval 1 hour, interval 1 hour)) as hour_start
        from ops.gaps order by 1
        """,
    )
    last = max(m[0] for m in missing)
    assert missing
    assert [m for m in listed if missing[0][0] <= m[0] <= last] == missing


def test_an_unreadable_file_is_a_reject_and_the_rest_goes_on(archive: Settings) -> None:
    rejects = rows(archive, "select resource, reason, origin from ops.rejects")
    assert any(BROKEN in origin for _, _, origin in rejects), rejects
