"""Tencent Ads against the sandbox, end to end, and against a stub: signing, tokens, paging, what is asked."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from extract.model import Account, AccountReport, ExtractContext, ResourceReport
from extract.run import extract_account, plan_account
from tests.extract.conftest import DAY, Ask, Sandbox, Stub, at, landed_rows, records

REPORT = "/v3.0/daily_reports/get"
REPORTS = ("daily_report", "daily_report_by_conversion", "daily_report_total")
DAYS = [DAY - timedelta(days=back) for back in range(8)][::-1]


class Tencent:
    """An ad account whose answers are empty; `over` replaces the answer of a path's first word."""

    def __init__(self, stub: Stub, **over: Any) -> None:
        self.over = over
        self.tokens = 0
        stub.reply = self.reply
        credentials = {
            "client_id": "1100000001",
            "client_secret": "SECRET-OF-THE-APP",
            "redirect_uri": "https://app.example.com/callback",
            "auth_code": "AUTH-CODE-ONE",
        }
        self.account = Account("tencent_ads", "20000001", "n", "c", stub.url, credentials)

    def reply(self, ask: Ask) -> Any:
        name = ask.path.strip("/").split("/")[-2 if ask.path.endswith("/get") else -1]
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        if name in ("token", "refresh_token"):
            return self.grant()
        return listing([]) if name == "advertiser" or "reports" in name else cursor([], 0)

    def grant(self) -> dict[str, Any]:
        self.tokens += 1
        return ok(
            {
                "access_token": f"ACCESS-TOKEN-{self.tokens}",
                "refresh_token": f"REFRESH-TOKEN-{self.tokens}",
                "access_token_expires_in": 86400,
                "refresh_token_expires_in": 2592000,
            }
        )


def ok(data: dict[str, Any]) -> dict[str, Any]:
    return {"code": 0, "message": "", "message_cn": "", "trace_id": "T", "data": data}


def no(code: int) -> dict[str, Any]:
    return {"code": code, "message": "m", "message_cn": "错", "trace_id": "TRACE-1", "errors": [], "data": {}}


def listing(rows: list[Any], total: int | None = None, pages: int = 1) -> dict[str, Any]:
    info = {"page": 1, "page_size": 1000, "total_number": len(rows) if total is None else total, "total_page": pages}
    return ok({"list": rows, "page_info": info})


def cursor(rows: list[Any], total: int, following: str | None = "") -> dict[str, Any]:
    info = {"page_size": 100, "total_number": total, "previous_cursor": ""}
    return ok({"list": rows, "cursor_page_info": info if following is None else {**info, "next_cursor": following}})


def resource(report: AccountReport, name: str) -> ResourceReport:
    return next(item for item in report.resources if item.resource == name)


def calls(stub: Stub, path: str) -> list[Ask]:
    return [ask for ask in stub.calls if ask.path == path]


def test_both_accounts_of_one_consent_land_completely(sandbox: Sandbox, context: ExtractContext) -> None:
    for number in (0, 1):
        me = sandbox.account("tencent_ads", number)
        report = extract_account(me, DAY, DAY, context)
        assert report.ok, report.message()
        assert [item.resource for item in report.resources] == ["advertiser", "adgroup", "dynamic_creative", *REPORTS]
        for item in report.resources:
            assert item.fetched == item.landed > 0 and not item.rejected and not item.unknown_fields, item
        again = extract_account(me, DAY, DAY, context)
        assert again.ok and all(item.landed == 0 for item in again.resources)
        creatives = records(context.landing, "tencent_ads", me.account, "dynamic_creative")
        assert {row["is_deleted"] for row in creatives} == {False, True}
        assert {row["creative_components"]["title"][0]["value"]["content"] for row in creatives}
    assert len(list(context.tokens.glob("tencent_ads*.token"))) == 1


def test_the_ads_of_a_day_add_up_to_the_account(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("tencent_ads")
    extract_account(me, DAY, DAY, context)
    for metric in ("cost", "view_count", "valid_click_count", "conversions_count", "praise_count"):
        sums: Counter[str] = Counter()
        for row in records(context.landing, "tencent_ads", me.account, "daily_report"):
            sums[row["date"]] += int(row[metric])
        totals = records(context.landing, "tencent_ads", me.account, "daily_report_total")
        assert len(totals) == 8 and sums == {row["date"]: int(row[metric]) for row in totals}


def test_conversions_that_come_late_are_new_versions_of_their_day(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("tencent_ads")
    extract_account(me, DAY - timedelta(days=9), DAY, context)
    sandbox.freeze(at(DAY + timedelta(days=1)))
    day = DAY + timedelta(days=1)
    report = extract_account(me, day, day, replace(context, now=at(day)))
    assert report.ok, report.message()
    assert resource(report, "daily_report").landed > resource(report, "daily_report_by_conversion").landed > 0
    rows = records(context.landing, "tencent_ads", me.account, "daily_report")
    versions = Counter((row["date"], row["dynamic_creative_id"]) for row in rows)
    assert max(versions.values()) > 1


def test_a_refresh_in_the_middle_of_the_pages_costs_nothing(sandbox: Sandbox, context: ExtractContext) -> None:
    me = sandbox.account("tencent_ads")
    plain = extract_account(me, DAY, DAY, replace(context, landing=context.landing / "plain"))
    sandbox.plant({"source": "tencent_ads", "kind": "token_expired", "path": "daily_reports", "times": 1})
    report = extract_account(me, DAY, DAY, context)
    assert report.ok and sandbox.hits() == [1], report.message()
    assert [item.landed for item in report.resources] == [item.landed for item in plain.resources]


# --- against a stub ---------------------------------------------------------------------------------------------


def test_every_attempt_is_signed_anew(stub: Stub, own_tokens: ExtractContext) -> None:
    seen: list[str] = []

    def advertisers(ask: Ask) -> Any:
        seen.append(ask.query["nonce"])
        return no(11017) if len(seen) < 3 else listing([{"account_id": 20000001}])

    report = extract_account(Tencent(stub, advertiser=advertisers).account, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    signed = [ask.query for ask in stub.calls if ask.path.startswith("/v3.0/")]
    assert len(seen) == 3 and len({query["nonce"] for query in signed}) == len(signed)
    assert all(len(query["nonce"]) <= 32 and query["access_token"] == "ACCESS-TOKEN-1" for query in signed)
    assert all(abs(int(query["timestamp"]) - time.time()) < 60 for query in signed)


def test_the_first_tokens_are_asked_by_get_and_unsigned(stub: Stub, own_tokens: ExtractContext) -> None:
    extract_account(Tencent(stub).account, DAY, DAY, own_tokens)
    (ask,) = calls(stub, "/oauth/token")
    assert ask.method == "GET" and ask.query == {
        "client_id": "1100000001",
        "client_secret": "SECRET-OF-THE-APP",
        "grant_type": "authorization_code",
        "authorization_code": "AUTH-CODE-ONE",
        "redirect_uri": "https://app.example.com/callback",
    }


@pytest.mark.parametrize("path", ["/oauth/refresh_token", "/oauth/token"])
def test_an_expired_token_is_refreshed_once_and_the_new_pair_used(
    stub: Stub, own_tokens: ExtractContext, path: str
) -> None:
    def adgroups(ask: Ask) -> Any:
        return no(11000) if ask.query["access_token"] == "ACCESS-TOKEN-1" else cursor([{"adgroup_id": 5}], 1)

    me = Tencent(stub, adgroups=adgroups).account
    me = replace(me, credentials={**me.credentials, "refresh_path": path})
    report = extract_account(me, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    refreshed = [ask.query for ask in calls(stub, path) if "refresh_token" in ask.query]
    app = {"client_id": "1100000001", "client_secret": "SECRET-OF-THE-APP", "refresh_token": "REFRESH-TOKEN-1"}
    assert refreshed == [app if path.endswith("refresh_token") else {**app, "grant_type": "refresh_token"}]
    assert stub.calls[-1].query["access_token"] == "ACCESS-TOKEN-2"


def test_a_pair_that_another_task_replaced_is_taken_from_disk(stub: Stub, own_tokens: ExtractContext) -> None:
    """A refresh kills both old tokens: whoever still holds them gets 11002."""

    def reports(ask: Ask) -> Any:
        return no(11002) if ask.query["access_token"] == "ACCESS-TOKEN-1" else listing([])

    tencent = Tencent(stub, daily_reports=reports)
    assert extract_account(tencent.account, DAY, DAY, own_tokens).ok
    assert len(calls(stub, "/oauth/refresh_token")) == 1
    assert extract_account(tencent.account, DAY, DAY, own_tokens).ok
    assert len(calls(stub, "/oauth/refresh_token")) == 1


@pytest.mark.parametrize(
    ("code", "reason", "attempts"),
    [
        (11018, "quota", 1),
        (11008, "quota", 1),
        (11014, "permission", 1),
        (11004, "token", 1),
        (10001, "unavailable", 7),
        (31033, "unknown_code", 1),
    ],
)
def test_codes_say_how_far_a_failure_reaches(
    stub: Stub, own_tokens: ExtractContext, code: int, reason: str, attempts: int
) -> None:
    report = extract_account(Tencent(stub, adgroups=no(code)).account, DAY, DAY, own_tokens)
    gaps = report.gaps
    assert gaps[0].resource == "adgroup" and gaps[0].reason == reason
    assert (gaps[0].code, gaps[0].request_id) == (str(code), "TRACE-1")
    assert len(calls(stub, "/v3.0/adgroups/get")) == attempts
    others = {gap.resource for gap in gaps[1:]}
    assert others == ({"dynamic_creative", *REPORTS} if reason == "token" else set())
    assert "SECRET-OF-THE-APP" not in report.message() and "ACCESS-TOKEN-1" not in report.message()


def test_a_dead_consent_asks_for_a_new_one(stub: Stub, own_tokens: ExtractContext) -> None:
    report = extract_account(Tencent(stub, token=no(11013)).account, DAY, DAY, own_tokens)
    assert {gap.reason for gap in report.gaps} == {"consent"}
    assert "auth_code" in report.gaps[0].action and "AUTH-CODE-ONE" not in report.message()


def test_what_is_planned_and_asked_of_a_day(stub: Stub, own_tokens: ExtractContext) -> None:
    tencent = Tencent(stub)
    planned = [(w.resource, w.days) for w in plan_account(tencent.account, DAY, DAY, own_tokens)]
    listings = [(name, [DAY]) for name in ("advertiser", "adgroup", "dynamic_creative")]
    assert planned == [*listings, *((name, DAYS) for name in REPORTS)]
    assert extract_account(tencent.account, DAY, DAY, own_tokens).ok
    asked = [
        (query["level"], json.loads(query["group_by"]), query["time_line"])
        for query in (ask.query for ask in calls(stub, REPORT))
    ]
    keys = ["date", "adgroup_id", "dynamic_creative_id"]
    assert asked == [
        ("REPORT_LEVEL_DYNAMIC_CREATIVE", keys, "REQUEST_TIME"),
        ("REPORT_LEVEL_DYNAMIC_CREATIVE", keys, "REPORTING_TIME"),
        ("REPORT_LEVEL_ADVERTISER", ["date"], "REQUEST_TIME"),
    ]
    query = calls(stub, REPORT)[0].query
    assert json.loads(query["date_range"]) == {"start_date": str(DAYS[0]), "end_date": str(DAY)}
    assert (query["account_id"], query["page"], query["page_size"]) == ("20000001", "1", "1000")
    assert {"date", "cost", "view_count"} < {*json.loads(query["fields"])}


def test_a_year_is_what_can_be_asked(stub: Stub, own_tokens: ExtractContext) -> None:
    windows = plan_account(Tencent(stub).account, DAY - timedelta(days=400), DAY, own_tokens)
    days = [day for window in windows if window.resource == "daily_report" for day in window.days]
    assert len(days) == 365 and max(days) == DAY
    assert max(len(window.days) for window in windows) == 30


def test_a_long_listing_is_read_by_cursor_the_deleted_ones_too(stub: Stub, own_tokens: ExtractContext) -> None:
    def adgroups(ask: Ask) -> Any:
        if ask.query["is_deleted"] == "true":
            return cursor([{"adgroup_id": 9, "is_deleted": True}], 1, None)
        if "cursor" not in ask.query:
            return cursor([{"adgroup_id": 1}, {"adgroup_id": 2}], 3, "XrKDLiOo")
        assert ask.query["cursor"] == "XrKDLiOo"
        return cursor([{"adgroup_id": 3}], 3)

    me = Tencent(stub, adgroups=adgroups).account
    report = extract_account(me, DAY, DAY, own_tokens)
    assert report.ok, report.message()
    rows = records(own_tokens.landing, "tencent_ads", me.account, "adgroup")
    assert [row["adgroup_id"] for row in rows] == ["1", "2", "3", "9"] and rows[3]["is_deleted"] is True
    asked = [ask.query for ask in calls(stub, "/v3.0/adgroups/get")]
    assert {query["pagination_mode"] for query in asked} == {"PAGINATION_MODE_CURSOR"}
    assert "targeting" not in json.loads(asked[0]["fields"])


def test_a_listing_that_loses_a_row_or_turns_in_a_circle_is_no_listing(stub: Stub, own_tokens: ExtractContext) -> None:
    for answer in (cursor([{"adgroup_id": 1}], 2), cursor([{"adgroup_id": 1}], 1, "same")):
        before = len(calls(stub, "/v3.0/adgroups/get"))
        report = extract_account(Tencent(stub, adgroups=answer).account, DAY, DAY, own_tokens)
        assert [(gap.resource, gap.reason) for gap in report.gaps] == [("adgroup", "bad_payload")]
        assert "asked twice" in report.gaps[0].message and len(calls(stub, "/v3.0/adgroups/get")) > before + 1
        assert not records(own_tokens.landing, "tencent_ads", "20000001", "adgroup")


def test_report_pages_are_read_to_the_end_and_days_outside_are_rejected(stub: Stub, own_tokens: ExtractContext) -> None:
    def row(number: int, day: Any = DAY) -> dict[str, Any]:
        return {"date": str(day), "dynamic_creative_id": number, "cost": 123456, "view_count": 10}

    def reports(ask: Ask) -> Any:
        if ask.query["level"] != "REPORT_LEVEL_DYNAMIC_CREATIVE" or ask.query["time_line"] != "REQUEST_TIME":
            return listing([])
        page = int(ask.query["page"])
        shown = {1: [row(1), row(2)], 2: [row(2), row(3)], 3: [row(4, DAY - timedelta(days=30))]}[page]
        return listing(shown, 4, 3)

    me = Tencent(stub, daily_reports=reports).account
    report = extract_account(me, DAY, DAY, own_tokens)
    assert report.ok and resource(report, "daily_report").landed == 3 and resource(report, "daily_report").rejected == 1
    rows = [r for r in landed_rows(own_tokens.landing, "tencent_ads", me.account, "daily_report") if r["record"]]
    assert {r["record"]["dynamic_creative_id"] for r in rows} == {"1", "2", "3"} and rows[0]["record"][
        "cost"
    ] == "123456"


def test_a_used_up_quota_of_one_interface_leaves_the_others(stub: Stub, own_tokens: ExtractContext) -> None:
    me = Tencent(stub).account
    me = replace(me, credentials={**me.credentials, "calls_per_day_and_path": "2"})
    report = extract_account(me, DAY, DAY, own_tokens)
    assert [(gap.resource, gap.reason) for gap in report.gaps] == [("daily_report_total", "quota")]
