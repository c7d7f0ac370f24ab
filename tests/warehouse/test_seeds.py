"""A file in data/drop/_seeds takes the place of a seed; a bad one is turned away and the last good one stays."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from rich.console import Console

from tests.warehouse.builds import make_build, passed
from warehouse.build import last_prepared, prepare
from warehouse.publish import publish
from warehouse.seeds import BadSeed, read_seed, replaceable
from warehouse.settings import Settings

HEADER = "currency,reporting_currency,rate_date,rate,basis"
GOOD = f"{HEADER}\nUSD,CNY,2026-01-01,7.0123,公司汇率\n"


def drop(settings: Settings, text: str | bytes, name: str = "exchange_rates.csv") -> Path:
    path = settings.drop / "_seeds" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def used(settings: Settings) -> list[tuple[object, ...]] | None:
    """The rows that the next build has in place of the shipped rates."""
    prepare(settings)
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        found = connection.execute("select 1 from duckdb_tables() where table_name = 'seed__exchange_rates'").fetchall()
        return connection.execute("from control.seed__exchange_rates").fetchall() if found else None


ROW = ("USD", "CNY", date(2026, 1, 1), Decimal("7.01230000"), "公司汇率")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_a_file_in_any_encoding_takes_the_place(settings: Settings, encoding: str) -> None:
    drop(settings, GOOD.encode(encoding))
    assert used(settings) == [ROW]


def test_a_workbook_takes_the_place_its_columns_in_any_order(settings: Settings) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["rate", "rate_date", "basis", "Reporting_Currency", "currency", None])
    sheet.append([7.0123, date(2026, 1, 1), "公司汇率", "CNY", "USD"])
    path = drop(settings, b"", "exchange_rates.xlsx")
    book.save(path)
    assert used(settings) == [ROW]


BAD = {
    "a column is missing": (GOOD.replace("rate_date,", "date,"), "line 1: expected the columns currency, report"),
    "not a day": (GOOD.replace("2026-01-01", "soon"), "line 2, rate_date: expected a day or a time; got 'soon'"),
    "not a number": (GOOD.replace("7.0123", "7.o1"), "line 2, rate: expected a number; got '7.o1'"),
    "too many digits": (GOOD.replace("7.0123", "7.012345678"), "line 2, rate: expected a number of at most 8 digits"),
    "nothing where a value must be": (GOOD.replace("USD", ""), "line 2, currency: expected a value; got ''"),
    "a rate of nothing": (GOOD.replace("7.0123", "0"), "line 2, rate: expected a number from 1E-8"),
    "a comma that moves the columns": (GOOD.replace("7.0123", "7,0123"), "line 2: a value outside the 5 columns"),
    "twice the same": (GOOD + "USD,CNY,2026-01-01,7.2,x\n", "line 3: the same currency, reporting_currency, rate_date"),
    "a quote never closed": (GOOD + '"USD,CNY,2026-02-01,7.2,x\n', "line 3: bad_line"),
    "a web page": ("<html>", "unknown_type: a web page inside"),
    "empty": ("", "empty_file"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_names_line_and_expectation(settings: Settings, kind: str) -> None:
    text, expected = BAD[kind]
    with pytest.raises(BadSeed) as error:
        read_seed(drop(settings, text), replaceable()["exchange_rates"])
    assert expected in str(error.value)


def test_the_last_good_file_stays_until_it_is_taken_away(settings: Settings) -> None:
    path = drop(settings, GOOD)
    assert used(settings) == [ROW]
    good = (last_prepared(settings) or pytest.fail()).seeds
    assert [(one["seed"], one["rows"], one["problem"]) for one in good] == [("exchange_rates", 1, "")]

    drop(settings, GOOD.replace("7.0123", "seven"))
    assert used(settings) == [ROW]
    bad = (last_prepared(settings) or pytest.fail()).seeds
    assert bad[0]["sha256"] == good[0]["sha256"] and "line 2, rate" in bad[0]["problem"]
    notice = (settings.run / "notices" / "_seeds.txt").read_text()
    assert "exchange_rates.csv was turned away, the last good one stays: line 2, rate" in notice

    path.unlink()
    assert used(settings) is None
    assert not (settings.run / "notices" / "_seeds.txt").exists()
    drop(settings, GOOD.replace("7.0123", "seven"))
    assert used(settings) is None, "nothing good was ever there: the shipped one stays"


def test_a_name_that_no_seed_has_is_told(settings: Settings) -> None:
    drop(settings, GOOD, "exchange rate.csv")
    assert used(settings) is None
    assert "no seed that a file may replace has this name" in (settings.run / "notices" / "_seeds.txt").read_text()


def test_the_manifest_records_what_was_used(settings: Settings) -> None:
    drop(settings, GOOD)
    prepare(settings)
    seeds = (last_prepared(settings) or pytest.fail()).seeds
    make_build(settings, [1])
    mark = settings.warehouse / "build" / "prepared.json"
    mark.write_text(json.dumps(json.loads(mark.read_text()) | {"seeds": seeds}))
    assert publish(settings, passed())["seeds"] == seeds
    assert len(seeds[0]["sha256"]) == 64 and seeds[0]["file"] == "exchange_rates.csv"


def test_the_command_checks_the_files(settings: Settings) -> None:
    import argparse

    from warehouse.__main__ import _seeds

    def said() -> tuple[int, str]:
        console = Console(width=300, record=True, quiet=False)
        code = _seeds(settings, argparse.Namespace(), console)
        return code, console.export_text()

    assert said()[0] == 0
    drop(settings, GOOD.replace("7.0123", "seven"))
    code, text = said()
    assert code == 1 and "line 2, rate: expected a number; got 'seven'" in text


def test_every_shipped_seed_fits_its_own_description() -> None:
    for name, seed in replaceable().items():
        assert read_seed(Path("dbt_project/seeds") / f"{name}.csv", seed)
