"""The brand's shop as a part of the world: one site, a few stores, one database; every source of it sees the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.world import text
from sandbox.world.ads import AdsWorld
from sandbox.world.base import Planted, PlatformWorld
from sandbox.world.brand import World
from sandbox.world.rng import digest
from sandbox.world.shop.days import DEVICES, PAGES, make_day
from sandbox.world.shop.model import ShopDay, Touch
from sandbox.world.tables import Tables, rows

REFUND_DAYS = 13
COMPLETED_SECONDS = 8 * 86_400
"""An order is completed that long after it was paid."""


class ShopWorld(PlatformWorld):
    """Visits, members, leads, orders, refunds, coupons and consents, by day."""

    name = "shop"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.by_day: list[ShopDay] = []
        self._members: dict[int, int] = {}

    def extend(self, day: int) -> None:
        """Adds one day."""
        ads = [part for _, part in sorted(self.world.parts.items()) if isinstance(part, AdsWorld)]
        recent = self.by_day[max(0, day - REFUND_DAYS) :]
        self.by_day.append(make_day(self.seed, self.scale, day, self._members, recent, ads))

    # --- ids and texts ---------------------------------------------------------------------------------------------

    def user_id(self, person: int) -> str:
        """A member's number."""
        return text.person_id(self.seed, "site", person, "u{d12}")

    def visitor_id(self, person: int) -> str:
        """The cookie of a person's browser."""
        return text.person_id(self.seed, "site.visitor", person, "{x32}")

    def tracked_id(self, person: int) -> str:
        """The cookie that the analytics tool sets."""
        return text.person_id(self.seed, "tracked", person, "{x8}-{x4}-4{x3}-{x12}")

    @property
    def project(self) -> str:
        """The site's account of the analytics tool."""
        return digest("gio", "ai", self.seed)[:16]

    def session_id(self, day: int, visit: int) -> str:
        """The session of a visit."""
        return text.person_id(self.seed, "site.session", day * 1_000_000 + visit, "{x20}")

    def click_id(self, day: int, visit: int, touch: Touch) -> str:
        """What an ad platform adds to the address, empty for other visits."""
        return (
            text.person_id(self.seed, "site.click", day * 1_000_000 + visit, "{w24}") if touch.medium == "cpc" else ""
        )

    def event_id(self, kind: str, day: int, number: int) -> str:
        """Unique per event of the webhook."""
        return text.person_id(self.seed, f"site.{kind}", day * 1_000_000 + number, "{x32}")

    def address(self, person: int) -> str:
        """Where a person's parcels go."""
        return (
            f"朝阳路{person % 997 + 1}号{person % 23 + 1}单元{text.person_id(self.seed, 'address', person, '{d4}')}室"
        )

    # --- for the truth and the leak searches ------------------------------------------------------------------------

    def tables(self, first: int, last: int) -> Tables:
        """shop_visit of the days first..last and the one before; of all days until then shop_sign_up, shop_inquiry,
        shop_stage (of inquiries), shop_order, shop_line, shop_refund, shop_coupon and shop_consent."""
        days = self.by_day[: last + 1]
        texts = dict.fromkeys(("utm_source", "utm_medium", "utm_campaign", "utm_content", "click_id"), "text")
        return {
            "shop_visit": rows(
                (row for found in days[max(first - 1, 0) :] for row in self._visits(found)),
                day="int",
                number="int",
                person="int",
                at="int",
                known_at="int",
                event_id="text",
                session_id="text",
                tracked_id="text",
                project="text",
                page="text",
                pages="int",
                device_type="text",
                referrer_host="text",
                is_member="bool",
                **texts,
            ),
            "shop_sign_up": rows(
                (
                    vars(one) | {"day": found.day, "event_id": self.event_id("sign_up", found.day, i)}
                    for found in days
                    for i, one in enumerate(found.sign_ups)
                ),
                day="int",
                visit="int",
                person="int",
                at="int",
                known_at="int",
                event_id="text",
                method="text",
            ),
            "shop_inquiry": rows(
                (vars(one) | {"day": found.day} for found in days for one in found.inquiries),
                day="int",
                visit="int",
                person="int",
                at="int",
                known_at="int",
                lead_id="text",
                product="text",
            ),
            "shop_stage": rows(
                (
                    {"lead_id": one.lead_id, "since": since, "stage": stage}
                    for found in days
                    for one in found.inquiries
                    for since, stage in one.stages
                ),
                lead_id="text",
                since="int",
                stage="text",
            ),
            "shop_order": rows(
                (
                    vars(one) | {"day": found.day, "coupon_code": (one.coupon or ("", ""))[0]}
                    for found in days
                    for one in found.orders
                ),
                day="int",
                visit="int",
                person="int",
                at="int",
                known_at="int",
                order_id="text",
                store="text",
                is_member="bool",
                paid="int",
                discount="int",
                coupon_code="text",
            ),
            "shop_line": rows(
                (
                    vars(line) | {"order_id": one.order_id, "line_no": i}
                    for found in days
                    for one in found.orders
                    for i, line in enumerate(one.lines, start=1)
                ),
                order_id="text",
                line_no="int",
                sku="text",
                title="text",
                quantity="int",
                price="int",
            ),
            "shop_refund": rows(
                (vars(one) | {"day": found.day} for found in days for one in found.refunds),
                day="int",
                at="int",
                known_at="int",
                refund_id="text",
                order_id="text",
                amount="int",
                reason="text",
            ),
            "shop_coupon": rows(
                (
                    {"day": found.day, "code": one.coupon[0], "batch": one.coupon[1]} | vars(one)
                    for found in days
                    for one in found.orders
                    if one.coupon
                ),
                day="int",
                at="int",
                known_at="int",
                code="text",
                batch="text",
                order_id="text",
                store="text",
                discount="int",
            ),
            "shop_consent": rows(
                (
                    vars(one) | {"day": found.day, "event_id": self.event_id("consent", found.day, i)}
                    for found in days
                    for i, one in enumerate(found.consents)
                ),
                day="int",
                at="int",
                known_at="int",
                event_id="text",
                person="int",
                purpose="text",
                is_granted="bool",
            ),
        }

    def _visits(self, found: ShopDay) -> Iterator[dict[str, Any]]:
        for i in range(len(found.visits["at"])):
            yield self.visit(found, i)

    def visit(self, found: ShopDay, number: int) -> dict[str, Any]:
        """A visit with its ids and texts."""
        row = {name: int(values[number]) for name, values in found.visits.items()}
        touch = found.touches[row["touch"]]
        return row | {
            "day": found.day,
            "number": number,
            "event_id": self.event_id("visit", found.day, number),
            "session_id": self.session_id(found.day, number),
            "project": self.project,
            "tracked_id": f"{row['at']}{number:05d}",
            "page": PAGES[row["page"]],
            "device_type": DEVICES[row["device"]],
            "referrer_host": touch.host,
            "is_member": bool(row["is_member"]),
            "utm_source": touch.source,
            "utm_medium": touch.medium,
            "utm_campaign": touch.campaign,
            "utm_content": touch.content,
            "click_id": self.click_id(found.day, number, touch),
        }

    def planted(self, first: int, last: int) -> Iterator[Planted]:
        """Names, numbers and addresses of who signed up, asked, ordered; cookies and member numbers of who came."""
        for found in self.by_day[max(first, 0) : last + 1]:
            where = f"shop, day {found.day}"
            named = {one.person for group in (found.sign_ups, found.inquiries, found.orders) for one in group}
            for number in sorted(named):
                person = text.person(self.seed, number)
                yield Planted("name", person.nickname, where)
                yield Planted("phone", person.phone, where)
                yield Planted("email", person.email, where)
                yield Planted("address", self.address(number), where)
                yield Planted("user_id", self.user_id(number), where)
            for one in found.inquiries:
                for kind, value in one.planted:
                    yield Planted(kind, value, where)
            for number in sorted(set(found.visits["person"].tolist())):
                yield Planted("visitor_id", self.visitor_id(number), where)
                yield Planted("tracked_id", self.tracked_id(number), where)
                yield Planted("phone", text.person(self.seed, number).phone, where)


def create(world: World) -> ShopWorld:
    """The part of a world."""
    return ShopWorld(world)
