"""Money in the reporting currency: by the rate of the day, exact, and never without a rate."""

from __future__ import annotations

import csv
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from landing_world import ADVERTISER, FIRST
from warehouse_builds import PROJECT, Warehouse

PLACES = Decimal("0.00001")


def rate_of(currency: str, day: date) -> Decimal:
    """The newest rate in yuan that is not dated after a day, straight from the seed's file."""
    with (PROJECT / "seeds" / "exchange_rates.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if (r["currency"], r["reporting_currency"]) == (currency, "CNY")]
    return Decimal(max((r["rate_date"], r["rate"]) for r in rows if r["rate_date"] <= str(day))[1])


def test_spend_in_yuan_is_each_ad_and_day_by_its_rate(whole: Warehouse) -> None:
    """The advertiser's account turns out to be in dollars."""
    warehouse = whole.copy("dollars")
    with warehouse.connect(read_only=False) as connection:
        connection.execute("update core.dim_account set currency = 'USD' where account_id = ?", [ADVERTISER])
    assert warehouse.dbt("run", "--select", "roi__ads_daily", "roi__spend_daily").success
    told = warehouse.rows("select metric_date, spend_amount from core.fct_ad_daily")
    expected = sum((amount * rate_of("USD", day)).quantize(PLACES, ROUND_HALF_UP) for day, amount in told)
    assert expected > sum(amount for _, amount in told)
    for mart in ("marts.roi__ads_daily", "marts.roi__spend_daily"):
        found = warehouse.rows(f"select sum(reporting_spend_amount), max(currency) from {mart}")
        assert found == [(expected, "USD")], mart


def test_a_day_without_a_rate_stops_the_build_and_is_named(whole: Warehouse) -> None:
    warehouse = whole.copy("rateless")
    with warehouse.connect(read_only=False) as connection:
        connection.execute("update core.dim_account set currency = 'USD' where account_id = ?", [ADVERTISER])
        connection.execute("delete from core.dim_exchange_rate where date_day <= ?", [FIRST])
    done = warehouse.dbt("run", "--select", "roi__ads_daily")
    assert not done.success
    assert f"no exchange rate of USD in CNY on {FIRST}" in "".join(warehouse.failures(done))


def test_a_dropped_seed_replaces_the_shipped_rows(whole: Warehouse) -> None:
    warehouse = whole.copy("dropped")
    shipped = warehouse.rows("select count(*) from seeds.exchange_rates")
    with warehouse.connect(read_only=False) as connection:
        connection.execute("create table control.seed__exchange_rates as from seeds.exchange_rates limit 0")
        connection.execute("insert into control.seed__exchange_rates values ('USD', 'CNY', '2026-01-01', 7, 'ours')")
    assert warehouse.dbt("build", "--select", "exchange_rates").success
    assert warehouse.rows("select currency, rate, basis from seeds.exchange_rates") == [("USD", Decimal(7), "ours")]
    with warehouse.connect(read_only=False) as connection:
        connection.execute("drop table control.seed__exchange_rates")
    assert warehouse.dbt("build", "--select", "exchange_rates").success
    assert warehouse.rows("select count(*) from seeds.exchange_rates") == shipped


def test_no_kept_table_hangs_on_a_seed_that_may_be_replaced(whole: Warehouse) -> None:
    """Another seed then rewrites all that is made from it: incremental tables would keep what came from the old one.

    Persons are an exception: what they bought is valued anew by each build, and who differs from what is kept is folded
    again (test_another_rate_reaches_every_person).
    """
    nodes = whole.manifests["manifest"].nodes
    for node in nodes.values():
        if node.resource_type != "model" or node.config.materialized != "incremental":
            continue
        if "model.social_marketing.int_touched_persons" in node.depends_on.nodes:
            continue
        seen, todo = set(), list(node.depends_on.nodes)
        while todo:
            name = todo.pop()
            if name in seen or name not in nodes:
                continue
            seen.add(name)
            todo += nodes[name].depends_on.nodes if nodes[name].resource_type == "model" else []
        replaced = {nodes[n].name for n in seen if nodes[n].config.meta.get("drop")}
        assert not replaced, f"{node.name} keeps rows made from {replaced}"
