"""Kuaishou ads: reports at once and as ordered files, listings, comments, codes, and the samples."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from test_contract import numbers_as_text, scrubbed

from extract.kuaishou_ads.client import CODES, failure, platform
from extract.model import BUSINESS_ZONE, Account, AccountReport, ExtractContext
from extract.run import extract_account, plan_account
from extract.sources import sources
from tests.extract.conftest import DAY, Ask, Stub, records, sample

BASE = "/rest/openapi"
TODAY = DAY + timedelta(days=1)
CREDENTIALS = {"app_id": "165900001", "secret": "SECRET-OF-THE-APP", "auth_code": "AUTH-CODE-ONE"}


def row(day: date, number: int = 1) -> dict[str, Any]:
    ids = {"campaign_id": 227785001, "unit_id": 3811001, "creative_id": 42353000 + number, "photo_id": 5185 + number}
    counts = {"show": 90, "aclick": 100, "bclick": 7, "photo_click": 0}
    return {"stat_date": str(day), "stat_hour": 0, **ids, "charge": 76.02, **counts, "action_ratio": 0.07}


class Advertiser:
    """An advertiser with `creatives` rows a day. `over` replaces the answer of a path's last part; `states` are those
    of the orders as they are asked after."""

    def __init__(self, stub: Stub, creatives: int = 2, **over: Any) -> None:
        self.creatives = creatives
        self.over = over
        self.states = [0, 1, 2]
        self.tasks: list[dict[str, Any]] = []
        stub.reply = self.reply
        self.account = Account("kuaishou_ads", "20000001", "n", "c", stub.url, CREDENTIALS)

    def reply(self, ask: Ask) -> Any:
        assert ask.path.startswith(BASE), ask.path
        parts = ask.path.removeprefix(BASE).strip("/").split("/")
        name = "_".join(parts[-2:]) if parts[-1] in ("list", "create", "download") else parts[-1]
        if name in self.over:
            answer = self.over[name]
            return answer(ask) if callable(answer) else answer
        if "oauth2" in parts:
            return ok(tokens())
        if name == "async_task_create":
            if ask.body["task_name"] in [task["task_name"] for task in self.tasks]:
                return refused(401000, "task_name repeated")
            number = 9_000_000_000_000_000_001 + len(self.tasks)
            self.tasks.append({"task_id": number, **ask.body})
            return ok({"advertiser_id": 20000001, "task_id": number})
        if name == "async_task_list":
            wanted = ask.body.get("task_ids") or [task["task_id"] for task in self.tasks]
            state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
            shown = [
                {"task_id": task["task_id"], "task_name": task["task_name"], "task_status": state, "file_size": 10}
                for task in self.tasks
                if task["task_id"] in wanted
            ]
            return ok({"total_count": len(shown), "details": shown})
        if name == "async_task_download":
            task = next(task for task in self.tasks if str(task["task_id"]) == ask.query["task_id"])
            return as_csv(self.rows(task["task_params"], by_creative=task["task_params"]["view_type"] == 4))
        if name.endswith("_report"):
            return page(self.rows(ask.body, by_creative=name == "creative_report"), ask)
        if name == "campaign_list":
            return page([{"campaign_id": n, "campaign_name": "c", "day_budget": 500000} for n in (11, 12)], ask)
        if name == "creative_list":
            return page([{"creative_id": ask.body["campaign_id"] * 10, "unit_id": 1, "campaign_id": 11}], ask)
        return page([], ask)

    def rows(self, asked: dict[str, Any], *, by_creative: bool) -> list[dict[str, Any]]:
        first, last = date.fromisoformat(asked["start_date"]), date.fromisoformat(asked["end_date"])
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        return [row(day, n) for day in days for n in range(self.creatives if by_creative else 1)]


def as_csv(rows: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(row(DAY)))
    writer.writeheader()
    writer.writerows(rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def ok(data: dict[str, Any]) -> dict[str, Any]:
    return {"code": 0, "message": "OK", "request_id": "R1", "data": data}


def refused(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message, "request_id": "R9", "data": {}}


def tokens() -> dict[str, Any]:
    return {
        "access_token": "ACCESS-TOKEN-1",
        "access_token_expires_in": 86399,
        "refresh_token": "REFRESH-TOKEN-1",
        "refresh_token_expires_in": 2591999,
    }


def page(rows: list[dict[str, Any]], ask: Ask) -> dict[str, Any]:
    size, number = ask.body["page_size"], ask.body["page"]
    return ok({"total_count": len(rows), "details": rows[(number - 1) * size : number * size]})


def run(advertiser: Advertiser, context: ExtractContext, first: date = DAY) -> AccountReport:
    return extract_account(advertiser.account, first, DAY, context)


def asked(stub: Stub, name: str) -> list[dict[str, Any]]:
    return [ask.body or ask.query for ask in stub.calls if ask.path == f"{BASE}/v1/{name}"]


def landed(context: ExtractContext, resource: str) -> list[dict[str, Any]]:
    return records(context.landing, "kuaishou_ads", "20000001", resource)


# --- reports ----------------------------------------------------------------------------------------------------


def test_recent_days_are_answered_at_once_and_older_ones_as_a_file(stub: Stub, own_tokens: ExtractContext) -> None:
    advertiser = Advertiser(stub)
    report = run(advertiser, own_tokens)
    assert report.ok, report.message()
    sync = asked(stub, "report/creative_report")
    assert [(body["start_date"], body["end_date"]) for body in sync] == [(str(TODAY - timedelta(days=6)), str(DAY))]
    assert sync[0]["advertiser_id"] == 20000001 and sync[0]["extend_info"] == ["photo"]
    assert sync[0]["temporal_granularity"] == "DAILY"
    ordered = [task["task_params"] for task in advertiser.tasks]
    span = {"start_date": str(TODAY - timedelta(days=8)), "end_date": str(TODAY - timedelta(days=7))}
    assert ordered == [
        {**span, "view_type": 4, "temporal_granularity": "DAILY"},
        {**span, "view_type": 1, "temporal_granularity": "DAILY"},
    ]
    assert sorted(r["stat_date"] for r in landed(own_tokens, "creative_report")) == sorted(
        str(TODAY - timedelta(days=n)) for n in range(1, 9) for _ in range(2)
    )


def test_both_ways_give_the_same_record(stub: Stub, own_tokens: ExtractContext) -> None:
    run(Advertiser(stub, creatives=1), own_tokens)
    rows = [{k: v for k, v in r.items() if k != "stat_date"} for r in landed(own_tokens, "creative_report")]
    assert len(rows) == 8 and all(row == rows[0] for row in rows)
    assert rows[0]["charge"] == "76.02" and "stat_hour" not in rows[0] and "action_ratio" not in rows[0]


def test_a_backfill_orders_a_month_at_a_time_within_six_months(stub: Stub, own_tokens: ExtractContext) -> None:
    advertiser = Advertiser(stub)
    windows = plan_account(advertiser.account, DAY - timedelta(days=300), DAY, own_tokens)
    report = [window for window in windows if window.resource == "creative_report"]
    assert min(window.first_day for window in report) == DAY - timedelta(days=179)
    assert max(len(window.days) for window in report) == 30
    audience = [window for window in windows if window.resource == "audience_report"]
    assert [window.first_day for window in audience] == [TODAY - timedelta(days=6)]


def test_a_file_that_fails_leaves_the_recent_days(stub: Stub, own_tokens: ExtractContext) -> None:
    advertiser = Advertiser(stub)
    advertiser.states = [3]
    report = run(advertiser, own_tokens)
    span = f"{TODAY - timedelta(days=8)}..{TODAY - timedelta(days=7)}"
    assert [(g.resource, g.reason, str(g.window)) for g in report.gaps] == [
        ("creative_report", "unavailable", span),
        ("account_report", "unavailable", span),
    ]
    assert len(landed(own_tokens, "creative_report")) == 12
    advertiser.states = [2]
    assert run(advertiser, own_tokens).ok and len(landed(own_tokens, "creative_report")) == 16


def test_recent_days_that_fail_leave_the_file(stub: Stub, own_tokens: ExtractContext) -> None:
    report = run(Advertiser(stub, creative_report=refused(987654, "?")), own_tokens)
    assert [(g.resource, str(g.window)) for g in report.gaps] == [
        ("creative_report", f"{TODAY - timedelta(days=6)}..{DAY}")
    ]
    assert len(landed(own_tokens, "creative_report")) == 4


def test_a_refusal_in_place_of_the_file_is_read(stub: Stub, own_tokens: ExtractContext) -> None:
    report = run(Advertiser(stub, async_task_download=refused(401000, "任务已过期")), own_tokens)
    assert {(g.reason, g.code, g.request_id) for g in report.gaps} == {("permission", "401000", "R9")}
    assert "任务已过期" in report.gaps[0].message


def test_a_json_answer_without_a_file_is_a_gap(stub: Stub, own_tokens: ExtractContext) -> None:
    report = run(Advertiser(stub, async_task_download=ok({})), own_tokens)
    assert {g.reason for g in report.gaps} == {"bad_payload"} and "expected a file" in report.gaps[0].message


def test_an_expired_token_at_the_file_is_renewed(stub: Stub, own_tokens: ExtractContext) -> None:
    advertiser = Advertiser(stub)
    refusals = [refused(402000, "access_token expired")]

    def download(ask: Ask) -> Any:
        if refusals:
            return refusals.pop()
        del advertiser.over["async_task_download"]
        return advertiser.reply(ask)

    advertiser.over["async_task_download"] = download
    assert run(advertiser, own_tokens).ok and not refusals


def test_an_order_whose_answer_was_lost_is_found_by_its_name(stub: Stub, own_tokens: ExtractContext) -> None:
    advertiser = Advertiser(stub)
    lost: list[Ask] = []

    def create(ask: Ask) -> Any:
        del advertiser.over["async_task_create"]
        advertiser.reply(ask)
        lost.append(ask)
        return "reset"

    advertiser.over["async_task_create"] = create
    report = run(advertiser, own_tokens)
    assert report.ok, report.message()
    assert lost and len(advertiser.tasks) == 2
    assert all(len(task["task_name"]) <= 50 for task in advertiser.tasks)


def test_a_used_up_limit_of_orders_is_a_quota(stub: Stub, own_tokens: ExtractContext) -> None:
    report = run(Advertiser(stub, async_task_create=refused(401000, "今日任务数已达上限")), own_tokens)
    assert {(g.resource, g.reason, g.code) for g in report.gaps} == {
        ("creative_report", "quota", "401000 limit"),
        ("account_report", "quota", "401000 limit"),
    }


def test_pages_of_a_report_are_read_to_its_count(stub: Stub, own_tokens: ExtractContext) -> None:
    def short(ask: Ask) -> Any:
        return ok({"total_count": 3, "details": [row(DAY, 1), row(DAY, 2)] if ask.body["page"] == 1 else []})

    gaps = run(Advertiser(stub, creative_report=short), own_tokens).gaps
    assert [(g.resource, g.reason) for g in gaps] == [("creative_report", "bad_payload")]
    assert "2 different rows" in gaps[0].message and "asked twice" in gaps[0].message


# --- listings and comments ---------------------------------------------------------------------------------------


def test_creatives_are_asked_for_every_campaign(stub: Stub, own_tokens: ExtractContext) -> None:
    run(Advertiser(stub), own_tokens)
    bodies = [ask.body for ask in stub.calls if ask.path == f"{BASE}/gw/dsp/creative/list"]
    assert [(body["campaign_id"], body["status"]) for body in bodies] == [(11, -2), (12, -2)]
    assert sorted(r["creative_id"] for r in landed(own_tokens, "creative")) == ["110", "120"]
    assert [r["day_budget"] for r in landed(own_tokens, "campaign")] == ["500000", "500000"]


def test_creatives_are_asked_even_if_the_campaigns_could_not_land(stub: Stub, own_tokens: ExtractContext) -> None:
    advertiser = Advertiser(stub)
    refusals = [refused(987654, "?")]

    def campaigns(ask: Ask) -> Any:
        if refusals:
            return refusals.pop()
        return page([{"campaign_id": 11, "campaign_name": "c"}], ask)

    advertiser.over["campaign_list"] = campaigns
    report = run(advertiser, own_tokens)
    assert [g.resource for g in report.gaps] == ["campaign"] and len(landed(own_tokens, "creative")) == 1


def test_comments_are_asked_in_milliseconds_and_land_without_their_authors(
    stub: Stub, own_tokens: ExtractContext
) -> None:
    said = sample("kuaishou", "ads_comment_list")["success"]
    assert run(Advertiser(stub, comment_list=said), own_tokens).ok
    bodies = asked(stub, "comment/list")
    start = datetime(DAY.year, DAY.month, DAY.day, tzinfo=BUSINESS_ZONE)
    ends = {(body["post_time_start"], body["post_time_end"]) for body in bodies}
    first = int((start - timedelta(days=6)).timestamp()) * 1000
    assert ends == {(first, int((start + timedelta(days=1)).timestamp()) * 1000 - 1)}
    comments = landed(own_tokens, "comment")
    assert [c["comment_id"] for c in comments] == ["1234567890123456701", "1234567890123456702"]
    assert all(len(c["comment_author_id"]) == 32 and "nickname" not in c for c in comments)


# --- codes, account, samples -------------------------------------------------------------------------------------


def test_a_wrong_secret_stops_the_account_and_says_so(stub: Stub, own_tokens: ExtractContext) -> None:
    report = run(Advertiser(stub, access_token=refused(401000, "app_id or secret wrong")), own_tokens)
    assert len([ask for ask in stub.calls if "oauth2" in ask.path]) == 1
    assert {g.code for g in report.gaps} == {"401000"} and "secret wrong" in report.gaps[0].message


def test_an_account_that_is_no_number_is_refused_at_once(stub: Stub, own_tokens: ExtractContext) -> None:
    account = replace(Advertiser(stub).account, account="brand")
    report = extract_account(account, DAY, DAY, own_tokens)
    assert not stub.calls and "advertiser_id" in report.gaps[0].message


@pytest.mark.parametrize(
    ("resource", "name"),
    [
        ("campaign", "ads_campaign_list"),
        ("unit", "ads_unit_list"),
        ("creative", "ads_creative_list"),
        ("creative_report", "ads_creative_report"),
        ("account_report", None),
        ("audience_report", "ads_audience_report"),
        ("comment", "ads_comment_list"),
    ],
)
def test_samples_fit(resource: str, name: str | None) -> None:
    rows = numbers_as_text(sample("kuaishou", name or "ads_creative_report")["success"])["data"]["details"]
    if name is None:
        above = {"stat_date", "stat_hour"}
        ids = ("campaign_", "unit_", "creative_", "photo_id", "photo_md5")
        rows = [{k: v for k, v in r.items() if k in above or not k.startswith(ids)} for r in rows[:1]]
    clean = scrubbed(sources()["kuaishou_ads"].resources[resource], rows)
    assert clean and not any("路人" in str(record) for record in clean)


def test_the_calls_are_those_of_the_samples() -> None:
    for resource, spec in sources()["kuaishou_ads"].resources.items():
        if resource == "account_report":
            continue
        name = resource if resource.endswith("_report") else f"{resource}_list"
        request = sample("kuaishou", f"ads_{name}")["request"]
        assert (request["path"], request["method"]) == (spec.path, "POST")
        for field, value in spec.request.get("body", {}).items():
            assert request["body"][field] == value


@pytest.mark.parametrize("name", ["ads_oauth_access_token", "ads_oauth_refresh_token", "ads_campaign_list"])
def test_every_error_of_the_samples_is_classified(name: str) -> None:
    assert failure({"code": "0"}) is None
    known = platform({}).codes
    for error in sample("kuaishou", name)["errors"]:
        said = failure(numbers_as_text(error["body"]))
        assert said is not None and said.code in known and said.request_id, error["when"]


def test_no_code_has_two_meanings() -> None:
    codes = [code for _, codes in CODES.values() for code in codes]
    assert len(codes) == len(set(codes))
