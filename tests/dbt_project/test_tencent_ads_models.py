"""Tencent Ads and WeChat lives out of landing: two time lines in one fact, money in 分, a deleted ad, a live twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from landing_world import WECHAT, Answer, Landing, Record, day
from warehouse_builds import Warehouse

ACCOUNT = "20000001"
SECONDS = int((datetime(2026, 3, 2, 20) - datetime(1970, 1, 1)).total_seconds()) - 8 * 3600
"""Epoch seconds of day 0, 20:00 in Asia/Shanghai."""


def seen(number: int) -> datetime:
    """Naive UTC of the morning after a day."""
    return datetime.combine(day(number + 1), datetime.min.time()) + timedelta(hours=2)


def reported(number: int, ad: str, cost: int, **more: int) -> Record:
    counts = {"view_count": 1000, "valid_click_count": 20, "conversions_count": 2, "deep_conversions_count": 1} | more
    texts = {name: str(count) for name, count in counts.items()}
    return {"date": str(day(number)), "adgroup_id": "61", "dynamic_creative_id": ad, "cost": str(cost), **texts}


def converted(number: int, ad: str, conversions: int) -> Record:
    return {
        "date": str(day(number)),
        "adgroup_id": "61",
        "dynamic_creative_id": ad,
        "conversions_count": str(conversions),
        "deep_conversions_count": "0",
    }


def creative(ad: str, *, deleted: bool = False) -> Record:
    return {
        "dynamic_creative_id": ad,
        "adgroup_id": "61",
        "dynamic_creative_name": f"创意{ad}",
        "configured_status": "AD_STATUS_NORMAL",
        "is_deleted": deleted,
        "created_time": str(SECONDS),
        "last_modified_time": str(SECONDS),
    }


GROUP: Record = {
    "adgroup_id": "61",
    "adgroup_name": "广告",
    "system_status": "ADGROUP_STATUS_ACTIVE",
    "optimization_goal": "OPTIMIZATIONGOAL_CLICK",
    "bid_mode": "BID_MODE_OCPM",
    "bid_amount": "8550",
    "daily_budget": "0",
    "is_deleted": False,
    "created_time": str(SECONDS),
    "last_modified_time": str(SECONDS),
}


def live(viewers: int) -> Record:
    return {
        "export_id": "export/A",
        "live_start_time": str(SECONDS),
        "live_duration_in_seconds": "18000",
        "total_audience_count": str(viewers),
        "total_cheer_count": "40",
        "audiences_avg_seconds": "214",
    }


@pytest.fixture(scope="module")
def built(root: Path, new_warehouse: object) -> Warehouse:
    landing = Landing(root / "landing_tencent")

    def lands(number: int, resource: str, *records: Record, account: str = ACCOUNT) -> None:
        source = "wechat" if account == WECHAT else "tencent_ads"
        landing.write(source, account, resource, seen(number), [Answer(day(0), day(1), records)])

    total = {k: v for k, v in reported(0, "", 246912, view_count=2000).items() if "_id" not in k}
    lands(1, "daily_report", reported(0, "71", 123456, praise_count=3), reported(0, "72", 123456))
    lands(1, "daily_report_by_conversion", converted(0, "71", 1), converted(1, "71", 5))
    lands(1, "daily_report_total", total | {"conversions_count": "4", "praise_count": "3"})
    lands(1, "adgroup", GROUP)
    lands(1, "dynamic_creative", creative("71"), creative("72"))
    lands(2, "dynamic_creative", creative("71"), creative("72", deleted=True))
    lands(1, "advertiser", {"account_id": ACCOUNT, "corporate_brand_name": "示例品牌"})
    lands(1, "channels_live", live(5832), account=WECHAT)
    lands(2, "channels_live", live(5830), account=WECHAT)
    warehouse: Warehouse = new_warehouse("tencent")  # type: ignore[operator]
    warehouse.build(landing.loads)
    return warehouse


def test_conversions_of_both_time_lines_meet_in_one_row(built: Warehouse) -> None:
    rows = built.rows(
        "select ad_id, metric_date, campaign_id, spend_amount, likes, conversions, attributed_conversions, clicks "
        "from core.fct_ad_daily where source = 'tencent_ads' order by all"
    )
    assert rows == [
        ("71", day(0), None, Decimal("1234.56"), 3, 1, 2, 20),
        ("71", day(1), None, Decimal(0), None, 5, None, 0),
        ("72", day(0), None, Decimal("1234.56"), None, None, 2, 20),
    ]


def test_the_account_is_checked_against_its_own_sums(built: Warehouse) -> None:
    rows = built.rows(
        "select check_name, detail_total, summary_total from ops.reconciliation "
        f"where source = 'tencent_ads' and metric_date = '{day(0)}' order by all"
    )
    assert {name.removesuffix("_against_total"): (ours, theirs) for name, ours, theirs in rows} == {
        "ads_spend_amount": (Decimal("2469.12"), Decimal("2469.12")),
        "ads_impressions": (2000, 2000),
        "ads_clicks": (40, 20),
        "ads_attributed_conversions": (4, 4),
        "ads_attributed_deep_conversions": (2, 1),
        "ads_likes": (3, 3),
    } | {f"ads_{metric}": (0, 0) for metric in ("video_plays", "comments", "shares")}


def test_what_is_deleted_keeps_its_name_and_is_listed_no_more(built: Warehouse) -> None:
    rows = built.rows(
        "select ad_id, ad_name, status, is_listed from core.dim_ad where source = 'tencent_ads' order by 1"
    )
    assert rows == [("71", "创意71", "AD_STATUS_NORMAL", True), ("72", "创意72", "AD_STATUS_NORMAL", False)]


def test_an_ad_group_without_a_budget_has_none(built: Warehouse) -> None:
    rows = built.rows(
        "select ad_group_name, status, budget_amount, cpa_bid_amount, created_at, currency from core.dim_ad_group"
    )
    created = datetime.combine(day(0), datetime.min.time()) + timedelta(hours=20)
    assert rows == [("广告", "ADGROUP_STATUS_ACTIVE", None, Decimal("85.50"), created, "CNY")]


def test_a_live_is_what_was_seen_last_and_ends_after_midnight(built: Warehouse) -> None:
    rows = built.rows(
        "select platform, live_id, started_at, ended_at, duration_seconds, viewers, likes, average_view_seconds, "
        "shares from core.fct_live_session"
    )
    begun = datetime.combine(day(0), datetime.min.time()) + timedelta(hours=20)
    ended = begun + timedelta(hours=5)
    assert rows == [("wechat", "export/A", begun, ended, 18000, 5830, 40, Decimal("214"), None)]
