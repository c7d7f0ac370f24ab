"""Real LinkedIn ads tables, as another connector wrote them, through our extractor, landing and dbt to core and mart.

A small server answers with their rows in LinkedIn's own shape, so everything behind it is the product's path. The
tables tell the same account at two levels that are no sum of each other: by creative, and by campaign. Each is an
account of its own here. The table by campaign names no creatives: one stands in per campaign, with the campaign's
number. Compared with a straight sum over the files. Skips where they are not on the machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.model import Account, AccountReport, ExtractContext
from extract.run import extract_account
from tests import pipeline
from tests.conftest import settings_at
from tests.extract.conftest import Ask, Stub
from warehouse.settings import Settings

FIRST, LAST = date(2017, 6, 1), date(2021, 5, 31)
ACCOUNT = "507515057"  # the tables' own; the second level is filed under the next number
LEVELS = {ACCOUNT: "creative", str(int(ACCOUNT) + 1): "campaign"}
FIELDS = {
    "impressions": "impressions",
    "clicks": "clicks",
    "costInLocalCurrency": "cost_in_local_currency",
    "likes": "likes",
    "externalWebsiteConversions": "external_website_conversions",
}
CREDENTIALS = {
    "client_id": "C-1",
    "client_secret": "S-ECRET",
    "redirect_uri": "https://example.com",
    "auth_code": "A-CODE",
}
SUMS = ", ".join(
    f"coalesce(sum(try_cast({column} as {kind})), 0) as {name}"
    for column, kind, name in (
        ("cost_in_local_currency", "decimal(20, 5)", "spend_amount"),
        ("clicks", "bigint", "clicks"),
        ("impressions", "bigint", "impressions"),
    )
)
OURS = ", ".join(f"coalesce(sum({name}), 0) as {name}" for name in ("spend_amount", "clicks", "impressions"))


class Tables:
    """The files, read with nothing but DuckDB."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Rows of a query in which {name} is a file."""
        found = re.sub(
            r"\{(\w+)\}", lambda m: f"read_csv('{self._folder}/linkedin_ad_{m[1]}_data.csv', all_varchar=true)", sql
        )
        with duckdb.connect() as connection:
            cursor = connection.execute(found)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def newest(self, name: str) -> list[dict[str, Any]]:
        """The newest version of each entity of a history."""
        return self.rows(
            f"select * from {{{name}_history}} "
            "qualify row_number() over (partition by id order by created_time desc) = 1"
        )


class Server:
    """LinkedIn's answers out of the tables."""

    def __init__(self, stub: Stub, tables: Tables) -> None:
        stub.reply = self.reply
        self._groups = tables.newest("campaign_group")
        self._campaigns = tables.newest("campaign")
        self._creatives = tables.newest("creative")
        campaigns = {row["id"]: row["campaign_id"] for row in self._creatives}
        groups = {row["id"]: row["campaign_group_id"] for row in self._campaigns}
        self._days: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for account, level in LEVELS.items():
            for row in tables.rows(f"select * from {{analytics_by_{level}}}"):
                campaign = campaigns.get(row["creative_id"]) if level == "creative" else row["campaign_id"]
                numbers = {
                    "Creative": row[f"{level}_id"],
                    "Campaign": campaign,
                    "CampaignGroup": groups.get(campaign or ""),
                }
                urns = [f"urn:li:sponsored{kind}:{number}" for kind, number in numbers.items() if number]
                of_day = self._days.setdefault(account, {}).setdefault(row["day"][:10], [])
                of_day.append({"pivotValues": urns, **{f: row[c] for f, c in FIELDS.items() if row[c] is not None}})

    def reply(self, ask: Ask) -> Any:
        name = ask.path.split("/")[-1]
        if name == "accessToken":
            return {"access_token": "ACCESS-TOKEN", "expires_in": 5_183_999, "refresh_token": "REFRESH-TOKEN"}
        if name == "adAnalytics":
            return {"elements": self._report(ask)}
        rows = {
            "adAccounts": [{"id": int(a), "name": a, "currency": "USD", "test": False} for a in LEVELS],
            "adCampaignGroups": [{"id": r["id"], "name": r["name"]} for r in self._groups],
            "adCampaigns": [
                {
                    "id": r["id"],
                    "name": r["name"],
                    "campaignGroup": f"urn:li:sponsoredCampaignGroup:{r['campaign_group_id']}",
                }
                for r in self._campaigns
            ],
            "creatives": [
                {
                    "id": f"urn:li:sponsoredCreative:{r['id']}",
                    "campaign": f"urn:li:sponsoredCampaign:{r['campaign_id']}",
                }
                for r in self._creatives
            ],
        }[name]
        return {"elements": rows, "metadata": {}}

    def _report(self, ask: Ask) -> list[dict[str, Any]]:
        numbers = [int(number) for number in re.findall(r"\d+", ask.query["dateRange"])]
        first, last = date(*numbers[:3]), date(*numbers[3:])
        account = re.findall(r"\d+", ask.query["accounts"])[0]
        elements = []
        for day, rows in self._days[account].items():
            moment = date.fromisoformat(day)
            if first <= moment <= last:
                stamp = {"year": moment.year, "month": moment.month, "day": moment.day}
                if ask.query.get("pivot") == "ACCOUNT":
                    rows = [{"pivotValues": [f"urn:li:sponsoredAccount:{account}"], **_total(rows)}]
                elements += [{**row, "dateRange": {"start": stamp, "end": stamp}} for row in rows]
        return elements


def _total(rows: list[dict[str, Any]]) -> dict[str, Any]:
    named = {field: [Decimal(row[field]) for row in rows if field in row] for field in FIELDS}
    return {field: str(sum(values)) for field, values in named.items() if values}


@pytest.fixture(scope="module")
def tables(shared_data: Path) -> Tables:
    folder = shared_data / "linkedin_ads_seeds"
    if not folder.is_dir():
        pytest.skip(f"the LinkedIn tables are not at {folder}")
    return Tables(folder)


@pytest.fixture(scope="module")
def warehouse(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A warehouse of both tables."""
    settings = settings_at(tmp_path_factory.mktemp("tables"))
    stub = Stub()
    Server(stub, tables)
    context = ExtractContext(
        landing=settings.landing,
        drop=settings.drop,
        tokens=settings.tokens,
        identity_key=b"k",
        token_key=settings.secrets["TOKEN_KEY"].encode(),
        now=datetime(2021, 6, 1, 2, tzinfo=UTC),
    )
    reports: list[AccountReport] = []
    for account in LEVELS:
        reports.append(
            extract_account(Account("linkedin_ads", account, account, "c", stub.url, CREDENTIALS), FIRST, LAST, context)
        )
    stub.close()
    for report in reports:
        assert report.ok and not any(item.rejected for item in report.resources), report.message()
    pipeline.build(settings)
    yield settings


def ours(settings: Settings, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(settings.build_file), read_only=True) as connection:
        cursor = connection.execute(sql)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_campaigns_by_day_are_the_sum_of_the_table(warehouse: Settings, tables: Tables) -> None:
    theirs = tables.rows(
        f"select campaign_id as campaign, cast(day as date) as day, {SUMS} "
        "from {analytics_by_campaign} group by all order by all"
    )
    assert len(theirs) == 20 and float(sum(row["spend_amount"] for row in theirs)) == pytest.approx(530.62)
    for table in ("core.fct_ad_daily", "marts.roi__ads_daily"):
        found = ours(
            warehouse,
            f"select ad_group_id as campaign, metric_date as day, {OURS} from {table} "
            f"where account_id = '{int(ACCOUNT) + 1}' group by all order by all",
        )
        assert found == theirs, table


def test_creatives_by_day_are_the_sum_of_the_table_under_the_campaigns_that_are_known(
    warehouse: Settings, tables: Tables
) -> None:
    theirs = tables.rows(
        f"""
        select creative_id as creative, campaign_id as campaign, cast(day as date) as day, {SUMS}
        from {{analytics_by_creative}}
        left join (select distinct id as creative_id, campaign_id from {{creative_history}}) using (creative_id)
        group by all order by all
        """
    )
    assert len(theirs) == 100 and sum(row["clicks"] for row in theirs) == 389
    assert 0 < sum(row["campaign"] is not None for row in theirs) < 100
    found = ours(
        warehouse,
        f"select ad_id as creative, ad_group_id as campaign, metric_date as day, {OURS} from core.fct_ad_daily "
        f"where account_id = '{ACCOUNT}' group by all order by all",
    )
    assert found == theirs


def test_names_currency_and_totals_stand(warehouse: Settings) -> None:
    named = ours(
        warehouse,
        "select distinct currency, ad_group_name is not null as named from marts.roi__ads_daily "
        "where ad_group_id is not null",
    )
    assert {"currency": "USD", "named": True} in named and {row["currency"] for row in named} == {"USD"}
    checks = ours(warehouse, "select count(*) as n, bool_and(is_within_tolerance) as good from ops.reconciliation")
    assert checks[0]["good"] and checks[0]["n"] > 100
