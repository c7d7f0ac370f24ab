"""What Weibo ads shows at an instant, as in samples/weibo/ads_*.json. Shares nothing with truth.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sandbox.ad_numbers import AdNumbers
from sandbox.world.ads.model import AdEvents, Unit, Version
from sandbox.world.time import date_of, midnight, text_of
from sandbox.world.weibo_ads import LEADS, MARKET

Json = dict[str, Any]
METRICS = (
    "pv",
    "consume",
    "ecpm",
    "bhv",
    "ctr",
    "ape",
    "traffic_bhv",
    "social_bhv",
    "bhv_14000003",
    "bhv_14000005",
    "bhv_14000098",
    "bhv_14000045",
    "bhv_14000008",
    "bhv_71000001",
    "bhv_71000002",
    "bhv_71000003",
)
LEFT_OUT = ("bhv_71000001", "bhv_71000002", "bhv_71000003", "bhv_14000008", "bhv_14000045")
"""Metrics that are left out of a row when they are 0."""


def _ratio(numerator: int, denominator: int, places: str) -> float:
    """numerator / denominator, half up; 0 without a denominator."""
    if not denominator:
        return 0.0
    return float((Decimal(numerator) / Decimal(denominator)).quantize(Decimal(places), ROUND_HALF_UP))


def metrics(counts: Counter[str], wanted: Iterable[str]) -> Json:
    """The metrics asked for: counts whole, money in yuan, ratios with four decimals."""
    social = counts["reposts"] + counts["comments"] + counts["likes"] + counts["saves"]
    every = {
        "pv": counts["impressions"],
        "consume": counts["cost"] / 100,
        "ecpm": _ratio(counts["cost"] * 10, counts["impressions"], "0.01"),
        "bhv": counts["clicks"] + social,
        "ctr": _ratio(counts["clicks"] + social, counts["impressions"], "0.0001"),
        "ape": _ratio(counts["cost"], (counts["clicks"] + social) * 100, "0.01"),
        "traffic_bhv": counts["clicks"],
        "social_bhv": social,
        "bhv_14000003": counts["reposts"],
        "bhv_14000005": counts["comments"],
        "bhv_14000098": counts["likes"],
        "bhv_14000045": counts["saves"],
        "bhv_14000008": counts["follows"],
        "bhv_71000001": counts["form"],
        "bhv_71000002": counts["phone"],
        "bhv_71000003": counts["chat"],
    }
    return {name: every[name] for name in wanted if every[name] or name not in LEFT_OUT}


class WeiboAdsNumbers(AdNumbers):
    """Answers of the advertiser."""

    def __init__(self, events: AdEvents) -> None:
        super().__init__(events, MARKET)

    def report(self, first: int, last: int, now: int) -> list[tuple[Json, Counter[str]]]:
        """Rows by creative and day; leads are told for the day on which they came, by the creative's kind."""
        found = []
        for day in range(first, last + 1):
            for number, counts in sorted(self.day(day, now).items()):
                ad = self.events.ads[number]
                told = Counter(counts)
                told[ad.traits["lead"]] += counts["conversions"]
                if any(told[name] for name in (*MARKET.counters, *LEADS)):
                    found.append(({"creative_id": ad.id, "date": str(date_of(day))}, told))
        return found


def campaign_row(campaign: Unit, state: Version, advertiser_id: int) -> Json:
    """One campaign as in samples/weibo/ads_v3_campaigns.json."""
    is_total = campaign.traits["is_total_budget"]
    return {
        "id": campaign.id,
        "customer_id": advertiser_id,
        "name": state.name,
        "objective": campaign.traits["objective"],
        "guaranteed_delivery": 0,
        "configured_status": {"ENABLE": 1, "DISABLE": 0, "DELETE": 9}[state.status],
        "effective_status": {"ENABLE": 1, "DISABLE": 0, "DELETE": 2}[state.status],
        "budget_type": 1 if is_total else 2,
        "lifetime_budget": state.budget / 100 if is_total else 0,
        "daily_budget": 0 if is_total else state.budget / 100,
        "is_recycled": int(state.status == "DELETE"),
    }


def ad_row(ad: Unit, state: Version, campaign: Unit, campaign_state: Version, advertiser_id: int, now: int) -> Json:
    """One ad (a group of creatives) as in samples/weibo/ads_v3_ads.json."""
    effective = {"ENABLE": 2, "DISABLE": 3, "DELETE": -99}[state.status]
    if state.status == "DISABLE" and now > midnight(ad.last_day + 1) - 3_600:
        effective = -1
    row = {
        "id": ad.id,
        "name": state.name,
        "campaign_id": campaign.id,
        "customer_id": advertiser_id,
        "objective": campaign.traits["objective"],
        "daily_budget": state.budget / 100,
        "billing_type": ad.traits["billing_type"],
        "configured_status": {"ENABLE": 1, "DISABLE": 0, "DELETE": 9}[state.status],
        "effective_status": effective,
    }
    created, changed = text_of(ad.created_at), text_of(state.since)
    times = {"created_at": created, "updated_at": changed}
    inner = {"ad_id": ad.id} | times
    return row | {
        "reverse_daily_budget": 0,
        "reverse_ocpx_bid_amount_date": "",
        "delivery_type": 2,
        "delivery_speed": 2,
        "bid_amount": 0,
        "ocpx_bid_amount": state.bid / 100,
        "optimization_goal": 86002001,
        "transform_goal": 86005001,
        "deliver_scope": 1,
        "is_recycled": 0,
        "recycle_datetime": "",
        "oauth2_id": 0,
        **times,
        "version": 3,
        "guarantee_status": -1,
        "is_gesture": 0,
        "brand_partner_switch": 0,
        "can_add_creative": True,
        "is_edit": True,
        "auto_message": [],
        "depth_conversion": None,
        "subject": inner
        | {
            "id": ad.id * 10 + 1,
            "customer_id": advertiser_id,
            "obj_type": 1,
            "obj_url": "https://landing.example.com/wb?utm_source=weibo",
            "app_type": -1,
            "is_app_store_direct": 0,
            "is_direct": 0,
            "direct_type": 0,
            "convert_monitor_type": 0,
        },
        "delivery_schedule": inner
        | {
            "id": ad.id * 10 + 2,
            "start_time": text_of(midnight(ad.first_day)),
            "stop_time": text_of(midnight(ad.last_day + 1) - 1),
            "daily_delivery_type": 1,
            "daily_start_time": 0,
            "daily_stop_time": 24,
        },
        "campaign": campaign_row(campaign, campaign_state, advertiser_id),
    }


def creative_row(creative: Unit, state: Version, campaign: Json, ad: Json) -> Json:
    """One creative as in samples/weibo/ads_v4_creatives.json."""
    head = ("id", "name", "campaign_id", "customer_id", "objective", "daily_budget", "billing_type")
    return {
        "id": creative.id,
        "configured_status": {"ENABLE": 1, "DISABLE": 0, "DELETE": 9}[state.status],
        "effective_status": {"ENABLE": 1, "DISABLE": 4, "DELETE": 9}[state.status],
        "version": 4,
        "billing_type": ad["billing_type"],
        "creative_type": creative.traits["creative_type"],
        "media_mid_complex": 2,
        "media_mid_type": 1,
        "objective": campaign["objective"],
        "preview_mid_url": f"https://weibo.com/{campaign['customer_id']}/P{creative.id % 10**8:08d}",
        "created_at": text_of(creative.created_at),
        "updated_at": text_of(state.since),
        "campaign": campaign,
        "ad": {name: ad[name] for name in (*head, "configured_status", "effective_status")},
    }
