"""What Ocean Engine shows at an instant, added up from the world's events with numpy. Shares nothing with truth.py."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from sandbox.world.oceanengine import (
    WRITE_BACK_DAYS,
    AdComment,
    AdvertiserEvents,
    Project,
    Promotion,
    Version,
    state_at,
)
from sandbox.world.time import DAY_SECONDS, date_of, midnight, text_of

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


@dataclass
class Counts:
    """Additive counters of one report row; cost in 分."""

    cost: int = 0
    impressions: int = 0
    clicks: int = 0
    plays: int = 0
    valid: int = 0
    play3s: int = 0
    over: int = 0
    conversions: int = 0
    deep: int = 0
    attributed: int = 0
    attributed_deep: int = 0

    def add(self, other: Counts) -> None:
        """Adds another row."""
        for name in _NAMES:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    def metrics(self, wanted: Iterable[str]) -> dict[str, str]:
        """The metrics asked for, as text: counts whole, money and percent with two decimals."""
        every = {
            "stat_cost": _ratio(self.cost, 100, 1),
            "show_cnt": str(self.impressions),
            "cpm_platform": _ratio(self.cost * 10, self.impressions, 1),
            "click_cnt": str(self.clicks),
            "ctr": _ratio(self.clicks, self.impressions, 100),
            "cpc_platform": _ratio(self.cost, self.clicks * 100, 1),
            "convert_cnt": str(self.conversions),
            "conversion_cost": _ratio(self.cost, self.conversions * 100, 1),
            "conversion_rate": _ratio(self.conversions, self.clicks, 100),
            "deep_convert_cnt": str(self.deep),
            "deep_convert_cost": _ratio(self.cost, self.deep * 100, 1),
            "deep_convert_rate": _ratio(self.deep, self.conversions, 100),
            "attribution_convert_cnt": str(self.attributed),
            "attribution_convert_cost": _ratio(self.cost, self.attributed * 100, 1),
            "attribution_deep_convert_cnt": str(self.attributed_deep),
            "attribution_deep_convert_cost": _ratio(self.cost, self.attributed_deep * 100, 1),
            "total_play": str(self.plays),
            "valid_play": str(self.valid),
            "play_duration_3s": str(self.play3s),
            "play_over_rate": _ratio(self.over, self.plays, 100),
        }
        return {name: every[name] for name in wanted}


_NAMES = tuple(field.name for field in fields(Counts))


def _ratio(numerator: int, denominator: int, factor: int) -> str:
    """numerator × factor / denominator with two decimals, half up; "0.00" without a denominator."""
    if denominator == 0:
        return "0.00"
    hundredths = (2 * numerator * factor * 100 + denominator) // (2 * denominator)
    return f"{hundredths // 100}.{hundredths % 100:02d}"


class OceanNumbers:
    """Answers of one advertiser."""

    def __init__(self, events: AdvertiserEvents) -> None:
        self.events = events
        self._cache: dict[tuple[int, int], dict[int, Counts]] = {}

    def day(self, day: int, now: int) -> dict[int, Counts]:
        """Counters by promotion number for one day, as known now; days end before they are shown."""
        if not 0 <= day < len(self.events.delivery) or now < midnight(day + 1):
            return {}
        key = (day, now)
        if key not in self._cache:
            if len(self._cache) > 4_000:
                self._cache.clear()
            self._cache[key] = self._add_up(day, now)
        return self._cache[key]

    def _add_up(self, day: int, now: int) -> dict[int, Counts]:
        found: dict[int, Counts] = {}
        chunk = self.events.delivery[day]
        known = chunk["known_at"] <= now
        names = ("cost", "impressions", "clicks", "plays", "valid", "play3s", "over")
        for row in zip(chunk["promotion"][known].tolist(), *(chunk[n][known].tolist() for n in names), strict=True):
            counts = found.setdefault(row[0], Counts())
            for name, value in zip(names, row[1:], strict=True):
                setattr(counts, name, getattr(counts, name) + value)
        first, last = midnight(day), midnight(day + 1) - 1
        for clicked in range(max(0, day - WRITE_BACK_DAYS - 1), day + 1):
            self._tally(found, clicked, "converted_at", "conversions", first, last)
            self._tally(found, clicked, "deep_at", "deep", first, last)
        # A conversion is in the report once its own day has ended.
        shown = midnight(0) + (now - midnight(0)) // DAY_SECONDS * DAY_SECONDS - 1
        self._tally(found, day, "converted_at", "attributed", first, shown)
        self._tally(found, day, "deep_at", "attributed_deep", first, shown)
        return found

    def _tally(self, found: dict[int, Counts], click_day: int, column: str, name: str, first: int, last: int) -> None:
        chunk = self.events.conversions[click_day]
        inside = (chunk[column] >= first) & (chunk[column] <= last)
        for number, amount in zip(*np.unique(chunk["promotion"][inside], return_counts=True), strict=True):
            counts = found.setdefault(int(number), Counts())
            setattr(counts, name, getattr(counts, name) + int(amount))

    def report(
        self, dimensions: list[str], first: int, last: int, keep: dict[str, set[str]], now: int
    ) -> list[tuple[dict[str, str], Counts]]:
        """Rows grouped by the dimensions asked for; `keep` limits ids."""
        grouped: dict[tuple[str, ...], tuple[dict[str, str], Counts]] = {}
        for day in range(first, last + 1):
            stamp = str(date_of(day))
            for number, counts in sorted(self.day(day, now).items()):
                labels = self._labels(number, stamp, now)
                if any(labels[name] not in values for name, values in keep.items()):
                    continue
                key = tuple(labels[name] for name in dimensions)
                if key not in grouped:
                    grouped[key] = ({name: labels[name] for name in dimensions}, Counts())
                grouped[key][1].add(counts)
        return list(grouped.values())

    def _labels(self, number: int, stamp: str, now: int) -> dict[str, str]:
        promotion = self.events.promotions[number]
        project = self.events.projects[promotion.project]
        project_state = state_at(project.versions, now) or project.versions[0]
        state = state_at(promotion.versions, now) or promotion.versions[0]
        return {
            "stat_time_day": stamp,
            "cdp_project_id": str(project.project_id),
            "cdp_project_name": project_state.name,
            "cdp_promotion_id": str(promotion.promotion_id),
            "cdp_promotion_name": state.name,
        }

    def projects(self, now: int) -> list[tuple[Project, Version]]:
        """Projects that exist and are not deleted, oldest first."""
        found = [(p, state_at(p.versions, now)) for p in self.events.projects]
        return sorted(((p, v) for p, v in found if v and v.status != "DELETE"), key=lambda pair: pair[0].project_id)

    def promotions(self, now: int) -> list[tuple[Promotion, Version]]:
        """Promotions that exist and are not deleted, by id."""
        found = [(p, state_at(p.versions, now)) for p in self.events.promotions]
        return sorted(((p, v) for p, v in found if v and v.status != "DELETE"), key=lambda pair: pair[0].promotion_id)

    def comments(self, first: int, last: int, now: int) -> list[AdComment]:
        """Comments written in first..last that can be seen now, oldest first."""
        return [
            comment
            for day in range(max(first, 0), min(last, len(self.events.comments) - 1) + 1)
            for comment in self.events.comments[day]
            if comment.created_at <= now and (comment.vanish_at is None or comment.vanish_at > now)
        ]


def project_row(project: Project, state: Version, advertiser_id: int) -> Json:
    """One project as in samples/oceanengine/project_list.json."""
    enabled = state.status == "ENABLE"
    return {
        "project_id": project.project_id,
        "advertiser_id": advertiser_id,
        "name": state.name,
        "delivery_mode": "MANUAL",
        "delivery_type": "NORMAL",
        "landing_type": project.landing_type,
        "marketing_goal": project.marketing_goal,
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
            "cpa_bid": state.cpa_bid / 100,
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
            "asset_ids": [project.project_id - 1_000],
            "convert_id": 0,
            "external_action": project.external_action,
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


def promotion_row(promotion: Promotion, state: Version, project_id: int, advertiser_id: int, source: str) -> Json:
    """One promotion as in samples/oceanengine/promotion_list.json."""
    enabled = state.status == "ENABLE"
    return {
        "promotion_id": promotion.promotion_id,
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
        "cpa_bid": state.cpa_bid / 100,
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
                    "video_id": f"v0{promotion.material_id % 10**10:010d}",
                    "video_cover_id": f"web.business.image/{promotion.material_id % 10**10:010d}",
                    "item_id": promotion.item_id,
                    "material_id": promotion.material_id,
                    "material_status": "MATERIAL_STATUS_OK",
                    "material_opt_status": "ENABLE",
                    "create_time": text_of(promotion.created_at + 2),
                }
            ],
            "image_material_list": [],
            "carousel_material_list": [],
            "title_material_list": [
                {"material_id": promotion.title_material_id, "title": promotion.title, "word_list": []}
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


def comment_row(comment: AdComment, events: AdvertiserEvents, now: int) -> Json:
    """One comment as in samples/oceanengine/tools_comment_get.json; likes and replies as they stand now."""
    promotion = events.promotions[comment.promotion]
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
        "promotion_id": promotion.promotion_id if comment.is_paid else 0,
        "project_id": events.projects[promotion.project].project_id if comment.is_paid else 0,
        "item_id": promotion.item_id,
        "item_title": promotion.item_title,
        "comment_permission": "READ" if hidden else "WRITE",
        "material_id": promotion.material_id,
        "comment_images": [f"https://img.example.com/c/{comment.comment_id}.jpg"] if comment.has_image else [],
        "comment_type": "IMAGE_TEXT_COMMENT" if comment.has_image else "TEXT_COMMENT",
    }
