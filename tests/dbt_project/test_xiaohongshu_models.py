"""Xiaohongshu out of landing: dashes, deleted units, counters in snapshots, what a creator's note cost, two reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from landing_world import Answer, Landing, Record, day
from warehouse_builds import Warehouse

ADVERTISER, BRAND = "9500001", "5f0000000000000000000001"


def seen(number: int, hour: int = 2) -> datetime:
    """Naive UTC of the morning after a day."""
    return datetime.combine(day(number + 1), datetime.min.time()) + timedelta(hours=hour)


def reported(number: int, likes: str, creative: str = "", note: str = "65a") -> Record:
    ids = {"campaign_id": "61", "unit_id": "71", "creativity_id": creative} if creative else {}
    counts = {"fee": "1234.50", "impression": "36372", "click": "1080", "like": likes, "acp": "-", "ctr": "2.97%"}
    return {"time": str(day(number)), "note_id": note, **ids, **counts, "purchase_order_gmv_7d": "199.00"}


def note(number: int, reads: int, likes: int, *, published: int = -20, name: str = "651") -> Record:
    counts = {"read_num": str(reads), "like_num": str(likes), "finish_rate": "18.4", "avg_view_time": "21"}
    price = {"kol_price": "500000", "total_platform_price": "50000", "order_id": "2001", "biz_title": "订单"}
    head = {"date_key": f"{day(number):%Y%m%d}", "note_id": name, "kol_id": "c" * 32, "note_type": "2"}
    return {
        **head,
        "note_publish_time": str(day(published)),
        "duration": "63",
        "note_title": "标题🍂",
        **counts,
        **price,
    }


def unit(state: str) -> Record:
    times = {"create_time": f"{day(0)} 10:00:00", "update_time": f"{day(1 if state == '1' else 0)} 11:00:00"}
    ids = {"id": "71", "campaign_id": "61", "name": "单元", "enable": "1", "event_bid": "120"}
    return {**ids, "unit_filter_state": state, **times}


@pytest.fixture(scope="module")
def built(root: Path, new_warehouse: object) -> Warehouse:
    landing = Landing(root / "landing_xiaohongshu")

    def lands(number: int, resource: str, of: int, *records: Record, hour: int = 2) -> None:
        account = BRAND if resource.startswith("pgy") else ADVERTISER
        landing.write("xiaohongshu", account, resource, seen(number, hour), [Answer(day(of), day(of), records)])

    lands(1, "report_creative", 0, reported(0, "41", "81"), reported(0, "-", "82", note=""))
    lands(1, "report_note", 0, reported(0, "41"))
    lands(1, "report_creative", 1, reported(1, "7", "81"))
    lands(1, "report_note", 1, reported(1, "8"), hour=5)  # another run: not to be compared
    lands(1, "unit", 0, unit("8"))
    lands(2, "unit", 1, unit("1"))
    lands(1, "pgy_note", 0, note(0, 1000, 50))
    lands(2, "pgy_note", 1, note(1, 1500, 45), note(1, 30, 2, published=1, name="652"))
    lands(3, "pgy_note", 1, note(1, 1510, 45), note(1, 30, 2, published=1, name="652"))  # settled
    lands(4, "pgy_note", 3, note(3, 1600, 60))
    lands(3, "pgy_kol", 2, {"kol_id": "c" * 32, "kol_fan_num": "52311", "price": "500000", "video_price": "800000"})
    warehouse: Warehouse = new_warehouse("xiaohongshu")  # type: ignore[operator]
    warehouse.build(landing.loads)
    return warehouse


def test_a_dash_is_no_value(built: Warehouse) -> None:
    rows = built.rows(
        "select ad_id, ad_group_id, spend_amount, impressions, likes, order_amount from core.fct_ad_daily "
        f"where source = 'xiaohongshu' and metric_date = '{day(0)}' order by 1"
    )
    both = (Decimal("1234.50"), 36372)
    assert rows == [("81", "71", *both, 41, Decimal("199.00")), ("82", "71", *both, None, Decimal("199.00"))]
    assert not built.rows("select * from ops.rejects where source = 'xiaohongshu'")


def test_ads_are_checked_against_the_report_by_note_of_the_same_run(built: Warehouse) -> None:
    rows = built.rows(
        "select metric_date, check_name, detail_total, summary_total from ops.reconciliation "
        "where source = 'xiaohongshu' and check_name in ('ads_likes_against_notes', 'ads_spend_amount_against_notes') "
        "order by 2"
    )
    spend = Decimal("1234.50")  # the ad without a note stands in no row of the report by note
    assert rows == [
        (day(0), "ads_likes_against_notes", 41, 41),
        (day(0), "ads_spend_amount_against_notes", spend, spend),
    ]


def test_a_deleted_unit_is_listed_no_more(built: Warehouse) -> None:
    rows = built.rows("select status, cpa_bid_amount, is_current, is_listed from core.dim_ad_group order by valid_from")
    assert [row[:3] for row in rows] == [("ENABLE", Decimal("1.2"), False), ("DELETE", Decimal("1.2"), True)]
    assert not rows[1][3]


def test_snapshots_become_days_by_difference(built: Warehouse) -> None:
    rows = built.rows(
        "select content_id, metric_date, views, views_to_date, likes, days_spanned, is_correction, "
        "finish_rate_to_date, average_view_seconds_to_date "
        "from core.fct_content_daily where source = 'xiaohongshu' order by all"
    )
    rates = (Decimal("0.184"), Decimal(21))
    assert rows == [
        ("651", day(0), None, 1000, None, None, False, *rates),  # the first snapshot: what came before is unknown
        ("651", day(1), 510, 1510, -5, 1, True, *rates),  # as last told; likes were taken back
        ("651", day(3), 90, 1600, 15, 2, False, *rates),  # a snapshot was missed
        ("652", day(1), 30, 30, 2, 1, False, *rates),  # published since the snapshot before
    ]


def test_a_creators_note_has_its_cost_once(built: Warehouse) -> None:
    rows = built.rows(
        "select content_id, creator_id, order_id, price_amount, fee_amount, cost_amount, currency "
        "from core.fct_creator_note order by 1"
    )
    cost = ("c" * 32, "2001", Decimal(5000), Decimal(500), Decimal(5500), "CNY")
    assert rows == [("651", *cost), ("652", *cost)]
    for mart in ("roi__platform_scorecard", "roi__operator_scorecard"):
        assert built.rows(f"select sum(creator_cost_amount) from marts.{mart}") == [(Decimal(11000),)], mart
    contents = built.rows(
        "select content_id, creator_id, content_type, duration_seconds from core.dim_content order by 1"
    )
    assert contents == [(name, "c" * 32, "note", 63) for name in ("651", "652")]
    assert built.rows("select creator_id, followers, image_price_amount, video_price_amount from core.dim_creator") == [
        ("c" * 32, 52311, Decimal(5000), Decimal(8000))
    ]
