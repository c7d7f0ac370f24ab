"""Words of the brand: titles, comments, replies, and the persons who write them."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sandbox.world.rng import digest, stream

BRANDS = ("青屿茶研", "朴野户外", "半夏护肤", "谷雨厨房", "知更鸟咖啡")
_PRODUCTS = {
    "青屿茶研": ("冷泡茶", "桂花乌龙", "白桃绿茶", "陈皮白茶", "茶礼盒"),
    "朴野户外": ("轻量帐篷", "防晒衣", "徒步鞋", "露营灯", "冲锋衣"),
    "半夏护肤": ("修护精华", "防晒乳", "洁面慕斯", "面霜", "身体乳"),
    "谷雨厨房": ("不粘锅", "空气炸锅", "保鲜盒", "刀具套装", "砂锅"),
    "知更鸟咖啡": ("挂耳咖啡", "冷萃液", "手冲壶", "浅烘豆", "燕麦拿铁"),
}
_TITLES = (
    "{p}怎么选？看完这一篇就够了",
    "用了三个月的{p}，说说真实感受",
    "{b}{p}新品上市🎉",
    "换季必看：{p}的5个冷知识",
    "门店活动预告｜{p}免费体验",
    "会员日来了，{p}限时八折🔥",
    "我们为什么要做{p}",
    "周末去哪儿？带上{p}出发",
    "读者来信：{p}陪我度过的那些日子",
    "{p}背后的故事，一位老师傅的三十年",
    "别再乱买{p}了！这3个坑要避开",
    "{s}好物清单，{p}排第一",
    "一张图看懂{p}的正确用法🌿",
    "抽奖｜留言送{p}10份🎁",
    "{b}年度报告：你最爱的{p}是它",
    "{s}限定{p}，只做这一季",
    "{p}补货通知",
    "问答合集：关于{p}的20个问题",
    "幕后｜{p}是怎样来到你手里的",
    "早安，从一份{p}开始☀️",
)
_SEASONS = ("冬日", "冬日", "早春", "春日", "春日", "初夏", "夏日", "夏日", "初秋", "秋日", "秋日", "冬日")
_GOOD = (
    "已下单，期待",
    "写得很清楚👍",
    "用了两年了，一直回购",
    "颜色很正😍",
    "客服小姐姐很耐心",
    "质量比想象的好",
    "送妈妈的，她很喜欢❤️",
    "这个{p}真的好用",
)
_PLAIN = (
    "什么时候补货？",
    "求教程",
    "请问有小号吗",
    "北京门店有吗",
    "和去年那款有什么区别",
    "多少钱",
    "打卡第{n}天",
    "新疆包邮吗",
    "{p}有试用装吗",
)
_BAD = (
    "物流太慢了",
    "{p}用了一周就坏了，失望",
    "客服一直不回复😡",
    "涨价也太多了吧",
    "和图片不一样",
    "再也不买了",
    "包装破损，要求退货",
)
_CRISIS = ("{s}的事情什么时候给个说法", "看到热搜来的，{s}太离谱了", "已退货，{s}让人寒心", "等一个道歉")
_PRIVATE = ("我的电话{v}，麻烦联系", "加我{v}", "发邮件到{v}吧", "联系{v} 谢谢", "请回电{v}")
_REPLIES = (
    "感谢支持，预计下周三补货",
    "您好，已私信您～",
    "谢谢喜欢🌸",
    "抱歉给您带来不便，请联系在线客服处理",
    "门店地址见菜单栏哦",
)
_ADJECTIVES = (
    "爱喝茶的",
    "慢吞吞的",
    "早起的",
    "不吃香菜的",
    "在路上的",
    "迷路的",
    "圆滚滚的",
    "认真的",
    "周末",
    "南方",
    "深夜",
    "晒太阳的",
)
_NOUNS = (
    "小鹿",
    "橘猫",
    "阿柴",
    "栗子",
    "团子",
    "云朵",
    "海盐",
    "老王",
    "向日葵",
    "北极熊",
    "小满",
    "木木",
    "糖糖",
    "阿文",
)
_EMOJI = ("🦌", "🐱", "🌸", "🌙", "🍑", "✨", "🐳", "")
_MAIL_HOSTS = ("qq.com", "163.com", "gmail.com", "foxmail.com", "126.com")
PERSONS = 6_000
"""Size of the commenting public; a person holds one account on each platform."""


def brand_name(seed: int) -> str:
    """The brand of a seed."""
    return BRANDS[seed % len(BRANDS)]


def product(rng: np.random.Generator, seed: int) -> str:
    """One product of the brand."""
    choices = _PRODUCTS[brand_name(seed)]
    return choices[int(rng.integers(len(choices)))]


def season(month: int) -> str:
    """The season's word for a month, 1 to 12."""
    return _SEASONS[month - 1]


def article_title(rng: np.random.Generator, seed: int, month: int) -> str:
    """Title of a WeChat article."""
    form = _TITLES[int(rng.integers(len(_TITLES)))]
    return form.format(p=product(rng, seed), b=brand_name(seed), s=season(month))


@dataclass(frozen=True)
class Person:
    """Somebody who writes comments. Every field is personal data and must not land."""

    number: int
    nickname: str
    phone: str
    email: str
    aweme_id: str

    def openid(self, app: str) -> str:
        """The person's id under one WeChat app, 28 characters."""
        return "o" + digest("openid", self.nickname, self.phone, app)[:27]


@lru_cache(maxsize=65_536)
def person(seed: int, number: int) -> Person:
    """The person of a number, 0 ≤ number < PERSONS, fixed by the seed."""
    rng = stream(seed, "person", number)
    pick = rng.integers(0, 1 << 30, size=8)
    tag = digest("tag", seed, number)[:4].upper()
    nickname = (
        _ADJECTIVES[pick[0] % len(_ADJECTIVES)] + _NOUNS[pick[1] % len(_NOUNS)] + tag + _EMOJI[pick[2] % len(_EMOJI)]
    )
    phone = f"1{'3589'[pick[3] % 4]}{pick[4] % 10**9:09d}"
    email = f"{('user', 'sunny', 'lin', 'chen_', 'wx')[pick[5] % 5]}{pick[6] % 10**7:07d}@{_MAIL_HOSTS[pick[7] % 5]}"
    return Person(number, nickname, phone, email, f"dy{digest('aweme', seed, number)[:12]}")


_SHAPE = re.compile(r"\{([dxw])(\d+)\}")
_LETTERS = string.digits + string.ascii_letters


def person_id(seed: int, platform: str, number: int, shape: str) -> str:
    """The id of a person, or of anything numbered, on a platform: stable under the seed, different on each platform.

    `shape` is text with places: {d10} ten digits (none leading with 0), {x32} hex digits, {w28} digits and letters.
    """
    entropy = int(digest("id", seed, platform, number, shape, 0) + digest("id", seed, platform, number, shape, 1), 16)

    def draw(match: re.Match[str]) -> str:
        nonlocal entropy
        kind, length = match[1], int(match[2])
        letters = {"d": string.digits, "x": "0123456789abcdef", "w": _LETTERS}[kind]
        made = ""
        for place in range(length):
            choices = letters[1:] if kind == "d" and place == 0 else letters
            entropy, pick = divmod(entropy, len(choices))
            made += choices[pick]
        return made

    return _SHAPE.sub(draw, shape)


@dataclass(frozen=True)
class Remark:
    """A comment's text, its feeling, and the personal values planted in it as (kind, value)."""

    text: str
    emotion: str
    planted: tuple[tuple[str, str], ...]


def remark(rng: np.random.Generator, seed: int, author: Person, crisis: str | None) -> Remark:
    """Text of one comment; in about 8 % of them a phone, an e-mail address or an @name is planted."""
    draw = rng.random(4)
    pick = rng.integers(0, 1 << 30, size=4)
    bad = 0.14 if crisis is None else 0.6
    emotion = "NEUTRAL"
    forms: tuple[str, ...] = _PLAIN
    if draw[0] < bad:
        emotion, forms = "NEGATIVE", (_BAD if crisis is None or draw[3] < 0.4 else _CRISIS)
    elif draw[0] < bad + 0.42:
        emotion, forms = "POSITIVE", _GOOD
    choices = _PRODUCTS[brand_name(seed)]
    text = forms[pick[0] % len(forms)].format(p=choices[pick[1] % len(choices)], n=pick[1] % 30 + 1, s=crisis or "")
    planted: tuple[tuple[str, str], ...] = ()
    if draw[1] < 0.03:
        number = author.phone
        value = (number, f"{number[:3]}-{number[3:7]}-{number[7:]}", f"{number[:3]} {number[3:7]} {number[7:]}")[
            pick[2] % 3
        ]
        planted = (("phone", value),)
        text += "，" + _PRIVATE[pick[3] % len(_PRIVATE)].format(v=value)
    elif draw[1] < 0.045:
        planted = (("email", author.email),)
        text += "，" + _PRIVATE[pick[3] % len(_PRIVATE)].format(v=author.email)
    elif draw[1] < 0.08:
        friend = person(seed, int(pick[2] % PERSONS))
        planted = (("at_name", "@" + friend.nickname),)
        text = f"@{friend.nickname} {text}"
    return Remark(text, emotion, planted)


def reply(rng: np.random.Generator) -> str:
    """An answer of the account to a comment."""
    return _REPLIES[int(rng.integers(len(_REPLIES)))]
