"""The site's visits as GrowingIO writes them: rows of its CSV files, by kind and day of Asia/Shanghai."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from sandbox.world import text
from sandbox.world.rng import digest
from sandbox.world.shop import ShopWorld
from sandbox.world.shop.days import PAGES
from sandbox.world.shop.model import ShopDay
from sandbox.world.time import day_at

Row = dict[str, str]
DOMAIN = "www.example.com"
_ATTRIBUTES = (f"customerAttributes{i}" for i in range(2, 11)), (f"pageAttributes{i}" for i in range(1, 11))
COLUMNS = {
    "visit": "visitUserId sessionId accountVersion platform domain page queryParameters referrer language screenHeight "
    "screenWidth time sendTime ip userAgent operatingSystem operatingSystemVersion clientVersion channel deviceBrand "
    "deviceModel deviceType deviceOrientation latitude longitude vstRequestId idfa androidId IMEI",
    "page": "visitUserId sessionId platform domain page queryParameters referrer referrerPage title time sendTime "
    "deviceOrientation loginUserId pageGroup appVariable "
    + " ".join(name for group in _ATTRIBUTES for name in group)
    + " pageRequestId vstRequestId",
    "custom_event": "visitUserId sessionId time sendTime pageTime domain page queryParameters eventName eventNumber "
    "eventVariable loginUserId pageRequestId",
    "ads_track_click": "idfa imei uuid androidId ip userAgent platform operatingSystemVersion eventTime linkId "
    "campaignId channelId linkName campaignName channelName",
}
"""Columns of each kind, as in samples/growingio."""
STEP = 37
"""Seconds between two pages of a visit."""


class SiteExport:
    """What was tracked on the site."""

    def __init__(self, shop: ShopWorld) -> None:
        self._shop = shop
        self._making: threading.Thread | None = None

    def is_made(self, day: int) -> bool:
        """Whether a day of the world is there; if not, it is being made from now on (a year takes a while)."""
        if self._shop.days > day:
            return True
        if self._making is None or not self._making.is_alive():
            self._making = threading.Thread(target=self._shop.ensure, args=(day,), daemon=True)
            self._making.start()
        return False

    def rows(self, kind: str, day: int) -> list[Row]:
        """The rows of a day, in order of time, with every column of the kind."""
        self._shop.ensure(day)
        make = {
            "visit": self._visits,
            "page": self._pages,
            "custom_event": self._custom,
            "ads_track_click": self._clicks,
        }
        names = COLUMNS[kind].split()
        found = [
            (at, row)
            for made in self._shop.by_day[max(day - 1, 0) : day + 1]  # a visit goes on after midnight
            for at, row in make[kind](made)
            if day_at(at) == day
        ]
        return [{name: row.get(name, "") for name in names} for _, row in sorted(found, key=lambda one: one[0])]

    def _head(self, visit: dict[str, Any], at: int) -> Row:
        milliseconds = at * 1000 + visit["number"] % 1000
        return {
            "visitUserId": self._shop.tracked_id(visit["person"]),
            "sessionId": f"s{visit['tracked_id']}",
            "platform": "Web",
            "domain": DOMAIN,
            "time": str(milliseconds),
            "sendTime": str(milliseconds + 900),
            "vstRequestId": visit["tracked_id"],
        }

    def _came(self, visit: dict[str, Any]) -> Row:
        given = {
            name: visit[name] for name in ("utm_source", "utm_medium", "utm_campaign", "utm_content") if visit[name]
        }
        if visit["click_id"]:
            given["clickid"] = visit["click_id"]
        if visit["number"] % 40 == 0:  # sites put what they like into addresses
            given["mobile"] = text.person(self._shop.seed, visit["person"]).phone
        host = visit["referrer_host"]
        return {"queryParameters": urlencode(given), "referrer": f"https://{host}/from" if host else ""}

    def _visits(self, made: ShopDay) -> Iterator[tuple[int, Row]]:
        for number in range(len(made.visits["at"])):
            visit = self._shop.visit(made, number)
            net = {"ip": f"192.0.2.{number % 256}", "userAgent": 'Mozilla/5.0 (X; "quoted, name")', "language": "zh-cn"}
            row = self._head(visit, visit["at"]) | {"page": visit["page"]} | self._came(visit) | net
            yield visit["at"], row

    def _pages(self, made: ShopDay) -> Iterator[tuple[int, Row]]:
        for number in range(len(made.visits["at"])):
            visit = self._shop.visit(made, number)
            for place in range(visit["pages"]):
                at = visit["at"] + STEP * place
                page = PAGES[(PAGES.index(visit["page"]) + place) % len(PAGES)]
                came = self._came(visit) if place == 0 else {"referrer": f"https://{DOMAIN}/"}
                own = {"page": page, "pageRequestId": f"{visit['tracked_id']}p{place}"}
                member = {"loginUserId": self._shop.user_id(visit["person"])} if visit["is_member"] else {}
                yield at, self._head(visit, at) | own | came | member

    def _custom(self, made: ShopDay) -> Iterator[tuple[int, Row]]:
        for order in made.orders:
            if order.store:
                continue
            visit = self._shop.visit(made, order.visit)
            amount = f"{order.paid / 100:.2f}"
            own = {"eventName": "order_submit", "eventNumber": amount, "page": "/cart"}
            said = {"eventVariable": f'{{"price": "{amount}", "order": "{order.order_id}"}}'}
            yield order.at, self._head(visit, order.at) | own | said | {"pageRequestId": f"{visit['tracked_id']}p0"}

    def _clicks(self, made: ShopDay) -> Iterator[tuple[int, Row]]:
        for number in range(len(made.visits["at"])):
            visit = self._shop.visit(made, number)
            if visit["utm_medium"] == "cpc":
                at = visit["at"] - 3
                link = {"linkId": f"L{visit['utm_content']}", "campaignId": f"G{visit['utm_campaign']}"}
                named = {"channelId": visit["utm_source"], "channelName": visit["utm_source"], "linkName": "广告"}
                device = {"androidId": digest("android", visit["person"])[:16], "ip": f"192.0.2.{number % 256}"}
                when = {"platform": "Android", "eventTime": str(at * 1000)}
                yield at, link | named | device | when
