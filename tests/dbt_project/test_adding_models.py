"""A source that the project does not know, added as its README says: files of its own and rows of lists, nothing else.

Its contents are listed each day with counters since publication, so the days are differences of snapshots.
"""

from __future__ import annotations

import itertools
import random
import shutil
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from landing_world import Answer, Landing, Load, Record, day
from warehouse_builds import PROJECT, Warehouse

ACCOUNT = "brand-1"
POST = """
{{ config(post_hook="{{ remember_staged_loads('example', 'RESOURCE') }}") }}
{% set fields = FIELDS %}
{{ stage_payloads("example", "RESOURCE", fields, DAY, COMPUTED) }}
"""
STAGED = {
    "posts": (
        [
            ("id", "content_id", "text", True),
            ("title", "title", "text", False),
            ("published", "published_date", "date", True),
            ("likes", "likes", "bigint", False),
            ("plays", "plays", "bigint", False),
        ],
        "null",
    ),
    "groups": (
        [
            ("id", "ad_group_id", "text", True),
            ("plan", "campaign_id", "text", True),
            ("name", "ad_group_name", "text", False),
            ("modified", "modified_at", "timestamp", False),
            ("created", "created_at", "timestamp", False),
        ],
        "null",
    ),
    "report": (
        [
            ("day", "record_date", "date", True),
            ("plan", "campaign_id", "text", True),
            ("group", "ad_group_id", "text", True),
            ("ad", "ad_id", "text", True),
            ("cost_li", "cost_li", "bigint", True),
            ("shows", "shows", "bigint", True),
        ],
        "record_date",
    ),
    "fans": (
        [("kind", "dimension", "text", True), ("item", "item", "text", True), ("people", "people", "bigint", True)],
        "null",
    ),
    "lives": (
        [
            ("id", "live_id", "text", True),
            ("begin", "started_at", "timestamp", True),
            ("viewers", "viewers", "bigint", False),
        ],
        "null",
    ),
    "named": ([("id", "mention_id", "text", True), ("who", "identity", "text", False)], "null"),
    "accounts": ([("id", "account_number", "text", True), ("currency", "currency", "text", True)], "null"),
}
MODELS = {
    "contents": """{{ newest_listed("contents", "example", "posts", "stg_example__posts", ["content_id"],
        ["account_id", "content_id", "title", "published_date"]) }}""",
    "content_daily": '{{ content_by_listing("example", "posts", "stg_example__posts", ["likes", "plays"]) }}',
    "touched": '{{ touched_by_next_listing("example", "posts", "stg_example__posts") }}',
    "ad_groups": """{{ listing_history("ad_groups", "example", "groups", "stg_example__groups",
        ["campaign_id", "ad_group_name"]) }}""",
    "ad_daily": '{{ ads_by_day("example", "report", "stg_example__report", ["cost_li", "shows"]) }}',
    "audience": """{{ audience_by_snapshot("example", "fans", "stg_example__fans",
        ["dimension", "item", "people"]) }}""",
    "live_sessions": """{{ newest_listed("live_sessions", "example", "lives", "stg_example__lives", ["live_id"],
        ["account_id", "live_id", "started_at", "viewers"]) }}""",
    "mentions": """{{ newest_listed("mentions", "example", "named", "stg_example__named", ["mention_id"],
        ["account_id", "mention_id", "identity"]) }}""",
    "accounts": """{{ newest_listed("accounts", "example", "accounts", "stg_example__accounts", ["account_number"],
        ["account_id", "currency"]) }}""",
}
SEEDS = {
    "sources": ["example,weibo,CNY,A source of this test"],
    "landing_resources": [
        f"example,{r},day,{'window' if r in ('report', 'fans') else 'key'},true,1,{r}" for r in STAGED
    ],
    "landing_feeds": [
        "example,posts,fct_content_daily,0",
        "example,report,fct_ad_daily,0",
        "example,fans,fct_audience_daily,0",
    ],
    "metric_map": [
        "example,posts,likes,likes,times,1,cumulative,sum,sum,2000-01-01,",
        "example,posts,plays,views,times,1,cumulative,sum,sum,2000-01-01,",
        "example,report,cost_li,spend_amount,li,0.001,daily,sum,sum,2000-01-01,",
        "example,report,shows,impressions,times,1,daily,sum,sum,2000-01-01,",
    ],
}


def add_line(file: Path, after: str, line: str) -> None:
    """One more entry of a list in the project."""
    text = file.read_text(encoding="utf-8")
    assert text.count(after) == 1, file
    file.write_text(text.replace(after, after + line), encoding="utf-8")


@pytest.fixture(scope="module")
def project(root: Path) -> Path:
    """A copy of the project with the source added."""
    copy = root / "project"
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    for resource, (fields, day_field) in STAGED.items():
        sql = POST.replace("RESOURCE", resource).replace("FIELDS", str(fields).replace("True", "true").lower())
        file = copy / f"models/staging/example/stg_example__{resource}.sql"
        file.parent.mkdir(exist_ok=True)
        file.write_text(sql.replace("DAY", f'"{day_field}"').replace("COMPUTED", "{}"), encoding="utf-8")
        line = f'\n        ("example", "{resource}", "stg_example__{resource}"),'
        add_line(copy / "macros/entities.sql", "set entities = [", line)
    for fact, sql in MODELS.items():
        file = copy / f"models/intermediate/example/int_example__{fact}.sql"
        file.parent.mkdir(exist_ok=True)
        file.write_text(sql, encoding="utf-8")
    sources = f'\n                "example": "{" ".join(MODELS)}",'
    add_line(copy / "macros/fact_sources.sql", "return(\n            {", sources)
    for seed, rows in SEEDS.items():
        with (copy / f"seeds/{seed}.csv").open("a", encoding="utf-8") as file_:
            file_.writelines(f"{row}\n" for row in rows)
    for measure, reported in (("spend_is", "cost_li * 0.001"), ("impressions_are", "shows")):
        line = f'("example", "report", "stg_example__report", "{reported}"),\n            '
        test = copy / f"tests/conservation/{measure}_conserved.sql"
        add_line(test, "[\n            ", line)
    return copy


def post(number: int, published: int, likes: int, plays: int | None = None) -> Record:
    return {
        "id": f"p{number}",
        "title": f"post {number}",
        "published": str(day(published)),
        "likes": str(likes),
        "plays": None if plays is None else str(plays),
    }


def listing(landing: Landing, number: int, posts: list[Record], complete: bool = True) -> Load:
    """The contents as listed for a day, fetched on the morning after it."""
    at = datetime.combine(day(number + 1), datetime.min.time()) + timedelta(hours=2, minutes=len(landing.loads))
    return landing.write("example", ACCOUNT, "posts", at, [Answer(day(number), day(number), posts, complete)])


@pytest.fixture(scope="module")
def listings(root: Path) -> Landing:
    """Posts on days 0 to 6, where day 3 was missed and day 5 shows only one of them."""
    landing = Landing(root / "landing_example")
    listing(landing, 0, [post(1, -9, 100, 900), post(2, 0, 4)])
    listing(landing, 1, [post(1, -9, 103, 950), post(2, 0, 9), post(3, 1, 2)])
    listing(landing, 2, [post(1, -9, 101, 950), post(2, 0, 9), post(3, 1, 6)])
    listing(landing, 4, [post(1, -9, 110, 990), post(2, 0, 20), post(3, 1, 8), post(4, 3, 5), post(5, 1, 70)])
    listing(landing, 5, [post(2, 0, 25)], complete=False)
    listing(landing, 6, [post(1, -9, 111, 999), post(2, 0, 26), post(3, 1, 9), post(4, 3, 6), post(5, 1, 71)])
    return landing


POSTS = "+fct_content_age +fct_content_revision +gaps"
DAYS_OF_POSTS = """
    select content_id, metric_date - date '2026-03-02', likes, likes_to_date, days_spanned, is_correction
    from core.fct_content_daily where source = 'example' order by all
"""


@pytest.fixture(scope="module")
def new_example(root: Path, project: Path) -> Any:
    manifests: dict[str, Any] = {}
    return lambda name, only="": Warehouse(root / name, manifests, project=project, only=only).start()


@pytest.fixture(scope="module")
def example(listings: Landing, new_example: Any) -> Warehouse:
    """Built with every dbt test green."""
    warehouse: Warehouse = new_example("example")
    warehouse.build(listings.loads, "build")
    return warehouse


def test_days_are_differences_of_snapshots(example: Warehouse) -> None:
    assert example.rows(DAYS_OF_POSTS) == [
        ("p1", 0, None, 100, None, False),  # older than our first listing: a total, and no number of the day
        ("p1", 1, 3, 103, 1, False),
        ("p1", 2, -2, 101, 1, True),  # the counter fell
        ("p1", 4, 9, 110, 2, False),  # day 3 was missed: unknown there, both days here
        ("p1", 6, 1, 111, 2, False),  # not shown on day 5
        ("p2", 0, 4, 4, 1, False),  # published on the first day of all: counts from zero
        ("p2", 1, 5, 9, 1, False),
        ("p2", 2, 0, 9, 1, False),  # the same payload again, landed as a sighting
        ("p2", 4, 11, 20, 2, False),
        ("p2", 5, 5, 25, 1, False),
        ("p2", 6, 1, 26, 1, False),
        ("p3", 1, 2, 2, 1, False),
        ("p3", 2, 4, 6, 1, False),
        ("p3", 4, 2, 8, 2, False),
        ("p3", 6, 1, 9, 2, False),
        ("p4", 4, 5, 5, 2, False),  # published on the missed day: counts from zero over two days
        ("p4", 6, 1, 6, 2, False),
        ("p5", 4, None, 70, None, False),  # published before the listing of day 2, which did not show it
        ("p5", 6, 1, 71, 2, False),
    ]


def test_any_order_of_landing_gives_the_same_days(listings: Landing, example: Warehouse, new_example: Any) -> None:
    """Day by day in another order. What is not wanted yet has landed: a payload is there before its sightings."""
    loads = list(listings.loads)
    random.Random(1).shuffle(loads)
    warehouse: Warehouse = new_example("shuffled", POSTS)
    for count in range(1, len(loads) + 1):
        warehouse.build(loads[:count], others=loads[count:])
    assert not warehouse.differences(example)


def test_a_listing_taken_out_is_a_missed_day(listings: Landing, example: Warehouse, new_example: Any) -> None:
    """Without a listing the finished build is what a build that never had it gives."""
    for out in listings.loads[1:4:2]:
        rest = [load for load in listings.loads if load is not out]
        never: Warehouse = new_example("never_listed", POSTS)
        never.build(rest, others=[out])
        without = example.copy("without")
        without.build(rest)
        assert not never.differences(without)
        assert "core.fct_content_daily" in never.differences(example)


def test_every_other_fact_shows_the_source(root: Path, new_example: Any) -> None:
    landing = Landing(root / "landing_example_facts")
    at = datetime.combine(day(1), datetime.min.time()).replace(hour=2)
    ids = {"plan": "c1", "group": "g1", "ad": "a1"}
    told: dict[str, list[Record]] = {
        "groups": [{"id": "g1", "plan": "c1", "name": "spring"}],
        "report": [{"day": str(day(0)), **ids, "cost_li": "12345", "shows": "7"}],
        "fans": [{"kind": "gender", "item": "female", "people": "60"}],
        "lives": [{"id": "l1", "begin": f"{day(0)} 20:00:00", "viewers": "31"}],
        "named": [{"id": "m1", "who": "abc"}],
        "accounts": [{"id": ACCOUNT, "currency": "USD"}],
    }
    for resource, records in told.items():
        landing.write("example", ACCOUNT, resource, at, [Answer(day(0), day(0), records)])
    warehouse: Warehouse = new_example("facts")
    for part in itertools.batched(landing.loads, 3):
        warehouse.build([*warehouse.applied.values(), *part], "build")
    ad = "select platform, currency, ad_group_name, ad_id, spend_amount, impressions from marts.roi__ads_daily"
    assert [tuple(map(str, row)) for row in warehouse.rows(ad)] == [("weibo", "USD", "spring", "a1", "12.34500", "7")]
    people = "select platform, snapshot_date, dimension, item, people from core.fct_audience_daily"
    assert warehouse.rows(people) == [("weibo", day(0), "gender", "female", 60)]
    assert warehouse.rows("select live_id, viewers from core.fct_live_session") == [("l1", 31)]
    assert warehouse.rows("select mention_id, author_identity_id from core.fct_mention") == [("m1", "weibo:abc")]
    spend = "select currency, spend_amount from marts.roi__spend_daily"
    assert [tuple(map(str, row)) for row in warehouse.rows(spend)] == [("USD", "12.34500")]
