"""The world's own Weibo hot list: topics that are born, rise, fade, and an hourly list of about 51 of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

import numpy as np

from sandbox.world import calendar
from sandbox.world.rng import digest, stream
from sandbox.world.time import midnight

LIFE_HOURS = 60
"""No topic is listed longer than this after its birth."""
_CATEGORIES = (
    "社会",
    "暂无",
    "明星",
    "体育",
    "时事",
    "明星-内地",
    "电视剧",
    "财经",
    "游戏",
    "综艺",
    "电视剧-国产剧",
    "电影",
    "综艺-内地综艺",
    "搞笑",
    "明星-日韩",
    "汽车",
    "科普",
    "其他",
    "互联网",
    "音乐",
    "健康",
    "数码",
    "旅游",
    "美食",
    "",
    "                        ",
)
_WEIGHTS = np.array(
    [
        38,
        23,
        10,
        5,
        4,
        4,
        3,
        2.4,
        1.6,
        1.5,
        1.4,
        1.3,
        1.1,
        0.9,
        0.7,
        0.6,
        0.6,
        0.5,
        0.5,
        0.5,
        0.4,
        0.4,
        0.3,
        0.3,
        0.15,
        0.1,
    ]
)
_PLACES = ("北京", "上海", "成都", "武汉", "哈尔滨", "西安", "广州", "杭州", "重庆", "青岛", "长沙", "昆明")
_WHO = (
    "大学生",
    "外卖小哥",
    "一位奶奶",
    "00后老板",
    "幼儿园老师",
    "护士",
    "快递员",
    "考研生",
    "程序员",
    "退休教授",
    "消防员",
    "高铁乘务员",
)
_DID = (
    "雪天救下流浪狗",
    "走红网络",
    "把奖金捐给母校",
    "回应质疑",
    "凌晨三点摆摊",
    "手写300封信",
    "拍下双彩虹",
    "拾金不昧",
    "开了间书店",
    "学会了飞行",
)
_WHAT = (
    "降温",
    "房贷利率",
    "新规",
    "油价",
    "春运车票",
    "地铁新线",
    "消费券",
    "高考",
    "国考",
    "演唱会门票",
    "年终奖",
    "流感",
)
_HOW = (
    "今起实施",
    "上热搜",
    "又有新变化",
    "怎么看",
    "最新消息",
    "迎来高峰",
    "登上央视",
    "冲上第一",
    "官方通报",
    "引发讨论",
)
_STARS = ("林一舟", "顾南星", "沈知夏", "许一白", "苏念安", "陆星河", "江晚", "程未", "白桃乐队", "周野")
_ACTS = ("新剧定档", "路透", "生图", "官宣", "演唱会返场", "新歌", "获奖感言", "素颜", "粉丝见面会", "直播翻车")
_AD = ("{b}五折最后一波", "{b}新品首发", "{b}会员日", "跟着{b}过周末")
_CRISIS = ("{b}{s}", "{b} 道歉", "{b}回应{s}", "{b}{s}登上热搜", "{b}下架相关产品")


@dataclass(frozen=True)
class TopicDay:
    """Topics born on one day. `heat`, `reads`, `discusses`, `origins`: topic × hour since birth (LIFE_HOURS)."""

    day: int
    titles: tuple[str, ...]
    categories: tuple[str, ...]
    descriptions: tuple[str | None, ...]
    is_ad: np.ndarray
    is_plain: np.ndarray
    """True for topics published without category and counters."""
    born: np.ndarray
    """Hour of the day, 0–23."""
    heat: np.ndarray
    reads: np.ndarray
    discusses: np.ndarray
    origins: np.ndarray


class HotList:
    """Hourly lists of a seed."""

    def __init__(self, seed: int, brand: str) -> None:
        self.seed = seed
        self.brand = brand
        self.topics = lru_cache(maxsize=64)(self._topics)

    def missing_hours(self, day: int) -> frozenset[int]:
        """Hours of a day for which no list was collected."""
        rng = stream(self.seed, "hot.missing", day)
        draw = rng.random(26)
        gone = {hour for hour in range(24) if draw[hour] < 0.018}
        if draw[24] < 0.03:
            first = int(draw[25] * 20)
            gone |= set(range(first, first + 4))
        return frozenset(gone)

    def is_bare(self, day: int, hour: int) -> bool:
        """True for hours in which every third topic came without category and counters."""
        return bool(stream(self.seed, "hot.bare", day, hour).random() < 0.05)

    def _title(self, pick: np.ndarray) -> str:
        form = pick[0] % 4
        if form == 0:
            return f"{_PLACES[pick[1] % 12]}{_WHO[pick[2] % 12]}{_DID[pick[3] % 10]}"
        if form == 1:
            return f"{_WHAT[pick[1] % 12]}{_HOW[pick[2] % 10]}"
        if form == 2:
            return f"{_STARS[pick[1] % 10]}{' ' if pick[3] % 5 == 0 else ''}{_ACTS[pick[2] % 10]}"
        return f"{_PLACES[pick[1] % 12]}{_WHAT[pick[2] % 12]}{_HOW[pick[3] % 10]}"

    def _topics(self, day: int) -> TopicDay:
        """Topics born on a day."""
        rng = stream(self.seed, "hot.topics", day)
        rate = np.array([2.5, 1.5, 1.2, 1, 1, 1.5, 3, 5, 7, 8, 8, 8, 8, 7, 7, 7, 7, 7, 7, 8, 8, 7, 6, 4]) * 0.95
        ordinary = rng.poisson(rate)
        born = np.repeat(np.arange(24), ordinary)
        crisis = calendar.crisis_on(self.seed, day)
        brand = int(2 + crisis.severity) if crisis else 0
        adverts = 4
        born = np.concatenate([born, rng.integers(7, 22, brand), np.array([0, 6, 12, 18]), np.array([5])])
        total = len(born)
        is_ad = np.zeros(total, bool)
        is_ad[total - 1 - adverts : total - 1] = True
        is_plain = np.zeros(total, bool)
        is_plain[total - 1] = True
        picks = rng.integers(0, 1 << 30, (total, 4))
        titles: list[str] = []
        used: set[str] = set()
        for i in range(total):
            if i < total - adverts - 1 - brand:
                title = self._title(picks[i])
            elif i < total - adverts - 1:
                assert crisis is not None
                title = _CRISIS[picks[i, 0] % len(_CRISIS)].format(b=self.brand, s=crisis.subject)
            elif i < total - 1:
                owner = (
                    self.brand
                    if calendar.selling_season(day) > 1.3 and picks[i, 3] % 3 == 0
                    else f"{_STARS[picks[i, 1] % 10]}工作室"
                )
                title = _AD[picks[i, 0] % len(_AD)].format(b=owner)
            else:
                title = f"奋进路上{_WHAT[picks[i, 1] % 12]}"
            while title in used:
                title += ("后续", "了", "！", "?")[len(title) % 4]
            used.add(title)
            titles.append(title)
        kinds = rng.choice(len(_CATEGORIES), total, p=_WEIGHTS / _WEIGHTS.sum())
        age = np.arange(LIFE_HOURS)
        peak = np.exp(rng.normal(12.2, 0.85, total))
        peak[total - adverts - 1 - brand : total - adverts - 1] = np.exp(rng.normal(13.2, 0.6, brand))
        life = np.clip(rng.lognormal(2.25, 0.55, total), 2.5, 40)
        rise = rng.uniform(0.5, 2.5, total)
        shape = (1 - np.exp(-(age[None, :] + 0.6) / rise[:, None])) * np.exp(
            -np.maximum(age[None, :] - rise[:, None], 0) / life[:, None] * 1.6
        )
        heat = (peak[:, None] * shape * rng.lognormal(0, 0.05, (total, LIFE_HOURS))).astype(np.int64)
        heat[is_ad] = 0
        heat[is_plain] = 0
        reads = (np.cumsum(heat, axis=1) * rng.lognormal(3.2, 0.7, total)[:, None]).astype(np.int64)
        reads[is_ad] = (rng.lognormal(16.5, 0.8, adverts)[:, None] * (1 + 0.03 * age[None, :])).astype(np.int64)
        discusses = (reads * rng.lognormal(-7.4, 0.6, total)[:, None]).astype(np.int64)
        origins = (discusses * rng.uniform(0.04, 0.3, total)[:, None]).astype(np.int64)
        described = rng.random(total) < 0.55
        return TopicDay(
            day=day,
            titles=tuple(titles),
            categories=tuple(_CATEGORIES[k] for k in kinds),
            descriptions=tuple(f"{t}，你怎么看？" if d else None for t, d in zip(titles, described, strict=True)),
            is_ad=is_ad,
            is_plain=is_plain,
            born=born,
            heat=heat,
            reads=reads,
            discusses=discusses,
            origins=origins,
        )

    def url(self, title: str, instant: int) -> str:
        """Address as published, with the title quoted and a stamp of the hour."""
        tag = quote(f"#{title}#")
        return (
            "https://m.weibo.cn/search?containerid=100103type%3D1%26t%3D10%26q%3D"
            + tag
            + "&stream_entry_id=31&isnewpage=1"
            f"&extparam=seat%3D1%26cate%3D5001%26filter_type%3Drealtimehot%26display_time%3D{instant}"
            f"%26pre_seqid%3D{instant}{int(digest(title)[:8], 16)}"
        )

    def listing(self, day: int, hour: int) -> list[dict[str, object]]:
        """The list of an hour in the published shape, best first; empty when the hour was not collected."""
        if hour in self.missing_hours(day):
            return []
        instant = midnight(day) + hour * 3600
        candidates: list[tuple[int, int, int, int]] = []
        plain: tuple[int, int, int, int] | None = None
        adverts: list[tuple[int, int, int, int]] = []
        for back in (0, 1, 2, 3):
            topics = self.topics(day - back)
            for i, born in enumerate(topics.born.tolist()):
                age = back * 24 + hour - born
                if not 0 <= age < LIFE_HOURS:
                    continue
                if topics.is_plain[i]:
                    if age < 24:
                        plain = (0, day - back, i, age)
                elif topics.is_ad[i]:
                    if age < 6:
                        adverts.append((0, day - back, i, age))
                else:
                    candidates.append((-int(topics.heat[i, age]), day - back, i, age))
        candidates.sort()
        seen: set[str] = set()
        chosen: list[tuple[int, int, int, int]] = []
        for entry in candidates:
            title = self.topics(entry[1]).titles[entry[2]]
            if title not in seen and len(chosen) < 50:
                seen.add(title)
                chosen.append(entry)
        chosen += adverts[:1] + ([plain] if plain else [])
        bare = self.is_bare(day, hour)
        listed: list[dict[str, object]] = []
        for place, (_, born_day, i, age) in enumerate(chosen):
            topics = self.topics(born_day)
            title = topics.titles[i]
            row: dict[str, object] = {"title": title}
            thin = topics.is_plain[i] or (bare and place % 3 == 0)
            if not thin:
                row["category"] = topics.categories[i]
                if topics.descriptions[i]:
                    row["description"] = topics.descriptions[i]
            row |= {"url": self.url(title, instant), "hot": int(topics.heat[i, age]), "ads": bool(topics.is_ad[i])}
            if not thin:
                row |= {
                    "readCount": int(topics.reads[i, age]),
                    "discussCount": int(topics.discusses[i, age]),
                    "origin": int(topics.origins[i, age]),
                }
            listed.append(row)
        return listed


def hours_until(instant: int, day: int) -> int:
    """How many hourly lists of a day exist at an instant."""
    return int(np.clip((instant - midnight(day)) // 3600 + 1, 0, 24)) if instant >= midnight(day) else 0
