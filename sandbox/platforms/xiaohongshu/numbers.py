"""What 聚光 answers with: events of an advertiser added up, in the shapes of samples/xiaohongshu/jg_*."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sandbox.ad_numbers import AdNumbers
from sandbox.world.ads.model import Ad, Unit
from sandbox.world.time import date_of, ready_at, text_of

Json = dict[str, Any]


def metrics(c: Counter[str]) -> Json:
    """Every metric of a report as the platform writes it: text, thousands commas, percent signs, "-" for none."""
    interaction = c["likes"] + c["comments"] + c["saves"] + c["follows"] + c["shares"]
    clicks, cost = c["clicks"], c["cost"]
    return {
        "fee": money(cost),
        "impression": whole(c["impressions"]),
        "click": whole(clicks),
        "ctr": percent(clicks, c["impressions"]),
        "acp": money_per(cost, clicks),
        "cpm": money_per(cost * 1000, c["impressions"]),
        "like": whole(c["likes"]),
        "comment": whole(c["comments"]),
        "collect": whole(c["saves"]),
        "follow": whole(c["follows"]),
        "share": whole(c["shares"]),
        "interaction": whole(interaction),
        "cpi": money_per(cost, interaction),
        "action_button_click": whole(clicks // 90),
        "action_button_ctr": percent(clicks // 90, clicks),
        "screenshot": whole(clicks // 200),
        "pic_save": whole(clicks // 500),
        "reserve_pv": "0",
        "search_cmt_click": whole(clicks // 120),
        "search_cmt_click_cvr": percent(clicks // 120, clicks),
        "search_cmt_after_read": whole(clicks // 50),
        "search_cmt_after_read_avg": "2.33" if clicks else "0",
        "i_user_num": whole(clicks // 4),
        "ti_user_num": whole(clicks // 25),
        "goods_visit": whole(clicks // 70),
        "goods_visit_price": money_per(cost, clicks // 70, "0"),
        "seller_visit": whole(clicks // 80),
        "shopping_cart_add": whole(c["attributed"] * 2),
        "presale_order_num_7d": "0",
        "presale_order_gmv_7d": "0",
        "goods_order": whole(c["attributed"]),
        "rgmv": money(c["attributed_amount"]),
        "roi": money_per(c["attributed_amount"] * 100, cost),
        "success_goods_order": whole(c["attributed"]),
        "purchase_order_gmv_7d": money(c["attributed_amount"]),
        "purchase_order_roi_7d": money_per(c["attributed_amount"] * 100, cost),
        "leads": whole(c["leads"]),
        "valid_leads": whole(c["leads"] * 3 // 5),
        "landing_page_visit": whole(c["leads"] * 9),
        "message_consult": whole(c["leads"] // 2),
        "initiative_message": whole(c["leads"] // 3),
        "msg_leads_num": whole(c["leads"] // 4),
        "external_goods_visit_7": "0",
        "external_goods_order_7": "0",
        "external_rgmv_7": "0",
        "external_goods_order_15": "0",
        "external_rgmv_15": "0",
        "external_goods_order_30": "0",
        "external_rgmv_30": "0",
    }


def whole(number: int) -> str:
    """A count: "1,080"."""
    return f"{number:,}"


def money(fen: int) -> str:
    """An amount in yuan: "1,234.50", "0" for none."""
    sign, fen = ("-" if fen < 0 else ""), abs(fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}" if fen else "0"


def money_per(fen: int, count: int, none: str = "-") -> str:
    """An amount per piece, half up; `none` without pieces."""
    return money((2 * fen + count) // (2 * count)) if count > 0 else none


def percent(part: int, total: int) -> str:
    """A share: "2.97%", "0" for none."""
    hundredths = (20_000 * part + total) // (2 * total) if total > 0 else 0
    return f"{hundredths // 100}.{hundredths % 100:02d}%" if hundredths else "0"


class XhsNumbers(AdNumbers):
    """Answers of one advertiser."""

    def clicked(self, day: int, now: int) -> list[tuple[Ad, Counter[str]]]:
        """The ads that ran on a day with their counters, as known now; a day shows from the next morning."""
        if now < ready_at(day):
            return []
        found = ((self.events.ads[number], counts) for number, counts in sorted(self.day(day, now).items()))
        return [(ad, counts) for ad, counts in found if "impressions" in counts]

    def by_creative(self, first: int, last: int, now: int) -> list[Json]:
        """Rows of the creative report."""
        return [
            {**self._head(ad, day, now), **metrics(counts)}
            for day in range(first, last + 1)
            for ad, counts in self.clicked(day, now)
        ]

    def by_note(self, first: int, last: int, now: int) -> list[Json]:
        """Rows of the note report."""
        made = []
        for day in range(first, last + 1):
            notes: dict[str, tuple[str, Counter[str]]] = {}
            for ad, counts in self.clicked(day, now):
                notes.setdefault(ad.traits["note_id"], (ad.traits["note_title"], Counter()))[1].update(counts)
            for note_id, (title, summed) in notes.items():
                head = {
                    "time": str(date_of(day)),
                    "note_id": note_id,
                    "note_title": title,
                    "note_image": f"https://img.example.com/{note_id}.jpg",
                    "note_jump_url": f"https://www.xiaohongshu.com/explore/{note_id}",
                }
                made.append({**head, **metrics(summed)})
        return made

    def _head(self, ad: Ad, day: int, now: int) -> Json:
        campaign, group = self._above(ad)
        return {
            "time": str(date_of(day)),
            "campaign_id": str(campaign.id),
            "campaign_name": _name(campaign, now),
            "unit_id": str(group.id),
            "unit_name": _name(group, now),
            "creativity_id": str(ad.id),
            "creativity_name": _name(ad, now),
            "creativity_image": f"https://img.example.com/{ad.id}.jpg",
            "note_id": ad.traits["note_id"],
            "placement": "1",
            "optimize_target": "1",
            "promotion_target": "1",
            "bidding_strategy": "2",
            "build_type": "0",
            "marketing_target": str(campaign.traits["target"]),
            "page_id": "",
            "item_id": "",
            "live_red_id": "",
        }

    def _above(self, ad: Ad) -> tuple[Unit, Unit]:
        """The campaign and the unit of a creative."""
        return self.events.campaigns[ad.campaign], self.events.ad_groups[ad.ad_group or 0]

    def campaigns(self, now: int) -> list[Json]:
        """Campaigns that are not deleted, oldest first."""
        return [
            {
                "campaign_id": campaign.id,
                "campaign_name": state.name,
                "campaign_filter_state": 1 if state.status == "ENABLE" else 2,
                "campaign_create_time": text_of(campaign.created_at),
                "campaign_enable": int(state.status == "ENABLE"),
                "marketing_target": campaign.traits["target"],
                "placement": 1,
                "optimize_target": 1,
                "promotion_target": 1,
                "bidding_strategy": 2,
                "constraint_type": -1,
                "constraint_value": 0,
                "limit_day_budget": 1,
                "campaign_day_budget": state.budget,
                "budget_state": 1,
                "smart_switch": 0,
                "platform": 1,
                "pacing_mode": 1,
                "start_time": str(date_of(campaign.first_day)),
                "expire_time": str(date_of(campaign.last_day)),
                "time_period": "1" * 168,
                "time_period_type": 0,
                "feed_flag": 0,
                "build_type": 0,
                "search_flag": 0,
                "search_bid_ratio": 0.0,
                "event_asset_id": 0,
            }
            for campaign, state in self.listed("campaign", now)
        ]

    def units(self, now: int) -> list[Json]:
        """All units, deleted ones too."""
        return [
            {
                "id": unit.id,
                "campaign_id": self.events.campaigns[unit.campaign].id,
                "name": state.name,
                "enable": int(state.status == "ENABLE"),
                "unit_filter_state": 1 if state.status == "DELETE" else 8 if state.status == "ENABLE" else 2,
                "event_bid": state.bid,
                "target_type": 1,
                "note_ids": [
                    ad.traits["note_id"]
                    for ad in self.events.ads
                    if ad.ad_group == unit.number and ad.created_at <= now
                ],
                "item_ids": [],
                "live_user_id": "",
                "page_id": "",
                "landing_page_url": "",
                "create_time": text_of(unit.created_at),
                "update_time": text_of(state.since),
                "keyword_gen_type": -1,
                "not_available_status": 0,
                "creation_type": 0,
                "target_config": {
                    "target_gender": "all",
                    "target_age": "all",
                    "target_device": "all",
                    "target_city": "all",
                },
            }
            for unit, state in self.listed("ad_group", now, deleted=True)
        ]

    def creatives(self, brand_user_id: str, now: int) -> list[Json]:
        """Creatives that are not deleted."""
        return [
            {
                "advertiser_id": self.events.account.id,
                "campaign_id": self.events.campaigns[ad.campaign].id,
                "unit_id": self.events.ad_groups[ad.ad_group or 0].id,
                "creativity_id": ad.id,
                "creativity_name": state.name,
                "creativity_enable": int(state.status == "ENABLE"),
                "creativity_filter_state": 8 if state.status == "ENABLE" else 2,
                "creativity_create_time": text_of(ad.created_at),
                "creativity_update_time": text_of(state.since),
                "material_type": 1,
                "conversion_type": 0,
                "note_id": ad.traits["note_id"],
                "note_type": 1,
                "audit_status": 1,
                "creativity_audit_state": 3,
                "audit_comment": {},
                "page_id": "",
                "item_id": "",
                "click_urls": ["https://track.example.com/xhs"],
                "expo_urls": [],
                "jump_url": "",
                "image": f"https://img.example.com/{ad.id}.jpg",
                "programmatic": 0,
                "title": "",
                "note_user_id": ad.traits["author"] or brand_user_id,
                "creation_type": 0,
            }
            for ad, state in self.listed("ad", now)
        ]


def _name(unit: Unit, now: int) -> str:
    return (unit.state(now) or unit.versions[0]).name
