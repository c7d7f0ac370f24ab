"""What Ocean Engine shows at an instant, added up from the world's events with numpy. Shares nothing with truth.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sandbox.ad_numbers import AdNumbers
from sandbox.world.ads.model import AdEvents, Unit, Version
from sandbox.world.oceanengine import MARKET, AdComment
from sandbox.world.time import date_of, midnight, text_of

Json = dict[str, Any]
METRICS = (
    "stat_cost",
    "show_cnt",
    "cpm_platform",
    "click_cnt",
    "ctr",
    "cpc_platform",
    "convert_cnt",
    "conversion_cost",
    "conversion_rate",
    "deep_convert_cnt",
    "deep_convert_cost",
    "deep_convert_rate",
    "attribution_convert_cnt",
    "attribution_convert_cost",
    "attribution_deep_convert_cnt",
    "attribution_deep_convert_cost",
    "total_play",
    "valid_play",
    "play_duration_3s",
    "play_over_rate",
)
DIMENSIONS = ("stat_time_day", "cdp_project_id", "cdp_project_name", "cdp_promotion_id", "cdp_promotion_name")


def metrics(counts: Counter[str], wanted: Iterable[str]) -> dict[str, str]:
    """The metrics asked for, as text: counts whole, money and percent with two decimals."""
    cost, impressions, clicks = counts["cost"], counts["impressions"], counts["clicks"]
    conversions, deep = counts["conversions"], counts["deep"]
    every = {
        "stat_cost": _ratio(cost, 100, 1),
        "show_cnt": str(impressions),
        "cpm_platform": _ratio(cost * 10, impressions, 1),
        "click_cnt": str(clicks),
        "ctr": _ratio(clicks, impressions, 100),
        "cpc_platform": _ratio(cost, clicks * 100, 1),
        "convert_cnt": str(conversions),
        "conversion_cost": _ratio(cost, conversions * 100, 1),
        "conversion_rate": _ratio(conversions, clicks, 100),
        "deep_convert_cnt": str(deep),
        "deep_convert_cost": _ratio(cost, deep * 100, 1),
        "deep_convert_rate": _ratio(deep, conversions, 100),
        "attribution_convert_cnt": str(counts["attributed"]),
        "attribution_convert_cost": _ratio(cost, counts["attributed"] * 100, 1),
        "attribution_deep_convert_cnt": str(counts["attributed_deep"]),
        "attribution_deep_convert_cost": _ratio(cost, counts["attributed_deep"] * 100, 1),
        "total_play": str(counts["plays"]),
        "valid_play": str(counts["valid"]),
        "play_duration_3s": str(counts["play3s"]),
        "play_over_rate": _ratio(counts["over"], counts["plays"], 100),
    }
    return {name: every[name] for name in wanted}


def _ratio(numerator: int, denominator: int, factor: int) -> str:
    """numerator × factor / denominator with two decimals, half up; "0.00" without a denominator."""
    if denominator == 0:
        return "0.00"
    hundredths = (2 * numerator * factor * 100 + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


class OceanNumbers(AdNumbers):
    """Answers of one advertiser."""

    def __init__(self, events: AdEvents, comments: list[list[AdComment]]) -> None:
        super().__init__(events, MARKET)
        self._comments = comments

    def report(
        self, dimensions: list[str], first: int, last: int, keep: dict[str, set[str]], now: int
    ) -> list[tuple[dict[str, str], Counter[str]]]:
        """Rows grouped by the dimensions asked for; `keep` limits ids."""
        grouped: dict[tuple[str, ...], tuple[dict[str, str], Counter[str]]] = {}
        for day in range(first, last + 1):
            stamp = str(date_of(day))
            for number, counts in sorted(self.day(day, now).items()):
                labels = self._labels(number, stamp, now)
                if any(labels[name] not in values for name, values in keep.items()):
                    continue
                key = tuple(labels[name] for name in dimensions)
                if key not in grouped:
                    grouped[key] = ({name: labels[name] for name in dimensions}, Counter())
                grouped[key][1].update(counts)
        return list(grouped.values())

    def _labels(self, number: int, stamp: str, now: int) -> dict[str, str]:
        promotion = self.events.ads[number]
        project = self.events.campaigns[promotion.campaign]
        return {
            "stat_time_day": stamp,
            "cdp_project_id": str(project.id),
            "cdp_project_name": (project.state(now) or project.versions[0]).name,
            "cdp_promotion_id": str(promotion.id),
            "cdp_promotion_name": (promotion.state(now) or promotion.versions[0]).name,
        }

    def comments(self, first: int, last: int, now: int) -> list[AdComment]:
        """Comments written in first..last that can be seen now, oldest first."""
        return [
            comment
            for day in range(max(first, 0), min(last, len(self._comments) - 1) + 1)
            for comment in self._comments[day]
            if comment.created_at <= now and (comment.vanish_at is None or comment.vanish_at > now)
        ]


def project_row(project: Unit, state: Version, advertiser_id: int) -> Json:
    """One project as in samples/oceanengine/project_list.json."""
    enabled = state.status == "ENABLE"
    return {
        "project_id": project.id,
        "advertiser_id": advertiser_id,
        "name": state.name,
        "delivery_mode": "MANUAL",
        "delivery_type": "NORMAL",
        "landing_type": project.traits["landing_type"],
        "marketing_goal": project.traits["marketing_goal"],
        "ad_type": "ALL",
        "opt_status": state.status,
        "status": f"PROJECT_STATUS_{state.status}",
        "status_first": f"PROJECT_STATUS_{state.status}",
        "status_second": [] if enabled else ["PROJECT_STATUS_STOP"],
        "pricing": "PRICING_OCPM",
        "project_create_time": text_of(project.created_at),
        "project_modify_time": text_of(state.since),
        "delivery_range": {
            "inventory_catalog": "MANUAL",
            "inventory_type": ["INVENTORY_AWEME_FEED"],
            "union_video_type": "ORIGINAL_VIDEO",
        },
        "delivery_setting": {
            "schedule_type": "SCHEDULE_FROM_NOW",
            "start_time": text_of(midnight(project.first_day))[:10],
            "end_time": "",
            "schedule_time": "",
            "budget_mode": "BUDGET_MODE_DAY",
            "budget": state.budget / 100,
            "budget_optimize_switch": "OFF",
            "bid_type": "CUSTOM",
            "bid": 0.0,
            "cpa_bid": state.bid / 100,
            "deep_cpabid": 0.0,
            "roi_goal": 0.0,
        },
        "audience": {
            "district": "NONE",
            "city": [],
            "gender": "GENDER_UNLIMITED",
            "age": ["AGE_BETWEEN_18_23", "AGE_BETWEEN_24_30"],
            "retargeting_tags_include": [],
            "retargeting_tags_exclude": [],
            "platform": [],
        },
        "optimize_goal": {
            "asset_ids": [project.id - 1_000],
            "convert_id": 0,
            "external_action": project.traits["external_action"],
            "deep_external_action": "",
        },
        "related_product": {
            "product_setting": "NO_MAP",
            "product_platform_id": 0,
            "product_id": "",
            "unique_product_id": 0,
            "products": [],
        },
        "track_url_setting": {
            "track_url_type": "CUSTOM",
            "track_url": ["https://track.example.com/oe?pid=__PROJECT_ID__"],
            "action_track_url": [],
            "send_type": "SERVER_SEND",
        },
        "native_setting": {"aweme_id": "sample_brand"},
        "open_url": "",
        "budget_group_id": 0,
    }


def promotion_row(promotion: Unit, state: Version, project_id: int, advertiser_id: int, source: str) -> Json:
    """One promotion as in samples/oceanengine/promotion_list.json."""
    enabled = state.status == "ENABLE"
    return {
        "promotion_id": promotion.id,
        "project_id": project_id,
        "advertiser_id": advertiser_id,
        "promotion_name": state.name,
        "promotion_create_time": text_of(promotion.created_at),
        "promotion_modify_time": text_of(state.since),
        "learning_phase": state.phase,
        "opt_status": state.status,
        "status": "OK" if enabled else "DISABLED",
        "status_first": f"PROMOTION_STATUS_{state.status}",
        "status_second": [] if enabled else ["DISABLED"],
        "budget_mode": "BUDGET_MODE_DAY",
        "budget": state.budget / 100,
        "bid": 0.0,
        "cpa_bid": state.bid / 100,
        "deep_cpabid": 0.0,
        "roi_goal": 0.0,
        "first_roi_goal": 0.0,
        "schedule_time": "",
        "source": source,
        "is_comment_disable": "OFF",
        "creative_auto_generate_switch": "OFF",
        "native_setting": {"aweme_id": "sample_brand", "is_feed_and_fav_see": "OFF", "anchor_related_type": "OFF"},
        "promotion_materials": {
            "video_material_list": [
                {
                    "image_mode": "CREATIVE_IMAGE_MODE_VIDEO_VERTICAL",
                    "video_id": f"v0{promotion.traits['material_id'] % 10**10:010d}",
                    "video_cover_id": f"web.business.image/{promotion.traits['material_id'] % 10**10:010d}",
                    "item_id": promotion.traits["item_id"],
                    "material_id": promotion.traits["material_id"],
                    "material_status": "MATERIAL_STATUS_OK",
                    "material_opt_status": "ENABLE",
                    "create_time": text_of(promotion.created_at + 2),
                }
            ],
            "image_material_list": [],
            "carousel_material_list": [],
            "title_material_list": [
                {
                    "material_id": promotion.traits["title_material_id"],
                    "title": promotion.traits["title"],
                    "word_list": [],
                }
            ],
            "external_url_material_list": ["https://landing.example.com/a"],
            "call_to_action_buttons": ["立即预约"],
            "dynamic_creative_switch": "OFF",
            "open_urls": [],
            "web_url_material_list": [],
            "component_material_list": [],
            "anchor_material_list": [],
        },
        "material_score_info": {
            "score_num_of_material": "ADEQUATE",
            "score_type_of_material": "GOOD",
            "score_value_of_material": "HIGH",
            "material_advice": [],
        },
    }


def comment_row(comment: AdComment, events: AdEvents, now: int) -> Json:
    """One comment as in samples/oceanengine/tools_comment_get.json; likes and replies as they stand now."""
    promotion = events.ads[comment.ad]
    grown = [(likes, replies) for at, likes, replies in comment.growth if at <= now]
    hidden = comment.hidden_at is not None and comment.hidden_at <= now
    return {
        "comment_id": comment.comment_id,
        "text": comment.text,
        "create_time": text_of(comment.created_at),
        "reply_count": sum(r for _, r in grown),
        "like_count": sum(n for n, _ in grown),
        "hide_status": "HIDE" if hidden else "NOT_HIDE",
        "level_type": comment.level,
        "is_stick": 0,
        "emotion_type": comment.emotion,
        "aweme_id": comment.aweme_id,
        "aweme_name": comment.aweme_name,
        "promotion_id": promotion.id if comment.is_paid else 0,
        "project_id": events.campaigns[promotion.campaign].id if comment.is_paid else 0,
        "item_id": promotion.traits["item_id"],
        "item_title": promotion.traits["item_title"],
        "comment_permission": "READ" if hidden else "WRITE",
        "material_id": promotion.traits["material_id"],
        "comment_images": [f"https://img.example.com/c/{comment.comment_id}.jpg"] if comment.has_image else [],
        "comment_type": "IMAGE_TEXT_COMMENT" if comment.has_image else "TEXT_COMMENT",
    }
