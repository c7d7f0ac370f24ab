"""SQL databases: windows, exact values, one select in a transaction that cannot write, queries of one's own."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy

from extract.contract import load_contract
from extract.database.client import Database, plain
from extract.errors import BadPayload, ExtractError, Permanent
from extract.model import Account, ExtractContext
from extract.run import extract_account
from extract.scrub import pseudonym
from extract.sources import source_of
from sandbox.shop_feed import ERP, write_erp
from tests.extract.conftest import DAY, landed_rows, records
from tests.privacy import find

ORDER = ("20261119100000000012", f"{DAY} 00:00:00", "web", None, "u1", "+86 138 0000 1234", "LIN@example.com")
REST = ("林小满测试", "朝阳路1号", 12345, 0, "CNY", None, "paid")
PERSONAL = ("u1", "13800001234", "138 0000 1234", "LIN@example.com", "lin@example.com", "林小满测试", "朝阳路1号")


def account(file: Path | str, **more: str) -> Account:
    return Account("database", "erp", "ERP", "erp", "", {"url": f"sqlite:///{file}", **more})


@pytest.fixture
def erp(tmp_path: Path) -> Path:
    """An order at midnight of DAY, one a second before it, one at the end of DAY."""
    file = tmp_path / "shop" / "erp.db"
    tables: dict[str, list[Any]] = {name: [] for name in ERP}
    before, late = f"{DAY - timedelta(days=1)} 23:59:59", f"{DAY} 23:59:59"
    tables["orders"] = [(*ORDER, *REST), ("2", before, *ORDER[2:], *REST), ("3", late, *ORDER[2:], *REST)]
    write_erp(file, tables)
    return file


def test_a_window_holds_its_days_and_nothing_personal(erp: Path, context: ExtractContext) -> None:
    report = extract_account(account(erp), DAY, DAY, context)
    assert report.ok and {r.resource for r in report.resources} == set(load_contract("database").resources)
    rows = landed_rows(context.landing, "database", "erp", "erp_order")
    found = {row["record"]["order_id"]: row["record"] for row in rows if row["record"]}
    assert set(found) == {ORDER[0], "2", "3"}, "31 days are read again, DAY among them"
    kept = found[ORDER[0]]
    assert (kept["paid_fen"], kept["ordered_at"], kept["store_id"]) == ("12345", f"{DAY} 00:00:00", None)
    assert kept["phone"] == pseudonym(context.identity_key, "phone", "13800001234")
    assert kept["email"] == pseudonym(context.identity_key, "email", "lin@example.com")
    assert kept["member_id"] == pseudonym(context.identity_key, "site", "u1"), "the member of the site"
    assert find(context.landing, PERSONAL) == {}


def test_the_ends_of_a_window_meet(erp: Path) -> None:
    database = Database(f"sqlite:///{erp}")
    sql = load_contract("database").resources["erp_order"].sql
    for first, expected in ((DAY, {ORDER[0], "3"}), (DAY - timedelta(days=1), {"2"})):
        bounds = {"start": f"{first} 00:00:00", "end": f"{first + timedelta(days=1)} 00:00:00"}
        assert {row["order_id"] for row in database.rows(sql, bounds, "erp_order")} == expected


def test_a_changed_row_is_a_new_version_an_unchanged_one_a_sighting(erp: Path, context: ExtractContext) -> None:
    extract_account(account(erp), DAY, DAY, context)
    with sqlite3.connect(erp) as connection:
        connection.execute("update orders set status = 'completed' where order_id = '3'")
    extract_account(account(erp), DAY, DAY, context)
    kinds = [row["kind"] for row in landed_rows(context.landing, "database", "erp", "erp_order")]
    assert (kinds.count("payload"), kinds.count("sighting")) == (4, 2)


@pytest.mark.parametrize("sql", ["delete from orders", "select 1; delete from orders", "pragma x", "-- select\nvacuum"])
def test_only_one_select_is_run(erp: Path, sql: str) -> None:
    with pytest.raises(Permanent, match="expected one select"):
        list(Database(f"sqlite:///{erp}").rows(sql, {}, "q"))


def test_a_select_cannot_write(erp: Path) -> None:
    """Whatever the statement does: the connection is for reading."""
    database = Database(f"sqlite:///{erp}")
    with pytest.raises(ExtractError, match="readonly"):
        list(database.rows("with gone as (select 1) insert into refunds select 1, 1, 1, 1, 1, 1", {}, "q"))
    assert [row["n"] for row in database.rows("select count(*) as n from refunds", {}, "q")] == ["0"]


def test_a_duckdb_file_is_opened_for_reading_and_its_types_are_exact(tmp_path: Path) -> None:
    file = tmp_path / "books.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute(
            "create table t as select 12345678901234567890123.45::decimal(38, 2) as amount, "
            "9007199254740993::bigint as id, 0.1::double as rate, "
            "timestamptz '2026-11-19 16:00:00+00' as at, date '2026-11-19' as day, true as yes"
        )
    [row] = Database(f"duckdb:///{file}").rows("select * from t", {}, "t")
    assert (row["amount"], row["id"], row["rate"]) == ("12345678901234567890123.45", "9007199254740993", "0.1")
    assert (row["at"], row["day"], row["yes"]) == ("2026-11-20 00:00:00", "2026-11-19", True)


def test_values_are_text() -> None:
    assert plain(Decimal("1E+3"), "w") == "1000" and plain(Decimal("0.10"), "w") == "0.10"
    assert plain(datetime(2026, 11, 19, 16, tzinfo=UTC), "w") == "2026-11-20 00:00:00"
    assert plain(None, "w") is None and plain(date(2026, 1, 2), "w") == "2026-01-02"
    with pytest.raises(BadPayload, match="got bytes"):
        plain(b"x", "w")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("nonsense", "no such URL"),
        ("sqlite:////nowhere/geheim-1/shop.db", "unable to open"),
        ("oracle+nodriver://u:geheim-1@h/d", "no such URL|driver"),
        ("postgresql+psycopg2://u:geheim-1@127.0.0.1:1/d", "OperationalError"),
    ],
)
def test_a_database_that_cannot_be_had_is_a_gap_without_its_password(
    context: ExtractContext, url: str, said: str
) -> None:
    import re

    me = Account("database", "erp", "ERP", "erp", "", {"url": url})
    report = extract_account(me, DAY, DAY, context)
    assert {gap.resource for gap in report.gaps} == set(load_contract("database").resources)
    assert re.search(said, report.message()) and "geheim-1" not in report.message()


def test_a_query_of_ones_own(tmp_path: Path, context: ExtractContext) -> None:
    file, folder = tmp_path / "crm.db", tmp_path / "queries"
    with sqlite3.connect(file) as connection:
        connection.execute("create table deals (nr integer, won text, sum text, who text)")
        connection.execute(f"insert into deals values (9007199254740993, '{DAY} 10:00:00', '10.50', '13800001234')")
    folder.mkdir()
    (folder / "deal.yml").write_text(
        "sql: select nr, won, sum, who as phone from deals where won >= :start and won < :end\n"
        "window: {kind: days, look_back: 2, field: won}\n"
        "key: [nr]\n"
        "fields:\n"
        "  nr: {unit: id, source: query}\n"
        "  won: {unit: datetime, source: query}\n"
        "  sum: {unit: yuan, source: query}\n"
        "  phone: {do: pseudonym, as: phone, unit: id, personal: pseudonym, source: query}\n"
    )
    me = account(file, queries=str(folder))
    assert list(source_of(me).resources) == ["deal"]
    report = extract_account(me, DAY, DAY, context)
    assert report.ok, report.message()
    [deal] = records(context.landing, "database", "erp", "deal")
    assert deal["nr"] == "9007199254740993" and deal["sum"] == "10.50" and len(deal["phone"]) == 32
    (folder / "deal.yml").write_text("sql: select nope from deals\nwindow: {kind: days}\nkey: [nr]\nfields: {nr: {}}\n")
    load_contract.cache_clear()
    gap, *_ = extract_account(me, DAY - timedelta(days=9), DAY, context).gaps
    assert gap.resource == "deal" and "no such column" in gap.message


def test_rows_come_in_batches(erp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A result of a million rows is not held by the driver."""
    taken: list[int] = []
    partitions = sqlalchemy.CursorResult.partitions

    def counted(self: Any, size: int | None = None) -> Any:
        for part in partitions(self, size):
            taken.append(len(part))
            yield part

    monkeypatch.setattr(sqlalchemy.CursorResult, "partitions", counted)
    sql = "with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000) select i from n"
    assert sum(1 for _ in Database(f"sqlite:///{erp}").rows(sql, {}, "n")) == 12000
    assert taken == [5000, 5000, 2000]
