"""What 蒲公英 answers with: creators' notes added up, in the shapes of samples/xiaohongshu/pgy_*."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sandbox.world.time import date_of, midnight, ready_at
from sandbox.world.xiaohongshu.creators import AMOUNTS, FOLLOW_DAYS, Creator, CreatorEvents, Note

Json = dict[str, Any]
SETTLED_AFTER = 2
"""A snapshot is counted once more until the morning of so many days later (the T+2 part), then it stays."""


class CreatorNumbers:
    """Answers of 蒲公英."""

    def __init__(self, events: CreatorEvents, brand_user_id: str, brand: str) -> None:
        self.events = events
        self._brand_user_id, self._brand = brand_user_id, brand
        self._cache: dict[tuple[int, int], dict[str, dict[int, int]]] = {}

    def snapshot(self, day: int, now: int) -> dict[str, dict[int, int]]:
        """Counters by note from publication to a day, by name, as counted now."""
        until = min(now, midnight(day + SETTLED_AFTER) + 8 * 3600)
        if (day, until) not in self._cache:
            if len(self._cache) > 50:
                self._cache.clear()
            self._cache[day, until] = self._add_up(day, until)
        return self._cache[day, until]

    def _add_up(self, day: int, until: int) -> dict[str, dict[int, int]]:
        numbers = np.array([note.number for note in self.events.notes], np.int64)
        totals = np.zeros((len(AMOUNTS), len(numbers)), np.int64)
        for chunk in self.events.growth[: day + 1]:
            known = chunk["known_at"] <= until
            at = np.searchsorted(numbers, chunk["note"][known])
            for row, name in enumerate(AMOUNTS):
                np.add.at(totals[row], at, chunk[name][known])
        return {
            name: dict(zip(numbers.tolist(), totals[row].tolist(), strict=True)) for row, name in enumerate(AMOUNTS)
        }

    def notes(self, day: int, first: int, last: int, now: int) -> list[Json]:
        """Rows of the snapshot of a day: notes published first..last that are not removed."""
        if now < ready_at(day):
            return []
        totals = self.snapshot(day, now)
        return [
            self._row(note, self.events.creators[note.creator], day, {n: totals[n][note.number] for n in AMOUNTS})
            for note in self.events.notes
            if first <= note.publish_day <= min(last, day) and (note.removed_day is None or day < note.removed_day)
        ]

    def creators(self, wanted: Iterable[str], day: int) -> list[Json]:
        """Creators as they stand on a day."""
        ids = set(wanted)
        return [
            {
                "kol_id": creator.kol_id,
                "kol_nick_name": creator.nickname,
                "red_id": creator.red_id,
                "kol_fan_num": creator.followers_on(day),
                "kol_operate_state": 1,
                "kol_credit_level": creator.level,
                "mcn_name": creator.agency,
                "price": creator.price,
                "video_price": creator.video_price,
            }
            for creator in self.events.creators
            if creator.kol_id in ids
        ]

    def _row(self, note: Note, creator: Creator, day: int, n: dict[str, int]) -> Json:
        engaged = n["likes"] + n["saves"] + n["comments"] + n["shares"]
        cost = note.price + note.fee
        return {
            "date_key": f"{date_of(day):%Y%m%d}",
            "operate_user_id": self._brand_user_id,
            "operate_user_name": self._brand,
            "operate_main_name": f"{self._brand}商贸有限公司",
            "brand_user_id": self._brand_user_id,
            "brand_user_name": self._brand,
            "kol_nick_name": creator.nickname,
            "kol_id": creator.kol_id,
            "kol_link": f"https://www.xiaohongshu.com/user/profile/{creator.kol_id}",
            "kol_fan_num": creator.followers_on(day),
            "kol_credit_level": creator.level,
            "order_kol_level": creator.level,
            "note_title": note.title,
            "note_link": f"https://www.xiaohongshu.com/explore/{note.note_id}",
            "note_type": 2 if note.is_video else 1,
            "note_publish_time": str(date_of(note.publish_day)),
            "cooperate_type": 1,
            "note_id": note.note_id,
            "duration": note.duration,
            "order_id": note.order_id,
            "biz_title": note.order_title,
            "kol_price": note.price,
            "total_platform_price": note.fee,
            "effect": day - note.publish_day >= FOLLOW_DAYS // 3,
            "imp_num": n["imp"],
            "heat_imp_num": 0,
            "promotion_imp_num": n["ad_imp"],
            "read_num": n["read"],
            "heat_read_num": 0,
            "promotion_read_num": n["ad_read"],
            "read_uv": n["readers"],
            "video_play_5s_rate": 41.2 if note.is_video else 0.0,
            "pic_read_3s_rate": 0.0 if note.is_video else 62.5,
            "avg_view_time": _rounded(n["seconds"], n["read"]),
            "finish_rate": _rounded(n["finishes"] * 10_000, n["read"]) / 100,
            "engage_num": engaged,
            "engage_rate": _rounded(engaged * 10_000, n["read"]) / 100,
            "like_num": n["likes"],
            "fav_num": n["saves"],
            "cmt_num": n["comments"],
            "share_num": n["shares"],
            "origin_imp_num": n["imp"] - n["ad_imp"],
            "origin_read_num": n["read"] - n["ad_read"],
            **{f"imp_{k}": v for k, v in _SHARES.items()},
            **{f"read_{k}": v for k, v in _SHARES.items()},
            "read_cost": _rounded(cost, n["read"]),
            "engage_cost": _rounded(cost, engaged),
            "cpcp": 0,
            "cp": 0,
            "cp_rate": 0.0,
            **_AUDIENCE,
            "spu_name": "",
            "interest_num": n["interest"],
            "interest_rate": _rounded(n["interest"] * 10_000, n["read"]) / 100,
            "interest_cost": _rounded(cost, n["interest"]) / 100,
            "feed_interest_num": n["interest"] * 2 // 3,
            "search_interest_num": n["interest"] - n["interest"] * 2 // 3,
            "other_interest_num": 0,
            "comp_type": 0,
            "comp_imp_num": 0,
            "comp_click_uv_num": 0,
            "comp_click_pv_num": 0,
            "click_pv_rate": 0.0,
            "with_content_comp": 0,
            "with_note_bottom_comp": 0,
            "with_engage_comp": 0,
            "star_task_name": "",
            "star_event_group_id": "",
        }


_SHARES = {"discovery": 60.0, "search": 30.0, "homepage": 4.0, "follow": 3.0, "nearby": 1.0, "other": 2.0}
_AUDIENCE = {
    "fan_percent": 12.5,
    "female_percent": 83.1,
    "male_percent": 16.9,
    "age1_percent": 5.0,
    "age2_percent": 35.0,
    "age3_percent": 45.0,
    "age4_percent": 12.0,
    "age5_percent": 3.0,
    "province_top1": "广东",
    "province_top1_rate": 14.2,
    "province_top2": "江苏",
    "province_top2_rate": 9.1,
    "province_top3": "浙江",
    "province_top3_rate": 8.8,
    "phone_top1": "机型A",
    "phone_top1_rate": 8.0,
    "interest_top1": "生活",
    "interest_top1_rate": 40.1,
}


def _rounded(numerator: int, denominator: int) -> int:
    """The ratio, half up; 0 without a denominator."""
    return (2 * numerator + denominator) // (2 * denominator) if denominator > 0 else 0
