"""What Tencent Ads shows at an instant, added up from the world's events with numpy. Shares nothing with truth.py."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.ad_numbers import AdNumbers
from sandbox.world.ads.model import AdEvents, Unit, Version
from sandbox.world.rng import digest
from sandbox.world.tencent_ads import MARKET
from sandbox.world.time import date_of, midnight, text_of

Json = dict[str, Any]
TIME_LINES = ("REQUEST_TIME", "REPORTING_TIME", "ACTIVE_TIME")
_STATUS = {"ENABLE": ("AD_STATUS_NORMAL", "ADGROUP_STATUS_ACTIVE")}
_STOPPED = ("AD_STATUS_SUSPEND", "ADGROUP_STATUS_SUSPEND")


def _ratio(numerator: int, denominator: int) -> int:
    """Half up; 0 without a denominator."""
    return (2 * numerator + denominator) // (2 * denominator) if denominator else 0


def _fraction(numerator: int, denominator: int) -> float:
    return _ratio(numerator * 100_000, denominator) / 100_000


def metrics(counts: Counter[str], time_line: str) -> Json:
    """Every metric of a row. Money in whole 分, rates as fractions; conversions on the day that the time line says."""
    cost, views, clicks, plays = counts["cost"], counts["impressions"], counts["clicks"], counts["plays"]
    by_request = time_line != "REPORTING_TIME"
    conversions = counts["attributed" if by_request else "conversions"]
    return {
        "view_count": views,
        "view_user_count": _ratio(views * 86, 100),
        "valid_click_count": clicks,
        "ctr": _fraction(clicks, views),
        "cpc": _ratio(cost, clicks),
        "cost": cost,
        "thousand_display_price": _ratio(cost * 1000, views),
        "conversions_count": conversions,
        "conversions_rate": _fraction(conversions, clicks),
        "conversions_cost": _ratio(cost, conversions),
        "deep_conversions_count": counts["attributed_deep" if by_request else "deep"],
        "video_outer_play_count": plays,
        "video_outer_play100_count": counts["over"],
        "video_outer_play_time_avg_rate": _fraction(plays + 4 * counts["over"], 4 * plays),
        "read_count": counts["reads"],
        "comment_count": counts["comments"],
        "praise_count": counts["likes"],
        "forward_count": counts["shares"],
    }


METRICS = tuple(metrics(Counter(), "REQUEST_TIME"))


class TencentNumbers(AdNumbers):
    """Answers of one ad account."""

    def __init__(self, events: AdEvents) -> None:
        super().__init__(events, MARKET)

    def report(self, group_by: list[str], first: int, last: int, time_line: str, now: int) -> list[Json]:
        """Rows by the keys grouped by, in order of days and ads, with every metric."""
        grouped: dict[tuple[Any, ...], tuple[Json, Counter[str]]] = {}
        for day in range(first, last + 1):
            for number, counts in sorted(self.day(day, now).items()):
                creative = self.events.ads[number]
                labels = {
                    "date": str(date_of(day)),
                    "adgroup_id": self.events.campaigns[creative.campaign].id,
                    "dynamic_creative_id": creative.id,
                }
                key = tuple(labels[name] for name in group_by)
                if key not in grouped:
                    grouped[key] = ({name: labels[name] for name in group_by}, Counter())
                grouped[key][1].update(counts)
        account = {"account_id": self.events.account.id}
        return [labels | account | metrics(counts, time_line) for labels, counts in grouped.values()]

    def adgroups(self, now: int) -> list[Json]:
        """Ad groups as listed, by id, deleted ones included."""
        return [adgroup_row(unit, state) for unit, state in self.listed("campaign", now, deleted=True)]

    def creatives(self, now: int, brand: str) -> list[Json]:
        """Dynamic creatives as listed, by id, deleted ones included."""
        groups = self.events.campaigns
        found = self.listed("ad", now, deleted=True)
        return [creative_row(unit, state, groups[unit.campaign].id, brand) for unit, state in found]


def advertiser_row(account_id: int, brand: str) -> Json:
    """An account as in samples/tencent_ads/advertiser_get.json."""
    return {
        "account_id": account_id,
        "daily_budget": 5_000_000,
        "registration_type": "REGISTRATION_TYPE_CORPORATION",
        "corporation_name": f"{brand}商贸有限公司",
        "corporate_brand_name": brand,
        "system_industry_id": 21_474_836_585,
        "mdm_id": 300_000_000 + int(digest("mdm", brand)[:6], 16),
        "mdm_name": f"{brand}商贸有限公司",
        "system_status": "CUSTOMER_STATUS_NORMAL",
        "reject_message": "",
        "memo": "",
        "is_adx": False,
        "agency_account_id": 0,
    }


def adgroup_row(unit: Unit, state: Version) -> Json:
    """An ad group as in samples/tencent_ads/adgroups_get.json."""
    configured, system = _STATUS.get(state.status, _STOPPED)
    return {
        "adgroup_id": unit.id,
        "adgroup_name": state.name,
        "marketing_goal": unit.traits["goal"],
        "marketing_sub_goal": "MARKETING_SUB_GOAL_UNKNOWN",
        "marketing_carrier_type": "MARKETING_CARRIER_TYPE_JUMP_PAGE",
        "configured_status": configured,
        "system_status": system,
        "is_deleted": state.status == "DELETE",
        "created_time": unit.created_at,
        "last_modified_time": state.since,
        "begin_date": text_of(midnight(unit.first_day))[:10],
        "end_date": "",
        "first_day_begin_time": "",
        "time_series": "1" * 336,
        "bid_mode": "BID_MODE_OCPM" if unit.traits["is_optimized"] else "BID_MODE_CPC",
        "bid_amount": state.bid,
        "smart_bid_type": "SMART_BID_TYPE_CUSTOM",
        "optimization_goal": unit.traits["optimization"],
        "deep_conversion_worth_rate": 0.0,
        "daily_budget": state.budget,
        "site_set": ["SITE_SET_MOMENTS", "SITE_SET_CHANNELS"][: 1 + unit.traits["is_on_channels"]],
        "automatic_site_enabled": False,
        "auto_acquisition_enabled": False,
        "conversion_id": 0,
        "conversion_name": "",
        "targeting": {"age": [{"min": 18, "max": 45}], "gender": ["FEMALE"]},
        "data_model_version": 3,
    }


def creative_row(unit: Unit, state: Version, adgroup_id: int, brand: str) -> Json:
    """A dynamic creative as in samples/tencent_ads/dynamic_creatives_get.json."""

    def component(number: int, value: Json) -> list[Json]:
        return [{"component_id": unit.id + number, "value": value, "is_deleted": False}]

    video = str(unit.traits["video"])
    return {
        "adgroup_id": adgroup_id,
        "dynamic_creative_id": unit.id,
        "dynamic_creative_name": state.name,
        "creative_template_id": 1708,
        "delivery_mode": "DELIVERY_MODE_COMPONENT",
        "dynamic_creative_type": "DYNAMIC_CREATIVE_TYPE_PROGRAM",
        "creative_components": {
            "title": component(1, {"content": unit.traits["title"]}),
            "video": component(2, {"video_id": video, "cover_id": video[::-1]}),
            "brand": component(3, {"brand_name": brand, "brand_image_id": video[1:]}),
            "main_jump_info": component(4, {"page_type": "PAGE_TYPE_H5", "page_spec": {}}),
        },
        "configured_status": _STATUS.get(state.status, _STOPPED)[0],
        "creative_set_approval_status": "CREATIVE_SET_APPROVAL_STATUS_NORMAL",
        "is_deleted": state.status == "DELETE",
        "created_time": unit.created_at,
        "last_modified_time": state.since,
        "source": "AD_CREATIVE_SOURCE_NORMAL",
        "impression_tracking_url": "",
        "click_tracking_url": "https://track.example.com/tx",
        "page_track_url": "",
    }
