"""What people export by hand beside what an interface answers: that wins, then the newer export, in any order."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from landing_world import ADVERTISER, WECHAT, Answer, Landing, Record, day, report_rows, report_total, total_details
from warehouse_builds import Warehouse

BRAND = "brand"
ARTICLE = "2247500000_1"
NewWarehouse = Callable[..., Warehouse]
FACTS = "+fct_account_daily +fct_content_daily +fct_ad_daily +fct_live_session +fct_revision +fct_content_revision"


def morning(number: int) -> datetime:
    """Naive UTC of the morning after a day."""
    return datetime.combine(day(number + 1), time(2))


def totals(content: str, views: int, as_of: int, published: int, exported: int | None = None) -> Record:
    """A row of file_content_totals."""
    return {
        "metric_date": str(day(as_of)),
        "content_id": content,
        "title": f"note {content}",
        "published_at": f"{day(published)} 10:00:00",
        "content_type": "note",
        "views_to_date": str(views),
        "likes_to_date": str(views // 10),
        "exported_at": f"{day(as_of + 1 if exported is None else exported)} 00:00:00",
    }


def account_day(number: int, exported: int = 20, **counts: str) -> Record:
    return {"metric_date": str(day(number)), "exported_at": f"{day(exported)} 00:00:00", **counts}


def ad_day(number: int, ad: str, spend: str, exported: int = 20) -> Record:
    return account_day(number, exported, ad_id=ad, spend_amount=spend, impressions="1000")


@pytest.fixture(scope="module")
def exports(root: Path) -> Landing:
    """Notes of a brand that is known by files only; an account and an advertiser that have both, with a day missing."""
    landing = Landing(root / "landing_files")

    def put(source: str, account: str, resource: str, at: int, *answers: Answer) -> None:
        landing.write(source, account, resource, morning(at) + timedelta(minutes=len(landing.loads)), answers)

    def one(number: int, *records: Record) -> Answer:
        return Answer(day(number), day(number), records)

    notes = "file_content_totals"
    put("xiaohongshu", BRAND, notes, 2, one(2, totals("n1", 100, 2, -5), totals("n2", 20, 2, 2)))
    put("xiaohongshu", BRAND, notes, 9, one(9, totals("n1", 160, 9, -5), totals("n4", 3, 9, 9)))
    put("xiaohongshu", BRAND, notes, 10, one(5, totals("n1", 130, 5, -5), totals("n3", 7, 5, 4)))  # dropped late
    put("xiaohongshu", BRAND, notes, 11, one(5, totals("n1", 999, 5, -5, exported=5)))  # an older export of day 5
    live = {"live_id": "l1", "started_at": f"{day(1)} 20:00:00", "viewers": "31", "exported_at": f"{day(3)} 00:00:00"}
    put("xiaohongshu", BRAND, "file_live_sessions", 3, one(1, live))

    for number in (3, 4, 6):  # day 5 was never answered
        summary = {"ref_date": str(day(number)), "user_source": "1", "new_user": str(number), "cancel_user": "1"}
        put("wechat", WECHAT, "getusersummary", number, one(number, summary))
        details = total_details(0, number)
        put("wechat", WECHAT, "getarticletotaldetail", number, Answer(day(0), day(0), details))
    days = [account_day(n, new_follows="70", profile_views=str(n)) for n in (2, 3, 5)]
    put("wechat", WECHAT, "file_account_daily", 8, *[one(n, row) for n, row in zip((2, 3, 5), days, strict=True)])
    for number in (-3, 0, 4, 9, 10):  # one of which the interface says nothing, and an article of its own
        rows = [totals("by_title:old", 500 + number, number, -9)]
        rows += [totals(ARTICLE, 1, number, 0)] if number >= 0 else []
        put("wechat", WECHAT, "file_content_totals", number + 4, one(number, *rows))

    for number in (3, 4, 6):
        put("oceanengine", ADVERTISER, "report_custom", number, one(number, *report_rows(number, number)))
        put("oceanengine", ADVERTISER, "report_custom_total", number, one(number, report_total(number, number)))
    spend = [one(n, ad_day(n, "7450000000000010001", "1.5"), ad_day(n, "x", "2.25")) for n in (4, 5)]
    put("oceanengine", ADVERTISER, "file_ad_daily", 8, *spend)
    corrected = [
        ad_day(5, "x", "2.5", 21),
        ad_day(5, "y", "1", 21),
    ]  # dropped later, before one that was exported earlier
    put("oceanengine", ADVERTISER, "file_ad_daily", 9, one(5, *corrected))
    put("oceanengine", ADVERTISER, "file_ad_daily", 10, one(5, ad_day(5, "x", "9", 19)))
    unsaid = account_day(5, 21, new_follows="71")  # the corrected file has no profile views
    put("wechat", WECHAT, "file_account_daily", 9, one(5, unsaid))
    return landing


@pytest.fixture(scope="module")
def built(exports: Landing, new_warehouse: NewWarehouse) -> Warehouse:
    """Built in one go, with every dbt test green."""
    warehouse = new_warehouse("files")
    warehouse.build(exports.loads, "build")
    return warehouse


DAYS_OF_NOTES = """
    select content_id, metric_date - date '2026-03-02', views, views_to_date, days_spanned, age_days
    from core.fct_content_daily where source = 'xiaohongshu' order by all
"""


def test_days_of_contents_are_differences_between_exports(built: Warehouse) -> None:
    assert built.rows(DAYS_OF_NOTES) == [
        ("n1", 2, None, 100, None, 7),  # older than the first export: a total, and no number of the day
        ("n1", 5, 30, 130, 3, 10),  # 999 stood in an older export of the same day, that came later
        ("n1", 9, 30, 160, 4, 14),
        ("n2", 2, 20, 20, 1, 0),  # published on the day of the first export: counts from zero
        ("n3", 5, 7, 7, 2, 1),  # published since the export before
        ("n4", 9, 3, 3, 1, 0),
    ]


def test_what_files_list_is_a_content_of_ours(built: Warehouse) -> None:
    sql = "select content_id, title, content_type, published_date from core.dim_content where source = 'xiaohongshu'"
    assert built.rows(sql + " order by 1")[0] == ("n1", "note n1", "note", day(-5))
    assert built.rows("select live_id, viewers from core.fct_live_session where source = 'xiaohongshu'") == [("l1", 31)]


def test_the_interface_wins_and_files_fill_what_it_does_not_give(built: Warehouse) -> None:
    sql = """select metric_date - date '2026-03-02', new_follows, lost_follows, profile_views
             from core.fct_account_daily where source = 'wechat' order by 1"""
    assert built.rows(sql) == [
        (2, 70, None, 2),  # before the interface
        (3, 3, 1, 3),  # both: the interface's follows, the file's profile views
        (4, 4, 1, None),
        (5, 71, None, None),  # a day that the interface missed, by the corrected file
        (6, 6, 1, None),
    ]


def test_ads_of_a_day_that_the_interface_told_are_its_alone(built: Warehouse) -> None:
    sql = """select metric_date - date '2026-03-02', count(*), sum(spend_amount) filter (where ad_id = 'x')
             from core.fct_ad_daily where source = 'oceanengine' group by 1 order by 1"""
    assert [(a, b, None if c is None else float(c)) for a, b, c in built.rows(sql)] == [
        (3, 3, None), (4, 3, None), (5, 3, 2.5), (6, 3, None),
    ]  # fmt: skip


def test_a_corrected_file_leaves_a_revision(built: Warehouse) -> None:
    """In order of export, whenever the files were dropped; a row that comes first is none."""
    sql = """select resource, entity_id, metric_date - date '2026-03-02', column_name, version,
                    cast(old_value as double), cast(new_value as double), revised_at::date - date '2026-03-02'
             from core.fct_revision where resource like 'file%' order by all"""
    assert built.rows(sql) == [
        ("file_account_daily", None, 5, "new_follows", 2, 70, 71, 21),
        ("file_account_daily", None, 5, "profile_views", 2, 5, None, 21),
        ("file_ad_daily", "x", 5, "spend_amount", 2, 9, 2.25, 20),
        ("file_ad_daily", "x", 5, "spend_amount", 3, 2.25, 2.5, 21),
        ("file_content_totals", "n1", 5, "likes_to_date", 2, 99, 13, 6),
        ("file_content_totals", "n1", 5, "views_to_date", 2, 999, 130, 6),
    ]
    newest = """select new_value = spend_amount from core.fct_revision as revised
                inner join core.fct_ad_daily as ads on entity_id = ad_id and revised.metric_date = ads.metric_date
                where column_name = 'spend_amount' and version = 3"""
    assert built.rows(newest) == [(True,)], "the last of them is what the fact holds"


def test_counters_of_files_count_outside_of_the_days_of_the_interface(built: Warehouse) -> None:
    """Its answers tell of days 0 to 6: the days between two exports around them belong to neither."""
    sql = """select metric_date - date '2026-03-02', views, views_to_date, days_spanned
             from core.fct_content_daily where content_id = 'by_title:old' order by 1"""
    assert built.rows(sql) == [(-3, None, 497, None), (9, None, 509, None), (10, 1, 510, 1)]


def test_any_order_gives_the_same_tables(exports: Landing, built: Warehouse, new_warehouse: NewWarehouse) -> None:
    loads = list(exports.loads)
    mixed = random.Random(3).sample(loads, len(loads))
    for name, order in {"reversed": loads[::-1], "mixed": mixed, "each": loads}.items():
        warehouse = new_warehouse(f"files_{name}", FACTS)
        cuts = [0, len(order) // 3, 2 * len(order) // 3, len(order)]
        for _, until in itertools.pairwise(cuts):
            warehouse.build(order[:until])
        assert not warehouse.differences(built), name


def test_a_load_that_goes_leaves_no_trace(exports: Landing, built: Warehouse, new_warehouse: NewWarehouse) -> None:
    """The interface's counters go: the file's come back; a file goes: its days do."""
    less = [load for load in exports.loads if load.resource not in ("getarticletotaldetail", "file_account_daily")]
    fresh = new_warehouse("files_less")
    fresh.build(less)
    warehouse = built.copy("files_gone")
    warehouse.build(less)
    assert warehouse.hashes() == fresh.hashes() != built.hashes()


def test_a_removed_interface_gives_its_days_back(exports: Landing, new_warehouse: NewWarehouse) -> None:
    """Incremental builds in which the interface's first day comes last, and then goes again."""
    late = [load for load in exports.loads if load.resource in ("getarticletotaldetail", "report_custom")]
    rest = [load for load in exports.loads if load not in late]
    steps = new_warehouse("files_steps", FACTS)
    for wanted in (rest, [*rest, *late[-2:]], exports.loads, rest):
        steps.build(wanted)
    alone = new_warehouse("files_alone", FACTS)
    alone.build(rest)
    assert not steps.differences(alone)
