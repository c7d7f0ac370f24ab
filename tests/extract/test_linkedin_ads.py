"""LinkedIn ads: listings by token, reports without pages; against a stub."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from linkedin_stub import LinkedIn, elements, error

from extract.landing import covered_windows
from extract.model import ExtractContext
from extract.run import extract_account, plan_account
from tests.extract.conftest import DAY, Ask, Stub, records

ANALYTICS = "/rest/adAnalytics"


def landed(context: ExtractContext, name: str) -> list[dict[str, Any]]:
    return records(context.landing, "linkedin_ads", "599000001", name)


def asked_days(ask: Ask) -> list[date]:
    numbers = [int(number) for number in re.findall(r"\d+", ask.query["dateRange"])]
    first, last = date(*numbers[:3]), date(*numbers[3:])
    return [first + timedelta(days=i) for i in range((last - first).days + 1)]


def row(day: date, creative: str = "1", **values: Any) -> dict[str, Any]:
    stamp = {"year": day.year, "month": day.month, "day": day.day}
    kinds = {"CampaignGroup": 3, "Campaign": 2, "Creative": creative}
    return {
        "pivotValues": [f"urn:li:sponsored{kind}:{number}" for kind, number in kinds.items()],
        "dateRange": {"start": stamp, "end": stamp},
        "impressions": 10,
        **values,
    }


def test_windows_look_back_thirty_days(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub)
    (window,) = [w for w in plan_account(server.ads, DAY, DAY, own_tokens) if w.resource == "ad_analytics"]
    assert (window.first_day, window.last_day) == (DAY - timedelta(days=29), DAY)
    stub.calls.clear()
    extract_account(server.ads, DAY, DAY, own_tokens)
    names = [call.query["fields"].split(",") for call in stub.calls if call.path == ANALYTICS]
    assert len(names[0]) <= 20 and {"pivotValues", "dateRange", "costInLocalCurrency"} <= set(names[0])
    assert not {"day", "creative"} & set(names[0])


def test_a_report_lands_with_exact_money_and_the_accounts_own_days(stub: Stub, own_tokens: ExtractContext) -> None:
    def analytics(ask: Ask) -> Any:
        body = {"elements": [row(DAY, "7", costInLocalCurrency="107.5300000000000335346", newField=1)]}
        return json.dumps(body).encode()

    server = LinkedIn(stub, adAnalytics=analytics)
    report = extract_account(server.ads, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    assert [item.resource for item in report.resources] == [
        "ad_account", "campaign_group", "campaign", "creative", "ad_analytics", "ad_analytics_total",
    ]  # fmt: skip
    assert landed(own_tokens, "ad_analytics") == [
        {
            "day": str(DAY),
            "creative": "urn:li:sponsoredCreative:7",
            "campaign": "urn:li:sponsoredCampaign:2",
            "campaignGroup": "urn:li:sponsoredCampaignGroup:3",
            "impressions": "10",
            "costInLocalCurrency": "107.5300000000000335346",
        }
    ]
    assert [total["day"] for total in landed(own_tokens, "ad_analytics_total")] == [str(DAY)]
    asked = [call.query for call in stub.calls if call.path == ANALYTICS]
    assert (asked[0]["q"], asked[0]["pivots"]) == ("statistics", "List(CREATIVE,CAMPAIGN,CAMPAIGN_GROUP)")
    assert (asked[1]["q"], asked[1]["pivot"]) == ("analytics", "ACCOUNT")
    assert report.resources[-2].unknown_fields == {"newField": 1}


def test_an_answer_that_is_full_is_asked_in_halves(
    stub: Stub, own_tokens: ExtractContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    def analytics(ask: Ask) -> Any:
        rows = [row(day, str(n)) for day in asked_days(ask) for n in range(600)]
        return elements(*(rows[:15_000] if "pivots" in ask.query else rows[::600]))

    server = LinkedIn(stub, adAnalytics=analytics)
    report = extract_account(server.ads, DAY, DAY, own_tokens)
    assert report.ok and len(landed(own_tokens, "ad_analytics")) == 30 * 600
    spans = [len(asked_days(c)) for c in stub.calls if c.path == ANALYTICS and "pivots" in c.query]
    assert spans == [30, 15, 15]


def test_a_single_day_that_is_full_is_a_gap(stub: Stub, own_tokens: ExtractContext) -> None:
    def analytics(ask: Ask) -> Any:
        return elements(*(row(asked_days(ask)[0], str(n)) for n in range(15_000)))

    (gap,) = extract_account(LinkedIn(stub, adAnalytics=analytics).ads, DAY, DAY, own_tokens).gaps
    assert gap.reason == "bad_payload" and "as many as one answer holds" in gap.message
    assert not landed(own_tokens, "ad_analytics")


def test_an_empty_report_counts_only_when_the_account_is_seen(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub)
    assert extract_account(server.ads, DAY, DAY, own_tokens).ok
    assert len(covered_windows(own_tokens.landing, "linkedin_ads", "599000001", "ad_analytics")) == 1
    server.over["adAccounts"] = error(403, "ACCESS_DENIED")
    report = extract_account(server.ads, DAY, DAY, own_tokens)
    gaps = {(gap.resource, gap.reason) for gap in report.gaps}
    assert gaps == {("ad_account", "permission"), ("ad_analytics", "permission")}


@pytest.mark.parametrize(
    ("accounts", "text"),
    [
        ([{"id": 599000002, "test": False}], "not among the 1 that this consent sees"),
        ([{"id": 599000001, "test": True}], "is a test account"),
    ],
)
def test_an_account_without_access_or_for_tests_is_not_reported(
    stub: Stub, own_tokens: ExtractContext, accounts: list[Any], text: str
) -> None:
    report = extract_account(LinkedIn(stub, adAccounts=elements(*accounts)).ads, DAY, DAY, own_tokens)
    assert {gap.reason for gap in report.gaps} == {"permission"} and len(report.gaps) == 5
    assert text in report.gaps[0].message and report.gaps[0].action


def test_listings_follow_the_page_token(stub: Stub, own_tokens: ExtractContext) -> None:
    pages = {"": ([1, 2], "DgEAAA:b/c=="), "DgEAAA:b/c==": ([3], None)}

    def campaigns(ask: Ask) -> Any:
        ids, following = pages[ask.query.get("pageToken", "")]
        return elements(*({"id": n} for n in ids)) | {"metadata": {"nextPageToken": following} if following else {}}

    server = LinkedIn(stub, adCampaigns=campaigns)
    assert extract_account(server.ads, DAY, DAY, own_tokens).ok
    assert [row["id"] for row in landed(own_tokens, "campaign")] == ["1", "2", "3"]
    assert any("pageToken=DgEAAA%3Ab%2Fc%3D%3D" in call.address for call in stub.calls)


def test_a_listing_that_never_ends_is_noticed(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(
        stub, creatives=elements({"id": "urn:li:sponsoredCreative:1"}) | {"metadata": {"nextPageToken": "A"}}
    )
    (gap,) = extract_account(server.ads, DAY, DAY, own_tokens).gaps
    assert (gap.resource, gap.reason) == ("creative", "bad_payload") and "asked twice" in gap.message


def test_members_who_changed_something_do_not_land(stub: Stub, own_tokens: ExtractContext) -> None:
    stamps = {part: {"actor": "urn:li:person:EXAMPLE", "time": 1} for part in ("created", "lastModified")}
    creative = {
        "id": "urn:li:sponsoredCreative:1",
        "createdBy": "urn:li:person:EXAMPLE",
        "lastModifiedBy": "urn:li:person:E",
    }
    server = LinkedIn(stub, adCampaigns=elements({"id": 1, "changeAuditStamps": stamps}), creatives=elements(creative))
    report = extract_account(server.ads, DAY, DAY, own_tokens)
    assert report.ok and not any(item.unknown_fields for item in report.resources)
    assert "person" not in json.dumps(landed(own_tokens, "campaign") + landed(own_tokens, "creative"))


def test_one_consent_serves_pages_and_ads(stub: Stub, own_tokens: ExtractContext) -> None:
    server = LinkedIn(stub)
    for account in (server.page, server.ads, replace(server.ads, account="599000001")):
        assert extract_account(account, DAY, DAY, own_tokens).ok
    assert sum(call.path == "/oauth/v2/accessToken" for call in stub.calls) == 1


def test_a_row_of_an_unknown_entity_is_no_row(stub: Stub, own_tokens: ExtractContext) -> None:
    two = row(DAY) | {"pivotValues": ["urn:li:sponsoredCreative:1", "urn:li:company:5"]}
    (gap,) = extract_account(LinkedIn(stub, adAnalytics=elements(two)).ads, DAY, DAY, own_tokens).gaps
    assert gap.reason == "bad_payload" and "pivotValues as urns" in gap.message
