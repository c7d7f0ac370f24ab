"""A day of the shop: visits from posts and ads, and what some of them become."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from sandbox.world import calendar, plan, text
from sandbox.world.ads import AdsWorld
from sandbox.world.rng import digest, stream
from sandbox.world.shop.model import Consent, Inquiry, Line, Order, Refund, ShopDay, SignUp, Touch
from sandbox.world.time import date_of, midnight

PUBLIC = 20_000
"""People who may come; those below text.PERSONS also comment."""
PAGES = ("/", "/product/101", "/product/102", "/product/103", "/product/104", "/product/105", "/sale", "/about")
DEVICES = ("mobile", "desktop", "mini_program")
VISITS = 380
STORE_ORDERS = 13
STORES = ("SH01", "SH02", "BJ01", "GZ01")
BATCHES = ("WELCOME", "MEMBER", "SEASON", "STORE")
REASONS = ("quality", "changed_mind", "late", "wrong_item")
_HOUR = np.array([1, 1, 0.5, 0.3, 0.3, 0.5, 1, 2, 3, 4, 4.5, 4.5, 5, 4.5, 4, 4, 4, 4.5, 5, 6, 7.5, 8, 6, 3])
_HOSTS = {"weibo": "weibo.com", "douyin": "www.douyin.com", "xiaohongshu": "www.xiaohongshu.com"}
_LATE_SHARE = 0.03
"""Events that the site delivers hours or days late, because a call failed."""


def make_day(
    seed: int, scale: float, day: int, members: dict[int, int], recent: Iterable[ShopDay], ads: list[AdsWorld]
) -> ShopDay:
    """The day; `members` (person → since) is extended, `recent` are the days before it that still have refunds."""
    rng = stream(seed, "shop", day)
    value = date_of(day)
    rhythm = calendar.READ_WEEK[value.weekday()] * calendar.selling_season(day) ** 0.6 * float(rng.lognormal(0, 0.08))
    touches, weights = _touches(seed, scale, day, ads)
    count = int(rng.poisson(VISITS * scale * rhythm))
    persons = (PUBLIC * rng.random(count) ** 2.2).astype(np.int64)
    at = np.sort(midnight(day) + rng.choice(24, count, p=_HOUR / _HOUR.sum()) * 3600 + rng.integers(0, 3600, count))
    visits = {
        "person": persons,
        "at": at,
        "touch": rng.choice(len(touches), count, p=weights),
        "page": rng.choice(len(PAGES), count, p=(0.2, 0.2, 0.15, 0.1, 0.1, 0.05, 0.15, 0.05)),
        "is_member": np.array([members.get(int(p), at[i] + 1) <= at[i] for i, p in enumerate(persons)], np.int64),
        "pages": 1 + rng.geometric(0.45, count),
        "device": rng.choice(len(DEVICES), count, p=(0.68, 0.2, 0.12)),
        "known_at": _delivered(rng, at),
    }
    found = ShopDay(day, touches, visits)
    fate = rng.random((count, 3))
    for row in range(count):
        person, now = int(persons[row]), int(at[row])
        if person not in members and fate[row, 0] < 0.045:
            _sign_up(rng, found, members, person, now + 120, row)
        if fate[row, 1] < 0.03:
            found.inquiries.append(_inquiry(rng, seed, day, len(found.inquiries), person, now + 300, row))
        if fate[row, 2] < (0.13 if members.get(person, now) < now else 0.055):
            is_member = members.get(person, now + 900) <= now + 600
            found.orders.append(_order(rng, seed, day, len(found.orders), person, is_member, now + 600, row, ""))
    _stores(rng, seed, scale * rhythm, found, members)
    _withdraw(rng, found, members)
    for earlier in recent:
        found.refunds += _refunds(seed, earlier, day)
    return found


def _touches(seed: int, scale: float, day: int, ads: list[AdsWorld]) -> tuple[list[Touch], np.ndarray]:
    """Ways to the site today with their shares: typed, search, posts of the last days, ads by their clicks."""
    found = [Touch(), Touch("baidu", "organic", host="www.baidu.com"), Touch("sms", "crm", "member_day")]
    shares = [0.3, 0.16, 0.04]
    posts = [
        (Touch(name, "social", "", str(piece.number), _HOSTS[name]), piece.quality)
        for name in _HOSTS
        for ago in range(3)
        for piece, _ in plan.published(seed, scale, day - ago, name)
    ]
    clicked = []
    for part in ads:
        part.ensure(day)
        for events in part.accounts:
            chunk = events.delivery[day]
            for number, clicks in zip(chunk["ad"].tolist(), chunk["clicks"].tolist(), strict=True):
                if clicks > 0:
                    ad = events.ads[number]
                    campaign = str(events.campaigns[ad.campaign].id)
                    clicked.append((Touch(part.name, "cpc", campaign, str(ad.id)), float(clicks) ** 0.8))
    for share, group in ((0.22, posts), (0.28, clicked)):
        total = sum(weight for _, weight in group)
        found += [touch for touch, _ in group]
        shares += [share * weight / total for _, weight in group]
    weights = np.array(shares)
    return found, weights / weights.sum()


def _delivered(rng: np.random.Generator, at: np.ndarray) -> np.ndarray:
    """When the webhook brings it: at once, some a good deal later."""
    late = (rng.lognormal(9.8, 1.1, len(at))).clip(600, 60 * 3600).astype(np.int64)
    return np.where(rng.random(len(at)) < _LATE_SHARE, at + late, at + 2)


def _one_delivered(rng: np.random.Generator, at: int) -> int:
    return int(_delivered(rng, np.array([at], np.int64))[0])


def _sign_up(rng: np.random.Generator, found: ShopDay, members: dict[int, int], person: int, at: int, row: int) -> None:
    members[person] = at
    method = ("phone", "wechat", "email")[int(rng.choice(3, p=(0.6, 0.3, 0.1)))]
    found.sign_ups.append(SignUp(person, at, row, method, _one_delivered(rng, at)))
    for purpose, share in (("analytics", 0.93), ("marketing", 0.62)):
        found.consents.append(Consent(person, at + 5, purpose, bool(rng.random() < share), _one_delivered(rng, at)))


def _inquiry(rng: np.random.Generator, seed: int, day: int, number: int, person: int, at: int, row: int) -> Inquiry:
    said = text.remark(rng, seed, text.person(seed, person), None)
    contacted = at + int(rng.integers(1800, 3 * 86_400))
    closed = contacted + int(rng.integers(86_400, 18 * 86_400))
    outcome = "won" if rng.random() < 0.24 else "lost"
    stages: tuple[tuple[int, str], ...] = ((at, "new"),)
    if rng.random() < 0.85:
        stages += ((contacted, "contacted"),)
        if rng.random() < 0.8:
            stages += ((closed, outcome),)
    lead = f"L{date_of(day):%y%m%d}{number:05d}"
    known = _one_delivered(rng, at)
    return Inquiry(lead, person, at, row, text.product(rng, seed), said.text, said.planted, stages, known)


def _order(
    rng: np.random.Generator,
    seed: int,
    day: int,
    number: int,
    person: int,
    is_member: bool,
    at: int,
    row: int,
    store: str,
) -> Order:
    lines = []
    for _ in range(int(rng.choice((1, 2, 3, 4), p=(0.58, 0.26, 0.11, 0.05)))):
        product = text.product(rng, seed)
        price = 3_900 + int(digest("price", seed, product)[:6], 16) % 40_000 // 100 * 100
        quantity = int(rng.geometric(0.75))
        if rng.random() < 0.012:  # a company buys presents
            quantity += int(min(400, rng.pareto(1.1) * 12))
        lines.append(Line(f"SKU{digest(product)[:6].upper()}", product, quantity, price))
    total = sum(line.price * line.quantity for line in lines)
    coupon, discount = None, 0
    if is_member and rng.random() < 0.34:
        batch = BATCHES[3 if store else int(rng.integers(3))] + f"{date_of(day):%y%m}"
        coupon = (f"{batch}-{digest('coupon', seed, day, store, number)[:10].upper()}", batch)
        discount = min(total // 2, int(rng.integers(5, 60)) * 100)
    tail = int(digest("order", seed, day, store, number)[:10], 16) % 10**9
    order_id = f"{date_of(day):%Y%m%d}{'2' if store else '1'}{tail:09d}"
    known = _one_delivered(rng, at)
    return Order(order_id, person, is_member, at, row, store, tuple(lines), total - discount, discount, coupon, known)


def _stores(rng: np.random.Generator, seed: int, rhythm: float, found: ShopDay, members: dict[int, int]) -> None:
    """What the stores sell today: to members who say so, and to people whose number is known for the warranty."""
    count = int(rng.poisson(STORE_ORDERS * rhythm))
    known = list(members)
    for number in range(count):
        at = midnight(found.day) + int(rng.integers(10 * 3600, 22 * 3600))
        is_member = bool(known) and rng.random() < 0.6
        person = known[int(rng.integers(len(known)))] if is_member else int(rng.integers(PUBLIC))
        is_member = members.get(person, at + 1) <= at
        store = STORES[int(rng.integers(len(STORES)))]
        found.orders.append(_order(rng, seed, found.day, number, person, is_member, at, -1, store))


def _withdraw(rng: np.random.Generator, found: ShopDay, members: dict[int, int]) -> None:
    """A few members take their consent to marketing back."""
    known = list(members)
    for _ in range(int(rng.poisson(min(2.0, len(known) / 1500)))):
        person = known[int(rng.integers(len(known)))]
        at = max(members[person] + 3600, midnight(found.day) + int(rng.integers(8 * 3600, 23 * 3600)))
        if at < midnight(found.day + 1):
            found.consents.append(Consent(person, at, "marketing", False, _one_delivered(rng, at)))


def _refunds(seed: int, earlier: ShopDay, day: int) -> list[Refund]:
    """Refunds on a day of an earlier day's orders."""
    found = []
    rng = stream(seed, "shop.refund", earlier.day)
    for number, order in enumerate(earlier.orders):
        draw = rng.random(4)
        ago = 1 + int(12 * draw[1] ** 2)
        if draw[0] >= 0.065 or earlier.day + ago != day:
            continue
        at = midnight(day) + 9 * 3600 + int(draw[2] * 12 * 3600)
        amount = order.paid if draw[3] < 0.6 else max(100, int(order.paid * (draw[3] - 0.55)) // 100 * 100)
        late = int(stream(seed, "shop.refund.late", earlier.day, number).integers(2, 200_000))
        known = at + (late if draw[2] < _LATE_SHARE else 2)
        reason = REASONS[int(draw[1] * 997) % len(REASONS)]
        refund_id = f"R{order.order_id}"
        found.append(Refund(refund_id, order.order_id, at, min(amount, order.paid), reason, not order.store, known))
    return found
