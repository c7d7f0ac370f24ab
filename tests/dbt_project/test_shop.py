"""The shop out of landing: an order told twice, refunds days later, late visits, in any order of arrival."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from landing_world import Answer, Landing, Load, Record, day
from warehouse_builds import Warehouse

from extract.columns import ColumnsWriter
from extract.landing import fetched_at_of
from extract.model import Window

NewWarehouse = Callable[..., Warehouse]
EVENTS = "+fct_web_event +record_counts +gaps"
BOOKS = "+fct_order +fct_refund +dim_product_title +bridge_person_order +bridge_order_campaign"
SITE, ERP = "shop", "erp"
UTM = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "click_id")


def seen(number: int, hour: int = 2) -> datetime:
    """Naive UTC of the morning after a day."""
    return datetime.combine(day(number + 1), datetime.min.time()) + timedelta(hours=hour)


def web_order(order_id: str, fen: int, number: int = 0) -> Record:
    head = {"event_id": f"e-{order_id}", "occurred_at": f"{day(number)} 20:00:00", "order_id": order_id}
    came = {"utm_source": "weibo", "utm_campaign": "c7", "click_id": "k1", "session_id": "s1"}
    return head | came | {"order_amount": str(fen), "visitor_id": "v1", "phone": "p1"}


def book_order(order_id: str, fen: int, status: str = "paid", number: int = 0) -> Record:
    facts = {"ordered_at": f"{day(number)} 20:00:00", "channel": "web", "phone": "p1", "paid_fen": str(fen)}
    return {"order_id": order_id, **facts, "discount_fen": "0", "currency": "CNY", "status": status, "member_id": "u1"}


def line(order_id: str, number: int, sku: str | None, title: str, day_number: int = 0) -> Record:
    facts = {"line_no": str(number), "ordered_at": f"{day(day_number)} 20:00:00", "quantity": "2", "price_fen": "350"}
    return {"order_id": order_id, **facts, "title": title, **({"sku": sku} if sku else {})}


def refund(refund_id: str, order_id: str, fen: int, number: int) -> dict[str, Record]:
    """By the site and by the ERP."""
    at, ids = f"{day(number)} 10:00:00", {"refund_id": refund_id, "order_id": order_id, "reason": "late"}
    return {
        "refund": {**ids, "event_id": f"e-{refund_id}", "occurred_at": at, "refund_amount": str(fen)},
        "erp_refund": {**ids, "refunded_at": at, "refund_fen": str(fen), "currency": "CNY"},
    }


@pytest.fixture(scope="module")
def shop(root: Path) -> Landing:
    """Order A told by both (not alike: the books are right), B by the site only, C by the ERP; part of A goes back.

    The site never tells a discount: it may leave it out.
    """
    landing = Landing(root / "landing_shop")

    def lands(source: str, resource: str, number: int, *records: Record, first: int = 0, hour: int = 2) -> None:
        account = SITE if source == "site" else ERP
        answer = Answer(day(first), day(number if source == "database" else first), list(records))
        landing.write(source, account, resource, seen(number, hour), [answer])

    lands("site", "order", 0, web_order("A", 19900), web_order("B", 5000) | {"utm_campaign": "c8"})
    lands("database", "erp_order", 0, book_order("A", 19800), book_order("C", 700))
    back, lost = refund("R1", "A", 9900, 7), refund("R2", "Z", 100, 7)
    lands("site", "refund", 7, back["refund"], first=7)
    lands("database", "erp_refund", 7, back["erp_refund"], lost["erp_refund"], first=7)
    lines = [
        line("A", 1, "S1", "面霜"),
        line("A", 2, None, "面 霜"),
        line("C", 1, "S2", "礼盒"),
        line("C", 2, None, "袋"),
    ]
    lands("database", "erp_order_line", 7, *lines, line("D", 1, "S1", "新面霜", 5))
    lands("database", "erp_order", 7, book_order("A", 19800, "part_refunded"), book_order("C", 800, "completed"))
    return landing


ORDERS = """
    select order_id, order_amount, refund_amount, order_status, utm_campaign, user_identity_id, visitor_identity_id
    from core.fct_order order by order_id
"""
WHOLE = [
    ("A", Decimal("198.00000"), Decimal("99.00000"), "part_refunded", "c7", "site:u1", "site:v1"),
    ("B", Decimal("50.00000"), Decimal("0.00000"), None, "c8", None, "site:v1"),
    ("C", Decimal("8.00000"), Decimal("0.00000"), "completed", None, "site:u1", None),
]


@pytest.fixture(scope="module")
def whole_shop(shop: Landing, new_warehouse: NewWarehouse) -> Warehouse:
    """Built in one go, with every dbt test green."""
    warehouse = new_warehouse("shop")
    warehouse.build(shop.loads, "build")
    return warehouse


def test_an_order_told_twice_counts_once_in_any_order(
    shop: Landing, whole_shop: Warehouse, new_warehouse: NewWarehouse
) -> None:
    assert whole_shop.rows(ORDERS) == WHOLE
    for number, order in enumerate(itertools.islice(itertools.permutations(shop.loads), 0, None, 240)):
        warehouse = new_warehouse(f"shop{number}", BOOKS)
        for cut in (2, len(order)):
            warehouse.build(order[:cut], others=order[cut:])
        assert not warehouse.differences(whole_shop)


def test_without_one_shape_the_other_stands(shop: Landing, whole_shop: Warehouse) -> None:
    def but(*resources: str) -> list[Load]:
        return [load for load in shop.loads if load.resource not in resources]

    without = whole_shop.copy("shop_without")
    without.build(but("erp_order"))
    assert [row[:5] for row in without.rows(ORDERS)] == [
        ("A", Decimal(199), Decimal(99), None, "c7"),
        ("B", Decimal(50), Decimal(0), None, "c8"),
    ]
    without.build(but("order"))
    assert [row[:5] for row in without.rows(ORDERS)] == [
        ("A", Decimal(198), Decimal(99), "part_refunded", None),
        ("C", Decimal(8), Decimal(0), "completed", None),
    ]
    without.build(shop.loads)
    assert without.hashes() == whole_shop.hashes()


def test_a_product_is_its_sku_or_its_title(whole_shop: Warehouse) -> None:
    products = "select product_id, title, first_sold_date, last_sold_date, items from core.dim_product order by 1"
    assert whole_shop.rows(products) == [
        ("S1", "新面霜", day(0), day(5), 6),
        ("S2", "礼盒", day(0), day(0), 2),
        ("by_title:袋", "袋", day(0), day(0), 2),
    ]
    titles = "select title, is_current from core.dim_product_title where product_id = 'S1' order by valid_from"
    assert whole_shop.rows(titles) == [("面霜", False), ("新面霜", True)]


def test_a_refund_stands_on_its_day_and_shows_in_its_order(whole_shop: Warehouse) -> None:
    refunds = "select refund_id, order_id, refund_date, refund_amount, refund_reason from core.fct_refund order by 1"
    assert whole_shop.rows(refunds) == [
        ("R1", "A", day(7), Decimal(99), "late"),
        ("R2", "Z", day(7), Decimal(1), "late"),
    ]
    assert whole_shop.rows("select order_date, refunds from core.fct_order where order_id = 'A'") == [(day(0), 1)]
    assert whole_shop.rows("select distinct phone_identity_id from core.fct_order where order_id = 'A'") == [
        ("phone:p1",)
    ]


def test_a_late_visit_joins_its_day(root: Path, new_warehouse: NewWarehouse) -> None:
    landing = Landing(root / "landing_visits")

    def visit(number: int, hour: int) -> Record:
        return {"event_id": f"v{number}", "occurred_at": f"{day(0)} {hour:02d}:00:00", "visitor_id": "x"}

    landing.write("site", SITE, "visit", seen(0), [Answer(day(0), day(0), [visit(1, 8), visit(2, 9)])])
    landing.write("site", SITE, "visit", seen(1), [Answer(day(0), day(0), [visit(3, 23), visit(1, 8)], complete=False)])
    warehouse = new_warehouse("visits", EVENTS)
    warehouse.build(landing.loads[:1])
    warehouse.build(landing.loads)
    events = "select event_id, event_type, event_date from core.fct_web_event order by event_id"
    assert warehouse.rows(events) == [(f"v{n}", "visit", day(0)) for n in (1, 2, 3)]
    assert warehouse.rows("select * from ops.gaps where source = 'site'") == []
    warehouse.build(landing.loads[1:])
    assert [row[0] for row in warehouse.rows(events)] == ["v1", "v3"]


def test_a_visit_told_as_of_another_day_counts_on_both_in_any_order(root: Path, new_warehouse: NewWarehouse) -> None:
    """A shop that breaks its contract: an event has one time."""
    landing = Landing(root / "landing_moved")
    for number in (0, 1):
        visit = {"event_id": "v", "occurred_at": f"{day(number)} 08:00:00", "visitor_id": "x"}
        landing.write("site", SITE, "visit", seen(number), [Answer(day(number), day(number), [visit])])
    found = []
    for name, builds in {"one": [2], "two": [1, 2], "back": [-1, 2]}.items():
        warehouse = new_warehouse(f"moved_{name}", EVENTS)
        for count in builds:
            warehouse.build(landing.loads[count:] if count < 0 else landing.loads[:count])
        found.append(warehouse.rows("select event_id, event_date from core.fct_web_event order by all"))
    assert found == [[("v", day(0)), ("v", day(1))]] * 3


def test_first_weeks_and_spans_of_visitors_follow_from_all_of_their_visits(
    root: Path, new_warehouse: NewWarehouse
) -> None:
    landing = Landing(root / "landing_weeks")
    visits = {0: "xy", 7: "x", 14: "xz", 21: "yz"}
    for number, visitors in visits.items():
        head = {"occurred_at": f"{day(number)} 09:00:00"}
        records = [{"event_id": f"w{number}{name}", "visitor_id": name, **head} for name in visitors]
        landing.write("site", SITE, "visit", seen(number), [Answer(day(number), day(number), records)])
    first, second, third, fourth = landing.loads
    cohorts = (
        "select right(visitor_identity_id, 1), week_start_date, cohort_week from core.fct_visitor_weekly order by all"
    )

    spans = (
        "select right(identity_id, 1), cast(first_seen_at as date), cast(last_seen_at as date) "
        "from core.fct_identity_span order by all"
    )

    def weeks(*numbers: int) -> dict[str, list[int]]:
        return {name: told for name in "xyz" if (told := [n for n in numbers if name in visits[n]])}

    warehouse = new_warehouse("weeks", "+fct_visitor_weekly +fct_identity_span")
    for wanted, numbers in (
        ([second, third], (7, 14)),
        ([second, third, fourth], (7, 14, 21)),  # a new week: who was there before keeps the first one
        ([first, second, third, fourth], (0, 7, 14, 21)),  # a late first visit: later weeks are of its cohort
        ([second, third, fourth], (7, 14, 21)),  # and it goes again
        ([first, third, fourth], (0, 14, 21)),  # days before and after the one that goes stay
        ([first], (0,)),  # of one visitor no day is left
    ):
        warehouse.build(wanted, "build")
        seen_in = weeks(*numbers).items()
        assert warehouse.rows(cohorts) == [(name, day(n), day(min(told))) for name, told in seen_in for n in told]
        assert warehouse.rows(spans) == [(name, day(min(told)), day(max(told))) for name, told in seen_in]


@pytest.fixture(scope="module")
def tracked(root: Path) -> list[Load]:
    """Exports that land as columns: a day asked twice (the second answer lost a visit), an empty day, a click twice."""
    fields = {
        "visit": (
            "vstRequestId",
            "time",
            "visitUserId",
            "sessionId",
            "platform",
            "domain",
            "page",
            "referrer_host",
            *UTM,
        ),
        "ads_track_click": ("linkId", "campaignId", "channelId", "linkName", "platform", "eventTime"),
    }
    loads: list[Load] = []
    landing = root / "landing_tracked"

    def lands(resource: str, number: int, first: int, *rows: dict[str, str]) -> None:
        writer = ColumnsWriter(landing, "growingio", "g1", resource, seen(number, 2 + len(loads)), fields[resource])
        window = Window.of_days(day(first), day(first), resource)
        table = pa.table({name: pa.array([row.get(name, "") for row in rows]) for name in fields[resource]})
        writer.table(window, table)
        writer.receipt(window)
        path = writer.commit()
        assert path is not None
        loads.append(Load(writer.load_id, "growingio", "g1", resource, path, fetched_at_of(writer.load_id)))

    def visit(name: str, hour: int) -> dict[str, str]:
        at = int((datetime.combine(day(0), datetime.min.time()) - datetime(1970, 1, 1)).total_seconds()) + hour * 3600
        return {"vstRequestId": name, "time": f"{at - 8 * 3600}123", "visitUserId": "x", "utm_source": "weibo"}

    click = {"linkId": "L1", "eventTime": visit("", 9)["time"], "linkName": "秋"}
    lands("visit", 0, 0, visit("b", 23), visit("a", 8), visit("b", 22), visit("b", 22))
    lands("ads_track_click", 0, 0, click, click)
    lands("visit", 1, 0, visit("a", 8))
    lands("visit", 1, 1)
    return loads


def test_bulk_events_are_those_of_the_newest_answer(tracked: list[Load], new_warehouse: NewWarehouse) -> None:
    events = """
        select event_id, event_type, event_date, event_at::time::varchar, utm_source
        from core.fct_web_event order by all
    """
    warehouse = new_warehouse("tracked", EVENTS)
    warehouse.build(tracked[:2])
    clicks = [(f"c:L1:{e}", "ad_click", day(0), "09:00:00", None) for e in _click_ids(warehouse)]
    assert warehouse.rows(events) == [
        ("a", "visit", day(0), "08:00:00", "weibo"),
        ("b", "visit", day(0), "22:00:00", "weibo"),
        *clicks,
    ]
    assert len(clicks) == 2, "clicks have no id: two of one millisecond are two"
    warehouse.build(tracked, "build")
    assert [row[1] for row in warehouse.rows(events)] == ["visit", "ad_click", "ad_click"]
    counts = "select metric_date, records from ops.record_counts where resource = 'visit' order by 1"
    assert warehouse.rows(counts) == [(day(0), 1), (day(1), 0)]
    named = [name for name in warehouse.tests if name.startswith("grain_fct_web_event_") and "hourly" not in name]
    grain = warehouse.tests[named[0]]
    with warehouse.connect(read_only=False) as build:
        assert build.execute(grain).fetchall() == []
        build.execute("begin")
        build.execute("insert into core.fct_web_event from core.fct_web_event")
        assert len(build.execute(grain).fetchall()) == 3, "grain reads the days that were rewritten"
        build.execute("rollback")
    shuffled = new_warehouse("tracked_shuffled", EVENTS)
    shuffled.build(tracked[2:], others=tracked[:2])
    shuffled.build(tracked)
    assert shuffled.hashes() == warehouse.hashes()
    warehouse.build([load for load in tracked if load is not tracked[2]])
    assert len(warehouse.rows(events)) == 4, "without the second answer the first one counts again"


def _click_ids(warehouse: Warehouse) -> list[str]:
    found = warehouse.rows("select event_id from core.fct_web_event where event_type = 'ad_click' order by 1")
    return [row[0].removeprefix("c:L1:") for row in found]
