"""The content calendar is what the brand plans; what it publishes follows from it."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

from sandbox.editorial import ACTIVITY_COLUMNS, COLUMNS, entries, write_activities, write_calendar
from sandbox.world import plan
from sandbox.world.time import day_of
from warehouse.settings import REPO

FIRST, LAST = date(2026, 11, 1), date(2026, 12, 31)


def test_every_published_piece_was_planned_for_its_platform() -> None:
    planned = {row["plan_id"] for row in entries(7, 1.0, FIRST, LAST)}
    day = day_of(FIRST) + 10
    for platform in ("douyin", "kuaishou", "weibo", "linkedin"):
        for piece, _ in plan.published(7, 1.0, day, platform):
            assert f"{piece.number}-{platform}" in planned


def test_some_planned_posts_never_appear() -> None:
    weibo = [row["plan_id"] for row in entries(7, 1.0, FIRST, LAST) if row["platform"] == "weibo"]
    days = range(day_of(FIRST), day_of(LAST) + 3)
    published = {f"{piece.number}-weibo" for day in days for piece, _ in plan.published(7, 1.0, day, "weibo")}
    assert 0 < len(set(weibo) - published) < len(weibo) / 4


def test_the_seed_is_the_calendar_of_the_default_brand(tmp_path: Path) -> None:
    seed = REPO / "dbt_project" / "seeds" / "content_calendar.csv"
    assert write_calendar(7, 1.0, FIRST, LAST, tmp_path) == len(list(csv.DictReader(seed.open(encoding="utf-8"))))
    assert (tmp_path / "content_calendar.csv").read_bytes() == seed.read_bytes()
    assert next(csv.reader(seed.open(encoding="utf-8"))) == list(COLUMNS)


def test_the_seed_lists_the_activities_of_every_brand(tmp_path: Path) -> None:
    seed = REPO / "dbt_project" / "seeds" / "activities.csv"
    assert write_activities(date(2025, 11, 1), LAST, tmp_path) > 40
    assert (tmp_path / "activities.csv").read_bytes() == seed.read_bytes()
    assert next(csv.reader(seed.open(encoding="utf-8"))) == list(ACTIVITY_COLUMNS)
