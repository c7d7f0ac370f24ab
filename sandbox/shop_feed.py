"""What the brand's shop says of itself: events for the webhook, and the tables of its ERP, as known at an instant."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from sandbox.world import text
from sandbox.world.loyalty import LoyaltyDay, LoyaltyWorld
from sandbox.world.shop import COMPLETED_SECONDS, ShopWorld
from sandbox.world.shop.model import Inquiry, Order, ShopDay
from sandbox.world.time import day_at, moment, text_of

_UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "click_id")
ERP = {
    "orders": "order_id text primary key, ordered_at text, channel text, store_id text, member_id text, phone text, "
    "email text, receiver_name text, address text, paid_fen integer, discount_fen integer, currency text, "
    "coupon_code text, status text",
    "order_lines": "order_id text, line_no integer, sku text, title text, quantity integer, price_fen integer, "
    "primary key (order_id, line_no)",
    "refunds": "refund_id text primary key, order_id text, refunded_at text, refund_fen integer, currency text, "
    "reason text",
    "leads": "lead_id text primary key, created_at text, channel text, name text, phone text, email text, "
    "product text, stage text, stage_at text",
    "coupon_uses": "coupon_code text primary key, coupon_batch text, used_at text, order_id text, channel text, "
    "member_id text, discount_fen integer, currency text",
}
"""Tables of the ERP. Money in 分, times Asia/Shanghai."""


def events(shop: ShopWorld, first: int, last: int, now: int) -> list[tuple[int, dict[str, Any]]]:
    """(known_at, event) of the webhook for what happened on the days first..last, in order of delivery until now."""
    loyalty = shop.world.part(LoyaltyWorld)
    loyalty.ensure(max(last, 0))
    days = slice(max(first - 1, 0), last + 1)  # what follows a visit may come after midnight
    told = chain(
        chain.from_iterable(_of_day(shop, day) for day in shop.by_day[days]),
        chain.from_iterable(_beside(loyalty, day) for day in loyalty.by_day[days]),
    )
    found = [one for one in told if one[0] <= now and first <= day_at(one[1]) <= last]
    return [(known_at, event) for known_at, _, event in sorted(found, key=lambda one: (one[0], one[2]["event_id"]))]


def _event(shop: ShopWorld, kind: str, day: int, number: int, at: int, **fields: Any) -> dict[str, Any]:
    head = {"event_id": shop.event_id(kind, day, number), "type": kind, "occurred_at": moment(at).isoformat()}
    return head | {name: value for name, value in fields.items() if value not in (None, "")}


def _who(shop: ShopWorld, person: int, is_member: bool) -> dict[str, Any]:
    return {"visitor_id": shop.visitor_id(person), "user_id": shop.user_id(person) if is_member else None}


def _beside(loyalty: LoyaltyWorld, day: LoyaltyDay) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """(known_at, at, event) of a day's activities, points and communities."""
    shop = loyalty.shop
    for number, one in enumerate(day.participations):
        facts = {"activity_id": one.activity_id, "action": one.action} | _who(shop, one.person, one.is_member)
        yield one.known_at, one.at, _event(shop, "activity", day.day, number, one.at, **facts, **loyalty.utm(one))
    for number, entry in enumerate(day.entries):
        facts = {"user_id": shop.user_id(entry.person), "points": entry.points, "reason": entry.reason}
        facts |= {"order_id": entry.order_id, "activity_id": entry.activity_id}
        yield entry.known_at, entry.at, _event(shop, "points", day.day, number, entry.at, **facts)
    for number, act in enumerate(day.acts):
        facts = {"community_id": act.community_id, "action": act.action, "user_id": shop.user_id(act.person)}
        yield act.known_at, act.at, _event(shop, "community", day.day, number, act.at, **facts)


def _of_day(shop: ShopWorld, day: ShopDay) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """(known_at, at, event) of a day."""

    def event(kind: str, number: int, at: int, **fields: Any) -> dict[str, Any]:
        return _event(shop, kind, day.day, number, at, **fields)

    def who(person: int, is_member: bool) -> dict[str, Any]:
        return _who(shop, person, is_member)

    def came(visit: int) -> dict[str, Any]:
        row = shop.visit(day, visit)
        return {name: row[name] for name in ("session_id", *_UTM)}

    def contact(number: int) -> dict[str, Any]:
        person = text.person(shop.seed, number)
        return {"name": person.nickname, "phone": person.phone, "email": person.email}

    for number in range(len(day.visits["at"])):
        row = shop.visit(day, number)
        about = {name: row[name] for name in ("session_id", "page", "referrer_host", "device_type", *_UTM)}
        head = {"event_id": row["event_id"], "type": "visit", "occurred_at": moment(row["at"]).isoformat()}
        visit = head | who(row["person"], row["is_member"]) | about
        yield row["known_at"], row["at"], {name: value for name, value in visit.items() if value not in (None, "")}
    for number, one in enumerate(day.sign_ups):
        facts = who(one.person, True) | came(one.visit) | contact(one.person) | {"method": one.method}
        yield one.known_at, one.at, event("sign_up", number, one.at, **facts)
    for number, ask in enumerate(day.inquiries):
        facts = who(ask.person, False) | came(ask.visit) | contact(ask.person)
        facts |= {"lead_id": ask.lead_id, "message": ask.message, "product": ask.product}
        yield ask.known_at, ask.at, event("inquiry", number, ask.at, **facts)
    for number, order in enumerate(day.orders):
        if order.store:
            continue
        facts = who(order.person, order.is_member) | came(order.visit) | contact(order.person)
        facts |= {"order_id": order.order_id, "order_amount": order.paid, "discount_amount": order.discount}
        facts |= {"currency": "CNY", "coupon_code": (order.coupon or ("",))[0], "address": shop.address(order.person)}
        facts["items"] = [
            {"sku": line.sku, "title": line.title, "quantity": line.quantity, "price": line.price}
            for line in order.lines
        ]
        yield order.known_at, order.at, event("order", number, order.at, **facts)
        if order.coupon:
            used = who(order.person, order.is_member) | {
                "coupon_code": order.coupon[0],
                "coupon_batch": order.coupon[1],
            }
            used |= {"order_id": order.order_id, "discount_amount": order.discount, "currency": "CNY", "channel": "web"}
            yield order.known_at, order.at, event("coupon_use", number, order.at, **used)
    for number, refund in enumerate(day.refunds):
        if refund.is_web:
            facts = {"refund_id": refund.refund_id, "order_id": refund.order_id, "refund_amount": refund.amount}
            facts |= {"currency": "CNY", "reason": refund.reason}
            yield refund.known_at, refund.at, event("refund", number, refund.at, **facts)
    for number, given in enumerate(day.consents):
        facts = who(given.person, True) | {"purpose": given.purpose, "policy_version": "2025-09"}
        yield given.known_at, given.at, event("consent", number, given.at, **facts, is_granted=given.is_granted)


def erp(shop: ShopWorld, first: int, last: int, now: int) -> dict[str, list[tuple[Any, ...]]]:
    """Rows of the ERP's tables about what was made on the days first..last, as they are now."""
    shop.ensure(max(last, 0))
    found: dict[str, list[tuple[Any, ...]]] = {name: [] for name in ERP}
    refunded: dict[str, int] = {}
    for day in shop.by_day:
        for refund in day.refunds:
            if refund.at <= now:
                refunded[refund.order_id] = refunded.get(refund.order_id, 0) + refund.amount
    for day in shop.by_day[max(first, 0) : last + 1]:
        for order in day.orders:
            if order.at <= now:
                found["orders"].append(_order_row(shop, order, refunded.get(order.order_id, 0), now))
                found["order_lines"] += [
                    (order.order_id, i, line.sku, line.title, line.quantity, line.price)
                    for i, line in enumerate(order.lines, start=1)
                ]
                if order.coupon:
                    channel = "store" if order.store else "web"
                    member = shop.user_id(order.person) if order.is_member else None
                    used = (*order.coupon, text_of(order.at), order.order_id, channel, member, order.discount, "CNY")
                    found["coupon_uses"].append(used)
        for refund in day.refunds:
            if refund.at <= now:
                head = (refund.refund_id, refund.order_id, text_of(refund.at))
                found["refunds"].append((*head, refund.amount, "CNY", refund.reason))
        found["leads"] += [_lead_row(shop, ask, now) for ask in day.inquiries if ask.at <= now]
    return found


def _order_row(shop: ShopWorld, order: Order, refunded: int, now: int) -> tuple[Any, ...]:
    person = text.person(shop.seed, order.person)
    status = "completed" if now >= order.at + COMPLETED_SECONDS else "paid"
    if refunded:
        status = "refunded" if refunded >= order.paid else "part_refunded"
    return (
        order.order_id,
        text_of(order.at),
        "store" if order.store else "web",
        order.store or None,
        shop.user_id(order.person) if order.is_member else None,
        f"+86 {person.phone[:3]} {person.phone[3:7]} {person.phone[7:]}",
        person.email.upper() if order.store else person.email,
        person.nickname,
        None if order.store else shop.address(order.person),
        order.paid,
        order.discount,
        "CNY",
        order.coupon[0] if order.coupon else None,
        status,
    )


def _lead_row(shop: ShopWorld, ask: Inquiry, now: int) -> tuple[Any, ...]:
    person = text.person(shop.seed, ask.person)
    since, stage = next((s for s in reversed(ask.stages) if s[0] <= now), ask.stages[0])
    head = (ask.lead_id, text_of(ask.at), "web", person.nickname, person.phone, person.email)
    return (*head, ask.product, stage, text_of(since))


def write_erp(file: Path, tables: dict[str, list[list[Any]]]) -> None:
    """Bring the ERP's SQLite file up to these rows; what it holds beside them stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=30)
    try:
        with connection:
            for name, columns in ERP.items():
                connection.execute(f"create table if not exists {name} ({columns})")
                for row in tables[name][:1]:
                    places = ", ".join("?" for _ in row)
                    connection.executemany(f"insert or replace into {name} values ({places})", tables[name])
    finally:
        connection.close()
