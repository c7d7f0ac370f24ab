"""What Kuaishou ads show at an instant: listings, report rows, comments. Nothing of truth.py."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.ad_numbers import AdNumbers
from sandbox.world.ads.model import AdEvents, Unit, Version
from sandbox.world.kuaishou_ads import BRAND_AUTHOR, CELLS, LEADS, MARKET, SEEN, AdComment
from sandbox.world.tables import Chunk
from sandbox.world.time import date_of, midnight, text_of

Json = dict[str, Any]
_PUT_STATUS = {"ENABLE": 1, "DISABLE": 2, "DELETE": 3}
_PHASES = {"LEARNING": 1, "LEARNED": 2, "LEARN_FAILED": 3}
_STATUS = {
    "campaign": {"ENABLE": 4, "DISABLE": 1, "DELETE": 5},
    "ad_group": {"ENABLE": 20, "DISABLE": 11, "DELETE": 1},
    "ad": {"ENABLE": 52, "DISABLE": 46, "DELETE": 40},
}
LEVELS = {"campaign": "campaign", "unit": "ad_group", "creative": "ad"}
"""The generator's level by the platform's word."""


class KuaishouAdsNumbers(AdNumbers):
    """Answers of one advertiser."""

    def __init__(self, events: AdEvents, comments: list[list[AdComment]], audience: list[Chunk]) -> None:
        super().__init__(events, MARKET)
        self._comments = comments
        self._audience = audience

    def listing(self, word: str, campaign_id: int | None, now: int, *, deleted: bool) -> list[Json]:
        """Campaigns, units or creatives; those of one campaign when it is given."""
        numbers = {unit.id: unit.number for unit in self.events.campaigns}
        wanted = None if campaign_id is None else numbers.get(campaign_id, -1)
        row = {"campaign": campaign_row, "unit": unit_row, "creative": creative_row}[word]
        listed = self.listed(LEVELS[word], now, deleted=deleted)
        return [row(self.events, unit, state) for unit, state in listed if wanted in (None, unit.campaign)]

    def creatives(self, first: int, last: int, now: int) -> list[Json]:
        """Rows of the creatives by day, as in samples/kuaishou/ads_creative_report.json."""
        return [
            self._creative(day, number, counts, now)
            for day in range(first, last + 1)
            for number, counts in sorted(self.day(day, now).items())
        ]

    def account(self, first: int, last: int, now: int) -> list[Json]:
        """One row a day with delivery, of the whole advertiser."""
        rows = []
        for day in range(first, last + 1):
            ads = self.day(day, now)
            if ads:
                goals = sum((self._goals(number, counts) for number, counts in ads.items()), Counter[str]())
                counted = _counts(sum(ads.values(), Counter[str]()) | goals)
                rows.append({"stat_date": str(date_of(day)), "stat_hour": 0, **counted})
        return rows

    def audience(self, first: int, last: int, now: int) -> list[Json]:
        """Rows by day, gender and age, as in samples/kuaishou/ads_audience_report.json."""
        rows = []
        for day in range(max(first, 0), min(last, len(self._audience) - 1) + 1):
            chunk = self._audience[day]
            if now < midnight(day + 1) or not int(chunk["impressions"].sum()):
                continue
            for place, (gender, age, _) in enumerate(CELLS):
                counts = {name: int(chunk[name][place]) for name in SEEN}
                labels = {"province": "", "city": "", "gender": gender, "age_segment": age}
                rows.append(
                    {"stat_date": str(date_of(day)), "stat_hour": 0}
                    | labels
                    | {"client": "", "business_interest_tags": ""}
                    | {
                        "charge": counts["cost"] / 100,
                        "show": counts["covers"],
                        "photo_click": 0,
                        "aclick": counts["impressions"],
                        "bclick": counts["clicks"],
                        "photo_click_ratio": 0.0,
                        "action_ratio": _ratio(counts["clicks"], counts["impressions"], 4),
                        "impression_1k_cost": _ratio(counts["cost"] * 10, counts["covers"], 2),
                        "action_cost": _ratio(counts["cost"], counts["clicks"] * 100, 4),
                        "share": counts["shares"],
                        "comment": counts["comments"],
                        "like": counts["likes"],
                        "follow": counts["follows"],
                        "form_count": 0,
                    }
                )
        return rows

    def comments(self, first: int, last: int, now: int) -> list[Json]:
        """Comments written in the instants first..last that can be seen now, newest first."""
        rows = [
            comment_row(comment, self.events, now)
            for day in self._comments
            for comment in day
            if first <= comment.created_at <= min(last, now) and (comment.vanish_at is None or comment.vanish_at > now)
        ]
        return rows[::-1]

    def _creative(self, day: int, number: int, counts: Counter[str], now: int) -> Json:
        ad = self.events.ads[number]
        campaign, unit = self.events.campaigns[ad.campaign], self.events.ad_groups[ad.ad_group or 0]
        names = [(level.state(now) or level.versions[0]).name for level in (campaign, unit, ad)]
        return {
            "stat_date": str(date_of(day)),
            "stat_hour": 0,
            "campaign_id": campaign.id,
            "campaign_name": names[0],
            "unit_id": unit.id,
            "unit_name": names[1],
            "creative_id": ad.id,
            "creative_name": names[2],
            "photo_id": ad.traits["photo_id"],
            "photo_md5": f"{ad.traits['photo_id']:032x}",
            **_counts(counts | self._goals(number, counts)),
        }

    def _goals(self, number: int, counts: Counter[str]) -> Counter[str]:
        """What an ad's conversions are: leads and valid ones, or orders, payments and what was paid (分)."""
        campaign = self.events.campaigns[self.events.ads[number].campaign]
        if campaign.traits["campaign_type"] == LEADS:
            return Counter(leads=counts["conversions"], clues=counts["deep"])
        return Counter(orders=counts["conversions"], pays=counts["deep"], paid=counts["amount"])


def _ratio(numerator: int, denominator: int, digits: int) -> float:
    return round(numerator / denominator, digits) if denominator else 0.0


def _counts(counts: Counter[str]) -> Json:
    """The numbers of a report row; charge and what was paid in yuan."""
    cost, shown, acted = counts["cost"], counts["impressions"], counts["clicks"]
    leads, orders = counts["leads"], counts["orders"]
    return {
        "charge": cost / 100,
        "show": counts["covers"],
        "aclick": shown,
        "bclick": acted,
        "photo_click": 0,
        "photo_click_ratio": 0.0,
        "action_ratio": _ratio(acted, shown, 4),
        "impression_1k_cost": _ratio(cost * 10, counts["covers"], 2),
        "click_1k_cost": _ratio(cost * 10, shown, 2),
        "photo_click_cost": 0.0,
        "action_cost": _ratio(cost, acted * 100, 4),
        "played_num": counts["plays"],
        "played_three_seconds": counts["plays3s"],
        "played_five_seconds": counts["plays5s"],
        "played_end": counts["ended"],
        "play_3s_ratio": _ratio(counts["plays3s"], shown, 4),
        "play_5s_ratio": _ratio(counts["plays5s"], shown, 4),
        "play_end_ratio": _ratio(counts["ended"], shown, 4),
        "ad_photo_played_75percent": counts["plays75"],
        "share": counts["shares"],
        "comment": counts["comments"],
        "like": counts["likes"],
        "cancel_like": 0,
        "follow": counts["follows"],
        "cancel_follow": 0,
        "report": 0,
        "block": 0,
        "negative": 0,
        "submit": leads,
        "form_count": leads,
        "form_cost": _ratio(cost, leads * 100, 2),
        "form_action_ratio": _ratio(leads, acted, 4),
        "activation": 0,
        "event_pay": counts["pays"],
        "event_pay_purchase_amount": 0.0,
        "event_pay_roi": 0.0,
        "event_order_paid": orders,
        "event_order_paid_purchase_amount": counts["paid"] / 100,
        "event_valid_clues": counts["clues"],
        "conversion_cost": _ratio(cost, (leads + orders) * 100, 2),
    }


def campaign_row(events: AdEvents, unit: Unit, state: Version) -> Json:
    """One campaign as in samples/kuaishou/ads_campaign_list.json; money in 厘."""
    return {
        "campaign_id": unit.id,
        "campaign_name": state.name,
        "campaign_type": unit.traits["campaign_type"],
        "campaign_sub_type": 0,
        "ad_type": 0,
        "bid_type": 0,
        "put_status": _PUT_STATUS[state.status],
        "status": _STATUS["campaign"][state.status],
        "create_channel": 0,
        "day_budget": state.budget * 10,
        "day_budget_schedule": [],
        "create_time": text_of(unit.created_at),
        "update_time": text_of(state.since),
        "auto_adjust": 0,
        "auto_build": 0,
        "auto_manage": 0,
        "cap_bid": 0,
        "constraint_cpa": 0,
        "cap_roi_ratio": 0.0,
        "campaign_ocpx_action_type": 0,
        "campaign_deep_conversion_type": 0,
        "periodic_delivery_type": 0,
        "range_budget": 0,
    }


def unit_row(events: AdEvents, unit: Unit, state: Version) -> Json:
    """One unit as in samples/kuaishou/ads_unit_list.json; money in 厘."""
    return {
        "unit_id": unit.id,
        "unit_name": state.name,
        "campaign_id": events.campaigns[unit.campaign].id,
        "put_status": _PUT_STATUS[state.status],
        "status": _STATUS["ad_group"][state.status],
        "study_status": _PHASES[state.phase],
        "compensate_status": 0,
        "unit_type": 4,
        "bid_type": 10,
        "bid": 0,
        "cpa_bid": state.bid * 10,
        "ocpx_action_type": unit.traits["ocpx_action_type"],
        "deep_conversion_type": 0,
        "deep_conversion_bid": 0,
        "roi_ratio": 0.0,
        "day_budget": state.budget * 10,
        "day_budget_schedule": [],
        "begin_time": str(date_of(unit.first_day)),
        "end_time": None,
        "schedule": None,
        "schedule_time": "1" * 168,
        "scene_id": ["1"],
        "convert_id": 0,
        "url": "https://landing.example.com/ks",
        "web_uri_type": 2,
        "review_detail": "",
        "ad_type": 0,
        "show_mode": 2,
        "create_time": text_of(unit.created_at),
        "update_time": text_of(state.since),
        "target": {
            "gender": None,
            "region": None,
            "ages_range": None,
            "population": [],
            "exclude_population": [],
            "platform_os": 0,
            "device_brand": [],
            "device_price": [],
            "intelli_extend_option": 1,
        },
    }


def creative_row(events: AdEvents, unit: Unit, state: Version) -> Json:
    """One creative as in samples/kuaishou/ads_creative_list.json; its photo_id is text here."""
    return {
        "creative_id": unit.id,
        "creative_name": state.name,
        "unit_id": events.ad_groups[unit.ad_group or 0].id,
        "campaign_id": events.campaigns[unit.campaign].id,
        "creative_material_type": 1,
        "creative_category": 0,
        "creative_tag": [],
        "photo_id": str(unit.traits["photo_id"]),
        "photo_md5": f"{unit.traits['photo_id']:032x}",
        "cover_url": "https://img.example.com/k.jpg",
        "cover_width": 720,
        "cover_height": 1280,
        "image_token": "sample-token",
        "image_tokens": [],
        "material_url": [],
        "status": _STATUS["ad"][state.status],
        "put_status": _PUT_STATUS[state.status],
        "review_detail": "",
        "display_info": {"description": unit.traits["description"], "action_bar_text": "立即预约"},
        "new_expose_tag": [{"text": "新品", "url": ""}],
        "click_track_url": "",
        "impression_url": "",
        "create_time": text_of(unit.created_at),
        "update_time": text_of(state.since),
        "ad_type": 0,
        "outer_loop_native": 0,
        "kol_user_id": 0,
        "kol_user_type": 0,
        "creative_mode": 0,
        "recommendation": "",
    }


def comment_row(comment: AdComment, events: AdEvents, now: int) -> Json:
    """One comment as in samples/kuaishou/ads_comment_list.json; likes and states as they are now."""
    traits = events.ads[comment.ad].traits
    is_hidden = comment.hidden_at is not None and comment.hidden_at <= now
    is_answered = comment.replied_at is not None and comment.replied_at <= now
    return {
        "comment_id": comment.comment_id,
        "root_comment_id": comment.root_comment_id,
        "comment_author_id": comment.author_id,
        "photo_id": str(traits["photo_id"]),
        "photo_author_id": BRAND_AUTHOR,
        "photo_name": traits["photo_name"],
        "photo_tags": [],
        "comment_level": 2 if comment.root_comment_id else 1,
        "comment_content": comment.text,
        "fav_num": sum(likes for at, likes in comment.growth if at <= now),
        "post_time": comment.created_at * 1000,
        "nickname": comment.nickname,
        "reply_status": 2 if is_answered else 1,
        "shield_status": 2 if is_hidden else 1,
        "shield_type": 3 if is_hidden else 0,
        "is_root_comment_forbid": False,
        "emotion_url": "",
        "is_top_comment": False,
    }
